//===- FakeQuantize.cpp - int8 as the compiler will make it ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FakeQuantize.h"
#include "Kernels.h"
#include "ofa/Quantization/Ranges.h"

using namespace mlir::ofa;
using namespace mlir::ofa::training;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {
struct RoundValue : torch::autograd::Function<RoundValue> {
  static at::Tensor forward(AutogradContext *, const at::Tensor &value) {
    // Elements in the order of memory.
    at::Tensor result = at::empty_like(value);
    if (!value.is_non_overlapping_and_dense())
      result.copy_(value);
    const at::Tensor &dense =
        value.is_non_overlapping_and_dense() ? value : result;
    auto [low, high] = at::aminmax(dense);
    QuantizedScale scale = chooseScale(
        {std::min(low.item<double>(), 0.0), std::max(high.item<double>(), 0.0)});
    getKernels().roundToInt8(dense.data_ptr<float>(), dense.numel(),
                             static_cast<float>(scale.scale), scale.zeroPoint,
                             result.data_ptr<float>());
    return result;
  }

  static variable_list backward(AutogradContext *, variable_list gradients) {
    return gradients;
  }
};

struct RoundWeight : torch::autograd::Function<RoundWeight> {
  static at::Tensor forward(AutogradContext *, const at::Tensor &weight,
                            int64_t axis) {
    at::Tensor rows = weight.transpose(0, axis).contiguous();
    at::Tensor result = at::empty_like(rows);
    int64_t count = rows.numel() / rows.size(0);
    for (int64_t c = 0; c < rows.size(0); ++c) {
      const float *row = rows.data_ptr<float>() + c * count;
      double largest = 0;
      for (int64_t i = 0; i < count; ++i)
        largest = std::max(largest, std::abs(double(row[i])));
      // 254 steps, symmetric around zero.
      double scale = chooseScale({-largest, largest}, 2 * largest / 254).scale;
      getKernels().roundToInt8(row, count, static_cast<float>(scale), 0,
                               result.data_ptr<float>() + c * count);
    }
    return result.transpose(0, axis);
  }

  static variable_list backward(AutogradContext *, variable_list gradients) {
    return {gradients[0], at::Tensor()};
  }
};
} // namespace

at::Tensor mlir::ofa::training::fakeQuantizeValue(const at::Tensor &value) {
  return RoundValue::apply(value);
}

at::Tensor mlir::ofa::training::fakeQuantizeWeight(const at::Tensor &weight,
                                                   int64_t axis) {
  return RoundWeight::apply(weight, axis);
}
