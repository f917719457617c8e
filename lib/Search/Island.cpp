//===- Island.cpp - One population of a search ------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Island.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <limits>

using namespace mlir::ofa;

// Tuned on the note10 problems of docs/search.md.
static constexpr size_t kPopulation = 12;
/// Exchanges whose true score is computed at once, and how often the next ones
/// are tried where none of them helps.
static constexpr size_t kBatch = 24, kAttempts = 2;
/// Exchanges whose estimated gain falls short of zero by up to this part of an
/// average change are tried, too: estimates err.
static constexpr double kTolerance = 0.25;
/// Work of estimating a neighbourhood, in evaluations.
static constexpr uint64_t kEstimateCost = 10;

bool Objective::isBetter(const SearchPoint &a, const SearchPoint &b) const {
  if (isMet(a) != isMet(b))
    return isMet(a);
  double x = getMerit(a), y = getMerit(b);
  if (x != y)
    return x > y;
  if (a.load != b.load)
    return a.load < b.load;
  return a.genome < b.genome;
}

static uint64_t hash(const Genome &genome) {
  uint64_t hash = 0xcbf29ce484222325u; // FNV-1a.
  for (unsigned value : genome)
    hash = (hash ^ value) * 0x100000001b3u;
  return hash >> 1; // DenseMap keeps the largest keys for itself.
}

Island::Island(const SearchProblem &problem, const SearchOptions &options,
               uint64_t seed)
    : problem(problem), objective(options), random(seed),
      cardinalities(problem.getCardinalities()), limits(problem.getLimits()) {
  for (unsigned i = 0; i < limits.size(); ++i)
    if (!std::isinf(limits[i]))
      bounded.push_back(i);
}

void Island::canonicalise(const SearchProblem &problem, Genome &genome) {
  llvm::SmallBitVector active = problem.findActive(genome);
  for (size_t gene = 0; gene < genome.size(); ++gene)
    if (!active[gene])
      genome[gene] = 0;
}

double Island::getViolation(llvm::ArrayRef<double> costs,
                            llvm::ArrayRef<double> limits) {
  double violation = 0;
  for (auto [cost, limit] : llvm::zip(costs, limits)) {
    // What cannot be compared must never be chosen.
    if (std::isnan(cost))
      return std::numeric_limits<double>::infinity();
    if (cost > limit)
      violation += cost / limit - 1;
  }
  return violation;
}

double Island::getViolation(const Genome &genome) const {
  llvm::SmallVector<double, 6> costs(limits.size());
  problem.computeCosts(genome, costs);
  return getViolation(costs, limits);
}

//===----------------------------------------------------------------------===//
// Points
//===----------------------------------------------------------------------===//

std::optional<Island::Index> Island::find(const Genome &genome,
                                          uint64_t hash) const {
  auto entry = known.find(hash);
  if (entry == known.end() || points[entry->second].genome != genome)
    return std::nullopt;
  return entry->second;
}

/// The points of those genomes that are within the limits, each once; computes
/// the scores of new ones. Genes without effect are zero.
std::vector<Island::Index> Island::evaluate(std::vector<Genome> genomes) {
  std::vector<Index> result;
  std::vector<Genome> fresh;
  for (Genome &genome : genomes) {
    uint64_t key = hash(genome);
    if (std::optional<Index> index = find(genome, key)) {
      if (!llvm::is_contained(result, *index))
        result.push_back(*index);
      continue;
    }
    SearchPoint point;
    point.costs.resize(limits.size());
    problem.computeCosts(genome, point.costs);
    if (getViolation(point.costs, limits) > 0)
      continue;
    for (unsigned i : bounded)
      point.load += point.costs[i] / limits[i];
    point.genome = genome;
    known.try_emplace(key, points.size());
    result.push_back(points.size());
    points.push_back(std::move(point));
    fresh.push_back(std::move(genome));
  }
  std::vector<double> scores = problem.score(fresh);
  Index index = points.size() - fresh.size();
  for (double score : scores)
    points[index++].score =
        std::isnan(score) ? -std::numeric_limits<double>::infinity() : score;
  spent += fresh.size();
  return result;
}

std::vector<SearchPoint> Island::getPopulation() const {
  std::vector<SearchPoint> result;
  for (Index index : population)
    result.push_back(points[index]);
  return result;
}

std::vector<SearchPoint> Island::getBest(unsigned count) const {
  std::vector<Index> order(points.size());
  for (Index i = 0; i < order.size(); ++i)
    order[i] = i;
  size_t size = std::min<size_t>(count, order.size());
  std::partial_sort(order.begin(), order.begin() + size, order.end(),
                    [&](Index a, Index b) { return isBetter(a, b); });
  std::vector<SearchPoint> result;
  for (size_t i = 0; i < size; ++i)
    result.push_back(points[order[i]]);
  return result;
}

