# ===- run_cases.py - Compiles and runs what generate.py wrote --------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""Imports each case of a folder that generate.py wrote, and runs it
  (a) in process, as the imported network of `ofa` operations, and
  (b) as emitted C, many models in one program: on this host, or with --core as
      firmware on the emulator;
each must give the expected outputs: int8 byte for byte, floats within the
case's tolerance. Prints one line for each difference or failure. A case that
rounds nothing in int8 is the same in both modes and runs once.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from tflite_file import unpack

FIRMWARE = pathlib.Path(__file__).parents[4] / "runtime/ports/firmware"
ELEMENT_BYTES = {"FLOAT32": 4, "INT8": 1}
# So many models that fail their batch are searched for, by halving it.
SEARCHES = 10


class Failure(Exception):
    """What went wrong with a case, in one line."""


@dataclasses.dataclass
class Run:
    """One case in one rounding mode."""
    case: dict
    rounding: str
    folder: pathlib.Path  # generate.py's
    work: pathlib.Path

    @property
    def name(self):
        return self.case["name"]

    def __str__(self):
        return f"{self.name} ({self.case['operator']}, {self.rounding})"

    def input_files(self):
        return [self.folder / f"{self.name}.in{k}.bin" for k in range(len(self.case["inputs"]))]

    def expected(self):
        """The bytes of each output, all vectors one after the other."""
        return [(self.folder / f"{self.name}.out{k}.{self.rounding}.bin").read_bytes()
                for k in range(len(self.case["outputs"]))]


def tensor_bytes(tensor):
    count = ELEMENT_BYTES[tensor["type"]]
    for extent in tensor["shape"]:
        count *= extent
    return count


def interleave(files, sizes):
    """All inputs of the first vector, then those of the second, ..."""
    count = len(files[0]) // sizes[0]
    return b"".join(data[v * size:(v + 1) * size]
                    for v in range(count) for data, size in zip(files, sizes))


def run(*command, environment=None, folder=None):
    words = [str(word) for word in command]
    result = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            errors="replace", cwd=folder,
                            env={**os.environ, **(environment or {})})
    if result.returncode:
        lines = result.stdout.strip().splitlines() or [f"exit code {result.returncode}"]
        telling = next((line for line in lines if "rror" in line), lines[-1])
        raise Failure(f"{pathlib.Path(words[0]).name} {words[1]}: {telling}")
    return result.stdout


def compare(test, what, actual):
    """Holds raw outputs, vector by vector, against the expected ones."""
    outputs = test.case["outputs"]
    expected = interleave(test.expected(), [tensor_bytes(tensor) for tensor in outputs])
    if len(actual) != len(expected):
        raise Failure(f"{what}: {len(actual)} bytes of output, not {len(expected)}")
    at = 0
    for vector in range(test.case["vectors"]):
        for number, tensor in enumerate(outputs):
            end = at + tensor_bytes(tensor)
            got, want = (unpack(tensor["type"], data[at:end]) for data in (actual, expected))
            tolerance = tensor.get("tolerance", 0)
            wrong = [i for i, (a, b) in enumerate(zip(got, want)) if not abs(a - b) <= tolerance]
            if wrong:
                i = wrong[0]
                raise Failure(
                    f"{what}: output {number}, vector {vector}, {len(wrong)} of {len(got)} "
                    f"elements, the first at {i}: {got[i]}, not {want[i]}")
            at = end


def translate(test, device, evaluate):
    """Imports a case, runs it in process, and emits its C."""
    network, kernels = (test.work / f"{test.name}{suffix}" for suffix in (".mlirbc", ".mlir"))
    run("ofa-translate", "--import-tflite", f"--rounding={test.rounding}",
        test.folder / f"{test.name}.tflite", "-o", network)
    if evaluate:
        result = test.work / f"{test.name}.evaluated"
        run("ofa-run", network, *(f"--input={file}" for file in test.input_files()), "-o", result)
        compare(test, "in process", result.read_bytes())
    run("ofa-opt", f"--specialize={device} quiet=true name={test.name}", network, "-o", kernels)
    run("ofa-translate", "--emit-c", kernels, "-o", test.work / test.name)


