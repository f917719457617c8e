//===- Neighbourhood.cpp - The changes of one and two genes ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Neighbourhood.h"
#include "Lanes.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace mlir::ofa;

// Tuned on the note10 problems of docs/search.md.
/// Pairs that are estimated together, of those with the best sums.
static constexpr size_t kRefined = 50;
/// Exchanges whose estimated gain falls short of zero by up to this part of an
/// average change are tried, too: estimates err.
static constexpr double kTolerance = 0.25;
/// Costs of a pair are taken to be sums, which is not exact: room for that.
static constexpr double kSlack = 1.002;
/// Ways to set the genes that a change gives effect (a new block's kernel and
/// expand ratio): all up to so many, or as many good ones.
static constexpr size_t kAllWays = 9, kGoodWays = 12;

Neighbourhood::Neighbourhood(const SearchProblem &problem,
                             const Objective &objective)
    : problem(problem), objective(objective),
      cardinalities(problem.getCardinalities()), limits(problem.getLimits()) {
  for (unsigned i = 0; i < limits.size(); ++i)
    if (!std::isinf(limits[i]) && problem.mayExceed(i))
      bounded.push_back(i);
  for (unsigned gene = 0; gene < cardinalities.size(); ++gene)
    changesEffects.push_back(problem.changesEffects(gene));
}

double Neighbourhood::getLoad(llvm::ArrayRef<double> costs) const {
  double load = 0;
  for (unsigned i : bounded)
    load += costs[i] / limits[i];
  return load;
}

//===----------------------------------------------------------------------===//
// Changes of one gene
//===----------------------------------------------------------------------===//

double Neighbourhood::estimate(llvm::ArrayRef<GeneChange> own) {
  ++numEstimates;
  return surroundings->estimate(own);
}

void Neighbourhood::addChange(llvm::ArrayRef<GeneChange> own) {
  Change change;
  change.begin = genes.size();
  llvm::append_range(genes, own);
  change.end = genes.size();
  for (auto [gene, value] : own)
    change.mask[gene / 64 % 2] |= uint64_t(1) << gene % 64;
  size_t begin = costs.size();
  costs.resize(begin + limits.size());
  surroundings->computeCosts(
      own, llvm::MutableArrayRef<double>(costs).drop_front(begin));
  change.kept = numEstimates;
  change.gain = estimate(own) - center->score;
  changes.push_back(change);
}

/// Adds the change with good values for its last genes, to which it gives
/// effect: with all of them where they are few. Otherwise each gene's values
/// are judged alone, those before it at their best, and of sums of such gains
/// and loads those are kept that no lighter one beats.
void Neighbourhood::addWithWoken(llvm::MutableArrayRef<GeneChange> own,
                                 size_t numWoken) {
  struct Way {
    double gain, load;
    llvm::SmallVector<int, 8> values;
  };
  std::vector<Way> ways = {{0, 0, {}}}, longer;
  llvm::MutableArrayRef<GeneChange> woken = own.take_back(numWoken);
  uint64_t count = 1;
  for (GeneChange change : woken)
    count = std::min<uint64_t>(count * cardinalities[change.gene], 1 << 20);

  scratch.resize(limits.size());
  for (GeneChange &change : woken) {
    longer.clear();
    int best = 0;
    double most = -INFINITY;
    for (unsigned value = 0; value < cardinalities[change.gene]; ++value) {
      change.value = value;
      double gain = 0, load = 0;
      if (count > kAllWays) {
        surroundings->computeCosts(own, scratch);
        load = getLoad(scratch);
        gain = estimate(own);
      }
      if (gain > most) {
        most = gain;
        best = value;
      }
      for (const Way &way : ways) {
        longer.push_back({way.gain + gain, way.load + load, way.values});
        longer.back().values.push_back(value);
      }
    }
    change.value = best;
    std::swap(ways, longer);
    if (count <= kAllWays)
      continue;
    llvm::sort(ways, [](const Way &a, const Way &b) {
      return a.gain != b.gain ? a.gain > b.gain : a.values < b.values;
    });
    double least = INFINITY;
    size_t kept = 0;
    for (size_t i = 0; i < ways.size() && kept < kGoodWays; ++i)
      if (i < 4 || ways[i].load < least) {
        least = std::min(least, ways[i].load);
        if (kept != i)
          ways[kept] = std::move(ways[i]);
        ++kept;
      }
    ways.resize(kept, {0, 0, {}});
  }

  for (const Way &way : ways) {
    for (auto [change, value] : llvm::zip(woken, way.values))
      change.value = value;
    addChange(own);
  }
}

