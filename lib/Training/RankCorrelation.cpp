//===- RankCorrelation.cpp - How alike two orders are ---------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/RankCorrelation.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>
#include <cmath>
#include <vector>

using namespace mlir::ofa::training;

/// Ranks from 0; equal values share the mean of theirs.
static std::vector<double> getRanks(llvm::ArrayRef<double> values) {
  std::vector<size_t> order(values.size());
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  llvm::sort(order, [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    for (end = begin + 1;
         end < order.size() && values[order[end]] == values[order[begin]];)
      ++end;
    for (size_t i = begin; i < end; ++i)
      ranks[order[i]] = static_cast<double>(begin + end - 1) / 2;
  }
  return ranks;
}

/// `sum` over the geometric mean of two sums that are zero only where it is.
static double normalise(double sum, double ofA, double ofB) {
  return ofA > 0 && ofB > 0 ? sum / std::sqrt(ofA * ofB) : 0;
}

double mlir::ofa::training::computeSpearman(llvm::ArrayRef<double> a,
                                            llvm::ArrayRef<double> b) {
  assert(a.size() == b.size() && "pairs");
  std::vector<double> ranksA = getRanks(a), ranksB = getRanks(b);
  double mean = (static_cast<double>(a.size()) - 1) / 2;
  double both = 0, ofA = 0, ofB = 0;
  for (auto [x, y] : llvm::zip(ranksA, ranksB)) {
    both += (x - mean) * (y - mean);
    ofA += (x - mean) * (x - mean);
    ofB += (y - mean) * (y - mean);
  }
  return normalise(both, ofA, ofB);
}

double mlir::ofa::training::computeKendall(llvm::ArrayRef<double> a,
                                           llvm::ArrayRef<double> b) {
  assert(a.size() == b.size() && "pairs");
  auto getSign = [](double x, double y) { return (x < y) - (y < x); };
  double both = 0, ofA = 0, ofB = 0;
  for (size_t i = 0; i < a.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      int signA = getSign(a[i], a[j]), signB = getSign(b[i], b[j]);
      both += signA * signB;
      ofA += signA != 0;
      ofB += signB != 0;
    }
  return normalise(both, ofA, ofB);
}
