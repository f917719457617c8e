#!/usr/bin/env python3
"""Searches the published problems: accuracies of acc_predictor.pth, latencies of
the Galaxy Note10's tables, or MACs, as limits.

note10.py --published=FOLDER --work=FOLDER [--only=latency|macs]
          [--tools=BIN] [--resolutions=free|fixed] [--seeds=N] [--all] [--times]
          [--evaluations=N] [--verify]

Compares what ofa-search finds with the best known subnets (note10-optima.txt): at
most 0.0005 below. Without --all, one seed for each problem of one resolution, and
N for the others. With --verify, judges the best known subnets themselves: they
are within their limits and predicted to be as accurate as it says. Prints one line
for each problem, at the end how many hold, as Markdown, and ends in 1 if one fails.
"""
import argparse
import os
import re
import subprocess
import sys
import time

DEVICE = """name: note10
description: Galaxy Note10
core: cortex-a76
isa: [neon, dotprod]
clock: 2.84GHz
memory:
  - {{name: dram, kind: sram, size: 8GiB}}
  - {{name: storage, kind: flash, size: 128GiB}}
toolchain: {{prefix: aarch64-linux-gnu-, flags: [-O2]}}
latency:
  basis: measured
  source: Once-for-All's tables of the Galaxy Note10
  tables: [{tables}]
"""
TOLERANCE = 0.0005
RESOLUTIONS = (160, 176, 192, 208, 224)
# The best of eight runs of the original search, and of its runs with duplicates
# dropped, at free resolution, by latency in ms.
ORIGINAL = {15: 0.7863, 20: 0.8068, 25: 0.8205, 30: 0.8303, 35: 0.8329}
PREDICTED = re.compile(r"predicted_accuracy = ([0-9.e+-]+)")


def run(command):
    return subprocess.run(command, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def read_optima(path):
    for line in open(path, encoding="utf-8"):
        words = line.split()
        if words and not words[0].startswith("#"):
            if words[2] == "none":
                yield words[0], words[1], None, None
            else:
                yield words[0], words[1], float(words[2]), words[3]


def write_subnet(positions):
    """The subnet as `subnet=` takes it."""
    resolution, *stages = positions.split(",")
    choices = [f"resolution={RESOLUTIONS[int(resolution)]}"]
    for s, digits in enumerate(stages, 1):
        depth, *blocks = map(int, digits)
        choices.append(f"s{s}.depth={2 + depth}")
        for b in range(4):
            choices.append(f"s{s}.b{b}.kernel={3 + 2 * blocks[2 * b]}")
            choices.append(f"s{s}.b{b}.expand={(3, 4, 6)[blocks[2 * b + 1]]}")
    return "{" + ",".join(choices) + "}"


def print_summary(groups):
    print("| limits | problems | held with all seeds | seeds that held | largest shortfall in points "
          "| slowest process |")
    print("|---|---:|---:|---:|---:|---:|")
    for group, problems in groups.items():
        possible = [missed for missed, _ in problems if missed]
        runs = sum(possible, [])
        if not runs:
            continue
        print(f"| {group} | {len(possible)} | "
              f"{sum(max(missed) <= TOLERANCE for missed in possible)} | "
              f"{sum(shortfall <= TOLERANCE for shortfall in runs)} of {len(runs)} | "
              f"{100 * max(runs):.3f} | {max(slowest for _, slowest in problems):.2f} s |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", default="")
    parser.add_argument("--published", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--resolutions", default="")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--evaluations", default="", help="instead of ofa-search's own number")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--times", action="store_true")
    parser.add_argument("--verify", action="store_true")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    device = os.path.join(options.work, "note10.yaml")
    tables = [os.path.join(os.path.abspath(options.published), "note10", f"{r}_lookup_table.yaml")
              for r in RESOLUTIONS]
    with open(device, "w", encoding="utf-8") as file:
        file.write(DEVICE.format(tables=", ".join(tables)))
    opt = os.path.join(options.tools, "ofa-opt")
    space = os.path.join(options.work, "space.mlir")
    made = run([os.path.join(options.tools, "ofa-translate"),
                "--make-supernet=mbv3", "--width=1.2", "--weights=absent",
                "--resolutions=" + ",".join(map(str, RESOLUTIONS)), "-o", space])
    if made.returncode:
        sys.exit(made.stderr)
    predictor = os.path.join(options.published, "acc_predictor.pth")

    def search(choice, limit):
        if options.evaluations:
            choice += f" evaluations={options.evaluations}"
        return run([opt, space, "--ofa-import-predictor=file=" + predictor,
                    f"--ofa-search=device-file={device} target=\"{limit}\"{choice}",
                    "-o", "-"])

    failures = 0
    groups = {}  # Of problems: how each ended.
    optima = os.path.join(os.path.dirname(__file__), "note10-optima.txt")
    for limit, resolution, best, subnet in read_optima(optima):
        if not limit.startswith(options.only):
            continue
        if options.resolutions not in ("", "free" if resolution == "free" else "fixed"):
            continue
        if options.verify:
            if best is None:
                continue
            result = search(f' subnet="{write_subnet(subnet)}"', limit)
            found = PREDICTED.search(result.stdout)
            ok = found and f"{float(found.group(1)):.6f}" == f"{best:.6f}"
            ok &= resolution in ("free", str(RESOLUTIONS[int(subnet[0])]))
            print(("ok   " if ok else "FAIL ") + f"{limit:14} {resolution:>4}",
                  result.stderr if not ok else "", flush=True)
            failures += not ok
            continue
        is_free = resolution == "free"
        seeds = options.seeds if is_free or options.all else 1
        fix = "" if is_free else f" fix=resolution={resolution}"
        accuracies, slowest = [], 0
        for seed in range(1, seeds + 1):
            begin = time.monotonic()
            result = search(f" seed={seed}{fix}", limit)
            slowest = max(slowest, time.monotonic() - begin)
            found = PREDICTED.search(result.stdout)
            if result.returncode == 0 and found:
                accuracies.append(float(found.group(1)))
            elif "nearest subnet" not in result.stderr:
                sys.exit(result.stderr)
        line = f"{limit:14} {resolution:>4}"
        missed = [best - accuracy for accuracy in accuracies] if best else []
        group = f"{limit.split('=')[0]}, resolution {'free' if is_free else 'fixed'}"
        groups.setdefault(group, []).append((missed, slowest))
        if best is None:
            ok = not accuracies
            line += " impossible" if ok else f" found {max(accuracies)}"
        else:
            ok = len(accuracies) == seeds and min(accuracies) >= best - TOLERANCE
            line += f" best known {best:.6f}, worst found {min(accuracies):.6f}"
            if is_free and limit.startswith("latency="):
                original = ORIGINAL[int(limit[8:-2])]
                ok &= min(accuracies) > original
                line += f", original {original:.4f}"
        if options.times:
            line += f", at most {slowest:.2f} s"
        print(("ok   " if ok else "FAIL ") + line, flush=True)
        failures += not ok
    print_summary(groups)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
