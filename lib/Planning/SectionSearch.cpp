//===- SectionSearch.cpp - Exact search by what lies lowest -----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every section of time has a floor: the lowest offset at which one of its open
// items can still start. The search picks a section and asks what lies on its
// floor: one of the items that can, or none, and then the floor rises to the
// next offset that an item could have. (A plan can be pushed down until every
// item rests on offset 0 or on another item, so the offsets to think of are
// few.) Every plan belongs to exactly one answer, whichever section is asked,
// and that freedom is what makes the search fast: it asks where the answers are
// fewest, where failures were most, or at the lowest floor, in turn.
//
// A branch ends when a section cannot hold its open items above its floor any
// more; and of what can be wasted there follows which items can lie lowest, and
// that the others lie above one of them. Items whose times no longer touch are
// solved apart.
//
// An exact overlap, or one with a negative distance, can hold an item up from
// above. Such plans are found by trying places beside the partner, too, but not
// all of them are; only OrderSearch.cpp can prove that there is none.
//
//===----------------------------------------------------------------------===//

#include "OffsetProblem.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <optional>
#include <random>

using namespace mlir::ofa;
using namespace mlir::ofa::planning;

namespace {

constexpr int64_t never = std::numeric_limits<int64_t>::max();

class SectionSearch {
public:
  /// Which section is asked first.
  enum class Rule {
    FewestAnswers,  ///< Then the one that can waste the fewest bytes.
    LowestFloor,    ///< Then the one with the fewest answers.
    FailuresInMind, ///< The fewest answers for each failure seen there.
  };
  static constexpr unsigned numRules = 3;

  SectionSearch(const OffsetProblem &problem, int64_t capacity);

  /// Answers are tried in the order of `order`. What failures taught stays for
  /// later runs.
  SearchOutcome run(Rule rule, const std::vector<unsigned> &order,
                    SearchBudget budget);

  const std::vector<int64_t> &getOffsets() const { return offsets; }

private:
  /// The sections that a group of open items touches.
  struct Range {
    unsigned first, last;
  };
  struct Candidate {
    unsigned item;
    int64_t offset;
  };
  struct Saved {
    unsigned item;
    int64_t start;
  };

  bool place(const std::vector<unsigned> &open);
  bool placePart(const std::vector<unsigned> &open);
  bool tryCandidate(const std::vector<unsigned> &open, Candidate candidate);
  bool tryHigherFloor(const std::vector<unsigned> &open, unsigned section);

  Range getRange(const std::vector<unsigned> &open) const;
  void updateFloors(const std::vector<unsigned> &open, Range range);
  void liftStarts(const std::vector<unsigned> &open, Range range);
  bool isHopeless(const std::vector<unsigned> &open, Range range);
  int64_t getSlack(unsigned section) const;
  unsigned chooseSection(const std::vector<unsigned> &open, Range range);
  std::vector<Candidate> getCandidates(const std::vector<unsigned> &open,
                                       unsigned section);
  std::optional<int64_t> findOffsetBeside(unsigned index,
                                          const Partner &partner);
  int64_t findNextFloor(const std::vector<unsigned> &open, unsigned section);

  void raiseStart(unsigned index, int64_t start);
  void undo(size_t mark);

  bool contains(unsigned index, unsigned section) const {
    const Item &item = problem.items[index];
    return item.firstSection <= section && section <= item.lastSection;
  }
  bool hasPartners(unsigned index) const {
    return !problem.partners[index].empty();
  }

  const OffsetProblem &problem;
  const int64_t capacity;
  const bool hasHangingPairs;

  // Of one run.
  Rule rule = Rule::FewestAnswers;
  std::optional<SearchBudget> budget;
  bool isCutShort = false;
  /// The place of each item in the order of trying.
  std::vector<unsigned> ranks;

  /// -1 for open items.
  std::vector<int64_t> offsets;
  /// Of each open item: no plan of this branch has it lower. (Beside a partner
  /// that holds it up, it may lie lower.)
  std::vector<int64_t> starts;
  /// Bytes of the section's open items.
  std::vector<int64_t> rests;
  /// Of each section: the lowest start of its open items, `never` without any.
  std::vector<int64_t> floors;
  std::vector<uint64_t> failures;
  /// What to restore when a decision is taken back.
  std::vector<Saved> trail;

  // Working memory.
  std::vector<unsigned> answers;
  std::vector<uint8_t> canAsk;
  std::vector<int64_t> limits, lifts;
  std::vector<std::pair<int64_t, int64_t>> scratch;
};

} // namespace

SectionSearch::SectionSearch(const OffsetProblem &problem, int64_t capacity)
    : problem(problem), capacity(capacity),
      hasHangingPairs(problem.hasHangingPairs()), ranks(problem.items.size()),
      floors(problem.sectionSteps.size()), failures(floors.size(), 0),
      answers(floors.size()), canAsk(floors.size()), limits(floors.size()),
      lifts(floors.size()) {}

