//===- PlanningBench.cpp - How long planning takes --------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// OFAPlanningBench [-seconds=S] FILE...: plans files in MiniMalloc's format
// into 1 MiB, or, if it may take so many seconds, into as few bytes as it can.
//
//===----------------------------------------------------------------------===//

#include "MiniMalloc.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

using namespace mlir::ofa;

static llvm::cl::list<std::string>
    files(llvm::cl::Positional, llvm::cl::OneOrMore, llvm::cl::desc("FILE..."));
static llvm::cl::opt<double>
    seconds("seconds", llvm::cl::desc("look for the smallest plan so long"));

static bool plan(const std::string &path) {
  std::optional<PlanProblem> problem = readMiniMalloc(path);
  if (!problem) {
    llvm::errs() << path << ": is no problem in MiniMalloc's format\n";
    return false;
  }
  PlanOptions options;
  options.nodeLimit = std::numeric_limits<uint64_t>::max();
  if (seconds.getNumOccurrences())
    options.secondLimit = seconds;
  else
    options.stopWhenFits = true;

  auto begin = std::chrono::steady_clock::now();
  Plan plan = planMemory(*problem, options);
  std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  if (llvm::Error error = verifyPlan(*problem, plan)) {
    llvm::errs() << path << ": " << llvm::toString(std::move(error)) << '\n';
    return false;
  }
  const RegionPlan &usage = plan.usage.front();
  llvm::outs() << "| " << llvm::sys::path::filename(path) << " | "
               << problem->buffers.size() << " | " << usage.lowerBound
               << (usage.isCertified() ? "" : " (search)") << " | "
               << usage.peak << " | "
               << llvm::format("%.2f %%", 100.0 * usage.gap() / usage.peak)
               << " | " << plan.nodes << " | "
               << llvm::format("%.2f", time.count()) << " |\n";
  llvm::outs().flush();
  return true;
}

int main(int argc, char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv);
  llvm::outs() << "| file | buffers | bound | peak | gap | nodes | seconds |\n"
                  "|---|---|---|---|---|---|---|\n";
  return llvm::all_of(files, plan) ? 0 : 1;
}
