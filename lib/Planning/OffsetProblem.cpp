//===- OffsetProblem.cpp - The problem of one region ------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OffsetProblem.h"
#include "ofa/Planning/Planning.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir::ofa;
using namespace mlir::ofa::planning;

bool OffsetProblem::hasHangingPairs() const {
  return llvm::any_of(
      pairs, [](const Pair &pair) { return pair.exact || pair.distance < 0; });
}

int64_t OffsetProblem::peak(const std::vector<int64_t> &offsets) const {
  int64_t peak = 0;
  for (auto [item, offset] : llvm::zip(items, offsets))
    peak = std::max(peak, offset + item.size);
  return peak;
}

static void buildSections(const PlanProblem &problem,
                          const std::vector<unsigned> &members,
                          OffsetProblem &result) {
  std::vector<int64_t> begins, ends;
  for (unsigned member : members) {
    const PlanBuffer &buffer = problem.buffers[member];
    begins.push_back(buffer.firstUse);
    ends.push_back(buffer.lastUse);
    result.unit = std::min(result.unit, buffer.alignment);
  }
  llvm::sort(begins);
  llvm::sort(ends);
  // Of a step whose lives all go on at the next beginning, that one knows more.
  for (auto [index, begin] : llvm::enumerate(begins)) {
    auto end = llvm::lower_bound(ends, begin);
    if (index + 1 == begins.size() ||
        (begins[index + 1] != begin && *end < begins[index + 1]))
      result.sectionSteps.push_back(begin);
  }
  result.sectionItems.resize(result.sectionSteps.size());
  for (auto [index, member] : llvm::enumerate(members)) {
    const PlanBuffer &buffer = problem.buffers[member];
    Item item;
    item.size = buffer.bytes;
    item.span = roundUp(buffer.bytes, result.unit);
    item.alignment = buffer.alignment;
    item.firstSection =
        llvm::lower_bound(result.sectionSteps, buffer.firstUse) -
        result.sectionSteps.begin();
    item.lastSection = llvm::upper_bound(result.sectionSteps, buffer.lastUse) -
                       result.sectionSteps.begin() - 1;
    for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
      result.sectionItems[s].push_back(index);
    result.items.push_back(item);
  }
}

static void buildPairs(const PlanProblem &problem,
                       const std::vector<unsigned> &members,
                       OffsetProblem &result) {
  std::map<unsigned, unsigned> indexOf;
  for (auto [index, member] : llvm::enumerate(members))
    indexOf[member] = index;
  for (auto [index, overlap] : llvm::enumerate(problem.overlaps)) {
    auto input = indexOf.find(overlap.input);
    auto output = indexOf.find(overlap.output);
    if (input == indexOf.end() || output == indexOf.end())
      continue;
    Pair pair;
    pair.overlap = index;
    pair.input = input->second;
    pair.output = output->second;
    pair.distance = overlap.distance;
    pair.exact = overlap.exact;
    const Item &in = result.items[pair.input];
    const Item &out = result.items[pair.output];
    int64_t step = std::min(in.alignment, out.alignment);
    if (pair.exact) {
      if (pair.distance % step != 0 || pair.distance >= out.size ||
          pair.distance <= -in.size)
        continue; // Never possible, or nothing but lying apart.
      pair.unionSize = std::max(out.size, pair.distance + in.size) -
                       std::min<int64_t>(0, pair.distance);
    } else {
      pair.distance = roundUp(std::max(pair.distance, -in.size), step);
      if (pair.distance >= out.size)
        continue;
      pair.unionSize = std::max({in.size, out.size, pair.distance + in.size});
    }
    result.pairs.push_back(pair);
  }
}

