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
// solved apart. What failed once is not tried again, in whatever order the
// items below were placed.
//
// An exact overlap, or one with a negative distance, can hold an item up from
// above. Such plans are found by trying places beside the partner, too, but not
// all of them are; only OrderSearch.cpp can prove that there is none.
//
//===----------------------------------------------------------------------===//

#include "OffsetProblem.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <optional>
#include <random>
#include <utility>

using namespace mlir::ofa;
using namespace mlir::ofa::planning;

namespace {

/// Above all offsets, and far from overflow.
constexpr int64_t never = std::numeric_limits<int64_t>::max() / 2;

class SectionSearch {
public:
  /// Which section is asked first.
  enum class Rule {
    FewestAnswers,  ///< Then the one that can waste the fewest bytes.
    LowestFloor,    ///< Then the one with the fewest answers.
    FailuresInMind, ///< The fewest answers for each failure seen there.
  };

  SectionSearch(const OffsetProblem &problem, int64_t capacity);

  /// Answers are tried in the order of `order`. What failures taught stays for
  /// later runs.
  SearchOutcome run(Rule rule, const std::vector<unsigned> &order,
                    SearchBudget budget);

  const std::vector<int64_t> &getOffsets() const { return offsets; }

private:
  struct Candidate {
    unsigned item;
    int64_t offset;
  };
  /// What a section knows of its open items.
  struct Section {
    /// The lowest start, `never` without any, and how many start there.
    int64_t floor = never;
    unsigned lowest = 0;
    /// The highest floor above which they fit.
    int64_t limit = 0;
    /// Where the first of those can end that start at the limit or below:
    /// whatever starts higher lies above one of these.
    int64_t lift = never;

    bool isEmpty() const { return floor == never; }
    /// Bytes that the section can leave unused.
    int64_t getSlack() const { return limit - floor; }
    /// What can lie on the floor: an item, or nothing.
    unsigned countAnswers() const { return lowest + (getSlack() > 0); }
  };

  struct Mark {
    size_t starts, sections;
  };

  // Decisions.
  bool place(const std::vector<unsigned> &open);
  bool placePart(const std::vector<unsigned> &open);
  bool tryCandidate(const std::vector<unsigned> &open, Candidate candidate);
  bool raiseFloor(unsigned section);
  bool spend();

  /// All that the search below depends on, in 128 bits.
  using State = std::pair<uint64_t, uint64_t>;
  State getState(const std::vector<unsigned> &open) const;

  // What to decide.
  unsigned chooseSection(const std::vector<unsigned> &open) const;
  bool isBetter(unsigned a, unsigned b) const;
  bool canAsk(unsigned section) const;
  std::vector<Candidate> getCandidates(unsigned section);
  std::optional<int64_t> findOffsetBeside(unsigned index,
                                          const Partner &partner);
  int64_t findNextStart(unsigned index, unsigned section, int64_t floor) const;

  // What follows.
  void raiseStart(unsigned index, int64_t start);
  void touch(unsigned section);
  bool update();
  bool updateSection(unsigned index);
  Mark getMark() const;
  void undo(Mark mark);

  bool isOpen(unsigned index) const { return offsets[index] < 0; }
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
  std::vector<Section> sections;
  /// What to restore when a decision is taken back: starts, and sections but
  /// for their limits.
  struct SavedStart {
    unsigned item;
    int64_t start;
  };
  struct SavedSection {
    unsigned index;
    Section section;
  };
  std::vector<SavedStart> savedStarts;
  std::vector<SavedSection> savedSections;

  /// Sections whose items have changed.
  std::vector<unsigned> touched;
  std::vector<bool> isTouched;
  /// An item does not fit at its start any more.
  bool isDead = false;
  std::vector<uint64_t> failures;
  /// States without a plan.
  llvm::DenseSet<State> deadEnds;
  std::vector<std::pair<int64_t, int64_t>> scratch;
};

} // namespace

SectionSearch::SectionSearch(const OffsetProblem &problem, int64_t capacity)
    : problem(problem), capacity(capacity),
      hasHangingPairs(problem.hasHangingPairs()), ranks(problem.items.size()),
      isTouched(problem.sectionSteps.size()), failures(isTouched.size()) {}

