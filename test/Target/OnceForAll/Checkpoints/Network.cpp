//===- Network.cpp - Once-for-All's networks, for comparison --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Network.h"

#include <cmath>

namespace F = torch::nn::functional;
using torch::Tensor;
using torch::indexing::Slice;

int64_t Network::divisible(double channels) {
  int64_t rounded = std::max<int64_t>(8, int64_t(channels + 4) / 8 * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

Network::Network(const std::string &family, double width, bool older)
    : family(family), width(width),
      epsilon(family == "proxyless" ? 1e-3 : 1e-5), older(older) {
  if (family == "mbv3")
    stages = {{16, 1, 1, "relu", false},    {24, 2, 4, "relu", false},
              {40, 2, 4, "relu", true},     {80, 2, 4, "h_swish", false},
              {112, 1, 4, "h_swish", true}, {160, 2, 4, "h_swish", true}};
  else if (family == "proxyless")
    for (auto [width, stride, depth] : {std::tuple{16, 1, 1},
                                        {24, 2, 4},
                                        {40, 2, 4},
                                        {80, 2, 4},
                                        {96, 1, 4},
                                        {192, 2, 4},
                                        {320, 1, 1}})
      stages.push_back({width, stride, depth, "relu6", false});
  else
    stages = {{256, 1, 4, "relu", false},
              {512, 2, 4, "relu", false},
              {1024, 2, 6, "relu", false},
              {2048, 2, 4, "relu", false}};
}

std::string Network::block(int index) const {
  return "blocks." + std::to_string(index) +
         (older ? ".mobile_inverted_conv" : ".conv");
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

void Network::addConv(const std::string &name, at::IntArrayRef shape) {
  double fan = 1;
  for (int64_t size : shape.slice(1))
    fan *= double(size);
  supernet.emplace_back(name, torch::randn(shape) * std::sqrt(2.0 / fan));
}

void Network::addNorm(const std::string &name, int64_t channels) {
  auto add = [&](const char *row, Tensor value) {
    supernet.emplace_back(name + "." + row, value);
  };
  add("weight", 1 + 0.1 * torch::randn(channels));
  add("bias", 0.1 * torch::randn(channels));
  add("running_mean", 0.1 * torch::randn(channels));
  add("running_var", 0.9 + 0.2 * torch::rand(channels));
  add("num_batches_tracked", torch::full({}, 120, torch::kLong));
}

void Network::addElastic(const std::string &name, at::IntArrayRef shape,
                         int64_t norm) {
  addConv(name + ".conv.conv.weight", shape);
  addNorm(name + ".bn.bn", norm);
}

void Network::addPlain(const std::string &name, at::IntArrayRef shape,
                       int64_t norm) {
  addConv(name + ".conv.weight", shape);
  if (norm)
    addNorm(name + ".bn", norm);
}

void Network::makeMBConvWeights() {
  int64_t in = divisible((family == "mbv3" ? 16 : 32) * width);
  addPlain("first_conv", {in, 3, 3, 3}, in);
  int index = 0;
  for (const Stage &stage : stages) {
    int64_t out = divisible(double(stage.width) * width);
    for (int64_t i = 0; i != stage.depth; ++i, ++index, in = out) {
      std::string name = block(index);
      if (index == 0) {
        addPlain(name + ".depth_conv", {in, 1, 3, 3}, in);
        addPlain(name + ".point_linear", {out, in, 1, 1}, out);
        continue;
      }
      int64_t middle = divisible(double(6 * in));
      addElastic(name + ".inverted_bottleneck", {middle, in, 1, 1}, middle);
      addElastic(name + ".depth_conv", {middle, 1, 7, 7}, middle);
      supernet.emplace_back(name + ".depth_conv.conv.7to5_matrix",
                            torch::eye(25) + 0.05 * torch::randn({25, 25}));
      supernet.emplace_back(name + ".depth_conv.conv.5to3_matrix",
                            torch::eye(9) + 0.05 * torch::randn({9, 9}));
      if (stage.se) {
        int64_t squeezed = divisible(double(middle / 4));
        std::string se = name + ".depth_conv.se.fc.";
        addConv(se + "reduce.weight", {squeezed, middle, 1, 1});
        supernet.emplace_back(se + "reduce.bias", 0.1 * torch::randn(squeezed));
        addConv(se + "expand.weight", {middle, squeezed, 1, 1});
        supernet.emplace_back(se + "expand.bias", 0.1 * torch::randn(middle));
      }
      addElastic(name + ".point_linear", {out, middle, 1, 1}, out);
    }
  }
  double scale = family == "mbv3" ? width : std::max(width, 1.0);
  int64_t last = divisible(1280 * scale);
  if (family == "mbv3") {
    int64_t wide = divisible(960 * width);
    addPlain("final_expand_layer", {wide, in, 1, 1}, wide);
    addPlain("feature_mix_layer", {last, wide, 1, 1}, 0);
  } else {
    addPlain("feature_mix_layer", {last, in, 1, 1}, last);
  }
  addConv("classifier.linear.weight", {1000, last});
  supernet.emplace_back("classifier.linear.bias", 0.1 * torch::randn(1000));
}

void Network::makeResNetWeights() {
  int64_t middle = divisible(32 * width), in = divisible(64 * width);
  addElastic("input_stem.0", {middle, 3, 3, 3}, middle);
  addElastic("input_stem.1.conv", {middle, middle, 3, 3}, middle);
  addElastic("input_stem.2", {in, middle, 3, 3}, in);
  int index = 0;
  for (const Stage &stage : stages) {
    int64_t out = divisible(double(stage.width) * width);
    int64_t wide = divisible(std::nearbyint(double(out) * 0.35));
    for (int64_t i = 0; i != stage.depth; ++i, ++index, in = out) {
      std::string name = "blocks." + std::to_string(index);
      addElastic(name + ".conv1", {wide, in, 1, 1}, wide);
      addElastic(name + ".conv2", {wide, wide, 3, 3}, wide);
      addElastic(name + ".conv3", {out, wide, 1, 1}, out);
      if (i == 0)
        addElastic(name + ".downsample", {out, in, 1, 1}, out);
    }
  }
  addConv("classifier.linear.linear.weight", {1000, in});
  supernet.emplace_back("classifier.linear.linear.bias",
                        0.1 * torch::randn(1000));
}

void Network::makeWeights() {
  family == "resnet50" ? makeResNetWeights() : makeMBConvWeights();
  for (const auto &[name, tensor] : supernet)
    byName[name] = tensor;
}

//===----------------------------------------------------------------------===//
// Forward
//===----------------------------------------------------------------------===//

Tensor activate(Tensor x, const std::string &act) {
  if (act == "relu")
    return torch::relu(x);
  if (act == "relu6")
    return torch::clamp(x, 0, 6);
  if (act == "h_swish")
    return x * torch::clamp(x + 3, 0, 6) / 6;
  return x;
}

Tensor Network::get(const std::string &name) {
  TORCH_CHECK(byName.count(name), "no tensor ", name);
  return byName[name];
}

void Network::choose(const std::string &name, double value) {
  std::ostringstream text;
  text << "," << name << "=" << value;
  choices += text.str();
}

/// The first channels of a batch norm; `to` is its name in the subnet.
Tensor Network::norm(Tensor x, const std::string &from, const std::string &to) {
  Tensor rows[4];
  const char *names[] = {"weight", "bias", "running_mean", "running_var"};
  for (int i = 0; i != 4; ++i) {
    rows[i] = get(from + "." + names[i]).index({Slice(0, x.size(1))}).clone();
    subnet.emplace_back(to + "." + names[i], rows[i]);
  }
  subnet.emplace_back(to + ".num_batches_tracked",
                      torch::full({}, 120, torch::kLong));
  return F::batch_norm(
      x, rows[2], rows[3],
      F::BatchNormFuncOptions().weight(rows[0]).bias(rows[1]).eps(epsilon));
}

Tensor Network::layer(Tensor x, const std::string &from, const std::string &to,
                      Tensor weight, int64_t stride, int64_t groups,
                      const std::string &act) {
  subnet.emplace_back(to + ".conv.weight", weight.contiguous());
  x = F::conv2d(x, weight,
                F::Conv2dFuncOptions()
                    .stride(stride)
                    .padding(weight.size(2) / 2)
                    .groups(groups));
  std::string bn = byName.count(from + ".bn.bn.weight") ? ".bn.bn" : ".bn";
  return activate(norm(x, from + bn, to + ".bn"), act);
}

/// The centre of a window, then of that, each times a matrix.
Tensor Network::kernel(const std::string &name, int64_t channels,
                       int64_t size) {
  Tensor weight = get(name + ".conv.conv.weight").index({Slice(0, channels)});
  for (int64_t next : {5, 3}) {
    if (size > next)
      break;
    Tensor centre = weight.index(
        {Slice(), Slice(), Slice(1, next + 1), Slice(1, next + 1)});
    std::string matrix = name + ".conv." + std::to_string(next + 2) + "to" +
                         std::to_string(next) + "_matrix";
    weight = F::linear(centre.reshape({channels, next * next}), get(matrix))
                 .reshape({channels, 1, next, next});
  }
  return weight;
}

Tensor Network::squeezeExcite(Tensor x, const std::string &name) {
  int64_t channels = x.size(1), squeezed = divisible(double(channels / 4));
  auto slice = [&](const std::string &part, int64_t out, int64_t in) {
    Tensor weight = get(name + part + ".weight")
                        .index({Slice(0, out), Slice(0, in)})
                        .contiguous();
    Tensor bias = get(name + part + ".bias").index({Slice(0, out)}).clone();
    subnet.emplace_back(name + part + ".weight", weight);
    subnet.emplace_back(name + part + ".bias", bias);
    return std::pair(weight, bias);
  };
  Tensor y = x.mean({2, 3}, true);
  auto [reduce, reduceBias] = slice("reduce", squeezed, channels);
  y = torch::relu(torch::conv2d(y, reduce, reduceBias));
  auto [expand, expandBias] = slice("expand", channels, squeezed);
  y = torch::conv2d(y, expand, expandBias);
  return x * torch::clamp(y + 3, 0, 6) / 6;
}

void Network::configLayer(const std::string &name, int64_t in, int64_t out,
                          int64_t size, int64_t stride, const std::string &act,
                          bool hasNorm) {
  config << "\"" << name << "\": {\"kernel_size\": " << size
         << ", \"stride\": " << stride << ", \"in_channels\": " << in
         << ", \"out_channels\": " << out
         << ", \"use_bn\": " << (hasNorm ? "true" : "false")
         << ", \"act_func\": \"" << act << "\"},\n";
}

Tensor Network::runBlock(Tensor x, int index, const Stage &stage,
                         int64_t stride, int64_t size, int64_t expand) {
  // Blocks are counted anew in a subnet, which lacks the skipped ones.
  int64_t in = x.size(1);
  int64_t out = divisible(double(stage.width) * width);
  int64_t middle = expand == 1 ? in : divisible(double(in * expand));
  bool shortcut = stride == 1 && in == out;
  config << "{\"" << (older ? "mobile_inverted_conv" : "conv")
         << "\": {\"in_channels\": " << in << ", \"out_channels\": " << out
         << ", \"kernel_size\": " << size << ", \"stride\": " << stride
         << ", \"expand_ratio\": " << expand << ", \"mid_channels\": ";
  expand == 1 ? config << "null" : config << middle;
  config << ", \"act_func\": \"" << stage.act
         << "\", \"use_se\": " << (stage.se ? "true" : "false")
         << "}, \"shortcut\": "
         << (shortcut ? "{\"name\": \"IdentityLayer\"}" : "null") << "}";

  std::string name = block(index);
  Tensor y = x;
  if (expand != 1)
    y = layer(y, name + ".inverted_bottleneck", name + ".inverted_bottleneck",
              get(name + ".inverted_bottleneck.conv.conv.weight")
                  .index({Slice(0, middle), Slice(0, in)}),
              1, 1, stage.act);
  std::string depth = name + ".depth_conv";
  y = layer(y, depth, depth,
            expand == 1 ? get(depth + ".conv.weight")
                        : kernel(depth, middle, size),
            stride, middle, stage.act);
  if (stage.se)
    y = squeezeExcite(y, depth + ".se.fc.");
  std::string project = name + ".point_linear";
  Tensor weight =
      get(project + (expand == 1 ? ".conv.weight" : ".conv.conv.weight"));
  y = layer(y, project, project, weight.index({Slice(), Slice(0, middle)}), 1,
            1, "");
  return shortcut ? x + y : y;
}

Tensor Network::runMBConv(Tensor x) {
  bool isMbv3 = family == "mbv3";
  std::string act = isMbv3 ? "h_swish" : "relu6";
  config << "{\"name\": \"" << (isMbv3 ? "MobileNetV3" : "ProxylessNASNets")
         << "\", \"bn\": {\"eps\": " << epsilon << "},\n";
  Tensor first = get("first_conv.conv.weight");
  configLayer("first_conv", 3, first.size(0), 3, 2, act, true);
  x = layer(x, "first_conv", "first_conv", first, 2, 1, act);
  config << "\"blocks\": [\n";
  int index = 0, kept = 0;
  for (size_t s = 0; s != stages.size(); ++s) {
    const Stage &stage = stages[s];
    std::string name = "s" + std::to_string(s);
    int64_t depth = stage.depth;
    if (depth > 1) {
      depth = int64_t(2 + (s + 1) % 3);
      choose(name + ".depth", double(depth));
    }
    for (int64_t i = 0; i != depth; ++i, ++kept) {
      int64_t size = 3, expand = 1;
      if (s != 0) {
        std::string part = name + ".b" + std::to_string(i);
        size = 3 + 2 * ((kept + 1) % 3);
        expand = std::array{3, 4, 6}[size_t(kept * 2 + s) % 3];
        choose(part + ".kernel", double(size));
        choose(part + ".expand", double(expand));
      }
      config << (kept ? ",\n" : "");
      x = runBlock(x, index + int(i), stage, i == 0 ? stage.stride : 1, size,
                   expand);
    }
    index += int(stage.depth);
  }
  config << "],\n";
  auto pointwise = [&](const std::string &name) {
    Tensor weight = get(name + ".conv.weight");
    bool hasNorm = byName.count(name + ".bn.weight");
    configLayer(name, weight.size(1), weight.size(0), 1, 1, act, hasNorm);
    if (hasNorm)
      return layer(x, name, name, weight, 1, 1, act);
    subnet.emplace_back(name + ".conv.weight", weight);
    return activate(F::conv2d(x, weight), act);
  };
  if (isMbv3)
    x = pointwise("final_expand_layer").mean({2, 3}, true);
  x = pointwise("feature_mix_layer").mean({2, 3});
  Tensor weight = get("classifier.linear.weight"),
         bias = get("classifier.linear.bias");
  subnet.emplace_back("classifier.linear.weight", weight);
  subnet.emplace_back("classifier.linear.bias", bias);
  config << "\"classifier\": {\"in_features\": " << weight.size(1)
         << ", \"out_features\": " << weight.size(0) << "}}\n";
  return F::linear(x, weight, bias);
}

Tensor Network::runResNet(Tensor x) {
  auto elastic = [&](Tensor y, const std::string &name, int64_t out,
                     int64_t stride, const std::string &act) {
    Tensor weight = get(name + ".conv.conv.weight")
                        .index({Slice(0, out), Slice(0, y.size(1))});
    return layer(y, name, name, weight, stride, 1, act);
  };
  const double ratios[] = {0.65, 0.8, 1.0}, expands[] = {0.2, 0.25, 0.35};
  choose("stem.middle.width", 0.8);
  choose("stem.width", 0.65);
  choose("stem.depth", 1);
  x = elastic(x, "input_stem.0", divisible(32 * width * 0.8), 2, "relu");
  x = x + elastic(x, "input_stem.1.conv", x.size(1), 1, "relu");
  x = elastic(x, "input_stem.2", divisible(64 * width * 0.65), 1, "relu");
  x = torch::max_pool2d(x, 3, 2, 1);
  int index = 0;
  for (size_t s = 0; s != stages.size(); ++s) {
    const Stage &stage = stages[s];
    std::string name = "s" + std::to_string(s + 1);
    int64_t out = divisible(double(stage.width) * width * ratios[s % 3]);
    int64_t depth = stage.depth - int64_t(s % 3);
    choose(name + ".width", ratios[s % 3]);
    choose(name + ".depth", double(depth));
    for (int64_t i = 0; i != depth; ++i) {
      std::string key = "blocks." + std::to_string(index + i);
      double expand = expands[(s + size_t(i)) % 3];
      choose(name + ".b" + std::to_string(i) + ".expand", expand);
      int64_t middle = divisible(std::nearbyint(double(out) * expand));
      int64_t stride = i == 0 ? stage.stride : 1;
      Tensor shortcut = x;
      if (i == 0) {
        if (stride != 1)
          shortcut =
              torch::avg_pool2d(x, stride, stride, 0, /*ceil_mode=*/true);
        shortcut = elastic(shortcut, key + ".downsample", out, 1, "");
      }
      x = elastic(x, key + ".conv1", middle, 1, "relu");
      x = elastic(x, key + ".conv2", middle, stride, "relu");
      x = torch::relu(elastic(x, key + ".conv3", out, 1, "") + shortcut);
    }
    index += int(stage.depth);
  }
  x = x.mean({2, 3});
  return F::linear(x,
                   get("classifier.linear.linear.weight")
                       .index({Slice(), Slice(0, x.size(1))}),
                   get("classifier.linear.linear.bias"));
}

Tensor Network::run(Tensor image) {
  torch::NoGradGuard guard;
  Tensor logits = family == "resnet50" ? runResNet(image) : runMBConv(image);
  // A subnet's blocks are numbered without those that it skips.
  std::map<int, int> numbers;
  for (auto &[name, tensor] : subnet) {
    if (name.rfind("blocks.", 0) != 0)
      continue;
    size_t end = name.find('.', 7);
    int number = std::stoi(name.substr(7, end - 7));
    int next = numbers.emplace(number, int(numbers.size())).first->second;
    name = "blocks." + std::to_string(next) + name.substr(end);
  }
  return logits;
}
