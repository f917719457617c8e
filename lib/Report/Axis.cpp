//===- Axis.cpp - What pictures are made of ---------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Axis.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>

using namespace mlir::ofa;

/// 1, 2 or 5 times a power of ten, so that there are at least four steps.
static double chooseStep(double span) {
  double power = std::pow(10, std::floor(std::log10(span)));
  for (double factor : {1.0, 0.5, 0.2})
    if (span >= 4 * factor * power)
      return factor * power;
  return 0.1 * power;
}

Axis::Axis(double least, double most, double from, double to)
    : from(from), to(to) {
  step =
      chooseStep(most > least ? most - least : std::max(std::abs(most), 1.0));
  low = std::floor(least / step) * step;
  high = std::ceil(most / step) * step;
  if (!(high > low))
    high = low + step;
}

unsigned Axis::getSteps() const {
  return static_cast<unsigned>(std::lround((high - low) / step));
}

std::string Axis::printTick(unsigned tick) const {
  int digits = std::max(0, static_cast<int>(-std::floor(std::log10(step))));
  return llvm::formatv("{0}", llvm::format("%.*f", digits, low + tick * step))
      .str();
}

std::string mlir::ofa::escapeMarkup(const std::string &text) {
  std::string result;
  for (char c : text)
    result += c == '<'   ? "&lt;"
              : c == '>' ? "&gt;"
              : c == '&' ? "&amp;"
                         : std::string(1, c);
  return result;
}
