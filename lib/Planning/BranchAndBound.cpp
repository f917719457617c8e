//===- BranchAndBound.cpp - Exact search for offsets ------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A plan can be pushed down until every buffer rests on offset 0 or on another
// buffer. Sorted by offset, each buffer of such a plan is at the lowest place
// that the buffers before it leave. The search therefore picks the next buffer,
// puts it there, and never goes down again ("canonical" order). Overlaps add
// one exception: an input that its output holds up from above (negative
// distance, or exact distance) comes right after that output although it starts
// lower. Where such pairs hold up one another, pushing down can need several
// buffers to move at once; then only OrderSearch.cpp can prove that a peak is
// impossible.
//
// A branch ends when a section of time cannot hold its unplaced buffers any
// more. Buffers whose times no longer touch are solved apart.
//
//===----------------------------------------------------------------------===//

#include "OffsetProblem.h"
#include "llvm/ADT/STLExtras.h"
#include <optional>

using namespace mlir::ofa;
using namespace mlir::ofa::planning;

namespace {

class BranchAndBound {
public:
  BranchAndBound(const OffsetProblem &problem, int64_t capacity,
                 uint64_t nodeLimit, const std::vector<unsigned> &order)
      : problem(problem), capacity(capacity), nodeLimit(nodeLimit),
        offsets(problem.items.size(), -1), starts(problem.items.size(), 0),
        ranks(problem.items.size()), tops(problem.sectionSteps.size(), 0),
        floors(tops.size()), sums(tops.size()) {
    for (auto [rank, item] : llvm::enumerate(order))
      ranks[item] = rank;
  }

  SearchOutcome run(const std::vector<unsigned> &order) {
    if (place(order, 0))
      return SearchOutcome::Found;
    return nodes >= nodeLimit ? SearchOutcome::Unknown
                              : SearchOutcome::Infeasible;
  }

  const std::vector<int64_t> &getOffsets() const { return offsets; }
  uint64_t getNodes() const { return nodes; }

private:
  struct Candidate {
    int64_t offset;
    unsigned item;
  };

  bool hasPartners(unsigned item) const {
    return !problem.partners[item].empty();
  }
  /// Whether the item may still come below `last`.
  bool mayHang(unsigned item) const {
    return llvm::any_of(problem.partners[item], [&](const Partner &partner) {
      return partner.canHang && offsets[partner.other] >= 0;
    });
  }

  bool place(const std::vector<unsigned> &open, int64_t last);
  bool placeParts(const std::vector<unsigned> &open, int64_t last,
                  bool &isSplit);
  bool isHopeless(const std::vector<unsigned> &open, int64_t last);
  std::optional<int64_t> findOffsetBeside(unsigned index,
                                          const Partner &partner);
  std::vector<Candidate> getCandidates(const std::vector<unsigned> &open,
                                       int64_t last);

  const OffsetProblem &problem;
  const int64_t capacity;
  const uint64_t nodeLimit;
  uint64_t nodes = 0;
  std::vector<int64_t> offsets;
  /// Lowest conceivable offset of each open item.
  std::vector<int64_t> starts;
  std::vector<unsigned> ranks;
  /// Of each section: the end of its highest placed item.
  std::vector<int64_t> tops;
  // Working memory of isHopeless.
  std::vector<int64_t> floors, sums;
  std::vector<std::pair<int64_t, int64_t>> scratch;
};

} // namespace

