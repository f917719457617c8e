//===- DistillationTest.cpp -----------------------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Distillation.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir::ofa::training;

static std::vector<double> getProbabilities(const std::vector<double> &logits) {
  double sum = 0;
  for (double logit : logits)
    sum += std::exp(logit);
  std::vector<double> result;
  for (double logit : logits)
    result.push_back(std::exp(logit) / sum);
  return result;
}

/// The divergence by its definition, without clipping.
static double getDivergence(const std::vector<double> &p,
                            const std::vector<double> &logits) {
  std::vector<double> q = getProbabilities(logits);
  double forward = 0, backward = -0.5;
  for (size_t i = 0; i < p.size(); ++i) {
    forward += p[i] * std::log(p[i] / q[i]);
    backward += q[i] * q[i] / p[i] / 2;
  }
  return std::max(forward, backward);
}

static std::vector<float> getGradient(const std::vector<double> &p,
                                      const std::vector<double> &logits) {
  int64_t count = static_cast<int64_t>(p.size());
  at::Tensor teacher = at::empty({1, count}), student = at::empty({1, count});
  for (int64_t i = 0; i < count; ++i) {
    teacher[0][i] = std::log(p[i]);
    student[0][i] = logits[i];
  }
  student.set_requires_grad(true);
  makeAdaptiveLoss(teacher, at::log_softmax(student, 1)).backward();
  at::Tensor gradient = student.grad().contiguous();
  return std::vector<float>(gradient.data_ptr<float>(),
                            gradient.data_ptr<float>() + count);
}

TEST(Distillation, AdaptiveGradientIsThatOfTheLargerDivergence) {
  const std::vector<std::vector<double>> students = {
      {0.1, 0.5, -0.3, 0.2}, {0.9, -0.4, 0.1, 0.3}, {-0.6, 0.6, 0.7, 0}};
  const std::vector<std::vector<double>> teachers = {
      {0.3, 0.2, 0.1, 0.4}, {0.25, 0.25, 0.4, 0.1}, {0.4, 0.3, 0.2, 0.1}};
  for (const std::vector<double> &p : teachers)
    for (const std::vector<double> &logits : students) {
      std::vector<float> gradient = getGradient(p, logits);
      for (size_t i = 0; i < logits.size(); ++i) {
        std::vector<double> more = logits, less = logits;
        more[i] += 1e-5;
        less[i] -= 1e-5;
        EXPECT_NEAR(gradient[i],
                    (getDivergence(p, more) - getDivergence(p, less)) / 2e-5,
                    1e-4);
      }
    }
}

TEST(Distillation, AdaptiveGradientIsClipped) {
  // The subnet all but rules out what the teacher is sure of: p / q is e^12.
  std::vector<float> gradient = getGradient({0.9999, 0.0001}, {-12, 0});
  // -q min(p / q, 5) + q times the sum of all weights, with the first q =
  // e^-12.
  double q = 1 / (1 + std::exp(12.0));
  EXPECT_NEAR(gradient[0], -5 * q + q * (5 * q + 0.0001), 1e-7);
}
