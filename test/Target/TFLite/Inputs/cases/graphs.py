# ===- graphs.py - Cases of several operators: state, several inputs --------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""Variables need several operators; some models have several inputs and
outputs, and values that are read twice."""

from cases.builder import Builder, per_tensor


def _accumulator(random, name, tensor_type, initialized):
    """output = variable + input, which the variable then holds."""
    builder = Builder(random)
    quantization = builder.quantization(tensor_type, 0.05, -11)
    shape = [1, 2, 3]
    graphs = []
    if initialized:
        initial = Builder(random)
        handle = initial.intermediate([], "RESOURCE")
        value = initial.random_constant(shape, tensor_type, quantization)
        initial.operator("VAR_HANDLE", [], [handle], container="", shared_name="total")
        initial.operator("ASSIGN_VARIABLE", [handle, value], [])
        graphs.append(initial.graph)
        builder.operator("CALL_ONCE", [], [], init_subgraph_index=1)
    source = builder.input(shape, tensor_type, builder.quantization(tensor_type, 0.02, 7))
    handle = builder.intermediate([], "RESOURCE")
    old = builder.intermediate(shape, tensor_type, quantization)
    total = builder.output(shape, tensor_type, quantization)
    builder.operator("VAR_HANDLE", [], [handle], container="", shared_name="total")
    builder.operator("READ_VARIABLE", [handle], [old])
    builder.operator("ADD", [old, source], [total], fused_activation_function="NONE")
    builder.operator("ASSIGN_VARIABLE", [handle, total], [])
    return builder.case(f"variable_{name}", "VAR_HANDLE", graphs=graphs)


def _delay_line(random):
    """Keeps the last four rows of its input, as streaming networks do."""
    builder = Builder(random)
    quantization = builder.quantization("INT8", 0.05, 4)
    handle = builder.intermediate([], "RESOURCE")
    source = builder.input([1, 1, 5], "INT8", quantization)
    old = builder.intermediate([1, 4, 5], "INT8", quantization)
    tail = builder.intermediate([1, 3, 5], "INT8", quantization)
    window = builder.output([1, 4, 5], "INT8", quantization)
    mean = builder.output([1, 5], "INT8", quantization)
    builder.operator("VAR_HANDLE", [], [handle], container="", shared_name="rows")
    builder.operator("READ_VARIABLE", [handle], [old])
    builder.operator("STRIDED_SLICE", [old, builder.integers(0, 1, 0), builder.integers(0, 4, 0),
                                       builder.integers(1, 1, 1)],
                     [tail], begin_mask=5, end_mask=5)
    builder.operator("CONCATENATION", [tail, source], [window], axis=1,
                     fused_activation_function="NONE")
    builder.operator("ASSIGN_VARIABLE", [handle, window], [])
    builder.operator("MEAN", [window, builder.integers(1)], [mean], keep_dims=False)
    return builder.case("variable_int8_delay_line", "VAR_HANDLE")


def _two_variables(random):
    """Swaps its variables at each run; one begins with zeros."""
    initial, builder = Builder(random), Builder(random)
    quantization = builder.quantization("INT8", 0.05, 0)
    first = initial.intermediate([], "RESOURCE")
    initial.operator("VAR_HANDLE", [], [first], container="", shared_name="first")
    initial.operator("ASSIGN_VARIABLE",
                     [first, initial.random_constant([4], "INT8", quantization)], [])
    source = builder.input([4], "INT8", quantization)
    handles = [builder.intermediate([], "RESOURCE") for _ in range(2)]
    values = [builder.intermediate([4], "INT8", quantization) for _ in range(2)]
    result = builder.output([4], "INT8", quantization)
    builder.operator("CALL_ONCE", [], [], init_subgraph_index=1)
    for handle, value, name in zip(handles, values, ("first", "second")):
        builder.operator("VAR_HANDLE", [], [handle], container="", shared_name=name)
        builder.operator("READ_VARIABLE", [handle], [value])
    builder.operator("ADD", [values[0], source], [result], fused_activation_function="NONE")
    builder.operator("ASSIGN_VARIABLE", [handles[0], values[1]], [])
    builder.operator("ASSIGN_VARIABLE", [handles[1], result], [])
    return builder.case("variable_int8_two_swapped", "VAR_HANDLE", graphs=[initial.graph])


def _several_inputs_and_outputs(random, name, tensor_type):
    """A value that is both an output and an operand; outputs in another order
    than they are computed in."""
    builder = Builder(random)
    shape = [1, 3, 4, 2]
    sources = [builder.input(shape, tensor_type, builder.quantization(tensor_type, scale, zero))
               for scale, zero in ((0.05, 3), (0.02, -40), (0.04, 127))]
    total = builder.output(shape, tensor_type, builder.quantization(tensor_type, 0.06, 0))
    product = builder.output(shape, tensor_type, builder.quantization(tensor_type, 0.3, -9))
    builder.operator("ADD", sources[:2], [total], fused_activation_function="RELU")
    builder.operator("MUL", [total, sources[2]], [product], fused_activation_function="NONE")
    builder.graph.outputs.reverse()
    return builder.case(f"graph_{name}_three_inputs_two_outputs", "MUL")


def _float_in_int8_out(random):
    """A float input that is quantised, and a float and an int8 output."""
    builder = Builder(random)
    quantization = per_tensor(0.05, -3)
    source = builder.input([1, 6], "FLOAT32")
    inner = builder.intermediate([1, 6], "INT8", quantization)
    result = builder.output([1, 6], "INT8", per_tensor(1 / 256, -128))
    real = builder.output([1, 6], "FLOAT32")
    builder.operator("QUANTIZE", [source], [inner])
    builder.operator("SOFTMAX", [inner], [result], beta=1.0)
    builder.operator("DEQUANTIZE", [result], [real])
    return builder.case("graph_mixed_types", "QUANTIZE", float_range=5.0, exact=True)


def cases(random):
    yield _accumulator(random, "int8_initialized", "INT8", True)
    yield _accumulator(random, "int8_zero", "INT8", False)
    yield _accumulator(random, "float_initialized", "FLOAT32", True)
    yield _accumulator(random, "float_zero", "FLOAT32", False)
    yield _delay_line(random)
    yield _two_variables(random)
    yield _several_inputs_and_outputs(random, "int8", "INT8")
    yield _several_inputs_and_outputs(random, "float", "FLOAT32")
    yield _float_in_int8_out(random)
