//===- FoldBatchNorm.cpp - Batch normalisation into the layer before ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include <cmath>

namespace mlir::ofa {
#define GEN_PASS_DEF_FOLDBATCHNORMPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// Normalisation as `x * factor + offset`, per channel.
struct Affine {
  std::vector<double> factor, offset;
};
} // namespace

/// The elements of a parameter; fails after one diagnostic where it has none.
static FailureOr<std::vector<float>> readParameter(Operation *user,
                                                   Value parameter) {
  auto constant = parameter.getDefiningOp<ConstantOp>();
  if (!constant || !constant.getValue())
    return user->emitOpError("expects its parameters to be constants with "
                             "elements, but some are absent");
  return copyElements<float>(*constant.getValue());
}

static FailureOr<Affine> readAffine(BatchNormOp norm) {
  FailureOr<std::vector<float>> rows = readParameter(norm, norm.getParams());
  if (failed(rows))
    return failure();
  size_t channels = rows->size() / 4;
  double epsilon = norm.getEpsilon().convertToDouble();
  Affine affine;
  for (size_t c = 0; c != channels; ++c) {
    double scale = (*rows)[c], offset = (*rows)[channels + c];
    double mean = (*rows)[2 * channels + c];
    double variance = (*rows)[3 * channels + c];
    double factor = scale / std::sqrt(variance + epsilon);
    affine.factor.push_back(factor);
    affine.offset.push_back(offset - mean * factor);
  }
  return affine;
}

static Value createConstant(OpBuilder &builder, Location loc, const Twine &name,
                            ArrayRef<int64_t> shape, ArrayRef<float> values) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  std::string text = name.str();
  return ConstantOp::create(builder, loc, text,
                            makeElements<float>(text, type, values));
}

/// The layer that `norm` folds into, or null and the reason.
static LinearOpInterface findLayer(BatchNormOp norm, StringRef &reason) {
  auto layer = norm.getInput().getDefiningOp<LinearOpInterface>();
  if (!layer)
    reason = "no layer with weights makes its input";
  else if (!norm.getInput().hasOneUse())
    reason = "its input has other readers";
  else if (auto fused =
               dyn_cast<FusedActivationOpInterface>(layer.getOperation());
           fused && fused.getActivation() != Activation::None)
    reason = "the layer before it has a fused activation";
  else
    return layer;
  return nullptr;
}

static LogicalResult foldInto(LinearOpInterface layer, const Affine &affine) {
  OpOperand &weight = layer.getWeightMutable();
  MutableOperandRange bias = layer.getBiasMutable();
  FailureOr<std::vector<float>> weights = readParameter(layer, weight.get());
  if (failed(weights))
    return failure();
  int64_t channels = affine.factor.size();
  std::vector<float> biases(channels);
  if (!bias.empty()) {
    FailureOr<std::vector<float>> read = readParameter(layer, bias[0].get());
    if (failed(read))
      return failure();
    biases = std::move(*read);
  }
  auto type = cast<RankedTensorType>(weight.get().getType());
  // Weights of one channel lie `inner` elements apart, in runs of that length.
  int64_t inner = 1;
  for (int64_t dim :
       type.getShape().drop_front(layer.getOutputChannelAxis() + 1))
    inner *= dim;
  for (size_t i = 0, e = weights->size(); i != e; ++i)
    (*weights)[i] = float((*weights)[i] * affine.factor[i / inner % channels]);
  for (int64_t c = 0; c != channels; ++c)
    biases[c] = float(biases[c] * affine.factor[c] + affine.offset[c]);

  OpBuilder builder(layer);
  auto name = cast<StringAttr>(*layer->getInherentAttr("name")).getValue();
  weight.set(createConstant(builder, weight.get().getLoc(), name + ".weight",
                            type.getShape(), *weights));
  bias.assign(createConstant(builder, layer.getLoc(), name + ".bias",
                             {channels}, biases));
  return success();
}

/// The same arithmetic as a layer of its own: one tap per channel.
static Value createLayer(BatchNormOp norm, const Affine &affine) {
  OpBuilder builder(norm);
  int64_t channels = affine.factor.size();
  std::vector<float> weights(affine.factor.begin(), affine.factor.end());
  std::vector<float> biases(affine.offset.begin(), affine.offset.end());
  Value weight =
      createConstant(builder, norm.getLoc(), norm.getName() + ".weight",
                     {1, 1, 1, channels}, weights);
  Value bias = createConstant(builder, norm.getLoc(), norm.getName() + ".bias",
                              {channels}, biases);
  return DepthwiseConv2DOp::create(
      builder, norm.getLoc(), norm.getType(), norm.getName(), norm.getInput(),
      weight, bias, /*transforms=*/ValueRange(), /*strides=*/{1, 1},
      /*pad=*/{0, 0, 0, 0}, /*dilations=*/{1, 1}, Activation::None,
      Rounding::Single, /*kernel_choice=*/nullptr);
}

namespace {
struct FoldBatchNorm final : ofa::impl::FoldBatchNormPassBase<FoldBatchNorm> {
  void runOnOperation() override {
    for (auto norm :
         llvm::make_early_inc_range(getOperation().getOps<BatchNormOp>()))
      if (failed(fold(norm)))
        return signalPassFailure();
    for (auto constant :
         llvm::make_early_inc_range(getOperation().getOps<ConstantOp>()))
      if (constant->use_empty())
        constant.erase();
  }

  LogicalResult fold(BatchNormOp norm) {
    FailureOr<Affine> affine = readAffine(norm);
    if (failed(affine))
      return failure();
    StringRef reason;
    Value result;
    if (LinearOpInterface layer = findLayer(norm, reason)) {
      if (failed(foldInto(layer, *affine)))
        return failure();
      result = layer->getResult(0);
    } else {
      norm.emitRemark() << "'" << norm.getName()
                        << "' becomes a depthwise convolution: " << reason;
      result = createLayer(norm, *affine);
    }
    norm.replaceAllUsesWith(result);
    norm.erase();
    return success();
  }
};
} // namespace
