# ===- elementwise.py - Operators of single elements, and SOFTMAX -----------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""ADD, SUB, MUL, the activations, SOFTMAX, QUANTIZE and DEQUANTIZE. Each
function takes a Call and gives the values of its result."""

import math
import operator

from oracle import fixed_point
from oracle.call import flatten, indices, quantize
from oracle.fixed_point import (
    INT8_MAX, INT8_MIN, clamp, f32, input_radius, int32, rounding_high_multiply,
    rounding_shift_right, truncating_divide)


# ===------------------------------------------------------------------------===#
# Two operands
# ===------------------------------------------------------------------------===#


def _broadcast(array, values, shape):
    """The values as a tensor of this shape reads them."""
    if array.shape == shape:
        return values
    own = [1] * (len(shape) - len(array.shape)) + array.shape
    return [values[flatten([i if extent > 1 else 0 for i, extent in zip(index, own)], own)]
            for index in indices(shape)]


def _operand_pairs(call):
    return zip(*(_broadcast(array, array.centered(), call.outputs[0].shape)
                 for array in call.operands(2)))


def _sum(call, combine, factors):
    """int8: both operands go to a common scale with 20 bits of fraction; what
    `combine` makes of them goes to the output's. The three real factors are
    below 1."""
    lhs_factor, rhs_factor, output_factor = map(call.factor, factors)
    zero_point = call.outputs[0].quantization.zero_point
    low, high = call.activation_range()
    result = []
    for lhs, rhs in _operand_pairs(call):
        total = int32(combine(call.multiply(lhs << 20, lhs_factor),
                              call.multiply(rhs << 20, rhs_factor)))
        result.append(clamp(call.multiply(total, output_factor) + zero_point, low, high))
    return result


def _float_binary(call, combine):
    low, high = call.activation_range()
    return [clamp(combine(lhs, rhs), low, high) for lhs, rhs in _operand_pairs(call)]


def add(call):
    if call.is_float:
        return _float_binary(call, operator.add)
    lhs, rhs = (array.scale for array in call.operands(2))
    common = 2 * max(lhs, rhs)
    output = call.outputs[0].quantization.scale
    return _sum(call, operator.add, [lhs / common, rhs / common, common / (2 ** 20 * output)])


def sub(call):
    """Unlike ADD, SUB has its factors in float32."""
    if call.is_float:
        return _float_binary(call, operator.sub)
    lhs, rhs = (array.scale for array in call.operands(2))
    common = f32(2 * max(lhs, rhs))
    output = call.outputs[0].quantization.scale
    return _sum(call, operator.sub, [f32(lhs / common), f32(rhs / common),
                                     f32(common / f32(2 ** 20 * output))])


def mul(call):
    if call.is_float:
        return _float_binary(call, operator.mul)
    lhs, rhs = call.operands(2)
    rescale = call.rescaler([lhs.scale * rhs.scale / call.outputs[0].quantization.scale])
    return [rescale(a * b, 0) for a, b in _operand_pairs(call)]


# ===------------------------------------------------------------------------===#
# Activations
# ===------------------------------------------------------------------------===#


def relu(call):
    source = call.inputs[0]
    if call.is_float:
        return [max(value, 0.0) for value in source.data]
    output = call.outputs[0].quantization
    factor = call.factor(source.scale / output.scale)
    return [clamp(call.multiply(value, factor) + output.zero_point, output.zero_point, INT8_MAX)
            for value in source.centered()]


def relu6(call):
    """int8: between the input's 0 and 6; the integers stay as they are."""
    source = call.inputs[0]
    if call.is_float:
        return [clamp(value, 0.0, 6.0) for value in source.data]
    six = clamp(quantize(6.0, source.tensor.quantization), INT8_MIN, INT8_MAX)
    return [clamp(value, source.zero_point, six) for value in source.data]


def leaky_relu(call):
    source, alpha = call.inputs[0], call.options["alpha"]
    if call.is_float:
        return [value if value > 0 else value * alpha for value in source.data]
    output = call.outputs[0].quantization
    identity = call.factor(f32(source.scale / output.scale))
    leak = call.factor(f32(f32(source.scale * alpha) / output.scale))
    return [clamp(call.multiply(value, identity if value >= 0 else leak) + output.zero_point,
                  INT8_MIN, INT8_MAX) for value in source.centered()]


