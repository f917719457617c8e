//===- LatencyKeys.cpp - What a latency table calls parts of a network ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/LatencyKeys.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::ofa;

/// `16x16x72` of an image [1, 16, 16, 72]; the batch is not said.
static std::string printShape(ArrayRef<int64_t> shape) {
  return llvm::join(
      llvm::map_range(shape.drop_front(),
                      [](int64_t size) { return std::to_string(size); }),
      "x");
}

/// The same of a tensor that may be a vector, as Once-for-All writes it.
static std::string printImage(ArrayRef<int64_t> shape) {
  return (shape.size() == 2 ? "1x1x" : "") + printShape(shape);
}

std::optional<Window2D>
ofa::getActiveWindow(Operation *op, ArrayRef<SmallVector<int64_t>> operands) {
  auto windowOp = dyn_cast<WindowOpInterface>(op);
  if (!windowOp)
    return std::nullopt;
  Window2D window = windowOp.getWindow();
  if (!isa<LinearOpInterface>(op))
    return window;
  // A depthwise convolution's window may be a smaller one in a subnet, padded so
  // that the image keeps its size.
  for (unsigned axis = 0; axis != 2; ++axis) {
    int64_t extent = operands[1][1 + axis];
    int64_t less = (window.extent[axis] - extent) * window.dilation[axis];
    window.before[axis] -= less / 2;
    window.after[axis] -= less - less / 2;
    window.extent[axis] = extent;
  }
  return window;
}

std::string ofa::getLayerKey(Operation *op,
                             ArrayRef<SmallVector<int64_t>> operands,
                             ArrayRef<int64_t> result) {
  // Kinds of several operations do not say which kernel it is.
  std::string key = cast<CostOpInterface>(op).getKernelKind().str();
  if (key == "default" || key == "elementwise" || key == "pool")
    key = op->getName().stripDialect().str();
  key += "-input:" + printShape(operands.front()) +
         "-output:" + printShape(result);
  if (std::optional<Window2D> found = getActiveWindow(op, operands)) {
    const Window2D &window = *found;
    key += llvm::formatv("-kernel:{0}x{1}-stride:{2}x{3}-pad:{4}x{5}",
                         window.extent[0], window.extent[1], window.stride[0],
                         window.stride[1], window.before[0], window.before[1])
               .str();
    if (window.dilation[0] != 1 || window.dilation[1] != 1)
      key += llvm::formatv("-dilation:{0}x{1}", window.dilation[0],
                           window.dilation[1])
                 .str();
  }
  return key;
}

std::string ofa::getKernelKey(StringRef kernel, ArrayRef<int64_t> input,
                              ArrayRef<int64_t> output) {
  return kernel.str() + "-input:" + printShape(input) +
         "-output:" + printShape(output);
}

std::optional<std::string> ofa::getBlockKey(ArrayRef<ActiveOp> block) {
  const ActiveOp *depthwise = nullptr;
  bool hasSkip = false, hasSqueeze = false, hasHardSwish = false;
  for (const ActiveOp &active : block) {
    if (isa<DepthwiseConv2DOp>(active.op)) {
      if (depthwise)
        return std::nullopt;
      depthwise = &active;
    }
    hasSkip |= isa<AddOp>(active.op);
    hasSqueeze |= isa<MulOp>(active.op);
    hasHardSwish |= isa<HardSwishOp>(active.op);
  }
  if (!depthwise)
    return std::nullopt;
  Window2D window = cast<WindowOpInterface>(depthwise->op).getWindow();
  return llvm::formatv("expanded_conv-input:{0}-output:{1}-expand:{2}-kernel:{3}-"
                       "stride:{4}-idskip:{5}-se:{6}-hs:{7}",
                       printImage(block.front().operands.front()),
                       printImage(block.back().result), depthwise->result.back(),
                       depthwise->operands[1][1], window.stride[0],
                       int(hasSkip), int(hasSqueeze), int(hasHardSwish))
      .str();
}

OuterLayerNames::OuterLayerNames(SupernetOp supernet) {
  SmallVector<Operation *> linear;
  for (Operation &op : supernet.getForward().getBody().front()) {
    if (isa<LinearOpInterface>(op))
      linear.push_back(&op);
    if (isa<MeanOp, AvgPool2DOp>(op))
      names[&op] = "AvgPool2D";
  }
  for (auto [index, op] : llvm::enumerate(linear))
    names[op] = "Conv_" + std::to_string(index);
  if (linear.empty())
    return;
  names[linear.front()] = "Conv";
  names[linear.back()] = "Logits";
}

std::optional<std::string>
OuterLayerNames::getKey(const ActiveOp &active) const {
  auto name = names.find(active.op);
  if (name == names.end())
    return std::nullopt;
  std::string result = name->second == "Logits" ? printShape(active.result)
                                                : printImage(active.result);
  return name->second + "-input:" + printImage(active.operands.front()) +
         "-output:" + result;
}
