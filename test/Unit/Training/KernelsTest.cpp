//===- KernelsTest.cpp - Training kernels against plain definitions -------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "ofa/Data/Random.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

static std::vector<float> draw(int64_t count, uint64_t key) {
  Random random({key});
  std::vector<float> values(count);
  for (float &value : values)
    value = random.uniform() * 2 - 1;
  return values;
}

static void expectNear(const std::vector<float> &actual,
                       const std::vector<double> &expected, double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i)
    ASSERT_NEAR(actual[i], expected[i], tolerance) << "element " << i;
}

/// Calls `visit(output, input, weight)` with the positions of every product.
template <typename Visit>
static void forEachProduct(const DepthwiseShape &s, Visit visit) {
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t y = 0; y < s.outHeight; ++y)
      for (int64_t x = 0; x < s.outWidth; ++x)
        for (int64_t ky = 0; ky < s.kernel; ++ky)
          for (int64_t kx = 0; kx < s.kernel; ++kx) {
            int64_t iy = y * s.strideY + ky - s.padTop;
            int64_t ix = x * s.strideX + kx - s.padLeft;
            if (iy < 0 || iy >= s.height || ix < 0 || ix >= s.width)
              continue;
            for (int64_t c = 0; c < s.channels; ++c)
              visit(((n * s.outHeight + y) * s.outWidth + x) * s.channels + c,
                    ((n * s.height + iy) * s.width + ix) * s.channels + c,
                    (ky * s.kernel + kx) * s.channels + c);
          }
}

static void checkDepthwise(const KernelTable &kernels, DepthwiseShape s) {
  int64_t inputs = s.batch * s.height * s.width * s.channels;
  int64_t outputs = s.batch * s.outHeight * s.outWidth * s.channels;
  int64_t weights = s.kernel * s.kernel * s.channels;
  std::vector<float> input = draw(inputs, 1), weight = draw(weights, 2);
  std::vector<float> gradient = draw(outputs, 3);
  std::vector<float> output(outputs), inputGradient(inputs),
      weightGradient(weights);
  kernels.forFloat.depthwiseForward(s, input.data(), weight.data(),
                                    output.data());
  kernels.forFloat.depthwiseBackwardInput(s, gradient.data(), weight.data(),
                                          inputGradient.data());
  kernels.forFloat.depthwiseBackwardWeight(s, input.data(), gradient.data(),
                                           weightGradient.data());
  std::vector<double> expectedOutput(outputs), expectedInput(inputs),
      expectedWeight(weights);
  forEachProduct(s, [&](int64_t o, int64_t i, int64_t w) {
    expectedOutput[o] += double(input[i]) * weight[w];
    expectedInput[i] += double(gradient[o]) * weight[w];
    expectedWeight[w] += double(gradient[o]) * input[i];
  });
  expectNear(output, expectedOutput, 1e-4);
  expectNear(inputGradient, expectedInput, 1e-4);
  expectNear(weightGradient, expectedWeight, 1e-3);
}

TEST(Kernels, Depthwise) {
  for (const KernelTable *kernels : {&getKernels(), &getPortableKernels()})
    for (int64_t kernel : {1, 2, 3, 5, 7, 9})
      for (int64_t stride : {1, 2, 3})
        for (int64_t channels : {1, 13, 24, 40})
          for (int64_t pad : {int64_t(0), kernel / 2}) {
            DepthwiseShape s;
            s.batch = 2;
            s.height = 11;
            s.width = 14;
            s.channels = channels;
            s.kernel = kernel;
            s.strideY = s.strideX = stride;
            s.padTop = pad;
            s.padLeft = pad;
            s.outHeight = (s.height + 2 * pad - kernel) / stride + 1;
            s.outWidth = (s.width + 2 * pad - kernel) / stride + 1;
            SCOPED_TRACE(std::string(kernels->name) + " kernel " +
                         std::to_string(kernel) + " stride " +
                         std::to_string(stride) + " channels " +
                         std::to_string(channels) + " pad " +
                         std::to_string(pad));
            checkDepthwise(*kernels, s);
          }
}

TEST(Kernels, DepthwiseWithUnequalSides) {
  DepthwiseShape s{/*batch=*/1,  /*height=*/9,  /*width=*/6,
                   /*channels=*/8, /*kernel=*/5,  /*strideY=*/2,
                   /*strideX=*/1,  /*padTop=*/1,  /*padLeft=*/3,
                   /*outHeight=*/4, /*outWidth=*/6};
  checkDepthwise(getKernels(), s);
}

