#!/bin/sh
#===- warnings.sh - The runtime is clean on every compiler at hand ---------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   warnings.sh SOURCE_DIR
#
# Host compilers with what their defaults are; cross compilers as for firmware.
set -eu
runtime=$1/runtime
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wundef -Werror"
object=$(mktemp)
trap 'rm -f "$object"' EXIT
compile() {
  for file in "$runtime"/src/kernels/*/*.c "$runtime"/profile/*.c; do
    # shellcheck disable=SC2086
    "$@" $warnings -I"$runtime/include" -c "$file" -o "$object"
  done
  echo "clean: $*"
}
for compiler in gcc clang-22; do
  if command -v $compiler >/dev/null; then
    compile $compiler -std=c99 -O3 -ffp-contract=off
  fi
done
for core in cortex-m0plus cortex-m4 cortex-m55 rv32imac; do
  set -- $("$runtime/ports/firmware" compiler $core)
  if command -v "$1" >/dev/null; then
    compile "$@"
  fi
done
