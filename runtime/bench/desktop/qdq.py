#!/usr/bin/env python3
# ===- qdq.py - TFLite models as ONNX models in QDQ form -------------------=== #
#
# Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------=== #
"""Writes an int8 TFLite model as ONNX: float operators between QuantizeLinear and
DequantizeLinear, with the model's own weights, biases, scales and zero points.

  qdq.py MODEL.tflite MODEL.onnx

What ONNX Runtime is fastest with on x86-64: activations are uint8 (the int8 values
plus 128), at the model's input and output as well; weights are int8 per channel,
biases int32; images are transposed to NCHW at the input, which cancels out with the
runtime's own transposition back. Prints the number of MACs. Needs ofa-translate in
PATH, and no Python package.
"""

import math
import re
import struct
import subprocess
import sys
from typing import NamedTuple

# onnx.proto: TensorProto.DataType and AttributeProto.AttributeType.
FLOAT, UINT8, INT8, INT32, INT64 = 1, 2, 3, 6, 7
ATTRIBUTE_INT, ATTRIBUTE_INTS = 2, 7
IR_VERSION, OPSET = 7, 13


def fail(text):
    sys.exit(f"qdq.py: {text}")


# ---- Protocol buffers: a message is (field number, value) pairs. ------------


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def message(*fields):
    out = bytearray()
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value & (1 << 64) - 1)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return bytes(out)


def attribute(name, value):
    if isinstance(value, int):
        return message((1, name), (3, value), (20, ATTRIBUTE_INT))
    return message((1, name), *((8, each) for each in value), (20, ATTRIBUTE_INTS))


# ---- The network as ofa-translate prints it. ---------------------------------


class Tensor(NamedTuple):
    shape: tuple
    scales: tuple  # () where it is not quantised, one, or one for each channel
    zero_point: int


class Operation(NamedTuple):
    result: str
    name: str
    operands: list
    attributes: str
    types: list
    result_type: Tensor

    def numbers(self, attribute_name, default=()):
        found = re.search(rf"\b{attribute_name} = array<i64: ([-\d, ]+)>", self.attributes)
        return [int(text) for text in found[1].split(",")] if found else list(default)

    @property
    def activation(self):
        found = re.search(r"#ofa\.activation<(\w+)>", self.attributes)
        return found[1] if found else None


TYPE = r"tensor<(?:\d+x)+(?:\w+|!\w+|!quant\.uniform<[^>]*>)>"


class Network:
    def __init__(self, text):
        self.aliases = dict(re.findall(r"^(!\w+) = (.*)$", text, re.MULTILINE))
        blobs = dict(re.findall(r'^ *"?([^"\n]+?)"?: "0x([0-9A-F]*)"', text, re.MULTILINE))
        head = re.search(rf"func\.func @\S+\((%\w+): ({TYPE})[^,]*\) -> \(?({TYPE})", text)
        if not head:
            fail("takes models with one input and one output")
        self.input, self.input_type = head[1], self.type(head[2])
        self.output, self.output_type = re.search(r"return (%\w+) :", text)[1], self.type(head[3])
        self.constants, self.operations = {}, []
        for result, kind, rest in re.findall(r"^ *(%\S+) = ofa\.(\w+) (.*)$", text, re.MULTILINE):
            types = [self.type(found) for found in re.findall(TYPE, rest)]
            if kind == "constant":
                blob = re.search(r'dense_resource<"?(.*?)"?>$', rest)
                if not blob:
                    fail(f"{rest}: expected a resource")
                # Behind the alignment.
                self.constants[result] = types[0], bytes.fromhex(blobs[blob[1]])[4:]
                continue
            rest = re.sub(r'^"[^"]*" ', "", rest)
            operands, attributes = re.match(r"((?:%\S+(?:, )?)*) ?(\{.*\})? ?: \(", rest).groups()
            self.operations.append(Operation(result, kind, operands.strip().split(", "),
                                             attributes or "", types[:-1], types[-1]))

    def type(self, text):
        shape, element = re.match(r"tensor<((?:\d+x)+)(.*)>$", text).groups()
        element = self.aliases.get(element, element)
        shape = tuple(int(size) for size in shape[:-1].split("x"))
        quantised = re.match(r"!quant\.uniform<i8:f32(?::\d+)?, \{?([^}>]*)\}?>", element)
        if not quantised:
            return Tensor(shape, (), 0)
        parts = [part.partition(":") for part in quantised[1].split(",")]
        return Tensor(shape, tuple(float(part[0]) for part in parts), int(parts[0][2] or 0))


def permute(data, shape, order):
    """The bytes of a tensor whose dimension n is the old dimension order[n]."""
    strides = [math.prod(shape[dimension + 1:]) for dimension in order]
    places = [0]
    for dimension, stride in zip(order, strides):
        places = [place + stride * index for place in places for index in range(shape[dimension])]
    return bytes(data[place] for place in places)


