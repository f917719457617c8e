#!/usr/bin/env python3
"""Specialises one trained supernet for several devices and measures each network.

usage: measure.py [--limit=N] <model> <data> <target>...

  measure.py model.mlirbc cifar10 'cortex-m0plus latency=400ms' stm32h743

<data> is what `ofa-run --data` takes; <target> what `--specialize` takes. Prints a
Markdown table: accuracy of the float network (batch norm recalibrated) and of the
int8 C on all test images, memory from the compiled module, instructions of one
inference on the emulator. Needs ofa-opt and ofa-run on PATH. Nothing is retrained.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

FLOAT = (
    "builtin.module(ofa-extract-subnet{{subnet={}}},ofa-recalibrate-batch-norm,"
    "func.func(ofa-fold-batch-norm,ofa-fuse-activations))"
)


def run(*command):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


def accuracy(*command):
    return float(re.search(r"([\d.]+) %", run("ofa-run", *command)).group(1))


def main():
    arguments = sys.argv[1:]
    limit = [word for word in arguments if word.startswith("--limit=")]
    arguments = [word for word in arguments if not word.startswith("--")]
    if len(arguments) < 3:
        sys.exit(__doc__)
    model, data, *targets = arguments
    data = [f"--data={data}", *limit]
    print("| target | resolution | MACs | float | int8 | SRAM | flash data | instructions | per MAC |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        net, real = pathlib.Path(folder, "net.mlir"), pathlib.Path(folder, "float.mlirbc")
        for target in targets:
            run("ofa-opt", f"--specialize={target}", model, "-o", net)
            text = net.read_text()
            facts = dict(re.findall(r"\b(macs|sram|flash_data) = (\d+)", text))
            subnet = re.search(r"#ofa\.subnet<(\{[^}]*\})>", text).group(1)
            resolution = re.search(r"resolution = (\d+)", subnet).group(1)
            run("ofa-opt", model, f"--pass-pipeline={FLOAT.format(subnet)}",
                "--emit-bytecode", "-o", real)
            device = target.split()[0]
            emulated = run("ofa-run", net, f"--emulate={device}", data[0], "--limit=1")
            instructions = int(re.search(r"per inference: (\d+)", emulated).group(1))
            macs = int(facts["macs"])
            print(f"| {target} | {resolution} | {macs / 1e6:.2f} M | {accuracy(real, *data):.2f} % "
                  f"| {accuracy(net, *data):.2f} % | {facts['sram']} | {facts['flash_data']} "
                  f"| {instructions / 1e6:.2f} M | {instructions / macs:.2f} |", flush=True)


main()
