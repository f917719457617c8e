# ===- elementwise.py - Cases of elementwise operators and SOFTMAX ----------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""ADD, SUB, MUL, the activations, SOFTMAX, QUANTIZE, DEQUANTIZE."""

from cases.builder import Builder, per_tensor
from oracle.fixed_point import f32

ACTIVATIONS = {"relu": "RELU", "relu6": "RELU6", "relu_n1_to_1": "RELU_N1_TO_1"}

# A ratio of 3/2 in float32, but not in double: products lie on a half or beside it.
TIES = per_tensor(0.032, 0), per_tensor(f32(0.032) / 1.5, 0)

# name: shapes of both operands; * goes before a constant one
BROADCASTS = {
    "equal": ([1, 4, 5, 3], [1, 4, 5, 3]),
    "scalar_rhs": ([1, 4, 5, 3], []),
    "scalar_lhs": ([], [1, 4, 5, 3]),
    "one_element_rhs": ([1, 3, 4, 2], [1]),
    "channels_rhs": ([1, 4, 5, 3], [3]),
    "channels_lhs": ([1, 1, 1, 3], [1, 4, 5, 3]),
    "rows_rhs": ([1, 4, 5, 3], [1, 4, 1, 1]),
    "last_rows_rhs": ([1, 4, 5, 3], [5, 3]),
    "pixels_rhs": ([1, 4, 5, 3], [1, 4, 5, 1]),
    "both": ([1, 4, 1, 3], [1, 1, 5, 3]),
    "both_ranks": ([4, 1, 3], [2, 1, 5, 1]),
    "batches": ([2, 3, 4], [1, 3, 4]),
    "vectors": ([11], [11]),
}
CONSTANTS = {
    "constant_rhs_equal": ([1, 3, 4, 2], "*", [1, 3, 4, 2]),
    "constant_rhs_channels": ([1, 3, 4, 5], "*", [5]),
    "constant_rhs_scalar": ([1, 3, 4, 5], "*", []),
    "constant_lhs_scalar": ("*", [], [1, 3, 4, 5]),
    "constant_lhs_channels": ("*", [5], [1, 3, 4, 5]),
    "constant_lhs_both": ("*", [1, 3, 1, 5], [1, 1, 4, 5]),
}


def _joined_shape(lhs, rhs):
    rank = max(len(lhs), len(rhs))
    pad = [[1] * (rank - len(shape)) + list(shape) for shape in (lhs, rhs)]
    return [max(a, b) for a, b in zip(*pad)]


def _short(tensor_type):
    return {"INT8": "int8", "FLOAT32": "float"}[tensor_type]


def _binary(random, code, name, tensor_type, lhs, rhs, constant=None, activation="NONE",
            scales=None, zero_points=(None, None, None)):
    """`scales`: of both operands, and what the output's is multiplied by."""
    builder = Builder(random)
    scales = scales or (random.uniform(0.02, 0.1), random.uniform(0.02, 0.1), 1.0)
    operands = []
    for number, shape in enumerate((lhs, rhs)):
        quantization = builder.quantization(tensor_type, scales[number], zero_points[number])
        if constant == number:
            operands.append(builder.random_constant(shape, tensor_type, quantization, 2.0))
        else:
            operands.append(builder.input(shape, tensor_type, quantization))
    natural = scales[0] * scales[1] * 150 if code == "MUL" else (scales[0] + scales[1]) * 0.8
    output = builder.quantization(tensor_type, natural * scales[2], zero_points[2])
    builder.operator(code, operands,
                     [builder.output(_joined_shape(lhs, rhs), tensor_type, output)],
                     fused_activation_function=activation)
    return builder.case(f"{code.lower()}_{_short(tensor_type)}_{name}", code)


