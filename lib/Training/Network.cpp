//===- Network.cpp - Forward pass of any subnet on LibTorch ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Network.h"
#include "SyncBatchNorm.h"

using namespace mlir::ofa::training;

/// State of one forward pass.
struct Network::Run {
  const Subnet &subnet;
  const TensorList &parameters;
  ForwardOptions options;
  std::vector<at::Tensor> values;
};

namespace {

Activation getActivation(NodeKind kind) {
  switch (kind) {
  case NodeKind::Relu:
    return Activation::Relu;
  case NodeKind::Relu6:
    return Activation::Relu6;
  case NodeKind::HardSwish:
    return Activation::HardSwish;
  default:
    return Activation::None;
  }
}

/// A tensor of `parameter`'s data that shares no memory with it.
at::Tensor copyRows(const Parameter &parameter, int64_t firstRow,
                    int64_t numRows) {
  int64_t rowSize = parameter.getNumElements() / parameter.shape[0];
  std::vector<int64_t> shape = parameter.shape;
  shape[0] = numRows;
  at::Tensor tensor = at::empty(shape, at::kFloat);
  std::copy_n(parameter.data.data() + firstRow * rowSize, numRows * rowSize,
              tensor.data_ptr<float>());
  return tensor;
}

/// Pads height and width of [N, C, H, W] by top, left, bottom, right.
at::Tensor padImage(const at::Tensor &input,
                    const std::array<int64_t, 4> &padding, double value) {
  return at::constant_pad_nd(
      input, {padding[1], padding[3], padding[0], padding[2]}, value);
}

bool isSymmetric(const std::array<int64_t, 4> &padding) {
  return padding[0] == padding[2] && padding[1] == padding[3];
}

/// LibTorch's convolution pads symmetrically only.
at::Tensor convolve(at::Tensor input, const at::Tensor &weight,
                    const at::Tensor &bias,
                    const std::array<int64_t, 2> &stride,
                    const std::array<int64_t, 4> &padding, int64_t groups) {
  std::array<int64_t, 2> both = {padding[0], padding[1]};
  if (!isSymmetric(padding)) {
    input = padImage(input, padding, 0);
    both = {0, 0};
  }
  // LibTorch has kernels of its own for depthwise ones.
  if (input.is_cuda() && groups == 1)
    return multiplyWindows(input, weight, bias, stride, both);
  return at::conv2d(input, weight, bias, stride, both, at::IntArrayRef{1, 1},
                    groups);
}

/// Whether the compiler gives the node's result a scale of its own, if nothing
/// is fused to it.
bool hasScale(NodeKind kind) {
  switch (kind) {
  case NodeKind::AvgPool2D:
  case NodeKind::MaxPool2D:
  case NodeKind::Pad:
  case NodeKind::Flatten:
    return false;
  default:
    return true;
  }
}

/// Whether the compiler puts node `next` into `node`, which only it reads.
bool isPutInto(NodeKind next, NodeKind node) {
  bool isLayer = node == NodeKind::Conv2D ||
                 node == NodeKind::DepthwiseConv2D ||
                 node == NodeKind::FullyConnected;
  if (next == NodeKind::BatchNorm)
    return isLayer;
  if (next == NodeKind::Relu || next == NodeKind::Relu6)
    return isLayer || node == NodeKind::BatchNorm || node == NodeKind::Add;
  return false;
}

/// Whether int8 has all pixels as they are.
bool isExactInInt8(const Preprocessing &preprocessing) {
  float mean = preprocessing.mean[0], scale = preprocessing.scale[0];
  return llvm::all_equal(preprocessing.mean) &&
         llvm::all_equal(preprocessing.scale) && scale > 0 && mean >= 0 &&
         mean <= 255 && mean == std::floor(mean);
}

at::Tensor averagePool(const Node &node, const at::Tensor &input) {
  at::Tensor padded = padImage(input, node.padding, 0);
  // Taps outside the image do not count: divide by those inside.
  at::Tensor inside = padImage(
      at::ones({1, 1, input.size(2), input.size(3)}, input.options()),
      node.padding, 0);
  return at::avg_pool2d(padded, node.window, node.stride) /
         at::avg_pool2d(inside, node.window, node.stride);
}

at::Tensor maxPool(const Node &node, const at::Tensor &input) {
  return at::max_pool2d(
      padImage(input, node.padding, -std::numeric_limits<double>::infinity()),
      node.window, node.stride);
}

} // namespace

