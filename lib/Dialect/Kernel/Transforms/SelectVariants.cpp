//===- SelectVariants.cpp - Kernels for one processor -----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/DotsLayout.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/Kernel/IR/LanesLayout.h"
#include "ofa/Dialect/Kernel/IR/PairedLayout.h"
#include "ofa/Dialect/Kernel/IR/PatchesLayout.h"
#include "ofa/Dialect/Kernel/IR/PlanesLayout.h"
#include "ofa/Dialect/Kernel/IR/Variants.h"
#include "ofa/Dialect/Kernel/IR/WeightLayout.h"
#include "ofa/Dialect/Kernel/IR/Window.h"
#include "ofa/Dialect/Kernel/IR/WinogradLayout.h"
#include "ofa/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include <cstring>

namespace mlir::kernel {
#define GEN_PASS_DEF_SELECTVARIANTSPASS
#include "ofa/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace mlir::kernel

using namespace mlir;
using namespace mlir::kernel;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

namespace {
/// A layer's constants as the portable kernels have them.
struct PortableConstants {
  std::vector<int8_t> weights; ///< `[channels][inner]`
  std::vector<int32_t> bias, multiplier;
  std::vector<int8_t> shift;
};

/// Makes and reads a model's globals.
class Globals {
public:
  explicit Globals(ModelOp model) : symbols(model) {}

  template <typename T>
  std::vector<T> read(Value memory) const {
    auto reference = memory.getDefiningOp<GetGlobalOp>();
    std::vector<char> bytes =
        symbols.lookup<GlobalOp>(reference.getGlobal()).getBytes();
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }

  template <typename OpTy>
  PortableConstants readLayer(OpTy op) const {
    return {read<int8_t>(op.getWeights()), read<int32_t>(op.getBias()),
            read<int32_t>(op.getMultiplier()), read<int8_t>(op.getShift())};
  }

  /// A reference to a new global with those words, beside `op`.
  Value make(PatternRewriter &rewriter, Operation *op, const Twine &name,
             ArrayRef<int32_t> words) {
    auto type =
        RankedTensorType::get({int64_t(words.size())}, rewriter.getI32Type());
    std::string text = name.str();
    auto elements = DenseResourceElementsAttr::get(
        type, text, HeapAsmResourceBlob::allocateAndCopyInferAlign(words));
    OpBuilder detached(op->getContext());
    auto global = GlobalOp::create(detached, op->getLoc(), GlobalRole::Weights,
                                   text, elements);
    // Renames it if the name is taken; globals precede the entry.
    symbols.insert(global, op->getParentOp()->getIterator());
    return GetGlobalOp::create(rewriter, op->getLoc(), global.getMemRefType(),
                               global.getSymNameAttr());
  }

  void eraseUnused() {
    auto model = cast<ModelOp>(symbols.getOp());
    for (GlobalOp global : llvm::make_early_inc_range(model.getGlobals()))
      if (SymbolTable::symbolKnownUseEmpty(global, model))
        symbols.erase(global);
  }

private:
  SymbolTable symbols;
};

/// Scratch memory of so many words for the layer `op`.
template <typename OpTy>
Value makeScratch(PatternRewriter &rewriter, OpTy op, int64_t words) {
  auto type = MemRefType::get({words}, rewriter.getI32Type());
  return BufferOp::create(rewriter, op.getLoc(), type, BufferKind::Scratch,
                          (op.getName() + ".scratch").str(),
                          /*offset=*/IntegerAttr(), QuantizationAttr(),
                          /*real=*/false, /*initial=*/Attribute());
}

//===----------------------------------------------------------------------===//
// Variants
//===----------------------------------------------------------------------===//

/// A variant in place of the portable kernel `OpTy`. That of the largest
/// benefit comes first; the last one, of benefit 1, says where the portable
/// kernel stays.
template <typename OpTy>
class Variant : public OpRewritePattern<OpTy> {
public:
  Variant(MLIRContext *context, Globals &globals, bool areValuesKnown,
          PatternBenefit benefit)
      : OpRewritePattern<OpTy>(context, benefit), globals(globals),
        areValuesKnown(areValuesKnown) {}

protected:
  Globals &globals;

