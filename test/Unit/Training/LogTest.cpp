//===- LogTest.cpp - The log of a run -------------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestFolder.h"
#include "TestGraphs.h"
#include "TrainingLog.h"
#include "WriteFile.h"
#include "ofa/Training/Trainer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <gtest/gtest.h>

#include <csignal>
#include <regex>
#include <sys/resource.h>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

/// Two phases, of which the first has two epochs and a half.
static Recipe makeRecipe() {
  Recipe recipe = makeSandwichRecipe(2.5, 0.05);
  recipe.phases.push_back(recipe.phases[0]);
  recipe.phases[0].name = "kernel & depth";
  recipe.phases[1].name = "width";
  recipe.phases[1].epochs = 2;
  recipe.batchSize = 16;
  recipe.threads = 2;
  return recipe;
}

static TrainingLog makeLog() {
  TrainingLog log;
  log.recipe = makeRecipe();
  log.resolutions = {8, 12};
  log.facts = {{"data", "a<b"}};
  for (int i = 0; i < 3; ++i) {
    LogRow row;
    row.phase = i / 2;
    row.step = 5 * (1 + i % 2);
    row.epoch = 1 + i % 2;
    row.loss = 1.0 / (i + 3);
    row.teacherLoss = 0.25;
    row.seconds = 10 * i;
    if (i != 1) {
      row.largest = {0.5, 0.75};
      row.smallest = {0.125, 0.25};
    }
    log.rows.push_back(row);
  }
  log.cost.images = 240;
  return log;
}

TEST(TrainingLog, Csv) {
  EXPECT_EQ(printCsv(makeLog()),
            "phase,name,epoch,step,loss,teacher_loss,learning_rate,"
            "images_per_second,seconds,energy_joules,largest_at_8,"
            "largest_at_12,smallest_at_8,smallest_at_12\n"
            "1,kernel & depth,1,5,0.3333333,0.25,0,0,0,0,0.5,0.75,0.125,0.25\n"
            "1,kernel & depth,2,10,0.25,0.25,0,0,10,0,,,,\n"
            "2,width,1,5,0.2,0.25,0,0,20,0,0.5,0.75,0.125,0.25\n");
}

TEST(TrainingLog, ReadingAndWritingAgainChangesNothing) {
  TrainingLog log = makeLog(), copy = makeLog();
  copy.rows.clear();
  ASSERT_EQ(llvm::toString(readRows(printJson(log), copy)), "");
  EXPECT_EQ(printJson(copy), printJson(log));
  EXPECT_EQ(printCsv(copy), printCsv(log));
}

TEST(TrainingLog, RewindForgetsWhatIsBehind) {
  auto count = [](size_t phase, int64_t step) {
    TrainingLog log = makeLog();
    log.rewind(phase, step);
    return log.rows.size();
  };
  EXPECT_EQ(count(0, 4), 0u);
  EXPECT_EQ(count(0, 5), 1u);
  EXPECT_EQ(count(0, 11), 2u);
  EXPECT_EQ(count(1, 4), 2u);
  EXPECT_EQ(count(1, 5), 3u);
}

TEST(TrainingLog, RefusesRowsOfAnotherRun) {
  std::string text = printJson(makeLog());
  TrainingLog other = makeLog();
  other.resolutions = {8, 16};
  EXPECT_NE(llvm::toString(readRows(text, other)).find("entry 1"),
            std::string::npos);
  other = makeLog();
  other.recipe.phases[1].name = "all";
  EXPECT_NE(llvm::toString(readRows(text, other)).find("entry 3"),
            std::string::npos);
  EXPECT_NE(llvm::toString(readRows("{}", other)), "");
  EXPECT_NE(llvm::toString(readRows(text.substr(0, 99), other)), "");
  EXPECT_EQ(other.rows.size(), 3u);
}

