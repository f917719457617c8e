#!/usr/bin/env python3
# ===- eliminated_channels.py - Real networks without dead channels --------=== #
#
# Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------=== #
"""What ofa-eliminate-constant-channels takes from the int8 models of the shared
data, and that their results stay the same on random inputs.

  eliminated_channels.py SHARED FOLDER COUNT [MODEL...]

FOLDER takes what is made, COUNT is the number of inputs. Prints one line a
model; fails at the first difference. ofa-opt, ofa-translate and ofa-run come from
PATH.
"""

import glob
import math
import os
import random
import re
import subprocess
import sys


def run(*command):
    """Runs a command; returns what it printed."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nexit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def count_macs(network):
    return int(re.search(r"(\d+) MACs", run("ofa-opt", "--ofa-describe", network, "-o", os.devnull))[1])


def count_weights(network):
    """Bytes of the weights of convolutions, depthwise or not."""
    types = re.findall(r'ofa\.(?:depthwise_)?conv2d ".*? : \(.*?>, tensor<([0-9x]+)x!',
                       run("ofa-opt", network))
    return sum(math.prod(int(size) for size in shape.split("x")) for shape in types)


def write_inputs(path, size, count):
    """Noise of several brightnesses and contrasts."""
    numbers = random.Random(1)
    with open(path, "wb") as file:
        for _ in range(count):
            contrast, brightness = numbers.random(), numbers.uniform(-128, 128)
            table = bytes(round(min(max((i - 128) * contrast + brightness, -128), 127)) & 255
                          for i in range(256))
            file.write(numbers.randbytes(size).translate(table))


def check(shared, folder, count, path):
    name = os.path.splitext(os.path.basename(path))[0]
    before, after, inputs = (os.path.join(folder, f"{name}{end}")
                             for end in (".before.mlir", ".after.mlir", ".inputs"))
    run("ofa-translate", "--import-tflite", path, "-o", before)
    run("ofa-opt", "--pass-pipeline=builtin.module(func.func(ofa-eliminate-constant-channels))",
        before, "-o", after)
    golden = os.path.join(shared, "golden", name, "in_v00.bin")
    write_inputs(inputs, os.path.getsize(golden), count)
    run("ofa-run", before, f"--input={inputs}", f"--compare={after}")
    print(f"{name}: MACs {count_macs(before)} -> {count_macs(after)}, weights of convolutions "
          f"{count_weights(before)} -> {count_weights(after)}, equal on {count} inputs", flush=True)


def main():
    shared, folder, count, *names = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    paths = sorted(glob.glob(os.path.join(shared, "models", "*", "*.tflite")))
    paths = [path for path in paths
             if not names or os.path.splitext(os.path.basename(path))[0] in names]
    for path in paths:
        if "float" not in path:
            check(shared, folder, int(count), path)
    sys.exit(0 if paths else 1)


if __name__ == "__main__":
    main()