Network::Network(const Graph &graph)
    : graph(graph), fused(graph.nodes.size(), Activation::None),
      done(graph.nodes.size(), false), scaled(graph.nodes.size(), false),
      endOfBlock(graph.nodes.size(), {-1, -1}),
      blockOfNode(graph.nodes.size(), {-1, -1}) {
  for (size_t s = 0; s < graph.stages.size(); ++s)
    for (size_t b = 0; b < graph.stages[s].blocks.size(); ++b) {
      const Block &block = graph.stages[s].blocks[b];
      for (int n = block.firstNode; n < block.endNode; ++n)
        blockOfNode[n] = {static_cast<int>(s), static_cast<int>(b)};
      endOfBlock[block.endNode - 1] = {static_cast<int>(s),
                                       static_cast<int>(b)};
    }
  std::vector<int> users(graph.getNumValues(), 0);
  for (const Node &node : graph.nodes)
    for (int input : node.inputs)
      ++users[input];
  for (size_t n = 0; n < graph.nodes.size(); ++n)
    scaled[n] = hasScale(graph.nodes[n].kind);
  for (size_t n = 0; n + 1 < graph.nodes.size(); ++n) {
    const Node &next = graph.nodes[n + 1];
    int value = static_cast<int>(n) + 1;
    if (users[value] == 1 && value != graph.output && next.inputs[0] == value &&
        isPutInto(next.kind, graph.nodes[n].kind))
      scaled[n] = false;
    if (graph.nodes[n].kind == NodeKind::BatchNorm && users[value] == 1 &&
        value != graph.output && next.inputs[0] == value &&
        getActivation(next.kind) != Activation::None) {
      fused[n] = getActivation(next.kind);
      done[n + 1] = true;
    }
  }
}

TensorList Network::makeParameters() const {
  TensorList tensors;
  for (const Parameter &parameter : graph.parameters)
    tensors.push_back(
        copyRows(parameter, 0,
                 parameter.role == ParameterRole::BatchNorm
                     ? 2
                     : parameter.shape[0]));
  return tensors;
}

TensorList Network::makeStatistics() const {
  TensorList tensors;
  for (const Parameter &parameter : graph.parameters)
    tensors.push_back(parameter.role == ParameterRole::BatchNorm
                          ? copyRows(parameter, 2, 2)
                          : at::Tensor());
  return tensors;
}

void Network::store(const TensorList &parameters, const TensorList &statistics,
                    Graph &graph) {
  for (size_t i = 0; i < graph.parameters.size(); ++i) {
    std::vector<float> &data = graph.parameters[i].data;
    auto append = [end = data.data()](const at::Tensor &tensor) mutable {
      at::Tensor host = tensor.detach().cpu().contiguous();
      end = std::copy_n(host.data_ptr<float>(), host.numel(), end);
    };
    append(parameters[i]);
    if (graph.parameters[i].role == ParameterRole::BatchNorm)
      append(statistics[i]);
  }
}

bool Network::fusesActivation(int node, const ForwardOptions &options) const {
  // The kernel of batch norms by the batch's statistics can. In int8, clamps
  // are part of the layer, but hard swish reads rounded numbers.
  return options.useKernels && !options.statistics && !options.group &&
         !(options.fakeQuantize && fused[node] == Activation::HardSwish);
}

