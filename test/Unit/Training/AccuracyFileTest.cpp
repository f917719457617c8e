//===- AccuracyFileTest.cpp - Going on, and what is refused ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccuracyFile.h"
#include "TestGraphs.h"
#include "ofa/Training/SampleSubnets.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <gtest/gtest.h>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

namespace {
class AccuracyFileTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("ofa-accuracies", path));
    llvm::sys::path::append(path, "accuracies.csv");
    subnets = llvm::cantFail(sampleDifferentSubnets(graph, 4, 0));
  }
  void TearDown() override {
    llvm::sys::fs::remove_directories(llvm::sys::path::parent_path(path));
  }

  llvm::Expected<AccuracyFile> open() {
    return AccuracyFile::open(path, graph, subnets, conditions);
  }
  std::string getError() {
    llvm::Expected<AccuracyFile> file = open();
    return file ? "" : llvm::toString(file.takeError());
  }
  std::string read() {
    return llvm::cantFail(
               llvm::errorOrToExpected(llvm::MemoryBuffer::getFile(path)))
        ->getBuffer()
        .str();
  }
  void write(llvm::StringRef text) {
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << text;
    ASSERT_FALSE(error);
  }
  void measure(AccuracyFile &file) {
    for (size_t i = file.getAccuracies().size(); i < subnets.size(); ++i)
      llvm::cantFail(file.add(double(i + 1) / 7));
  }

  Graph graph = makeTestGraph(4, 1);
  std::vector<Subnet> subnets;
  std::string conditions = "weights 1";
  llvm::SmallString<128> path;
};
} // namespace

TEST_F(AccuracyFileTest, SaysSubnetsReadably) {
  subnets = {graph.getLargest(), graph.getSmallest()};
  AccuracyFile file = llvm::cantFail(open());
  measure(file);
  EXPECT_NE(read().find("resolution,depth,b0.kernel,b0.expand,b1.kernel,"
                        "b1.expand,accuracy\n"
                        "12,2,7,6,7,6,0.142857\n8,1,3,3,-,-,0.285714\n"),
            std::string::npos);
}

TEST_F(AccuracyFileTest, GoesOnWhereverItWasCut) {
  {
    AccuracyFile file = llvm::cantFail(open());
    measure(file);
  }
  std::string whole = read();
  size_t header = whole.find("accuracy\n") + 9;
  for (size_t length = header; length < whole.size(); ++length) {
    write(llvm::StringRef(whole).take_front(length));
    AccuracyFile file = llvm::cantFail(open());
    EXPECT_EQ(file.getAccuracies().size(),
              size_t(llvm::StringRef(whole).slice(header, length).count('\n')));
    measure(file);
    EXPECT_EQ(read(), whole);
  }
  // Fewer subnets are the beginning of more.
  std::vector<double> all = llvm::cantFail(open()).getAccuracies();
  subnets.resize(2);
  EXPECT_EQ(llvm::cantFail(open()).getAccuracies(),
            std::vector<double>(all.begin(), all.begin() + 2));
  EXPECT_EQ(read(), whole);
}

TEST_F(AccuracyFileTest, GivesTheSameWithoutAFile) {
  AccuracyFile kept = llvm::cantFail(open());
  AccuracyFile inMemory =
      llvm::cantFail(AccuracyFile::open("", graph, subnets, conditions));
  measure(kept);
  measure(inMemory);
  EXPECT_EQ(kept.getAccuracies(), inMemory.getAccuracies());
  EXPECT_EQ(kept.getAccuracies(), llvm::cantFail(open()).getAccuracies());
}

TEST_F(AccuracyFileTest, RefusesWhatIsOfAnother) {
  {
    AccuracyFile file = llvm::cantFail(open());
    measure(file);
  }
  std::string whole = read();
  conditions = "weights 2";
  EXPECT_NE(getError().find("under other conditions"), std::string::npos);
  conditions = "weights 1";
  graph.choices[2].values = {1, 5, 7};
  EXPECT_NE(getError().find("is not of this supernet"), std::string::npos);
  graph = makeTestGraph(4, 1);
  subnets = llvm::cantFail(sampleDifferentSubnets(graph, 4, 1));
  EXPECT_NE(getError().find("subnet 1: expected '"), std::string::npos);
  EXPECT_EQ(read(), whole);

  subnets = llvm::cantFail(sampleDifferentSubnets(graph, 4, 0));
  EXPECT_EQ(getError(), "");
  write(whole.substr(0, whole.rfind(',') + 1) + "1.5\n");
  EXPECT_NE(getError().find("subnet 4: expected '"), std::string::npos);
  write("no such file\n");
  EXPECT_NE(getError().find("is not of this supernet"), std::string::npos);
}
