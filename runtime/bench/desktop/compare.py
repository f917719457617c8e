#!/usr/bin/env python3
# ===- compare.py - x86-64 against ONNX Runtime ----------------------------=== #
#
# Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------=== #
"""Times real TFLite models on this machine, one thread: ONNX Runtime on QDQ versions
of them (qdq.py), the portable kernels, and those of a device, in turns.

  compare.py [--device=NAME [--flags=FLAGS]] SHARED FOLDER [MODEL...]

First all 16 golden vectors: ours has to give the same bytes; of ONNX Runtime, which
rounds otherwise, the largest difference is printed, in steps of the int8 output.
Prints a Markdown table: the shortest time of many inferences, and the median.

FOLDER takes what is made; ofa-opt, ofa-translate and gcc come from PATH.
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
INSTALL = "npm install --ignore-scripts onnxruntime-node@1.30.0"
VECTORS = 16
# Short turns: what else the machine does hits all of them alike.
ROUNDS, ROUND_NS = 100, 5e6
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


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Runner:
    """A process that answers the commands which harness.c describes."""

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
        return read(self.files[1])

    def warm_up(self):
        """Sets how many inferences make one round."""
        for _ in range(3):
            typical = statistics.median(map(float, self.ask("time", 10).split()))
        self.count = max(1, int(ROUND_NS / typical))

    def time(self):
        self.times += map(float, self.ask("time", self.count).split())

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    @property
    def best(self):
        return min(self.times) / 1e3

    @property
    def cell(self):
        return f"{self.best:.1f} ({statistics.median(self.times) / 1e3:.1f})"


def find_library(folder):
    """ONNX Runtime's library, and its version."""
    missing = [program for program in ("gcc", "ofa-opt", "ofa-translate")
               if not shutil.which(program)]
    if missing:
        fail(f"needs {', '.join(missing)} in PATH; ofa-* are made by 'cmake --build --preset "
             "release' and lie in build/release/bin")
    package = os.path.join(folder, "node_modules", "onnxruntime-node")
    libraries = glob.glob(f"{package}/bin/*/linux/x64/libonnxruntime.so*")
    if not libraries:
        fail(f"{package}: has no libonnxruntime for Linux on x86-64; run (npm: apt-get install "
             f"npm)\n  {INSTALL} --prefix={os.path.relpath(folder)}")
    return libraries[0], json.loads(read(os.path.join(package, "package.json")))["version"]


def find_flags(device):
    """The flags of a built-in device, from its file."""
    path = os.path.join(ROOT, "lib", "Device", "devices", f"{device}.yaml")
    if not os.path.exists(path):
        fail(f"{path}: no such file; --device wants the name of a built-in x86-64 device, or "
             "--flags beside it")
    found = re.search(r"^ +flags: \[([^\]]*)\]", read(path).decode(), re.MULTILINE)
    if not found:
        fail(f"{path}: has no toolchain flags of its own; --flags gives them")
    return [flag.strip() for flag in found[1].split(",")]


def compile_program(program, *arguments):
    run("gcc", "-std=c99", f"-I{HERE}", os.path.join(HERE, "harness.c"), *arguments, "-o", program)
    return program


def build(folder, network, device, flags):
    """The program of a model's C for a device."""
    name = re.sub(r"[^\w.=-]", "-", device + "".join(flags))
    compiled, sources, program = (os.path.join(folder, name + end) for end in (".mlir", ".c", ""))
    run("ofa-opt", f"--specialize={device} sram=1MiB flash=4MiB quiet=true", network,
        "-o", compiled)
    run("ofa-translate", "--emit-c", compiled, "-o", sources)
    return compile_program(
        program, "-ffp-contract=off", *flags, f"-I{sources}", f"-I{sources}/runtime",
        os.path.join(HERE, "model.c"), *sorted(glob.glob(f"{sources}/*.c")),
        *sorted(glob.glob(f"{sources}/runtime/*.c")))


