//===- Functions.cpp - Differentiable layers over the kernels -------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

using namespace mlir::ofa::training;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

float *getData(const at::Tensor &tensor, float) {
  return tensor.data_ptr<float>();
}
BFloat16 *getData(const at::Tensor &tensor, BFloat16) {
  return reinterpret_cast<BFloat16 *>(tensor.data_ptr<at::BFloat16>());
}

/// Calls `function` with an object of the image's element type.
template <typename Function>
void dispatch(const at::Tensor &image, Function function) {
  if (image.scalar_type() == at::kBFloat16)
    function(BFloat16());
  else
    function(float());
}

at::Tensor channelsLast(const at::Tensor &tensor) {
  return tensor.contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor emptyChannelsLast(at::IntArrayRef sizes, const at::Tensor &like) {
  return at::empty(sizes, like.options(), at::MemoryFormat::ChannelsLast);
}

struct DepthwiseFunction : torch::autograd::Function<DepthwiseFunction> {
  static at::Tensor forward(AutogradContext *context, at::Tensor input,
                            at::Tensor weight, std::vector<int64_t> geometry) {
    input = channelsLast(input);
    weight = weight.contiguous();
    DepthwiseShape shape = makeShape(input, weight, geometry);
    at::Tensor output = emptyChannelsLast(
        {shape.batch, shape.channels, shape.outHeight, shape.outWidth}, input);
    dispatch(input, [&](auto element) {
      getKernels().get<decltype(element)>().depthwiseForward(
          shape, getData(input, element), weight.data_ptr<float>(),
          getData(output, element));
    });
    context->save_for_backward({input, weight});
    context->saved_data["geometry"] = geometry;
    return output;
  }

  static variable_list backward(AutogradContext *context,
                                variable_list gradients) {
    variable_list saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1];
    at::Tensor gradient = channelsLast(gradients[0]);
    DepthwiseShape shape = makeShape(
        input, weight, context->saved_data["geometry"].toIntVector());
    at::Tensor inputGradient, weightGradient;
    if (context->needs_input_grad(0)) {
      inputGradient = emptyChannelsLast(input.sizes(), input);
      dispatch(input, [&](auto element) {
        getKernels().get<decltype(element)>().depthwiseBackwardInput(
            shape, getData(gradient, element), weight.data_ptr<float>(),
            getData(inputGradient, element));
      });
    }
    if (context->needs_input_grad(1)) {
      weightGradient = at::empty_like(weight);
      dispatch(input, [&](auto element) {
        getKernels().get<decltype(element)>().depthwiseBackwardWeight(
            shape, getData(input, element), getData(gradient, element),
            weightGradient.data_ptr<float>());
      });
    }
    return {inputGradient, weightGradient, at::Tensor()};
  }

private:
  /// `geometry`: stride y, x, padding top, left, bottom, right.
  static DepthwiseShape makeShape(const at::Tensor &input,
                                  const at::Tensor &weight,
                                  const std::vector<int64_t> &geometry) {
    DepthwiseShape s;
    s.batch = input.size(0);
    s.channels = input.size(1);
    s.height = input.size(2);
    s.width = input.size(3);
    s.kernel = weight.size(0);
    s.strideY = geometry[0];
    s.strideX = geometry[1];
    s.padTop = geometry[2];
    s.padLeft = geometry[3];
    s.outHeight =
        (s.height + geometry[2] + geometry[4] - s.kernel) / s.strideY + 1;
    s.outWidth =
        (s.width + geometry[3] + geometry[5] - s.kernel) / s.strideX + 1;
    return s;
  }
};

