# ===- layers.py - Operators that sum over windows, channels or axes --------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""Convolutions, FULLY_CONNECTED, pools and MEAN. Each function takes a Call
and gives the values of its result."""

from operator import mul

from oracle.call import flatten, indices
from oracle.fixed_point import clamp, f32, truncating_divide


class Window:
    """Where a kernel of [height, width] lies on an NHWC image."""

    def __init__(self, options, image, kernel):
        self.image, self.kernel = image, kernel
        self.strides = options["stride_h"], options["stride_w"]
        self.dilations = options.get("dilation_h_factor", 1), options.get("dilation_w_factor", 1)
        self.output, self.padding = [], []
        for extent, size, stride, dilation in zip(image, kernel, self.strides, self.dilations):
            reach = (size - 1) * dilation + 1
            if options["padding"] == "SAME":
                output = -(-extent // stride)
            else:
                output = -(-(extent - reach + 1) // stride)
            self.output.append(output)
            self.padding.append(max(0, (output - 1) * stride + reach - extent) // 2)

    def taps(self, row, column):
        """(number of the tap, y, x) of each tap that lies inside the image."""
        for tap, (ky, kx) in enumerate(indices(self.kernel)):
            y = row * self.strides[0] - self.padding[0] + ky * self.dilations[0]
            x = column * self.strides[1] - self.padding[1] + kx * self.dilations[1]
            if 0 <= y < self.image[0] and 0 <= x < self.image[1]:
                yield tap, y, x


def _patches(array, window):
    """For each output pixel the centered input under the window, [taps,
    channels]; zero where the window leaves the image."""
    batches, height, width, channels = array.shape
    values = array.centered()
    taps = window.kernel[0] * window.kernel[1]
    for batch in range(batches):
        for row, column in indices(window.output):
            patch = [0] * (taps * channels)
            for tap, y, x in window.taps(row, column):
                start = ((batch * height + y) * width + x) * channels
                patch[tap * channels:(tap + 1) * channels] = values[start:start + channels]
            yield patch


def _channel_factors(call, source, weight, channels):
    """input scale * weight scale / output scale, of each output channel."""
    if call.is_float:
        return []
    scales = weight.tensor.quantization.scales
    output = call.outputs[0].quantization.scale
    return [source.scale * scales[channel if len(scales) > 1 else 0] / output
            for channel in range(channels)]


def conv_2d(call):
    source, weight, bias = call.operands(3)
    outputs, kernel_height, kernel_width, group_inputs = weight.shape
    channels = source.shape[3]
    groups = channels // group_inputs
    window = Window(call.options, source.shape[1:3], [kernel_height, kernel_width])
    rescale = call.rescaler(_channel_factors(call, source, weight, outputs))
    size = kernel_height * kernel_width * group_inputs
    rows = [weight.data[o * size:(o + 1) * size] for o in range(outputs)]
    biases = bias.data if bias else [0] * outputs
    result = []
    for patch in _patches(source, window):
        parts = [patch]
        if groups > 1:
            parts = [[value for start in range(g * group_inputs, len(patch), channels)
                      for value in patch[start:start + group_inputs]] for g in range(groups)]
        for o, row in enumerate(rows):
            part = parts[o * groups // outputs]
            result.append(rescale(sum(map(mul, part, row)) + biases[o], o))
    return result


def depthwise_conv_2d(call):
    source, weight, bias = call.operands(3)
    _, kernel_height, kernel_width, outputs = weight.shape
    channels = source.shape[3]
    multiplier = outputs // channels
    window = Window(call.options, source.shape[1:3], [kernel_height, kernel_width])
    rescale = call.rescaler(_channel_factors(call, source, weight, outputs))
    columns = [weight.data[o::outputs] for o in range(outputs)]
    biases = bias.data if bias else [0] * outputs
    result = []
    for patch in _patches(source, window):
        for o, column in enumerate(columns):
            part = patch[o // multiplier::channels]
            result.append(rescale(sum(map(mul, part, column)) + biases[o], o))
    return result


def fully_connected(call):
    source, weight, bias = call.operands(3)
    outputs, size = weight.shape
    factors = _channel_factors(call, source, weight, outputs)
    if factors and len(weight.tensor.quantization.scales) == 1:
        # One weight scale: TFLite has the product of the scales in float32.
        product = f32(source.scale * weight.scale)
        factors = [product / call.outputs[0].quantization.scale] * outputs
    rescale = call.rescaler(factors)
    values = source.centered()
    rows = [weight.data[o * size:(o + 1) * size] for o in range(outputs)]
    biases = bias.data if bias else [0] * outputs
    return [rescale(sum(map(mul, values[start:start + size], row)) + biases[o], o)
            for start in range(0, len(values), size) for o, row in enumerate(rows)]


def _pool(call, reduce):
    """Reduces, of each window and channel, the values inside the image."""
    source = call.inputs[0]
    batches, height, width, channels = source.shape
    window = Window(call.options, [height, width],
                    [call.options["filter_height"], call.options["filter_width"]])
    low, high = call.activation_range()
    result = []
    for batch in range(batches):
        for row, column in indices(window.output):
            starts = [((batch * height + y) * width + x) * channels
                      for _, y, x in window.taps(row, column)]
            result += [clamp(reduce([source.data[start + channel] for start in starts]), low, high)
                       for channel in range(channels)]
    return result


def average_pool_2d(call):
    if call.is_float:
        return _pool(call, lambda values: sum(values) / len(values))

    def rounded_average(values):  # halves away from zero
        total, half = sum(values), len(values) // 2
        return truncating_divide(total + (half if total > 0 else -half), len(values))

    return _pool(call, rounded_average)


def max_pool_2d(call):
    return _pool(call, max)


def mean(call):
    source, axes = call.operands(2)
    rank = len(source.shape)
    reduced = {axis % rank for axis in axes.data}
    kept_shape = [1 if d in reduced else extent for d, extent in enumerate(source.shape)]
    totals = [0] * call.outputs[0].size
    for value, index in zip(source.centered(), indices(source.shape)):
        kept = [0 if d in reduced else i for d, i in enumerate(index)]
        totals[flatten(kept, kept_shape)] += value
    count = len(source.data) // len(totals)
    if call.is_float:
        return [total / count for total in totals]
    # 1 / count goes into the factor, which is cut off, not rounded.
    output = call.outputs[0].quantization
    multiplier, shift = call.factor(source.scale / output.scale)
    up = min(count.bit_length() - 1, 32, 31 + shift)
    factor = (multiplier << up) // count, shift - up
    return [clamp(call.multiply(total, factor) + output.zero_point, -128, 127)
            for total in totals]
