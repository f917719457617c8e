//===- CheckpointTest.cpp -------------------------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checkpoint.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/xxhash.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

using namespace mlir::ofa::training;

TEST(Checkpoint, RoundTripAndEveryCut) {
  llvm::SmallString<128> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("ofa-checkpoint", folder));
  std::string path = std::string(folder) + "/checkpoint.ofa";
  Checkpoint saved;
  saved.graph = 1;
  saved.recipe = 2;
  saved.phase = 3;
  saved.step = 4;
  saved.totals = {5.5, 6.5, 7, 8.5, 9.5};
  saved.tensors = {{1.5f, -2}, {}, {3}};
  ASSERT_FALSE(bool(writeCheckpoint(path, saved)));
  EXPECT_FALSE(llvm::sys::fs::exists(path + ".tmp"));

  llvm::Expected<Checkpoint> read = readCheckpoint(path);
  ASSERT_TRUE(bool(read));
  EXPECT_EQ(read->graph, 1u);
  EXPECT_EQ(read->recipe, 2u);
  EXPECT_EQ(read->phase, 3u);
  EXPECT_EQ(read->step, 4u);
  EXPECT_EQ(read->totals.seconds, 5.5);
  EXPECT_EQ(read->totals.joules, 6.5);
  EXPECT_EQ(read->totals.epochSteps, 7u);
  EXPECT_EQ(read->totals.loss, 8.5);
  EXPECT_EQ(read->totals.teacherLoss, 9.5);
  EXPECT_EQ(read->tensors, saved.tensors);

  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), {});
  for (size_t length = 0; length < bytes.size(); ++length) {
    std::ofstream(path, std::ios::binary) << bytes.substr(0, length);
    llvm::Expected<Checkpoint> cut = readCheckpoint(path);
    ASSERT_FALSE(bool(cut)) << length;
    llvm::consumeError(cut.takeError());
  }
  bytes[60] ^= 1;
  std::ofstream(path, std::ios::binary) << bytes;
  llvm::Expected<Checkpoint> damaged = readCheckpoint(path);
  ASSERT_FALSE(bool(damaged));
  EXPECT_NE(llvm::toString(damaged.takeError()).find("cut or damaged"),
            std::string::npos);
  llvm::sys::fs::remove_directories(folder);
}

TEST(Checkpoint, TheFirstVersionIsRead) {
  llvm::SmallString<128> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("ofa-checkpoint", folder));
  std::string path = std::string(folder) + "/checkpoint.ofa";
  Checkpoint saved;
  saved.step = 4;
  saved.totals = {5.5, 6.5, 7, 8.5, 9.5};
  saved.tensors = {{1.5f, -2}};
  ASSERT_FALSE(bool(writeCheckpoint(path, saved)));
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), {});
  // It had no totals behind the seconds, which end at 48.
  bytes = "OFACKPT1" + bytes.substr(8, 40) + bytes.substr(80);
  bytes.resize(bytes.size() - 8);
  uint64_t hash = llvm::xxh3_64bits(bytes);
  bytes.append(reinterpret_cast<const char *>(&hash), 8);
  std::ofstream(path, std::ios::binary) << bytes;

  llvm::Expected<Checkpoint> read = readCheckpoint(path);
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(read->step, 4u);
  EXPECT_EQ(read->totals.seconds, 5.5);
  EXPECT_TRUE(std::isnan(read->totals.joules));
  EXPECT_EQ(read->totals.epochSteps, 0u);
  EXPECT_EQ(read->tensors, saved.tensors);
  llvm::sys::fs::remove_directories(folder);
}

TEST(Checkpoint, WritingIntoNothingIsAnError) {
  llvm::Error error = writeCheckpoint("/nonexistent/checkpoint.ofa", {});
  ASSERT_TRUE(bool(error));
  EXPECT_NE(llvm::toString(std::move(error)).find("cannot write"),
            std::string::npos);
}
