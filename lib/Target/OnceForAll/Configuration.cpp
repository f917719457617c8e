//===- Configuration.cpp - Published configurations of subnets ------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/OnceForAll/Configuration.h"

#include "Json.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

// Bounds that keep sizes and counts far from overflow.
static constexpr int64_t kMostChannels = 1 << 14, kLargestKernel = 31,
                         kLargestStride = 4, kLargestResolution = 4096,
                         kMostClasses = 1000000;
static constexpr size_t kMostBlocks = 256;
static constexpr double kLargestExpand = 64;

namespace {
class Reader {
public:
  explicit Reader(JsonNode root) : root(std::move(root)) {}

  StaticNetwork read();

private:
  int64_t readKernel(const JsonNode &node);
  Nonlinearity readNonlinearity(const JsonNode &node);
  StaticLayer readLayer(const JsonNode &node, int64_t inputs, bool hasNorm);
  StaticBlock readBlock(const JsonNode &node, int64_t inputs);
  void readHead(StaticNetwork &network, int64_t inputs);

  JsonNode root;
};
} // namespace

int64_t Reader::readKernel(const JsonNode &node) {
  int64_t kernel = node.getInteger(1, kLargestKernel);
  if (kernel % 2 == 0) // Padding by half of it would not keep the size.
    node.expect("an odd kernel size");
  return kernel;
}

Nonlinearity Reader::readNonlinearity(const JsonNode &node) {
  static constexpr Nonlinearity kinds[] = {
      Nonlinearity::Relu, Nonlinearity::Relu6, Nonlinearity::HardSwish};
  return kinds[node.getName({"relu", "relu6", "h_swish"})];
}

/// A convolution without bias, and with or without batch norm, before its
/// activation.
StaticLayer Reader::readLayer(const JsonNode &node, int64_t inputs,
                              bool hasNorm) {
  StaticLayer layer;
  layer.place = node.getPlace();
  node["in_channels"].getInteger(inputs, inputs);
  layer.width = node["out_channels"].getInteger(1, kMostChannels);
  layer.kernel = readKernel(node["kernel_size"]);
  layer.stride = node["stride"].getInteger(1, kLargestStride);
  layer.nonlinearity = readNonlinearity(node["act_func"]);
  for (StringRef key : {"dilation", "groups"})
    if (node.has(key))
      node[key].getInteger(1, 1);
  auto check = [&](StringRef key, bool expected) {
    if (node.has(key) && node[key].getBool() != expected)
      node[key].expect(expected ? "true" : "false");
  };
  check("bias", false);
  check("has_shuffle", false);
  check("use_bn", hasNorm);
  if (node.has("ops_order"))
    node["ops_order"].getName({"weight_bn_act"});
  return layer;
}

StaticBlock Reader::readBlock(const JsonNode &node, int64_t inputs) {
  // The authors' later code has a shorter name for the same thing.
  JsonNode conv =
      node[node.has("mobile_inverted_conv") ? "mobile_inverted_conv" : "conv"];
  StaticBlock block;
  block.place = conv.getPlace();
  if (conv.has("name"))
    conv["name"].getName({"MBInvertedConvLayer"});
  conv["in_channels"].getInteger(inputs, inputs);
  block.width = conv["out_channels"].getInteger(1, kMostChannels);
  block.kernel = readKernel(conv["kernel_size"]);
  block.stride = conv["stride"].getInteger(1, kLargestStride);
  block.nonlinearity = readNonlinearity(conv["act_func"]);
  block.squeezeExcite = conv.has("use_se") && conv["use_se"].getBool();
  block.expand = conv["expand_ratio"].getNumber(1, kLargestExpand);
  bool hasMiddle = conv.has("mid_channels") && !conv["mid_channels"].isNull();
  // There is no expand layer where it would not expand.
  if (block.expand != 1)
    block.middle = hasMiddle
                       ? conv["mid_channels"].getInteger(1, kMostChannels)
                       : int64_t(std::nearbyint(double(inputs) * block.expand));
  else if (hasMiddle)
    conv["mid_channels"].getInteger(inputs, inputs);

  JsonNode shortcut = node["shortcut"];
  block.shortcut = !shortcut.isNull();
  if (block.shortcut) {
    if (shortcut.has("name"))
      shortcut["name"].getName({"IdentityLayer"});
    if (block.stride != 1 || block.width != inputs)
      shortcut.expect("null, because the block changes the image's size or "
                      "channels");
  }
  return block;
}

