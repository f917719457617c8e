# ===- layers.py - Cases of convolutions, pools and reductions --------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, AVERAGE_POOL_2D, MAX_POOL_2D,
MEAN. Shapes are NHWC, windows [height, width]."""

import math

from cases.builder import Builder, per_tensor
from oracle.fixed_point import f32
from tflite_file import Quantization


def _output_extent(extent, size, stride, dilation, padding):
    reach = (size - 1) * dilation + 1
    return -(-extent // stride) if padding == "SAME" else -(-(extent - reach + 1) // stride)


def _image_shape(image, window, strides, dilations, padding, channels):
    extents = map(_output_extent, image[1:3], window, strides, dilations, [padding] * 2)
    return [image[0], *extents, channels]


class _Weighted:
    """The operands that convolutions and FULLY_CONNECTED share."""

    def __init__(self, random, tensor_type, shape, zero_points=(None, None)):
        self.builder = Builder(random)
        self.type, self.zero_points = tensor_type, zero_points
        self.source = self.builder.input(
            shape, tensor_type,
            self.builder.quantization(tensor_type, zero_point=zero_points[0]))

    def operands(self, weight_shape, dimension, terms, bias, per_axis, gain, limit):
        """Input, weight and bias. The sum of `terms` products, in int8, is
        scaled by about `gain` / sqrt(terms); weights are from -limit on."""
        builder, random = self.builder, self.builder.random
        channels = weight_shape[dimension]
        if self.type == "FLOAT32":
            weight = builder.random_constant(weight_shape, "FLOAT32")
            inputs = [self.source, weight]
            if bias:
                inputs.append(builder.random_constant([channels], "FLOAT32"))
            return inputs, None
        scales = [f32(random.uniform(0.002, 0.02)) for _ in range(channels if per_axis else 1)]
        weight = builder.random_constant(
            weight_shape, "INT8", Quantization(scales, [0] * len(scales), dimension),
            limit=limit)
        inputs = [self.source, weight]
        source_scale = builder.tensor(self.source).quantization.scale
        if bias:
            limit = int(5000 * math.sqrt(terms))
            inputs.append(builder.constant(
                [channels], "INT32", [random.randint(-limit, limit) for _ in range(channels)],
                Quantization([f32(source_scale * s) for s in scales], [0] * len(scales))))
        mean_scale = math.exp(sum(map(math.log, scales)) / len(scales))
        output_scale = source_scale * mean_scale * math.sqrt(terms) / gain
        return inputs, builder.quantization("INT8", output_scale, self.zero_points[1])


def _conv(random, name, tensor_type="INT8", image=(1, 5, 6, 3), outputs=5, window=(3, 3),
          strides=(1, 1), dilations=(1, 1), padding="SAME", activation="NONE", groups=1,
          bias=True, per_axis=True, gain=0.012, limit=128,
          zero_points=(None, None)):
    layer = _Weighted(random, tensor_type, image, zero_points)
    depth = image[3] // groups
    inputs, quantization = layer.operands(
        [outputs, *window, depth], 0, window[0] * window[1] * depth, bias, per_axis, gain, limit)
    shape = _image_shape(image, window, strides, dilations, padding, outputs)
    layer.builder.operator(
        "CONV_2D", inputs, [layer.builder.output(shape, tensor_type, quantization)],
        padding=padding, stride_h=strides[0], stride_w=strides[1],
        dilation_h_factor=dilations[0], dilation_w_factor=dilations[1],
        fused_activation_function=activation)
    return layer.builder.case(f"conv2d_{_short(tensor_type)}_{name}", "CONV_2D")


def _depthwise(random, name, tensor_type="INT8", image=(1, 5, 6, 4), multiplier=1,
               window=(3, 3), strides=(1, 1), dilations=(1, 1), padding="SAME",
               activation="NONE", bias=True, per_axis=True, gain=0.012, limit=128,
               zero_points=(None, None)):
    layer = _Weighted(random, tensor_type, image, zero_points)
    outputs = image[3] * multiplier
    inputs, quantization = layer.operands(
        [1, *window, outputs], 3, window[0] * window[1], bias, per_axis, gain, limit)
    shape = _image_shape(image, window, strides, dilations, padding, outputs)
    layer.builder.operator(
        "DEPTHWISE_CONV_2D", inputs, [layer.builder.output(shape, tensor_type, quantization)],
        padding=padding, stride_h=strides[0], stride_w=strides[1],
        dilation_h_factor=dilations[0], dilation_w_factor=dilations[1],
        depth_multiplier=multiplier, fused_activation_function=activation)
    return layer.builder.case(f"depthwise_{_short(tensor_type)}_{name}", "DEPTHWISE_CONV_2D")


def _dense(random, name, tensor_type="INT8", shape=(1, 20), outputs=24, size=None,
           result=None, activation="NONE", bias=True, absent_bias=False, per_axis=False,
           gain=0.012, limit=128, keep=False, zero_points=(None, None)):
    layer = _Weighted(random, tensor_type, shape, zero_points)
    size = size or shape[-1]
    inputs, quantization = layer.operands([outputs, size], 0, size, bias, per_axis, gain, limit)
    if absent_bias:
        inputs.append(-1)
    result = result or [math.prod(shape) // size, outputs]
    layer.builder.operator(
        "FULLY_CONNECTED", inputs, [layer.builder.output(result, tensor_type, quantization)],
        fused_activation_function=activation, keep_num_dims=keep)
    return layer.builder.case(f"fully_connected_{_short(tensor_type)}_{name}", "FULLY_CONNECTED")


def _short(tensor_type):
    return {"INT8": "int8", "FLOAT32": "float"}[tensor_type]


# Keyword arguments that both convolutions, int8 and float, are tried with.
GEOMETRIES = {
    "same": {},
    "valid": {"padding": "VALID"},
    "stride2_same": {"strides": (2, 2)},
    "stride2_same_even": {"strides": (2, 2), "image": (1, 6, 8, 4)},
    "stride2_valid": {"strides": (2, 2), "padding": "VALID"},
    "stride3x1_valid_rest": {"strides": (3, 1), "padding": "VALID", "image": (1, 9, 5, 2)},
    "stride1x2_window2x5": {"strides": (1, 2), "window": (2, 5)},
    "window1x1": {"window": (1, 1)},
    "window1x1_stride2": {"window": (1, 1), "strides": (2, 2), "padding": "VALID"},
    "window_even_same": {"window": (2, 4)},
    "window_larger_than_image_same": {"window": (5, 7), "image": (1, 3, 4, 2)},
    "window_is_image_valid": {"window": (5, 6), "padding": "VALID"},
    "row_image": {"image": (1, 1, 12, 3), "window": (1, 4), "strides": (1, 2)},
    "column_image": {"image": (1, 11, 1, 3), "window": (4, 1), "padding": "VALID"},
    "dilated_same": {"dilations": (2, 2), "image": (1, 7, 8, 2)},
    "dilated_valid": {"dilations": (2, 2), "padding": "VALID", "image": (1, 7, 8, 2)},
    "dilated2x1_stride2": {"dilations": (2, 1), "strides": (2, 2), "image": (1, 7, 8, 2)},
    "dilated1x3_same_relu6": {"dilations": (1, 3), "activation": "RELU6", "image": (1, 4, 9, 2)},
    "no_bias": {"bias": False},
    "relu": {"activation": "RELU"},
    "relu6": {"activation": "RELU6"},
    "relu_n1_to_1": {"activation": "RELU_N1_TO_1", "gain": 0.06},
}

# And those that only int8 has.
QUANTIZATIONS = {
    "per_tensor": {"per_axis": False},
    "per_tensor_no_bias_valid": {"per_axis": False, "bias": False, "padding": "VALID"},
    "zero_points_low": {"zero_points": (-128, -128)},
    "zero_points_high": {"zero_points": (127, 127)},
    "zero_points_low_high": {"zero_points": (-128, 127)},
    "zero_points_high_low_relu": {"zero_points": (127, -128), "activation": "RELU"},
    "zero_points_zero": {"zero_points": (0, 0)},
    "small_factor": {"gain": 2e-4},
    "saturating": {"gain": 0.2},
    "left_shift": {"gain": 6.0, "limit": 2, "bias": False},
    "left_shift_large": {"gain": 40.0, "limit": 1, "bias": False, "per_axis": False},
    "relu6_narrow": {"gain": 0.3, "activation": "RELU6", "zero_points": (3, -128)},
    "relu_n1_to_1_high": {"activation": "RELU_N1_TO_1", "gain": 0.06, "zero_points": (0, 127)},
}


def convolutions(random):
    for make, more in ((_conv, {
            "grouped2": {"groups": 2, "image": (1, 5, 6, 4), "outputs": 6},
            "grouped3_stride2": {"groups": 3, "image": (1, 5, 6, 9), "outputs": 3,
                                 "strides": (2, 2)},
            "grouped4_dilated_valid": {"groups": 4, "image": (1, 7, 7, 4), "outputs": 8,
                                       "dilations": (2, 2), "padding": "VALID"},
            "one_channel": {"image": (1, 6, 6, 1), "outputs": 1},
            "many_channels_1x1": {"image": (1, 2, 3, 37), "outputs": 13, "window": (1, 1)},
            "many_channels": {"image": (1, 3, 4, 17), "outputs": 9},
    }), (_depthwise, {
            "multiplier2": {"multiplier": 2, "image": (1, 5, 5, 3)},
            "multiplier3_stride2_relu": {"multiplier": 3, "strides": (2, 2),
                                         "activation": "RELU"},
            "multiplier8_one_channel": {"multiplier": 8, "image": (1, 6, 5, 1)},
            "multiplier2_dilated": {"multiplier": 2, "dilations": (2, 2), "image": (1, 7, 6, 2)},
            "many_channels": {"image": (1, 4, 4, 19)},
            "stride2_many_channels": {"image": (1, 5, 5, 16), "strides": (2, 2)},
            "window5x5": {"image": (1, 6, 7, 5), "window": (5, 5)},
            "window7x7_stride2": {"image": (1, 8, 8, 3), "window": (7, 7), "strides": (2, 2)},
    })):
        for name, arguments in {**GEOMETRIES, **QUANTIZATIONS, **more}.items():
            yield make(random, name, **arguments)
        for name, arguments in {**GEOMETRIES, **more}.items():
            yield make(random, name, "FLOAT32", **arguments)


def fully_connected(random):
    shapes = {
        "plain": {},
        "rows": {"shape": (4, 9)},
        "one_output": {"outputs": 1, "shape": (1, 33)},
        "long": {"shape": (1, 130), "outputs": 3},
        "input4d": {"shape": (1, 2, 3, 4), "size": 24},
        "input4d_rows": {"shape": (2, 3, 1, 5), "size": 5},
        "input4d_regrouped": {"shape": (1, 4, 2, 3), "size": 6},
        "keep_num_dims": {"shape": (1, 3, 2, 6), "keep": True, "result": [1, 3, 2, 24]},
        "keep_num_dims_3d": {"shape": (2, 3, 6), "keep": True, "result": [2, 3, 24]},
        "no_bias": {"bias": False},
        "absent_bias": {"bias": False, "absent_bias": True},
        **{name: GEOMETRIES[name] for name in ("relu", "relu6", "relu_n1_to_1")},
    }
    quantizations = {
        "per_axis": {"per_axis": True},
        "per_axis_rows_relu": {"per_axis": True, "shape": (3, 8), "activation": "RELU"},
        "per_axis_no_bias": {"per_axis": True, "bias": False},
        **{name: arguments for name, arguments in QUANTIZATIONS.items()
           if name.startswith(("zero", "small", "saturating", "left", "relu"))},
    }
    for name, arguments in {**shapes, **quantizations}.items():
        yield _dense(random, name, **arguments)
    for name, arguments in shapes.items():
        yield _dense(random, name, "FLOAT32", **arguments)


def factor_ties(random):
    """The sums are the biases, chosen such that the layer's factor in double
    and in float32 round to different results: all weights are zero but for the
    first channel's."""
    def make(name, code, weight_shape, dimension, **options):
        builder = Builder(random)
        channels = weight_shape[dimension]
        source = builder.input([1, 1, 1, 2] if len(weight_shape) == 4 else [1, 2], "INT8",
                               per_tensor(0.0041, -3))
        scales = [f32(random.uniform(0.0004, 0.0006))
                  for _ in range(channels if "per_axis" in name else 1)]
        output = per_tensor(1.9, 4)
        stride = math.prod(weight_shape[dimension + 1:])
        weight = builder.constant(
            weight_shape, "INT8",
            [random.randint(-128, 127) if i // stride % channels == 0 else 0
             for i in range(math.prod(weight_shape))],
            Quantization(scales, [0] * len(scales), dimension))
        before = builder.tensor(source).quantization.scale
        biases = [_tie(random, before, scales[channel % len(scales)], output.scale)
                  for channel in range(channels)]
        bias = builder.constant([channels], "INT32", biases,
                                Quantization([f32(before * s) for s in scales],
                                             [0] * len(scales)))
        result = [1, 1, 1, channels] if len(weight_shape) == 4 else [1, channels]
        builder.operator(code, [source, weight, bias], [builder.output(result, "INT8", output)],
                         fused_activation_function="NONE", **options)
        return builder.case(f"{name}_factor_ties", code)

    convolution = {"padding": "VALID", "stride_h": 1, "stride_w": 1,
                   "dilation_h_factor": 1, "dilation_w_factor": 1}
    yield make("fully_connected_int8", "FULLY_CONNECTED", [16, 2], 0)
    yield make("fully_connected_int8_per_axis", "FULLY_CONNECTED", [16, 2], 0)
    yield make("conv2d_int8_per_tensor", "CONV_2D", [16, 1, 1, 2], 0, **convolution)
    yield make("conv2d_int8_per_axis", "CONV_2D", [16, 1, 1, 2], 0, **convolution)
    yield make("depthwise_int8_per_tensor", "DEPTHWISE_CONV_2D", [1, 1, 1, 16], 3,
               depth_multiplier=8, **convolution)
    yield make("depthwise_int8_per_axis", "DEPTHWISE_CONV_2D", [1, 1, 1, 16], 3,
               depth_multiplier=8, **convolution)


