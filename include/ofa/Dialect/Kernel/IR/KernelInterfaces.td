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

def Kernel_RowKernelOpInterface : OpInterface<"RowKernelOpInterface",
    [Kernel_RuntimeKernelOpInterface]> {
  let cppNamespace = "::mlir::kernel";
  let description = [{
    A kernel that can also make a few rows of its result `[1, h, w, c]` at a time,
    from operands of that rank, which may be rings: what a `kernel.segment` is made
    of.
  }];
  let methods = [
    InterfaceMethod<"Whether this layer can: not all that the op takes may.",
      "bool", "hasRowForm">,
    InterfaceMethod<"The rows of `input` that an output row is made of.",
      "::mlir::kernel::RowWindow", "getRowWindow",
      (ins "::mlir::OpOperand &":$input)>,
    InterfaceMethod<"Rows that one call makes, but for the last one.",
      "int64_t", "getRowStep", (ins), [{}], [{ return 1; }]>,
    InterfaceMethod<[{
        Asks for one row in a call, where more would be faster: rings get smaller.
      }], "void", "setSingleRows", (ins "bool":$single), [{}], [{
        (void)single;
      }]>,
    InterfaceMethod<[{
        Whether the call is that of a layer, with the addresses of its rows, and
        the parameters of one row (`getRowParams`). Else it takes the first row's
        number and one past the last's (of sums: those of the input) and, behind
        each tensor of rows, its places.
      }], "bool", "isElementWise", (ins), [{}], [{ return false; }]>,
    InterfaceMethod<[{
        Bytes of sums over all rows of the input, for a kernel whose result is one
        row that needs them all: a call takes one row of the input, adds it up and
        leaves the sums to the next call; the last one makes the result. 0: each
        call makes rows of its own.
      }], "int64_t", "getSumBytes", (ins), [{}], [{ return 0; }]>,
    InterfaceMethod<"Scratch memory of its own for these sums, or null.",
      "::mlir::Value", "getSums", (ins), [{}], [{ return {}; }]>,
    InterfaceMethod<"Gives it that memory.", "void", "setSums",
      (ins "::mlir::Value":$memory), [{}], [{ (void)memory; }]>,
    InterfaceMethod<"The C function that makes rows.",
      "std::string", "getRowFunction", (ins), [{}], [{
        std::string name = $_op.getRuntimeFunction();
        return $_op.isElementWise() ? name
                                    : name.insert(name.find("_s8"), "_rows");
      }]>,
    InterfaceMethod<"The parameters of that function.",
      "::mlir::kernel::Params", "getRowParams", (ins), [{}], [{
        return $_op.getParams();
      }]>
  ];
}

#endif // OFA_KERNEL_INTERFACES_TD
