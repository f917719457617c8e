//===- Search.cpp - Evolution and hill climbing -----------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Search.h"
#include "ofa/Search/Random.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <map>

using namespace mlir::ofa;

SearchProblem::~SearchProblem() = default;
void SearchProblem::canonicalise(Genome &) const {}

namespace {

class Searcher {
public:
  Searcher(SearchProblem &problem, const SearchOptions &options)
      : problem(problem), options(options), random(options.seed),
        cardinalities(problem.getCardinalities()), limits(problem.getLimits()) {
  }

  SearchResult run();

private:
  using Index = size_t; // Into `points`.

  bool isFull() const { return points.size() >= options.maxEvaluations; }
  bool isBetter(Index a, Index b) const;
  void sortBestFirst(std::vector<Index> &indices) const;

  std::vector<Index> evaluate(std::vector<Genome> genomes);
  void enumerate();
  std::vector<Index> start();
  std::vector<Index> evolve(std::vector<Index> population);
  std::vector<Index> selectParents(const std::vector<Index> &population) const;
  void mutate(Genome &genome);
  Genome makeChild(const std::vector<Index> &parents);
  Index climb(Index from);
  std::vector<Genome> getNeighbours(const Genome &genome, unsigned changes);
  SearchResult finish(bool isExhaustive);

  SearchProblem &problem;
  const SearchOptions &options;
  Random random;
  std::vector<unsigned> cardinalities;
  std::vector<double> limits;
  /// All evaluated points, in the order of evaluation.
  std::vector<SearchCandidate> points;
  /// Sum of cost / limit of each point: breaks ties between scores.
  std::vector<double> loads;
  std::map<Genome, Index> known;
  Index best = 0;
};

} // namespace

/// Feasible before infeasible; then by score, or by violation. A strict total
/// order: no two points have the same genome.
bool Searcher::isBetter(Index a, Index b) const {
  const SearchCandidate &x = points[a], &y = points[b];
  if (x.violation != y.violation)
    return x.violation < y.violation;
  if (x.evaluation.score != y.evaluation.score)
    return x.evaluation.score > y.evaluation.score;
  if (loads[a] != loads[b])
    return loads[a] < loads[b];
  return x.genome < y.genome;
}

void Searcher::sortBestFirst(std::vector<Index> &indices) const {
  llvm::sort(indices, [&](Index a, Index b) { return isBetter(a, b); });
}

/// Evaluates what is new among the genomes; returns the points of all of them,
/// each once. Stops at the limit of evaluations.
std::vector<Searcher::Index> Searcher::evaluate(std::vector<Genome> genomes) {
  std::vector<Index> result;
  std::vector<Genome> fresh;
  std::map<Genome, Index> chosen;
  for (Genome &genome : genomes) {
    problem.canonicalise(genome);
    auto found = known.find(genome);
    Index index = 0;
    if (found != known.end()) {
      index = found->second;
    } else {
      index = points.size() + fresh.size();
      if (index >= options.maxEvaluations)
        continue;
    }
    if (!chosen.try_emplace(genome, index).second)
      continue;
    result.push_back(index);
    if (found == known.end())
      fresh.push_back(std::move(genome));
  }
  if (fresh.empty())
    return result;

  std::vector<Evaluation> evaluations = problem.evaluate(fresh);
  for (auto [genome, evaluation] : llvm::zip(fresh, evaluations)) {
    SearchCandidate point;
    double load = 0;
    bool isNumber = !std::isnan(evaluation.score);
    for (auto [cost, limit] : llvm::zip(evaluation.costs, limits)) {
      isNumber &= !std::isnan(cost);
      double relative = std::isinf(limit) ? 0 : cost / limit;
      load += relative;
      if (cost > limit)
        point.violation += relative - 1;
    }
    // What cannot be compared must never win.
    if (!isNumber) {
      point.violation = std::numeric_limits<double>::infinity();
      evaluation.score = -std::numeric_limits<double>::infinity();
      load = 0;
    }
    point.evaluation = std::move(evaluation);
    point.genome = genome;
    known[std::move(genome)] = points.size();
    points.push_back(std::move(point));
    loads.push_back(load);
    if (isBetter(points.size() - 1, best))
      best = points.size() - 1;
  }
  return result;
}

