# ===- fixed_point.py - The integer arithmetic of TFLite's kernels ----------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""Fixed-point arithmetic as TFLite Micro defines it, on Python's integers.

A number in Qm.n with m + n = 31 is the integer `raw` that stands for
raw / 2**n. Nothing here wraps: where the C++ arithmetic would overflow, which
is undefined, `int32` raises.
"""

import math
import struct

INT32_MIN, INT32_MAX = -(1 << 31), (1 << 31) - 1
INT8_MIN, INT8_MAX = -128, 127


def f32(value):
    """The float32 that is nearest to a double."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def round_half_away(value):
    """C's round()."""
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


def int32(value):
    if not INT32_MIN <= value <= INT32_MAX:
        raise OverflowError(f"{value} is not an int32")
    return value


def clamp(value, low, high):
    return min(max(value, low), high)


def truncating_divide(a, b):
    """C's integer division, for b > 0."""
    return a // b if a >= 0 else -(-a // b)


# ===------------------------------------------------------------------------===#
# Multiplication by a real factor
# ===------------------------------------------------------------------------===#


def rounding_high_multiply(a, b, bits=32):
    """a * b / 2**(bits - 1), rounded to nearest, halves up; saturating."""
    half = 1 << (bits - 2)
    if a == b == -(1 << (bits - 1)):
        return (1 << (bits - 1)) - 1
    product = a * b
    nudge = half if product >= 0 else 1 - half
    return truncating_divide(product + nudge, 1 << (bits - 1))


def rounding_shift_right(value, exponent):
    """value / 2**exponent, rounded to nearest, halves away from zero."""
    if not 0 <= exponent <= 31:
        raise OverflowError(f"cannot shift right by {exponent}")
    remainder = value & ((1 << exponent) - 1)
    threshold = (((1 << exponent) - 1) >> 1) + (value < 0)
    return (value >> exponent) + (remainder > threshold)


def quantize_multiplier(real, rounding):
    """(multiplier, shift) with real ~ multiplier * 2**(shift - 31)."""
    if real == 0:
        return 0, 0
    fraction, shift = math.frexp(real)
    multiplier = round_half_away(fraction * (1 << 31))
    if multiplier == 1 << 31:
        multiplier //= 2
        shift += 1
    if shift < -31:
        return 0, 0
    if rounding == "single" and shift > 30:
        return INT32_MAX, 30
    return int32(multiplier), shift


def multiply(value, factor, rounding):
    """value * multiplier * 2**(shift - 31) for factor = (multiplier, shift)."""
    multiplier, shift = factor
    if rounding == "single":
        right = 31 - shift
        return int32((value * multiplier + (1 << (right - 1))) >> right)
    left, right = max(shift, 0), max(-shift, 0)
    return rounding_shift_right(
        rounding_high_multiply(int32(value << left), multiplier), right)


# ===------------------------------------------------------------------------===#
# Functions of fixed-point numbers
# ===------------------------------------------------------------------------===#

ONE = INT32_MAX  # 1 in Q0.31, as near as it gets


def to_fixed(real, integer_bits=0):
    return clamp(round_half_away(real * 2.0 ** (31 - integer_bits)), INT32_MIN, INT32_MAX)


def change_integer_bits(raw, before, after):
    """The same number in another format, rounding or saturating."""
    if before <= after:
        return rounding_shift_right(raw, after - before)
    shift = before - after
    threshold = (1 << (31 - shift)) - 1
    if raw > threshold:
        return INT32_MAX
    if raw < -threshold:
        return INT32_MIN
    return raw << shift


def exp_near_zero(raw):
    """exp(a) for a in [-1/4, 0) in Q0.31: Taylor's series around -1/8."""
    product = rounding_high_multiply
    x = int32(raw + to_fixed(1 / 8))
    x2 = product(x, x)
    x3 = product(x2, x)
    x4 = product(x2, x2)
    x4_over_4 = rounding_shift_right(x4, 2)
    tail = rounding_shift_right(
        product(int32(x4_over_4 + x3), to_fixed(1 / 3)) + x2, 1)
    at_center = to_fixed(math.exp(-1 / 8))
    return int32(at_center + product(at_center, int32(x + tail)))


def exp_of_negative(raw, integer_bits):
    """exp(a) in Q0.31 for a <= 0 with at most 5 integer bits."""
    if raw == 0:
        return ONE
    fractional_bits = 31 - integer_bits
    quarter = 1 << (fractional_bits - 2)
    near = (raw & (quarter - 1)) - quarter  # in [-1/4, 0)
    result = exp_near_zero(change_integer_bits(near, integer_bits, 0))
    remainder = near - raw  # a sum of powers of two from 1/4 on
    for exponent in range(-2, integer_bits):
        if remainder & (1 << (fractional_bits + exponent)):
            result = rounding_high_multiply(result, to_fixed(math.exp(-(2.0 ** exponent))))
    return result


def reciprocal_of_half_sum(raw):
    """2 / (1 + a) in Q2.29 for a in (0, 1) in Q0.31: three steps of Newton's."""
    product = rounding_high_multiply
    total = raw + ONE
    half_denominator = truncating_divide(total + (1 if total >= 0 else -1), 2)
    x = to_fixed(48 / 17, 2) + product(half_denominator, to_fixed(-32 / 17, 2))
    for _ in range(3):
        error = (1 << 29) - product(half_denominator, x)
        x = int32(x + change_integer_bits(product(x, error), 4, 2))
    return x


def one_over_one_plus(raw):
    """1 / (1 + a) for a in (0, 1), both in Q0.31."""
    return change_integer_bits(reciprocal_of_half_sum(raw), 1, 0)


def logistic(raw, integer_bits):
    """1 / (1 + exp(-a)) in Q0.31."""
    if raw == 0:
        return 1 << 30
    positive = one_over_one_plus(exp_of_negative(-abs(raw), integer_bits))
    return positive if raw > 0 else ONE - positive


def tanh(raw, integer_bits):
    """tanh(a) = (1 - exp(-2a)) / (1 + exp(-2a)) in Q0.31."""
    if raw == 0:
        return 0
    # The same integer with one integer bit more is 2a.
    exponential = exp_of_negative(-abs(raw), integer_bits + 1)
    positive = change_integer_bits(
        reciprocal_of_half_sum(exponential) - (1 << 29), 2, 0)
    return positive if raw > 0 else -positive


def reciprocal(raw, integer_bits):
    """1 / a as (x, exponent) with 1 / a = x / 2**(31 + exponent), for a > 0."""
    headroom = 32 - raw.bit_length()
    return one_over_one_plus((raw << headroom) - (1 << 31)), integer_bits - headroom


def input_radius(integer_bits, left_shift):
    """The largest input that, shifted left, has `integer_bits` integer bits."""
    return ((1 << integer_bits) - 1) * (1 << (31 - integer_bits)) >> left_shift
