#!/usr/bin/env python3
# ===- cycles.py - Estimated cycles of a firmware on its core ---------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""Estimates the cycles of an inference on a Cortex-M7.

  cycles.py [--functions] [--blocks=N] CORE FIRMWARE.elf [ARGUMENT...]

Runs the firmware on the emulator with these arguments (`firmware run`), which
counts how often each block of code follows each other one, and lets llvm-mca issue
each block behind what ran before it: the cycles from the issue of the last
instruction before the block to that of its last one, times the count. So a loop's
body costs what it does behind itself, and a dependency between blocks counts.

Prints cycles, instructions and instructions per cycle; --functions those of each
function itself, --blocks the N blocks that cost most, with the cycles that each
instruction waits for the one before it.

llvm-mca is told other instructions where its model of the core errs:
- Loads and stores of several registers take one cycle for two words (llvm-mca: one
  for all) and are issued alone.
- A load or store that updates its address is as one that does not; llvm-mca would
  wait until all instructions before it have written their results. (That a second
  access to the address cannot be issued beside the first one is lost.)
- IT takes the place of a move and VCMP that of VADD, neither of which llvm-mca
  knows; a call that of a branch (llvm-mca: 100 cycles).
No wait states, no misses of caches or of predicted branches, no unaligned access:
a lower bound, to compare kernels by.