//===----------------------------------------------------------------------===//
// Climbing
//===----------------------------------------------------------------------===//

/// All changes of one gene. Genes that a change gives effect (a new block's
/// kernel and expand ratio) change with it, two neighbours at a time.
llvm::ArrayRef<Island::Change> Island::collectChanges(const SearchPoint &at) {
  size_t count = 0;
  llvm::SmallBitVector active = problem.findActive(at.genome);
  auto add = [&](const Genome &genome, llvm::ArrayRef<unsigned> genes) {
    if (count == changes.size())
      changes.emplace_back();
    changes[count].genes.assign(genes.begin(), genes.end());
    changes[count].genome = genome;
    ++count;
  };
  Genome genome = at.genome, both;
  for (unsigned gene = 0; gene < at.genome.size(); ++gene) {
    if (!active[gene])
      continue;
    for (unsigned value = 0; value < cardinalities[gene]; ++value) {
      if (value == at.genome[gene])
        continue;
      genome = at.genome;
      genome[gene] = value;
      llvm::SmallBitVector now = problem.findActive(genome);
      if (now == active) {
        add(genome, gene);
        continue;
      }
      for (size_t other = 0; other < genome.size(); ++other)
        if (!now[other])
          genome[other] = 0;
      add(genome, gene);
      llvm::SmallVector<unsigned> woken;
      for (unsigned other = 0; other < genome.size(); ++other)
        if (now[other] && !active[other])
          woken.push_back(other);
      for (size_t i = 0; i + 1 < woken.size(); ++i)
        for (unsigned a = 0; a < cardinalities[woken[i]]; ++a)
          for (unsigned b = 0; b < cardinalities[woken[i + 1]]; ++b) {
            // Every single one occurs once, as the first of its pair.
            if (a == 0 && (b == 0 || i + 2 != woken.size()))
              continue;
            both = genome;
            both[woken[i]] = a;
            both[woken[i + 1]] = b;
            add(both, {gene, woken[i], woken[i + 1]});
          }
    }
  }

  std::vector<Genome> genomes;
  genomes.reserve(count);
  llvm::MutableArrayRef<Change> result(changes.data(), count);
  for (Change &change : result) {
    change.costs.resize(limits.size());
    problem.computeCosts(change.genome, change.costs);
    genomes.push_back(change.genome);
  }
  for (auto [change, estimate] :
       llvm::zip(result, problem.estimateScores(at.genome, genomes)))
    change.gain = estimate - at.score;
  return result;
}

/// The most promising changes and pairs of them that may be within the limits.
/// Gains and costs of a pair are taken to be sums, which is not exact.
std::vector<Island::Exchange>
Island::rankExchanges(const SearchPoint &at,
                      llvm::ArrayRef<Change> changes) const {
  bool isCostMinimised = objective.minimise && objective.isMet(at);
  auto getMerit = [&](const Change &change) {
    return isCostMinimised ? at.costs[*objective.minimise] -
                                 change.costs[*objective.minimise]
                           : change.gain;
  };
  double sum = 0;
  for (const Change &change : changes)
    sum += std::abs(getMerit(change));
  double least = changes.empty() ? 0 : -kTolerance * sum / changes.size();
  auto isWithin = [&](const Change &a, const Change *b) {
    constexpr double slack = 1.002;
    for (unsigned i : bounded)
      if (a.costs[i] + (b ? b->costs[i] - at.costs[i] : 0) > limits[i] * slack)
        return false;
    return !isCostMinimised ||
           at.score + a.gain + (b ? b->gain : 0) >= objective.minScore;
  };

  // Best first, so that a pair which is too bad ends the row.
  std::vector<std::pair<double, int>> order;
  for (int i = 0, e = changes.size(); i < e; ++i)
    order.emplace_back(-getMerit(changes[i]), i);
  llvm::sort(order);
  std::vector<Exchange> exchanges;
  for (size_t i = 0; i < order.size(); ++i) {
    const Change &a = changes[order[i].second];
    double merit = -order[i].first;
    if (merit > least && isWithin(a, nullptr))
      exchanges.push_back({merit, order[i].second, -1});
    for (size_t j = i + 1; j < order.size(); ++j) {
      double both = merit - order[j].first;
      if (!(both > least))
        break;
      const Change &b = changes[order[j].second];
      if (isWithin(a, &b) && llvm::none_of(a.genes, [&](unsigned gene) {
            return llvm::is_contained(b.genes, gene);
          }))
        exchanges.push_back({both, order[i].second, order[j].second});
    }
  }
  // Some fall out later: they repeat others, or are beyond the limits.
  size_t count = std::min(exchanges.size(), 6 * kBatch * kAttempts);
  auto isBefore = [](const Exchange &a, const Exchange &b) {
    if (a.merit != b.merit)
      return a.merit > b.merit;
    return std::pair(a.first, a.second) < std::pair(b.first, b.second);
  };
  std::nth_element(exchanges.begin(), exchanges.begin() + count,
                   exchanges.end(), isBefore);
  exchanges.resize(count);
  llvm::sort(exchanges, isBefore);
  return exchanges;
}