static double activate(double z, Activation activation) {
  switch (activation) {
  case Activation::None:
    return z;
  case Activation::Relu:
    return std::max(z, 0.0);
  case Activation::Relu6:
    return std::min(std::max(z, 0.0), 6.0);
  case Activation::HardSwish:
    return z * std::min(std::max(z + 3, 0.0), 6.0) / 6;
  }
  return 0;
}

/// Sum of output times gradient, whose derivatives are what backward computes.
static double project(const std::vector<double> &input,
                      const std::vector<double> &scale,
                      const std::vector<double> &offset,
                      const std::vector<float> &gradient, int64_t rows,
                      int64_t channels, double epsilon, Activation activation) {
  double sum = 0;
  for (int64_t c = 0; c < channels; ++c) {
    double mean = 0, variance = 0;
    for (int64_t r = 0; r < rows; ++r)
      mean += input[r * channels + c] / rows;
    for (int64_t r = 0; r < rows; ++r)
      variance += std::pow(input[r * channels + c] - mean, 2) / rows;
    for (int64_t r = 0; r < rows; ++r)
      sum += gradient[r * channels + c] *
             activate((input[r * channels + c] - mean) /
                              std::sqrt(variance + epsilon) * scale[c] +
                          offset[c],
                      activation);
  }
  return sum;
}

TEST(Kernels, RoundsToInt8) {
  for (const KernelTable *kernels : {&getKernels(), &getPortableKernels()}) {
    // -1, -0.5, 0, 0.5, 1... steps, halves away from zero, beyond both ends.
    const float scale = 0.25f;
    const int32_t zeroPoint = -100;
    std::vector<float> input, output(1000);
    for (int i = 0; i < 1000; ++i)
      input.push_back((i - 500) * 0.5f * scale);
    kernels->roundToInt8(input.data(), 1000, scale, zeroPoint, output.data());
    for (int i = 0; i < 1000; ++i) {
      double q = std::round(double(input[i]) / scale) + zeroPoint;
      q = std::min(std::max(q, -128.0), 127.0);
      EXPECT_EQ(output[i], (q - zeroPoint) * scale) << "element " << i;
    }
  }
}

// 150 rows are more than a block of sums.
TEST(Kernels, BatchNormGradientsEqualDifferences) {
  const int64_t rows = 150, channels = 27;
  const double step = 1e-6;
  for (const KernelTable *kernels : {&getKernels(), &getPortableKernels()})
    for (Activation activation : {Activation::None, Activation::Relu,
                                  Activation::Relu6, Activation::HardSwish}) {
      std::vector<float> input = draw(rows * channels, 1);
      std::vector<float> scale = draw(channels, 2), offset = draw(channels, 3);
      for (float &value : scale)
        value *= 4;
      std::vector<float> gradient = draw(rows * channels, 4);
      std::vector<float> output(rows * channels), mean(channels),
          variance(channels), inverse(channels), dInput(rows * channels),
          dScale(channels), dOffset(channels);
      kernels->forFloat.batchNormForward(input.data(), rows, channels,
                                         scale.data(), offset.data(), 1e-3f,
                                         activation, output.data(), mean.data(),
                                         variance.data(), inverse.data());
      kernels->forFloat.batchNormBackward(
          input.data(), gradient.data(), rows, channels, scale.data(),
          offset.data(), mean.data(), inverse.data(), activation, dInput.data(),
          dScale.data(), dOffset.data());
      std::vector<double> x(input.begin(), input.end()),
          s(scale.begin(), scale.end()), o(offset.begin(), offset.end());
      auto value = [&] {
        return project(x, s, o, gradient, rows, channels, 1e-3, activation);
      };
      double direct = 0;
      for (int64_t i = 0; i < rows * channels; ++i)
        direct += double(output[i]) * gradient[i];
      EXPECT_NEAR(direct, value(), 1e-3);
      auto derive = [&](double &place) {
        double old = place;
        place = old + step;
        double above = value();
        place = old - step;
        double below = value();
        place = old;
        return (above - below) / (2 * step);
      };
      for (int64_t i = 0; i < rows * channels; i += 37)
        EXPECT_NEAR(dInput[i], derive(x[i]), 2e-3);
      for (int64_t c = 0; c < channels; ++c) {
        EXPECT_NEAR(dScale[c], derive(s[c]), 2e-3);
        EXPECT_NEAR(dOffset[c], derive(o[c]), 2e-3);
      }
    }
}
