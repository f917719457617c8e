//===- Island.cpp - One population of a search ------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Island.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace mlir::ofa;

// Tuned on the note10 problems of docs/search.md.
static constexpr size_t kPopulation = 16;
/// Exchanges that are scored at once; where none of them helps, the next ones.
static constexpr size_t kBatches[] = {2, 4, 6};
/// Work of looking around from a point, in evaluations.
static constexpr uint64_t kExploreCost = 5;
/// Random starts at most, where the population does not fill up.
static constexpr unsigned kFresh = 3 * kPopulation;
/// One child in so many is a disturbed parent instead of two crossed ones.
static constexpr unsigned kDisturbed = 10;

static uint64_t hash(const Genome &genome) {
  uint64_t hash = 0xcbf29ce484222325u; // FNV-1a.
  for (unsigned value : genome)
    hash = (hash ^ value) * 0x100000001b3u;
  return hash >> 1; // DenseMap keeps the largest keys for itself.
}

Island::Island(const SearchProblem &problem, const SearchOptions &options,
               uint64_t seed)
    : problem(problem), objective(options), keep(options.keep),
      scorer(problem.makeScorer()), neighbourhood(problem, objective),
      random(seed), cardinalities(problem.getCardinalities()),
      limits(problem.getLimits()) {}

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
      return INFINITY;
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

/// Puts `point` into its place among `points`, unless it is there; drops the last
/// one of more than `size`.
static void insert(const SearchPoint &point, std::vector<SearchPoint> &points,
                   size_t size, const Objective &objective) {
  if (points.size() == size &&
      (size == 0 || !objective.isBetter(point, points.back())))
    return;
  auto place = llvm::lower_bound(points, point,
                                 [&](const SearchPoint &a, const SearchPoint &b) {
                                   return objective.isBetter(a, b);
                                 });
  if (place != points.end() && place->genome == point.genome)
    return;
  points.insert(place, point);
  if (points.size() > size)
    points.pop_back();
}

/// The point of a genome, still without score, if it is within the limits.
std::optional<SearchPoint> Island::judge(Genome genome) const {
  SearchPoint point;
  point.costs.resize(limits.size());
  problem.computeCosts(genome, point.costs);
  if (getViolation(point.costs, limits) > 0)
    return std::nullopt;
  for (auto [cost, limit] : llvm::zip(point.costs, limits))
    if (!std::isinf(limit))
      point.load += cost / limit;
  point.genome = std::move(genome);
  return point;
}

/// Computes the scores of those points, and remembers them.
void Island::score(llvm::MutableArrayRef<SearchPoint> points) {
  std::vector<Genome> genomes;
  for (const SearchPoint &point : points)
    genomes.push_back(point.genome);
  llvm::SmallVector<double, 8> scores(points.size());
  scorer->score(genomes, scores);
  spent += points.size();
  numEvaluations += points.size();
  for (auto [point, score] : llvm::zip(points, scores)) {
    point.score = std::isnan(score) ? -INFINITY : score;
    known[hash(point.genome)] = point.score;
    insert(point, best, keep, objective);
  }
}

void Island::start(llvm::ArrayRef<Genome> genomes) {
  for (Genome genome : genomes) {
    canonicalise(genome);
    if (std::optional<SearchPoint> point = judge(std::move(genome))) {
      score(*point);
      if (population.size() < kPopulation)
        join(*point, population.size());
    }
  }
}

//===----------------------------------------------------------------------===//
// Climbing
//===----------------------------------------------------------------------===//