  using Pack =
      llvm::function_ref<std::optional<std::vector<int32_t>>(LayerConstants)>;

  /// The stream of `words` words that `pack` makes of the layer's constants, or
  /// of zeros where values do not matter; null if the variant does not compute
  /// the layer exactly.
  Value makeStream(PatternRewriter &rewriter, OpTy op, int64_t words,
                   Pack pack) const {
    std::string name = (op.getName() + ".stream").str();
    if (!areValuesKnown)
      return globals.make(rewriter, op, name, std::vector<int32_t>(words, 0));
    PortableConstants layer = globals.readLayer(op);
    std::optional<std::vector<int32_t>> stream =
        pack({layer.weights, layer.bias, layer.multiplier, layer.shift,
              int64_t(op.getOutputZeroPoint())});
    if (!stream) {
      if (this->getBenefit() == PatternBenefit(1))
        remark(op);
      return nullptr;
    }
    return globals.make(rewriter, op, name, *stream);
  }

  /// Puts `variant` in the place of `op`, with what others have attached to it.
  static void replace(PatternRewriter &rewriter, OpTy op, Operation *variant) {
    variant->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, variant);
  }

  /// Puts a convolution with scratch memory of so many words in the place of
  /// `op`.
  template <typename ConvolutionOp>
  static void replaceByConvolution(PatternRewriter &rewriter, OpTy op,
                                   Value stream, int64_t scratchWords) {
    Value scratch = makeScratch(rewriter, op, scratchWords);
    replace(rewriter, op,
            ConvolutionOp::create(
                rewriter, op.getLoc(), op.getName(), op.getInput(), stream,
                op.getOutput(), scratch, op.getKernel(), op.getStride(),
                op.getPadding(), op.getInputZeroPoint(),
                op.getOutputZeroPoint(), op.getActivationMin(),
                op.getActivationMax(), op.getRounding()));
  }

  /// The same for a matrix-vector product.
  template <typename ProductOp>
  static void replaceByProduct(PatternRewriter &rewriter, OpTy op, Value stream,
                               int64_t scratchWords) {
    Value scratch = makeScratch(rewriter, op, scratchWords);
    replace(rewriter, op,
            ProductOp::create(rewriter, op.getLoc(), op.getName(),
                              op.getInput(), stream, op.getOutput(), scratch,
                              op.getOutputZeroPoint(), op.getActivationMin(),
                              op.getActivationMax(), op.getRounding()));
  }

  /// Says once that the portable kernel stays.
  static void remark(OpTy op) {
    if (op->hasAttr(keptName))
      return;
    op->emitRemark("'") << op.getName()
                        << "' keeps the portable kernel: its factors or sums "
                           "are too large for those of this processor";
    op->setDiscardableAttr(keptName, UnitAttr::get(op->getContext()));
  }

public:
  /// Marks what has been looked at.
  static constexpr StringLiteral keptName = "kernel.kept";

private:
  bool areValuesKnown;
};

static MemRefType getType(Value value) {
  return cast<MemRefType>(value.getType());
}

template <typename OpTy>
static Window getWindow(OpTy op) {
  return {getType(op.getInput()).getShape(), getType(op.getOutput()).getShape(),
          op.getKernel(), op.getStride(), op.getPadding()};
}

template <typename OpTy>
static bool isDilated(OpTy op) {
  return op.getDilation() != ArrayRef<int64_t>{1, 1};
}

using PackDense = std::optional<std::vector<int32_t>>(
    const LayerConstants &layer, int64_t rows, int64_t blockChannels);

/// What `pack` makes of weights in the portable layout.
static std::optional<std::vector<int32_t>> repack(PackDense pack,
                                                  LayerConstants layer,
                                                  int64_t rows,
                                                  int64_t blockChannels) {
  std::vector<int8_t> weights =
      unpackConv2DWeights(layer.weights, layer.bias.size());
  layer.weights = weights;
  return pack(layer, rows, blockChannels);
}

struct PairConv2D final : Variant<Conv2DS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(Conv2DS8Op op,
                                PatternRewriter &rewriter) const override {
    if (op.getGroups() != 1 || isDilated(op))
      return failure();
    Window window = getWindow(op);
    WindowRows kernel = getKernelRows(window);
    int64_t inputs = kernel.rows * kernel.inputsPerRow;
    Value stream = makeStream(
        rewriter, op,
        countPairedStream(window.output[3], inputs, convPairedBlock),
        [&](const LayerConstants &layer) {
          return repack(packPaired, layer, kernel.rows, convPairedBlock);
        });
    if (!stream)
      return failure();
    replaceByConvolution<Conv2DPairedS8Op>(
        rewriter, op, stream, 2 * countPairedWords(inputs, convPairedBlock));
    return success();
  }
};