def execute(number, tests, core, flags):
    """Builds one program from the models of several cases and runs it. The
    files have short names: an emulated command line holds 1023 characters."""
    work = tests[0].work
    program = work / f"batch{number}.elf"
    models, files = [], []
    for k, test in enumerate(tests):
        models += [test.name, test.work / test.name]
        files += [f"i{number}.{k}", f"o{number}.{k}"]
        (work / files[-2]).write_bytes(interleave(
            [file.read_bytes() for file in test.input_files()],
            [tensor_bytes(tensor) for tensor in test.case["inputs"]]))
    objects = work / "objects"
    objects.mkdir(exist_ok=True)
    run(FIRMWARE, "model", core, program, *models,
        environment={"OFA_OPTIMIZE": flags, "OFA_OBJECTS": str(objects)})
    run(FIRMWARE, "run", core, program, *files, folder=work)
    return [work / file for file in files[1::2]]


class Report:
    """Counts, and prints failures as they come."""

    def __init__(self):
        self.failed = collections.Counter()  # by operator
        self.total = 0

    def fail(self, test, failure):
        self.failed[test.case["operator"]] += 1
        print(f"{test}: {failure}", flush=True)

    def attempt(self, pool, tests, action):
        """Runs action(test) on all tests; returns those that passed."""
        tests = list(tests)
        passed = []
        for test, future in [(test, pool.submit(action, test)) for test in tests]:
            try:
                future.result()
                passed.append(test)
            except Failure as failure:
                self.fail(test, failure)
        return passed


def run_batches(report, pool, tests, options):
    """(b) for tests of one rounding mode."""
    flags = "-O1"
    if options.sanitize:
        flags += " -g -fsanitize=address,undefined -fno-sanitize-recover=all"

    culprits = []

    def run_batch(batch):
        number, members = batch
        try:
            outputs = execute(number, members, options.core, flags)
        except Failure as failure:
            # One model that does not build or run fails its whole batch: find it.
            if len(members) == 1:
                culprits.append(members[0])
                return [(members[0], failure)]
            if len(culprits) >= SEARCHES:
                return [(test, f"in a batch that failed: {failure}") for test in members]
            middle = len(members) // 2
            return (run_batch((f"{number}a", members[:middle])) +
                    run_batch((f"{number}b", members[middle:])))
        results = []
        for test, output in zip(members, outputs):
            try:
                compare(test, options.core, output.read_bytes())
            except Failure as failure:
                results.append((test, failure))
        return results

    batches = enumerate(tests[i:i + options.batch] for i in range(0, len(tests), options.batch))
    for test, failure in itertools.chain.from_iterable(pool.map(run_batch, batches)):
        report.fail(test, failure)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="what generate.py wrote")
    parser.add_argument("--rounding", choices=("single", "double", "both"), default="both")
    parser.add_argument("--only", default="", help="only cases whose name begins so")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--core", default="host", help="an emulated core instead of the host")
    parser.add_argument("--batch", type=int, default=40, help="models in one program")
    parser.add_argument("--sanitize", action="store_true",
                        help="build for the host with address and undefined-behaviour sanitizers")
    parser.add_argument("--work", type=pathlib.Path, help="keep the intermediate files here")
    options = parser.parse_args()
    cases = [case for case in json.loads((options.folder / "cases.json").read_text())
             if case["name"].startswith(options.only)]
    if not cases:
        parser.error(f"no case begins with '{options.only}'")
    roundings = ("single", "double") if options.rounding == "both" else (options.rounding,)
    device = "cortex-m7" if options.core == "host" else options.core

    report = Report()
    with tempfile.TemporaryDirectory() as scratch, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for rounding in roundings:
            work = (options.work or pathlib.Path(scratch)) / rounding
            work.mkdir(parents=True, exist_ok=True)
            tests = [Run(case, rounding, options.folder.resolve(), work.resolve())
                     for case in cases if case["rounds"] or rounding == roundings[0]]
            report.total += len(tests)
            # In process once is enough: the emulated cores do not change it.
            passed = report.attempt(pool, tests, lambda test: translate(
                test, device, evaluate=options.core == "host"))
            run_batches(report, pool, passed, options)
    failures = sum(report.failed.values())
    for operator, count in sorted(report.failed.items()):
        print(f"{operator}: {count} failed")
    print(f"{report.total - failures} of {report.total} runs of {len(cases)} cases passed "
          f"on {options.core}")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
