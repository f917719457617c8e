# ===- builder.py - Builds models of one operator ---------------------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""A case is a named model with the range that its float inputs come from."""

import dataclasses
import math

from oracle.fixed_point import f32
from tflite_file import Graph, Model, Operator, Quantization, Tensor

OPTIONS_TYPES = {
    "ADD": "AddOptions", "AVERAGE_POOL_2D": "Pool2DOptions", "CALL_ONCE": "CallOnceOptions",
    "CONCATENATION": "ConcatenationOptions", "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions", "FULLY_CONNECTED": "FullyConnectedOptions",
    "LEAKY_RELU": "LeakyReluOptions", "MAX_POOL_2D": "Pool2DOptions", "MEAN": "ReducerOptions",
    "MUL": "MulOptions", "RESHAPE": "ReshapeOptions",
    "RESIZE_NEAREST_NEIGHBOR": "ResizeNearestNeighborOptions", "SOFTMAX": "SoftmaxOptions",
    "SPLIT": "SplitOptions", "SQUEEZE": "SqueezeOptions",
    "STRIDED_SLICE": "StridedSliceOptions", "SUB": "SubOptions",
    "VAR_HANDLE": "VarHandleOptions",
}


@dataclasses.dataclass
class Case:
    name: str
    operator: str  # what it is about
    model: Model
    float_range: float  # inputs lie in [-float_range, float_range]
    exact: bool  # results in float32 are exact, too
    grid: float = None  # one vector's floats lie halfway between its multiples


def per_tensor(scale, zero_point=0):
    return Quantization([f32(scale)], [zero_point])


class Builder:
    """Adds tensors and operators to one graph; values come from `random`."""

    def __init__(self, random):
        self.random = random
        self.graph = Graph()

    def _tensor(self, *arguments, **keywords):
        self.graph.tensors.append(Tensor(*arguments, **keywords))
        return len(self.graph.tensors) - 1

    def quantization(self, tensor_type, scale=None, zero_point=None):
        """Of an activation: drawn where not given; none for floats."""
        if tensor_type == "FLOAT32":
            return None
        scale = self.random.uniform(0.01, 0.1) if scale is None else scale
        return per_tensor(scale, self.random.randint(-60, 60) if zero_point is None
                          else zero_point)

    def input(self, shape, tensor_type="INT8", quantization=None):
        if tensor_type == "INT8" and quantization is None:
            quantization = self.quantization(tensor_type)
        index = self._tensor(f"input{len(self.graph.inputs)}", tensor_type, list(shape),
                             quantization)
        self.graph.inputs.append(index)
        return index

    def intermediate(self, shape, tensor_type="INT8", quantization=None):
        return self._tensor(f"value{len(self.graph.tensors)}", tensor_type, list(shape),
                            quantization)

    def output(self, shape, tensor_type="INT8", quantization=None):
        index = self._tensor(f"output{len(self.graph.outputs)}", tensor_type, list(shape),
                             quantization)
        self.graph.outputs.append(index)
        return index

    def constant(self, shape, tensor_type, data, quantization=None):
        return self._tensor(f"constant{len(self.graph.tensors)}", tensor_type, list(shape),
                            quantization, list(data))

    def integers(self, *values, shape=None):
        """A constant vector of int32, for axes and shapes."""
        return self.constant([len(values)] if shape is None else shape, "INT32", values)

    def random_constant(self, shape, tensor_type="INT8", quantization=None, magnitude=1.0,
                        limit=128):
        """Floats up to `magnitude`, or integers from -limit to limit - 1: both
        ends are there if there is room."""
        count = math.prod(shape)
        if tensor_type == "FLOAT32":
            data = [f32(self.random.uniform(-magnitude, magnitude)) for _ in range(count)]
        else:
            data = [self.random.randrange(-limit, limit) for _ in range(count)]
            if count >= 8:
                ends = self.random.sample(range(count), 2)
                data[ends[0]], data[ends[1]] = -limit, limit - 1
        return self.constant(shape, tensor_type, data, quantization)

    def operator(self, code, inputs, outputs, **options):
        options = {key: f32(value) if isinstance(value, float) else value
                   for key, value in options.items()}
        self.graph.operators.append(
            Operator(code, inputs, outputs, OPTIONS_TYPES.get(code), options))

    def tensor(self, index):
        return self.graph.tensors[index]

    def case(self, name, code, float_range=2.0, exact=False, graphs=(), grid=None):
        return Case(name, code, Model([self.graph, *graphs]), float_range, exact, grid)
