//===- NearMatches.cpp - "did you mean" -------------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NearMatches.h"
#include "llvm/ADT/STLExtras.h"
#include <vector>

using llvm::StringRef;

std::string mlir::ofa::suggestNearMatches(StringRef word,
                                          llvm::ArrayRef<StringRef> names) {
  std::string lower = word.lower();
  std::vector<std::pair<unsigned, StringRef>> near;
  for (StringRef name : names) {
    unsigned distance = StringRef(lower).edit_distance(name.lower());
    // Part of a longer name (`m7`, `h743`) counts as near, too.
    if (lower.size() >= 2 && name.contains(lower))
      distance = std::min(distance, 1u);
    if (distance <= std::max<size_t>(1, lower.size() / 4))
      near.emplace_back(distance, name);
  }
  llvm::stable_sort(near, llvm::less_first());
  if (near.size() > 3)
    near.resize(3);
  if (near.empty())
    return "";
  std::string result = "; did you mean ";
  for (size_t i = 0; i < near.size(); ++i) {
    if (i != 0)
      result += i + 1 == near.size() ? " or " : ", ";
    result += "'" + near[i].second.str() + "'";
  }
  return result + "?";
}