def binary(random):
    # Zero points of results whose sign is known from the operands'.
    low = {"ADD": -128, "SUB": 0, "MUL": -128}
    high = {"ADD": 127, "SUB": 0, "MUL": -128}
    quantizations = {
        "scales_far_apart": {"scales": (0.5, 0.001, 1.0)},
        "scales_equal": {"scales": (0.05, 0.05, 0.625)},
        "output_fine": {"scales": (0.05, 0.03, 0.1)},
        "output_coarse": {"scales": (0.05, 0.03, 20.0)},
        "zero_points_mixed": {"zero_points": (-128, 127, 5)},
    }
    shape = [1, 4, 5, 3]
    for code in ("ADD", "SUB", "MUL"):
        for tensor_type in ("INT8", "FLOAT32"):
            for name, shapes in BROADCASTS.items():
                yield _binary(random, code, name, tensor_type, *shapes)
            for name, mixed in CONSTANTS.items():
                lhs, rhs = (item for item in mixed if item != "*")
                yield _binary(random, code, name, tensor_type, lhs, rhs,
                              constant=0 if mixed[0] == "*" else 1)
            for name, activation in ACTIVATIONS.items():
                yield _binary(random, code, name, tensor_type, shape, shape,
                              activation=activation)
            yield _binary(random, code, "channels_relu", tensor_type, shape, [3],
                          activation="RELU")
        for name, arguments in quantizations.items():
            yield _binary(random, code, name, "INT8", shape, shape, **arguments)
        yield _binary(random, code, "zero_points_low", "INT8", shape, shape,
                      zero_points=(-128, -128, low[code]))
        yield _binary(random, code, "zero_points_high", "INT8", shape, shape,
                      zero_points=(127, 127, high[code]))
    yield _binary(random, "MUL", "ties", "INT8", shape, shape, scales=(0.03, 0.07, 2 / 150),
                  zero_points=(0, 0, 0))
    yield _binary(random, "MUL", "left_shift", "INT8", shape, shape, scales=(0.5, 0.8, 0.004),
                  zero_points=(0, 0, 0))


def _unary(random, code, name, tensor_type, shape=(1, 4, 5, 6), source=None, output=None,
           float_range=8.0, exact=False, **options):
    builder = Builder(random)
    if tensor_type == "FLOAT32":
        source = output = None
    elif source is None:
        source = builder.quantization(tensor_type)
    operand = builder.input(shape, tensor_type, source)
    result = builder.output(shape, tensor_type, output or source)
    builder.operator(code, [operand], [result], **options)
    return builder.case(f"{code.lower()}_{_short(tensor_type)}_{name}", code, float_range, exact)


def rectifiers(random):
    quantizations = {
        "plain": (per_tensor(0.05, 3), per_tensor(0.04, -128)),
        "same_quantization": (per_tensor(0.05, -20), per_tensor(0.05, -20)),
        "zero_points_low": (per_tensor(0.03, -128), per_tensor(0.05, -128)),
        "left_shift": (per_tensor(0.3, 0), per_tensor(0.1, -10)),
        "small_factor": (per_tensor(0.05, 0), per_tensor(0.5, 0)),
        "quarters": (per_tensor(0.25, -1), per_tensor(1.0, 2)),
        "ties": TIES,
    }
    for name, (source, output) in quantizations.items():
        yield _unary(random, "RELU", name, "INT8", source=source, output=output)
        yield _unary(random, "LEAKY_RELU", name, "INT8", source=source, output=output, alpha=0.1)
        yield _unary(random, "HARD_SWISH", name, "INT8", source=source, output=output)
    for code, options in (("LEAKY_RELU", {"alpha": 0.25}), ("HARD_SWISH", {})):
        yield _unary(random, code, "zero_points_high", "INT8", source=per_tensor(0.02, 127),
                     output=per_tensor(0.006, 127), **options)
    yield _unary(random, "LEAKY_RELU", "alpha_ties", "INT8", source=TIES[0], output=TIES[1],
                 alpha=1 / 3)
    for name, alpha in {"alpha_half": 0.5, "alpha_tiny": 1e-4, "alpha_zero": 0.0,
                        "alpha_above_one": 1.5}.items():
        yield _unary(random, "LEAKY_RELU", name, "INT8", source=per_tensor(0.04, 11),
                     output=per_tensor(0.05, -33), alpha=alpha)
        yield _unary(random, "LEAKY_RELU", name, "FLOAT32", alpha=alpha)
    yield _unary(random, "LEAKY_RELU", "alpha_negative", "FLOAT32", alpha=-0.25)
    for name, quantization in {"plain": per_tensor(0.06, -30), "low": per_tensor(0.024, -128),
                               "high": per_tensor(0.05, 100), "wide": per_tensor(0.5, 0),
                               "beyond_range": per_tensor(0.01, 0)}.items():
        yield _unary(random, "RELU6", name, "INT8", source=quantization)
    for name, source, output in (
            ("wide_input", per_tensor(0.5, 9), per_tensor(0.4, -100)),
            ("very_wide_input", per_tensor(3.0, 0), per_tensor(2.5, 0)),
            ("narrow_input", per_tensor(0.004, -5), per_tensor(0.003, 40)),
            ("low_input", per_tensor(0.0235, -128), per_tensor(0.0251, -113))):
        yield _unary(random, "HARD_SWISH", name, "INT8", source=source, output=output)
    for code, exact in (("RELU", True), ("RELU6", True), ("HARD_SWISH", False)):
        yield _unary(random, code, "plain", "FLOAT32", exact=exact)
        yield _unary(random, code, "vector", "FLOAT32", shape=(37,), exact=exact)
        yield _unary(random, code, "vector", "INT8", shape=(37,))


