//===- QuantizableOps.cpp - How scales propagate, where weights are -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/IR/OFA.h"

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// LinearOpInterface
//===----------------------------------------------------------------------===//

int64_t Conv2DOp::getInputChannel(int64_t element) {
  ArrayRef<int64_t> weight = getWeight().getType().getShape();
  int64_t output = element / (weight[1] * weight[2] * weight[3]);
  int64_t group = output / (weight[0] / getGroups());
  return group * weight[3] + element % weight[3];
}

int64_t DepthwiseConv2DOp::getInputChannel(int64_t element) {
  int64_t outputs = getWeight().getType().getShape()[3];
  int64_t multiplier = outputs / getInput().getType().getShape()[3];
  return element % outputs / multiplier;
}

int64_t FullyConnectedOp::getInputChannel(int64_t element) {
  return element % getWeight().getType().getShape()[1];
}

//===----------------------------------------------------------------------===//
// QuantizableOpInterface
//===----------------------------------------------------------------------===//

static double getSmallestSumScale(ArrayRef<double> operands) {
  // The sum is scaled down from twice the larger scale with 20 bits more.
  return 2 * std::max(operands[0], operands[1]) / (1 << 19);
}

// Requantised integers have to fit 32 bits before they are clamped.
double AddOp::getSmallestResultScale(ArrayRef<double> operands) {
  return getSmallestSumScale(operands);
}
double SubOp::getSmallestResultScale(ArrayRef<double> operands) {
  return getSmallestSumScale(operands);
}
double MulOp::getSmallestResultScale(ArrayRef<double> operands) {
  return operands[0] * operands[1] * (255 * 255) / (1 << 29);
}
double MeanOp::getSmallestResultScale(ArrayRef<double> operands) {
  return operands[0] * 255 / (1 << 29);
}

ResultScale AvgPool2DOp::getResultScale() { return ResultScale::ofInput(); }
ResultScale MaxPool2DOp::getResultScale() { return ResultScale::ofInput(); }
ResultScale PadOp::getResultScale() { return ResultScale::ofInput(); }
ResultScale ReshapeOp::getResultScale() { return ResultScale::ofInput(); }
double HardSwishOp::getSmallestResultScale(ArrayRef<double> operands) {
  return operands[0] / 64; // Twice of what its fixed point can make.
}
ResultScale ResizeNearestOp::getResultScale() { return ResultScale::ofInput(); }
ResultScale SliceOp::getResultScale() { return ResultScale::ofInput(); }
ResultScale TransposeOp::getResultScale() { return ResultScale::ofInput(); }
ResultScale LogisticOp::getResultScale() {
  return ResultScale::fixed(1.0 / 256, -128);
}
ResultScale TanhOp::getResultScale() {
  return ResultScale::fixed(1.0 / 128, 0);
}
ResultScale SoftmaxOp::getResultScale() {
  return ResultScale::fixed(1.0 / 256, -128);
}