SearchOutcome SectionSearch::run(Rule rule, const std::vector<unsigned> &order,
                                 SearchBudget budget) {
  this->rule = rule;
  this->budget = budget;
  isCutShort = false;
  for (auto [rank, item] : llvm::enumerate(order))
    ranks[item] = rank;
  offsets.assign(problem.items.size(), -1);
  starts.assign(problem.items.size(), 0);
  rests.assign(floors.size(), 0);
  trail.clear();
  for (const Item &item : problem.items)
    for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
      rests[s] += item.span;
  std::vector<unsigned> byTime = order;
  llvm::stable_sort(byTime, [&](unsigned a, unsigned b) {
    return problem.items[a].firstSection < problem.items[b].firstSection;
  });
  if (place(byTime))
    return SearchOutcome::Found;
  return isCutShort ? SearchOutcome::Unknown : SearchOutcome::Infeasible;
}

SectionSearch::Range
SectionSearch::getRange(const std::vector<unsigned> &open) const {
  Range range = {static_cast<unsigned>(floors.size()), 0};
  for (unsigned index : open) {
    range.first = std::min(range.first, problem.items[index].firstSection);
    range.last = std::max(range.last, problem.items[index].lastSection);
  }
  return range;
}

void SectionSearch::raiseStart(unsigned index, int64_t start) {
  if (hasPartners(index))
    start = findLowestOffset(problem, offsets, index,
                             std::max(start, starts[index]), scratch);
  else
    start = roundUp(start, problem.items[index].alignment);
  if (start <= starts[index])
    return;
  trail.push_back({index, starts[index]});
  starts[index] = start;
}

void SectionSearch::undo(size_t mark) {
  while (trail.size() > mark) {
    starts[trail.back().item] = trail.back().start;
    trail.pop_back();
  }
}

/// Bytes above its floor that a section can leave unused.
int64_t SectionSearch::getSlack(unsigned section) const {
  return capacity - floors[section] -
         (rests[section] - problem.sectionSavings[section]);
}

void SectionSearch::updateFloors(const std::vector<unsigned> &open,
                                 Range range) {
  std::fill(floors.begin() + range.first, floors.begin() + range.last + 1,
            never);
  for (unsigned index : open) {
    const Item item = problem.items[index];
    int64_t start = starts[index];
    for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
      floors[s] = std::min(floors[s], start);
  }
}

/// An item that starts further above a section's floor than the section can
/// waste has another one below it: one that starts lower. No matter which of
/// those, it ends below.
void SectionSearch::liftStarts(const std::vector<unsigned> &open, Range range) {
  for (unsigned s = range.first; s <= range.last; ++s) {
    lifts[s] = never;
    limits[s] = floors[s] == never ? never : floors[s] + getSlack(s);
  }
  for (unsigned index : open) {
    const Item item = problem.items[index];
    int64_t start = starts[index], end = start + item.size;
    for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
      if (start <= limits[s])
        lifts[s] = std::min(lifts[s], end);
  }
  bool isChanged = false;
  for (unsigned index : open) {
    const Item item = problem.items[index];
    int64_t start = starts[index], lifted = start;
    for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
      if (start > limits[s])
        lifted = std::max(lifted, lifts[s]);
    if (lifted > start) {
      raiseStart(index, lifted);
      isChanged = true;
    }
  }
  if (isChanged)
    updateFloors(open, range);
}

/// Compares what is still to come with the capacity.
bool SectionSearch::isHopeless(const std::vector<unsigned> &open, Range range) {
  for (unsigned s = range.first; s <= range.last; ++s)
    if (floors[s] != never && getSlack(s) < 0) {
      ++failures[s];
      return true;
    }
  for (unsigned index : open) {
    const Item &item = problem.items[index];
    if (starts[index] + item.size <= capacity)
      continue;
    auto highest = std::max_element(floors.begin() + item.firstSection,
                                    floors.begin() + item.lastSection + 1);
    ++failures[highest - floors.begin()];
    return true;
  }
  return false;
}

