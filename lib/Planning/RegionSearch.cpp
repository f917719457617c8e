//===- RegionSearch.cpp - Which region each buffer lies in ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Branch and bound: buffers with many accesses choose first, and fast regions
// are tried first. What is still to come costs at least its accesses in the
// fastest region, and what the fullest step has too much for that region has to
// leave it (a knapsack whose items may be cut). A choice counts if each region
// has a plan that fits.
//
//===----------------------------------------------------------------------===//

#include "OffsetProblem.h"
#include "ofa/Planning/Planning.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir::ofa;
using namespace mlir::ofa::planning;

namespace {

class RegionSearch {
public:
  RegionSearch(const PlanProblem &problem, SearchBudget budget);

  RegionChoice run();

private:
  AccessCost getCost(unsigned buffer, unsigned speed) const {
    const PlanBuffer &b = problem.buffers[buffer];
    return {b.accesses * problem.regions[bySpeed[speed]].cyclesPerKiB,
            b.bytes * speed};
  }
  /// What a region is relieved of at most if the buffer leaves it: on top of
  /// all others it would take no more.
  int64_t getWeight(unsigned buffer) const {
    return problem.buffers[buffer].bytes + problem.buffers[buffer].alignment -
           1;
  }
  double getDensity(unsigned buffer) const {
    return double(problem.buffers[buffer].accesses) / getWeight(buffer);
  }
  bool isIn(unsigned buffer, unsigned region) const {
    return isChosen[buffer] && choice.regions[buffer] == region;
  }

  void spill();
  std::optional<unsigned> findVictim(unsigned region) const;
  void choose(size_t index, AccessCost cost);
  bool mayFit(unsigned buffer) const;
  int64_t boundLeaving() const;
  bool planRegion(unsigned region, std::vector<int64_t> &offsets);
  bool planAll(std::vector<int64_t> &offsets);

  const PlanProblem &problem;
  SearchBudget budget;
  /// All buffers as if they lay in one region, for its sections.
  OffsetProblem whole;
  /// Regions, fastest first.
  std::vector<unsigned> bySpeed;
  /// Buffers without a region, most accesses first; and what those from each
  /// place on cost at least.
  std::vector<unsigned> open;
  std::vector<AccessCost> restCosts;
  /// Of each section: its open buffers, fewest accesses per byte first.
  std::vector<std::vector<unsigned>> sectionOpen;

  /// The branch that is looked at.
  RegionChoice choice;
  std::vector<bool> isChosen;
  /// The best so far.
  std::optional<RegionChoice> best;
  AccessCost bestCost;
  /// No choice was skipped that might have been better.
  bool isProof = true;
};

} // namespace

RegionSearch::RegionSearch(const PlanProblem &problem, SearchBudget budget)
    : problem(problem), budget(budget), isChosen(problem.buffers.size()) {
  std::vector<unsigned> all;
  for (auto [index, buffer] : llvm::enumerate(problem.buffers)) {
    all.push_back(index);
    choice.regions.push_back(buffer.region.value_or(0));
    isChosen[index] = buffer.region.has_value();
    if (!buffer.region)
      open.push_back(index);
  }
  whole = buildOffsetProblem(problem, all);
  for (unsigned r = 0; r < problem.regions.size(); ++r)
    bySpeed.push_back(r);
  llvm::stable_sort(bySpeed, [&](unsigned a, unsigned b) {
    return problem.regions[a].cyclesPerKiB < problem.regions[b].cyclesPerKiB;
  });
  llvm::stable_sort(open, [&](unsigned a, unsigned b) {
    const PlanBuffer &x = problem.buffers[a], &y = problem.buffers[b];
    return std::tie(x.accesses, x.bytes) > std::tie(y.accesses, y.bytes);
  });
  restCosts.resize(open.size() + 1);
  for (size_t i = open.size(); i > 0; --i)
    restCosts[i - 1] = restCosts[i] + getCost(open[i - 1], 0);
  for (const std::vector<unsigned> &items : whole.sectionItems) {
    std::vector<unsigned> &members = sectionOpen.emplace_back();
    for (unsigned index : items)
      if (!problem.buffers[index].region)
        members.push_back(index);
    llvm::stable_sort(members, [&](unsigned a, unsigned b) {
      return getDensity(a) < getDensity(b);
    });
  }
}