struct TransformConv2D final : Variant<Conv2DS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(Conv2DS8Op op,
                                PatternRewriter &rewriter) const override {
    Window window = getWindow(op);
    if (op.getGroups() != 1 || isDilated(op) || !gainsByWinograd(window))
      return failure();
    int64_t inputs = window.input[3], outputs = window.output[3];
    Value stream =
        makeStream(rewriter, op, countWinogradStream(outputs, inputs),
                   [](LayerConstants layer) {
                     std::vector<int8_t> weights =
                         unpackConv2DWeights(layer.weights, layer.bias.size());
                     layer.weights = weights;
                     return packWinograd(layer);
                   });
    if (!stream)
      return failure();
    Value scratch = makeScratch(rewriter, op, countWinogradScratch(inputs));
    replace(rewriter, op,
            Conv2DWinogradS8Op::create(
                rewriter, op.getLoc(), op.getName(), op.getInput(), stream,
                op.getOutput(), scratch, op.getPadding(),
                op.getInputZeroPoint(), op.getOutputZeroPoint(),
                op.getActivationMin(), op.getActivationMax(),
                op.getRounding()));
    return success();
  }
};

struct PlaneDepthwiseConv2D final : Variant<DepthwiseConv2DS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(DepthwiseConv2DS8Op op,
                                PatternRewriter &rewriter) const override {
    if (isDilated(op))
      return failure();
    Window window = getWindow(op);
    PlanesWindow planes = getPlanesWindow(window);
    PlanesKernel kernel = choosePlanesKernel(planes);
    Value stream = makeStream(
        rewriter, op, getPlanesStreamWords(window.output[3], planes, kernel),
        [&](const LayerConstants &layer) {
          return packPlanes(layer, planes, kernel);
        });
    if (!stream)
      return failure();
    replaceByConvolution<DepthwiseConv2DPlanesS8Op>(
        rewriter, op, stream, getPlanesScratchBytes(planes) / 4);
    return success();
  }
};

struct PairFullyConnected final : Variant<FullyConnectedS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(FullyConnectedS8Op op,
                                PatternRewriter &rewriter) const override {
    int64_t inputs = getType(op.getInput()).getNumElements();
    Value stream =
        makeStream(rewriter, op,
                   countPairedStream(getType(op.getOutput()).getNumElements(),
                                     inputs, fullyConnectedPairedBlock),
                   [](const LayerConstants &layer) {
                     return repack(packPaired, layer, /*rows=*/1,
                                   fullyConnectedPairedBlock);
                   });
    if (!stream)
      return failure();
    replaceByProduct<FullyConnectedPairedS8Op>(
        rewriter, op, stream,
        countPairedWords(inputs, fullyConnectedPairedBlock));
    return success();
  }
};

struct DotConv2D final : Variant<Conv2DS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(Conv2DS8Op op,
                                PatternRewriter &rewriter) const override {
    if (op.getGroups() != 1 || isDilated(op))
      return failure();
    Window window = getWindow(op);
    auto [rows, inputs] = getDotsRows(getKernelRows(window));
    int64_t count = rows; // Bindings cannot be captured.
    Value stream = makeStream(
        rewriter, op,
        countDotsStream(window.output[3], rows, inputs, convDotsBlock),
        [&](const LayerConstants &layer) {
          return repack(packDots, layer, count, convDotsBlock);
        });
    if (!stream)
      return failure();
    replaceByConvolution<Conv2DDotsS8Op>(rewriter, op, stream,
                                         countDotsScratch(window));
    return success();
  }
};

