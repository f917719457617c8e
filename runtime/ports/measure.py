#!/usr/bin/env python3
# ===- measure.py - Code and stack of each kernel on each core --------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
#   measure.py [CORE...] > kernel_figures.csv
#   measure.py --check [CORE...]
#
# Compiles the kernels with the flags of `firmware compiler CORE` and prints
#   core,kernel,code_bytes,stack_bytes
# for each entry point: the code of the function and of all it refers to in its
# file, and the deepest chain of stack frames below its caller, where a function
# of the compiler's or the C library counts as EXTERNAL_STACK bytes. --check
# compares with kernel_figures.csv: exit status 1 if that file no longer describes
# the kernels, 77 if it was made with other compilers.

import glob
import os
import re
import subprocess
import sys
import tempfile

EXTERNAL_STACK = 64
PORTS = os.path.dirname(os.path.abspath(__file__))
RUNTIME = os.path.dirname(PORTS)
FIGURES = os.path.join(PORTS, "kernel_figures.csv")


def output(*command):
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, universal_newlines=True
    ).stdout


def measure_file(compiler, prefix, source, work):
    """Yields (entry point, code bytes, stack bytes)."""
    base = os.path.join(work, "kernel")
    subprocess.run(
        compiler
        + ["-I" + RUNTIME + "/include", "-fstack-usage", "-c", source]
        + ["-o", base + ".o"],
        check=True,
    )
    frames = {}
    with open(base + ".su") as usage:
        for line in usage:
            where, frame, kind = line.rstrip("\n").split("\t")
            assert "dynamic" not in kind or "bounded" in kind, line
            frames[where.split(":")[-1]] = int(frame)
    sizes, exported = {}, set()
    for line in output(prefix + "nm", "-S", base + ".o").splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[2] in "tT":
            sizes[fields[3]] = int(fields[1], 16)
            if fields[2] == "T":
                exported.add(fields[3])
    # What a function refers to: the relocations of its section.
    references = {name: set() for name in sizes}
    section = None
    for line in output(prefix + "objdump", "-r", base + ".o").splitlines():
        start = re.match(r"RELOCATION RECORDS FOR \[(.*)\]", line)
        if start:
            section = start.group(1)
            section = section[6:] if section.startswith(".text.") else None
            continue
        fields = line.split()
        if section not in references or len(fields) != 3 or "RELAX" in fields[1]:
            continue
        target = re.sub(r"[+-]0x[0-9a-f]+$", "", fields[2])
        target = re.sub(r"^\.text\.", "", target)
        if not target.startswith((".", "*ABS*")):
            references[section].add(target)

    def closure(name, seen):
        if name in seen or name not in sizes:
            return
        seen.add(name)
        for target in references[name]:
            closure(target, seen)

    def stack(name):
        if name not in sizes:
            return EXTERNAL_STACK
        below = [stack(t) for t in references[name] if t != name]
        return frames[name] + max(below, default=0)

    for name in sorted(exported):
        seen = set()
        closure(name, seen)
        yield name, sum(sizes[s] for s in seen), stack(name)


def measure_core(core, work):
    """Returns the compiler's version and the lines of one core."""
    compiler = output(os.path.join(PORTS, "firmware"), "compiler", core).split()
    version = output(compiler[0], "-dumpfullversion").strip()
    prefix = compiler[0][: -len("gcc")]
    lines = []
    for source in sorted(glob.glob(RUNTIME + "/src/kernels/portable/*.c")):
        for figures in measure_file(compiler, prefix, source, work):
            lines.append("%s,%s,%d,%d" % ((core,) + figures))
    return "# %s: %s %s" % (core, compiler[0], version), lines


def main():
    arguments = sys.argv[1:]
    check = "--check" in arguments
    cores = [a for a in arguments if a != "--check"]
    cores = cores or output(os.path.join(PORTS, "firmware"), "cores").split()
    with tempfile.TemporaryDirectory() as work:
        measured = [measure_core(core, work) for core in cores]
    versions = [version for version, _ in measured]
    lines = [line for _, lines in measured for line in lines]
    if not check:
        print("\n".join(versions + ["core,kernel,code_bytes,stack_bytes"] + lines))
        return 0
    with open(FIGURES) as file:
        known = file.read().splitlines()
    if not set(versions) <= set(known):
        print("unsupported: the figures are of other compilers than", versions)
        return 77
    known = [line for line in known if line.split(",")[0] in cores]
    if known == lines:
        return 0
    print("kernel_figures.csv is stale; run measure.py > kernel_figures.csv:")
    print("\n".join(sorted(set(known) ^ set(lines))[:20]))
    return 1


if __name__ == "__main__":
    sys.exit(main())
