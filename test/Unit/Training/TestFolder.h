//===- TestFolder.h - A folder of a test's own ------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TEST_UNIT_TRAINING_TESTFOLDER_H
#define OFA_TEST_UNIT_TRAINING_TESTFOLDER_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace mlir::ofa::training {

class TestFolder : public testing::Test {
protected:
  TestFolder() {
    llvm::SmallString<128> path;
    if (!llvm::sys::fs::createUniqueDirectory("ofa-training", path))
      folder = std::string(path);
  }
  ~TestFolder() override { llvm::sys::fs::remove_directories(folder); }

  void write(const std::string &name, const std::string &text) {
    std::string path = folder + "/" + name;
    llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path));
    std::ofstream(path) << text;
  }
  std::string read(const std::string &name) {
    std::stringstream text;
    text << std::ifstream(folder + "/" + name).rdbuf();
    return text.str();
  }
  void remove(const std::string &name) {
    llvm::sys::fs::remove(folder + "/" + name);
  }

  std::string folder;
};

} // namespace mlir::ofa::training

#endif // OFA_TEST_UNIT_TRAINING_TESTFOLDER_H
