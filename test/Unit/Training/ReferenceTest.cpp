//===- ReferenceTest.cpp - Slices and kernel matrices ---------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestGraphs.h"
#include "ofa/Data/Random.h"
#include "ofa/Training/Trainer.h"

#include <gtest/gtest.h>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

static std::vector<float> drawImages(int64_t count) {
  Random random({17});
  std::vector<float> values(count);
  for (float &value : values)
    value = random.uniform() * 2 - 1;
  return values;
}

/// The published formula on one channel: 5x5 = M75 * vec(centre of the 7x7),
/// 3x3 = M53 * vec(centre of that 5x5).
static std::vector<double> shrink(const Graph &graph, int64_t channel,
                                  int64_t kernel) {
  const training::Node &node = graph.nodes[0];
  const std::vector<float> &weight = graph.parameters[node.weight].data;
  std::vector<double> current;
  for (int64_t i = 0; i < 49; ++i)
    current.push_back(weight[i * 3 + channel]);
  for (int64_t size = 7; size > kernel; size -= 2) {
    const std::vector<float> &matrix =
        graph.parameters[size == 7 ? node.transform7to5 : node.transform5to3]
            .data;
    int64_t next = size - 2;
    std::vector<double> centre;
    for (int64_t y = 1; y <= next; ++y)
      for (int64_t x = 1; x <= next; ++x)
        centre.push_back(current[y * size + x]);
    current.assign(next * next, 0);
    for (int64_t i = 0; i < next * next; ++i)
      for (int64_t j = 0; j < next * next; ++j)
        current[i] += matrix[i * next * next + j] * centre[j];
  }
  return current;
}

TEST(Reference, ElasticKernelFollowsTheFormula) {
  Graph graph = makeDepthwiseGraph(3);
  std::vector<float> image = drawImages(8 * 8 * 3);
  for (int position = 0; position < 3; ++position) {
    int64_t kernel = 3 + 2 * position;
    std::vector<float> scores = runReference(graph, {position}, image, 1);
    for (int64_t c = 0; c < 3; ++c) {
      std::vector<double> weight = shrink(graph, c, kernel);
      for (int64_t y = 0; y < 8; ++y)
        for (int64_t x = 0; x < 8; ++x) {
          double sum = 0;
          for (int64_t ky = 0; ky < kernel; ++ky)
            for (int64_t kx = 0; kx < kernel; ++kx) {
              int64_t iy = y + ky - kernel / 2, ix = x + kx - kernel / 2;
              if (iy >= 0 && iy < 8 && ix >= 0 && ix < 8)
                sum += weight[ky * kernel + kx] * image[(iy * 8 + ix) * 3 + c];
            }
          ASSERT_NEAR(scores[(y * 8 + x) * 3 + c], sum, 1e-5)
              << "kernel " << kernel;
        }
    }
  }
}

TEST(Reference, UnusedChannelsAndBlocksDoNotCount) {
  Graph graph = makeTestGraph(10, 4);
  std::vector<float> image = drawImages(8 * 8 * 3);
  Subnet smallest = graph.getSmallest();
  std::vector<float> before = runReference(graph, smallest, image, 1);
  // The first depthwise layer: channels beyond 24, and what only the second
  // block reads.
  for (const training::Node &node : graph.nodes) {
    if (node.kind != NodeKind::DepthwiseConv2D)
      continue;
    Parameter &weight = graph.parameters[node.weight];
    int64_t channels = weight.shape[3];
    int64_t active = channels == 48 ? 24 : 0;
    for (size_t i = 0; i < weight.data.size(); ++i)
      if (static_cast<int64_t>(i) % channels >= active)
        weight.data[i] = 1e6f;
  }
  EXPECT_EQ(before, runReference(graph, smallest, image, 1));
  Subnet deeper = smallest;
  deeper[1] = 1;
  std::vector<float> changed = runReference(graph, deeper, image, 1);
  EXPECT_NE(before, changed);
}

TEST(Reference, ImagesOfABatchDoNotMix) {
  Graph graph = makeTestGraph(10, 4);
  std::vector<float> images = drawImages(2 * 12 * 12 * 3);
  std::vector<float> both = runReference(graph, graph.getLargest(), images, 2);
  llvm::ArrayRef<float> second(images);
  std::vector<float> one = runReference(graph, graph.getLargest(),
                                        second.drop_front(12 * 12 * 3), 1);
  for (int i = 0; i < 10; ++i)
    EXPECT_NEAR(both[10 + i], one[i], 1e-5);
}