/// Fills `starts` and compares each section's floor plus what is still to come
/// with the capacity.
bool BranchAndBound::isHopeless(const std::vector<unsigned> &open,
                                int64_t last) {
  unsigned low = tops.size(), high = 0;
  for (unsigned index : open) {
    const Item &item = problem.items[index];
    low = std::min(low, item.firstSection);
    high = std::max(high, item.lastSection);
  }
  for (unsigned s = low; s <= high; ++s) {
    floors[s] = std::numeric_limits<int64_t>::max();
    sums[s] = 0;
  }
  for (unsigned index : open) {
    const Item &item = problem.items[index];
    int64_t start = 0;
    bool hangs = false;
    if (hasPartners(index)) {
      start = findLowestOffset(problem, offsets, index, 0, scratch);
      hangs = mayHang(index);
    } else {
      for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
        start = std::max(start, tops[s]);
      start = (start + item.alignment - 1) & ~(item.alignment - 1);
    }
    starts[index] = start;
    int64_t reachable = hangs ? start : std::max(start, last);
    if (reachable + item.size > capacity)
      return true;
    for (unsigned s = item.firstSection; s <= item.lastSection; ++s) {
      floors[s] = std::min(floors[s], reachable);
      // What hangs below `last` is left out: the bound stays true without it.
      sums[s] += hangs ? 0 : item.size;
    }
  }
  for (unsigned s = low; s <= high; ++s) {
    if (sums[s] == 0)
      continue;
    // All that comes lies at or above `last`, the start of the lowest, and,
    // where nothing overlaps, the section's top.
    if (problem.sectionHasPairs[s]) {
      if (last + sums[s] - problem.sectionSavings[s] > capacity)
        return true;
    } else if (std::max({last, floors[s], tops[s]}) + sums[s] > capacity) {
      return true;
    }
  }
  return false;
}

/// Where the overlap with `partner` puts an item, if that place is free.
std::optional<int64_t>
BranchAndBound::findOffsetBeside(unsigned index, const Partner &partner) {
  int64_t other = offsets[partner.other];
  if (other >= 0) {
    int64_t offset = other + partner.relative;
    if (!partner.exact)
      return findLowestOffset(problem, offsets, index,
                              std::max<int64_t>(0, offset), scratch);
    if (isFree(problem, offsets, index, offset))
      return offset;
    return std::nullopt;
  }
  if (!partner.exact)
    return std::nullopt;
  // The lowest place for the two together can be above the lowest one of each,
  // because of alignment.
  int64_t offset = 0;
  while (offset + problem.items[index].size <= capacity) {
    offset = findLowestOffset(problem, offsets, index, offset, scratch);
    int64_t wanted = offset - partner.relative;
    int64_t reached = findLowestOffset(problem, offsets, partner.other,
                                       std::max<int64_t>(0, wanted), scratch);
    if (reached == wanted)
      return offset;
    offset = reached + partner.relative;
  }
  return std::nullopt;
}

std::vector<BranchAndBound::Candidate>
BranchAndBound::getCandidates(const std::vector<unsigned> &open, int64_t last) {
  // An item that fits wholly below a candidate would have to come before it;
  // unless something that hangs could take its place.
  int64_t lowestEnd = std::numeric_limits<int64_t>::max();
  bool canHang = llvm::any_of(open, [&](unsigned index) {
    return llvm::any_of(problem.partners[index],
                        [](const Partner &p) { return p.canHang; });
  });
  for (unsigned index : open)
    if (!canHang && !hasPartners(index))
      lowestEnd =
          std::min(lowestEnd, starts[index] + problem.items[index].size);

  std::vector<Candidate> candidates;
  auto add = [&](unsigned index, int64_t offset) {
    const Item &item = problem.items[index];
    if (offset + item.size > capacity)
      return;
    if (offset >= lowestEnd)
      return;
    for (const Candidate &candidate : candidates) {
      if (candidate.offset != offset)
        continue;
      if (candidate.item == index)
        return;
      // Twins: one order of the two is enough.
      const Item &other = problem.items[candidate.item];
      if (other.size == item.size && other.alignment == item.alignment &&
          other.firstSection == item.firstSection &&
          other.lastSection == item.lastSection && !hasPartners(index) &&
          !hasPartners(candidate.item))
        return;
    }
    candidates.push_back({offset, index});
  };
  for (unsigned index : open) {
    if (starts[index] >= last)
      add(index, starts[index]);
    if (!hasPartners(index))
      continue;
    if (starts[index] < last)
      add(index, findLowestOffset(problem, offsets, index, last, scratch));
    for (const Partner &partner : problem.partners[index])
      if (std::optional<int64_t> offset = findOffsetBeside(index, partner))
        if (*offset >= last || partner.canHang)
          add(index, *offset);
  }
  llvm::stable_sort(candidates, [&](const Candidate &a, const Candidate &b) {
    return std::make_pair(a.offset, ranks[a.item]) <
           std::make_pair(b.offset, ranks[b.item]);
  });
  return candidates;
}