Needs llvm-mca and llvm-objdump of LLVM 22 in PATH, under these names or as
llvm-mca-22, and OFA_COUNT_PLUGIN=path/of/libofa_count.so, by default that of the
build whose ofa-run is in PATH.
"""

import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

FIRMWARE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "firmware")
LLVM = 22
CORES = ("cortex-m7",)  # others err in other ways

# Of what ran before a block, so many instructions decide when it can be issued:
# latencies are shorter.
CONTEXT = 32

Block = collections.namedtuple("Block", "address instructions")


def fail(message):
    sys.exit(f"cycles.py: {message}")


def find_tool(name):
    for path in (shutil.which(f"{name}-{LLVM}"), shutil.which(name)):
        if path and f"LLVM version {LLVM}." in run(path, "--version")[0]:
            return path
    return fail(f"cannot find '{name}' of LLVM {LLVM} in PATH; install package llvm-{LLVM}")


def find_plugin():
    """The counter of the build whose tools are in PATH."""
    tools = os.path.dirname(shutil.which("ofa-run") or "")
    return os.path.join(tools, os.pardir, "lib", "libofa_count.so")


def run(*command):
    """What a command printed, and what to standard error."""
    environment = {"OFA_COUNT_PLUGIN": find_plugin(), **os.environ}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=environment)
    if done.returncode:
        fail(f"'{' '.join(command)}' ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def invert(condition):
    for pair in ("eqne", "hslo", "cscc", "mipl", "vsvc", "hils", "gelt", "gtle"):
        if condition in (pair[:2], pair[2:]):
            return pair.replace(condition, "", 1)
    return condition


class Program:
    """The instructions of an ELF file by address, and the functions they are in."""

    def __init__(self, path):
        self.text = {}
        self.function = {}
        self.condition = {}  # those that IT gives
        self.after = {}  # the address of the next instruction
        name, last, conditions = None, None, []
        listing, _ = run(find_tool("llvm-objdump"), "-d", "--no-show-raw-insn",
                         "--triple=thumbv7em", "--mattr=+vfp4", path)
        for line in listing.splitlines():
            label = re.match(r"[0-9a-f]+ <(.*)>:$", line)
            if label and not label[1].startswith("$"):
                name = label[1]
            code = re.match(r"\s*([0-9a-f]+):\s+(.*?)\s*(<.*>)?\s*(@.*)?$", line)
            if code:
                address = int(code[1], 16)
                self.text[address] = code[2].replace("\t", " ")
                self.function[address] = name
                self.after[last] = address
                last = address
                if conditions:
                    self.condition[address] = conditions.pop(0)
                it = re.match(r"i(t[te]*) (\w+)$", self.text[address])
                if it:
                    conditions = [it[2] if way == "t" else invert(it[2]) for way in it[1]]

    def translate(self, address):
        return translate(self.text[address], self.condition.get(address))

    def addresses(self, block):
        at = block.address
        for _ in range(block.instructions):
            if at not in self.text:
                fail(f"the firmware executed {at:#x}, which is not in the file's code")
            yield at
            at = self.after.get(at)


def list_registers(text):
    """The registers of a list without braces."""
    registers = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if last:
            kind, begin, end = first[0], int(first[1:]), int(last.strip()[1:])
            registers += [f"{kind}{number}" for number in range(begin, end + 1)]
        else:
            registers.append(first)
    return registers


def split_multiple(name, operands):
    """A load or store of several registers as such of two words, each issued alone."""
    stack = name.removeprefix("v") in ("push", "pop")
    base = "sp" if stack else operands.split(",")[0].strip(" !")
    registers = list_registers(re.search(r"\{(.*)\}", operands)[1])
    vector = "v" if name[0] == "v" else ""
    access = "ld" if re.match(r"v?(pop|ldm)", name) else "st"
    words = 1 if registers[0][0] == "d" else 2
    if len(registers) < words and not vector:
        return [f"{access}r.w {registers[0]}, [{base}]"]
    # Of an odd number, the last one goes with the one before. What is the base comes last.
    groups = [registers[i:i + words] for i in range(0, len(registers), words)]
    groups[-1] = registers[-words:]
    groups.sort(key=lambda group: base in group)
    mnemonic = f"{vector}{access}m" + ("ia" if vector else ".w")
    return [f"{mnemonic} {base}, {{{', '.join(group)}}}" for group in groups]


BRANCH = r"(b(eq|ne|[ch]s|cc|lo|mi|pl|v[sc]|hi|ls|g[et]|l[et])?|cbn?z)$"


def translate(text, condition):
    """What llvm-mca is told for an instruction: (lines, how many of them it issues)."""
    mnemonic, _, operands = text.partition(" ")
    name = mnemonic.split(".")[0]
    if condition:
        name = name.removesuffix(condition)
    if re.match(r"it[te]*$", name):
        return ["mov sp, sp"], 1
    if re.match(r"(push|pop|ldm|stm|vpush|vpop|vldm|vstm)", name):
        lines = split_multiple(name, operands)
        return lines, len(lines)
    if re.match(r"blx?$", name):
        text = "b.w target" if operands.startswith("0x") else f"bx {operands}"
    elif condition:
        # Its own, so that a block can begin or end here.
        return [f"it {condition}", translate(text, None)[0][0]], 1
    elif re.match(BRANCH, name) and re.search(r"0x[0-9a-f]+$", operands):
        text = re.sub(r"\S+$", "target", text)
    elif name in ("vcmp", "vcmpe"):
        first, second = operands.split(", ")
        text = f"{mnemonic.replace(name, 'vadd')} {first[0]}15, {first}, " \
               f"{first if '#' in second else second}"
    elif re.match(r"v?(ld|st)r", name):
        # An updated address, before or after the access.
        text = re.sub(r"\](, #-?\w+|!)$", "]", text)
    return [text], 1


class Estimate:
    """Cycles of blocks behind others."""

    def __init__(self, core, program, steps):
        self.core, self.program = core, program
        # The block that most often came before each one.
        self.before, most = {}, {}
        for (before, block), count in sorted(steps.items()):
            if count > most.get(block, 0):
                self.before[block], most[block] = before, count

    def find_context(self, block):
        """Addresses of the instructions that ran before what follows a block."""
        context = []
        while block and block.instructions and len(context) < CONTEXT:
            context = list(self.program.addresses(block)) + context
            block = self.before[block]
        return context[-CONTEXT:]

    def issue(self, lines):
        """What llvm-mca reports of regions of assembly."""
        with tempfile.TemporaryDirectory() as work:
            path = os.path.join(work, "blocks.s")
            with open(path, "w") as file:
                file.write(".syntax unified\n.thumb\n" + "\n".join(lines) + "\n")
            report, remarks = run(
                find_tool("llvm-mca"), "-mtriple=thumbv7em-none-eabi", f"-mcpu={self.core}",
                "-skip-unsupported-instructions=lack-sched", "-iterations=1", "-json",
                "-timeline", "-timeline-max-iterations=1", "-timeline-max-cycles=0", path)
        unknown = {text for text in re.findall(r"note: instruction: \t(.*)", remarks)
                   if not text.startswith("it\t")}
        if unknown:
            fail(f"llvm-mca cannot issue on {self.core}: {', '.join(sorted(unknown))}")
        return json.loads(report)

    def estimate(self, steps):
        """For each step the cycles of each of the block's instructions."""
        regions, lines = [], []
        for number, (before, block) in enumerate(steps):
            addresses = list(self.program.addresses(block))
            context = self.find_context(before)
            issued = []
            lines.append(f"@ LLVM-MCA-BEGIN {number}")
            for address in context + addresses:
                text, count = self.program.translate(address)
                lines += text
                issued.append(count)
            lines.append("@ LLVM-MCA-END")
            regions.append((len(context), issued))
        report = self.issue(lines)
        results = []
        for region, (context, issued) in zip(report["CodeRegions"], regions):
            times = [entry["CycleIssued"] for entry in region["TimelineView"]["TimelineInfo"]]
            cycles, at, last = [], -1, -1
            for count in issued:
                at += count
                cycles.append(times[at] - last)
                last = times[at]
            results.append(cycles[context:])
        return results


