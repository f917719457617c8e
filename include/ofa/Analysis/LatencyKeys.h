//===- LatencyKeys.h - What a latency table calls parts of a network ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ANALYSIS_LATENCYKEYS_H
#define OFA_ANALYSIS_LATENCYKEYS_H

#include "ofa/Dialect/OFA/IR/Subnet.h"
#include <string>

namespace mlir::ofa {

/// The key of one layer, which says all that its time depends on, such as
/// `depthwise_conv2d-input:16x16x72-output:16x16x72-kernel:5x5-stride:1x1-pad:2x2`
/// (pad: above and left). Two layers with the same key take the same time.
std::string getLayerKey(Operation *op, ArrayRef<SmallVector<int64_t>> operands,
                        ArrayRef<int64_t> result);

/// The window of an operation that has one, at these shapes: the window of an
/// elastic convolution may be smaller in a subnet, and its padding with it.
std::optional<Window2D>
getActiveWindow(Operation *op, ArrayRef<SmallVector<int64_t>> operands);

/// The key of a kernel that belongs to no layer, such as
/// `convert_u8_s8-input:20x20x3-output:20x20x3`.
std::string getKernelKey(StringRef kernel, ArrayRef<int64_t> input,
                         ArrayRef<int64_t> output);

/// Once-for-All's key of a block of a stage, made of an optional 1x1
/// convolution, a depthwise convolution and a 1x1 convolution, such as
/// `expanded_conv-input:10x10x136-output:10x10x136-expand:408-kernel:3-stride:1-idskip:1-se:1-hs:1`;
/// nothing if the block is made otherwise.
std::optional<std::string> getBlockKey(ArrayRef<ActiveOp> block);

/// Once-for-All's names of layers outside blocks: convolutions and dense layers
/// are `Conv` (the first), `Logits` (the last) and `Conv_1`, `Conv_2`, ...
/// between; an average over the image is `AvgPool2D`. Others have none.
class OuterLayerNames {
public:
  explicit OuterLayerNames(SupernetOp supernet);
  /// The key, such as `Conv-input:160x160x3-output:80x80x24`; nothing for an
  /// operation without a name.
  std::optional<std::string> getKey(const ActiveOp &active) const;

private:
  llvm::DenseMap<Operation *, std::string> names;
};

} // namespace mlir::ofa

#endif // OFA_ANALYSIS_LATENCYKEYS_H