/// Solves groups of items whose times do not touch one after the other.
bool BranchAndBound::placeParts(const std::vector<unsigned> &open, int64_t last,
                                bool &isSplit) {
  std::vector<unsigned> byTime = open;
  llvm::stable_sort(byTime, [&](unsigned a, unsigned b) {
    return problem.items[a].firstSection < problem.items[b].firstSection;
  });
  std::vector<std::vector<unsigned>> parts;
  unsigned end = 0;
  for (unsigned index : byTime) {
    const Item &item = problem.items[index];
    if (parts.empty() || item.firstSection > end)
      parts.emplace_back();
    parts.back().push_back(index);
    end = std::max(end, item.lastSection);
  }
  isSplit = parts.size() > 1;
  if (!isSplit)
    return false;
  // Small parts first: they fail fast.
  llvm::stable_sort(
      parts, [](const auto &a, const auto &b) { return a.size() < b.size(); });
  std::vector<int64_t> saved = tops;
  for (const std::vector<unsigned> &part : parts)
    if (!place(part, last)) {
      // Parts that were placed have to be taken back.
      for (const std::vector<unsigned> &placed : parts) {
        if (&placed == &part)
          break;
        for (unsigned index : placed)
          offsets[index] = -1;
      }
      tops = std::move(saved);
      return false;
    }
  return true;
}

bool BranchAndBound::place(const std::vector<unsigned> &open, int64_t last) {
  if (open.empty())
    return true;
  if (nodes >= nodeLimit)
    return false;
  ++nodes;
  if (isHopeless(open, last))
    return false;
  bool isSplit = false;
  if (placeParts(open, last, isSplit))
    return true;
  if (isSplit)
    return false;

  std::vector<unsigned> rest;
  std::vector<int64_t> saved;
  for (const Candidate &candidate : getCandidates(open, last)) {
    const Item &item = problem.items[candidate.item];
    rest.clear();
    for (unsigned index : open)
      if (index != candidate.item)
        rest.push_back(index);
    saved.assign(tops.begin() + item.firstSection,
                 tops.begin() + item.lastSection + 1);
    offsets[candidate.item] = candidate.offset;
    for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
      tops[s] = std::max(tops[s], candidate.offset + item.size);
    if (place(rest, std::max(last, candidate.offset)))
      return true;
    offsets[candidate.item] = -1;
    std::copy(saved.begin(), saved.end(), tops.begin() + item.firstSection);
    if (nodes >= nodeLimit)
      return false;
  }
  return false;
}

SearchOutcome planning::searchOffsets(const OffsetProblem &problem,
                                      int64_t capacity, uint64_t nodeLimit,
                                      uint64_t &nodes,
                                      std::vector<int64_t> &offsets) {
  // A search that has gone wrong early rarely recovers: each order gets a
  // short run, then longer ones.
  std::vector<std::vector<unsigned>> orders = getPriorityOrders(problem);
  uint64_t share = 2000;
  while (nodes < nodeLimit) {
    for (const std::vector<unsigned> &order : orders) {
      if (nodes >= nodeLimit)
        break;
      uint64_t limit = std::min(share, nodeLimit - nodes);
      BranchAndBound search(problem, capacity, limit, order);
      SearchOutcome outcome = search.run(order);
      nodes += search.getNodes();
      if (outcome == SearchOutcome::Found)
        offsets = search.getOffsets();
      if (outcome == SearchOutcome::Infeasible && problem.hasHangingPairs())
        return searchOrders(problem, capacity, nodeLimit, nodes, offsets);
      if (outcome != SearchOutcome::Unknown)
        return outcome;
    }
    share *= 4;
  }
  return SearchOutcome::Unknown;
}
