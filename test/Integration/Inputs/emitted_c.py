#!/usr/bin/env python3
# ===- emitted_c.py - What emitted C must never do -----------------------=== #
#
# Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------=== #
"""Compiles emitted models with each compiler, warnings as errors, and looks at the
object files: nothing outside but memory functions, no recursion.

  emitted_c.py FOLDER... -- COMPILER...
      FOLDER is what --emit-c wrote; COMPILER is a command with its flags, of which
      the gcc ones are also asked for the call graph
"""

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


def main():
    split = sys.argv.index("--")
    folders, compilers = sys.argv[1:split], [text.split() for text in sys.argv[split + 1:]]
    for folder in folders:
        for compiler in compilers:
            check(folder, compiler)
        print(f"{os.path.basename(folder)}: clean with {len(compilers)} compilers")


if __name__ == "__main__":
    main()
