"""Runs subnets of a supernet in every way and demands the same bytes.

usage: cross_check.py <model> <work folder> <images> <subnets> <target>...

The largest, the smallest and <subnets> random subnets are quantised. The
independent evaluator of the quantised network gives the expected bytes for
<images> images; the emitted C has to give them on each <target>: 'host' or the
name of an emulated device. Cores with the DSP extension run its kernels, the host
these and the portable ones. Prints one line for each subnet and target, and on
emulated devices holds the stack to the promised bound; at the end instructions and
stack of the first two subnets, as Markdown.
"""

import pathlib
import random
import re
import subprocess
import sys

model, folder, images, subnets = sys.argv[1:5]
targets = sys.argv[5:]
folder = pathlib.Path(folder)
folder.mkdir(parents=True, exist_ok=True)
QUANTIZE = (
    "builtin.module(ofa-extract-subnet{{subnet={}}},ofa-recalibrate-batch-norm,"
    "func.func(ofa-fold-batch-norm,ofa-fuse-activations),ofa-quantize)"
)
COMPILE = (
    "builtin.module(convert-ofa-to-kernel,kernel.model(kernel-select-variants{{{}}},"
    "kernel.entry(kernel-schedule,kernel-plan-memory,kernel-verify-plan)),"
    "ofa-check-budgets)"
)
# What the emulated cores have of the extensions that kernels are for.
ISAS = {"cortex-m4": "dsp", "cortex-m7": "dsp", "cortex-m33": "dsp", "cortex-m55": "mve"}


def run(*command):
    result = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout + result.stderr


def random_subnets(count):
    """Draws subnets from the choices that ofa-describe prints."""
    text = run("ofa-opt", model, "--ofa-describe", "-o", "/dev/null")
    choices = re.findall(r"^    ([\w.]+): ([\d .]+)$", text, re.MULTILINE)
    if not choices:
        sys.exit("ofa-describe lists no choices:\n" + text)
    generator = random.Random(2026)
    for _ in range(count):
        values = (f"{name}={generator.choice(values.split())}" for name, values in choices)
        yield "{" + ",".join(values) + "}"


def compile_network(quantized, isa):
    """The network's kernels for such a processor, and the bound of their stack."""
    compiled = quantized.with_suffix(f".{isa or 'portable'}.mlir")
    pipeline = COMPILE.format(f"isa={isa}" if isa else "")
    run("ofa-opt", quantized, f"--pass-pipeline={pipeline}", "-o", compiled)
    return compiled, int(re.search(r"stack = (\d+)", compiled.read_text()).group(1))


def check(name, subnet):
    quantized = folder / f"{name}.ofa.mlir"
    run("ofa-opt", model, f"--pass-pipeline={QUANTIZE.format(subnet)}", "-o", quantized)
    compiled = {isa: compile_network(quantized, isa) for isa in ("", "dsp", "mve")}
    data = ("--data=procedural", f"--limit={images}")
    expected = folder / f"{name}.expected"
    print(name, "evaluator:", run("ofa-run", quantized, *data, "-o", expected).split("\n")[0])
    for target in targets:
        for isa, (network, stack_bound) in compiled.items():
            if target != "host" and ISAS.get(target, "") != isa:
                continue
            compare(name, target, network, stack_bound, data, expected)


def compare(name, target, network, stack_bound, data, expected):
    actual = folder / f"{name}.{target}"
    options = () if target == "host" else (f"--emulate={target}",)
    text = run("ofa-run", network, *data, *options, "-o", actual)
    if actual.read_bytes() != expected.read_bytes():
        sys.exit(f"{name} on {target}: differs from the evaluator")
    instructions = re.search(r"instructions per inference: (\d+)", text)
    stack = re.search(r"stack: (\d+) bytes", text)
    if stack and int(stack.group(1)) > stack_bound:
        sys.exit(f"{name} on {target}: stack of {stack.group(1)} bytes exceeds "
                 f"the bound {stack_bound}")
    print(f"{name} {target}: equal",
          f"instructions={instructions.group(1)}" if instructions else "",
          f"stack={stack.group(1)} of {stack_bound}" if stack else "")
    if instructions and stack:
        measured[target].append((name, int(instructions.group(1)), int(stack.group(1)),
                                 stack_bound))


measured = {target: [] for target in targets}
check("largest", "largest")
check("smallest", "smallest")
for index, subnet in enumerate(random_subnets(int(subnets))):
    check(f"random{index}", subnet)

print("| target | largest: instructions | smallest: instructions | stack, bytes | its bound |")
print("|---|---:|---:|---:|---:|")
for target, runs in measured.items():
    if runs:
        counts = " | ".join(f"{count:,}" for name, count, *_ in runs[:2])
        print(f"| {target} | {counts} | {max(run[2] for run in runs):,} | {max(run[3] for run in runs):,} |")