/// Moves to the best of the most promising exchanges until none helps.
Island::Index Island::climb(Index from) {
  while (!isSpent()) {
    SearchPoint at = points[from];
    llvm::ArrayRef<Change> changes = collectChanges(at);
    spent += kEstimateCost;
    std::vector<Exchange> exchanges = rankExchanges(at, changes);

    Index best = from;
    auto next = exchanges.begin();
    for (size_t attempt = 0; attempt < kAttempts && best == from; ++attempt) {
      std::vector<Genome> genomes;
      for (; next != exchanges.end() && genomes.size() < kBatch; ++next) {
        Genome genome = changes[next->first].genome;
        if (next->second >= 0) {
          const Change &second = changes[next->second];
          for (unsigned gene : second.genes)
            genome[gene] = second.genome[gene];
          canonicalise(genome);
        }
        if (getViolation(genome) == 0 && !llvm::is_contained(genomes, genome))
          genomes.push_back(std::move(genome));
      }
      if (genomes.empty())
        break;
      for (Index index : evaluate(std::move(genomes)))
        if (isBetter(index, best))
          best = index;
    }
    if (best == from)
      break;
    from = best;
  }
  return from;
}

//===----------------------------------------------------------------------===//
// Population
//===----------------------------------------------------------------------===//

void Island::join(Index point) {
  if (llvm::is_contained(population, point))
    return;
  population.insert(
      llvm::upper_bound(population, point,
                        [&](Index a, Index b) { return isBetter(a, b); }),
      point);
  if (population.size() > kPopulation)
    population.pop_back();
}

/// Each genome with its own leaning to small or large, so that costs spread
/// wider than those of uniform genomes.
Genome Island::makeRandom() {
  double leaning = random.uniform();
  Genome genome;
  for (unsigned cardinality : cardinalities) {
    unsigned a = random.below(cardinality), b = random.below(cardinality);
    genome.push_back(random.uniform() < leaning ? std::max(a, b)
                                                : std::min(a, b));
  }
  return genome;
}

void Island::disturb(Genome &genome) {
  for (uint64_t count = 2 + random.below(5); count != 0; --count) {
    size_t gene = random.below(genome.size());
    genome[gene] = random.below(cardinalities[gene]);
  }
}

Genome Island::makeChild() {
  Genome child = points[population[random.below(population.size())]].genome;
  const Genome &other =
      points[population[random.below(population.size())]].genome;
  if (other == child || random.below(2) == 0) {
    disturb(child);
    return child;
  }
  // Genes of a run of neighbours, which are the same or the next blocks, come
  // from either parent.
  size_t begin = random.below(child.size()), end = random.below(child.size());
  if (begin > end)
    std::swap(begin, end);
  for (size_t gene = begin; gene <= end; ++gene)
    if (random.below(2) == 0)
      child[gene] = other[gene];
  return child;
}

/// Takes random genes back until the genome is within the limits.
bool Island::repair(Genome &genome) {
  canonicalise(genome);
  double violation = getViolation(genome);
  for (size_t tries = 50 * genome.size(); tries != 0 && violation > 0; --tries) {
    size_t gene = random.below(genome.size());
    if (genome[gene] == 0)
      continue;
    Genome smaller = genome;
    smaller[gene] -= 1;
    canonicalise(smaller);
    double now = getViolation(smaller);
    // Costs that are a maximum fall only when all their causes have fallen.
    if (now <= violation) {
      genome = std::move(smaller);
      violation = now;
    }
  }
  return violation == 0;
}

void Island::evolve(uint64_t budget, llvm::ArrayRef<SearchPoint> guests) {
  allowed = spent + budget;
  for (const SearchPoint &guest : guests)
    for (Index index : evaluate({guest.genome}))
      join(index);
  // A round without news costs nothing: give up after many.
  unsigned idle = 0;
  while (!isSpent() && idle < 1000) {
    uint64_t before = spent;
    bool isFresh = population.size() < 4 || random.below(10) == 0;
    Genome genome = isFresh ? makeRandom() : makeChild();
    if (repair(genome))
      for (Index index : evaluate({genome}))
        join(climb(index));
    idle = spent == before ? idle + 1 : 0;
  }
}
