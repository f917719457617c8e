//===- FloatLayers.cpp - Float layers with windows or parameters ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatKernels.h"
#include "ofa_kernels_f32.h"

using namespace mlir;
using namespace mlir::ofa;

FailureOr<ofa_window_t> ofa::makeKernelWindow(WindowOpInterface op,
                                              int64_t largestExtent) {
  Window2D window = op.getWindow();
  ArrayRef<int64_t> in = getShape(op->getOperand(0));
  ArrayRef<int64_t> out = getShape(op->getResult(0));
  for (int axis : {0, 1}) {
    int64_t extent = (window.extent[axis] - 1) * window.dilation[axis] + 1;
    if (extent > largestExtent || window.stride[axis] > OFA_MAX_STRIDE ||
        window.before[axis] >= extent || in[1 + axis] > INT16_MAX ||
        out[1 + axis] > INT16_MAX)
      return op->emitOpError("expects a dilated window of at most ")
             << largestExtent << ", strides of at most " << OFA_MAX_STRIDE
             << ", padding smaller than the window and images of at most "
             << INT16_MAX << " pixels a side: the kernels take no more";
  }
  if (in[3] > INT16_MAX || out[3] > INT16_MAX)
    return op->emitOpError("expects at most ") << INT16_MAX << " channels";
  ofa_window_t result = {};
  result.in_height = in[1];
  result.in_width = in[2];
  result.in_channels = in[3];
  result.out_height = out[1];
  result.out_width = out[2];
  result.out_channels = out[3];
  result.kernel_height = (window.extent[0] - 1) * window.dilation[0] + 1;
  result.kernel_width = (window.extent[1] - 1) * window.dilation[1] + 1;
  result.stride_height = window.stride[0];
  result.stride_width = window.stride[1];
  result.pad_top = window.before[0];
  result.pad_left = window.before[1];
  return result;
}

FloatClamp ofa::getFloatClamp(Activation activation) {
  switch (activation) {
  case Activation::None:
    return {-INFINITY, INFINITY};
  case Activation::Relu:
    return {0, INFINITY};
  case Activation::Relu6:
    return {0, 6};
  case Activation::ReluN1To1:
    return {-1, 1};
  }
  llvm_unreachable("unknown activation");
}

/// Weights `[taps][in][out]`, where the window is dilated by writing its taps
/// among zeros, from `at(tap, in, out)`.
static std::vector<float>
layOutWindow(const Window2D &window, const ofa_window_t &kernel, int64_t inputs,
             int64_t outputs,
             function_ref<float(int64_t tap, int64_t in, int64_t out)> at) {
  std::vector<float> result(int64_t(kernel.kernel_height) *
                            kernel.kernel_width * inputs * outputs);
  for (int64_t ky = 0; ky != window.extent[0]; ++ky)
    for (int64_t kx = 0; kx != window.extent[1]; ++kx) {
      int64_t to = ky * window.dilation[0] * kernel.kernel_width +
                   kx * window.dilation[1];
      for (int64_t in = 0; in != inputs; ++in)
        for (int64_t out = 0; out != outputs; ++out)
          result[(to * inputs + in) * outputs + out] =
              at(ky * window.extent[1] + kx, in, out);
    }
  return result;
}

/// The bias, or zeros.
static FailureOr<std::vector<float>> readBias(Operation *op, Value bias,
                                              int64_t channels) {
  if (!bias)
    return std::vector<float>(channels, 0.0f);
  return readParameter<float>(op, bias);
}

/// A layer whose kernel takes weights and a bias: keeps both beside `params`
/// and sets its pointers at each call, as steps may be copied.
template <typename Params,
          void (*kernel)(const Params *, const float *, float *)>
static Step makeWeightedStep(Params params, std::vector<float> weights,
                             std::vector<float> bias) {
  return {{0},
          [params, weights = std::move(weights), bias = std::move(bias)](
              ArrayRef<const Tensor *> operands, Tensor &result) {
            Params call = params;
            call.weights = weights.data();
            call.bias = bias.data();
            kernel(&call, operands[0]->floats().data(), result.floats().data());
          }};
}

static FailureOr<Step> prepareConv2D(Conv2DOp op) {
  auto window = makeKernelWindow(op, OFA_MAX_KERNEL);
  auto weight = readParameter<float>(op, op.getWeight());
  ArrayRef<int64_t> shape = op.getWeight().getType().getShape();
  auto bias = readBias(op, op.getBias(), shape[0]);
  if (failed(window) || failed(weight) || failed(bias))
    return failure();
  int64_t taps = shape[1] * shape[2], outputs = shape[0] / op.getGroups();
  FloatClamp clamp = getFloatClamp(op.getActivation());
  ofa_conv2d_f32_params_t params = {*window, clamp.min, clamp.max, nullptr,
                                    nullptr};
  return makeWeightedStep<ofa_conv2d_f32_params_t, ofa_conv2d_f32>(
      params,
      layOutWindow(
          op.getWindow(), *window, getShape(op.getInput())[3], shape[0],
          [&](int64_t tap, int64_t in, int64_t out) {
            // Zeros stand for the channels of other groups.
            int64_t first = out / outputs * shape[3];
            return in < first || in >= first + shape[3]
                       ? 0.0f
                       : (*weight)[(out * taps + tap) * shape[3] + in - first];
          }),
      std::move(*bias));
}