SearchOutcome SectionSearch::run(Rule rule, const std::vector<unsigned> &order,
                                 SearchBudget budget) {
  this->rule = rule;
  this->budget = budget;
  isCutShort = false;
  for (auto [rank, item] : llvm::enumerate(order))
    ranks[item] = rank;
  offsets.assign(problem.items.size(), -1);
  starts.assign(problem.items.size(), 0);
  sections.assign(problem.sectionSteps.size(), Section());
  savedStarts.clear();
  savedSections.clear();
  for (unsigned s = 0; s < sections.size(); ++s) {
    sections[s].limit = capacity + problem.sectionSavings[s];
    for (unsigned item : problem.sectionItems[s])
      sections[s].limit -= problem.items[item].span;
    touch(s);
  }
  std::vector<unsigned> byTime = order;
  llvm::stable_sort(byTime, [&](unsigned a, unsigned b) {
    return problem.items[a].firstSection < problem.items[b].firstSection;
  });
  if (update() && place(byTime))
    return SearchOutcome::Found;
  return isCutShort ? SearchOutcome::Unknown : SearchOutcome::Infeasible;
}

//===----------------------------------------------------------------------===//
// What follows
//===----------------------------------------------------------------------===//

void SectionSearch::touch(unsigned section) {
  if (isTouched[section])
    return;
  isTouched[section] = true;
  touched.push_back(section);
}

void SectionSearch::raiseStart(unsigned index, int64_t start) {
  const Item &item = problem.items[index];
  if (hasPartners(index))
    start = findLowestOffset(problem, offsets, index,
                             std::max(start, starts[index]), scratch);
  else
    start = roundUp(start, item.alignment);
  int64_t before = starts[index];
  if (start <= before)
    return;
  savedStarts.push_back({index, before});
  starts[index] = start;
  if (start + item.size > capacity && !isDead) {
    isDead = true;
    ++failures[item.firstSection];
  }
  for (unsigned s = item.firstSection; s <= item.lastSection; ++s) {
    const Section &section = sections[s];
    if (before == section.floor || before + item.size == section.lift ||
        (start > section.limit && start < section.lift))
      touch(s);
  }
}

/// Draws all conclusions from what has changed. False if there is no plan.
bool SectionSearch::update() {
  while (!isDead && !touched.empty()) {
    unsigned section = touched.back();
    touched.pop_back();
    isTouched[section] = false;
    isDead = !updateSection(section);
  }
  for (unsigned section : touched)
    isTouched[section] = false;
  touched.clear();
  return !std::exchange(isDead, false);
}

bool SectionSearch::updateSection(unsigned index) {
  savedSections.push_back({index, sections[index]});
  const std::vector<unsigned> &items = problem.sectionItems[index];
  Section section;
  section.limit = sections[index].limit;
  for (unsigned item : items) {
    if (!isOpen(item))
      continue;
    int64_t start = starts[item];
    if (start <= section.limit)
      section.lift = std::min(section.lift, start + problem.items[item].size);
    if (start < section.floor) {
      section.floor = start;
      section.lowest = 0;
    }
    section.lowest += start == section.floor;
  }
  sections[index] = section;
  if (section.isEmpty())
    return true;
  if (section.floor > section.limit) {
    ++failures[index];
    return false;
  }
  if (problem.pairs.empty())
    for (unsigned item : items)
      if (isOpen(item) && starts[item] > section.limit)
        raiseStart(item, section.lift);
  return true;
}

SectionSearch::Mark SectionSearch::getMark() const {
  return {savedStarts.size(), savedSections.size()};
}

void SectionSearch::undo(Mark mark) {
  while (savedStarts.size() > mark.starts) {
    starts[savedStarts.back().item] = savedStarts.back().start;
    savedStarts.pop_back();
  }
  while (savedSections.size() > mark.sections) {
    const SavedSection &saved = savedSections.back();
    int64_t limit = sections[saved.index].limit;
    sections[saved.index] = saved.section;
    sections[saved.index].limit = limit;
    savedSections.pop_back();
  }
}

//===----------------------------------------------------------------------===//
// What to decide
//===----------------------------------------------------------------------===//

