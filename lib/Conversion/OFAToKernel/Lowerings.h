//===- Lowerings.h - Kernels of each operation ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_CONVERSION_OFATOKERNEL_LOWERINGS_H
#define OFA_LIB_CONVERSION_OFATOKERNEL_LOWERINGS_H

#include "KernelLowering.h"

namespace mlir::ofa {

// Layers with weights (LowerLayers.cpp).
LogicalResult lower(Conv2DOp op, KernelLowering &lowering);
LogicalResult lower(DepthwiseConv2DOp op, KernelLowering &lowering);
LogicalResult lower(FullyConnectedOp op, KernelLowering &lowering);
LogicalResult lower(BatchNormOp op, KernelLowering &lowering);

// Element by element (LowerElementwise.cpp).
LogicalResult lower(AddOp op, KernelLowering &lowering);
LogicalResult lower(SubOp op, KernelLowering &lowering);
LogicalResult lower(MulOp op, KernelLowering &lowering);
LogicalResult lower(ReluOp op, KernelLowering &lowering);
LogicalResult lower(Relu6Op op, KernelLowering &lowering);
LogicalResult lower(LeakyReluOp op, KernelLowering &lowering);
LogicalResult lower(LogisticOp op, KernelLowering &lowering);
LogicalResult lower(TanhOp op, KernelLowering &lowering);
LogicalResult lower(HardSwishOp op, KernelLowering &lowering);
LogicalResult lower(HardSigmoidOp op, KernelLowering &lowering);
LogicalResult lower(SoftmaxOp op, KernelLowering &lowering);
LogicalResult lower(QuantizeOp op, KernelLowering &lowering);
LogicalResult lower(DequantizeOp op, KernelLowering &lowering);

// Windows and reductions (LowerPooling.cpp).
LogicalResult lower(MeanOp op, KernelLowering &lowering);
LogicalResult lower(AvgPool2DOp op, KernelLowering &lowering);
LogicalResult lower(MaxPool2DOp op, KernelLowering &lowering);

// Elements that move: concatenations, pads, slices, transpositions by their
// interface (LowerMoves.cpp).
LogicalResult lower(MoveOpInterface op, KernelLowering &lowering);
LogicalResult lower(ReshapeOp op, KernelLowering &lowering);
LogicalResult lower(ResizeNearestOp op, KernelLowering &lowering);

// What outlives a run (LowerState.cpp).
LogicalResult lower(ReadStateOp op, KernelLowering &lowering);
LogicalResult lower(WriteStateOp op, KernelLowering &lowering);

} // namespace mlir::ofa

#endif // OFA_LIB_CONVERSION_OFATOKERNEL_LOWERINGS_H
