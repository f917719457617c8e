//===- FuseActivations.cpp - Activations and pads into their neighbours ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_FUSEACTIVATIONSPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// One operation clamps alike whether the other clamped before, since relu6
/// is within relu: both together are relu6 if one of them is.
template <typename OpT, Activation activation>
struct FuseActivation final : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    Value input = op.getInput();
    auto producer = input.getDefiningOp<FusedActivationOpInterface>();
    // Of one quantised type, requantisation is the identity, and the clamp
    // alone remains.
    if (!producer || !input.hasOneUse() || input.getType() != op.getType())
      return failure();
    if (producer.getActivation() == Activation::ReluN1To1)
      return failure();
    if (producer.getActivation() != Activation::Relu6)
      rewriter.modifyOpInPlace(producer,
                               [&] { producer.setActivation(activation); });
    rewriter.replaceOp(op, input);
    return success();
  }
};

/// What the kernels' parameters hold.
static constexpr int64_t largestKernelPad = 255;

/// Zeros around the image are what a convolution's own padding reads.
template <typename OpT>
struct FusePad final : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    auto pad = op.getInput().template getDefiningOp<PadOp>();
    if (!pad || !pad.isZero())
      return failure();
    ArrayRef<int64_t> low = pad.getLow(), high = pad.getHigh();
    if (low[0] || high[0] || low[3] || high[3])
      return failure();
    SmallVector<int64_t> sum(op.getPad());
    for (auto [into, from] :
         llvm::zip(sum, std::array{low[1], low[2], high[1], high[2]}))
      into += from;
    Window2D window = op.getWindow();
    for (unsigned side = 0; side != 4; ++side) {
      unsigned axis = side % 2;
      if (sum[side] > (window.extent[axis] - 1) * window.dilation[axis] ||
          sum[side] > largestKernelPad)
        return failure();
    }
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(pad.getInput());
      op.setPad(sum);
    });
    if (pad->use_empty())
      rewriter.eraseOp(pad);
    return success();
  }
};

struct FuseActivations final
    : ofa::impl::FuseActivationsPassBase<FuseActivations> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseActivation<ReluOp, Activation::Relu>,
                 FuseActivation<Relu6Op, Activation::Relu6>, FusePad<Conv2DOp>,
                 FusePad<DepthwiseConv2DOp>>(&getContext());
    // No folding or merging of others' operations: this pass does what its
    // name says.
    GreedyRewriteConfig config;
    config.enableFolding(false).setRegionSimplificationLevel(
        GreedySimplifyRegionLevel::Disabled);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};
} // namespace
