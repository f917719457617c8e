#!/usr/bin/env python3
"""Specialises one trained supernet for several budgets and measures each network.

usage: measure.py [--limit=N] [--baseline=<model>] [--picture=<file.svg>]
                  <model> <data> <target>...

  measure.py model.mlirbc cifar10 'cortex-m0plus latency=400ms' stm32h743

<data> is what `ofa-run --data` takes; <target> what `--specialize` takes. Prints a
Markdown table: accuracy as the module predicts it, of the float network (batch norm
recalibrated) and of the int8 C on all test images, memory from the compiled module,
instructions of one inference on the emulator; `--picture` draws accuracy over MACs.
The baseline is an ordinary network, compiled for the first target's device without
budgets. Needs ofa-opt and ofa-run on PATH. Nothing is retrained.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FLOAT = (
    "builtin.module(ofa-extract-subnet{{subnet={}}},ofa-recalibrate-batch-norm,"
    "func.func(ofa-fold-batch-norm,ofa-fuse-activations))"
)
COLUMNS = ["network", "resolution", "MACs", "predicted", "float", "int8", "SRAM",
           "flash data", "instructions", "per MAC"]


def run(*command):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


def accuracy(*command):
    return float(re.search(r"([\d.]+) %", run("ofa-run", *command)).group(1))


def measure(model, target, name, data):
    with tempfile.TemporaryDirectory() as folder:
        return measure_in(folder, model, target, name, data)


def measure_in(folder, model, target, name, data):
    net, real = pathlib.Path(folder, "net.mlir"), pathlib.Path(folder, "float.mlirbc")
    run("ofa-opt", f"--specialize={target}", model, "-o", net)
    text = net.read_text()
    facts = dict(re.findall(r" (macs|sram|flash_data) = (\d+) : i64", text)
                 + re.findall(r" (predicted_accuracy) = ([\d.e+-]+)", text))
    subnet = re.search(r"#ofa\.subnet<(\{[^}]+\})>", text)
    subnet = subnet.group(1) if subnet else "largest"
    resolution = re.search(r"resolution = (\d+)", subnet)
    run("ofa-opt", model, f"--pass-pipeline={FLOAT.format(subnet)}", "--emit-bytecode", "-o", real)
    emulated = run("ofa-run", net, f"--emulate={target.split()[0]}", data[0], "--limit=1")
    row = {
        "network": name,
        "resolution": resolution.group(1) if resolution else "",
        "macs": int(facts["macs"]),
        "float": accuracy(real, *data),
        "int8": accuracy(net, *data),
        "sram": int(facts["sram"]),
        "flash": int(facts["flash_data"]),
        "instructions": int(re.search(r"per inference: (\d+)", emulated).group(1)),
    }
    if "predicted_accuracy" in facts:
        row["predicted"] = 100 * float(facts["predicted_accuracy"])
    return row


def print_row(row):
    percent = lambda key: f"{row[key]:.2f} %" if key in row else ""
    cells = [row["network"], row["resolution"], f"{row['macs'] / 1e6:.2f} M",
             percent("predicted"), percent("float"), percent("int8"), row["sram"], row["flash"],
             f"{row['instructions'] / 1e6:.2f} M", f"{row['instructions'] / row['macs']:.2f}"]
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def draw(rows, baseline, path):
    """Accuracy over MACs: predicted, float and int8; the baseline by its int8."""
    width, height, left, bottom = 640, 400, 60, 50
    points = rows + ([baseline] if baseline else [])
    values = [row[key] for row in points for key in ("predicted", "float", "int8") if key in row]
    low, high = int(min(values)) - 1, int(max(values)) + 1
    right = max(row["macs"] for row in points) / 1e6 * 1.05
    x = lambda macs: left + (width - left - 20) * macs / 1e6 / right
    y = lambda value: height - bottom - (height - bottom - 40) * (value - low) / (high - low)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
           'font-family="sans-serif" font-size="12" fill="#333">',
           f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for tick in range(low, high + 1, max(1, (high - low) // 8)):
        out.append(f'<path d="M{left} {y(tick):.1f}H{width - 20}" stroke="#ddd"/>'
                   f'<text x="{left - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick} %</text>')
    for tick in range(0, int(right) + 1, max(1, int(right) // 8)):
        out.append(f'<text x="{x(tick * 1e6):.1f}" y="{height - bottom + 18}" '
                   f'text-anchor="middle">{tick} M</text>')
    out.append(f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle">MACs</text>')
    styles = {"predicted": ("#999", "4 3"), "float": ("#1f77b4", ""), "int8": ("#d62728", "")}
    for number, (key, (color, dash)) in enumerate(styles.items()):
        line = [row for row in sorted(rows, key=lambda row: row["macs"]) if key in row]
        if not line:
            continue
        path_data = "M" + "L".join(f"{x(row['macs']):.1f} {y(row[key]):.1f}" for row in line)
        out.append(f'<path d="{path_data}" fill="none" stroke="{color}" '
                   f'stroke-dasharray="{dash}"/>')
        for row in line:
            out.append(f'<circle cx="{x(row["macs"]):.1f}" cy="{y(row[key]):.1f}" r="3" '
                       f'fill="{color}"><title>{row["network"]}: {key} {row[key]:.2f} %'
                       '</title></circle>')
        out.append(f'<text x="{left + 10 + 90 * number}" y="24" fill="{color}">{key}</text>')
    if baseline:
        out.append(f'<rect x="{x(baseline["macs"]) - 4:.1f}" y="{y(baseline["int8"]) - 4:.1f}" '
                   'width="8" height="8" fill="#2ca02c"/>'
                   f'<text x="{x(baseline["macs"]) - 8:.1f}" y="{y(baseline["int8"]) + 4:.1f}" '
                   f'fill="#2ca02c" text-anchor="end">{baseline["network"]}, int8</text>')
    pathlib.Path(path).write_text("\n".join(out) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit")
    parser.add_argument("--baseline")
    parser.add_argument("--picture")
    parser.add_argument("model")
    parser.add_argument("data")
    parser.add_argument("targets", nargs="+")
    options = parser.parse_args()
    data = [f"--data={options.data}"]
    if options.limit:
        data.append(f"--limit={options.limit}")
    print("|", " | ".join(COLUMNS), "|")
    print("|" + "---|" * len(COLUMNS))
    jobs = [(options.model, target, target) for target in options.targets]
    if options.baseline:
        jobs.insert(0, (options.baseline, options.targets[0].split()[0],
                        pathlib.Path(options.baseline).stem))
    rows = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for row in pool.map(lambda job: measure(*job, data), jobs):
            print_row(row)
            rows.append(row)
    baseline = rows.pop(0) if options.baseline else None
    if options.picture:
        draw(rows, baseline, options.picture)


main()