struct BatchNormFunction : torch::autograd::Function<BatchNormFunction> {
  static variable_list forward(AutogradContext *context, at::Tensor input,
                               at::Tensor scale, at::Tensor offset,
                               double epsilon, int64_t activation) {
    input = channelsLast(input);
    scale = scale.contiguous();
    offset = offset.contiguous();
    int64_t channels = input.size(1), rows = input.numel() / channels;
    at::Tensor output = emptyChannelsLast(input.sizes(), input);
    at::Tensor statistics = at::empty({3, channels}, scale.options());
    float *mean = statistics.data_ptr<float>();
    dispatch(input, [&](auto element) {
      getKernels().get<decltype(element)>().batchNormForward(
          getData(input, element), rows, channels, scale.data_ptr<float>(),
          offset.data_ptr<float>(), static_cast<float>(epsilon),
          static_cast<Activation>(activation), getData(output, element), mean,
          mean + channels, mean + 2 * channels);
    });
    context->save_for_backward({input, scale, offset, statistics});
    context->saved_data["activation"] = activation;
    // Mostly nobody asks for the gradient of one of the results.
    context->set_materialize_grads(false);
    return {output, statistics};
  }

  static variable_list backward(AutogradContext *context,
                                variable_list gradients) {
    variable_list saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &scale = saved[1], &offset = saved[2],
                     &statistics = saved[3];
    at::Tensor gradient = gradients[0].defined() ? channelsLast(gradients[0])
                                                 : at::zeros_like(input);
    int64_t channels = input.size(1), rows = input.numel() / channels;
    const float *mean = statistics.data_ptr<float>();
    at::Tensor inputGradient = emptyChannelsLast(input.sizes(), input);
    at::Tensor scaleGradient = at::empty_like(scale);
    at::Tensor offsetGradient = at::empty_like(offset);
    auto activation =
        static_cast<Activation>(context->saved_data["activation"].toInt());
    dispatch(input, [&](auto element) {
      getKernels().get<decltype(element)>().batchNormBackward(
          getData(input, element), getData(gradient, element), rows, channels,
          scale.data_ptr<float>(), offset.data_ptr<float>(), mean,
          mean + 2 * channels, activation, getData(inputGradient, element),
          scaleGradient.data_ptr<float>(), offsetGradient.data_ptr<float>());
    });
    if (gradients[1].defined()) {
      // d mean / dx = 1 / rows, d variance / dx = 2 (x - mean) / rows.
      at::Tensor slope = gradients[1][1] * (2.0 / rows);
      at::Tensor constant = gradients[1][0] / rows - slope * statistics[0];
      inputGradient.addcmul_(input, slope.view({1, channels, 1, 1}))
          .add_(constant.view({1, channels, 1, 1}));
    }
    return {inputGradient, scaleGradient, offsetGradient, at::Tensor(),
            at::Tensor()};
  }
};

} // namespace

at::Tensor
mlir::ofa::training::depthwiseConv2D(const at::Tensor &input,
                                     const at::Tensor &weight,
                                     std::array<int64_t, 2> stride,
                                     std::array<int64_t, 4> padding) {
  return DepthwiseFunction::apply(
      input, weight,
      std::vector<int64_t>{stride[0], stride[1], padding[0], padding[1],
                           padding[2], padding[3]});
}

BatchNormResult mlir::ofa::training::batchNorm(const at::Tensor &input,
                                               const at::Tensor &scale,
                                               const at::Tensor &offset,
                                               float epsilon,
                                               Activation activation) {
  variable_list results =
      BatchNormFunction::apply(input, scale, offset, double(epsilon),
                               static_cast<int64_t>(activation));
  return {results[0], results[1][0], results[1][1]};
}

at::Tensor mlir::ofa::training::multiplyWindows(
    const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
    std::array<int64_t, 2> stride, std::array<int64_t, 2> padding) {
  std::array<int64_t, 2> window = {weight.size(2), weight.size(3)};
  constexpr std::array<int64_t, 2> one = {1, 1}, none = {0, 0};
  at::Tensor rows = weight.flatten(1);
  if (window == one && stride == one && padding == none)
    return at::linear(input.permute({0, 2, 3, 1}), rows, bias)
        .permute({0, 3, 1, 2});
  auto count = [&](int axis) {
    return (input.size(2 + axis) + 2 * padding[axis] - window[axis]) /
               stride[axis] +
           1;
  };
  at::Tensor result =
      at::matmul(rows, at::im2col(input, window, one, padding, stride));
  if (bias.defined())
    result = result + bias.unsqueeze(1);
  return result.view({input.size(0), rows.size(0), count(0), count(1)});
}
