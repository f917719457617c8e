# ===- check_oracle.py - Checks of the oracle itself -------------------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""usage: check_oracle.py

1. The arithmetic gives values computed by hand.
2. Every int8 case of one operator lies near the same model in real numbers.
3. Every file that flatc writes reads back as the model that it was written from.
"""

import copy
import pathlib
import random
import tempfile

from cases.catalogue import all_cases
from generate import draw_input
from oracle import fixed_point as fp
from oracle.evaluate import Interpreter
from tflite_file import read_model, write_models


def expect(actual, expected):
    if actual != expected:
        raise SystemExit(f"got {actual!r}, not {expected!r}")


def check_arithmetic():
    expect(fp.f32(0.1), 13421773 / 2 ** 27)
    expect([fp.round_half_away(x) for x in (2.5, -2.5, 2.4, -0.5, 0.49)], [3, -3, 2, -1, 0])
    expect([fp.truncating_divide(a, 4) for a in (7, -7, 8, -8)], [1, -1, 2, -2])

    # 3/2 and -3/2: halves go up.
    expect(fp.rounding_high_multiply(3, 1 << 30), 2)
    expect(fp.rounding_high_multiply(-3, 1 << 30), -1)
    expect(fp.rounding_high_multiply(fp.INT32_MIN, fp.INT32_MIN), fp.INT32_MAX)
    expect(fp.rounding_high_multiply(3, 1 << 14, 16), 2)
    # 5/2 and -5/2: halves go away from zero.
    expect([fp.rounding_shift_right(x, 1) for x in (5, -5, 4, -4)], [3, -3, 2, -2])
    expect([fp.rounding_shift_right(x, 2) for x in (5, 6, 7, -5, -6, -7)], [1, 2, 2, -1, -2, -2])
    expect(fp.rounding_shift_right(-7, 0), -7)

    expect(fp.quantize_multiplier(0.75, "double"), (3 << 29, 0))
    expect(fp.quantize_multiplier(3.0, "double"), (3 << 29, 2))
    expect(fp.quantize_multiplier(1 - 2.0 ** -40, "double"), (1 << 30, 1))
    expect(fp.quantize_multiplier(2.0 ** -32, "double"), (1 << 30, -31))
    expect(fp.quantize_multiplier(2.0 ** -33, "double"), (0, 0))
    expect(fp.quantize_multiplier(2.0 ** 31, "double"), (1 << 30, 32))
    expect(fp.quantize_multiplier(2.0 ** 31, "single"), (fp.INT32_MAX, 30))
    expect(fp.quantize_multiplier(0.0, "single"), (0, 0))

    # 1/4: double rounding makes 1/2 of it first, then 1, then 1/2, then 1.
    quarter = fp.quantize_multiplier(0.25, "double")
    expect([fp.multiply(x, quarter, "double") for x in (1, 2, 3, -1, -2, -3)],
           [1, 1, 1, 0, -1, -1])
    expect([fp.multiply(x, quarter, "single") for x in (1, 2, 3, -1, -2, -3)],
           [0, 1, 1, 0, 0, -1])
    expect([fp.multiply(x, (3 << 29, 2), rounding) for x in (5, -5)
            for rounding in ("single", "double")], [15, 15, -15, -15])

    expect(fp.to_fixed(-1.0), fp.INT32_MIN)
    expect(fp.to_fixed(1.0), fp.INT32_MAX)
    expect(fp.to_fixed(1.5, 4), 3 << 26)
    expect(fp.change_integer_bits(3 << 26, 4, 0), fp.INT32_MAX)
    expect(fp.change_integer_bits(-(3 << 26), 4, 0), fp.INT32_MIN)
    expect(fp.change_integer_bits(5, 0, 1), 3)
    expect(fp.input_radius(4, 23), 15 * 2 ** 27 // 2 ** 23)
    expect(fp.exp_of_negative(0, 5), fp.INT32_MAX)
    expect(fp.logistic(0, 4), 1 << 30)
    expect(fp.tanh(0, 4), 0)
    for x in (-15.5, -7.1, -2.0, -0.3, 0.01, 1.0, 4.4, 12.0):
        raw = fp.to_fixed(x, 4)
        near(fp.logistic(raw, 4) / 2 ** 31, 1 / (1 + fp.math.exp(-x)), 1e-6)
        near(fp.tanh(raw, 4) / 2 ** 31, fp.math.tanh(x), 1e-6)
        near(fp.exp_of_negative(-abs(raw), 4) / 2 ** 31, fp.math.exp(-abs(x)), 1e-6)
    for x in (1.0, 1.25, 3.0, 700.0):
        inverse, exponent = fp.reciprocal(fp.to_fixed(x, 12), 12)
        near(inverse / 2.0 ** (31 + exponent), 1 / x, 1e-6)


def near(actual, expected, tolerance):
    if abs(actual - expected) > tolerance:
        raise SystemExit(f"got {actual}, not {expected} within {tolerance}")


def to_real(values, quantization):
    return [quantization.scale * (value - quantization.zero_point) for value in values]


def real_model(model):
    """The model in real numbers; int8 ranges are gone."""
    model = copy.deepcopy(model)
    for graph in model.graphs:
        for tensor in graph.tensors:
            details = tensor.quantization
            if not details:
                continue
            if tensor.data is not None:
                inner = 1
                for extent in tensor.shape[details.dimension + 1:]:
                    inner *= extent
                count = len(details.scales)
                tensor.data = [
                    value * details.scales[i // inner % count] -
                    details.scales[i // inner % count] * details.zero_points[i // inner % count]
                    for i, value in enumerate(tensor.data)]
            tensor.type, tensor.quantization = "FLOAT32", None
        for operator in graph.operators:
            if operator.code == "QUANTIZE":
                operator.code = "RESHAPE"  # the same real numbers
    return model


def check_cases():
    """Errors in units of the output: the kernels of 16 bits are the coarsest."""
    checked = 0
    for case in all_cases(1).values():
        graph = case.model.graphs[0]
        types = {graph.tensors[i].type for i in graph.inputs + graph.outputs}
        if types != {"INT8"} or len(graph.operators) > 1:
            continue
        checked += 1
        allowed = 2.0 if case.operator in ("HARD_SWISH", "SOFTMAX") else 1.01
        generator = random.Random(case.name)
        integers = {rounding: Interpreter(case.model, rounding)
                    for rounding in ("single", "double")}
        reals = Interpreter(real_model(case.model), "single")
        for vector in range(2):
            inputs = [draw_input(generator, graph.tensors[i], vector, case) for i in graph.inputs]
            expected = reals.run([to_real(values, graph.tensors[i].quantization)
                                  for values, i in zip(inputs, graph.inputs)])
            for rounding, interpreter in integers.items():
                for i, got, want in zip(graph.outputs, interpreter.run(inputs), expected):
                    check_result(f"{case.name} {rounding}", got, want,
                                 graph.tensors[i].quantization, allowed)
    return checked


def check_result(name, got, want, quantization, allowed):
    for position, (integer, real) in enumerate(zip(got, want, strict=True)):
        exact = fp.clamp(real / quantization.scale + quantization.zero_point, -128, 127)
        if abs(integer - exact) > allowed:
            raise SystemExit(f"{name} [{position}]: got {integer}, but {exact:.3f} in reals")


def check_files():
    models = {name: case.model for name, case in all_cases(1).items()}
    with tempfile.TemporaryDirectory() as folder:
        write_models(models, folder)
        for name, model in models.items():
            for graph, read in zip(model.graphs, read_model(
                    pathlib.Path(folder) / f"{name}.tflite").graphs, strict=True):
                # The file has the options that a case leaves at their default, too.
                for ours, theirs in zip(graph.operators, read.operators, strict=True):
                    theirs.options = {key: theirs.options[key] for key in ours.options}
                expect(read, graph)
    return len(models)


if __name__ == "__main__":
    check_arithmetic()
    print("arithmetic: as by hand")
    print(f"{check_cases()} int8 cases: near real numbers")
    print(f"{check_files()} files: read back as written")
