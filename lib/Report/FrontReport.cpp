//===- FrontReport.cpp - A Pareto front as table, JSON, picture -*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Report/FrontReport.h"
#include "Axis.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <algorithm>
#include <cmath>

using namespace mlir::ofa;

static std::string join(const std::string &name, const std::string &unit) {
  return unit.empty() ? name : name + " (" + unit + ")";
}

/// Digits enough for people.
static std::string printNumber(double value) {
  bool isWhole = value == std::floor(value) && std::abs(value) < 1e15;
  return isWhole ? std::to_string(static_cast<int64_t>(value))
                 : llvm::formatv("{0:f3}", value).str();
}

std::string mlir::ofa::printFrontTable(const FrontReport &report) {
  std::vector<std::vector<std::string>> rows = {
      {join(report.xName, report.xUnit), join(report.yName, report.yUnit)}};
  llvm::append_range(rows.front(), report.columns);
  for (const FrontPoint &point : report.points) {
    rows.push_back({printNumber(point.x), printNumber(point.y)});
    for (double value : point.others)
      rows.back().push_back(printNumber(value));
  }
  std::string text = report.title + "\n";
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t column = 0; column < rows[r].size(); ++column) {
      size_t width = 0;
      for (const auto &row : rows)
        width = std::max(width, row[column].size());
      text += std::string(2 + width - rows[r][column].size(), ' ') +
              rows[r][column];
    }
    text += "\n";
  }
  return text;
}

std::string mlir::ofa::printFrontJson(const FrontReport &report) {
  llvm::json::Array points;
  for (const FrontPoint &point : report.points) {
    llvm::json::Object entry{{report.xName, point.x},
                             {report.yName, point.y},
                             {"subnet", point.subnet}};
    for (auto [name, value] : llvm::zip(report.columns, point.others))
      entry[name] = value;
    points.push_back(std::move(entry));
  }
  llvm::json::Object object{
      {"title", report.title},
      {"x", llvm::json::Object{{"name", report.xName}, {"unit", report.xUnit}}},
      {"y", llvm::json::Object{{"name", report.yName}, {"unit", report.yUnit}}},
      {"points", std::move(points)}};
  return llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object))).str();
}

//===----------------------------------------------------------------------===//
// Picture
//===----------------------------------------------------------------------===//

std::string mlir::ofa::printFrontSvg(const FrontReport &report) {
  const double width = 760, height = 480;
  double least[2] = {INFINITY, INFINITY}, most[2] = {-INFINITY, -INFINITY};
  for (const FrontPoint &point : report.points) {
    least[0] = std::min(least[0], point.x);
    most[0] = std::max(most[0], point.x);
    least[1] = std::min(least[1], point.y);
    most[1] = std::max(most[1], point.y);
  }
  if (report.points.empty())
    least[0] = least[1] = 0, most[0] = most[1] = 1;
  Axis x(least[0], most[0], 80, width - 30);
  Axis y(least[1], most[1], height - 70, 60);

  std::string text =
      llvm::formatv(
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} "
          "{1}\" font-family=\"sans-serif\" font-size=\"13\">\n"
          "<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n"
          "<text x=\"80\" y=\"34\" font-size=\"17\">{2}</text>\n",
          width, height, escapeMarkup(report.title))
          .str();
  auto line = [&](double x1, double y1, double x2, double y2) {
    text += llvm::formatv("<line x1=\"{0:f1}\" y1=\"{1:f1}\" x2=\"{2:f1}\" "
                          "y2=\"{3:f1}\" stroke=\"#ddd\"/>\n",
                          x1, y1, x2, y2)
                .str();
  };
  auto label = [&](double px, double py, const char *anchor,
                   const std::string &words) {
    text += llvm::formatv("<text x=\"{0:f1}\" y=\"{1:f1}\" text-anchor=\"{2}\" "
                          "fill=\"#444\">{3}</text>\n",
                          px, py, anchor, escapeMarkup(words))
                .str();
  };
  for (unsigned tick = 0; tick <= x.getSteps(); ++tick) {
    double at = x.place(x.low + tick * x.step);
    line(at, y.from, at, y.to);
    label(at, y.from + 20, "middle", x.printTick(tick));
  }
  for (unsigned tick = 0; tick <= y.getSteps(); ++tick) {
    double at = y.place(y.low + tick * y.step);
    line(x.from, at, x.to, at);
    label(x.from - 8, at + 4, "end", y.printTick(tick));
  }
  label((x.from + x.to) / 2, height - 20, "middle",
        join(report.xName, report.xUnit));
  text += llvm::formatv("<text transform=\"translate(22 {0:f1}) rotate(-90)\" "
                        "text-anchor=\"middle\" fill=\"#444\">{1}</text>\n",
                        (y.from + y.to) / 2,
                        escapeMarkup(join(report.yName, report.yUnit)))
              .str();

  // What a budget buys is a staircase: between two points it is the left one.
  std::string path;
  for (const FrontPoint &point : report.points)
    path += path.empty()
                ? llvm::formatv("M{0:f1} {1:f1}", x.place(point.x),
                                y.place(point.y))
                      .str()
                : llvm::formatv("H{0:f1}V{1:f1}", x.place(point.x),
                                y.place(point.y))
                      .str();
  text += "<path d=\"" + path +
          "\" fill=\"none\" stroke=\"#2a6fb0\" stroke-width=\"1.5\"/>\n";
  for (const FrontPoint &point : report.points)
    text +=
        llvm::formatv(
            "<circle cx=\"{0:f1}\" cy=\"{1:f1}\" r=\"3.5\" fill=\"#2a6fb0\">"
            "<title>{2} {3}, {4} {5}\n{6}</title></circle>\n",
            x.place(point.x), y.place(point.y), printNumber(point.x),
            escapeMarkup(report.xUnit), printNumber(point.y),
            escapeMarkup(report.yUnit), escapeMarkup(point.subnet))
            .str();
  return text + "</svg>\n";
}