/// Every element is closed in its order, and text has no bare & or <.
static std::string findMarkupError(std::string text) {
  std::vector<std::string> open;
  text = std::regex_replace(text, std::regex("<!DOCTYPE html>\n"), "");
  std::regex entity("&(amp|lt|gt);");
  size_t at = 0;
  while ((at = text.find('<', at)) != std::string::npos) {
    size_t end = text.find('>', at);
    if (end == std::string::npos)
      return "open tag";
    std::string tag = text.substr(at + 1, end - at - 1);
    std::string name = tag.substr(0, tag.find_first_of(" /", 1));
    if (tag[0] == '/') {
      if (open.empty() || "/" + open.back() != tag)
        return "unexpected <" + tag + ">";
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(name);
    }
    std::string after = text.substr(end + 1, text.find('<', end) - end - 1);
    if (std::regex_replace(after, entity, "").find('&') != std::string::npos)
      return "bare & in " + after;
    at = end;
  }
  return open.empty() ? "" : "open <" + open.back() + ">";
}

TEST(TrainingLog, ThePageIsWholeAndNeedsNothingElse) {
  EXPECT_EQ(findMarkupError("<a><b/>x &amp; y</a>"), "");
  EXPECT_NE(findMarkupError("<a><b></a>"), "");
  EXPECT_NE(findMarkupError("<a>x & y</a>"), "");
  std::string page = printPage(makeLog());
  EXPECT_EQ(findMarkupError(page), "");
  for (const char *word :
       {"<script", "href=", "src=", "url(", "@import", "@font-face"})
    EXPECT_EQ(page.find(word), std::string::npos) << word;
  for (const char *word : {"prefers-color-scheme: dark", "largest at 12",
                           "smallest at 8", "kernel &amp; depth", "width",
                           "Learning rate", "a&lt;b", "networks trained alone"})
    EXPECT_NE(page.find(word), std::string::npos) << word;
  EXPECT_EQ(page.find("nan"), std::string::npos);

  TrainingLog empty = makeLog();
  empty.rows.clear();
  EXPECT_EQ(findMarkupError(printPage(empty)), "");
}

