//===- TrainingLog.cpp - What a run tells, epoch by epoch -----------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainingLog.h"
#include "WriteFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <tuple>

using namespace mlir::ofa::training;

void TrainingLog::rewind(size_t phase, int64_t step) {
  llvm::erase_if(rows, [&](const LogRow &row) {
    return std::tie(row.phase, row.step) > std::tie(phase, step);
  });
}

/// Reading and printing again changes nothing.
static std::string printNumber(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.7g", value);
  return text;
}

namespace {
/// A column of CSV and an attribute of JSON.
struct Cell {
  std::string name;
  std::string value; ///< JSON; empty where nothing was measured.
  bool isText = false;
};
} // namespace

/// Names alone, if there is no row.
static std::vector<Cell> makeCells(const TrainingLog &log, const LogRow &row) {
  std::string phase = row.phase < log.recipe.phases.size()
                          ? log.recipe.phases[row.phase].name
                          : "";
  std::vector<Cell> cells = {
      {"phase", std::to_string(row.phase + 1)},
      {"name", phase, /*isText=*/true},
      {"epoch", printNumber(row.epoch)},
      {"step", std::to_string(row.step)},
      {"loss", printNumber(row.loss)},
      {"teacher_loss", printNumber(row.teacherLoss)},
      {"learning_rate", printNumber(row.learningRate)},
      {"images_per_second", printNumber(row.imagesPerSecond)},
      {"seconds", printNumber(row.seconds)},
      {"energy_joules", printNumber(row.joules)}};
  auto addAccuracies = [&](const char *name,
                           const std::vector<double> &values) {
    for (size_t r = 0; r < log.resolutions.size(); ++r)
      cells.push_back({name + std::to_string(log.resolutions[r]),
                       values.empty() ? "" : printNumber(values[r])});
  };
  addAccuracies("largest_at_", row.largest);
  addAccuracies("smallest_at_", row.smallest);
  return cells;
}

std::string mlir::ofa::training::printCsv(const TrainingLog &log) {
  auto join = [](const std::vector<Cell> &cells, std::string Cell::*part) {
    std::string line;
    for (const Cell &cell : cells)
      line += (line.empty() ? "" : ",") + cell.*part;
    return line + "\n";
  };
  std::string text = join(makeCells(log, LogRow()), &Cell::name);
  for (const LogRow &row : log.rows)
    text += join(makeCells(log, row), &Cell::value);
  return text;
}

static void printPhases(const Recipe &recipe, llvm::json::OStream &json) {
  for (const Phase &phase : recipe.phases)
    json.object([&] {
      json.attribute("name", phase.name);
      json.attributeBegin("epochs");
      json.rawValue(printNumber(phase.epochs));
      json.attributeEnd();
    });
}

static void printCostObject(const TrainingCost &cost,
                            llvm::json::OStream &json) {
  auto number = [&](const char *name, double value) {
    json.attributeBegin(name);
    json.rawValue(printNumber(value));
    json.attributeEnd();
  };
  number("epochs", cost.epochs);
  json.attribute("images", cost.images);
  number("energy_joules", cost.joules);
  json.attribute("energy_source", cost.source);
  number("energy_kwh", cost.getKilowattHours());
  number("grid_intensity", cost.options.gridIntensity);
  number("co2e_grams", cost.getGrams());
  json.attribute("devices", cost.options.devices);
  number("co2e_grams_per_device", cost.getGramsPerDevice());
  number("trained_macs", cost.trainedMacs);
  number("alone_macs", cost.aloneMacs);
  number("alone_energy_joules", cost.getJoulesAlone());
  number("times_when_alone", cost.getRatio());
}

std::string mlir::ofa::training::printJson(const TrainingLog &log) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::json::OStream json(os, /*IndentSize=*/1);
  json.object([&] {
    json.attributeObject("run", [&] {
      for (const auto &[name, value] : log.facts)
        json.attribute(name, value);
    });
    json.attribute("recipe", log.recipe.print());
    json.attributeArray("phases", [&] { printPhases(log.recipe, json); });
    json.attributeObject("cost", [&] { printCostObject(log.cost, json); });
    json.attributeArray("epochs", [&] {
      for (const LogRow &row : log.rows)
        json.object([&] {
          for (const Cell &cell : makeCells(log, row)) {
            json.attributeBegin(cell.name);
            if (cell.isText)
              json.value(cell.value);
            else
              json.rawValue(cell.value.empty() ? "null" : cell.value);
            json.attributeEnd();
          }
        });
    });
  });
  os << "\n";
  return text;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// False if a number is missing.
static bool readRow(const llvm::json::Object &object, const TrainingLog &log,
                    LogRow &row) {
  bool isWhole = true;
  auto number = [&](const std::string &name) {
    std::optional<double> value = object.getNumber(name);
    isWhole &= value.has_value();
    return value.value_or(0);
  };
  row.phase = static_cast<size_t>(number("phase")) - 1;
  row.epoch = number("epoch");
  row.step = static_cast<int64_t>(number("step"));
  row.loss = number("loss");
  row.teacherLoss = number("teacher_loss");
  row.learningRate = number("learning_rate");
  row.imagesPerSecond = number("images_per_second");
  row.seconds = number("seconds");
  row.joules = number("energy_joules");
  auto readAccuracies = [&](const char *prefix, std::vector<double> &values) {
    for (int64_t resolution : log.resolutions) {
      std::string name = prefix + std::to_string(resolution);
      const llvm::json::Value *value = object.get(name);
      if (!value || value->kind() != llvm::json::Value::Null)
        values.push_back(number(name));
    }
    isWhole &= values.empty() || values.size() == log.resolutions.size();
  };
  readAccuracies("largest_at_", row.largest);
  readAccuracies("smallest_at_", row.smallest);
  return isWhole && row.phase < log.recipe.phases.size() &&
         object.getString("name") == log.recipe.phases[row.phase].name;
}

llvm::Error mlir::ofa::training::readRows(llvm::StringRef text,
                                          TrainingLog &log) {
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value)
    return value.takeError();
  const llvm::json::Object *object = value->getAsObject();
  const llvm::json::Array *rows = object ? object->getArray("epochs") : nullptr;
  if (!rows)
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "has no array 'epochs'");
  std::vector<LogRow> read;
  for (const llvm::json::Value &entry : *rows) {
    read.emplace_back();
    const llvm::json::Object *row = entry.getAsObject();
    if (!row || !readRow(*row, log, read.back()))
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "entry %zu of 'epochs' is not of this run",
                                     read.size());
  }
  log.rows.insert(log.rows.end(), read.begin(), read.end());
  return llvm::Error::success();
}

llvm::Error mlir::ofa::training::writeLog(const TrainingLog &log,
                                          llvm::StringRef folder) {
  std::string path = folder.str() + "/log.";
  if (llvm::Error error = writeFile(path + "csv", printCsv(log)))
    return error;
  if (llvm::Error error = writeFile(path + "json", printJson(log)))
    return error;
  return writeFile(path + "html", printPage(log));
}