at::Tensor Network::runConvolution(const Node &node, const at::Tensor &input,
                                   Run &run) const {
  const at::Tensor &weight = run.parameters[node.weight];
  int64_t outputs = node.width < 0 ? weight.size(0)
                                   : graph.widths[node.width].lookup(
                                         run.subnet, graph.choices);
  at::Tensor bias;
  if (node.bias >= 0)
    bias = run.parameters[node.bias].narrow(0, 0, outputs);
  if (node.kind == NodeKind::FullyConnected) {
    at::Tensor rows = input.flatten(1).to(at::kFloat);
    at::Tensor active =
        weight.narrow(0, 0, outputs).narrow(1, 0, rows.size(1));
    if (run.options.fakeQuantize)
      active = fakeQuantizeWeight(active, 0);
    // As a convolution: LibTorch may be built on a slow BLAS.
    at::Tensor result =
        convolve(rows.unsqueeze(-1).unsqueeze(-1),
                 active.unsqueeze(-1).unsqueeze(-1), bias, {1, 1}, {}, 1);
    return input.dim() == 4 ? result : result.flatten(1);
  }
  at::ScalarType type = run.options.bfloat16 ? at::kBFloat16 : at::kFloat;
  at::Tensor active = weight.narrow(0, 0, outputs)
                          .narrow(3, 0, input.size(1))
                          .permute({0, 3, 1, 2})
                          .to(type);
  if (run.options.fakeQuantize)
    active = fakeQuantizeWeight(active, 0);
  if (bias.defined())
    bias = bias.to(type);
  return convolve(input.to(type), active, bias, node.stride, node.padding, 1);
}

at::Tensor Network::runDepthwise(const Node &node, const at::Tensor &input,
                                 Run &run) const {
  const at::Tensor &weight = run.parameters[node.weight];
  int64_t channels = input.size(1), largest = weight.size(1);
  int64_t kernel = largest;
  if (node.kernelChoice >= 0)
    kernel = static_cast<int64_t>(
        graph.choices[node.kernelChoice].values[run.subnet[node.kernelChoice]]);
  // [kernel, kernel, channels]
  at::Tensor active = weight.select(0, 0).narrow(2, 0, channels);
  // From 7 to 5 to 3; without a matrix the centre is taken as it is.
  for (int64_t size = largest; size > kernel;) {
    int matrix = -1;
    int64_t next = kernel;
    if (size == 7 && kernel <= 5 && node.transform7to5 >= 0) {
      matrix = node.transform7to5;
      next = 5;
    } else if (size == 5 && kernel <= 3 && node.transform5to3 >= 0) {
      matrix = node.transform5to3;
      next = 3;
    }
    int64_t margin = (size - next) / 2;
    active = active.narrow(0, margin, next).narrow(1, margin, next);
    if (matrix >= 0)
      // out[i, c] = sum over j of matrix[i, j] * in[j, c]
      active = (run.parameters[matrix].unsqueeze(2) *
                active.reshape({1, next * next, channels}))
                   .sum(1)
                   .reshape({next, next, channels});
    size = next;
  }
  if (run.options.fakeQuantize)
    active = fakeQuantizeWeight(active, 2);
  int64_t shrunk = (largest - kernel) / 2;
  std::array<int64_t, 4> padding = node.padding;
  for (int64_t &side : padding)
    side -= shrunk;
  if (!run.options.useKernels || node.bias >= 0 || weight.size(2) != largest) {
    at::Tensor bias;
    if (node.bias >= 0)
      bias = run.parameters[node.bias].narrow(0, 0, channels);
    return convolve(input.to(at::kFloat),
                    active.permute({2, 0, 1}).unsqueeze(1), bias, node.stride,
                    padding, channels)
        .to(input.scalar_type());
  }
  return depthwiseConv2D(input, active, node.stride, padding);
}

at::Tensor Network::runBatchNorm(const Node &node, int index,
                                 const at::Tensor &input, Run &run) const {
  int64_t channels = input.size(1);
  const at::Tensor &parameter = run.parameters[node.weight];
  at::Tensor scale = parameter[0].narrow(0, 0, channels);
  at::Tensor offset = parameter[1].narrow(0, 0, channels);
  if (const TensorList *statistics = run.options.statistics) {
    at::Tensor mean = (*statistics)[node.weight][0].narrow(0, 0, channels);
    at::Tensor variance = (*statistics)[node.weight][1].narrow(0, 0, channels);
    return at::batch_norm(input, scale, offset, mean, variance,
                          /*training=*/false, /*momentum=*/0, node.epsilon,
                          /*cudnn_enabled=*/false);
  }
  at::Tensor mean, variance, output;
  if (run.options.useKernels || run.options.group) {
    BatchNormResult result =
        run.options.group
            ? syncBatchNorm(input.to(at::kFloat), scale, offset, node.epsilon,
                            *run.options.group, run.options.thread)
            : batchNorm(input, scale, offset, node.epsilon,
                        fusesActivation(index, run.options) ? fused[index]
                                                            : Activation::None);
    mean = result.mean;
    variance = result.variance;
    output = result.output.to(input.scalar_type());
  } else {
    output = at::batch_norm(input, scale, offset, {}, {}, /*training=*/true,
                            /*momentum=*/0, node.epsilon,
                            /*cudnn_enabled=*/false);
    if (run.options.observed) {
      at::Tensor values = input.to(at::kFloat);
      mean = values.mean({0, 2, 3});
      variance = values.var({0, 2, 3}, /*unbiased=*/false);
    }
  }
  if (run.options.observed) {
    at::Tensor both = at::stack({mean, variance});
    (*run.options.observed)[node.weight] =
        run.options.differentiable ? both : both.detach();
  }
  return output;
}

