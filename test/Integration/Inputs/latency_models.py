#!/usr/bin/env python3
# ===- latency_models.py - How far latency models are off ------------------=== #
#
# Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------=== #
"""Profiles a supernet on emulated devices and prints, as Markdown, how far the
predictions for random subnets are from what the emulator counts.

  latency_models.py table|fit MODEL FOLDER SUBNETS DEVICE...
      by the table of all layers, or by a model fitted to 100 of them

FOLDER takes what is made. ofa-profile comes from PATH.
"""

import os
import re
import subprocess
import sys


def main():
    kind, model, folder, subnets, *devices = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    print("| device | subnets | mean error | largest | 95 % of networks within |")
    print("|---|---:|---:|---:|---:|")
    for device in devices:
        command = ["ofa-profile", model, f"--device={device}", f"--validate={subnets}",
                   "--restart", "-o", os.path.join(folder, f"{device}.{kind}.yaml")]
        done = subprocess.run(command + ["--fit=100"] * (kind == "fit"),
                              capture_output=True, text=True)
        found = re.search(r"mean error (\S+ %), largest (\S+ %), .*"
                          r"95 % of networks within (\S+ to \S+ %)", done.stderr)
        if done.returncode or not found:
            sys.exit(f"{' '.join(command)}\n{done.stderr}")
        print(f"| {device} | {subnets} | " + " | ".join(found.groups()) + " |", flush=True)


if __name__ == "__main__":
    main()
