#!/bin/sh
#===- bench.sh - Instructions of typical layers on an emulated core --------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   bench.sh CORE PLUGIN [SUITE]
#
# SUITE is s8 (the portable kernels) or planes (depthwise in channel planes),
# e.g. runtime/bench/bench.sh cortex-m7 build/release/lib/libofa_count.so
# Prints one line per layer: instructions per MAC (or per element), total.
set -eu
bench=$(cd "$(dirname "$0")" && pwd)
runtime=$(dirname "$bench")
core=$1
OFA_COUNT_PLUGIN=$(realpath "$2")
export OFA_COUNT_PLUGIN
suite=${3:-s8}
dsp=
[ "$suite" = s8 ] || dsp=$(echo "$runtime"/src/kernels/armv7em/*_s8.c)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$runtime/ports/firmware" build "$core" bench.elf -I"$runtime/src/kernels/portable" \
  "$runtime"/src/kernels/portable/*_s8.c $dsp "$bench/bench_$suite.c"
"$runtime/ports/firmware" run "$core" bench.elf -c counts.txt >layers.txt
paste -d' ' layers.txt counts.txt |
  awk '{ printf "%-18s %-11s -> %-3s %s %s  %6.2f  %9d\n", $1, $2, $3, $4, $5, $8 / $6, $8 }'
