//===- ExternalModels.cpp - Operations that lower themselves ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowerings.h"

#include "ofa/Conversion/OFAToKernel/OFAToKernel.h"

using namespace mlir;
using namespace mlir::ofa;

namespace {
template <typename OpTy>
struct Model : KernelOpInterface::ExternalModel<Model<OpTy>, OpTy> {
  LogicalResult lowerToKernel(Operation *op, KernelLowering &lowering) const {
    return lower(cast<OpTy>(op), lowering);
  }
};
} // namespace

template <typename... OpTys>
static void attachModels(MLIRContext &context) {
  (OpTys::template attachInterface<Model<OpTys>>(context), ...);
}

void ofa::registerKernelOpExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, OFADialect *) {
    attachModels<AddOp, AvgPool2DOp, BatchNormOp, ConcatOp, Conv2DOp,
                 DepthwiseConv2DOp, DequantizeOp, FullyConnectedOp,
                 HardSigmoidOp, HardSwishOp, LeakyReluOp, LogisticOp,
                 MaxPool2DOp, MeanOp, MulOp, PadOp, QuantizeOp, Relu6Op, ReluOp,
                 ReshapeOp, ResizeNearestOp, SliceOp, SoftmaxOp, SubOp, TanhOp,
                 TransposeOp>(*context);
    attachModels<ReadStateOp, WriteStateOp>(*context);
  });
}