def sigmoids(random):
    sources = {"plain": per_tensor(0.05, 3), "fine": per_tensor(0.004, -128),
               "coarse": per_tensor(0.25, 0), "very_coarse": per_tensor(2.0, 10),
               "high": per_tensor(0.1, 127), "power_of_two": per_tensor(0.0625, 0)}
    for code, output in (("LOGISTIC", per_tensor(1 / 256, -128)),
                         ("TANH", per_tensor(1 / 128, 0))):
        for name, source in sources.items():
            yield _unary(random, code, name, "INT8", shape=(1, 16, 16), source=source,
                         output=output)
        yield _unary(random, code, "plain", "FLOAT32", float_range=12.0)
        yield _unary(random, code, "near_zero", "FLOAT32", float_range=0.01)
        yield _unary(random, code, "far", "FLOAT32", float_range=90.0)


def softmax(random):
    output = per_tensor(1 / 256, -128)
    for name, source, shape, beta in (
            ("plain", per_tensor(0.1, 5), (1, 10), 1.0),
            ("coarse", per_tensor(1.0, -128), (1, 12), 1.0),
            ("fine", per_tensor(0.002, 127), (1, 40), 1.0),
            ("rows", per_tensor(0.08, 0), (5, 7), 1.0),
            ("rank4", per_tensor(0.15, 0), (1, 3, 4, 6), 1.0),
            ("rank3_batch", per_tensor(0.15, 0), (2, 3, 4), 1.0),
            ("vector", per_tensor(0.1, 0), (9,), 1.0),
            ("one_element", per_tensor(0.1, 0), (3, 1), 1.0),
            ("beta", per_tensor(0.1, 0), (2, 8), 0.3),
            ("beta_large", per_tensor(0.1, 0), (2, 8), 4.0),
            ("many", per_tensor(0.05, 20), (1, 300), 1.0)):
        yield _unary(random, "SOFTMAX", name, "INT8", shape=shape, source=source, output=output,
                     beta=beta)
        yield _unary(random, "SOFTMAX", name, "FLOAT32", shape=shape, beta=beta)


def conversions(random):
    for name, quantization in {
            "plain": per_tensor(0.05, 3), "low": per_tensor(0.02, -128),
            "high": per_tensor(0.1, 127), "fine": per_tensor(0.001, 0),
            "power_of_two": per_tensor(0.03125, -1)}.items():
        builder = Builder(random)
        source = builder.input([1, 4, 5, 3], "FLOAT32")
        builder.operator("QUANTIZE", [source],
                         [builder.output([1, 4, 5, 3], "INT8", quantization)])
        # Inputs a little beyond the range of the output.
        yield builder.case(f"quantize_float_{name}", "QUANTIZE", 150 * quantization.scale,
                           grid=quantization.scale)
        builder = Builder(random)
        source = builder.input([1, 4, 5, 3], "INT8", quantization)
        builder.operator("DEQUANTIZE", [source], [builder.output([1, 4, 5, 3], "FLOAT32")])
        yield builder.case(f"dequantize_{name}", "DEQUANTIZE", exact=True)
    for name, source, output in (
            ("plain", per_tensor(0.05, 3), per_tensor(0.08, -9)),
            ("zero_point_only", per_tensor(0.05, 3), per_tensor(0.05, -40)),
            ("identity", per_tensor(0.05, 3), per_tensor(0.05, 3)),
            ("left_shift", per_tensor(0.3, 3), per_tensor(0.05, 0)),
            ("left_shift_large", per_tensor(0.4, 0), per_tensor(0.01, 0)),
            ("small_factor", per_tensor(0.003, 0), per_tensor(0.05, 3)),
            ("halves", per_tensor(0.05, 0), per_tensor(0.1, 0)),
            ("quarters", per_tensor(0.05, 0), per_tensor(0.2, 0)),
            ("ties", *TIES),
            ("low", per_tensor(0.05, -128), per_tensor(0.06, -128)),
            ("high", per_tensor(0.05, 127), per_tensor(0.06, 127)),
            ("low_to_middle", per_tensor(0.05, -128), per_tensor(0.11, 0))):
        yield _unary(random, "QUANTIZE", name, "INT8", source=source, output=output)


def cases(random):
    for family in (binary, rectifiers, sigmoids, softmax, conversions):
        yield from family(random)
