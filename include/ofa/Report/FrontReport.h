//===- FrontReport.h - A Pareto front as table, JSON, picture ---*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_REPORT_FRONTREPORT_H
#define OFA_REPORT_FRONTREPORT_H

#include <string>
#include <vector>

namespace mlir::ofa {

struct FrontPoint {
  double x = 0;       ///< The cost, in `FrontReport::xUnit`.
  double y = 0;       ///< In `FrontReport::yUnit`.
  std::string subnet; ///< As `subnet=` takes it.
  /// What else is known, in the order of `FrontReport::columns`.
  std::vector<double> others;
};

struct FrontReport {
  std::string title;
  std::string xName, xUnit; ///< Such as `latency` and `ms`.
  std::string yName, yUnit; ///< Such as `predicted accuracy` and `%`.
  /// Names of the other figures, with units, such as `SRAM (bytes)`.
  std::vector<std::string> columns;
  std::vector<FrontPoint> points; ///< By ascending x.
};

/// Columns of text, a line for each point.
std::string printFrontTable(const FrontReport &report);
/// An object with `title`, `x`, `y` and `points`.
std::string printFrontJson(const FrontReport &report);
/// A picture for browsers and documents, without scripts or other files; points
/// say their figures when the mouse rests on them.
std::string printFrontSvg(const FrontReport &report);

} // namespace mlir::ofa

#endif // OFA_REPORT_FRONTREPORT_H
