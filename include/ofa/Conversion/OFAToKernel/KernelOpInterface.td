//===- KernelOpInterface.td - Lowering to kernels ---*- tablegen -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_CONVERSION_OFATOKERNEL_KERNELOPINTERFACE_TD
#define OFA_CONVERSION_OFATOKERNEL_KERNELOPINTERFACE_TD

include "mlir/IR/Interfaces.td"

def OFA_KernelOpInterface : OpInterface<"KernelOpInterface"> {
  let cppNamespace = "::mlir::ofa";
  let description = [{
    An operation of a network that has a kernel. Implemented by external models
    of the conversion, so that `ofa` does not know `kernel`.
  }];
  let methods = [
    InterfaceMethod<[{
        Makes the kernel that computes the result, and tells `lowering` the
        memory of the result. Fails after one diagnostic where the runtime has
        no such kernel.
      }], "::llvm::LogicalResult", "lowerToKernel",
      (ins "::mlir::ofa::KernelLowering &":$lowering)>
  ];
}

#endif // OFA_CONVERSION_OFATOKERNEL_KERNELOPINTERFACE_TD
