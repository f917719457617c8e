//===- Initialize.cpp - First values of parameters ------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/Initialize.h"

#include "ofa/Data/Random.h"

#include <cmath>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

/// Variance 1, by the sum of twelve uniform numbers: needs no function that
/// differs between mathematics libraries.
static float drawNormal(Random &random) {
  float sum = 0;
  for (int i = 0; i < 12; ++i)
    sum += random.uniform();
  return sum - 6;
}

void mlir::ofa::training::initializeParameter(Parameter &parameter,
                                              bool isDepthwise, uint64_t seed,
                                              size_t index) {
  const std::vector<int64_t> &shape = parameter.shape;
  parameter.data.assign(static_cast<size_t>(parameter.getNumElements()), 0);
  switch (parameter.role) {
  case ParameterRole::Bias:
    return;
  case ParameterRole::Transform:
    for (int64_t i = 0; i < shape[0]; ++i)
      parameter.data[i * shape[0] + i] = 1;
    return;
  case ParameterRole::BatchNorm:
    for (int64_t c = 0; c < shape[1]; ++c)
      parameter.data[c] = parameter.data[3 * shape[1] + c] = 1;
    return;
  case ParameterRole::Weight:
    break;
  }
  float deviation = 0.01f;
  if (shape.size() == 4) {
    int64_t window = shape[1] * shape[2];
    int64_t fan = isDepthwise ? window : shape[0] * window;
    deviation = std::sqrt(2.0f / static_cast<float>(fan));
  }
  Random random({seed, /*purpose=*/5, index});
  for (float &value : parameter.data)
    value = deviation * drawNormal(random);
}
