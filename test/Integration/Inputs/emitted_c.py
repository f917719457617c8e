#!/usr/bin/env python3
# ===- emitted_c.py - What emitted C must never do -----------------------=== #
#
# Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------=== #
"""Emits C of TFLite models, twice with the same bytes, compiles it with each
compiler, warnings as errors, and looks at the object files: nothing outside but
memory functions, no recursion.

  emitted_c.py FOLDER MODEL... -- COMPILER...
      FOLDER takes what is made; COMPILER is a command with its flags, of which the
      gcc ones are also asked for the call graph
"""

import filecmp
import glob
import os
import re
import subprocess
import sys
import tempfile

FLAGS = ["-std=c99", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Wpedantic",
         "-Wconversion", "-Wundef", "-Werror", "-c"]
# Of the C library; what compilers call for 64-bit and float arithmetic; and the
# choice of instructions when an x86-64 program is loaded.
ALLOWED = re.compile(r"^(mem(cpy|set)|__aeabi_\w+|__\w+[sdt]i\d|__\w+[sd]f\d?"
                     r"|__gnu_thumb1_case_\w+|__cpu_\w+|_GLOBAL_OFFSET_TABLE_)$")


def find_cycle(calls):
    """A list of functions that call each other in a circle; None without one."""
    done, path = set(), []

    def visit(function):
        if function in path:
            return path[path.index(function):] + [function]
        if function in done:
            return None
        path.append(function)
        for callee in calls.get(function, ()):
            cycle = visit(callee)
            if cycle:
                return cycle
        done.add(path.pop())
        return None

    return next(filter(None, map(visit, list(calls))), None)


def check(folder, compiler):
    sources = glob.glob(f"{folder}/*.c") + glob.glob(f"{folder}/runtime/*.c")
    defined, wanted, calls = set(), set(), {}
    with tempfile.TemporaryDirectory() as build:
        is_gcc = "clang" not in compiler[0]
        graph = ["-fcallgraph-info"] if is_gcc else []
        for number, source in enumerate(sources):
            name = os.path.join(build, f"{number}.o")
            subprocess.run([*compiler, *FLAGS, *graph, f"-I{folder}", f"-I{folder}/runtime",
                            source, "-o", name], check=True)
            for line in subprocess.run(["nm", name], check=True, capture_output=True,
                                       text=True).stdout.splitlines():
                kind, symbol = line.split()[-2:]
                (wanted if kind == "U" else defined).add(symbol)
        for info in glob.glob(f"{build}/*.ci"):
            for caller, callee in re.findall(
                    r'edge: { sourcename: "([^"]+)" targetname: "([^"]+)"', open(info).read()):
                calls.setdefault(caller, []).append(callee)
    strangers = {symbol for symbol in wanted - defined if not ALLOWED.match(symbol)}
    if strangers:
        sys.exit(f"{folder}: {compiler[0]}: needs {sorted(strangers)}")
    if is_gcc and not calls:
        sys.exit(f"{folder}: {compiler[0]}: has no call graph")
    cycle = find_cycle(calls)
    if cycle:
        sys.exit(f"{folder}: {compiler[0]}: recursion: {' -> '.join(cycle)}")


def emit(model, folder):
    """The C of a model, as --emit-c writes it."""
    network, compiled = f"{folder}.mlirbc", f"{folder}.mlir"
    for command in (["ofa-translate", "--import-tflite", model, "-o", network],
                    ["ofa-opt", "--specialize=cortex-m7 quiet=true", network, "-o", compiled],
                    ["ofa-translate", "--emit-c", compiled, "-o", folder]):
        subprocess.run(command, check=True)


def list_files(folder):
    return sorted(os.path.relpath(path, folder)
                  for path in glob.glob(f"{folder}/**", recursive=True) if os.path.isfile(path))


def main():
    split = sys.argv.index("--")
    folder, models = sys.argv[1], sys.argv[2:split]
    compilers = [text.split() for text in sys.argv[split + 1:]]
    for model in models:
        name = os.path.splitext(os.path.basename(model))[0]
        first, second = (os.path.join(folder, when, name) for when in ("first", "second"))
        for emitted in (first, second):
            os.makedirs(os.path.dirname(emitted), exist_ok=True)
            emit(model, emitted)
        files = list_files(first)
        _, differing, missing = filecmp.cmpfiles(first, second, files, shallow=False)
        if differing or missing or files != list_files(second):
            sys.exit(f"{name}: the second time differs: {differing + missing}")
        for compiler in compilers:
            check(first, compiler)
        print(f"{name}: repeatable, clean with {len(compilers)} compilers")


if __name__ == "__main__":
    main()
