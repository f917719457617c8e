# ===- movement.py - Cases of operators that only move elements -------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""CONCATENATION, PAD, PADV2, RESHAPE, SQUEEZE, EXPAND_DIMS, TRANSPOSE, SLICE,
STRIDED_SLICE, SPLIT, RESIZE_NEAREST_NEIGHBOR."""

from cases.builder import Builder

TYPES = ("INT8", "FLOAT32")


class _Move:
    """A model with one quantisation, whose results are exact."""

    def __init__(self, random, code, name, tensor_type):
        self.builder = Builder(random)
        self.code, self.type = code, tensor_type
        self.quantization = self.builder.quantization(tensor_type)
        short = {"INT8": "int8", "FLOAT32": "float"}[tensor_type]
        self.name = f"{code.lower()}_{short}_{name}"

    def input(self, shape):
        return self.builder.input(shape, self.type, self.quantization)

    def constant(self, shape):
        return self.builder.random_constant(shape, self.type, self.quantization)

    def case(self, inputs, *shapes, **options):
        outputs = [self.builder.output(shape, self.type, self.quantization) for shape in shapes]
        self.builder.operator(self.code, inputs, outputs, **options)
        return self.builder.case(self.name, self.code, exact=True)


def concatenation(random):
    for name, shapes, axis, result in (
            ("channels", [[1, 3, 4, 2], [1, 3, 4, 5]], 3, [1, 3, 4, 7]),
            ("channels_negative", [[1, 3, 4, 2], [1, 3, 4, 5]], -1, [1, 3, 4, 7]),
            ("rows", [[1, 2, 4, 3], [1, 3, 4, 3], [1, 1, 4, 3]], 1, [1, 6, 4, 3]),
            ("columns", [[1, 3, 2, 3], [1, 3, 5, 3]], -2, [1, 3, 7, 3]),
            ("batches", [[2, 3], [1, 3]], 0, [3, 3]),
            ("vectors", [[5], [1], [7], [4]], 0, [17]),
            ("one", [[2, 3]], 1, [2, 3]),
            ("nine", [[1, 2, n] for n in range(1, 10)], 2, [1, 2, 45])):
        for tensor_type in TYPES:
            move = _Move(random, "CONCATENATION", name, tensor_type)
            yield move.case([move.input(shape) for shape in shapes], result, axis=axis,
                            fused_activation_function="NONE")
    for tensor_type in TYPES:
        move = _Move(random, "CONCATENATION", "constants", tensor_type)
        yield move.case([move.constant([2, 1]), move.input([2, 3]), move.constant([2, 4])],
                        [2, 8], axis=1, fused_activation_function="NONE")
        move = _Move(random, "CONCATENATION", "twice_the_same", tensor_type)
        source = move.input([1, 2, 2, 3])
        yield move.case([source, source], [1, 2, 2, 6], axis=3, fused_activation_function="NONE")


def padding(random):
    for name, shape, paddings in (
            ("image", [1, 3, 4, 2], [0, 0, 1, 1, 1, 1, 0, 0]),
            ("image_uneven", [1, 3, 4, 2], [0, 0, 0, 1, 2, 0, 0, 0]),
            ("channels", [1, 3, 4, 2], [0, 0, 0, 0, 0, 0, 1, 3]),
            ("all", [2, 2, 3, 2], [1, 0, 0, 2, 1, 1, 2, 1]),
            ("none", [1, 3, 4, 2], [0] * 8),
            ("rank3", [2, 3, 4], [0, 1, 2, 0, 1, 1]),
            ("vector", [7], [3, 2])):
        extents = [extent + before + after for extent, before, after
                   in zip(shape, paddings[::2], paddings[1::2])]
        for tensor_type in TYPES:
            for code in ("PAD", "PADV2"):
                move = _Move(random, code, name, tensor_type)
                inputs = [move.input(shape),
                          move.builder.integers(*paddings, shape=[len(shape), 2])]
                if code == "PADV2":
                    value = random.choice([-128, 127, -7]) if tensor_type == "INT8" else -0.75
                    inputs.append(move.builder.constant([], tensor_type, [value],
                                                        move.quantization))
                yield move.case(inputs, extents)


def shapes(random):
    for tensor_type in TYPES:
        for name, before, asked, after in (
                ("flatten", [1, 3, 4, 2], [1, 24], [1, 24]),
                ("inferred", [1, 3, 4, 2], [-1, 4], [6, 4]),
                ("deeper", [12], [1, 2, 3, 2], [1, 2, 3, 2]),
                ("swapped", [2, 3, 4], [4, 3, 2], [4, 3, 2])):
            move = _Move(random, "RESHAPE", name, tensor_type)
            yield move.case([move.input(before), move.builder.integers(*asked)], after,
                            new_shape=asked)
        move = _Move(random, "RESHAPE", "option_only", tensor_type)
        yield move.case([move.input([2, 6])], [3, 4], new_shape=[3, 4])
        for name, before, dims, after in (
                ("all", [1, 3, 1, 2], [], [3, 2]),
                ("one", [1, 3, 1, 2], [2], [1, 3, 2]),
                ("negative", [1, 3, 1, 2], [-2, 0], [3, 2])):
            move = _Move(random, "SQUEEZE", name, tensor_type)
            yield move.case([move.input(before)], after, squeeze_dims=dims)
        for name, before, axis, after in (
                ("first", [3, 4], 0, [1, 3, 4]), ("middle", [3, 4], 1, [3, 1, 4]),
                ("last_negative", [3, 4], -1, [3, 4, 1]), ("negative", [3, 4], -3, [1, 3, 4])):
            move = _Move(random, "EXPAND_DIMS", name, tensor_type)
            shape = [] if name == "first" else [1]
            yield move.case([move.input(before), move.builder.integers(axis, shape=shape)], after)
        for permutation in ([1, 0], [0, 2, 1], [2, 0, 1], [2, 1, 0], [0, 3, 1, 2], [0, 2, 3, 1],
                            [0, 2, 1, 3], [3, 2, 1, 0], [1, 2, 3, 0], [0, 1, 2, 3]):
            before = [2, 3, 4, 5][:len(permutation)]
            move = _Move(random, "TRANSPOSE", "".join(map(str, permutation)), tensor_type)
            yield move.case([move.input(before), move.builder.integers(*permutation)],
                            [before[d] for d in permutation])


def slices(random):
    for tensor_type in TYPES:
        for name, shape, begin, size, after in (
                ("image", [1, 5, 6, 3], [0, 1, 2, 0], [1, 3, 3, 3], [1, 3, 3, 3]),
                ("channels", [1, 5, 6, 4], [0, 0, 0, 1], [1, 5, 6, 2], [1, 5, 6, 2]),
                ("to_the_end", [1, 5, 6, 4], [0, 2, 0, 3], [-1, -1, -1, -1], [1, 3, 6, 1]),
                ("element", [3, 4, 5], [2, 1, 4], [1, 1, 1], [1, 1, 1]),
                ("vector", [9], [3], [4], [4]),
                ("whole", [2, 3], [0, 0], [2, 3], [2, 3])):
            move = _Move(random, "SLICE", name, tensor_type)
            yield move.case([move.input(shape), move.builder.integers(*begin),
                             move.builder.integers(*size)], after)
        for name, shape, axis, parts, after in (
                ("channels", [1, 3, 4, 6], 3, 3, [1, 3, 4, 2]),
                ("channels_negative", [1, 3, 4, 6], -1, 2, [1, 3, 4, 3]),
                ("rows", [1, 4, 3, 2], 1, 4, [1, 1, 3, 2]),
                ("vector", [12], 0, 2, [6]),
                ("one", [2, 3], 1, 1, [2, 3])):
            move = _Move(random, "SPLIT", name, tensor_type)
            yield move.case([move.builder.integers(axis, shape=[]), move.input(shape)],
                            *[after] * parts, num_splits=parts)


STRIDED = {
    # name: shape, begin, end, strides, masks, result
    "plain": ([1, 5, 6, 3], [0, 1, 2, 0], [1, 4, 6, 3], [1, 1, 1, 1], {}, [1, 3, 4, 3]),
    "strides": ([1, 7, 8, 3], [0, 0, 1, 0], [1, 7, 8, 3], [1, 2, 3, 1], {}, [1, 4, 3, 3]),
    "strides_channels": ([1, 3, 4, 7], [0, 0, 0, 1], [1, 3, 4, 7], [1, 1, 1, 3], {}, [1, 3, 4, 2]),
    "negative_indices": ([1, 5, 6, 3], [0, -4, -5, 0], [1, -1, -2, 3], [1, 1, 1, 1], {},
                         [1, 3, 3, 3]),
    "negative_strides": ([1, 5, 6, 3], [0, 4, 5, 0], [1, 0, 1, 3], [1, -1, -2, 1], {},
                         [1, 4, 2, 3]),
    "reversed": ([1, 4, 5, 3], [0, 0, 0, 0], [0, 0, 0, 0], [1, -1, -1, -1],
                 {"begin_mask": 15, "end_mask": 15}, [1, 4, 5, 3]),
    "reversed_vector": ([9], [-1], [-100], [-1], {}, [9]),
    "begin_mask": ([1, 5, 6, 3], [9, 9, 2, 9], [1, 4, 6, 3], [1, 1, 1, 1], {"begin_mask": 11},
                   [1, 4, 4, 3]),
    "end_mask": ([1, 5, 6, 3], [0, 1, 2, 0], [0, 0, 4, 0], [1, 1, 1, 1], {"end_mask": 11},
                 [1, 4, 2, 3]),
    "clamped": ([1, 5, 6, 3], [-9, 2, -100, 0], [100, 100, 100, 3], [1, 1, 1, 1], {},
                [1, 3, 6, 3]),
    "shrink": ([3, 5, 6, 2], [1, 1, 2, 0], [2, 4, 3, 2], [1, 1, 1, 1], {"shrink_axis_mask": 5},
               [3, 2]),
    "shrink_negative": ([3, 5, 6], [-1, 0, -2], [0, 5, -1], [1, 1, 1], {"shrink_axis_mask": 5},
                        [5]),
    "shrink_all": ([3, 4], [1, 2], [2, 3], [1, 1], {"shrink_axis_mask": 3}, []),
    "fewer_entries": ([3, 5, 6], [1], [3], [1], {}, [2, 5, 6]),
    "new_axis": ([3, 4], [0, 0, 1], [3, 0, 3], [1, 1, 1], {"new_axis_mask": 2}, [3, 1, 2]),
    "new_axis_first": ([3, 4], [0, 1, 0], [0, 3, 4], [1, 1, 2], {"new_axis_mask": 1}, [1, 2, 2]),
    "ellipsis": ([2, 3, 4, 5], [1, 0, 1], [2, 0, 5], [1, 1, 2], {"ellipsis_mask": 2},
                 [1, 3, 4, 2]),
    "ellipsis_first": ([2, 3, 4, 5], [0, 1], [0, 3], [1, 1], {"ellipsis_mask": 1}, [2, 3, 4, 2]),
    "ellipsis_new_axis_shrink": ([2, 3, 4], [1, 0, 0, 2], [2, 0, 0, 3], [1, 1, 1, 1],
                                 {"ellipsis_mask": 2, "new_axis_mask": 4, "shrink_axis_mask": 9},
                                 [3, 1]),
}


def strided_slices(random):
    for name, (shape, begin, end, strides, masks, result) in STRIDED.items():
        for tensor_type in TYPES:
            move = _Move(random, "STRIDED_SLICE", name, tensor_type)
            yield move.case([move.input(shape)] + [move.builder.integers(*values)
                                                   for values in (begin, end, strides)],
                            result, **masks)


def _resize(random, name, tensor_type, before, after, align=False, half=False):
    move = _Move(random, "RESIZE_NEAREST_NEIGHBOR", name, tensor_type)
    return move.case([move.input([1, *before, 3]), move.builder.integers(*after)],
                     [1, *after, 3], align_corners=align, half_pixel_centers=half)


def resizes(random):
    modes = {"": {}, "_align_corners": {"align": True}, "_half_pixel_centers": {"half": True}}
    for size_name, before, after in (("up2", [3, 4], [6, 8]), ("up_uneven", [3, 5], [7, 8]),
                                     ("down", [7, 9], [3, 4]), ("same", [4, 5], [4, 5]),
                                     ("to_one", [4, 5], [1, 1]), ("from_one", [1, 1], [3, 4])):
        for mode, options in modes.items():
            for tensor_type in TYPES:
                yield _resize(random, size_name + mode, tensor_type, before, after, **options)
    # Sizes where positions in float32 and in double fall on different pixels.
    for mode, before, after in (("", 26, 22), ("_align_corners", 14, 23),
                                ("_half_pixel_centers", 2, 41)):
        yield _resize(random, "float32_rows" + mode, "INT8", [before, 1], [after, 1],
                      **modes[mode])
        yield _resize(random, "float32_columns" + mode, "FLOAT32", [1, before], [1, after],
                      **modes[mode])


def cases(random):
    for family in (concatenation, padding, shapes, slices, strided_slices, resizes):
        yield from family(random)