def read_blocks(path):
    steps = collections.Counter()
    with open(path) as file:
        for line in file:
            before, before_count, block, block_count, count = line.split()
            steps[Block(int(before, 16), int(before_count)),
                  Block(int(block, 16), int(block_count))] += int(count)
    return steps


def run_firmware(core, firmware, arguments):
    """Steps from block to block of all inferences, and how many inferences."""
    with tempfile.TemporaryDirectory() as work:
        blocks, counts = os.path.join(work, "blocks"), os.path.join(work, "counts")
        run(FIRMWARE, "run", core, firmware, "-c", counts, "-b", blocks, *arguments)
        steps = read_blocks(blocks)
        with open(counts) as file:
            counts = [int(line) for line in file]
    total = sum(block.instructions * count for (_, block), count in steps.items())
    if total != sum(counts):
        fail(f"blocks of {total} instructions, but {sum(counts)} were counted")
    return steps, len(counts)


def print_row(name, cycles, instructions, of, whole):
    print(f"| {name} | {cycles / of:,.0f} | {instructions / of:,.0f} "
          f"| {instructions / cycles if cycles else 0:.2f} | {100 * cycles / whole:.1f} % |")


def print_blocks(program, costs, number, inferences, whole):
    for block, (count, cycles) in sorted(
            costs.items(), key=lambda item: (-sum(item[1][1]), item[0]))[:number]:
        total = sum(cycles)
        print(f"\n{block.address:#x} in {program.function[block.address]}: "
              f"{total / count:.2f} cycles, {block.instructions} instructions, "
              f"{count / inferences:,.0f} times, {100 * total / whole:.1f} %")
        for address, cost in zip(program.addresses(block), cycles):
            print(f"  {cost / count:6.2f}  {program.text[address]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--functions", action="store_true")
    parser.add_argument("--blocks", type=int, default=0, metavar="N")
    parser.add_argument("core", choices=CORES)
    parser.add_argument("firmware")
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()

    program = Program(options.firmware)
    steps, inferences = run_firmware(options.core, options.firmware, options.arguments)
    order = sorted(steps)
    costs, functions = {}, {}
    for step, cycles in zip(order, Estimate(options.core, program, steps).estimate(order)):
        block, count = step[1], steps[step]
        times, sums = costs.get(block, (0, [0] * len(cycles)))
        costs[block] = times + count, [s + count * c for s, c in zip(sums, cycles)]
        for address, cost in zip(program.addresses(block), cycles):
            function = functions.setdefault(program.function[address], [0, 0])
            function[0] += count * cost
            function[1] += count
    whole = sum(cycles for cycles, _ in functions.values())
    print("| function | cycles | instructions | per cycle | share |")
    print("|---|---:|---:|---:|---:|")
    if options.functions:
        for name, (cycles, instructions) in sorted(
                functions.items(), key=lambda item: (-item[1][0], item[0])):
            print_row(name, cycles, instructions, inferences, whole)
    print_row("all", whole, sum(n for _, n in functions.values()), inferences, whole)
    print_blocks(program, costs, options.blocks, inferences, whole)


if __name__ == "__main__":
    main()
