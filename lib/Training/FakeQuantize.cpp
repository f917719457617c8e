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

/// Rounded to integers, halves away from zero.
static at::Tensor roundAway(const at::Tensor &steps) {
  return steps.sign() * (steps.abs() + 0.5).floor();
}

/// (q - zeroPoint) * scale of a dense value, in its order of memory.
static at::Tensor roundToInt8(const at::Tensor &value, float scale,
                              int32_t zeroPoint) {
  if (!value.is_cpu())
    return roundAway(value / scale).clamp(-128 - zeroPoint, 127 - zeroPoint) *
           scale;
  at::Tensor result = at::empty_like(value);
  getKernels().roundToInt8(value.data_ptr<float>(), value.numel(), scale,
                           zeroPoint, result.data_ptr<float>());
  return result;
}

namespace {
struct RoundValue : torch::autograd::Function<RoundValue> {
  static at::Tensor forward(AutogradContext *, const at::Tensor &value,
                            double min, double max) {
    QuantizedScale scale = chooseScale({min, max});
    return roundToInt8(
        value.is_non_overlapping_and_dense() ? value : value.contiguous(),
        static_cast<float>(scale.scale), scale.zeroPoint);
  }

  static variable_list backward(AutogradContext *, variable_list gradients) {
    return {gradients[0], at::Tensor(), at::Tensor()};
  }
};

struct RoundWeight : torch::autograd::Function<RoundWeight> {
  static at::Tensor forward(AutogradContext *, const at::Tensor &weight,
                            int64_t axis) {
    std::vector<int64_t> others;
    for (int64_t other = 0; other < weight.dim(); ++other)
      if (other != axis)
        others.push_back(other);
    at::Tensor scales =
        weight.abs().amax(others, /*keepdim=*/true).cpu().contiguous();
    float *data = scales.data_ptr<float>();
    for (int64_t c = 0; c < scales.numel(); ++c) {
      double bound = data[c];
      // 254 steps, symmetric around zero.
      data[c] = static_cast<float>(
          chooseScale({-bound, bound}, 2 * bound / 254).scale);
    }
    scales = scales.to(weight.device());
    return roundAway(weight / scales) * scales;
  }

  static variable_list backward(AutogradContext *, variable_list gradients) {
    return {gradients[0], at::Tensor()};
  }
};
} // namespace

RealRange mlir::ofa::training::findRange(const at::Tensor &value) {
  auto [low, high] = at::aminmax(value.detach());
  return {std::min(low.item<double>(), 0.0),
          std::max(high.item<double>(), 0.0)};
}

at::Tensor mlir::ofa::training::fakeQuantizeValue(const at::Tensor &value,
                                                  RealRange range) {
  return RoundValue::apply(value, range.min, range.max);
}

at::Tensor mlir::ofa::training::fakeQuantizeWeight(const at::Tensor &weight,
                                                   int64_t axis) {
  return RoundWeight::apply(weight, axis);
}
