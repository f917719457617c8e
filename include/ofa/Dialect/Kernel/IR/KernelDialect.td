//===- KernelDialect.td - The kernel dialect ---------------*- tablegen -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_KERNEL_DIALECT_TD
#define OFA_KERNEL_DIALECT_TD

include "mlir/IR/OpBase.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::mlir::kernel";
  let summary = "Runtime kernels on buffers of a static arena";
  let description = [{
    A compiled network: calls of the runtime's kernels in destination-passing
    style, on memrefs of storage types. `kernel.model` is what the C emitter
    prints; `kernel.entry` is one sequence of kernels; weights are
    `kernel.global` symbols; activations are `kernel.buffer`s.

    Before `kernel-plan-memory` all buffers are distinct. After it, each has an
    offset into the entry's arena, and the order of the kernels is frozen.

    Every kernel op is one call of one C function. The op's attributes and
    weight operands are the fields of that function's parameter struct.
  }];
  let useDefaultAttributePrinterParser = 1;
}

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, traits>;

#endif // OFA_KERNEL_DIALECT_TD