static void buildConflicts(OffsetProblem &result) {
  size_t count = result.items.size();
  result.conflicts.resize(count);
  result.partners.resize(count);
  for (unsigned i = 0; i < count; ++i)
    for (unsigned j = 0; j < i; ++j) {
      const Item &a = result.items[i], &b = result.items[j];
      if (a.firstSection > b.lastSection || b.firstSection > a.lastSection)
        continue;
      result.conflicts[i].push_back({j, -a.size, b.size, 0, 0});
      result.conflicts[j].push_back({i, -b.size, a.size, 0, 0});
    }
  auto find = [&](unsigned item, unsigned other) -> Conflict & {
    return *llvm::find_if(result.conflicts[item],
                          [&](const Conflict &c) { return c.other == other; });
  };
  for (const Pair &pair : result.pairs) {
    int64_t inSize = result.items[pair.input].size;
    int64_t outSize = result.items[pair.output].size;
    Conflict &ofInput = find(pair.input, pair.output);
    Conflict &ofOutput = find(pair.output, pair.input);
    if (pair.exact) {
      ofInput = {pair.output, -inSize, pair.distance, pair.distance, outSize};
      ofOutput = {pair.input, -outSize, -pair.distance, -pair.distance, inSize};
    } else {
      ofInput = {pair.output, -inSize, pair.distance, 0, 0};
      ofOutput = {pair.input, -pair.distance, inSize, 0, 0};
    }
    result.partners[pair.input].push_back({pair.output, pair.distance,
                                           pair.exact,
                                           pair.exact || pair.distance < 0});
    result.partners[pair.output].push_back(
        {pair.input, -pair.distance, pair.exact, pair.exact});
  }
}

OffsetProblem
planning::buildOffsetProblem(const PlanProblem &problem,
                             const std::vector<unsigned> &members) {
  OffsetProblem result;
  buildSections(problem, members, result);
  buildPairs(problem, members, result);
  buildConflicts(result);
  // The two lives of a pair share one step, at which the output's begins.
  result.sectionPairs.resize(result.sectionItems.size());
  for (auto [index, pair] : llvm::enumerate(result.pairs))
    result.sectionPairs[result.items[pair.output].firstSection].push_back(
        index);
  for (unsigned s = 0; s < result.sectionItems.size(); ++s) {
    result.sectionBounds.push_back(boundSection(result, s).bytes);
    result.sectionSavings.push_back(countSavings(result, s));
  }
  return result;
}

int64_t
planning::findLowestOffset(const OffsetProblem &problem,
                           const std::vector<int64_t> &offsets, unsigned item,
                           int64_t from,
                           std::vector<std::pair<int64_t, int64_t>> &scratch) {
  scratch.clear();
  for (const Conflict &conflict : problem.conflicts[item]) {
    int64_t base = offsets[conflict.other];
    if (base < 0)
      continue;
    if (conflict.low < conflict.high)
      scratch.emplace_back(base + conflict.low, base + conflict.high);
    if (conflict.low2 < conflict.high2)
      scratch.emplace_back(base + conflict.low2, base + conflict.high2);
  }
  llvm::sort(scratch);
  int64_t alignment = problem.items[item].alignment;
  int64_t offset = roundUp(from, alignment);
  for (auto [low, high] : scratch)
    if (low < offset && offset < high)
      offset = roundUp(high, alignment);
  return offset;
}

bool planning::isFree(const OffsetProblem &problem,
                      const std::vector<int64_t> &offsets, unsigned item,
                      int64_t offset) {
  if (offset < 0 || offset % problem.items[item].alignment != 0)
    return false;
  for (const Conflict &conflict : problem.conflicts[item]) {
    int64_t base = offsets[conflict.other];
    if (base < 0)
      continue;
    int64_t relative = offset - base;
    if ((conflict.low < relative && relative < conflict.high) ||
        (conflict.low2 < relative && relative < conflict.high2))
      return false;
  }
  return true;
}

std::vector<std::vector<unsigned>>
planning::getPriorityOrders(const OffsetProblem &problem) {
  auto bySize = [](const Item &item) { return double(item.size); };
  auto byTime = [](const Item &item) {
    return double(item.lastSection - item.firstSection + 1);
  };
  auto byArea = [&](const Item &item) { return bySize(item) * byTime(item); };
  auto byTimeThenSize = [&](const Item &item) {
    return byTime(item) * 1e15 + bySize(item);
  };
  auto byStart = [](const Item &item) { return -double(item.firstSection); };
  auto byEnd = [](const Item &item) { return double(item.lastSection); };
  auto byTallness = [&](const Item &item) {
    return bySize(item) * bySize(item) * byTime(item);
  };
  std::vector<std::vector<unsigned>> orders;
  auto add = [&](auto key) {
    std::vector<unsigned> order(problem.items.size());
    for (unsigned i = 0; i < order.size(); ++i)
      order[i] = i;
    llvm::stable_sort(order, [&](unsigned a, unsigned b) {
      return key(problem.items[a]) > key(problem.items[b]);
    });
    orders.push_back(std::move(order));
  };
  add(byArea);
  add(bySize);
  add(byTimeThenSize);
  add(byStart);
  add(byEnd);
  add(byTallness);
  return orders;
}