class Comparison:
    """A model on ONNX Runtime (as it is, and precise) and in the given ways."""

    def __init__(self, options, peer, builds, name):
        self.name, self.golden = name, os.path.join(options.shared, "golden", name)
        folder = os.path.join(options.folder, name)
        os.makedirs(folder, exist_ok=True)
        model = os.path.join(options.shared, "models", MODELS[name], f"{name}.tflite")
        network = os.path.join(folder, "model.mlirbc")
        onnx = os.path.join(folder, "model.onnx")
        run("ofa-translate", "--import-tflite", "--name=model", model, "-o", network)
        self.graph = qdq.convert(model, onnx)
        shapes = ("x".join(map(str, tensor.shape)) for tensor in
                  (self.graph.network.input_type, self.graph.network.output_type))
        command = [*peer, onnx, "float32" if self.graph.floats_outside else "uint8", *shapes]
        # Without VNNI, ONNX Runtime's fast kernels saturate sums of two products at 16
        # bits; this entry has it use others, which do not.
        self.peers = [Runner(folder, "onnx", command),
                      Runner(folder, "precise", [*command, "session.x64quantprecision", "1"])]
        self.ours = [Runner(folder, f"ours{number}", [build(folder, network, *each)])
                     for number, each in enumerate(builds)]
        self.runners = [*self.peers, *self.ours]

    def check(self):
        """Compares with the golden vectors; sets the peers' largest differences."""
        quantised = not self.graph.floats_outside
        self.differences = [0] * len(self.peers)
        for vector in range(VECTORS):
            data = read(f"{self.golden}/in_v{vector:02}.bin")
            wanted = read(f"{self.golden}/out_v{vector:02}_0.bin")
            for runner in self.ours:
                if runner.infer(data) != wanted:
                    fail(f"{self.name}: {' '.join(runner.command)}: the output for vector "
                         f"{vector} is not the golden one")
            data, wanted = (each.translate(SIGN) if quantised else each for each in (data, wanted))
            self.differences = [max(difference, self.steps(peer.infer(data), wanted))
                                for peer, difference in zip(self.peers, self.differences)]

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
        ours, peers = self.ours[-1].best, self.runners[:-1]
        cells = [self.name, f"{self.graph.macs / 1e6:.4g}", "{} ({})".format(*self.differences),
                 *(runner.cell for runner in self.runners),
                 *(f"{runner.best / ours:.2f}" for runner in peers)]
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
    parser.add_argument("--device", help="built-in x86-64 device, and perhaps more options of "
                        "ofa-opt --specialize, whose kernels are ours; without it, the portable "
                        "ones with AVX2 are that")
    parser.add_argument("--flags", help="of gcc for that device, instead of those in its file")
    parser.add_argument("--onnxruntime", default=os.path.join(ROOT, "build", "onnxruntime"),
                        help="folder into which npm installed onnxruntime-node")
    parser.add_argument("shared")
    parser.add_argument("folder")
    parser.add_argument("models", nargs="*", metavar="model")
    options = parser.parse_args()
    unknown = set(options.models) - set(MODELS)
    if unknown:
        parser.error(f"no such model: {', '.join(sorted(unknown))}; there are {', '.join(MODELS)}")
    library, version = find_library(os.path.abspath(options.onnxruntime))

    # The device without extensions takes the portable kernels.
    builds = [("cortex-m3", ["-O2"]), ("cortex-m3", ["-O3", "-march=x86-64-v3"])]
    titles = ["ONNX Runtime", "precise", "portable -O2", "portable -O3 AVX2"]
    if options.device:
        flags = options.flags.split() if options.flags else find_flags(options.device.split()[0])
        builds.append((options.device, ["-O3", *flags]))
        titles.append(options.device)
    header = [f"microseconds on {describe_processor()}", "M MACs", "differs (precise)",
              titles[0] + f" {version}", *titles[1:], *(f"{title} / ours" for title in titles[:-1])]
    print("| " + " | ".join(header) + " |\n|---|" + "---:|" * (len(header) - 1), flush=True)
    os.makedirs(options.folder, exist_ok=True)
    peer = [compile_program(os.path.join(options.folder, "onnxruntime"), "-O2",
                            os.path.join(HERE, "onnxruntime.c"), "-ldl"), library]
    for name in options.models or MODELS:
        comparison = Comparison(options, peer, builds, name)
        comparison.check()
        comparison.measure()
        print(comparison.row(), flush=True)


if __name__ == "__main__":
    main()