/// A section can be asked if whatever can lie on its floor leaves no room below
/// itself in its other sections. The section with the lowest floor can.
unsigned SectionSearch::chooseSection(const std::vector<unsigned> &open,
                                      Range range) {
  for (unsigned s = range.first; s <= range.last; ++s) {
    answers[s] = floors[s] != never && getSlack(s) > 0 ? 1 : 0;
    canAsk[s] = floors[s] != never;
  }
  for (unsigned index : open) {
    const Item item = problem.items[index];
    int64_t start = starts[index];
    bool isFlat = true;
    for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
      isFlat &= floors[s] == start;
    for (unsigned s = item.firstSection; s <= item.lastSection; ++s) {
      bool isLowest = floors[s] == start;
      answers[s] += isLowest;
      canAsk[s] &= isFlat | !isLowest;
    }
  }
  // Smaller is better.
  auto isBetter = [&](unsigned a, unsigned b) {
    switch (rule) {
    case Rule::LowestFloor:
      return std::make_pair(floors[a], answers[a]) <
             std::make_pair(floors[b], answers[b]);
    case Rule::FewestAnswers:
      return std::make_pair<int64_t>(answers[a], getSlack(a)) <
             std::make_pair<int64_t>(answers[b], getSlack(b));
    case Rule::FailuresInMind:
      return answers[a] * (failures[b] + 1) < answers[b] * (failures[a] + 1);
    }
    llvm_unreachable("unknown rule");
  };
  std::optional<unsigned> best;
  for (unsigned s = range.first; s <= range.last; ++s)
    if (canAsk[s] && (!best || isBetter(s, *best)))
      best = s;
  return *best;
}

