//===- FakeQuantize.cpp - int8 as the compiler will make it ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FakeQuantize.h"
#include "Kernels.h"

using namespace mlir::ofa;
using namespace mlir::ofa::training;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {
struct RoundValue : torch::autograd::Function<RoundValue> {
  static at::Tensor forward(AutogradContext *, const at::Tensor &value,
                            double min, double max) {
    // Elements in the order of memory.
    at::Tensor result = at::empty_like(value);
    if (!value.is_non_overlapping_and_dense())
      result.copy_(value);
    const at::Tensor &dense =
        value.is_non_overlapping_and_dense() ? value : result;
    QuantizedScale scale = chooseScale({min, max});
    getKernels().roundToInt8(dense.data_ptr<float>(), dense.numel(),
                             static_cast<float>(scale.scale), scale.zeroPoint,
                             result.data_ptr<float>());
    return result;
  }

  static variable_list backward(AutogradContext *, variable_list gradients) {
    return {gradients[0], at::Tensor(), at::Tensor()};
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

RealRange mlir::ofa::training::findRange(const at::Tensor &value) {
  auto [low, high] = at::aminmax(value.detach());
  return {std::min(low.item<double>(), 0.0), std::max(high.item<double>(), 0.0)};
}

at::Tensor mlir::ofa::training::fakeQuantizeValue(const at::Tensor &value,
                                                  RealRange range) {
  return RoundValue::apply(value, range.min, range.max);
}

at::Tensor mlir::ofa::training::fakeQuantizeWeight(const at::Tensor &weight,
                                                   int64_t axis) {
  return RoundWeight::apply(weight, axis);
}