void Neighbourhood::collectChanges() {
  const Genome &at = center->genome;
  llvm::SmallBitVector active = problem.findActive(at);
  Genome trial = at;
  llvm::SmallVector<GeneChange, 16> own;
  for (unsigned gene = 0; gene < at.size(); ++gene) {
    if (!active[gene])
      continue;
    for (unsigned value = 0; value < cardinalities[gene]; ++value) {
      if (value == at[gene])
        continue;
      own.assign(1, {gene, int(value)});
      if (!changesEffects[gene]) {
        addChange(own);
        continue;
      }
      trial[gene] = value;
      llvm::SmallBitVector now = problem.findActive(trial), changed = now;
      changed ^= active;
      changed.reset(gene);
      for (unsigned other : changed.set_bits())
        if (!now[other])
          own.push_back({other, -1});
      size_t numOld = own.size();
      for (unsigned other : changed.set_bits())
        if (now[other])
          own.push_back({other, 0});
      if (own.size() == numOld)
        addChange(own);
      else
        addWithWoken(own, own.size() - numOld);
    }
    trial[gene] = at[gene];
  }
}

//===----------------------------------------------------------------------===//
// Pairs
//===----------------------------------------------------------------------===//

double Neighbourhood::getMerit(size_t change) const {
  if (objective.minimise && objective.isMet(*center))
    return center->costs[*objective.minimise] -
           getCost(change, *objective.minimise);
  return changes[change].gain;
}

/// Of rank `first` + 1 to `end`: whether their genes are others than that
/// one's.
OFA_FOR_ALL_VECTOR_LENGTHS
static void findDisjoint(const uint64_t *masks, const uint64_t *moreMasks,
                         size_t first, size_t end, uint64_t *fits) {
  uint64_t mask = masks[first], more = moreMasks[first];
  for (size_t i = first + 1; i < end; ++i)
    fits[i] = ((masks[i] & mask) | (moreMasks[i] & more)) == 0;
}

/// Of rank `begin` to `end`: whether they fit and add at most `room`.
OFA_FOR_ALL_VECTOR_LENGTHS
static void findWithin(const double *added, double room, size_t begin,
                       size_t end, uint64_t *fits) {
  for (size_t i = begin; i < end; ++i)
    fits[i] &= added[i] <= room;
}

/// Lists those of rank `begin` to `end` that fit; without a branch, which
/// nobody could foretell. Returns how many.
static size_t listFitting(const uint64_t *fits, size_t begin, size_t end,
                          unsigned *ranks) {
  size_t count = 0;
  for (size_t i = begin; i < end; ++i) {
    ranks[count] = i;
    count += fits[i];
  }
  return count;
}