/// Whether a plan for the region that fits is found.
bool RegionSearch::planRegion(unsigned region, std::vector<int64_t> &offsets) {
  std::vector<unsigned> members;
  for (unsigned i = 0; i < problem.buffers.size(); ++i)
    if (isIn(i, region))
      members.push_back(i);
  if (members.empty())
    return true;
  int64_t capacity = problem.regions[region].capacity;
  OffsetProblem local = buildOffsetProblem(problem, members);
  if (findLowerBound(local).bytes > capacity)
    return false;
  std::vector<int64_t> found = planGreedily(local, capacity);
  if (local.peak(found) > capacity) {
    SearchOutcome outcome =
        searchOffsets(local, capacity, budget.getPart(8), found);
    isProof &= outcome != SearchOutcome::Unknown;
    if (outcome != SearchOutcome::Found)
      return false;
  }
  for (auto [member, offset] : llvm::zip_equal(members, found))
    offsets[member] = offset;
  return true;
}

bool RegionSearch::planAll(std::vector<int64_t> &offsets) {
  offsets.assign(problem.buffers.size(), 0);
  for (unsigned r = 0; r < problem.regions.size(); ++r)
    if (!planRegion(r, offsets))
      return false;
  return true;
}

/// Of the buffers that may leave the region, at its fullest step if there are
/// any: the one with the fewest accesses per byte, then the largest.
std::optional<unsigned> RegionSearch::findVictim(unsigned region) const {
  int64_t fullest = -1;
  const std::vector<unsigned> *candidates = &open;
  for (unsigned s = 0; s < whole.sectionSteps.size(); ++s) {
    int64_t bytes = boundSection(whole, s, [&](unsigned item) {
                      return isIn(item, region);
                    }).bytes;
    bool canLeave = llvm::any_of(
        sectionOpen[s], [&](unsigned item) { return isIn(item, region); });
    if (canLeave && bytes > fullest) {
      fullest = bytes;
      candidates = &sectionOpen[s];
    }
  }
  std::optional<unsigned> victim;
  auto isBetter = [&](unsigned a, unsigned b) {
    return std::make_pair(getDensity(a), -problem.buffers[a].bytes) <
           std::make_pair(getDensity(b), -problem.buffers[b].bytes);
  };
  for (unsigned index : *candidates)
    if (isIn(index, region) && (!victim || isBetter(index, *victim)))
      victim = index;
  return victim;
}

/// A first choice: every region, fastest first, takes all buffers that are
/// left, and gives away what it cannot hold.
void RegionSearch::spill() {
  for (unsigned index : open) {
    choice.regions[index] = bySpeed.front();
    isChosen[index] = true;
  }
  std::vector<int64_t> offsets(problem.buffers.size());
  bool fits = true;
  for (auto [speed, region] : llvm::enumerate(bySpeed)) {
    while (!planRegion(region, offsets)) {
      std::optional<unsigned> victim = findVictim(region);
      if (!victim || speed + 1 == bySpeed.size()) {
        fits = false;
        break;
      }
      choice.regions[*victim] = bySpeed[speed + 1];
    }
  }
  best = choice;
  if (!fits)
    return;
  best->offsets = std::move(offsets);
  for (unsigned index : open)
    for (auto [speed, region] : llvm::enumerate(bySpeed))
      if (choice.regions[index] == region)
        bestCost = bestCost + getCost(index, speed);
}

