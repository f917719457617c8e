#!/usr/bin/env python3
# ===- compare.py - x86-64 against ONNX Runtime ----------------------------=== #
#
# Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------=== #
"""Times real TFLite models on this machine, one thread: ONNX Runtime on QDQ versions
of them (qdq.py), the portable kernels, and those of a device, in turns.

  compare.py [--device=NAME] SHARED FOLDER [MODEL...]

First all 16 golden vectors: ours has to give the same bytes; of ONNX Runtime, which
rounds otherwise, the largest difference is printed. Prints a Markdown table.

FOLDER takes what is made; ofa-opt, ofa-translate, gcc and node come from PATH.
"""

import argparse
import glob
import json
import os
import re
import shutil
import statistics
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
MODELS = {"ad01_int8": "mlperf-tiny", "kws_ref_model": "mlperf-tiny",
          "pretrainedResnet_quant": "mlperf-tiny", "str_ww_ref_model": "mlperf-tiny",
          "vww_96_int8": "mlperf-tiny", "micro_speech_quantized": "tflm",
          "person_detect": "tflm", "mcunet_vww": "tinyengine"}
INSTALL = "npm install --ignore-scripts --prefix {} onnxruntime-node@1.30.0"
VECTORS, ROUNDS, ROUND_NS = 16, 25, 20e6
SIGN = bytes(value ^ 0x80 for value in range(256))

sys.path.insert(0, HERE)
import qdq  # noqa: E402  (beside this file, wherever it is called from)