/// Changes and pairs of changes by the sum of their merits, in no order.
void Neighbourhood::pairChanges() {
  exchanges.clear();
  if (changes.empty())
    return;
  bool isCostMinimised = objective.minimise && objective.isMet(*center);
  size_t size = changes.size();
  double sum = 0;
  order.clear();
  for (size_t i = 0; i < size; ++i) {
    double merit = getMerit(i);
    sum += std::abs(merit);
    order.emplace_back(-merit, i);
  }
  double least = -kTolerance * sum / size;
  llvm::sort(order);

  // Limits that no pair can reach are left out.
  llvm::SmallVector<unsigned, 6> tight;
  for (unsigned limit : bounded) {
    double most = 0;
    for (size_t i = 0; i < size; ++i)
      most = std::max(most, getCost(i, limit) - center->costs[limit]);
    if (center->costs[limit] + 2 * most > limits[limit])
      tight.push_back(limit);
  }
  if (isCostMinimised)
    tight.push_back(limits.size()); // The score that must not be missed.
  unsigned numTight = tight.size();
  llvm::SmallVector<double, 6> room;
  for (unsigned limit : tight)
    room.push_back(limit == limits.size()
                       ? center->score - objective.minScore
                       : limits[limit] * kSlack - center->costs[limit]);

  // Best first; what one comparison needs of all of them lies together.
  std::vector<double> &added = scratch; // [tight limit][rank]
  added.resize(numTight * size);
  masks[0].resize(size);
  masks[1].resize(size);
  fits.resize(size);
  partners.resize(size);
  for (auto [rank, item] : llvm::enumerate(order)) {
    const Change &change = changes[item.second];
    masks[0][rank] = change.mask[0];
    masks[1][rank] = change.mask[1];
    for (auto [t, limit] : llvm::enumerate(tight))
      added[t * size + rank] =
          limit == limits.size()
              ? -change.gain
              : getCost(item.second, limit) - center->costs[limit];
  }

  double most = -order.front().first;
  size_t end = size; // Behind those that are good enough together with `i`.
  for (size_t i = 0; i < size; ++i) {
    // Nothing below the best that will be kept is worth the while.
    if (exchanges.size() >= 4 * kRefined) {
      keepBest();
      least = std::max(least, exchanges.back().merit);
    }
    double merit = -order[i].first;
    if (!(merit + most > least))
      break;
    bool isWithin = true;
    for (unsigned t = 0; t < numTight; ++t)
      isWithin &= added[t * size + i] <= room[t];
    if (merit > least && isWithin)
      exchanges.push_back({merit, order[i].second, -1});
    while (end > i + 1 && !(merit - order[end - 1].first > least))
      --end;
    findDisjoint(masks[0].data(), masks[1].data(), i, end, fits.data());
    for (unsigned t = 0; t < numTight; ++t)
      findWithin(&added[t * size], room[t] - added[t * size + i], i + 1, end,
                 fits.data());
    size_t count = listFitting(fits.data(), i + 1, end, partners.data());
    for (unsigned j : llvm::ArrayRef(partners).take_front(count))
      exchanges.push_back(
          {merit - order[j].first, order[i].second, order[j].second});
  }
}

bool Neighbourhood::isBefore(const Exchange &a, const Exchange &b) {
  if (a.merit != b.merit)
    return a.merit > b.merit;
  return std::pair(a.first, a.second) < std::pair(b.first, b.second);
}

/// Keeps the kRefined best exchanges; the worst of them is the last.
void Neighbourhood::keepBest() {
  if (exchanges.size() <= kRefined)
    return;
  std::nth_element(exchanges.begin(), exchanges.begin() + (kRefined - 1),
                   exchanges.end(), isBefore);
  exchanges.resize(kRefined);
}

/// Estimates the pairs among the best exchanges together.
void Neighbourhood::refine() {
  keepBest();
  bool isCostMinimised = objective.minimise && objective.isMet(*center);
  for (Exchange &exchange : exchanges) {
    if (exchange.second < 0)
      continue;
    double score = surroundings->estimateKept(
        {changes[exchange.first].kept, changes[exchange.second].kept});
    if (!isCostMinimised)
      exchange.merit = score - center->score;
    else if (score < objective.minScore)
      exchange.merit = -INFINITY;
  }
  llvm::sort(exchanges, isBefore);
}

void Neighbourhood::explore(const SearchPoint &at, Surroundings &surroundings) {
  center = &at;
  centerGenome = at.genome;
  this->surroundings = &surroundings;
  numEstimates = 0;
  genes.clear();
  changes.clear();
  costs.clear();
  collectChanges();
  pairChanges();
  refine();
}

bool Neighbourhood::apply(size_t index, Genome &genome) const {
  const Exchange &exchange = exchanges[index];
  for (int change : {exchange.first, exchange.second})
    if (change >= 0)
      for (auto [gene, value] : getGenes(changes[change])) {
        if (genome[gene] != centerGenome[gene])
          return false;
        genome[gene] = std::max(value, 0);
      }
  return true;
}
