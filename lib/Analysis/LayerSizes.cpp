//===- LayerSizes.cpp - What an int8 layer's kernel needs -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerSizes.h"
#include "ofa/Analysis/LatencyKeys.h"
#include "ofa/Dialect/Kernel/IR/DotsLayout.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/Kernel/IR/LanesLayout.h"
#include "ofa/Dialect/Kernel/IR/PairedLayout.h"
#include "ofa/Dialect/Kernel/IR/PatchesLayout.h"
#include "ofa/Dialect/Kernel/IR/PlanesLayout.h"
#include "ofa/Dialect/Kernel/IR/Window.h"
#include "ofa/Dialect/Kernel/IR/WinogradLayout.h"
#include "ofa/Dialect/OFA/IR/PixelScale.h"
#include "ofa/Planning/Planning.h"

using namespace mlir;
using namespace mlir::ofa;

bool ofa::foldsAway(const ActiveOp &active) {
  return active.op->hasTrait<FoldsAway>();
}

static int64_t getCount(ArrayRef<int64_t> shape) {
  return ShapedType::getNumElements(shape);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace {
/// What decides about a convolution's kernel.
struct ConvolutionKind {
  bool isDepthwise, isGeneral;
};
} // namespace

/// As convert-ofa-to-kernel decides.
static ConvolutionKind getConvolutionKind(const ActiveOp &active) {
  Window2D window = *getActiveWindow(active.op, active.operands);
  bool isDilated = false;
  for (unsigned axis : {0, 1})
    isDilated |= window.extent[axis] > 1 && window.dilation[axis] != 1;
  int64_t inputs = active.operands[0][3];
  int64_t groups = isa<DepthwiseConv2DOp>(active.op)
                       ? inputs
                       : inputs / active.operands[1][3];
  bool isDepthwise = groups > 1 && groups == inputs;
  return {isDepthwise, isDilated || (groups != 1 && !isDepthwise)};
}

/// The function of a kernel that needs no layout of its own.
static std::string getPlainFunction(const ActiveOp &active,
                                    kernel::Variants variants) {
  Operation *op = active.op;
  if (isa<HardSwishOp, HardSigmoidOp, LeakyReluOp, LogisticOp, TanhOp>(op))
    return "ofa_lut_s8";
  if (isa<FullyConnectedOp>(op) && active.operands[0][0] != 1)
    return "ofa_conv2d_1x1_s8";
  if (isa<AddOp, SubOp, MulOp>(op)) {
    bool isRepeated =
        getCount(active.operands[0]) != getCount(active.operands[1]);
    // The quantiser settles sums so that they are linear forms.
    StringRef name = isa<MulOp>(op) ? "mul" : "linear_sum";
    StringRef kind = isRepeated                                 ? "_channels"
                     : variants.hasVectors() && !isa<MulOp>(op) ? "_vectors"
                                                                : "";
    return ("ofa_" + name + kind + "_s8").str();
  }
  if (isa<AvgPool2DOp>(op) && variants.hasVectors() &&
      kernel::canPoolVectors(getActiveWindow(op, active.operands)->extent))
    return "ofa_avg_pool2d_vectors_s8";
  if (!isa<Conv2DOp, DepthwiseConv2DOp>(op))
    return ("ofa_" + op->getName().stripDialect() + "_s8").str();

  ConvolutionKind kind = getConvolutionKind(active);
  if (kind.isGeneral)
    return "ofa_conv2d_general_s8";
  Window2D window = *getActiveWindow(op, active.operands);
  int64_t size = window.extent[0];
  bool isSquare = size == window.extent[1];
  // A stride along an axis with one window is no stride.
  auto getStride = [&](unsigned axis) {
    return active.result[1 + axis] == 1 ? 1 : window.stride[axis];
  };
  if (!kind.isDepthwise)
    return isSquare && size == 1 && getStride(0) == 1 && getStride(1) == 1
               ? "ofa_conv2d_1x1_s8"
               : "ofa_conv2d_s8";
  bool isUnrolled = isSquare && (size == 3 || size == 5 || size == 7) &&
                    getStride(1) <= 2 &&
                    active.operands[0][3] == active.result[3];
  return isUnrolled ? "ofa_depthwise_conv2d_k" + std::to_string(size) + "_s8"
                    : "ofa_depthwise_conv2d_s8";
}

namespace {
/// A variant of a kernel, and what it needs in bytes.
struct VariantSizes {
  std::string function;
  int64_t stream, scratch;
};
} // namespace

static VariantSizes getPairedSizes(bool isConvolution, int64_t channels,
                                   kernel::WindowRows kernelRows) {
  int64_t inputs = kernelRows.rows * kernelRows.inputsPerRow;
  int64_t block = isConvolution ? kernel::convPairedBlock
                                : kernel::fullyConnectedPairedBlock;
  // A convolution makes two pixels at once.
  int64_t pixels = isConvolution ? 2 : 1;
  return {isConvolution ? "ofa_conv2d_paired_s8"
                        : "ofa_fully_connected_paired_s8",
          4 * kernel::countPairedStream(channels, inputs, block),
          4 * pixels * kernel::countPairedWords(inputs, block)};
}

static VariantSizes getDotsSizes(bool isConvolution, int64_t channels,
                                 kernel::WindowRows kernelRows) {
  auto [rows, inputs] = kernel::getDotsRows(kernelRows);
  if (!isConvolution)
    return {"ofa_fully_connected_dots_s8",
            4 * kernel::countDotsStream(channels, rows, inputs,
                                        kernel::fullyConnectedDotsBlock),
            0};
  return {"ofa_conv2d_dots_s8",
          4 * kernel::countDotsStream(channels, rows, inputs,
                                      kernel::convDotsBlock),
          4 * kernel::countDotsScratch(kernelRows)};
}

static VariantSizes getLanesSizes(int64_t channels,
                                  const kernel::Window &window) {
  return {"ofa_conv2d_lanes_s8",
          4 * kernel::countLanesStream(channels, kernel::getKernelRows(window)),
          4 * kernel::countConv2DLanesScratch(window)};
}

static kernel::Window getKernelWindow(const ActiveOp &active,
                                      const Window2D &window) {
  return {active.operands[0], active.result, window.extent, window.stride,
          window.before};
}

static std::optional<kernel::PatchesPlan>
planPatches(const kernel::Window &window, kernel::Variants variants) {
  if (!variants.dots)
    return std::nullopt;
  return kernel::planPatches(window);
}

/// Of a convolution without dilation.
static bool usesWinograd(const ActiveOp &active, const kernel::Window &window,
                         kernel::Variants variants) {
  return variants.winograd && !getConvolutionKind(active).isDepthwise &&
         kernel::gainsByWinograd(window);
}

/// For processors with wide vectors.
static std::optional<VariantSizes> getLanesVariant(const ActiveOp &active) {
  int64_t channels = active.result.back();
  if (isa<FullyConnectedOp>(active.op)) {
    int64_t inputs = active.operands[1].back();
    if (active.operands[0][0] == 1)
      return VariantSizes{"ofa_fully_connected_lanes_s8",
                          4 * kernel::countLanesStream(channels, {1, inputs}),
                          4 * kernel::countFullyConnectedLanesScratch(inputs)};
    static constexpr int64_t one[] = {1, 1}, none[] = {0, 0};
    int64_t input[] = {1, 1, active.operands[0][0], inputs};
    int64_t output[] = {1, 1, active.operands[0][0], channels};
    return getLanesSizes(channels, {input, output, one, one, none});
  }
  if (!isa<Conv2DOp, DepthwiseConv2DOp>(active.op))
    return std::nullopt;
  ConvolutionKind kind = getConvolutionKind(active);
  if (kind.isGeneral)
    return std::nullopt;
  Window2D active2D = *getActiveWindow(active.op, active.operands);
  kernel::Window window = getKernelWindow(active, active2D);
  // A depthwise convolution of one channel is a convolution.
  if (!kind.isDepthwise || window.input[3] == 1)
    return getLanesSizes(channels, window);
  if (channels != window.input[3])
    return std::nullopt;
  int64_t taps = window.kernel[0] * window.kernel[1];
  return VariantSizes{"ofa_depthwise_conv2d_lanes_s8",
                      4 * kernel::countDepthwiseLanesStream(channels, taps),
                      4 * kernel::countDepthwiseLanesScratch(window)};
}

/// As kernel-select-variants decides.
static std::optional<VariantSizes> getVariant(const ActiveOp &active,
                                              kernel::Variants variants) {
  if (variants.lanes)
    return getLanesVariant(active);
  if (!variants.paired)
    return std::nullopt;
  int64_t channels = active.result.back();
  auto getDenseSizes = [&](bool isConvolution, kernel::WindowRows rows) {
    return (variants.dots ? getDotsSizes : getPairedSizes)(isConvolution,
                                                           channels, rows);
  };
  if (isa<FullyConnectedOp>(active.op))
    return getDenseSizes(active.operands[0][0] != 1,
                         {1, active.operands[1].back()});
  if (!isa<Conv2DOp, DepthwiseConv2DOp>(active.op))
    return std::nullopt;
  ConvolutionKind kind = getConvolutionKind(active);
  if (kind.isGeneral)
    return std::nullopt;
  Window2D active2D = *getActiveWindow(active.op, active.operands);
  kernel::Window window = getKernelWindow(active, active2D);
  if (usesWinograd(active, window, variants))
    return VariantSizes{
        "ofa_conv2d_winograd_s8",
        4 * kernel::countWinogradStream(channels, window.input[3]),
        4 * kernel::countWinogradScratch(window.input[3])};
  // A depthwise convolution of one channel is a convolution.
  if (!kind.isDepthwise || (variants.dots && window.input[3] == 1)) {
    VariantSizes sizes = getDenseSizes(true, kernel::getKernelRows(window));
    if (variants.dots)
      sizes.scratch = 4 * kernel::countDotsScratch(window);
    return sizes;
  }
  if (std::optional<kernel::PatchesPlan> plan = planPatches(window, variants))
    return VariantSizes{plan->getFunction(),
                        4 * kernel::countPatchesStream(channels, *plan),
                        4 * plan->getScratchWords()};
  kernel::PlanesWindow planes = kernel::getPlanesWindow(window);
  kernel::PlanesKernel planesKernel = kernel::choosePlanesKernel(planes);
  return VariantSizes{
      kernel::getPlanesFunction(planesKernel).str(),
      4 * kernel::getPlanesStreamWords(channels, planes, planesKernel),
      kernel::getPlanesScratchBytes(planes)};
}

std::string ofa::getRuntimeFunction(const ActiveOp &active,
                                    kernel::Variants variants) {
  if (std::optional<VariantSizes> variant = getVariant(active, variants))
    return variant->function;
  return getPlainFunction(active, variants);
}

/// Of the struct that the runtime function takes, on a 32-bit target.
static int64_t getParameterStructBytes(StringRef function) {
  if (function.contains("conv2d_patches"))
    return 32;
  if (function.contains("conv2d_paired") || function.contains("conv2d_dots") ||
      function.contains("conv2d_planes") || function.contains("conv2d_lanes") ||
      function.contains("conv2d_winograd"))
    return 28;
  if (function == "ofa_conv2d_general_s8")
    return 44;
  if (function.contains("conv2d"))
    return 40;
  if (function == "ofa_fully_connected_s8")
    return 28;
  if (function == "ofa_fully_connected_paired_s8" ||
      function == "ofa_fully_connected_dots_s8" ||
      function == "ofa_fully_connected_lanes_s8")
    return 16;
  if (function == "ofa_mean_s8" || function.starts_with("ofa_linear_sum"))
    return 24;
  if (function.starts_with("ofa_mul") || function.contains("pool2d"))
    return 20;
  return function == "ofa_lut_s8" ? 8 : 12; // Softmax.
}

int64_t ofa::getConstantBytes(const ActiveOp &active,
                              kernel::Variants variants) {
  std::string function = getRuntimeFunction(active, variants);
  int64_t bytes = getParameterStructBytes(function);
  if (std::optional<VariantSizes> variant = getVariant(active, variants))
    return bytes + variant->stream;
  if (function == "ofa_lut_s8")
    return bytes + 256;
  if (isa<SoftmaxOp>(active.op))
    return bytes + 4 * 256;
  // For each output channel an int32 bias, an int32 multiplier, an int8 shift.
  if (isa<LinearOpInterface>(active.op))
    bytes += getCount(active.operands[1]) + 9 * active.result.back();
  return bytes;
}

int64_t ofa::getScratchBytes(const ActiveOp &active,
                             kernel::Variants variants) {
  std::optional<VariantSizes> variant = getVariant(active, variants);
  return variant ? variant->scratch : 0;
}

std::optional<kernel::RowWindow> ofa::getRowWindow(const ActiveOp &active,
                                                   kernel::Variants variants) {
  Operation *op = active.op;
  if (isa<AddOp, SubOp>(op)) {
    if (getCount(active.operands[0]) != getCount(active.operands[1]))
      return std::nullopt;
    return kernel::RowWindow{active.result[1]};
  }
  // Helium's kernels of windows have none, nor have those of wide vectors.
  if (!isa<Conv2DOp, DepthwiseConv2DOp, AvgPool2DOp, MaxPool2DOp>(op) ||
      variants.hasVectors())
    return std::nullopt;
  if (isa<Conv2DOp, DepthwiseConv2DOp>(op) &&
      getConvolutionKind(active).isGeneral)
    return std::nullopt;
  Window2D window = *getActiveWindow(op, active.operands);
  // An image of one column is one of one row to the kernels; Winograd's tiles
  // have two rows.
  kernel::Window rows = getKernelWindow(active, window);
  if (active.operands[0][1] == 1 || kernel::getRowAxes(rows).first != 0 ||
      (isa<Conv2DOp>(op) && usesWinograd(active, rows, variants)))
    return std::nullopt;
  return kernel::RowWindow{active.operands[0][1], window.extent[0],
                           window.stride[0], window.before[0]};
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

/// How the result may overlap an operand that dies.
static std::optional<kernel::OverlapRule>
getOverlapRule(const ActiveOp &active, size_t operand,
               kernel::Variants variants) {
  Operation *op = active.op;
  if (isa<AddOp, SubOp, MulOp>(op)) {
    // A side that is repeated is read again.
    if (getCount(active.operands[operand]) != getCount(active.result))
      return std::nullopt;
    return kernel::OverlapRule::inPlace();
  }
  if (isa<FullyConnectedOp>(op))
    return std::nullopt;
  if (!isa<WindowOpInterface>(op))
    return kernel::OverlapRule::inPlace();
  Window2D window = *getActiveWindow(op, active.operands);
  int64_t step = kernel::poolS8Step;
  if (isa<Conv2DOp, DepthwiseConv2DOp>(op)) {
    ConvolutionKind kind = getConvolutionKind(active);
    if (variants.hasVectors() && active.operands[0][3] == 1)
      kind.isDepthwise = false;
    if (variants.paired && kind.isDepthwise && !kind.isGeneral) {
      kernel::Window rows = getKernelWindow(active, window);
      if (std::optional<kernel::PatchesPlan> plan = planPatches(rows, variants))
        return kernel::getPatchesOverlapRule(rows, *plan);
      return kernel::getPlanesOverlapRule(rows);
    }
    if (kernel::Window rows = getKernelWindow(active, window);
        !kind.isGeneral && usesWinograd(active, rows, variants))
      return kernel::getWinogradOverlapRule(rows);
    step = kind.isGeneral     ? kernel::generalConvS8Step
           : kind.isDepthwise ? kernel::depthwiseConvS8Step
                              : kernel::convS8Step;
  }
  return kernel::getWindowOverlapRule(getKernelWindow(active, window), step, 1);
}

namespace {
/// The planner's problem after folding and fusing: an operation that folds away
/// stands for its producer's buffer.
class PartMemory {
public:
  PartMemory(ArrayRef<ActiveOp> ops, kernel::Variants variants) : ops(ops) {
    addBuffer(ops.front().operands[0], 0);
    for (auto [index, active] : llvm::enumerate(ops)) {
      if (std::optional<VariantSizes> variant = getVariant(active, variants);
          variant && variant->scratch != 0)
        addBuffer(variant->scratch, index);
      buffers.push_back(foldsAway(active) ? bufferOf(active.producers[0])
                                          : addBuffer(active.result, index));
      for (int producer : active.producers)
        if (producer != ActiveOp::kConstant)
          problem.buffers[bufferOf(producer)].lastUse = index;
    }
    // The result outlives the run.
    problem.buffers[buffers.back()].lastUse = ops.size();
    for (auto [index, active] : llvm::enumerate(ops))
      if (!foldsAway(active))
        addOverlaps(active, index, variants);
  }

  int64_t getPeak(KnownPeaks &known) const {
    if (problem.buffers.size() == 1) // Nothing but what comes in.
      return problem.buffers.front().bytes;
    std::vector<int64_t> key;
    for (const PlanBuffer &buffer : problem.buffers)
      key.insert(key.end(), {buffer.bytes, buffer.firstUse, buffer.lastUse});
    for (const PlanOverlap &overlap : problem.overlaps)
      key.insert(key.end(), {overlap.input, overlap.output, overlap.distance,
                             overlap.exact});
    return known.lookup(std::move(key), [&] {
      PlanOptions options;
      options.nodeLimit = nodeLimit;
      return planMemory(problem, options).usage.front().peak;
    });
  }

private:
  unsigned bufferOf(int producer) const {
    return producer == ActiveOp::kImage ? 0 : buffers[producer];
  }

  unsigned addBuffer(ArrayRef<int64_t> shape, int64_t time) {
    return addBuffer(getCount(shape), time);
  }
  unsigned addBuffer(int64_t bytes, int64_t time) {
    PlanBuffer &buffer = problem.buffers.emplace_back();
    buffer.bytes = bytes;
    buffer.firstUse = buffer.lastUse = time;
    buffer.alignment = kernel::EntryOp::bufferAlignment;
    return problem.buffers.size() - 1;
  }

  /// The result may lie over operands that die here.
  void addOverlaps(const ActiveOp &active, int64_t index,
                   kernel::Variants variants) {
    for (auto [operand, producer] : llvm::enumerate(active.producers)) {
      if (producer == ActiveOp::kConstant)
        continue;
      unsigned buffer = bufferOf(producer);
      if (problem.buffers[buffer].lastUse != index)
        continue;
      if (std::optional<kernel::OverlapRule> rule =
              getOverlapRule(active, operand, variants))
        problem.overlaps.push_back(
            {buffer, buffers[index], rule->distance, rule->isExact});
    }
  }

  /// Few parts need a search, and no more than that.
  static constexpr uint64_t nodeLimit = 100;

  ArrayRef<ActiveOp> ops;
  PlanProblem problem{{}, {}, {{"arena"}}};
  SmallVector<unsigned> buffers; ///< By operation.
};
} // namespace

int64_t KnownPeaks::lookup(std::vector<int64_t> problem,
                           llvm::function_ref<int64_t()> compute) {
  {
    std::lock_guard lock(mutex);
    auto found = peaks.find(problem);
    if (found != peaks.end())
      return found->second;
  }
  int64_t peak = compute();
  std::lock_guard lock(mutex);
  peaks.emplace(std::move(problem), peak);
  return peak;
}

int64_t ofa::getPeakBytes(ArrayRef<ActiveOp> ops, kernel::Variants variants,
                          KnownPeaks &known) {
  return PartMemory(ops, variants).getPeak(known);
}

//===----------------------------------------------------------------------===//
// Raw pixels
//===----------------------------------------------------------------------===//

// Without preprocessing, the network takes int8 as it is.

SmallVector<StringRef> ofa::getInputKernels(PreprocessingAttr preprocessing) {
  if (!preprocessing)
    return {};
  if (findPixelScale(preprocessing))
    return {"convert_u8_s8"};
  return {"convert_u8_f32", "quantize_f32_s8"};
}

std::string ofa::getInputFunction(StringRef kernel, kernel::Variants variants) {
  if (variants.hasVectors() && kernel == "quantize_f32_s8")
    return "ofa_quantize_vectors_f32_s8";
  return ("ofa_" + kernel).str();
}

int64_t ofa::getInputConstantBytes(PreprocessingAttr preprocessing,
                                   ArrayRef<int64_t> image) {
  if (!preprocessing)
    return 0;
  if (findPixelScale(preprocessing))
    return 4; // The struct.
  // A mean and a scale for each channel, and the structs of two kernels.
  return 8 * image.back() + 16 + 12;
}

int64_t ofa::getInputPeakBytes(PreprocessingAttr preprocessing,
                               ArrayRef<int64_t> image) {
  if (!preprocessing || findPixelScale(preprocessing))
    return getCount(image);   // In place.
  return 5 * getCount(image); // Bytes and floats.
}

int64_t ofa::getInputRowBytes(ArrayRef<int64_t> image) {
  return 4 * image[2] * image[3];
}
