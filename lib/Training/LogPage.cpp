//===- LogPage.cpp - A run as a page with charts --------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainingLog.h"
#include "ofa/Report/CurveChart.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir::ofa;
using namespace mlir::ofa::training;

using TableRows = std::vector<std::pair<std::string, std::string>>;

static std::string printTable(const char *title, const TableRows &rows) {
  std::string text = llvm::formatv("<h2>{0}</h2>\n<table>\n", title);
  for (const auto &[name, value] : rows)
    text += llvm::formatv("<tr><th>{0}</th><td>{1}</td></tr>\n",
                          escapeMarkup(name), escapeMarkup(value))
                .str();
  return text + "</table>\n";
}

static std::string printValue(double value, const char *unit = "") {
  return llvm::formatv("{0}{1}", llvm::format("%.4g", value), unit);
}

/// Epochs of all phases before each.
static std::vector<double> getPhaseBegins(const Recipe &recipe) {
  std::vector<double> begins;
  double begin = 0;
  for (const Phase &phase : recipe.phases) {
    begins.push_back(begin);
    begin += phase.epochs;
  }
  return begins;
}

namespace {
/// Makes charts over the epochs of all phases together.
class Charts {
public:
  explicit Charts(const TrainingLog &log)
      : log(log), begins(getPhaseBegins(log.recipe)) {}

  CurveChart makeLosses() const;
  CurveChart makeAccuracies() const;
  CurveChart makeLearningRate() const;

private:
  CurveChart makeChart(const char *title, const char *yName) const;
  /// `get` gives a value, or nothing.
  template <typename Get>
  Curve makeCurve(std::string name, unsigned color, unsigned dash,
                  Get get) const {
    Curve curve{std::move(name), color, dash, {}};
    for (const LogRow &row : log.rows)
      if (std::optional<double> value = get(row))
        curve.points.push_back({begins[row.phase] + row.epoch, *value});
    return curve;
  }

  const TrainingLog &log;
  std::vector<double> begins;
};
} // namespace

CurveChart Charts::makeChart(const char *title, const char *yName) const {
  CurveChart chart{title, "epochs", yName, {}, {}, 0};
  for (size_t p = 0; p < begins.size(); ++p)
    chart.parts.push_back({begins[p], log.recipe.phases[p].name});
  if (!begins.empty())
    chart.xEnd = begins.back() + log.recipe.phases.back().epochs;
  return chart;
}

CurveChart Charts::makeLosses() const {
  CurveChart chart = makeChart("Loss", "cross-entropy");
  auto get = [](double LogRow::*part) {
    return [=](const LogRow &row) { return std::optional<double>(row.*part); };
  };
  chart.curves = {
      makeCurve("a step's subnets", 0, 0, get(&LogRow::loss)),
      makeCurve("the first of them", 1, 1, get(&LogRow::teacherLoss))};
  return chart;
}

CurveChart Charts::makeAccuracies() const {
  CurveChart chart = makeChart("Accuracy on validation images", "%");
  for (auto [name, color, part] :
       {std::tuple("largest", 0u, &LogRow::largest),
        std::tuple("smallest", 1u, &LogRow::smallest)})
    for (size_t r = log.resolutions.size(); r-- > 0;)
      chart.curves.push_back(makeCurve(
          llvm::formatv("{0} at {1}", name, log.resolutions[r]), color,
          static_cast<unsigned>(log.resolutions.size() - 1 - r),
          [&, part = part](const LogRow &row) -> std::optional<double> {
            if ((row.*part).empty())
              return std::nullopt;
            return (row.*part)[r] * 100;
          }));
  return chart;
}

CurveChart Charts::makeLearningRate() const {
  CurveChart chart = makeChart("Learning rate", "at the end of the epoch");
  chart.curves = {makeCurve("learning rate", 2, 0, [](const LogRow &row) {
    return std::optional<double>(row.learningRate);
  })};
  return chart;
}

static TableRows getLastValues(const TrainingLog &log) {
  const LogRow &row = log.rows.back();
  TableRows rows = {
      {"phase",
       llvm::formatv("{0} of {1}: {2}", row.phase + 1, log.recipe.phases.size(),
                     log.recipe.phases[row.phase].name)},
      {"epoch of the phase",
       llvm::formatv("{0} of {1}", printValue(row.epoch),
                     printValue(log.recipe.phases[row.phase].epochs))},
      {"loss, summed over a step's subnets", printValue(row.loss)},
      {"loss of the first subnet", printValue(row.teacherLoss)},
      {"learning rate", printValue(row.learningRate)},
      {"images per second", printValue(row.imagesPerSecond)},
      {"time of training", printValue(row.seconds / 3600, " h")}};
  // Those of the last epoch that was validated.
  auto last =
      std::find_if(log.rows.rbegin(), log.rows.rend(),
                   [](const LogRow &row) { return !row.largest.empty(); });
  if (last == log.rows.rend())
    return rows;
  for (size_t r = log.resolutions.size(); r-- > 0;)
    rows.push_back(
        {llvm::formatv("accuracy at {0}", log.resolutions[r]),
         llvm::formatv("largest {0:f2} %, smallest {1:f2} %",
                       last->largest[r] * 100, last->smallest[r] * 100)});
  return rows;
}

static TableRows getCostRows(const TrainingCost &cost) {
  const CarbonOptions &options = cost.options;
  return {{"energy", printValue(cost.getKilowattHours(), " kWh")},
          {"measured by", cost.source},
          {"images trained on", std::to_string(cost.images)},
          {"grid", printValue(options.gridIntensity, " g CO2e/kWh")},
          {"carbon", printValue(cost.getGrams() / 1000, " kg CO2e")},
          {llvm::formatv("for each of {0} devices", options.devices),
           printValue(cost.getGramsPerDevice(), " g CO2e")},
          {llvm::formatv("{0} networks trained alone", options.devices),
           llvm::formatv("{0} kWh, {1} kg CO2e: {2} times as much",
                         printValue(cost.getKilowattHours() * cost.getRatio()),
                         printValue(cost.getGrams() * cost.getRatio() / 1000),
                         printValue(cost.getRatio()))}};
}

std::string mlir::ofa::training::printPage(const TrainingLog &log) {
  std::string text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                     "<meta charset=\"utf-8\"/>\n<title>Training log</title>\n"
                     "<style>\n" +
                     getChartStyle() +
                     "</style>\n</head>\n<body>\n<h1>Training log</h1>\n";
  if (!log.rows.empty()) {
    Charts charts(log);
    text += printCurveSvg(charts.makeAccuracies()) +
            printCurveSvg(charts.makeLosses()) +
            printCurveSvg(charts.makeLearningRate()) +
            printTable("Last values", getLastValues(log));
  }
  text += printTable("Energy and carbon", getCostRows(log.cost)) +
          printTable("Run", TableRows(log.facts.begin(), log.facts.end()));
  return text + "</body>\n</html>\n";
}