def _sigmoidal(call, function, fractional_bits, offset):
    """int8: an input with 4 integer bits, an output of that many fractional
    bits; the ends of the range where the input has more integer bits."""
    source = call.inputs[0]
    fraction, shift = math.frexp(source.scale * 2.0 ** 27)
    factor = fixed_point.round_half_away(fraction * (1 << 31)), shift
    radius = input_radius(4, shift)
    result = []
    for value in source.centered():
        if value <= -radius:
            result.append(INT8_MIN)
        elif value >= radius:
            result.append(INT8_MAX)
        else:
            raw = function(call.multiply(value, factor), 4)
            result.append(clamp(rounding_shift_right(raw, 31 - fractional_bits) + offset,
                                INT8_MIN, INT8_MAX))
    return result


def logistic(call):
    if call.is_float:
        return [1 / (1 + math.exp(-value)) for value in call.inputs[0].data]
    return _sigmoidal(call, fixed_point.logistic, 8, -128)


def tanh(call):
    if call.is_float:
        return [math.tanh(value) for value in call.inputs[0].data]
    return _sigmoidal(call, fixed_point.tanh, 7, 0)


def hard_swish(call):
    """int8: 16-bit arithmetic, x * (relu6(x + 3) / 6)."""
    source = call.inputs[0]
    if call.is_float:
        return [value * clamp(value + 3, 0.0, 6.0) / 6 for value in source.data]
    output = call.outputs[0].quantization
    fine_scale = f32(source.scale / 128)
    output_factor, output_shift = _factor16(call, f32(fine_scale / output.scale))
    gate_factor, gate_shift = _factor16(call, f32(fine_scale / f32(3 / 32768)))
    result = []
    for value in source.centered():
        fine = value << 7
        scaled = rounding_high_multiply(fine, output_factor, 16)
        # The gate is x / 3 in [-1, 1], then (x / 3 + 1) / 2 in [0, 1].
        gate = fine
        if gate_shift > 0:
            gate = _saturate16(gate << (gate_shift - 1))
        gate = rounding_high_multiply(gate, gate_factor, 16)
        if gate_shift > 0:
            gate = _saturate16(gate << 1)
        if gate_shift < 0:
            gate = rounding_shift_right(gate, -gate_shift)
        gate = (gate + (1 << 15)) >> 1
        product = truncating_divide(gate * scaled, 1 << 15)
        result.append(clamp(rounding_shift_right(product, -output_shift) + output.zero_point,
                            INT8_MIN, INT8_MAX))
    return result


def _saturate16(value):
    return clamp(value, -(1 << 15), (1 << 15) - 1)


def _factor16(call, real):
    """A real factor with a multiplier of 16 bits."""
    multiplier, shift = call.factor(real)
    return min((multiplier + (1 << 15)) >> 16, (1 << 15) - 1), shift


def softmax(call):
    source, beta = call.inputs[0], call.options["beta"]
    depth = source.shape[-1]
    rows = [source.data[start:start + depth] for start in range(0, len(source.data), depth)]
    if call.is_float:
        result = []
        for row in rows:
            exponentials = [math.exp((value - max(row)) * beta) for value in row]
            result += [value / sum(exponentials) for value in exponentials]
        return result
    # Differences to the largest have 5 integer bits, sums of exponentials 12.
    limit = float((1 << (30 if call.rounding == "single" else 31)) - 1)
    factor = call.factor(min(beta * source.scale * 2.0 ** 26, limit))
    smallest = -input_radius(5, factor[1])

    def exponential(difference):
        return fixed_point.exp_of_negative(call.multiply(difference, factor), 5)

    result = []
    for row in rows:
        exponentials = [exponential(value - max(row)) if value - max(row) >= smallest else None
                        for value in row]
        total = sum(rounding_shift_right(e, 12) for e in exponentials if e is not None)
        scale, exponent = fixed_point.reciprocal(int32(total), 12)
        for e in exponentials:
            if e is None:
                result.append(INT8_MIN)
                continue
            value = rounding_shift_right(rounding_high_multiply(scale, e), exponent + 31 - 8)
            result.append(clamp(value - 128, INT8_MIN, INT8_MAX))
    return result


# ===------------------------------------------------------------------------===#
# Between reals and integers
# ===------------------------------------------------------------------------===#


def quantize_operator(call):
    """From float32, or from int8 with another scale and zero point."""
    source, output = call.inputs[0], call.outputs[0].quantization
    if call.is_float:
        return [clamp(quantize(value, output), INT8_MIN, INT8_MAX) for value in source.data]
    factor = call.factor(source.scale / output.scale)
    return [clamp(call.multiply(value, factor) + output.zero_point, INT8_MIN, INT8_MAX)
            for value in source.centered()]


def dequantize(call):
    source = call.inputs[0]
    return [source.scale * value for value in source.centered()]
