//===- KernelOps.td - Operations of the kernel dialect -----*- tablegen -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_KERNEL_OPS_TD
#define OFA_KERNEL_OPS_TD

include "ofa/Dialect/Kernel/IR/KernelInterfaces.td"
include "ofa/Dialect/Kernel/IR/KernelStructureOps.td"
include "ofa/Dialect/Kernel/IR/KernelInt8Ops.td"
include "ofa/Dialect/Kernel/IR/KernelFloatOps.td"
include "ofa/Dialect/Kernel/IR/KernelMoveOps.td"
include "ofa/Dialect/Kernel/IR/KernelPackedOps.td"

#endif // OFA_KERNEL_OPS_TD
