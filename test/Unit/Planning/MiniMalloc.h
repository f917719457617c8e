//===- MiniMalloc.h - Problems in MiniMalloc's format -----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TEST_UNIT_PLANNING_MINIMALLOC_H
#define OFA_TEST_UNIT_PLANNING_MINIMALLOC_H

#include "ofa/Planning/Planning.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <fstream>
#include <optional>

namespace mlir::ofa {

/// Reads lines of `id,lower,upper,size`: the first and the last step
/// (exclusive), and bytes.
inline std::optional<PlanProblem> readMiniMalloc(const std::string &path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || line != "id,lower,upper,size")
    return std::nullopt;
  PlanProblem problem;
  problem.regions.push_back({"sram", 1 << 20});
  while (std::getline(file, line)) {
    llvm::SmallVector<llvm::StringRef, 4> fields;
    llvm::StringRef(line).split(fields, ',');
    PlanBuffer &buffer = problem.buffers.emplace_back();
    if (fields.size() != 4 || fields[1].getAsInteger(10, buffer.firstUse) ||
        fields[2].getAsInteger(10, buffer.lastUse) ||
        fields[3].getAsInteger(10, buffer.bytes))
      return std::nullopt;
    buffer.name = fields[0].str();
    --buffer.lastUse;
  }
  return problem;
}

} // namespace mlir::ofa

#endif // OFA_TEST_UNIT_PLANNING_MINIMALLOC_H
