//===- RecalibrateBatchNorm.cpp - Batch-norm statistics of a subnet -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Threading.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "ofa/Execution/Executor.h"
#include <cmath>

namespace mlir::ofa {
#define GEN_PASS_DEF_RECALIBRATEBATCHNORMPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

/// For each channel, the mean over all images and pixels of `term(value,
/// channel)`: a sum per image, pixels ascending, and then images ascending.
template <typename Term>
static std::vector<double> averageChannels(MLIRContext *context,
                                           ArrayRef<Tensor> images,
                                           size_t channels, Term term) {
  std::vector<std::vector<double>> sums(images.size());
  parallelFor(context, 0, images.size(), [&](size_t image) {
    std::vector<double> sum(channels);
    ArrayRef<float> values = images[image].floats();
    for (size_t begin = 0; begin != values.size(); begin += channels)
      for (size_t c = 0; c != channels; ++c)
        sum[c] += term(double(values[begin + c]), c);
    sums[image] = std::move(sum);
  });
  std::vector<double> result(channels);
  for (const std::vector<double> &sum : sums)
    for (size_t c = 0; c != channels; ++c)
      result[c] += sum[c];
  double count = double(images.size() * (images[0].size() / channels));
  for (double &value : result)
    value /= count;
  return result;
}

namespace {
struct Recalibrator final : LayerObserver {
  LogicalResult beforeOp(Operation *op, ArrayRef<Tensor> input) override {
    auto norm = dyn_cast<BatchNormOp>(op);
    return norm ? recalibrate(norm, input) : success();
  }

  LogicalResult recalibrate(BatchNormOp norm, ArrayRef<Tensor> input) {
    auto constant = norm.getParams().getDefiningOp<ConstantOp>();
    if (!constant || !constant.getValue())
      return norm.emitOpError("expects its parameters to be a constant with "
                              "elements, but they are absent");
    auto type = cast<RankedTensorType>(constant.getType());
    size_t channels = type.getDimSize(1);
    std::vector<double> mean =
        averageChannels(norm.getContext(), input, channels,
                        [](double value, size_t) { return value; });
    std::vector<double> variance = averageChannels(
        norm.getContext(), input, channels, [&](double value, size_t c) {
          return (value - mean[c]) * (value - mean[c]);
        });
    std::vector<float> rows = copyElements<float>(*constant.getValue());
    for (size_t c = 0; c != channels; ++c) {
      rows[2 * channels + c] = float(mean[c]);
      rows[3 * channels + c] = float(variance[c]);
      if (!std::isfinite(rows[2 * channels + c]) ||
          !std::isfinite(rows[3 * channels + c]))
        return norm.emitOpError("measures a mean or variance that is no finite "
                                "number in channel ")
               << c << ": the weights before it are too large";
    }
    OpBuilder builder(norm);
    norm.getParamsMutable().assign(ConstantOp::create(
        builder, constant.getLoc(), constant.getName(),
        makeElements<float>(constant.getName(), type, rows)));
    if (constant->use_empty())
      replaced.push_back(constant);
    return success();
  }

  SmallVector<ConstantOp> replaced;
};

struct RecalibrateBatchNorm final
    : ofa::impl::RecalibrateBatchNormPassBase<RecalibrateBatchNorm> {
  void runOnOperation() override {
    std::vector<uint8_t> storage;
    std::optional<ImageBatch> images;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.getOps<BatchNormOp>().empty())
        continue;
      if (!images) {
        FailureOr<ImageBatch> read = readCalibration(getOperation(), storage);
        if (failed(read))
          return signalPassFailure();
        images = *read;
      }
      if (failed(recalibrate(function, *images)))
        return signalPassFailure();
    }
  }

  LogicalResult recalibrate(func::FuncOp function, const ImageBatch &images) {
    FailureOr<std::vector<Tensor>> inputs = readImages(function, images);
    if (failed(inputs))
      return failure();
    Recalibrator recalibrator;
    if (failed(runLayers(function, std::move(*inputs), recalibrator)))
      return failure();
    for (ConstantOp constant : recalibrator.replaced)
      constant.erase();
    return success();
  }
};
} // namespace
