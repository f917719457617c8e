//===- CurveChart.h - Curves over a common axis -----------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_REPORT_CURVECHART_H
#define OFA_REPORT_CURVECHART_H

#include <string>
#include <utility>
#include <vector>

namespace mlir::ofa {

struct Curve {
  std::string name;
  unsigned color = 0; ///< Of four; related curves may share one.
  unsigned dash = 0;  ///< Of four; 0 is a whole line.
  std::vector<std::pair<double, double>> points; ///< By ascending x.
};

struct CurveChart {
  std::string title;
  std::string xName, yName; ///< With their units.
  std::vector<Curve> curves;
  /// Where parts of the x axis begin, and their names.
  std::vector<std::pair<double, std::string>> parts;
  double xEnd = 0; ///< The x axis goes from 0 at least to here.
};

/// An `svg` element for a page that has getChartStyle(); points say their
/// figures when the mouse rests on them.
std::string printCurveSvg(const CurveChart &chart);

/// CSS for charts and the page around them, on light and dark screens.
std::string getChartStyle();

/// Text for XML and HTML.
std::string escapeMarkup(const std::string &text);

} // namespace mlir::ofa

#endif // OFA_REPORT_CURVECHART_H