void Network::quantize(int index, Run &run) const {
  const ForwardOptions &options = run.options;
  at::Tensor &value = run.values[index];
  if (options.observedRanges)
    (*options.observedRanges)[index] = findRange(value);
  if (options.fakeQuantize)
    value = fakeQuantizeValue(value, options.ranges ? (*options.ranges)[index]
                                                    : findRange(value));
}

at::Tensor Network::runNode(const Node &node, int index, Run &run) const {
  const at::Tensor &input = run.values[node.inputs[0]];
  bool isDone = done[index] && fusesActivation(index - 1, run.options);
  switch (node.kind) {
  case NodeKind::Conv2D:
  case NodeKind::FullyConnected:
    return runConvolution(node, input, run);
  case NodeKind::DepthwiseConv2D:
    return runDepthwise(node, input, run);
  case NodeKind::BatchNorm:
    return runBatchNorm(node, index, input, run);
  case NodeKind::Add:
    return input + run.values[node.inputs[1]];
  case NodeKind::Mul:
    // One of them may be a gate for each channel.
    return input * run.values[node.inputs[1]].to(input.scalar_type());
  case NodeKind::GlobalMean:
    return input.mean({2, 3}, /*keepdim=*/true, at::kFloat);
  case NodeKind::AvgPool2D:
    return averagePool(node, input);
  case NodeKind::MaxPool2D:
    return maxPool(node, input);
  case NodeKind::Relu:
    return isDone ? input : at::relu(input);
  case NodeKind::Relu6:
    return isDone ? input : at::clamp(input, 0, 6);
  case NodeKind::HardSwish:
    return isDone ? input : at::hardswish(input);
  case NodeKind::HardSigmoid:
    return at::hardsigmoid(input);
  case NodeKind::Pad:
    return padImage(input, node.padding, 0);
  case NodeKind::Flatten:
    return input.permute({0, 2, 3, 1}).flatten(1);
  }
  return input;
}

at::Tensor Network::forward(const at::Tensor &images, const Subnet &subnet,
                            const TensorList &parameters,
                            const ForwardOptions &options) const {
  Run run{subnet, parameters, options, {}};
  run.options.useKernels = options.useKernels && images.is_cpu();
  run.values.resize(graph.getNumValues());
  if (options.observed)
    options.observed->assign(graph.parameters.size(), at::Tensor());
  // Channels last in memory, channels first by name.
  run.values[0] = images.permute({0, 3, 1, 2});
  if (options.observedRanges)
    options.observedRanges->assign(graph.nodes.size() + 1, RealRange());
  if (!isExactInInt8(graph.preprocessing))
    quantize(0, run);
  auto isKept = [&](std::pair<int, int> place) {
    if (place.first < 0)
      return true;
    const Stage &stage = graph.stages[place.first];
    return stage.depthChoice < 0 ||
           place.second < stage.keptBlocks[subnet[stage.depthChoice]];
  };
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    bool kept = isKept(blockOfNode[n]);
    if (kept) {
      run.values[n + 1] = runNode(graph.nodes[n], static_cast<int>(n), run);
      if (scaled[n])
        quantize(static_cast<int>(n) + 1, run);
    }
    if (endOfBlock[n].first < 0)
      continue;
    const Block &block =
        graph.stages[endOfBlock[n].first].blocks[endOfBlock[n].second];
    run.values[block.output] = run.values[kept ? block.result : block.input];
  }
  return run.values[graph.output].flatten(1);
}