void Reader::readHead(StaticNetwork &network, int64_t inputs) {
  auto expectPointwise = [&](const StaticLayer &layer, StringRef key) {
    if (layer.kernel != 1)
      root[key]["kernel_size"].expect("1");
    if (layer.stride != 1)
      root[key]["stride"].expect("1");
  };
  bool isMbv3 = network.name == "mbv3";
  if (isMbv3) {
    network.convName = "final_expand";
    network.conv = readLayer(root["final_expand_layer"], inputs, true);
    expectPointwise(network.conv, "final_expand_layer");
    network.denseName = "feature_mix";
    network.dense =
        readLayer(root["feature_mix_layer"], network.conv.width, false);
    expectPointwise(network.dense, "feature_mix_layer");
  } else {
    network.convName = "feature_mix";
    network.conv = readLayer(root["feature_mix_layer"], inputs, true);
    expectPointwise(network.conv, "feature_mix_layer");
  }
  JsonNode classifier = root["classifier"];
  network.classifier.place = classifier.getPlace();
  int64_t features = isMbv3 ? network.dense.width : network.conv.width;
  classifier["in_features"].getInteger(features, features);
  network.classifier.width =
      classifier["out_features"].getInteger(1, kMostClasses);
  if (classifier.has("bias") && !classifier["bias"].getBool())
    classifier["bias"].expect("true");
  for (StringRef key : {"use_bn"})
    if (classifier.has(key) && classifier[key].getBool())
      classifier[key].expect("false");
  if (classifier.has("act_func") && !classifier["act_func"].isNull())
    classifier["act_func"].expect("null");
}

StaticNetwork Reader::read() {
  StaticNetwork network;
  network.name = root["name"].getName({"MobileNetV3", "ProxylessNASNets"}) == 0
                     ? "mbv3"
                     : "proxyless";
  network.epsilon = root["bn"]["eps"].getNumber(1e-12, 1);
  network.stem = readLayer(root["first_conv"], 3, true);
  int64_t channels = network.stem.width;
  for (const JsonNode &node : root["blocks"].getArray(kMostBlocks)) {
    StaticBlock block = readBlock(node, channels);
    // What keeps size and channels continues a stage; the first block is one of
    // its own, whatever it keeps.
    if (!network.blocks.empty()) {
      const StaticBlock &last = network.blocks.back();
      bool continues = block.shortcut;
      block.stage = last.stage + !continues;
      block.position = continues ? last.position + 1 : 0;
    }
    channels = block.width;
    network.blocks.push_back(std::move(block));
  }
  if (network.blocks.empty())
    root["blocks"].expect("at least one block");
  readHead(network, channels);
  return network;
}

llvm::Expected<StaticNetwork> ofa::readConfiguration(StringRef path) {
  SmallString<128> netPath(path), runPath(path);
  if (llvm::sys::fs::is_directory(path))
    llvm::sys::path::append(netPath, "net.config");
  else
    llvm::sys::path::remove_filename(runPath);
  llvm::sys::path::append(runPath, "run.config");

  llvm::Expected<JsonFile> net = JsonFile::read(netPath);
  if (!net)
    return net.takeError();
  StaticNetwork network = Reader(JsonNode(*net, &net->getRoot(), "")).read();
  if (llvm::Error error = net->takeError())
    return error;

  llvm::Expected<JsonFile> run = JsonFile::read(runPath);
  if (!run)
    return run.takeError();
  JsonNode size = JsonNode(*run, &run->getRoot(), "")["image_size"];
  network.resolutionPlace = "run.config: " + size.getPlace();
  network.resolution = size.getInteger(1, kLargestResolution);
  if (llvm::Error error = run->takeError())
    return error;
  return network;
}
