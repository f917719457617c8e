# ===- movement.py - Operators that only move elements ----------------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""Each function takes a Call and gives the values of its result; SPLIT gives
those of each result."""

import math

from oracle.call import flatten, indices
from oracle.fixed_point import f32, round_half_away


def same_values(call):
    """RESHAPE, SQUEEZE, EXPAND_DIMS."""
    return list(call.inputs[0].data)


def _gather(array, shape, source_index):
    """A tensor whose element at `index` is the operand's at source_index(index)."""
    return [array.data[flatten(source_index(index), array.shape)] for index in indices(shape)]


def transpose(call):
    source, permutation = call.operands(2)

    def source_index(index):
        result = [0] * len(index)
        for position, dimension in enumerate(permutation.data):
            result[dimension] = index[position]
        return result

    return _gather(source, call.outputs[0].shape, source_index)


def slice_(call):
    source, begin, _ = call.operands(3)
    return _gather(source, call.outputs[0].shape,
                   lambda index: [i + first for i, first in zip(index, begin.data)])


def strided_slice(call):
    """Python's own slices have these semantics: one index expression each for
    a dimension, a new axis, or an ellipsis."""
    source, begin, end, strides = call.operands(4)
    options, rank = call.options, len(source.shape)
    entries = len(begin.data)

    def marked(mask, entry):
        return options.get(mask, 0) >> entry & 1

    consumed = sum(not marked("new_axis_mask", e) and not marked("ellipsis_mask", e)
                   for e in range(entries))
    ranges = []  # the source indices of each dimension, in order

    def take_all(count):
        for _ in range(count):
            ranges.append(range(source.shape[len(ranges)]))

    for e in range(entries):
        if marked("ellipsis_mask", e):
            take_all(rank - consumed)
        elif not marked("new_axis_mask", e):
            extent = source.shape[len(ranges)]
            if marked("shrink_axis_mask", e):
                ranges.append([begin.data[e] % extent])
                continue
            start = None if marked("begin_mask", e) else begin.data[e]
            stop = None if marked("end_mask", e) else end.data[e]
            ranges.append(range(extent)[slice(start, stop, strides.data[e])])
    take_all(rank - len(ranges))
    # Shrunk and new axes have one element: the order of elements is as if they
    # were all kept.
    return [source.data[flatten([r[i] for r, i in zip(ranges, index)], source.shape)]
            for index in indices([len(r) for r in ranges])]


def split(call):
    axis, source = call.operands(2)
    dimension = axis.data[0] % len(source.shape)
    part = source.shape[dimension] // len(call.outputs)
    return [
        _gather(source, output.shape,
                lambda index, first=number * part:
                [i + (first if d == dimension else 0) for d, i in enumerate(index)])
        for number, output in enumerate(call.outputs)]


def concatenation(call):
    shape = call.outputs[0].shape
    axis = call.options["axis"] % len(shape)
    inner = math.prod(shape[axis + 1:])
    result = []
    for outer in range(math.prod(shape[:axis])):
        for array in call.inputs:
            run = array.shape[axis] * inner
            result += array.data[outer * run:(outer + 1) * run]
    return result


def pad(call):
    """PAD with the real zero, PADV2 with a value."""
    source, paddings, value = call.operands(3)
    if value:
        filler = value.data[0]
    else:
        filler = 0.0 if call.is_float else call.outputs[0].quantization.zero_point
    result = []
    for index in indices(call.outputs[0].shape):
        inner = [i - before for i, before in zip(index, paddings.data[::2])]
        inside = all(0 <= i < extent for i, extent in zip(inner, source.shape))
        result.append(source.data[flatten(inner, source.shape)] if inside else filler)
    return result


def resize_nearest_neighbor(call):
    """Positions are float32 in TFLite."""
    source = call.inputs[0]
    align, half = call.options["align_corners"], call.options["half_pixel_centers"]

    def nearest(i, before, after):
        if align and after > 1:
            scale = f32((before - 1) / (after - 1))
        else:
            scale = f32(before / after)
        position = f32((i + (0.5 if half else 0.0)) * scale)
        rounded = round_half_away(position) if align else math.floor(position)
        return max(0, min(rounded, before - 1))

    shape = call.outputs[0].shape
    return _gather(source, shape, lambda index: [
        index[0], nearest(index[1], source.shape[1], shape[1]),
        nearest(index[2], source.shape[2], shape[2]), index[3]])
