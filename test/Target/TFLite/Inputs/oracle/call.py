# ===- call.py - What an operator's function is given -----------------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""The call of one operator: its operands, results, options and rounding."""

import itertools

from oracle.fixed_point import (
    INT8_MAX, INT8_MIN, clamp, f32, int32, multiply, quantize_multiplier, round_half_away)


class Array:
    """A tensor with its values, in row-major order."""

    def __init__(self, tensor, data):
        if tensor.type != "RESOURCE" and len(data) != tensor.size:
            raise ValueError(f"'{tensor.name}' has {tensor.size} elements, not {len(data)}")
        self.tensor, self.data = tensor, data
        self.shape, self.type = tensor.shape, tensor.type

    @property
    def scale(self):
        return self.tensor.quantization.scale

    @property
    def zero_point(self):
        return self.tensor.quantization.zero_point

    def centered(self):
        """The values less the zero point; floats as they are."""
        if self.type == "FLOAT32":
            return self.data
        return [value - self.zero_point for value in self.data]


class Call:
    def __init__(self, operator, inputs, outputs, rounding):
        self.operator, self.inputs, self.outputs = operator, inputs, outputs
        self.options, self.rounding = operator.options, rounding

    def operands(self, count):
        """The first `count` operands; None for an absent one."""
        return (self.inputs + [None] * count)[:count]

    @property
    def is_float(self):
        return self.inputs[0].type == "FLOAT32"

    def factor(self, real):
        """A positive real number as the kernels multiply by it."""
        return quantize_multiplier(real, self.rounding)

    def multiply(self, value, factor):
        return multiply(value, factor, self.rounding)

    def activation_range(self):
        """The smallest and largest value that the fused activation allows."""
        activation = self.options.get("fused_activation_function", "NONE")
        low, high = {"NONE": (None, None), "RELU": (0.0, None), "RELU6": (0.0, 6.0),
                     "RELU_N1_TO_1": (-1.0, 1.0)}[activation]
        if self.is_float:
            return (float("-inf") if low is None else low,
                    float("inf") if high is None else high)
        quantization = self.outputs[0].quantization
        return (INT8_MIN if low is None else max(INT8_MIN, quantize(low, quantization)),
                INT8_MAX if high is None else min(INT8_MAX, quantize(high, quantization)))

    def rescaler(self, factors):
        """What makes an output from the sum of a channel: int8 rescales by the
        channel's real factor; then both types apply the activation."""
        low, high = self.activation_range()
        if self.is_float:
            return lambda total, channel: clamp(total, low, high)
        quantized = [self.factor(real) for real in factors]
        zero_point = self.outputs[0].quantization.zero_point
        return lambda total, channel: clamp(
            self.multiply(int32(total), quantized[channel]) + zero_point, low, high)


def quantize(real, quantization):
    """The integer of a real number, not clamped; float32, as TFLite has it."""
    return quantization.zero_point + round_half_away(f32(real / quantization.scale))


def indices(shape):
    """All index tuples of a shape, in row-major order."""
    return itertools.product(*map(range, shape))


def flatten(index, shape):
    """The position of an index tuple in row-major order."""
    position = 0
    for i, extent in zip(index, shape):
        position = position * extent + i
    return position
