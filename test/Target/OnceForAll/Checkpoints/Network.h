//===- Network.h - Once-for-All's networks, for comparison ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Written after the publication, for LibTorch and without a part of the
// compiler: names and shapes of the tensors, and what a subnet computes with
// them.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TEST_TARGET_ONCEFORALL_NETWORK_H
#define OFA_TEST_TARGET_ONCEFORALL_NETWORK_H

#include "TorchFiles.h"

#include <map>
#include <sstream>

struct Stage {
  int64_t width, stride, depth;
  std::string act;
  bool se;
};

/// A supernet of seeded weights, and one subnet of it.
class Network {
public:
  /// `older` is the spelling of the first files that were published.
  Network(const std::string &family, double width, bool older);

  void makeWeights();
  /// The logits of an image [1, 3, height, width]; collects the subnet's own
  /// tensors and, of MBConv networks, its configuration.
  torch::Tensor run(torch::Tensor image);

  Tensors supernet, subnet;
  /// As ofa-run and ofa-opt read it.
  std::string choices = "largest,resolution=128";
  std::ostringstream config;

private:
  static int64_t divisible(double channels);
  std::string block(int index) const;

  // Weights.
  void addConv(const std::string &name, at::IntArrayRef shape);
  void addNorm(const std::string &name, int64_t channels);
  /// A module in a module, as elastic layers are.
  void addElastic(const std::string &name, at::IntArrayRef shape, int64_t norm);
  void addPlain(const std::string &name, at::IntArrayRef shape, int64_t norm);
  void makeMBConvWeights();
  void makeResNetWeights();

  // Forward.
  torch::Tensor get(const std::string &name);
  torch::Tensor norm(torch::Tensor x, const std::string &from,
                     const std::string &to);
  torch::Tensor layer(torch::Tensor x, const std::string &from,
                      const std::string &to, torch::Tensor weight,
                      int64_t stride, int64_t groups, const std::string &act);
  torch::Tensor kernel(const std::string &name, int64_t channels, int64_t size);
  torch::Tensor squeezeExcite(torch::Tensor x, const std::string &name);
  torch::Tensor runMBConv(torch::Tensor x);
  torch::Tensor runBlock(torch::Tensor x, int index, const Stage &stage,
                         int64_t stride, int64_t size, int64_t expand);
  torch::Tensor runResNet(torch::Tensor x);
  void choose(const std::string &name, double value);
  void configLayer(const std::string &name, int64_t in, int64_t out,
                   int64_t size, int64_t stride, const std::string &act,
                   bool hasNorm);

  std::string family;
  double width, epsilon;
  bool older;
  std::vector<Stage> stages;
  std::map<std::string, torch::Tensor> byName;
};

torch::Tensor activate(torch::Tensor x, const std::string &act);

#endif // OFA_TEST_TARGET_ONCEFORALL_NETWORK_H
