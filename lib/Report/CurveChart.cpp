//===- CurveChart.cpp - Curves over a common axis ---------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Report/CurveChart.h"
#include "Axis.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>

using namespace mlir::ofa;

static constexpr const char *dashes[] = {"none", "7 4", "2 3", "9 3 2 3"};
/// More points than this are a line alone.
static constexpr size_t mostDots = 100;

std::string mlir::ofa::getChartStyle() {
  // Colours that the colour-blind tell apart (Okabe and Ito), lighter on dark.
  return R"(:root { color-scheme: light dark; --paper: #fff; --ink: #222;
  --pale: #ddd; --c0: #0072b2; --c1: #d55e00; --c2: #00805f; --c3: #a8527f; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181c; --ink: #ddd;
  --pale: #3a3f47; --c0: #56b4e9; --c1: #f0954a; --c2: #3cc79b; --c3: #dd8fbd; } }
body { background: var(--paper); color: var(--ink); margin: 2em auto;
  max-width: 60em; padding: 0 1em; font: 15px/1.5 sans-serif; }
table { border-collapse: collapse; margin: 1em 0; }
td, th { border-bottom: 1px solid var(--pale); padding: .2em .8em .2em 0;
  text-align: left; font-weight: normal; vertical-align: top; }
svg { display: block; width: 100%; margin: 1.5em 0; font: 13px sans-serif; }
svg text { fill: var(--ink); }
svg .grid { stroke: var(--pale); }
svg .part { stroke: var(--ink); stroke-dasharray: 3 3; opacity: .6; }
svg .c0 { stroke: var(--c0); } svg .c1 { stroke: var(--c1); }
svg .c2 { stroke: var(--c2); } svg .c3 { stroke: var(--c3); }
svg path { fill: none; stroke-width: 1.8; }
svg circle { fill: var(--paper); stroke-width: 1.5; }
)";
}

namespace {
/// Writes the elements of one chart.
class Drawing {
public:
  explicit Drawing(const CurveChart &chart);
  std::string print();

private:
  static Axis chooseX(const CurveChart &chart);
  static Axis chooseY(const CurveChart &chart);
  void drawAxes();
  void drawParts();
  void drawCurve(const Curve &curve);
  void drawLegend();
  void line(double x1, double y1, double x2, double y2, const char *style);
  void label(double x, double y, const char *anchor, const std::string &words);

  static constexpr double width = 860, height = 380;
  static constexpr double left = 70, right = 640, top = 70, bottom = 325;
  const CurveChart &chart;
  Axis x, y;
  std::string text;
};
} // namespace

Axis Drawing::chooseX(const CurveChart &chart) {
  double most = chart.xEnd;
  for (const Curve &curve : chart.curves)
    for (auto [px, py] : curve.points)
      most = std::max(most, px);
  return Axis(0, most > 0 ? most : 1, left, right);
}

Axis Drawing::chooseY(const CurveChart &chart) {
  double least = INFINITY, most = -INFINITY;
  for (const Curve &curve : chart.curves)
    for (auto [px, py] : curve.points) {
      least = std::min(least, py);
      most = std::max(most, py);
    }
  return least <= most ? Axis(least, most, bottom, top)
                       : Axis(0, 1, bottom, top);
}

Drawing::Drawing(const CurveChart &chart)
    : chart(chart), x(chooseX(chart)), y(chooseY(chart)) {}

void Drawing::line(double x1, double y1, double x2, double y2,
                   const char *style) {
  text += llvm::formatv("<line class=\"{4}\" x1=\"{0:f1}\" y1=\"{1:f1}\" "
                        "x2=\"{2:f1}\" y2=\"{3:f1}\"/>\n",
                        x1, y1, x2, y2, style)
              .str();
}

void Drawing::label(double px, double py, const char *anchor,
                    const std::string &words) {
  text += llvm::formatv("<text x=\"{0:f1}\" y=\"{1:f1}\" text-anchor=\"{2}\">"
                        "{3}</text>\n",
                        px, py, anchor, escapeMarkup(words))
              .str();
}

void Drawing::drawAxes() {
  for (unsigned tick = 0; tick <= x.getSteps(); ++tick) {
    double at = x.place(x.low + tick * x.step);
    line(at, y.from, at, y.to, "grid");
    label(at, y.from + 20, "middle", x.printTick(tick));
  }
  for (unsigned tick = 0; tick <= y.getSteps(); ++tick) {
    double at = y.place(y.low + tick * y.step);
    line(x.from, at, x.to, at, "grid");
    label(x.from - 8, at + 4, "end", y.printTick(tick));
  }
  label((x.from + x.to) / 2, height - 12, "middle", chart.xName);
  text += llvm::formatv("<text transform=\"translate(18 {0:f1}) rotate(-90)\" "
                        "text-anchor=\"middle\">{1}</text>\n",
                        (y.from + y.to) / 2, escapeMarkup(chart.yName))
              .str();
}

void Drawing::drawParts() {
  // Names of short parts go into a second row; `free` is where a row has room.
  double free[2] = {0, 0};
  for (const auto &[begin, name] : chart.parts) {
    double at = x.place(begin);
    if (begin > 0)
      line(at, y.from, at, y.to, "part");
    for (int row : {0, 1}) {
      if (at < free[row])
        continue;
      label(at, y.to - 8 - 16 * row, "start", name);
      free[row] = at + 12 + 7 * static_cast<double>(name.size());
      break;
    }
  }
}

void Drawing::drawCurve(const Curve &curve) {
  std::string path;
  for (auto [px, py] : curve.points)
    path += llvm::formatv("{0}{1:f1} {2:f1}", path.empty() ? "M" : "L",
                          x.place(px), y.place(py))
                .str();
  unsigned color = curve.color % 4;
  if (curve.points.size() > 1)
    text += llvm::formatv(
                "<path class=\"c{0}\" stroke-dasharray=\"{1}\" d=\"{2}\"/>\n",
                color, dashes[curve.dash % 4], path)
                .str();
  if (curve.points.size() > mostDots)
    return;
  for (auto [px, py] : curve.points)
    text +=
        llvm::formatv("<circle class=\"c{0}\" cx=\"{1:f1}\" cy=\"{2:f1}\" "
                      "r=\"2.5\"><title>{3}: {4} at {5}</title></circle>\n",
                      color, x.place(px), y.place(py), escapeMarkup(curve.name),
                      llvm::format("%.5g", py), llvm::format("%.5g", px))
            .str();
}

void Drawing::drawLegend() {
  double at = top + 8;
  for (const Curve &curve : chart.curves) {
    text += llvm::formatv("<path class=\"c{0}\" stroke-dasharray=\"{1}\" "
                          "d=\"M{2:f1} {3:f1}h34\"/>\n",
                          curve.color % 4, dashes[curve.dash % 4], right + 18,
                          at - 4)
                .str();
    label(right + 60, at, "start", curve.name);
    at += 21;
  }
}

std::string Drawing::print() {
  text =
      llvm::formatv("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
                    "{0} {1}\" role=\"img\">\n<title>{2}</title>\n"
                    "<text x=\"{3}\" y=\"24\" font-size=\"17\">{2}</text>\n",
                    width, height, escapeMarkup(chart.title), left)
          .str();
  drawAxes();
  drawParts();
  for (const Curve &curve : chart.curves)
    drawCurve(curve);
  drawLegend();
  return text + "</svg>\n";
}

std::string mlir::ofa::printCurveSvg(const CurveChart &chart) {
  return Drawing(chart).print();
}
