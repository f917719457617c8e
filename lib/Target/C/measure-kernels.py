#!/usr/bin/env python3
"""Measures the runtime's kernels: writes KernelFigures.inc beside this file.

For every function of runtime/src/kernels/portable, over the cores below:
  stack  bytes of its frame and the deepest chain of its callees, the largest of
         -Os, -O2 and -O3 and of all cores (GCC's -fcallgraph-info=su)
  code   bytes of its machine code with its callees in the same file, with -O2,
         for each core (symbol sizes)
Functions of the compiler's library (memcpy, memset, float arithmetic on cores
without an FPU) count EXTERNAL bytes of stack each and no code.

Run it again when a kernel changes; needs gcc-arm-none-eabi and
gcc-riscv64-unknown-elf.
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile

EXTERNAL = 96
CORES = [
    ("cortex-m0plus", ["-mcpu=cortex-m0plus", "-mthumb"]),
    ("cortex-m3", ["-mcpu=cortex-m3", "-mthumb"]),
    ("cortex-m4", ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=auto"]),
    ("cortex-m7", ["-mcpu=cortex-m7", "-mthumb", "-mfloat-abi=hard", "-mfpu=auto"]),
    ("cortex-m33", ["-mcpu=cortex-m33", "-mthumb", "-mfloat-abi=hard", "-mfpu=auto"]),
    ("cortex-m55", ["-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard", "-mfpu=auto"]),
    ("rv32imac", ["-march=rv32imac", "-mabi=ilp32", "--specs=picolibc.specs"]),
]
LEVELS = ["-Os", "-O2", "-O3"]

here = pathlib.Path(__file__).resolve().parent
runtime = here.parents[2] / "runtime"
sources = sorted((runtime / "src/kernels/portable").glob("*.c"))


def short(title):
    """Static functions are titled <path>:<name>."""
    return title.rsplit(":", 1)[-1]


def read_graph(path):
    """Frames and callees by function."""
    frames, calls = {}, collections.defaultdict(set)
    for line in path.read_text().splitlines():
        node = re.match(r'node: { title: "([^"]*)" label: "[^"]*?(\d+) bytes \(', line)
        if node:
            frames[short(node[1])] = int(node[2])
        edge = re.match(r'edge: { sourcename: "([^"]*)" targetname: "([^"]*)"', line)
        if edge:
            calls[short(edge[1])].add(short(edge[2]))
        if " (dynamic" in line:
            sys.exit(f"{path}: a frame of dynamic size: {line}")
    return frames, calls


def deepest(function, frames, calls):
    if function not in frames:
        return EXTERNAL
    return frames[function] + max(
        (deepest(callee, frames, calls) for callee in calls[function]), default=0
    )


def closure(function, calls):
    found, todo = set(), [function]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(calls[name])
    return found


stack = collections.defaultdict(int)
code = collections.defaultdict(dict)
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    for core, flags in CORES:
        prefix = "riscv64-unknown-elf-" if core.startswith("rv") else "arm-none-eabi-"
        for level in LEVELS:
            for source in sources:
                target = folder / (source.stem + ".o")
                subprocess.run(
                    [prefix + "gcc", "-std=c99", level, *flags, "-ffp-contract=off",
                     "-fcallgraph-info=su", "-ffunction-sections",
                     "-I", runtime / "include", "-c", source, "-o", target],
                    check=True)
                frames, calls = read_graph(target.with_suffix(".ci"))
                sizes = {}
                listing = subprocess.run([prefix + "nm", "-S", target], check=True,
                                         capture_output=True, text=True).stdout
                for line in listing.splitlines():
                    parts = line.split()
                    if len(parts) == 4 and parts[2] in "tT":
                        sizes[parts[3]] = int(parts[1], 16)
                for function in frames:
                    if not function.startswith("ofa_") or function not in sizes:
                        continue
                    stack[function] = max(stack[function],
                                          deepest(function, frames, calls))
                    if level == "-O2":
                        code[function][core] = sum(
                            sizes.get(name, 0) for name in closure(function, calls))

lines = [
    "// Made by measure-kernels.py; do not edit.",
    "// function, stack, code on " + ", ".join(core for core, _ in CORES),
]
compiler = subprocess.run(["arm-none-eabi-gcc", "-dumpversion"], check=True,
                          capture_output=True, text=True).stdout.strip()
lines.insert(1, f"// arm-none-eabi-gcc {compiler}")
for function in sorted(stack):
    if "_row_" in function or len(code[function]) < len(CORES):
        continue
    numbers = ", ".join(str(code[function][core]) for core, _ in CORES)
    lines.append(f'{{"{function}", {stack[function]}, {{{numbers}}}}},')
(here / "KernelFigures.inc").write_text("\n".join(lines) + "\n")
