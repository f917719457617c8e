//===- LanesLayout.h - Constants of channels in lanes -----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_LANESLAYOUT_H
#define OFA_DIALECT_KERNEL_IR_LANESLAYOUT_H

#include "ofa/Dialect/Kernel/IR/LayerConstants.h"
#include "ofa/Dialect/Kernel/IR/Window.h"

#include <vector>

namespace mlir::kernel {

// Streams and scratch memory as runtime/include/ofa_kernels_lanes.h describes
// them, in words. Streams are none if the kernels do not compute the layer
// exactly for all inputs.

/// Of conv2d_lanes_s8, and of fully_connected_lanes_s8, which has one row.
int64_t countLanesStream(int64_t channels, WindowRows kernel);
std::optional<std::vector<int32_t>> packLanes(const LayerConstants &layer,
                                              int64_t rows);

/// Of depthwise_conv2d_lanes_s8; taps are a kernel's height times its width.
int64_t countDepthwiseLanesStream(int64_t channels, int64_t taps);
std::optional<std::vector<int32_t>>
packDepthwiseLanes(const LayerConstants &layer);

int64_t countConv2DLanesScratch(const Window &window);
int64_t countFullyConnectedLanesScratch(int64_t inputs);
int64_t countDepthwiseLanesScratch(const Window &window);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_LANESLAYOUT_H