struct DotFullyConnected final : Variant<FullyConnectedS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(FullyConnectedS8Op op,
                                PatternRewriter &rewriter) const override {
    Value stream = makeStream(
        rewriter, op,
        countDotsStream(getType(op.getOutput()).getNumElements(), 1,
                        getType(op.getInput()).getNumElements(),
                        fullyConnectedDotsBlock),
        [](const LayerConstants &layer) {
          return repack(packDots, layer, /*rows=*/1, fullyConnectedDotsBlock);
        });
    if (!stream)
      return failure();
    replace(rewriter, op,
            FullyConnectedDotsS8Op::create(
                rewriter, op.getLoc(), op.getName(), op.getInput(), stream,
                op.getOutput(), op.getOutputZeroPoint(), op.getActivationMin(),
                op.getActivationMax(), op.getRounding()));
    return success();
  }
};

struct PatchDepthwiseConv2D final : Variant<DepthwiseConv2DS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(DepthwiseConv2DS8Op op,
                                PatternRewriter &rewriter) const override {
    if (isDilated(op))
      return failure();
    Window window = getWindow(op);
    std::optional<PatchesPlan> plan = planPatches(window);
    if (!plan)
      return failure();
    Value stream = makeStream(
        rewriter, op, countPatchesStream(window.output[3], *plan),
        [&](const LayerConstants &layer) { return packPatches(layer, *plan); });
    if (!stream)
      return failure();
    replaceByConvolution<DepthwiseConv2DPatchesS8Op>(rewriter, op, stream,
                                                     plan->getScratchWords());
    return success();
  }
};

/// A depthwise convolution of one channel is a convolution.
struct DotDepthwiseConv2D final : Variant<DepthwiseConv2DS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(DepthwiseConv2DS8Op op,
                                PatternRewriter &rewriter) const override {
    Window window = getWindow(op);
    if (isDilated(op) || window.input[3] != 1)
      return failure();
    auto [rows, inputs] = getDotsRows(getKernelRows(window));
    int64_t count = rows; // Bindings cannot be captured.
    Value stream = makeStream(
        rewriter, op,
        countDotsStream(window.output[3], rows, inputs, convDotsBlock),
        [&](const LayerConstants &layer) {
          return packDots(layer, count, convDotsBlock);
        });
    if (!stream)
      return failure();
    replaceByConvolution<Conv2DDotsS8Op>(rewriter, op, stream,
                                         countDotsScratch(window));
    return success();
  }
};

/// Lanes of a dense layer whose weights are `[channels][rows][inputs]`.
static std::optional<std::vector<int32_t>> repackLanes(LayerConstants layer,
                                                       int64_t rows) {
  std::vector<int8_t> weights =
      unpackConv2DWeights(layer.weights, layer.bias.size());
  layer.weights = weights;
  return packLanes(layer, rows);
}

struct LaneConv2D final : Variant<Conv2DS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(Conv2DS8Op op,
                                PatternRewriter &rewriter) const override {
    if (op.getGroups() != 1 || isDilated(op))
      return failure();
    Window window = getWindow(op);
    WindowRows kernel = getKernelRows(window);
    Value stream =
        makeStream(rewriter, op, countLanesStream(window.output[3], kernel),
                   [&](const LayerConstants &layer) {
                     return repackLanes(layer, kernel.rows);
                   });
    if (!stream)
      return failure();
    replaceByConvolution<Conv2DLanesS8Op>(rewriter, op, stream,
                                          countConv2DLanesScratch(window));
    return success();
  }
};

struct LaneFullyConnected final : Variant<FullyConnectedS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(FullyConnectedS8Op op,
                                PatternRewriter &rewriter) const override {
    int64_t inputs = getType(op.getInput()).getNumElements();
    Value stream = makeStream(
        rewriter, op,
        countLanesStream(getType(op.getOutput()).getNumElements(), {1, inputs}),
        [](const LayerConstants &layer) {
          return repackLanes(layer, /*rows=*/1);
        });
    if (!stream)
      return failure();
    replaceByProduct<FullyConnectedLanesS8Op>(
        rewriter, op, stream, countFullyConnectedLanesScratch(inputs));
    return success();
  }
};