def _tie(random, source, weight, output):
    """A sum that source * weight / output takes to the two sides of a half,
    depending on whether the product is in float32."""
    factors = source * weight / output, f32(source * weight) / output
    while True:
        half = random.choice([-1, 1]) * (random.randint(20, 120) + 0.5)
        nearest = round(half / factors[0])
        for total in range(nearest - 3, nearest + 4):
            if len({math.floor(total * factor + 0.5) for factor in factors}) == 2:
                return total


def pools(random):
    geometries = {
        "valid": {},
        "same": {"padding": "SAME"},
        "stride2_same": {"padding": "SAME", "strides": (2, 2)},
        "stride2_valid_rest": {"strides": (2, 2), "window": (2, 2)},
        "stride1x3_window3x2": {"strides": (1, 3), "window": (3, 2)},
        "larger_than_image_same": {"padding": "SAME", "window": (7, 9), "image": (1, 3, 4, 2)},
        "global": {"window": (5, 6)},
        "many_channels": {"image": (1, 4, 4, 21), "window": (2, 2), "strides": (2, 2)},
        "relu": {"activation": "RELU", "zero_point": -5},
        "relu6": {"activation": "RELU6", "scale": 0.15, "zero_point": -10},
        "relu_n1_to_1": {"activation": "RELU_N1_TO_1", "scale": 0.04, "zero_point": 7},
    }
    quantized = {
        "zero_point_low": {"zero_point": -128, "scale": 0.045, "activation": "RELU6"},
        "zero_point_high": {"zero_point": 127, "scale": 0.01, "activation": "RELU_N1_TO_1"},
    }

    def make(code, name, tensor_type, image=(1, 5, 6, 3), window=(3, 3), strides=(1, 1),
             padding="VALID", activation="NONE", scale=None, zero_point=None):
        builder = Builder(random)
        quantization = builder.quantization(tensor_type, scale, zero_point)
        source = builder.input(image, tensor_type, quantization)
        shape = _image_shape(image, window, strides, (1, 1), padding, image[3])
        builder.operator(
            code, [source], [builder.output(shape, tensor_type, quantization)],
            padding=padding, stride_h=strides[0], stride_w=strides[1], filter_height=window[0],
            filter_width=window[1], fused_activation_function=activation)
        prefix = {"AVERAGE_POOL_2D": "average_pool", "MAX_POOL_2D": "max_pool"}[code]
        return builder.case(f"{prefix}_{_short(tensor_type)}_{name}", code,
                            exact=code == "MAX_POOL_2D", float_range=8.0)

    for code in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
        for name, arguments in {**geometries, **quantized}.items():
            yield make(code, name, "INT8", **arguments)
        for name, arguments in geometries.items():
            yield make(code, name, "FLOAT32", **arguments)


