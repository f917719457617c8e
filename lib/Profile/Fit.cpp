//===- Fit.cpp - Coefficients of kernels from a few measurements ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Profile/Fit.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// Least squares
//===----------------------------------------------------------------------===//

using Matrix = std::vector<std::vector<double>>;

/// Solves the symmetric system by Gauss's elimination with pivots; nothing if
/// it is singular to working precision.
static std::optional<std::vector<double>> solve(Matrix a,
                                                std::vector<double> b) {
  size_t n = b.size();
  for (size_t column = 0; column != n; ++column) {
    size_t pivot = column;
    for (size_t row = column; row != n; ++row)
      if (std::fabs(a[row][column]) > std::fabs(a[pivot][column]))
        pivot = row;
    // Columns have unit length, so that this is relative.
    if (std::fabs(a[pivot][column]) < 1e-12)
      return std::nullopt;
    std::swap(a[column], a[pivot]);
    std::swap(b[column], b[pivot]);
    for (size_t row = column + 1; row != n; ++row) {
      double factor = a[row][column] / a[column][column];
      for (size_t k = column; k != n; ++k)
        a[row][k] -= factor * a[column][k];
      b[row] -= factor * b[column];
    }
  }
  for (size_t row = n; row-- != 0;) {
    for (size_t k = row + 1; k != n; ++k)
      b[row] -= a[row][k] * b[k];
    b[row] /= a[row][row];
  }
  return b;
}

static double getSquareError(ArrayRef<std::vector<double>> rows,
                             ArrayRef<double> targets,
                             ArrayRef<double> solution) {
  double sum = 0;
  for (auto [row, target] : llvm::zip(rows, targets)) {
    double error = -target;
    for (auto [x, factor] : llvm::zip(row, solution))
      error += x * factor;
    sum += error * error;
  }
  return sum;
}

std::vector<double> ofa::solveNonNegative(ArrayRef<std::vector<double>> rows,
                                          ArrayRef<double> targets) {
  if (rows.empty())
    return {};
  size_t columns = rows.front().size();
  std::vector<double> length(columns);
  for (const std::vector<double> &row : rows)
    for (size_t column = 0; column != columns; ++column)
      length[column] += row[column] * row[column];
  for (double &x : length)
    x = std::sqrt(x);

  std::vector<double> best(columns, 0.0);
  double bestError = getSquareError(rows, targets, best);
  double tolerance = 1e-12 * bestError;
  std::vector<unsigned> subsets;
  for (unsigned subset = 1; subset < 1u << columns; ++subset)
    subsets.push_back(subset);
  llvm::stable_sort(subsets, [](unsigned a, unsigned b) {
    return llvm::popcount(a) < llvm::popcount(b);
  });
  for (unsigned subset : subsets) {
    std::vector<size_t> chosen;
    for (size_t column = 0; column != columns; ++column)
      if (subset >> column & 1)
        chosen.push_back(column);
    if (llvm::any_of(chosen, [&](size_t c) { return length[c] == 0; }))
      continue;
    Matrix normal(chosen.size(), std::vector<double>(chosen.size()));
    std::vector<double> right(chosen.size());
    for (auto [row, target] : llvm::zip(rows, targets))
      for (size_t i = 0; i != chosen.size(); ++i) {
        double x = row[chosen[i]] / length[chosen[i]];
        right[i] += x * target;
        for (size_t k = 0; k != chosen.size(); ++k)
          normal[i][k] += x * row[chosen[k]] / length[chosen[k]];
      }
    auto solved = solve(std::move(normal), std::move(right));
    if (!solved || llvm::any_of(*solved, [](double x) { return x < 0; }))
      continue;
    std::vector<double> solution(columns, 0.0);
    for (auto [column, x] : llvm::zip(chosen, *solved))
      solution[column] = x / length[column];
    double error = getSquareError(rows, targets, solution);
    if (error < bestError - tolerance) {
      bestError = error;
      best = solution;
    }
  }
  return best;
}

/// Samples per term below which a fit would follow the samples' accidents.
static constexpr size_t samplesPerTerm = 3;

KernelFit ofa::fitKernel(ArrayRef<FitSample> samples) {
  KernelFit fit;
  fit.samples = samples.size();
  if (samples.empty())
    return fit;
  // The terms of steps only where there is enough to tell them from others.
  size_t terms = samples.size() >= samplesPerTerm * NumKernelTerms
                     ? size_t(NumKernelTerms)
                     : size_t(StepTerm);
  Matrix rows;
  for (const FitSample &sample : samples) {
    std::vector<double> &row = rows.emplace_back();
    for (double amount : ArrayRef(sample.figures.work).take_front(terms))
      row.push_back(amount / sample.amount);
  }
  std::vector<double> targets(samples.size(), 1.0);
  std::vector<double> solution = solveNonNegative(rows, targets);
  llvm::copy(solution, fit.cycles.begin());
  fit.deviation = std::sqrt(getSquareError(rows, targets, solution) /
                            double(samples.size()));
  return fit;
}

//===----------------------------------------------------------------------===//
// Experimental design
//===----------------------------------------------------------------------===//

namespace {
/// The layers of one kind, some of them chosen.
class KindDesign {
public:
  void add(StringRef key, const LayerFigures &figures) {
    keys.push_back(key);
    std::vector<double> &point = points.emplace_back();
    for (double amount : figures.work)
      point.push_back(std::log(1 + amount));
    sizes.push_back(figures.work[MacTerm] + figures.work[OutputTerm]);
  }

  /// Chooses one more; nothing if all are chosen.
  std::optional<StringRef> chooseNext() {
    if (numChosen == keys.size())
      return std::nullopt;
    size_t next = 0;
    if (numChosen == 0) {
      distance.assign(keys.size(), std::numeric_limits<double>::infinity());
      next = std::min_element(sizes.begin(), sizes.end()) - sizes.begin();
    } else if (numChosen == 1) {
      next = std::max_element(sizes.begin(), sizes.end()) - sizes.begin();
      // If all are of one size, that is the one that is chosen already.
      if (distance[next] < 0)
        next = findFarthest();
    } else {
      next = findFarthest();
    }
    for (size_t i = 0; i != keys.size(); ++i)
      if (distance[i] >= 0)
        distance[i] = std::min(distance[i], measure(points[i], points[next]));
    distance[next] = -1;
    ++numChosen;
    return keys[next];
  }

private:
  size_t findFarthest() const {
    return std::max_element(distance.begin(), distance.end()) -
           distance.begin();
  }
  static double measure(ArrayRef<double> a, ArrayRef<double> b) {
    double sum = 0;
    for (auto [x, y] : llvm::zip(a, b))
      sum += (x - y) * (x - y);
    return sum;
  }

  std::vector<StringRef> keys;
  Matrix points;
  std::vector<double> sizes;
  /// To the nearest one that is chosen; -1 of those chosen.
  std::vector<double> distance;
  size_t numChosen = 0;
};
} // namespace

std::vector<std::string> ofa::chooseLayers(const LayerMap &layers,
                                           int64_t limit) {
  std::map<StringRef, KindDesign> kinds;
  for (const auto &[key, figures] : layers)
    kinds[figures.kind].add(key, figures);
  std::vector<std::string> chosen;
  for (bool more = true; more;) {
    more = false;
    for (auto &[kind, design] : kinds) {
      if (int64_t(chosen.size()) + 1 >= limit)
        break;
      if (std::optional<StringRef> key = design.chooseNext()) {
        chosen.push_back(key->str());
        more = true;
      }
    }
  }
  llvm::sort(chosen);
  return chosen;
}