/// The next exchanges, from `next` on, applied to `at`, that are within the limits
/// and not known to be no better.
std::vector<SearchPoint> Island::collectBatch(const SearchPoint &at,
                                              size_t size, size_t &next) {
  std::vector<SearchPoint> batch;
  for (; next < neighbourhood.getNumExchanges() && batch.size() < size;
       ++next) {
    Genome genome = at.genome;
    if (!neighbourhood.apply(next, genome))
      continue;
    canonicalise(genome);
    std::optional<SearchPoint> point = judge(std::move(genome));
    if (!point || llvm::any_of(batch, [&](const SearchPoint &other) {
          return other.genome == point->genome;
        }))
      continue;
    auto entry = known.find(hash(point->genome));
    if (entry != known.end()) {
      point->score = entry->second;
      if (!objective.isBetter(*point, at))
        continue;
    }
    batch.push_back(std::move(*point));
  }
  return batch;
}

/// Moves to the best of the most promising exchanges until none helps, or until
/// where an earlier climb went on.
SearchPoint Island::climb(SearchPoint at) {
  score(at);
  scorer->moveTo(0);
  while (!isSpent() && visited.insert(hash(at.genome)).second) {
    neighbourhood.explore(at, *scorer);
    spent += kExploreCost;
    bool hasMoved = false;
    size_t next = 0;
    for (unsigned i = 0; i < std::size(kBatches);) {
      std::vector<SearchPoint> batch = collectBatch(at, kBatches[i], next);
      if (batch.empty())
        break;
      score(batch);
      std::optional<unsigned> better;
      for (unsigned b = 0; b < batch.size(); ++b)
        if (objective.isBetter(batch[b], better ? batch[*better] : at))
          better = b;
      if (better) {
        // What promised something before may still do so on top of it.
        scorer->moveTo(*better);
        at = std::move(batch[*better]);
        hasMoved = true;
        i = 0;
      } else if (hasMoved) {
        break;
      } else {
        ++i;
      }
    }
    if (!hasMoved)
      break;
  }
  return at;
}

//===----------------------------------------------------------------------===//
// Evolution
//===----------------------------------------------------------------------===//

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

Genome Island::makeChild(const Genome &first, const Genome &second) {
  Genome child = first;
  if (first == second || random.below(kDisturbed) == 0) {
    disturb(child);
    return child;
  }
  for (size_t gene = 0; gene < child.size(); ++gene)
    if (random.below(2) == 0)
      child[gene] = second[gene];
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

static size_t countDifferences(const Genome &a, const Genome &b) {
  size_t count = 0;
  for (auto [x, y] : llvm::zip(a, b))
    count += x != y;
  return count;
}

/// Takes the place of member `index`, or the next one, unless it is there already.
void Island::join(const SearchPoint &point, size_t index) {
  if (llvm::any_of(population, [&](const SearchPoint &member) {
        return member.genome == point.genome;
      }))
    return;
  if (index == population.size())
    population.push_back(point);
  else if (objective.isBetter(point, population[index]))
    population[index] = point;
}

void Island::evolve(uint64_t budget) {
  allowed = spent + budget;
  // Rounds that find nothing new within the limits cost nothing: give up after
  // many.
  unsigned numFresh = 0;
  for (unsigned idle = 0; !isSpent() && idle < 1000; ++idle) {
    bool isFresh = population.empty() ||
                   (population.size() < kPopulation && numFresh < kFresh);
    size_t first = 0, second = 0;
    if (!isFresh) {
      first = random.below(population.size());
      second = random.below(population.size());
    }
    numFresh += isFresh;
    Genome genome = isFresh ? makeRandom()
                            : makeChild(population[first].genome,
                                        population[second].genome);
    if (!repair(genome) || visited.contains(hash(genome)))
      continue;
    std::optional<SearchPoint> child = judge(std::move(genome));
    if (!child)
      continue;
    idle = 0;
    SearchPoint found = climb(std::move(*child));
    // Crowding: it replaces the parent that it is nearer to, so that what is
    // different survives even where it is not as good yet.
    auto distance = [&](size_t index) {
      return countDifferences(found.genome, population[index].genome);
    };
    if (isFresh)
      join(found, population.size());
    else
      join(found, distance(second) < distance(first) ? second : first);
  }
}