bool SectionSearch::isBetter(unsigned a, unsigned b) const {
  const Section &x = sections[a], &y = sections[b];
  uint64_t answersOfX = x.countAnswers(), answersOfY = y.countAnswers();
  switch (rule) {
  case Rule::FewestAnswers:
    return std::make_pair(answersOfX, x.getSlack()) <
           std::make_pair(answersOfY, y.getSlack());
  case Rule::LowestFloor:
    return std::make_pair(x.floor, answersOfX) <
           std::make_pair(y.floor, answersOfY);
  case Rule::FailuresInMind:
    return answersOfX * (failures[b] + 1) < answersOfY * (failures[a] + 1);
  }
  llvm_unreachable("unknown rule");
}

/// Whether all that can lie on the section's floor leaves no room below itself
/// in its other sections. So it is for the section with the lowest floor.
bool SectionSearch::canAsk(unsigned section) const {
  int64_t floor = sections[section].floor;
  return llvm::all_of(problem.sectionItems[section], [&](unsigned index) {
    if (!isOpen(index) || starts[index] != floor)
      return true;
    const Item &item = problem.items[index];
    for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
      if (sections[s].floor != floor)
        return false;
    return true;
  });
}

unsigned SectionSearch::chooseSection(const std::vector<unsigned> &open) const {
  unsigned last = 0;
  for (unsigned index : open)
    last = std::max(last, problem.items[index].lastSection);
  std::optional<unsigned> best;
  for (unsigned s = problem.items[open.front()].firstSection; s <= last; ++s)
    if (!sections[s].isEmpty() && (!best || isBetter(s, *best)) && canAsk(s))
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
SectionSearch::getCandidates(unsigned section) {
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
  for (unsigned index : problem.sectionItems[section]) {
    if (!isOpen(index))
      continue;
    if (starts[index] == sections[section].floor)
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

/// The lowest offset above `floor` that an item can have if no item of
/// `section` lies at `floor` or below: it starts there anyway, or rests on an
/// item outside the section, or on one that is placed.
int64_t SectionSearch::findNextStart(unsigned index, unsigned section,
                                     int64_t floor) const {
  if (starts[index] > floor)
    return starts[index];
  int64_t next = never;
  for (const Conflict &conflict : problem.conflicts[index]) {
    unsigned other = conflict.other;
    if (isOpen(other) && contains(other, section))
      continue;
    int64_t base = isOpen(other) ? starts[other] : offsets[other];
    if (conflict.low < conflict.high && base + conflict.high > floor)
      next = std::min(next, base + conflict.high);
    if (conflict.low2 < conflict.high2 && base + conflict.high2 > floor)
      next = std::min(next, base + conflict.high2);
    if (!isOpen(other) || base + conflict.high > floor)
      continue;
    // An output that holds up its input lies no lower, and rests on something.
    // What else lies so low cannot be below an item that may lie on the floor.
    bool isExact = conflict.low2 < conflict.high2;
    if (conflict.high <= 0 && !isExact)
      next =
          std::min(next, findNextStart(other, section, floor - conflict.high) +
                             conflict.high);
    else if (!contains(index, section))
      next = floor + 1;
  }
  return roundUp(next, problem.items[index].alignment);
}

//===----------------------------------------------------------------------===//
// Decisions
//===----------------------------------------------------------------------===//

bool SectionSearch::spend() {
  isCutShort |= !budget->spend();
  return !isCutShort;
}

bool SectionSearch::tryCandidate(const std::vector<unsigned> &open,
                                 Candidate candidate) {
  if (!spend())
    return false;
  const Item &item = problem.items[candidate.item];
  Mark mark = getMark();
  offsets[candidate.item] = candidate.offset;
  for (unsigned s = item.firstSection; s <= item.lastSection; ++s) {
    sections[s].limit += item.span;
    touch(s);
  }
  for (const Conflict &conflict : problem.conflicts[candidate.item])
    if (isOpen(conflict.other))
      raiseStart(conflict.other, hasPartners(conflict.other)
                                     ? 0
                                     : candidate.offset + item.size);
  bool isPlaced = update();
  if (isPlaced) {
    std::vector<unsigned> rest;
    rest.reserve(open.size());
    for (unsigned index : open)
      if (index != candidate.item)
        rest.push_back(index);
    isPlaced = place(rest);
  }
  for (unsigned s = item.firstSection; s <= item.lastSection; ++s)
    sections[s].limit -= item.span;
  if (isPlaced)
    return true;
  offsets[candidate.item] = -1;
  undo(mark);
  return false;
}

/// Nothing lies on the section's floor. False if then there is no plan.
bool SectionSearch::raiseFloor(unsigned section) {
  if (sections[section].getSlack() == 0)
    return false;
  int64_t next = never;
  for (unsigned index : problem.sectionItems[section])
    if (isOpen(index))
      next = std::min(next,
                      findNextStart(index, section, sections[section].floor));
  if (next > sections[section].limit || !spend())
    return false;
  for (unsigned index : problem.sectionItems[section])
    if (isOpen(index))
      raiseStart(index, next);
  return update();
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
  Mark mark = getMark();
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

/// SplitMix64's output function.
static uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

SectionSearch::State
SectionSearch::getState(const std::vector<unsigned> &open) const {
  State state(0, 0);
  auto add = [&](uint64_t index, uint64_t offset) {
    uint64_t bits = mix(offset * 0x9E3779B97F4A7C15u + index);
    state.first += bits;
    state.second += mix(bits + 0x9E3779B97F4A7C15u);
  };
  for (unsigned index : open) {
    add(index, starts[index]);
    if (!hasPartners(index))
      continue;
    // What is placed need not lie below.
    for (const Conflict &conflict : problem.conflicts[index])
      if (int64_t offset = offsets[conflict.other];
          offset >= 0 &&
          offset + std::max(conflict.high, conflict.high2) > starts[index])
        add(problem.items.size() + conflict.other, offset);
  }
  return state;
}

bool SectionSearch::placePart(const std::vector<unsigned> &open) {
  constexpr unsigned maxDeadEnds = 1 << 20;
  std::vector<std::pair<State, unsigned>> asked;
  Mark mark = getMark();
  do {
    State state = getState(open);
    if (deadEnds.contains(state))
      break;
    unsigned section = chooseSection(open);
    asked.emplace_back(state, section);
    for (const Candidate &candidate : getCandidates(section))
      if (tryCandidate(open, candidate))
        return true;
  } while (!isCutShort && raiseFloor(asked.back().second));
  undo(mark);
  if (isCutShort)
    return false;
  for (auto [state, section] : llvm::reverse(asked)) {
    ++failures[section];
    if (hasHangingPairs)
      continue;
    if (deadEnds.size() == maxDeadEnds)
      deadEnds.clear();
    deadEnds.insert(state);
  }
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
  using Rule = SectionSearch::Rule;
  constexpr Rule turns[] = {Rule::FewestAnswers, Rule::LowestFloor,
                            Rule::FewestAnswers, Rule::FailuresInMind};
  // What overlaps hides how much a section needs: lowest floors lead to a plan
  // sooner there.
  const unsigned firstTurn = problem.pairs.empty() ? 0 : 1;
  std::vector<std::vector<unsigned>> orders = getPriorityOrders(problem);
  SectionSearch search(problem, capacity);
  std::mt19937_64 random(0);
  // Where items can hang, the search over orders gets as many nodes.
  const uint64_t begin = budget.getUsedNodes();
  uint64_t orderLength = problem.hasHangingPairs() ? shortestRun : never;
  for (uint64_t i = 0; !budget.isSpent(); ++i) {
    std::vector<unsigned> order = orders[i % orders.size()];
    uint64_t turn = i / orders.size();
    if (turn >= 2) {
      // A new order near the old one: each item moves by some places.
      std::vector<std::pair<uint64_t, unsigned>> keys;
      for (auto [rank, item] : llvm::enumerate(order))
        keys.emplace_back(rank + random() % (order.size() / 4 + 1), item);
      llvm::sort(keys);
      for (auto [position, key] : llvm::enumerate(keys))
        order[position] = key.second;
    }
    Rule rule = turns[(turn + firstTurn) % std::size(turns)];
    uint64_t length = shortestRun * getLubyFactor(turn / std::size(turns));
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