# ---- The same network as ONNX. -----------------------------------------------


class Graph:
    """Quantised tensors have the name of the value, their floats '<name>.float'.
    Those of four dimensions are NCHW, unless they are in `plain`."""

    def __init__(self, network):
        self.network, self.nodes, self.initializers, self.macs = network, [], {}, 0
        self.plain, self.padding, self.floats = set(), {}, set()
        self.output_step = 1  # of the quantised output, in the output's numbers

    @property
    def floats_outside(self):
        """Input and output are floats."""
        return not self.network.input_type.scales

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(message(
            *((1, each) for each in inputs), (2, output), (3, output), (4, kind),
            *((5, attribute(*each)) for each in attributes.items())))
        return output

    def constant(self, name, data_type, shape, data):
        self.initializers.setdefault(name, message(
            *((1, size) for size in shape), (2, data_type), (8, name), (9, data)))
        return name

    def scale(self, name, scales, per_channel=False):
        return self.constant(f"{name}.scale", FLOAT, (len(scales),) if per_channel else (),
                             struct.pack(f"<{len(scales)}f", *scales))

    def parameters(self, name, tensor):
        """Scale and zero point of activations."""
        if len(tensor.scales) != 1:
            fail(f"{name}: expected a tensor with one scale")
        return [self.scale(name, tensor.scales),
                self.constant(f"{name}.zero_point", UINT8, (), bytes([tensor.zero_point + 128]))]

    def dequantized(self, name, tensor):
        if name not in self.floats:
            self.floats.add(name)
            self.node("DequantizeLinear", [name, *self.parameters(name, tensor)], f"{name}.float")
        return f"{name}.float"

    def weights(self, name, order):
        tensor, data = self.network.constants[name]
        shape = [tensor.shape[dimension] for dimension in order]
        scales = tensor.scales if len(tensor.scales) > 1 else tensor.scales * shape[0]
        self.constant(name, INT8, shape, permute(data, tensor.shape, order))
        zeros = self.constant(f"{name}.zero_point", INT8, shape[:1], bytes(shape[0]))
        return self.node("DequantizeLinear", [name, self.scale(name, scales, True), zeros],
                         f"{name}.float", axis=0), scales

    def bias(self, name, input_scale, scales):
        tensor, data = self.network.constants[name]
        self.constant(name, INT32, tensor.shape, data)
        zeros = self.constant(f"{name}.zero_point", INT32, tensor.shape, bytes(len(data)))
        products = self.scale(name, [input_scale * scale for scale in scales], True)
        return self.node("DequantizeLinear", [name, products, zeros], f"{name}.float", axis=0)

    def layer(self, operation, kind, order, **attributes):
        """A layer with weights and perhaps biases."""
        data, *constants = operation.operands
        inputs = [self.dequantized(data, operation.types[0])]
        weights, scales = self.weights(constants[0], order)
        inputs.append(weights)
        if len(constants) > 1:
            inputs.append(self.bias(constants[1], operation.types[0].scales[0], scales))
        weight_shape = operation.types[1].shape
        outputs = math.prod(operation.result_type.shape)
        self.macs += outputs * math.prod(weight_shape) // weight_shape[order[0]]
        return self.node(kind, inputs, f"{operation.result}.exact", **attributes)

    def check_activation(self, operation):
        """Saturation does what the activation says, so that no node has to."""
        limits = {None: (-math.inf, math.inf), "relu": (0, math.inf), "relu6": (0, 6)}
        if operation.activation not in limits:
            fail(f"{operation.result}: activation {operation.activation} is not known here")
        low, high = limits[operation.activation]
        scale, zero_point = operation.result_type.scales[0], operation.result_type.zero_point
        if low == 0 and zero_point != -128 or high / scale + zero_point < 126.5:
            fail(f"{operation.result}: {operation.activation} does more than saturation")

    def convolution(self, operation):
        data = operation.operands[0]
        depthwise = operation.name == "depthwise_conv2d"
        shape = operation.types[1].shape
        pads = operation.numbers("pad", (0,) * 4)
        if data in self.padding:
            data, more = self.padding[data]
            operation.operands[0] = data
            pads = [pad + each for pad, each in zip(pads, more)]
        channels = operation.types[0].shape[3]
        return self.layer(operation, "Conv", (3, 0, 1, 2) if depthwise else (0, 3, 1, 2),
                          kernel_shape=shape[1:3], pads=pads,
                          strides=operation.numbers("strides", (1, 1)),
                          dilations=operation.numbers("dilations", (1, 1)),
                          group=channels if depthwise else channels // shape[3])

    def fully_connected(self, operation):
        return self.layer(operation, "Gemm", (0, 1), transB=1)

    def add(self, operation):
        inputs = [self.dequantized(*each) for each in zip(operation.operands, operation.types)]
        return self.node("Add", inputs, f"{operation.result}.exact")

    def avg_pool2d(self, operation):
        data = self.dequantized(operation.operands[0], operation.types[0])
        window, output = operation.numbers("filter"), f"{operation.result}.exact"
        if tuple(window) == operation.types[0].shape[1:3]:
            return self.node("GlobalAveragePool", [data], output)
        return self.node("AveragePool", [data], output, kernel_shape=window,
                         strides=operation.numbers("strides", (1, 1)),
                         pads=operation.numbers("pad", (0,) * 4))

    def mean(self, operation):
        if operation.operands[0] not in self.plain:
            fail(f"{operation.result}: the mean of NHWC is not known here")
        self.plain.add(operation.result)
        data = self.dequantized(operation.operands[0], operation.types[0])
        return self.node("ReduceMean", [data], f"{operation.result}.exact",
                         axes=operation.numbers("axes"), keepdims=0)

    def softmax(self, operation):
        data = self.dequantized(operation.operands[0], operation.types[0])
        return self.node("Softmax", [data], f"{operation.result}.exact", axis=-1)

    def quantize(self, operation):
        return operation.operands[0]

    # Operators that leave the numbers as they are, and work on uint8.

    def reshape(self, operation):
        name, old, new = operation.operands[0], operation.types[0].shape, operation.result_type.shape
        if len(old) == 4 and min(old[3], old[1] * old[2]) > 1:
            name = self.node("Transpose", [name], f"{name}.nhwc", perm=(0, 2, 3, 1))
        moves = len(new) == 4 and min(new[3], new[1] * new[2]) > 1
        shape = [new[0], new[3], *new[1:3]] if len(new) == 4 and not moves else new
        sizes = self.constant(f"{operation.result}.shape", INT64, (len(shape),),
                              struct.pack(f"<{len(shape)}q", *shape))
        if not moves:
            self.node("Reshape", [name, sizes], operation.result)
            return
        name = self.node("Reshape", [name, sizes], f"{operation.result}.nhwc")
        self.node("Transpose", [name], operation.result, perm=(0, 3, 1, 2))

    def transpose(self, operation):
        if operation.numbers("permutation") != [0, 3, 1, 2]:
            fail(f"{operation.result}: only a transposition to NCHW is known here")
        self.plain.add(operation.result)
        self.node("Identity", operation.operands, operation.result)

    def pad(self, operation):
        low, high = operation.numbers("low"), operation.numbers("high")
        if low[0] or low[3] or high[0] or high[3]:
            fail(f"{operation.result}: only padding of height and width is known here")
        self.padding[operation.result] = operation.operands[0], low[1:3] + high[1:3]

    def dequantize(self, operation):
        self.output_step = operation.types[0].scales[0]
        data = self.dequantized(operation.operands[0], operation.types[0])
        self.node("Identity", [data], operation.result)

    OPERATORS = {"conv2d": convolution, "depthwise_conv2d": convolution,
                 "fully_connected": fully_connected, "add": add, "avg_pool2d": avg_pool2d,
                 "mean": mean, "softmax": softmax, "quantize": quantize, "reshape": reshape,
                 "transpose": transpose, "pad": pad, "dequantize": dequantize}

    def build(self):
        network = self.network
        if len(network.input_type.shape) == 4:
            self.node("Transpose", ["input"], network.input, perm=(0, 3, 1, 2))
        else:
            self.node("Identity", ["input"], network.input)
        for operation in network.operations:
            if operation.name not in self.OPERATORS:
                fail(f"{operation.result}: operator {operation.name} is not known here")
            if operation.activation:
                self.check_activation(operation)
            exact = self.OPERATORS[operation.name](self, operation)
            if exact:
                self.node("QuantizeLinear",
                          [exact, *self.parameters(operation.result, operation.result_type)],
                          operation.result)
        self.node("Identity", [network.output], "output")
        graph = message(*((1, node) for node in self.nodes), (2, "model"),
                        *((5, each) for each in self.initializers.values()),
                        (11, self.describe("input", network.input_type)),
                        (12, self.describe("output", network.output_type)))
        return message((1, IR_VERSION), (2, "OFA"), (7, graph), (8, message((2, OPSET))))

    @staticmethod
    def describe(name, tensor):
        shape = message(*((1, message((1, size))) for size in tensor.shape))
        element = message((1, UINT8 if tensor.scales else FLOAT), (2, shape))
        return message((1, name), (2, message((1, element))))


def convert(model, output):
    """Writes the ONNX file; returns the graph, for its facts."""
    text = subprocess.run(["ofa-translate", "--import-tflite", "--name=model", model], check=True,
                          capture_output=True, text=True).stdout
    graph = Graph(Network(text))
    with open(output, "wb") as file:
        file.write(graph.build())
    return graph


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(convert(*sys.argv[1:]).macs, "MACs")
