//===- SyncBatchNorm.cpp - Batch norm over all workers --------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SyncBatchNorm.h"

using namespace mlir::ofa::training;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// [C] as [1, C, 1, 1].
static at::Tensor spread(const at::Tensor &channels) {
  return channels.reshape({1, -1, 1, 1});
}

static at::Tensor sumPixels(const at::Tensor &values) {
  return values.sum({0, 2, 3});
}

namespace {
struct SyncBatchNormFunction
    : torch::autograd::Function<SyncBatchNormFunction> {
  static variable_list forward(AutogradContext *context, at::Tensor input,
                               at::Tensor scale, at::Tensor offset,
                               double epsilon, int64_t group, int64_t thread) {
    double pixels = static_cast<double>(input.numel() / input.size(1));
    at::Tensor values = input.to(at::kDouble);
    // Sums of values, of squares, and how many there are.
    at::Tensor sums = at::cat({sumPixels(values), sumPixels(values * values),
                               at::full({1}, pixels, values.options())});
    reinterpret_cast<Group *>(group)->addParts(static_cast<int>(thread), sums);
    int64_t channels = input.size(1);
    at::Tensor count = sums[2 * channels];
    at::Tensor mean = sums.narrow(0, 0, channels) / count;
    at::Tensor variance = at::clamp_min(
        sums.narrow(0, channels, channels) / count - mean * mean, 0);
    at::Tensor inverse = (1 / at::sqrt(variance + epsilon)).to(at::kFloat);
    at::Tensor normal = (input - spread(mean.to(at::kFloat))) * spread(inverse);
    context->save_for_backward({normal, scale, inverse, count});
    context->saved_data["group"] = group;
    context->saved_data["thread"] = thread;
    at::Tensor statistics = at::stack({mean, variance}).to(at::kFloat);
    context->mark_non_differentiable({statistics});
    return {normal * spread(scale) + spread(offset), statistics};
  }

  static variable_list backward(AutogradContext *context,
                                variable_list gradients) {
    variable_list saved = context->get_saved_variables();
    const at::Tensor &normal = saved[0], &scale = saved[1], &inverse = saved[2],
                     &count = saved[3], &gradient = gradients[0];
    at::Tensor offsetGradient = sumPixels(gradient);
    at::Tensor scaleGradient = sumPixels(gradient * normal);
    // The mean gradient, and the part along the normalised values, over the
    // whole batch, do not reach the input.
    at::Tensor sums = at::stack({offsetGradient, scaleGradient});
    reinterpret_cast<Group *>(context->saved_data["group"].toInt())
        ->addParts(static_cast<int>(context->saved_data["thread"].toInt()),
                   sums);
    at::Tensor means = (sums / count).to(at::kFloat);
    at::Tensor inputGradient =
        (gradient - spread(means[0]) - normal * spread(means[1])) *
        spread(scale * inverse);
    return {inputGradient, scaleGradient, offsetGradient,
            at::Tensor(),  at::Tensor(),  at::Tensor()};
  }
};
} // namespace

BatchNormResult mlir::ofa::training::syncBatchNorm(const at::Tensor &input,
                                                   const at::Tensor &scale,
                                                   const at::Tensor &offset,
                                                   double epsilon, Group &group,
                                                   int thread) {
  variable_list results = SyncBatchNormFunction::apply(
      input, scale, offset, epsilon, reinterpret_cast<int64_t>(&group),
      static_cast<int64_t>(thread));
  return {results[0], results[1][0], results[1][1]};
}