void Searcher::enumerate() {
  std::vector<Genome> batch;
  Genome genome(cardinalities.size(), 0);
  bool isDone = false;
  while (!isDone) {
    batch.push_back(genome);
    isDone = true;
    for (size_t gene = 0; gene < genome.size() && isDone; ++gene) {
      isDone = ++genome[gene] == cardinalities[gene];
      if (isDone)
        genome[gene] = 0;
    }
    if (isDone || batch.size() == 1024) {
      evaluate(std::move(batch));
      batch.clear();
    }
  }
}

/// The smallest and the largest genome, points on the way between them, the
/// caller's seeds, and random ones.
std::vector<Searcher::Index> Searcher::start() {
  std::vector<Genome> genomes;
  const unsigned steps = 8;
  for (unsigned step : {0u, steps, 4u, 2u, 6u, 1u, 3u, 5u, 7u}) {
    Genome genome;
    for (unsigned cardinality : cardinalities)
      genome.push_back(((cardinality - 1) * step + steps / 2) / steps);
    genomes.push_back(std::move(genome));
  }
  for (const Genome &seed : options.seeds)
    if (seed.size() == cardinalities.size() &&
        llvm::all_of(llvm::zip(seed, cardinalities), [](auto pair) {
          return std::get<0>(pair) < std::get<1>(pair);
        }))
      genomes.push_back(seed);
  while (genomes.size() < options.population) {
    // Each with its own leaning to small or large, so that costs spread wider
    // than those of uniform genomes.
    double leaning = random.uniform();
    Genome genome;
    for (unsigned cardinality : cardinalities) {
      unsigned a = random.below(cardinality), b = random.below(cardinality);
      genome.push_back(random.uniform() < leaning ? std::max(a, b)
                                                  : std::min(a, b));
    }
    genomes.push_back(std::move(genome));
  }
  return evaluate(std::move(genomes));
}

/// The better quarter; a part of them are points beyond the limits that score
/// higher than the best feasible one: the optimum lies at the border, and it
/// is reached from both sides.
std::vector<Searcher::Index>
Searcher::selectParents(const std::vector<Index> &population) const {
  size_t count = std::max<size_t>(4, options.population / 4);
  std::vector<Index> parents(population.begin(),
                             population.begin() +
                                 std::min(count, population.size()));
  if (points[best].violation != 0)
    return parents;
  size_t beyond = count / 4;
  for (Index index : population) {
    if (beyond == 0)
      break;
    if (points[index].violation > 0 &&
        points[index].evaluation.score > points[best].evaluation.score &&
        !llvm::is_contained(parents, index)) {
      parents.push_back(index);
      --beyond;
    }
  }
  return parents;
}

void Searcher::mutate(Genome &genome) {
  // One or two changes on average, at least one.
  size_t forced = random.below(genome.size());
  double rate = 1.0 / static_cast<double>(genome.size());
  for (size_t gene = 0; gene < genome.size(); ++gene) {
    bool isChanged = random.uniform() < rate || gene == forced;
    if (isChanged && cardinalities[gene] > 1)
      genome[gene] =
          (genome[gene] + 1 + random.below(cardinalities[gene] - 1)) %
          cardinalities[gene];
  }
}

Genome Searcher::makeChild(const std::vector<Index> &parents) {
  Genome child = points[parents[random.below(parents.size())]].genome;
  bool isCrossed = random.below(2) == 0;
  if (isCrossed) {
    const Genome &other = points[parents[random.below(parents.size())]].genome;
    for (size_t gene = 0; gene < child.size(); ++gene)
      if (random.below(2) == 0)
        child[gene] = other[gene];
  }
  if (!isCrossed || random.below(4) == 0)
    mutate(child);
  return child;
}

std::vector<Searcher::Index> Searcher::evolve(std::vector<Index> population) {
  unsigned idle = 0;
  for (unsigned g = 0;
       g < options.generations && idle < options.patience && !isFull(); ++g) {
    sortBestFirst(population);
    std::vector<Index> parents = selectParents(population);
    Index before = best;
    std::vector<Genome> children;
    std::map<Genome, bool> siblings;
    // Small or exhausted neighbourhoods yield fewer new children.
    for (unsigned attempt = 0; attempt < options.population * 4 &&
                               children.size() < options.population;
         ++attempt) {
      Genome child = makeChild(parents);
      problem.canonicalise(child);
      if (known.count(child) || !siblings.try_emplace(child, true).second)
        continue;
      children.push_back(std::move(child));
    }
    std::vector<Index> next = evaluate(std::move(children));
    next.insert(next.end(), parents.begin(), parents.end());
    population = std::move(next);
    idle = best == before ? idle + 1 : 0;
  }
  return population;
}

