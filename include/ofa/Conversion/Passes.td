//===- Passes.td - Conversions between dialects ---*- tablegen -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_CONVERSION_PASSES_TD
#define OFA_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertOFAToKernelPass
    : Pass<"convert-ofa-to-kernel", "::mlir::ModuleOp"> {
  let summary = "Turn networks into models of runtime kernels";
  let description = [{
    Replaces each function of `ofa` operations by a `kernel.model` of its name
    with one entry `run`. Every layer becomes one kernel, its parameters become
    globals in the layout that the kernel wants, with zero points folded into
    biases and scales turned into multipliers and shifts; every value gets a
    buffer of its own.

    The input of a function with `ofa.preprocessing` becomes raw bytes as a
    camera gives them: one conversion where a scale and zero point absorb the
    preprocessing, else the preprocessing as a kernel.

    Requires: static networks with parameters present, int8 or float, with one
    result. Ensures: no operation of `ofa` remains; `kernel-schedule` and
    `kernel-plan-memory` follow.
  }];
  let options = [
    Option<"modelName", "model-name", "std::string", /*default=*/"",
           "name of the model, and so of its C, instead of the function's; for "
           "modules of one network">
  ];
  let dependentDialects = ["::mlir::kernel::KernelDialect"];
}

#endif // OFA_CONVERSION_PASSES_TD