/// Whether the region of `buffer`, the last one chosen, may have a plan.
bool RegionSearch::mayFit(unsigned buffer) const {
  unsigned region = choice.regions[buffer];
  const Item &item = whole.items[buffer];
  for (unsigned s = item.firstSection; s <= item.lastSection; ++s) {
    int64_t sum = 0;
    for (unsigned other : whole.sectionItems[s])
      sum += isIn(other, region) ? whole.items[other].size : 0;
    int64_t capacity = problem.regions[region].capacity;
    if (sum > capacity && boundSection(whole, s, [&](unsigned other) {
                            return isIn(other, region);
                          }).bytes > capacity)
      return false;
  }
  return true;
}

/// What it costs at least, in 1/1024 cycles, that the fastest region does not
/// hold all buffers that are still to come.
int64_t RegionSearch::boundLeaving() const {
  if (bySpeed.size() == 1)
    return 0;
  const PlanRegion &fast = problem.regions[bySpeed[0]];
  int64_t slower = problem.regions[bySpeed[1]].cyclesPerKiB - fast.cyclesPerKiB;
  auto mayStay = [&](unsigned item) {
    return !isChosen[item] || isIn(item, bySpeed[0]);
  };
  int64_t bound = 0;
  for (unsigned s = 0; s < whole.sectionSteps.size(); ++s) {
    int64_t sum = 0;
    for (unsigned item : whole.sectionItems[s])
      sum += mayStay(item) ? whole.items[item].span : 0;
    if (sum <= fast.capacity)
      continue;
    int64_t excess = boundSection(whole, s, mayStay).bytes - fast.capacity;
    int64_t cost = 0;
    for (unsigned item : sectionOpen[s]) {
      if (excess <= 0)
        break;
      if (isChosen[item])
        continue;
      int64_t weight = getWeight(item);
      int64_t all = problem.buffers[item].accesses * slower;
      cost += excess >= weight ? all : all / weight * excess;
      excess -= weight;
    }
    bound = std::max(bound, cost);
  }
  return bound;
}

void RegionSearch::choose(size_t index, AccessCost cost) {
  if (!budget.spend()) {
    isProof = false;
    return;
  }
  auto isWorse = [&](AccessCost bound) {
    return !best->offsets.empty() && !(bound < bestCost);
  };
  AccessCost bound = cost + restCosts[index];
  if (isWorse(bound) || isWorse(bound + AccessCost{boundLeaving(), 0}))
    return;
  if (index == open.size()) {
    if (planAll(choice.offsets)) {
      best = choice;
      bestCost = cost;
    }
    return;
  }
  unsigned buffer = open[index];
  isChosen[buffer] = true;
  for (auto [speed, region] : llvm::enumerate(bySpeed)) {
    choice.regions[buffer] = region;
    if (mayFit(buffer))
      choose(index + 1, cost + getCost(buffer, speed));
  }
  isChosen[buffer] = false;
}

RegionChoice RegionSearch::run() {
  int64_t fixed = 0;
  for (auto [index, buffer] : llvm::enumerate(problem.buffers))
    if (buffer.region)
      fixed += buffer.accesses * problem.regions[*buffer.region].cyclesPerKiB;
  int64_t bound = restCosts.front().cycles + boundLeaving();
  spill();
  for (unsigned index : open)
    isChosen[index] = false;
  // What the spilling could not decide is met again by the search.
  isProof = true;
  choose(0, {});
  if (isProof && !best->offsets.empty())
    bound = bestCost.cycles;
  best->costBound = fixed + bound;
  return *std::move(best);
}

RegionChoice planning::chooseRegions(const PlanProblem &problem,
                                     SearchBudget budget) {
  bool isGiven = llvm::all_of(problem.buffers, [](const PlanBuffer &b) {
    return b.region.has_value();
  });
  if (!isGiven && problem.regions.size() > 1)
    return RegionSearch(problem, budget).run();
  RegionChoice result;
  for (const PlanBuffer &buffer : problem.buffers) {
    result.regions.push_back(buffer.region.value_or(0));
    result.costBound +=
        buffer.accesses * problem.regions[result.regions.back()].cyclesPerKiB;
  }
  return result;
}
