# ===- tflite_file.py - TFLite models as Python objects, files from them ----===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""Describes TFLite models, writes them with flatc, and reads them back."""

import dataclasses
import json
import pathlib
import struct
import subprocess
import tempfile

from tflite_schema import Schema

SCHEMA_FILE = pathlib.Path(__file__).parents[4] / "lib/Target/TFLite/tflite.fbs"
SCHEMA = Schema(SCHEMA_FILE.read_text())

# struct's letters for the types that hold numbers.
FORMATS = {"FLOAT32": "f", "INT8": "b", "INT32": "i", "INT64": "q", "BOOL": "?"}


@dataclasses.dataclass
class Quantization:
    """real = scale * (value - zero_point), one of each or one per index of
    `dimension`; the scales are exact float32 values."""
    scales: list
    zero_points: list
    dimension: int = 0

    @property
    def scale(self):
        return self.scales[0]

    @property
    def zero_point(self):
        return self.zero_points[0]


@dataclasses.dataclass
class Tensor:
    name: str
    type: str
    shape: list
    quantization: Quantization = None
    data: list = None  # of a constant, in row-major order

    @property
    def size(self):
        count = 1
        for extent in self.shape:
            count *= extent
        return count


@dataclasses.dataclass
class Operator:
    code: str
    inputs: list  # indices of tensors, -1 for an absent one
    outputs: list
    options_type: str = None
    options: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Graph:
    tensors: list = dataclasses.field(default_factory=list)
    inputs: list = dataclasses.field(default_factory=list)
    outputs: list = dataclasses.field(default_factory=list)
    operators: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Model:
    graphs: list


def pack(tensor_type, values):
    """Values as raw little-endian bytes."""
    return struct.pack(f"<{len(values)}{FORMATS[tensor_type]}", *values)


def unpack(tensor_type, data):
    code = FORMATS[tensor_type]
    return list(struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data))


# ===------------------------------------------------------------------------===#
# Writing
# ===------------------------------------------------------------------------===#


def _to_json(model):
    codes, buffers, subgraphs = [], [{}], []  # buffer 0 is empty by convention

    def tensor_json(tensor):
        result = {"name": tensor.name, "type": tensor.type, "shape": tensor.shape}
        if tensor.data is not None:
            result["buffer"] = len(buffers)
            buffers.append({"data": list(pack(tensor.type, tensor.data))})
        if tensor.quantization:
            result["quantization"] = {
                "scale": tensor.quantization.scales,
                "zero_point": tensor.quantization.zero_points,
                "quantized_dimension": tensor.quantization.dimension,
            }
        return result

    def operator_json(operator):
        if operator.code not in codes:
            codes.append(operator.code)
        result = {"opcode_index": codes.index(operator.code),
                  "inputs": operator.inputs, "outputs": operator.outputs}
        if operator.options_type:
            result["builtin_options_type"] = operator.options_type
            result["builtin_options"] = operator.options
        return result

    for graph in model.graphs:
        subgraphs.append({
            "tensors": [tensor_json(tensor) for tensor in graph.tensors],
            "inputs": graph.inputs, "outputs": graph.outputs,
            "operators": [operator_json(operator) for operator in graph.operators],
        })
    names = SCHEMA.enums["BuiltinOperator"][1]
    return {
        "version": 3,
        "operator_codes": [
            {"builtin_code": code, "deprecated_builtin_code": min(names.index(code), 127)}
            for code in codes],
        "subgraphs": subgraphs,
        "buffers": buffers,
    }


def write_models(models, folder):
    """Writes each model of a dictionary to folder/NAME.tflite."""
    with tempfile.TemporaryDirectory() as scratch:
        files = []
        for name, model in models.items():
            files.append(pathlib.Path(scratch) / f"{name}.json")
            files[-1].write_text(json.dumps(_to_json(model)))
        subprocess.run(["flatc", "--binary", "--strict-json", "-o", str(folder),
                        str(SCHEMA_FILE), *map(str, files)], check=True)


# ===------------------------------------------------------------------------===#
# Reading
# ===------------------------------------------------------------------------===#


def _tensor_from(table, buffers):
    quantization = None
    details = table["quantization"]
    if details and details["scale"]:
        quantization = Quantization(
            details["scale"], details["zero_point"] or [0], details["quantized_dimension"])
    data = buffers[table["buffer"]]["data"]
    return Tensor(table["name"], table["type"], table["shape"], quantization,
                  unpack(table["type"], data) if data and table["type"] in FORMATS else None)


def read_model(path):
    file = SCHEMA.read(pathlib.Path(path).read_bytes())
    names = SCHEMA.enums["BuiltinOperator"][1]
    codes = [names[max(names.index(code["builtin_code"]), code["deprecated_builtin_code"])]
             for code in file["operator_codes"]]
    return Model([
        Graph([_tensor_from(tensor, file["buffers"]) for tensor in graph["tensors"]],
              graph["inputs"], graph["outputs"],
              [Operator(codes[operator["opcode_index"]], operator["inputs"],
                        operator["outputs"], operator["builtin_options_type"],
                        operator["builtin_options"])
               for operator in graph["operators"]])
        for graph in file["subgraphs"]])