def mean(random):
    shapes = {
        "spatial": ([1, 4, 5, 3], [1, 2], False),
        "spatial_keep_dims": ([1, 4, 5, 3], [1, 2], True),
        "spatial_swapped": ([1, 3, 4, 2], [2, 1], True),
        "spatial_batch2": ([2, 3, 4, 3], [1, 2], False),
        "negative_axes": ([1, 4, 5, 3], [-3, -2], False),
        "channels": ([1, 3, 4, 5], [3], True),
        "last_negative": ([4, 6], [-1], False),
        "rows": ([1, 6, 3, 4], [1], False),
        "columns": ([1, 3, 6, 4], [2], True),
        "first": ([5, 7], [0], False),
        "all": ([2, 3, 4], [0, 1, 2], False),
        "apart": ([2, 3, 4, 5], [0, 2], False),
        "apart_keep_dims": ([3, 4, 5], [0, 2], True),
        "vector": ([9], [0], True),
        "size_one": ([1, 1, 1, 6], [1, 2], True),
    }
    quantizations = {
        # zero points, and input scale / output scale
        "same_quantization": (4, 4, 1.0),
        "zero_points_low": (-128, -128, 0.9),
        "zero_points_high": (127, 127, 0.8),
        "left_shift": (5, -7, 3.0),
        "small_factor": (5, -7, 0.07),
    }

    def make(name, tensor_type, shape, axes, keep_dims, quantization, output):
        builder = Builder(random)
        source = builder.input(shape, tensor_type, quantization)
        reduced = {axis % len(shape) for axis in axes}
        result = [1 if d in reduced else extent for d, extent in enumerate(shape)
                  if keep_dims or d not in reduced]
        builder.operator("MEAN", [source, builder.integers(*axes)],
                         [builder.output(result, tensor_type, output)], keep_dims=keep_dims)
        return builder.case(f"mean_{_short(tensor_type)}_{name}", "MEAN")

    for name, arguments in shapes.items():
        yield make(name, "INT8", *arguments, per_tensor(random.uniform(0.02, 0.05), 9),
                   per_tensor(random.uniform(0.01, 0.03), -20))
        yield make(name, "FLOAT32", *arguments, None, None)
    for name, (before, after, factor) in quantizations.items():
        scale = random.uniform(0.01, 0.1)
        yield make(name, "INT8", [1, 4, 5, 23], [1, 2], False, per_tensor(scale, before),
                   per_tensor(scale / factor, after))
    # A sixth is cut off a little below: the mean 1/2 becomes 0.
    yield make("sixths", "INT8", [1, 2, 3, 23], [1, 2], True, per_tensor(0.05, 0),
               per_tensor(0.05, 0))


def cases(random):
    for family in (convolutions, fully_connected, factor_ties, pools, mean):
        yield from family(random)