/// A depthwise convolution of one channel is a convolution.
struct LaneDepthwiseConv2D final : Variant<DepthwiseConv2DS8Op> {
  using Variant::Variant;

  LogicalResult matchAndRewrite(DepthwiseConv2DS8Op op,
                                PatternRewriter &rewriter) const override {
    Window window = getWindow(op);
    int64_t channels = window.output[3];
    bool isDense = window.input[3] == 1;
    if (isDilated(op) || (!isDense && channels != window.input[3]))
      return failure();
    WindowRows kernel = getKernelRows(window);
    int64_t taps = window.kernel[0] * window.kernel[1];
    Value stream =
        makeStream(rewriter, op,
                   isDense ? countLanesStream(channels, kernel)
                           : countDepthwiseLanesStream(channels, taps),
                   [&](const LayerConstants &layer) {
                     return isDense ? packLanes(layer, kernel.rows)
                                    : packDepthwiseLanes(layer);
                   });
    if (!stream)
      return failure();
    if (isDense)
      replaceByConvolution<Conv2DLanesS8Op>(rewriter, op, stream,
                                            countConv2DLanesScratch(window));
    else
      replaceByConvolution<DepthwiseConv2DLanesS8Op>(
          rewriter, op, stream, countDepthwiseLanesScratch(window));
    return success();
  }
};

/// The entry point for vectors where `takes` says that it can be.
template <typename OpTy, bool (*takes)(OpTy op)>
struct UseVectors final : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (op.getVectors() || !takes(op))
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.setVectors(true); });
    return success();
  }
};

static bool takesVectors(LinearSumS8Op op) {
  return getType(op.getLhs()).getNumElements() ==
         getType(op.getRhs()).getNumElements();
}
static bool takesVectors(AvgPool2DS8Op op) {
  return canPoolVectors(op.getKernel());
}
static bool takesVectors(QuantizeF32S8Op) { return true; }

struct SelectVariants final
    : kernel::impl::SelectVariantsPassBase<SelectVariants> {
  using SelectVariantsPassBase::SelectVariantsPassBase;

  void runOnOperation() override {
    ModelOp model = getOperation();
    SmallVector<StringRef> extensions(isa.begin(), isa.end());
    if (ArrayAttr names = model.getIsaAttr())
      llvm::append_range(extensions, names.getAsValueRange<StringAttr>());
    Variants variants = Variants::of(extensions, model.getPrefer() == "speed");
    if (!variants.paired && !variants.lanes)
      return;
    Globals globals(model);
    RewritePatternSet patterns(&getContext());
    if (variants.lanes)
      patterns.add<LaneConv2D, LaneDepthwiseConv2D, LaneFullyConnected>(
          &getContext(), globals, !assumeExact, /*benefit=*/1);
    if (variants.paired)
      patterns.add<PairConv2D, PlaneDepthwiseConv2D, PairFullyConnected>(
          &getContext(), globals, !assumeExact, /*benefit=*/1);
    if (variants.winograd)
      patterns.add<TransformConv2D>(&getContext(), globals, !assumeExact,
                                    /*benefit=*/2);
    if (variants.dots) {
      patterns.add<DotConv2D, DotFullyConnected, PatchDepthwiseConv2D>(
          &getContext(), globals, !assumeExact, /*benefit=*/2);
      patterns.add<DotDepthwiseConv2D>(&getContext(), globals, !assumeExact,
                                       /*benefit=*/3);
    }
    if (variants.hasVectors())
      patterns.add<UseVectors<LinearSumS8Op, takesVectors>,
                   UseVectors<AvgPool2DS8Op, takesVectors>,
                   UseVectors<QuantizeF32S8Op, takesVectors>>(&getContext());
    if (failed(applyPatternsGreedily(model, std::move(patterns))))
      return signalPassFailure();
    model.walk([](RuntimeKernelOpInterface op) {
      op->removeDiscardableAttr(Variant<Conv2DS8Op>::keptName);
    });
    globals.eraseUnused();
  }
};

} // namespace
