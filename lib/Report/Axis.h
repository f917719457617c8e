//===- Axis.h - What pictures are made of -----------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_REPORT_AXIS_H
#define OFA_LIB_REPORT_AXIS_H

#include "ofa/Report/CurveChart.h"

namespace mlir::ofa {

/// One axis: its range in round steps, and where that lies in the picture.
struct Axis {
  double low, high, step;
  double from, to; ///< Pixels.

  Axis(double least, double most, double from, double to);
  double place(double value) const {
    return from + (value - low) / (high - low) * (to - from);
  }
  unsigned getSteps() const;
  std::string printTick(unsigned tick) const;
};

} // namespace mlir::ofa

#endif // OFA_LIB_REPORT_AXIS_H
