//===- Passes.td - Passes on the kernel dialect ------------*- tablegen -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_TRANSFORMS_PASSES
#define OFA_DIALECT_KERNEL_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def FormSegmentsPass
    : Pass<"kernel-form-segments", "::mlir::kernel::EntryOp"> {
  let summary = "Let kernels run row by row, so that tensors become rings of rows";
  let description = [{
    Requires: ordered kernels without offsets. Ensures: some of those that follow
    each other are in segments, whose inner buffers are rings of as many rows as
    they need, to the same results.

    Segments are cut so that the largest set of live bytes is at most `limit`, by
    the fewest kernels in segments; if it cannot be, so that it is the smallest.
    The choice is exact for sums of buffers, which offsets may exceed, but where
    the last rows of a tensor are not read.

    With `push-rows`, the caller hands over the input row by row, and it lies in a
    ring: the first step is a segment with all of its readers.
  }];
  let options = [
    Option<"limit", "limit", "int64_t", /*default=*/"0",
           "Bytes that arena and states may have; 0: as few as can be">,
    Option<"pushRows", "push-rows", "bool", /*default=*/"false",
           "The input comes row by row">
  ];
  let dependentDialects = ["::mlir::kernel::KernelDialect"];
}

def PlanMemoryPass : Pass<"kernel-plan-memory", "::mlir::kernel::EntryOp"> {
  let summary = "Give every buffer its place in the arena";
  let description = [{
    Requires: an entry whose buffers have no offsets. Ensures: every buffer has
    an offset, and the entry has the arena's size; two buffers share bytes only
    if their lifetimes are disjoint, or if one dies in the kernel that writes
    the other and that kernel allows their overlap. The size equals the largest
    set of live bytes, but for alignment, unless a warning says otherwise.

    In a segment, memory that is needed while some of its kernels run may be that
    of others between (`RowSchedule::findTurns`).

    Inputs live from the start, outputs to the end. States lie in a region of
    their own, where nothing shares bytes.
  }];
}

def SchedulePass : Pass<"kernel-schedule", "::mlir::kernel::EntryOp"> {
  let summary = "Order the kernels for the smallest peak of live bytes";
  let description = [{
    Requires: an entry without offsets. Ensures: the kernels are in a
    topological order whose peak of live bytes is the smallest that exists; of
    such orders, the first in terms of the given one. In-place and overlapping
    results count once. A network with more than 20000 sets of kernels that may
    have run keeps its order, with a remark. Marks the entry `scheduled`.
  }];
}

def SelectVariantsPass
    : Pass<"kernel-select-variants", "::mlir::kernel::ModelOp"> {
  let summary = "Take the kernels that are made for the model's processor";
  let description = [{
    Requires: kernels in the portable layouts, without offsets. Ensures: what the
    model's `isa` has a faster variant for, computed to the same bytes, is that
    variant, with its constants in the layout that it reads and with its scratch
    memory; constants that nothing refers to are gone. With `dsp`, convolutions
    without groups or dilation, depthwise ones and fully connected layers multiply
    pairs of 16-bit numbers. With `mve`, those that the kernels for vectors take
    add up 16 products of bytes, and sums, averages and floats go by vectors.

    A variant may have limits on factors and sums so that its arithmetic is
    exact; a layer beyond them keeps the portable kernel, with a remark.
  }];
  let options = [
    Option<"assumeExact", "assume-exact", "bool", /*default=*/"false",
           "Take the constants' values to be within all limits: for modules "
           "whose parameters stand for others">,
    ListOption<"isa", "isa", "std::string",
               "Extensions that the processor has beside the model's `isa`">
  ];
  let dependentDialects = ["::mlir::kernel::KernelDialect"];
}

def VerifyPlanPass : Pass<"kernel-verify-plan", "::mlir::kernel::EntryOp"> {
  let summary = "Prove that no buffer is overwritten while it is needed";
  let description = [{
    Recomputes lifetimes from the order of the kernels, and which bytes each
    kernel may write while it reads, without the planner's data. An error names
    both buffers.
  }];
}

#endif // OFA_DIALECT_KERNEL_TRANSFORMS_PASSES
