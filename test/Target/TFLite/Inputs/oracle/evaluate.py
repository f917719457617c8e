# ===- evaluate.py - Evaluates a model ---------------------------------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""Runs a model operator by operator; keeps its variables between runs."""

from oracle import elementwise, layers, movement
from oracle.call import Array, Call
from oracle.fixed_point import f32

OPERATORS = {
    "ADD": elementwise.add,
    "AVERAGE_POOL_2D": layers.average_pool_2d,
    "CONCATENATION": movement.concatenation,
    "CONV_2D": layers.conv_2d,
    "DEPTHWISE_CONV_2D": layers.depthwise_conv_2d,
    "DEQUANTIZE": elementwise.dequantize,
    "EXPAND_DIMS": movement.same_values,
    "FULLY_CONNECTED": layers.fully_connected,
    "HARD_SWISH": elementwise.hard_swish,
    "LEAKY_RELU": elementwise.leaky_relu,
    "LOGISTIC": elementwise.logistic,
    "MAX_POOL_2D": layers.max_pool_2d,
    "MEAN": layers.mean,
    "MUL": elementwise.mul,
    "PAD": movement.pad,
    "PADV2": movement.pad,
    "QUANTIZE": elementwise.quantize_operator,
    "RELU": elementwise.relu,
    "RELU6": elementwise.relu6,
    "RESHAPE": movement.same_values,
    "RESIZE_NEAREST_NEIGHBOR": movement.resize_nearest_neighbor,
    "SLICE": movement.slice_,
    "SOFTMAX": elementwise.softmax,
    "SPLIT": movement.split,
    "SQUEEZE": movement.same_values,
    "STRIDED_SLICE": movement.strided_slice,
    "SUB": elementwise.sub,
    "TANH": elementwise.tanh,
    "TRANSPOSE": movement.transpose,
}


class Interpreter:
    """A model that runs. `rounding` is 'single' or 'double'."""

    def __init__(self, model, rounding):
        self.model, self.rounding = model, rounding
        self.initialized = set()  # subgraphs that CALL_ONCE has run
        self.variables = {}
        for graph in model.graphs:
            self._allocate_variables(graph)

    def _allocate_variables(self, graph):
        """A variable begins with the zero point of what is assigned to it."""
        handles = {operator.outputs[0]: operator.options["shared_name"]
                   for operator in graph.operators if operator.code == "VAR_HANDLE"}
        for operator in graph.operators:
            if operator.code == "ASSIGN_VARIABLE":
                handle, value = operator.inputs
                tensor = graph.tensors[value]
                zero = tensor.quantization.zero_point if tensor.quantization else 0
                self.variables.setdefault(handles[handle], [zero] * tensor.size)

    def run(self, inputs):
        """The values of the model's outputs."""
        values = self.trace(inputs)
        return [values[index] for index in self.model.graphs[0].outputs]

    def trace(self, inputs):
        """The values of all tensors of the model, by index."""
        return self._run_graph(0, inputs)

    def _run_graph(self, number, inputs):
        graph = self.model.graphs[number]
        values = {index: tensor.data for index, tensor in enumerate(graph.tensors)
                  if tensor.data is not None}
        values.update(zip(graph.inputs, inputs))

        for operator in graph.operators:
            operands = [Array(graph.tensors[index], values[index]) if index >= 0 else None
                        for index in operator.inputs]
            outputs = [graph.tensors[index] for index in operator.outputs]
            results = self._run_operator(operator, operands, outputs)
            for index, tensor, result in zip(operator.outputs, outputs, results):
                if tensor.type == "FLOAT32":
                    result = [f32(value) for value in result]
                values[index] = Array(tensor, result).data
        return values

    def _run_operator(self, operator, operands, outputs):
        """The values of each result."""
        if operator.code == "VAR_HANDLE":
            return [operator.options["shared_name"]]
        if operator.code == "READ_VARIABLE":
            return [self.variables[operands[0].data]]
        if operator.code == "ASSIGN_VARIABLE":
            self.variables[operands[0].data] = operands[1].data
            return []
        if operator.code == "CALL_ONCE":
            graph = operator.options["init_subgraph_index"]
            if graph not in self.initialized:
                self.initialized.add(graph)
                self._run_graph(graph, [])
            return []
        result = OPERATORS[operator.code](Call(operator, operands, outputs, self.rounding))
        return result if operator.code == "SPLIT" else [result]