static FailureOr<Step> prepareDepthwiseConv2D(DepthwiseConv2DOp op) {
  auto window = makeKernelWindow(op, OFA_MAX_KERNEL);
  auto weight = readParameter<float>(op, op.getWeight());
  int64_t channels = op.getWeight().getType().getShape()[3];
  auto bias = readBias(op, op.getBias(), channels);
  if (failed(window) || failed(weight) || failed(bias))
    return failure();
  FloatClamp clamp = getFloatClamp(op.getActivation());
  ofa_depthwise_conv2d_f32_params_t params = {*window, clamp.min, clamp.max,
                                              nullptr, nullptr};
  return makeWeightedStep<ofa_depthwise_conv2d_f32_params_t,
                          ofa_depthwise_conv2d_f32>(
      params,
      layOutWindow(op.getWindow(), *window, 1, channels,
                   [&](int64_t tap, int64_t, int64_t out) {
                     return (*weight)[tap * channels + out];
                   }),
      std::move(*bias));
}

static FailureOr<Step> prepareFullyConnected(FullyConnectedOp op) {
  auto weight = readParameter<float>(op, op.getWeight());
  ArrayRef<int64_t> shape = op.getWeight().getType().getShape();
  auto bias = readBias(op, op.getBias(), shape[0]);
  if (failed(weight) || failed(bias))
    return failure();
  std::vector<float> transposed(weight->size());
  for (int64_t out = 0; out != shape[0]; ++out)
    for (int64_t in = 0; in != shape[1]; ++in)
      transposed[in * shape[0] + out] = (*weight)[out * shape[1] + in];
  FloatClamp clamp = getFloatClamp(op.getActivation());
  ofa_fully_connected_f32_params_t params = {
      int32_t(shape[1]), int32_t(shape[0]), clamp.min,
      clamp.max,         nullptr,           nullptr};
  return Step{{0},
              [params, weights = std::move(transposed),
               bias = std::move(*bias)](ArrayRef<const Tensor *> operands,
                                        Tensor &result) {
                ofa_fully_connected_f32_params_t call = params;
                call.weights = weights.data();
                call.bias = bias.data();
                const float *input = operands[0]->floats().data();
                float *output = result.floats().data();
                for (float *end = output + result.size(); output != end;
                     output += params.out_features, input += params.in_features)
                  ofa_fully_connected_f32(&call, input, output);
              }};
}

static FailureOr<Step> prepareBatchNorm(BatchNormOp op) {
  auto rows = readParameter<float>(op, op.getParams());
  if (failed(rows))
    return failure();
  ArrayRef<int64_t> shape = getShape(op.getInput());
  FloatClamp clamp = getFloatClamp(Activation::None);
  ofa_batch_norm_f32_params_t params = {};
  params.pixels = shape[1] * shape[2];
  params.channels = shape[3];
  params.epsilon = float(op.getEpsilon().convertToDouble());
  params.activation_min = clamp.min;
  params.activation_max = clamp.max;
  return Step{{0},
              [params, rows = std::move(*rows)](
                  ArrayRef<const Tensor *> operands, Tensor &result) {
                ofa_batch_norm_f32_params_t call = params;
                call.scale = rows.data();
                call.offset = call.scale + params.channels;
                call.mean = call.offset + params.channels;
                call.variance = call.mean + params.channels;
                ofa_batch_norm_f32(&call, operands[0]->floats().data(),
                                   result.floats().data());
              }};
}

template <typename OpT, void (*kernel)(const ofa_pool2d_f32_params_t *,
                                       const float *, float *)>
static FailureOr<Step> preparePool(OpT op) {
  auto window = makeKernelWindow(op, UINT8_MAX);
  if (failed(window))
    return failure();
  FloatClamp clamp = getFloatClamp(op.getActivation());
  ofa_pool2d_f32_params_t params = {*window, clamp.min, clamp.max};
  return makeUnaryStep<ofa_pool2d_f32_params_t, kernel>(params);
}

void ofa::addFloatLayers(StepRegistry &registry) {
  registry.add<Conv2DOp, prepareConv2D>();
  registry.add<DepthwiseConv2DOp, prepareDepthwiseConv2D>();
  registry.add<FullyConnectedOp, prepareFullyConnected>();
  registry.add<BatchNormOp, prepareBatchNorm>();
  registry.add<AvgPool2DOp, preparePool<AvgPool2DOp, ofa_avg_pool2d_f32>>();
  registry.add<MaxPool2DOp, preparePool<MaxPool2DOp, ofa_max_pool2d_f32>>();
}
