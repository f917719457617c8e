//===- CheckpointTest.cpp -------------------------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checkpoint.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>

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
  saved.seconds = 5.5;
  saved.tensors = {{1.5f, -2}, {}, {3}};
  ASSERT_FALSE(bool(writeCheckpoint(path, saved)));
  EXPECT_FALSE(llvm::sys::fs::exists(path + ".tmp"));

  llvm::Expected<Checkpoint> read = readCheckpoint(path);
  ASSERT_TRUE(bool(read));
  EXPECT_EQ(read->graph, 1u);
  EXPECT_EQ(read->recipe, 2u);
  EXPECT_EQ(read->phase, 3u);
  EXPECT_EQ(read->step, 4u);
  EXPECT_EQ(read->seconds, 5.5);
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

TEST(Checkpoint, WritingIntoNothingIsAnError) {
  llvm::Error error = writeCheckpoint("/nonexistent/checkpoint.ofa", {});
  ASSERT_TRUE(bool(error));
  EXPECT_NE(llvm::toString(std::move(error)).find("cannot write"),
            std::string::npos);
}
