#!/usr/bin/env python3
# ===- measure.py - Code and stack of each kernel on each core --------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
#   measure.py > kernel_figures.inc
#   measure.py --check
#
# Compiles the kernels for each core with the flags of `firmware compiler CORE`
# and prints a line OFA_KERNEL_FIGURES(function, stack, code...) for each entry
# point of a layer:
#   stack  bytes of the deepest chain of frames below the caller, the largest of
#          all cores and of -Os, -O2 and -O3; a function of the compiler's or the
#          C library counts as EXTERNAL_STACK bytes, and one whose address is taken
#          as called from the end of the chain
#   code   bytes of the function and of all it refers to in its file, with -O2,
#          for each core in the order of the first line
# --check tells by a hash of the sources, at once, whether kernel_figures.inc still
# describes them: exit status 1 if not.

import glob
import hashlib
import os
import re
import subprocess
import sys
import tempfile

EXTERNAL_STACK = 64
CALLS = re.compile("R_ARM_THM_(CALL|JUMP)|R_RISCV_(CALL|JAL|RVC_JUMP)")
PORTS = os.path.dirname(os.path.abspath(__file__))
RUNTIME = os.path.dirname(PORTS)
FIRMWARE = os.path.join(PORTS, "firmware")
FIGURES = os.path.join(PORTS, "kernel_figures.inc")
LEVELS = ["-O2", "-Os", "-O3"]


def output(*command):
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, universal_newlines=True
    ).stdout


def clone_of(name):
    """A function's name without what the compiler adds to its clone's."""
    return re.sub(r"\.(isra|constprop|part)(\.\d+)?", "", name)


def measure_file(compiler, prefix, source, work):
    """Yields (entry point of a layer, code bytes, stack bytes)."""
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
            name = clone_of(where.split(":")[-1])
            frames[name] = max(frames.get(name, 0), int(frame))
    sizes, exported = {}, set()
    for line in output(prefix + "nm", "-S", base + ".o").splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[2] in "tT":
            sizes[fields[3]] = int(fields[1], 16)
            if fields[2] == "T":
                exported.add(fields[3])
    # What a function refers to: the relocations of its section.
    references = {name: set() for name in sizes}
    calls = {name: set() for name in sizes}
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
            if CALLS.match(fields[1]):
                calls[section].add(target)

    def closure(name, seen):
        if name in seen or name not in sizes:
            return
        seen.add(name)
        for target in references[name]:
            closure(target, seen)

    def stack(name):
        if name not in sizes:
            return EXTERNAL_STACK
        below = [stack(t) for t in calls[name] if t != name]
        return frames[clone_of(name)] + max(below, default=0)

    def pointed(names):
        """The largest stack of a function whose address those take."""
        taken = {t for n in names for t in references[n] - calls[n]}
        return max((stack(t) for t in taken if t in sizes), default=0)

    for name in sorted(exported):
        if "_row_" in name:
            continue
        seen = set()
        closure(name, seen)
        yield name, sum(sizes[s] for s in seen), stack(name) + pointed(seen)


def kernel_sources():
    """Those that run on these cores: processors with wide vectors are none of them."""
    sources = glob.glob(RUNTIME + "/src/kernels/*/*.c")
    return sorted(s for s in sources if os.path.basename(os.path.dirname(s)) != "simd")


def hash_sources():
    digest = hashlib.sha256()
    files = glob.glob(RUNTIME + "/src/kernels/*/*.[ch]")
    for path in sorted(files + glob.glob(RUNTIME + "/include/*.h")):
        with open(path, "rb") as file:
            digest.update(os.path.basename(path).encode() + file.read())
    return digest.hexdigest()[:16]


def compiler_of(core):
    return output(FIRMWARE, "compiler", core).split()


def main():
    cores = output(FIRMWARE, "cores").split()
    header = ["// Made by measure.py; do not edit. Sources: " + hash_sources()]
    if "--check" in sys.argv[1:]:
        with open(FIGURES) as file:
            if header[0] in file.read().splitlines():
                return 0
        print("kernel_figures.inc is stale; run measure.py > kernel_figures.inc")
        return 1

    versions = [
        "%s %s" % (name, output(name, "-dumpfullversion").strip())
        for name in sorted({compiler_of(core)[0] for core in cores})
    ]
    header.append("// Compilers: " + ", ".join(versions))
    header.append("// function, stack bytes, code bytes on " + ", ".join(cores))
    stack, code = {}, {}
    with tempfile.TemporaryDirectory() as work:
        for core in cores:
            for level in LEVELS:
                compiler = [f if f != "-O2" else level for f in compiler_of(core)]
                prefix = compiler[0][: -len("gcc")]
                for source in kernel_sources():
                    for name, code_bytes, stack_bytes in measure_file(
                        compiler, prefix, source, work
                    ):
                        stack[name] = max(stack.get(name, 0), stack_bytes)
                        if level == "-O2":
                            code.setdefault(name, []).append(code_bytes)
    lines = [
        "OFA_KERNEL_FIGURES(%s, %d, %s)"
        % (name, stack[name], ", ".join(str(size) for size in code[name]))
        for name in sorted(stack)
    ]
    print("\n".join(header + lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