/// Where the overlap with `partner` puts an item, if that place is free.
std::optional<int64_t> SectionSearch::findOffsetBeside(unsigned index,
                                                       const Partner &partner) {
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

std::vector<SectionSearch::Candidate>
SectionSearch::getCandidates(const std::vector<unsigned> &open,
                             unsigned section) {
  std::vector<Candidate> candidates;
  auto isTwin = [&](unsigned a, unsigned b) {
    const Item &x = problem.items[a], &y = problem.items[b];
    return x.size == y.size && x.alignment == y.alignment &&
           x.firstSection == y.firstSection && x.lastSection == y.lastSection &&
           !hasPartners(a) && !hasPartners(b);
  };
  auto add = [&](unsigned index, int64_t offset) {
    if (offset + problem.items[index].size > capacity)
      return;
    for (const Candidate &candidate : candidates)
      if (candidate.offset == offset &&
          (candidate.item == index || isTwin(candidate.item, index)))
        return;
    candidates.push_back({index, offset});
  };
  for (unsigned index : open) {
    if (!contains(index, section))
      continue;
    if (starts[index] == floors[section])
      add(index, starts[index]);
    if (!hasHangingPairs)
      continue;
    for (const Partner &partner : problem.partners[index])
      if (std::optional<int64_t> offset = findOffsetBeside(index, partner))
        add(index, *offset);
  }
  llvm::sort(candidates, [&](const Candidate &a, const Candidate &b) {
    return std::make_pair(a.offset, ranks[a.item]) <
           std::make_pair(b.offset, ranks[b.item]);
  });
  return candidates;
}

/// The lowest floor above its present one that a section can have. The item
/// that would lie there starts above the present floor anyway, or rests on an
/// item outside the section, or on one that is placed.
int64_t SectionSearch::findNextFloor(const std::vector<unsigned> &open,
                                     unsigned section) {
  int64_t floor = floors[section], next = never;
  for (unsigned index : open) {
    if (!contains(index, section))
      continue;
    if (starts[index] > floor) {
      next = std::min(next, starts[index]);
      continue;
    }
    int64_t alignment = problem.items[index].alignment;
    for (const Conflict &conflict : problem.conflicts[index]) {
      bool isOpen = offsets[conflict.other] < 0;
      if (isOpen && contains(conflict.other, section))
        continue;
      int64_t base = isOpen ? starts[conflict.other] : offsets[conflict.other];
      for (int64_t high : {conflict.high, conflict.high2})
        if (base + high > floor)
          next = std::min(next, roundUp(base + high, alignment));
    }
  }
  return next;
}

bool SectionSearch::tryCandidate(const std::vector<unsigned> &open,
                                 Candidate candidate) {
  const Item &item = problem.items[candidate.item];
  std::vector<unsigned> rest;
  rest.reserve(open.size());
  for (unsigned index : open)
    if (index != candidate.item)
      rest.push_back(index);
  size_t mark = trail.size();
  offsets[candidate.item] = candidate.offset;
  for (const Conflict &conflict : problem.conflicts[candidate.item])
    if (offsets[conflict.other] < 0)
      raiseStart(conflict.other, hasPartners(conflict.other)
                                     ? 0
                                     : candidate.offset + item.size);
  for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
    rests[s] -= item.span;
  bool isPlaced = place(rest);
  for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
    rests[s] += item.span;
  if (isPlaced)
    return true;
  offsets[candidate.item] = -1;
  undo(mark);
  return false;
}

bool SectionSearch::tryHigherFloor(const std::vector<unsigned> &open,
                                   unsigned section) {
  int64_t next = findNextFloor(open, section);
  if (next == never || next - floors[section] > getSlack(section))
    return false;
  size_t mark = trail.size();
  for (unsigned index : open)
    if (contains(index, section))
      raiseStart(index, next);
  if (placePart(open))
    return true;
  undo(mark);
  return false;
}

/// Solves groups of items whose times do not touch one after the other. `open`
/// is sorted by first sections.
bool SectionSearch::place(const std::vector<unsigned> &open) {
  std::vector<std::vector<unsigned>> parts;
  unsigned end = 0;
  for (unsigned index : open) {
    const Item &item = problem.items[index];
    if (parts.empty() || item.firstSection > end)
      parts.emplace_back();
    parts.back().push_back(index);
    end = std::max(end, item.lastSection);
  }
  // Small parts first: they fail fast.
  llvm::stable_sort(
      parts, [](const auto &a, const auto &b) { return a.size() < b.size(); });
  size_t mark = trail.size();
  for (const std::vector<unsigned> &part : parts) {
    if (placePart(part))
      continue;
    // Parts that were placed have to be taken back.
    for (unsigned index : open)
      offsets[index] = -1;
    undo(mark);
    return false;
  }
  return true;
}

bool SectionSearch::placePart(const std::vector<unsigned> &open) {
  if (!budget->spend()) {
    isCutShort = true;
    return false;
  }
  Range range = getRange(open);
  size_t mark = trail.size();
  updateFloors(open, range);
  if (isHopeless(open, range))
    return false;
  if (problem.pairs.empty())
    liftStarts(open, range);
  if (!isHopeless(open, range)) {
    unsigned section = chooseSection(open, range);
    std::vector<Candidate> candidates = getCandidates(open, section);
    bool canWaste = getSlack(section) > 0;
    for (const Candidate &candidate : candidates) {
      if (tryCandidate(open, candidate))
        return true;
      if (isCutShort)
        return false;
    }
    if (canWaste) {
      updateFloors(open, range); // The search below has changed them.
      if (tryHigherFloor(open, section))
        return true;
    }
    ++failures[section];
  }
  undo(mark);
  return false;
}

/// 1, 1, 2, 1, 1, 2, 4, ...: run lengths that waste at most a logarithm
/// whatever length is the right one (Luby, Sinclair, Zuckerman, "Optimal
/// speedup of Las Vegas algorithms", 1993).
static uint64_t getLubyFactor(uint64_t index) {
  for (++index; !llvm::isPowerOf2_64(index + 1);)
    index -= llvm::bit_floor(index + 1) - 1;
  return (index + 1) / 2;
}

SearchOutcome planning::searchOffsets(const OffsetProblem &problem,
                                      int64_t capacity, SearchBudget budget,
                                      std::vector<int64_t> &offsets) {
  // A search that has gone wrong early rarely recovers: runs are short, and
  // differ in the section that they ask and in the item that they try first.
  constexpr uint64_t shortestRun = 1000;
  std::vector<std::vector<unsigned>> orders = getPriorityOrders(problem);
  // What overlaps hides how much a section needs: lowest floors lead to a plan
  // sooner there.
  const unsigned firstRule =
      unsigned(problem.pairs.empty() ? SectionSearch::Rule::FewestAnswers
                                     : SectionSearch::Rule::LowestFloor);
  const uint64_t cycle = orders.size() * SectionSearch::numRules;
  SectionSearch search(problem, capacity);
  std::mt19937_64 random(0);
  // Where items can hang, the search over orders gets as many nodes.
  const uint64_t begin = budget.getUsedNodes();
  uint64_t orderLength = problem.hasHangingPairs() ? shortestRun : never;
  for (uint64_t i = 0; !budget.isSpent(); ++i) {
    std::vector<unsigned> order = orders[i % orders.size()];
    if (i >= cycle) {
      // A new order near the old one: each item moves by some places.
      std::vector<std::pair<uint64_t, unsigned>> keys;
      for (auto [rank, item] : llvm::enumerate(order))
        keys.emplace_back(rank + random() % (order.size() / 4 + 1), item);
      llvm::sort(keys);
      for (auto [position, key] : llvm::enumerate(keys))
        order[position] = key.second;
    }
    auto rule = SectionSearch::Rule((i / orders.size() + firstRule) %
                                    SectionSearch::numRules);
    uint64_t length = shortestRun * getLubyFactor(i / cycle);
    SearchOutcome outcome = search.run(rule, order, budget.getNodes(length));
    if (outcome == SearchOutcome::Found)
      offsets = search.getOffsets();
    if (outcome == SearchOutcome::Infeasible && problem.hasHangingPairs())
      return searchOrders(problem, capacity, budget, offsets);
    if (outcome == SearchOutcome::Unknown &&
        budget.getUsedNodes() - begin >= orderLength) {
      outcome = searchOrders(problem, capacity, budget.getNodes(orderLength),
                             offsets);
      orderLength *= 4;
    }
    if (outcome != SearchOutcome::Unknown)
      return outcome;
  }
  return SearchOutcome::Unknown;
}
