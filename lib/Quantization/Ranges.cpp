//===- Ranges.cpp - From measured values to scales ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Quantization/Ranges.h"
#include "llvm/ADT/StringSwitch.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace mlir;
using namespace mlir::ofa;

std::optional<RangeMethod> ofa::symbolizeRangeMethod(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<RangeMethod>>(name)
      .Case("minmax", RangeMethod::MinMax)
      .Case("percentile", RangeMethod::Percentile)
      .Case("mse", RangeMethod::MeanSquaredError)
      .Default(std::nullopt);
}

namespace {
constexpr int kBins = 8192;

/// How many values other than zero lie in each of equal parts of a range. Zero
/// is left out because every int8 range has it exactly: it cannot err.
class Histogram {
public:
  Histogram(llvm::ArrayRef<llvm::ArrayRef<float>> arrays, RealRange range)
      : range(range), counts(kBins) {
    double bins = kBins / (range.max - range.min);
    for (llvm::ArrayRef<float> values : arrays)
      for (float value : values)
        if (value != 0) {
          int bin = int((value - range.min) * bins);
          ++counts[std::min(bin, kBins - 1)];
        }
    for (int64_t count : counts)
      total += count;
  }

  /// The middle of a bin.
  double getCentre(int bin) const {
    return range.min + (bin + 0.5) * ((range.max - range.min) / kBins);
  }

  RealRange dropTails(double fraction) const;
  RealRange minimizeError() const;

private:
  RealRange range;
  std::vector<int64_t> counts;
  int64_t total = 0;
};
} // namespace

/// What remains when at most `fraction` of the values are cut at each end.
RealRange Histogram::dropTails(double fraction) const {
  int64_t budget = int64_t(double(total) * fraction);
  int low = 0, high = kBins - 1;
  for (int64_t cut = counts[low]; low < high && cut <= budget;)
    cut += counts[++low];
  for (int64_t cut = counts[high]; high > low && cut <= budget;)
    cut += counts[--high];
  double width = (range.max - range.min) / kBins;
  return {std::min(range.min + low * width, 0.0),
          std::max(range.min + (high + 1) * width, 0.0)};
}

/// Tries parts of the lower and of the upper half. Inside, the error is a
/// step's uniform noise; outside, the distance to the bound. Sums over the
/// values beyond a bound make each try cheap.
RealRange Histogram::minimizeError() const {
  constexpr int kTries = 64;
  struct Tail {
    double bound, error;
    int64_t count;
  };
  auto makeTails = [&](double end, auto isBeyond) {
    std::vector<Tail> tails;
    for (int i = 1; i <= kTries; ++i) {
      Tail tail = {end * i / kTries, 0, 0};
      for (int bin = 0; bin != kBins; ++bin) {
        double centre = getCentre(bin);
        if (!isBeyond(centre, tail.bound))
          continue;
        tail.error +=
            double(counts[bin]) * (centre - tail.bound) * (centre - tail.bound);
        tail.count += counts[bin];
      }
      tails.push_back(tail);
    }
    return tails;
  };
  auto below = [](double x, double bound) { return x < bound; };
  auto above = [](double x, double bound) { return x > bound; };
  double smallest = std::numeric_limits<double>::infinity();
  RealRange best = range;
  std::vector<Tail> highTails = makeTails(range.max, above);
  for (const Tail &low : makeTails(range.min, below))
    for (const Tail &high : highTails) {
      double step = (high.bound - low.bound) / 255;
      double error = low.error + high.error +
                     double(total - low.count - high.count) * step * step / 12;
      // A tie goes to the wider range, which comes later.
      if (error <= smallest) {
        smallest = error;
        best = {low.bound, high.bound};
      }
    }
  return best;
}

std::optional<RealRange>
ofa::chooseRange(llvm::ArrayRef<llvm::ArrayRef<float>> arrays,
                 RangeMethod method) {
  RealRange range;
  for (llvm::ArrayRef<float> values : arrays)
    for (float value : values) {
      if (!std::isfinite(value))
        return std::nullopt;
      range.min = std::min(range.min, double(value));
      range.max = std::max(range.max, double(value));
    }
  if (method == RangeMethod::MinMax || range.min == range.max)
    return range;
  Histogram histogram(arrays, range);
  return method == RangeMethod::Percentile ? histogram.dropTails(1e-4)
                                           : histogram.minimizeError();
}

QuantizedScale ofa::chooseScale(RealRange range, double smallestScale) {
  double width = range.max - range.min;
  // A float must hold the scale, and the kernels divide by it.
  double smallest = std::max(smallestScale, 0x1p-100);
  double scale =
      width == 0 ? std::max(1.0, smallest) : std::max(width / 255, smallest);
  float rounded = float(scale);
  if (rounded < smallest)
    rounded = std::nextafter(rounded, std::numeric_limits<float>::infinity());
  double zeroPoint = std::round(-128 - range.min / double(rounded));
  return {double(rounded), int32_t(std::clamp(zeroPoint, -128.0, 127.0))};
}
