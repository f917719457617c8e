#!/bin/sh
#===- emulator.sh - Tests firmware, harness and counter on one core --------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   emulator.sh SOURCE_DIR CORE PLUGIN WORK_DIR
#
# Exit status 77: not supported on this machine.
set -eu
source=$1 core=$2 plugin=$3 work=$4
firmware=$source/runtime/ports/firmware
OFA_COUNT_PLUGIN=$plugin
export OFA_COUNT_PLUGIN

set -- $("$firmware" compiler "$core")
if ! command -v "$1" >/dev/null; then
  echo "unsupported: no $1"
  exit 77
fi
case $core in rv32*) qemu=qemu-system-riscv32 ;; *) qemu=qemu-system-arm ;; esac
if ! command -v $qemu >/dev/null; then
  echo "unsupported: no $qemu"
  exit 77
fi

rm -rf "$work"
mkdir -p "$work"
cd "$work"
fail() {
  echo "FAILED on $core: $1"
  exit 1
}

# Loops of 1, 1000, 1000 and 65535 iterations in one boot.
printf '\001\000\200\000\350\003\001\000\350\003\377\000\377\377\177\000' >in.bin
printf '\000\201\177\377' >expected.bin
"$firmware" model "$core" loop.elf loop "$source/test/Runtime/Inputs/loop"
"$firmware" run "$core" loop.elf -c counts.txt -H histogram.txt -b blocks.txt in.bin out.bin >report.txt ||
  fail "$(cat report.txt)"
cat report.txt counts.txt
cmp out.bin expected.bin || fail "wrong outputs"
set -- $(cat counts.txt)
[ $# -eq 4 ] || fail "expected 4 counts, got $#"
[ $(($2 - $1)) -eq $((2 * 999)) ] || fail "a loop of 999 more iterations counts $(($2 - $1))"
[ "$2" -eq "$3" ] || fail "two equal inferences count $2 and $3"
[ $(($4 - $1)) -eq $((2 * 65534)) ] || fail "a loop of 65534 more iterations counts $(($4 - $1))"
[ "$1" -le 60 ] || fail "too many instructions beside the loop: $1"
sum=$(awk '{ sum += $2 } END { print sum }' histogram.txt)
[ "$sum" -eq $(($1 + $2 + $3 + $4)) ] || fail "the histogram sums to $sum"
sum=$(awk '{ sum += $4 * $5 } END { print sum }' blocks.txt)
[ "$sum" -eq $(($1 + $2 + $3 + $4)) ] || fail "the blocks sum to $sum"
stack=$(sed -n 's/.* stack=\([0-9]*\).*/\1/p' report.txt)
[ "$stack" -ge 1000 ] && [ "$stack" -le 1064 ] || fail "stack of $stack bytes"
if [ "$core" = rv32imac ]; then
  grep -q " instructions=$4\$" report.txt || fail "minstret and the plugin disagree"
fi
mv counts.txt first.txt
"$firmware" run "$core" loop.elf -c counts.txt in.bin out.bin >/dev/null
cmp counts.txt first.txt || fail "counts do not repeat"

# Bad input files end with a message.
if "$firmware" run "$core" loop.elf missing.bin out.bin >report.txt; then
  fail "a missing input file was accepted"
fi
grep -q "ofa error: cannot open missing.bin" report.txt || fail "$(cat report.txt)"
printf 'abc' >short.bin
if "$firmware" run "$core" loop.elf short.bin out.bin >report.txt; then
  fail "a short input file was accepted"
fi
grep -q "ofa error: the last tensor is cut short" report.txt || fail "$(cat report.txt)"

# All kernels of the bench compute here what they compute on the host.
for target in host "$core"; do
  "$firmware" build $target ./bench-$target -I"$source/runtime/src/kernels/portable" \
    "$source"/runtime/src/kernels/portable/*_s8.c "$source/runtime/bench/bench_s8.c"
  "$firmware" run $target ./bench-$target >bench-$target.txt
done
[ "$(wc -l <bench-host.txt)" -gt 30 ] || fail "the bench printed too little"
cmp bench-host.txt "bench-$core.txt" || fail "kernels differ from the host's"

# Kernels for the DSP extension and for Helium give what the portable ones give, on
# random layers: where the core has the extension, by their assembly.
"$firmware" build "$core" ./packed -DLAYERS=3000 "$source"/runtime/src/kernels/*/*_s8.c \
  "$source/test/Runtime/Inputs/packed_check.c"
"$firmware" run "$core" ./packed >packed.txt || fail "$(cat packed.txt)"
grep -qx "3000 layers equal" packed.txt || fail "$(cat packed.txt)"