/// All genomes that differ in one gene, or in two.
std::vector<Genome> Searcher::getNeighbours(const Genome &genome,
                                            unsigned changes) {
  std::vector<Genome> result;
  auto forValues = [&](size_t gene, const Genome &base, auto action) {
    for (unsigned value = 0; value < cardinalities[gene]; ++value)
      if (value != base[gene]) {
        Genome changed = base;
        changed[gene] = value;
        action(std::move(changed));
      }
  };
  for (size_t i = 0; i < genome.size(); ++i)
    forValues(i, genome, [&](Genome once) {
      if (changes == 1) {
        result.push_back(std::move(once));
        return;
      }
      for (size_t j = 0; j < i; ++j)
        forValues(j, once,
                  [&](Genome twice) { result.push_back(std::move(twice)); });
    });
  return result;
}

/// Moves to the best neighbour until there is none; pairs of genes only where
/// single ones do not help.
Searcher::Index Searcher::climb(Index from) {
  unsigned changes = 1;
  while (changes <= 2 && !isFull()) {
    Index best = from;
    for (Index index : evaluate(getNeighbours(points[from].genome, changes)))
      if (isBetter(index, best))
        best = index;
    changes = best == from ? changes + 1 : 1;
    from = best;
  }
  return from;
}

SearchResult Searcher::finish(bool isExhaustive) {
  SearchResult result;
  result.evaluations = points.size();
  result.isExhaustive = isExhaustive;
  std::vector<Index> order(points.size());
  for (Index i = 0; i < order.size(); ++i)
    order[i] = i;
  sortBestFirst(order);
  for (Index index : order) {
    if (points[index].violation != 0 || result.feasible.size() == options.keep)
      break;
    result.feasible.push_back(points[index]);
  }
  if (points[best].violation != 0)
    result.nearest = points[best];

  // Which limit stands in the way of better scores? A point that exceeds
  // several counts a part for each.
  std::vector<double> blocked(limits.size(), 0);
  for (const SearchCandidate &point : points) {
    if (point.violation == 0 || std::isinf(point.violation) ||
        (result.nearest
             ? point.violation > points[best].violation
             : point.evaluation.score <= points[best].evaluation.score))
      continue;
    for (auto [index, limit] : llvm::enumerate(limits))
      if (point.evaluation.costs[index] > limit)
        blocked[index] +=
            (point.evaluation.costs[index] / limit - 1) / point.violation;
  }
  auto most = llvm::max_element(blocked);
  if (most != blocked.end() && *most > 0)
    result.binding = most - blocked.begin();
  return result;
}

SearchResult Searcher::run() {
  uint64_t size = 1;
  for (unsigned cardinality : cardinalities)
    size = size > options.enumerateUpTo ? size : size * cardinality;
  if (size <= options.enumerateUpTo && size <= options.maxEvaluations) {
    enumerate();
    return finish(/*isExhaustive=*/true);
  }

  // Each population starts afresh, so that one that ran into a corner does not
  // decide alone; all share what is known. Climb from the best of a population,
  // evolve again around what that found, until a round brings nothing.
  const size_t climbers = 6;
  for (unsigned p = 0; p < options.populations && !isFull(); ++p) {
    std::vector<Index> population = start();
    Index before;
    do {
      before = best;
      population = evolve(std::move(population));
      sortBestFirst(population);
      for (size_t i = 0, e = std::min(climbers, population.size()); i < e; ++i)
        population.push_back(climb(population[i]));
      llvm::sort(population);
      population.erase(llvm::unique(population), population.end());
    } while (before != best && !isFull());
  }
  return finish(/*isExhaustive=*/false);
}

SearchResult mlir::ofa::search(SearchProblem &problem,
                               const SearchOptions &options) {
  return Searcher(problem, options).run();
}
