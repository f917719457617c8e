# ===- generate.py - Writes models of one operator and what they give -------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""Writes, for each case in the folder `cases`, to the output folder
  NAME.tflite              the model
  NAME.inK.bin             its K-th input, four vectors one after the other
  NAME.outK.single.bin     its K-th output in both rounding modes, by the
  NAME.outK.double.bin     independent evaluation in the folder `oracle`
and cases.json, which lists all cases. A model with variables runs on its four
vectors one after the other, from its initial state.
"""

import argparse
import json
import math
import pathlib
import random

from cases.catalogue import all_cases
from oracle.evaluate import Interpreter
from oracle.fixed_point import clamp, f32
from tflite_file import pack, write_models

VECTORS = 4
ROUNDINGS = ("single", "double")
# Operators that round in int8.
ROUNDED = {
    "ADD", "AVERAGE_POOL_2D", "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "HARD_SWISH",
    "LEAKY_RELU", "LOGISTIC", "MEAN", "MUL", "QUANTIZE", "RELU", "SOFTMAX", "SUB", "TANH"}


def draw_input(generator, tensor, vector, case):
    """Vector 1 has many ends of the range, vector 2 values around zero, vector
    3 halves of the grid."""
    if tensor.type == "FLOAT32":
        spread = case.float_range * (0.1 if vector == 2 else 1.0)
        values = [generator.uniform(-spread, spread) for _ in range(tensor.size)]
        if vector == 1:
            values = [generator.choice([value, -spread, spread, 0.0]) for value in values]
        if vector == 3 and case.grid:
            values = [case.grid * (math.floor(value / case.grid) + 0.5) for value in values]
        return [f32(value) for value in values]
    values = [generator.randint(-128, 127) for _ in range(tensor.size)]
    if vector == 1:
        return [generator.choice([value, -128, 127]) for value in values]
    if vector == 2:
        return [clamp(tensor.quantization.zero_point + value // 16, -128, 127)
                for value in values]
    return values


def largest(values):
    return max(map(abs, values), default=0.0)


def write_case(case, folder, seed):
    """Writes inputs and outputs; returns the entry in cases.json."""
    graph = case.model.graphs[0]
    generator = random.Random(f"{seed} inputs of {case.name}")
    inputs = [graph.tensors[index] for index in graph.inputs]
    outputs = [graph.tensors[index] for index in graph.outputs]
    vectors = [[draw_input(generator, tensor, vector, case) for tensor in inputs]
               for vector in range(VECTORS)]
    for number, tensor in enumerate(inputs):
        (folder / f"{case.name}.in{number}.bin").write_bytes(
            b"".join(pack(tensor.type, vector[number]) for vector in vectors))

    results = {}
    for rounding in ROUNDINGS:
        interpreter = Interpreter(case.model, rounding)
        runs = [interpreter.run(vector) for vector in vectors]
        results[rounding] = [[value for run in runs for value in run[number]]
                             for number in range(len(outputs))]
        for number, tensor in enumerate(outputs):
            (folder / f"{case.name}.out{number}.{rounding}.bin").write_bytes(
                pack(tensor.type, results[rounding][number]))

    def describe(tensor):
        return {"type": tensor.type, "shape": tensor.shape}

    entries = []
    for number, tensor in enumerate(outputs):
        entries.append(describe(tensor))
        if tensor.type == "FLOAT32":
            entries[-1]["tolerance"] = (
                0.0 if case.exact else 2e-6 * largest(results["single"][number]))
    rounds = any(operator.code in ROUNDED and graph.tensors[operator.outputs[0]].type == "INT8"
                 for operator in graph.operators)
    return {
        "name": case.name, "operator": case.operator, "vectors": VECTORS,
        "inputs": [describe(tensor) for tensor in inputs], "outputs": entries,
        "rounds": rounds, "roundings_differ": results["single"] != results["double"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, help="output folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only cases whose name begins so")
    parser.add_argument("--list", action="store_true", help="print the names, write nothing")
    options = parser.parse_args()
    cases = {name: case for name, case in all_cases(options.seed).items()
             if name.startswith(options.only)}
    if not cases:
        parser.error(f"no case begins with '{options.only}'")
    if options.list:
        print("\n".join(cases))
        return
    if not options.out:
        parser.error("expects --out or --list")
    options.out.mkdir(parents=True, exist_ok=True)
    write_models({name: case.model for name, case in cases.items()}, options.out)
    entries = [write_case(case, options.out, options.seed) for case in cases.values()]
    (options.out / "cases.json").write_text(json.dumps(entries, indent=1) + "\n")
    print(f"{len(entries)} cases of {len({entry['operator'] for entry in entries})} operators; "
          f"{sum(entry['roundings_differ'] for entry in entries)} depend on the rounding")


if __name__ == "__main__":
    main()
