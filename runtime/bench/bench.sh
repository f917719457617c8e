#!/bin/sh
#===- bench.sh - Instructions of typical layers on an emulated core --------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   bench.sh PLUGIN SUITE CORE...
#
# SUITE is s8 (the portable kernels) or planes (depthwise in channel planes),
# e.g. runtime/bench/bench.sh build/release/lib/libofa_count.so s8 cortex-m7 cortex-m3
# Prints a Markdown table of instructions per MAC (or per element).
set -eu
bench=$(cd "$(dirname "$0")" && pwd)
runtime=$(dirname "$bench")
OFA_COUNT_PLUGIN=$(realpath "$1")
export OFA_COUNT_PLUGIN
suite=$2
shift 2
dsp=
[ "$suite" = s8 ] || dsp=$(echo "$runtime"/src/kernels/armv7em/*_s8.c)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for core; do
  "$runtime/ports/firmware" build "$core" "$core.elf" -I"$runtime/src/kernels/portable" \
    "$runtime"/src/kernels/portable/*_s8.c $dsp "$bench/bench_$suite.c"
  "$runtime/ports/firmware" run "$core" "$core.elf" -c counts.txt >layers.txt
  paste -d' ' layers.txt counts.txt >"$core.txt"
done
awk 'FNR == 1 { cores = cores " " FILENAME " |"; rule = rule "---:|" }
     NR == FNR { layers[FNR] = $1 " " $2 " -> " $3 " " $4 " " $5 }
     { cells[FNR] = cells[FNR] sprintf(" %.2f |", $8 / $6) }
     END {
       gsub(/\.txt/, "", cores)
       print "| layer |" cores "\n|---|" rule
       for (i = 1; i <= FNR; ++i) print "| " layers[i] " |" cells[i]
     }' $(printf '%s.txt ' "$@")
