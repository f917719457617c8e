//===- KernelInterfaces.td - Questions to a kernel ---------*- tablegen -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_KERNEL_INTERFACES_TD
#define OFA_KERNEL_INTERFACES_TD

include "mlir/IR/Interfaces.td"

def Kernel_RuntimeKernelOpInterface : OpInterface<"RuntimeKernelOpInterface"> {
  let cppNamespace = "::mlir::kernel";
  let description = [{
    One call of a C function of the runtime: what the emitter prints, what the
    planner may do with its memory, and what the reports count. Answers depend
    on scan order and variant, so a tensor op cannot give them.
  }];
  let methods = [
    InterfaceMethod<"The layer's name in its source.",
      "::llvm::StringRef", "getLayerName">,
    InterfaceMethod<"The C function, such as `ofa_conv2d_s8`.",
      "std::string", "getRuntimeFunction">,
    InterfaceMethod<[{
        The constant parameters, which the function takes first.
      }], "::mlir::kernel::Params", "getParams">,
    InterfaceMethod<[{
        The buffers that the call gets after its parameters, in C order:
        activation inputs, outputs, scratch. Weights are in the parameters.
      }], "::llvm::SmallVector<::mlir::Value>", "getCallBuffers">,
    InterfaceMethod<[{
        Bytes of scratch memory that the kernel needs during the call. The
        scratch operand, if any, has at least so many.
      }], "int64_t", "getScratchBytes", (ins), [{}], [{ return 0; }]>,
    InterfaceMethod<[{
        How the memory of `input` may overlap the result's. None if the two must
        be disjoint. Follows from the scan order: a byte is written after its
        last read.
      }], "std::optional<::mlir::kernel::OverlapRule>", "getOverlapRule",
      (ins "::mlir::OpOperand &":$input), [{}], [{ return std::nullopt; }]>,
    InterfaceMethod<"Multiply-accumulates of one call.",
      "int64_t", "getMACs", (ins), [{}], [{ return 0; }]>
  ];
}

#endif // OFA_KERNEL_INTERFACES_TD