TEST(TrainingLog, AChartWithOnePoint) {
  TrainingLog log = makeLog();
  log.rows.resize(1);
  std::string page = printPage(log);
  EXPECT_EQ(page.find("nan"), std::string::npos);
  EXPECT_EQ(page.find("inf"), std::string::npos);
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

namespace {

class LogOfRun : public TestFolder {
protected:
  LogOfRun() : graph(makeTestGraph(4, 1)), images(makeTestImages(96, 4)) {
    options.validationImages = 16;
    options.dataSource = "bright images";
  }
  std::unique_ptr<Trainer> makeTrainer() {
    return llvm::cantFail(Trainer::create(graph, images, makeRecipe()));
  }
  std::string getError(llvm::Expected<RunResult> result) {
    return result ? "" : llvm::toString(result.takeError());
  }
  /// The log without what time and energy make of it.
  static std::string dropTimes(const std::string &csv) {
    std::string result;
    for (llvm::StringRef line : llvm::split(csv, '\n')) {
      llvm::SmallVector<llvm::StringRef> cells;
      line.split(cells, ',');
      if (cells.size() > 10)
        cells.erase(cells.begin() + 7, cells.begin() + 10);
      result += llvm::join(cells, ",") + "\n";
    }
    return result;
  }

  Graph graph;
  ImageSet images;
  RunOptions options;
};

/// Files of this process cannot grow beyond a size, as on a full disk.
class SmallFiles {
public:
  explicit SmallFiles(rlim_t bytes) {
    handler = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = {bytes, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() {
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
  }

private:
  rlimit before;
  void (*handler)(int);
};

} // namespace

TEST_F(LogOfRun, EqualsThatOfAnUndisturbedRun) {
  options.checkpointFolder = folder + "/undisturbed";
  llvm::cantFail(makeTrainer()->run(options));
  std::string expected = dropTimes(read("undisturbed/log.csv"));
  // Three ends of an epoch in the first phase, of 5, 5 and 2 or 3 steps.
  EXPECT_EQ(std::count(expected.begin(), expected.end(), '\n'), 7);

  std::atomic<bool> stop{true};
  options.stop = &stop;
  options.checkpointFolder = folder + "/stopped";
  while (llvm::cantFail(makeTrainer()->run(options)) == RunResult::Stopped)
    ;
  EXPECT_EQ(dropTimes(read("stopped/log.csv")), expected);
}

TEST_F(LogOfRun, HasEveryEpochOnceAfterAStepBack) {
  options.checkpointFolder = folder;
  // Stopped in the second epoch; its checkpoint is put back after the end, as
  // if later ones had been lost.
  std::atomic<bool> stop{true};
  options.stop = &stop;
  for (int i = 0; i < 7; ++i)
    llvm::cantFail(makeTrainer()->run(options));
  llvm::sys::fs::copy_file(folder + "/checkpoint.ofa", folder + "/early");
  stop = false;
  llvm::cantFail(makeTrainer()->run(options));
  std::string expected = dropTimes(read("log.csv"));

  llvm::sys::fs::copy_file(folder + "/early", folder + "/checkpoint.ofa");
  stop = true;
  llvm::cantFail(makeTrainer()->run(options));
  std::string early = read("log.csv");
  EXPECT_EQ(std::count(early.begin(), early.end(), '\n'), 2); // Rewound.
  stop = false;
  llvm::cantFail(makeTrainer()->run(options));
  EXPECT_EQ(dropTimes(read("log.csv")), expected);
}

TEST_F(LogOfRun, EnergyAndCostGoOn) {
  options.checkpointFolder = folder;
  options.carbon.wattsPerCore = 1000;
  options.validateEvery = 2;
  std::atomic<bool> stop{true};
  options.stop = &stop;
  double before = 0;
  RunResult result = RunResult::Stopped;
  while (result == RunResult::Stopped) {
    std::unique_ptr<Trainer> trainer = makeTrainer();
    result = llvm::cantFail(trainer->run(options));
    const TrainingCost &cost = trainer->getCost();
    EXPECT_GT(cost.joules, before);
    before = cost.joules;
  }
  llvm::json::Value log = llvm::cantFail(llvm::json::parse(read("log.json")));
  const llvm::json::Object &cost = *log.getAsObject()->getObject("cost");
  // 12 or 13 steps, and 10, of 16 images.
  EXPECT_EQ(cost.getInteger("images"), (std::llround(2.5 * 5) + 10) * 16);
  EXPECT_NEAR(*cost.getNumber("energy_joules"), before, 1e-4 * before);
  EXPECT_GT(*cost.getNumber("times_when_alone"), 1);
  const llvm::json::Array &rows = *log.getAsObject()->getArray("epochs");
  ASSERT_EQ(rows.size(), 5u);
  // Measured in every second epoch, and where a phase ends.
  for (size_t i = 0; i < 5; ++i)
    EXPECT_EQ(rows[i].getAsObject()->get("largest_at_8")->kind() ==
                  llvm::json::Value::Null,
              i == 0 || i == 3)
        << i;
  const llvm::json::Object &run = *log.getAsObject()->getObject("run");
  EXPECT_EQ(run.getString("data"), "bright images");
  EXPECT_EQ(run.getString("workers"), "2");
}

TEST_F(LogOfRun, DoesNotGoOnWithADamagedLog) {
  options.checkpointFolder = folder;
  llvm::cantFail(makeTrainer()->run(options));
  write("log.json", "{\"epochs\": [");
  EXPECT_NE(getError(makeTrainer()->run(options)).find("cannot go on with '"),
            std::string::npos);
  write("log.json", "{\"epochs\": []}");
  EXPECT_EQ(getError(makeTrainer()->run(options)), "");
}

TEST_F(LogOfRun, AFullDiskKeepsEarlierFiles) {
  options.checkpointFolder = folder;
  std::atomic<bool> stop{true};
  options.stop = &stop;
  llvm::cantFail(makeTrainer()->run(options));
  std::string checkpoint = read("checkpoint.ofa"), csv = read("log.csv");
  // Room for the log, not for the checkpoint; then for neither.
  for (rlim_t bytes : {30000, 10}) {
    std::string error;
    {
      SmallFiles full(bytes);
      error = getError(makeTrainer()->run(options));
    }
    EXPECT_NE(error.find(bytes == 10 ? "log.csv': " : "checkpoint.ofa': "),
              std::string::npos)
        << error;
    EXPECT_NE(error.find("; the one before it is kept"), std::string::npos);
    EXPECT_EQ(read("checkpoint.ofa"), checkpoint);
    EXPECT_EQ(read("log.csv"), csv);
    EXPECT_FALSE(llvm::sys::fs::exists(folder + "/checkpoint.ofa.tmp"));
    EXPECT_FALSE(llvm::sys::fs::exists(folder + "/log.csv.tmp"));
  }
  stop = false;
  EXPECT_EQ(getError(makeTrainer()->run(options)), "");
}