def fail(text):
    sys.exit(f"compare.py: {text}")


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        fail(f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Runner:
    """A process that answers the commands which model.c describes."""

    def __init__(self, folder, name, command):
        self.command, self.times = command, []
        self.files = [os.path.join(folder, f"{name}.{end}") for end in ("in", "out")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def ask(self, *words):
        try:
            print(*words, file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            code = self.process.wait()
            fail(f"{' '.join(self.command)}\nended with {code}"
                 + (": this processor lacks instructions that it needs" if code == -4 else ""))
        return answer

    def infer(self, data):
        with open(self.files[0], "wb") as file:
            file.write(data)
        self.ask("run", *self.files)
        with open(self.files[1], "rb") as file:
            return file.read()

    def warm_up(self):
        """Sets how many inferences make one round."""
        for _ in range(3):
            typical = statistics.median(map(float, self.ask("time", 10).split()))
        self.count = max(5, int(ROUND_NS / typical))

    def time(self):
        self.times += map(float, self.ask("time", self.count).split())

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    @property
    def best(self):
        return min(self.times) / 1e3

    @property
    def median(self):
        return statistics.median(self.times) / 1e3


def find_package(folder):
    """Where onnxruntime-node is, and its version."""
    package = os.path.join(folder, "node_modules", "onnxruntime-node")
    missing = [program for program in ("node", "gcc", "ofa-opt", "ofa-translate")
               if not shutil.which(program)]
    if missing:
        fail(f"needs {', '.join(missing)} in PATH (Debian: apt-get install nodejs npm gcc; "
             "ofa-* are in build/release/bin)")
    if not os.path.exists(os.path.join(package, "package.json")):
        fail(f"{package}: no such folder; in the project's root, run\n  "
             + INSTALL.format(os.path.relpath(folder, ROOT)))
    with open(os.path.join(package, "package.json"), encoding="utf-8") as file:
        return package, json.load(file)["version"]


def device_flags(device):
    """The flags of a built-in device, from its file."""
    path = os.path.join(ROOT, "lib", "Device", "devices", f"{device}.yaml")
    if not os.path.exists(path):
        fail(f"{path}: no such device; --device wants one of the x86-64 devices of this folder")
    with open(path, encoding="utf-8") as file:
        flags = re.search(r"^ +flags: \[(.*)\]", file.read(), re.MULTILINE)[1]
    return [flag.strip() for flag in flags.split(",") if flag.strip()]


def build(folder, network, device, flags):
    """The program of a model's C for a device."""
    name = device + "".join(flags)
    compiled, sources, program = (os.path.join(folder, name + end) for end in (".mlir", ".c", ""))
    run("ofa-opt", f"--specialize={device} sram=1MiB flash=4MiB quiet=true", network,
        "-o", compiled)
    run("ofa-translate", "--emit-c", compiled, "-o", sources)
    run("gcc", "-std=c99", "-ffp-contract=off", *flags, f"-I{sources}", f"-I{sources}/runtime",
        os.path.join(HERE, "model.c"), *sorted(glob.glob(f"{sources}/*.c")),
        *sorted(glob.glob(f"{sources}/runtime/*.c")), "-o", program)
    return program


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Comparison:
    """A model on ONNX Runtime (as it is, and precise) and in the given ways."""

    def __init__(self, options, package, builds, name):
        self.name, self.golden = name, os.path.join(options.shared, "golden", name)
        folder = os.path.join(options.folder, name)
        os.makedirs(folder, exist_ok=True)
        model = os.path.join(options.shared, "models", MODELS[name], f"{name}.tflite")
        network = os.path.join(folder, "model.mlirbc")
        onnx, empty = (os.path.join(folder, f"{file}.onnx") for file in ("model", "empty"))
        run("ofa-translate", "--import-tflite", "--name=model", model, "-o", network)
        self.graph = qdq.convert(model, onnx, empty)
        script = ["node", os.path.join(HERE, "onnxruntime.js"), package]
        # Without VNNI, ONNX Runtime's fast kernels saturate sums of two products at 16
        # bits; this entry has it use others, which do not.
        self.peers = {"": Runner(folder, "onnx", [*script, onnx]),
                      "precise": Runner(folder, "precise",
                                        [*script, onnx, "session.x64quantprecision=1"]),
                      "call": Runner(folder, "empty", [*script, empty])}
        self.ours = [Runner(folder, f"ours{number}", [build(folder, network, *each)])
                     for number, each in enumerate(builds)]
        self.runners = [*self.peers.values(), *self.ours]

    def check(self):
        """Compares with the golden vectors; sets the peers' largest differences."""
        quantised = not self.graph.floats_outside
        self.differences = dict.fromkeys(("", "precise"), 0)
        for vector in range(VECTORS):
            data = read(f"{self.golden}/in_v{vector:02}.bin")
            wanted = read(f"{self.golden}/out_v{vector:02}_0.bin")
            for runner in self.ours:
                if runner.infer(data) != wanted:
                    fail(f"{self.name}: {' '.join(runner.command)}: the output for vector "
                         f"{vector} is not the golden one")
            data, wanted = (each.translate(SIGN) if quantised else each for each in (data, wanted))
            for peer in self.differences:
                self.differences[peer] = max(
                    self.differences[peer],
                    self.steps(self.peers[peer].infer(data), wanted))
            self.peers["call"].infer(data)

    def steps(self, output, wanted):
        """The largest difference, in steps of the quantised output."""
        if len(output) != len(wanted):
            fail(f"{self.name}: {len(output)} bytes of output instead of {len(wanted)}")
        kind = f"<{len(output) // 4}f" if self.graph.floats_outside else f"{len(output)}B"
        return max(abs(round((value - golden) / self.graph.output_step)) for value, golden in
                   zip(struct.unpack(kind, output), struct.unpack(kind, wanted)))

    def measure(self):
        for runner in self.runners:
            runner.warm_up()
        for _ in range(ROUNDS):
            for runner in self.runners:
                runner.time()
        for runner in self.runners:
            runner.close()

    def row(self):
        plain, precise, call = self.peers.values()
        cells = [self.name, f"{self.graph.macs / 1e6:.4g}"]
        cells += [f"{runner.best:.1f} ({runner.median:.1f}; {self.differences[peer]})"
                  for peer, runner in (("", plain), ("precise", precise))]
        cells.append(f"{call.best:.1f}")
        cells += [f"{runner.best:.1f} ({runner.median:.1f})" for runner in self.ours]
        # What a call from JavaScript costs is not held against ONNX Runtime.
        ours = self.ours[-1].best
        cells += [f"{(runner.best - call.best) / ours:.2f}" for runner in (plain, precise)]
        cells += [f"{runner.best / ours:.2f}" for runner in self.ours[:-1]]
        return "| " + " | ".join(cells) + " |"


def describe_processor():
    text = read("/proc/cpuinfo").decode()
    name = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)[1]
    flags = re.search(r"^flags\s*: (.*)$", text, re.MULTILINE)[1].split()
    features = [feature for feature, flag in (
        ("AVX2", "avx2"), ("AVX-512", "avx512bw"), ("AVX-VNNI", "avx_vnni"),
        ("AVX-512 VNNI", "avx512_vnni")) if flag in flags]
    return f"{name} ({', '.join(features) or 'no AVX2'})"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", help="built-in x86-64 device, whose kernels and flags make "
                        "the last column; without it, the portable ones for AVX2 are that")
    parser.add_argument("--onnxruntime", default=os.path.join(ROOT, "build", "onnxruntime"),
                        help="folder into which npm installed onnxruntime-node")
    parser.add_argument("shared")
    parser.add_argument("folder")
    parser.add_argument("models", nargs="*", metavar="model")
    options = parser.parse_args()
    unknown = set(options.models) - set(MODELS)
    if unknown:
        parser.error(f"no such model: {', '.join(sorted(unknown))}; there are {', '.join(MODELS)}")
    package, version = find_package(os.path.abspath(options.onnxruntime))

    # The device without extensions takes the portable kernels.
    builds = [("cortex-m3", ["-O2"]), ("cortex-m3", ["-O3", "-march=x86-64-v3"])]
    titles = ["portable -O2", "portable -O3 AVX2"]
    if options.device:
        builds.append((options.device, ["-O3", *device_flags(options.device)]))
        titles.append(options.device)
    header = [f"microseconds on {describe_processor()}", "M MACs",
              f"ONNX Runtime {version}", "precise", "of which call", *titles,
              "ONNX Runtime / ours", "precise / ours",
              *(f"{title} / ours" for title in titles[:-1])]
    print("| " + " | ".join(header) + " |\n|---|" + "---:|" * (len(header) - 1), flush=True)
    for name in options.models or MODELS:
        comparison = Comparison(options, package, builds, name)
        comparison.check()
        comparison.measure()
        print(comparison.row(), flush=True)


if __name__ == "__main__":
    main()
