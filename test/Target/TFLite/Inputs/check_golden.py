# ===- check_golden.py - Holds the oracle against TFLite Micro's results ----===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""usage: check_golden.py SHARED MODEL...

Evaluates each MODEL (a path below SHARED/models without .tflite) on its first
golden input, and demands every tensor and output byte for byte; floats within
1e-5 of the tensor's largest magnitude.
"""

import pathlib
import sys

from oracle.evaluate import Interpreter
from tflite_file import read_model, unpack


def check(shared, name):
    model = read_model(shared / "models" / f"{name}.tflite")
    golden = shared / "golden" / pathlib.Path(name).name
    graph = model.graphs[0]
    source = graph.tensors[graph.inputs[0]]
    values = Interpreter(model, "double").trace(
        [unpack(source.type, (golden / "in_v00.bin").read_bytes())])
    expected = [(int(file.name[1:4]), file)
                for file in sorted((golden / "tensors").glob("t*_v00.bin"))]
    expected += [(index, golden / f"out_v00_{number}.bin")
                 for number, index in enumerate(graph.outputs)]
    wrong = 0
    for index, file in expected:
        tensor = graph.tensors[index]
        want = unpack(tensor.type, file.read_bytes())
        tolerance = 1e-5 * max(map(abs, want)) if tensor.type == "FLOAT32" else 0
        for position, (a, b) in enumerate(zip(values[index], want, strict=True)):
            if abs(a - b) > tolerance:
                print(f"{name}: tensor {index} '{tensor.name}' [{position}]: {a}, not {b}")
                wrong += 1
                break
    print(f"{name}: {len(expected) - wrong} of {len(expected)} tensors equal")
    return wrong == 0


if __name__ == "__main__":
    results = [check(pathlib.Path(sys.argv[1]), name) for name in sys.argv[2:]]
    sys.exit(not all(results))
