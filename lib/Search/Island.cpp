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
/// Climbs that go on together at most, and evaluations that there are for each.
static constexpr unsigned kAscents = 8;
static constexpr uint64_t kPerAscent = 1000;
/// Work of looking around from a point, in evaluations.
static constexpr uint64_t kExploreCost = 5;
/// Random starts at most, where the population does not fill up.
static constexpr unsigned kFresh = 3 * kPopulation;
/// One child in so many is a disturbed parent instead of two crossed ones.
static constexpr unsigned kDisturbed = 10;
/// Children at most that are made until one is new and within the limits.
static constexpr unsigned kTries = 1000;

Island::Island(const SearchProblem &problem, const SearchOptions &options,
               uint64_t seed)
    : problem(problem), objective(options), keep(options.keep),
      scorer(problem.makeScorer()), random(seed),
      cardinalities(problem.getCardinalities()), limits(problem.getLimits()) {}

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

/// Computes the scores of those points, and remembers them.
llvm::ArrayRef<double> Island::score(llvm::ArrayRef<SearchPoint> points) {
  genomes.clear();
  for (const SearchPoint &point : points)
    genomes.push_back(point.genome);
  scores.resize(points.size());
  scorer->score(genomes, scores);
  spent += points.size();
  numEvaluations += points.size();
  for (auto [point, score] : llvm::zip(points, scores)) {
    if (std::isnan(score))
      score = -INFINITY;
    memory.scores[SearchMemory::hash(point.genome)] = score;
    SearchPoint scored = point;
    scored.score = score;
    insert(scored, best, keep, objective);
  }
  return scores;
}

void Island::start(llvm::ArrayRef<Genome> genomes) {
  for (Genome genome : genomes) {
    problem.canonicalise(genome);
    if (std::optional<SearchPoint> point = judge(problem, std::move(genome))) {
      point->score = score(*point).front();
      if (population.size() < kPopulation)
        join(*point, population.size());
      waiting.push_back(std::move(*point));
    }
  }
  std::reverse(waiting.begin(), waiting.end());
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
  problem.canonicalise(genome);
  double violation = getViolation(genome);
  for (size_t tries = 50 * genome.size(); tries != 0 && violation > 0; --tries) {
    size_t gene = random.below(genome.size());
    if (genome[gene] == 0)
      continue;
    Genome smaller = genome;
    smaller[gene] -= 1;
    problem.canonicalise(smaller);
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

/// Sends off the next one that waits, or a child.
bool Island::start(Ascent &ascent) {
  if (waiting.empty())
    return startChild(ascent);
  ascent.climb.start(std::move(waiting.back()), std::nullopt);
  waiting.pop_back();
  ascent.isGoing = ascent.isFresh = true;
  return true;
}

/// Sends a child off, if one is found that is new and within the limits.
bool Island::startChild(Ascent &ascent) {
  size_t numGrowing = population.size();
  for (const Ascent &other : ascents)
    numGrowing += other.isGoing && other.isFresh;
  for (unsigned tries = 0; tries < kTries; ++tries) {
    ascent.isFresh =
        population.empty() || (numGrowing < kPopulation && numFresh < kFresh);
    Genome genome;
    if (ascent.isFresh) {
      ++numFresh;
      genome = makeRandom();
    } else {
      ascent.first = random.below(population.size());
      ascent.second = random.below(population.size());
      genome = makeChild(population[ascent.first].genome,
                         population[ascent.second].genome);
    }
    if (!repair(genome) || memory.visited.contains(SearchMemory::hash(genome)))
      continue;
    if (std::optional<SearchPoint> child = judge(problem, std::move(genome))) {
      std::optional<SearchPoint> goal;
      if (!ascent.isFresh) {
        const SearchPoint &first = population[ascent.first],
                          &second = population[ascent.second];
        goal = objective.isBetter(first, second) ? second : first;
      }
      ascent.climb.start(std::move(*child), std::move(goal));
      ascent.isGoing = true;
      return true;
    }
  }
  return false;
}

/// Crowding: what was found replaces the parent that it is nearer to, so that
/// what is different survives even where it is not as good yet.
void Island::finish(Ascent &ascent) {
  ascent.isGoing = false;
  const SearchPoint &found = ascent.climb.getPoint();
  auto distance = [&](size_t index) {
    return countDifferences(found.genome, population[index].genome);
  };
  // Where seeds have filled the population, it may replace the last of them.
  if (ascent.isFresh)
    join(found,
         population.size() < kPopulation ? population.size() : kPopulation - 1);
  else
    join(found, distance(ascent.second) < distance(ascent.first)
                    ? ascent.second
                    : ascent.first);
}

/// Lets all climbs that are not at their end look around and score what
/// promises something, once.
void Island::advance() {
  llvm::SmallVector<Climb *, kAscents> exploring;
  llvm::SmallVector<Surroundings *, kAscents> surroundings;
  for (Ascent &ascent : ascents)
    if (ascent.climb.isToExplore()) {
      exploring.push_back(&ascent.climb);
      surroundings.push_back(ascent.climb.getSurroundings());
    }
  scorer->prepare(surroundings);
  for (Climb *climb : exploring)
    climb->explore();
  spent += exploring.size() * kExploreCost;

  batch.clear();
  llvm::SmallVector<unsigned, kAscents> sizes;
  for (Ascent &ascent : ascents) {
    llvm::ArrayRef<SearchPoint> points = ascent.climb.collect();
    llvm::append_range(batch, points);
    sizes.push_back(points.size());
  }
  llvm::ArrayRef<double> scores;
  if (!batch.empty())
    scores = score(batch);
  unsigned first = 0;
  for (auto [ascent, size] : llvm::zip(ascents, sizes)) {
    ascent.climb.advance(scores.slice(first, size), first);
    first += size;
  }
}

void Island::evolve(uint64_t budget) {
  allowed = spent + budget;
  for (size_t i = ascents.size(); i < kAscents && i <= budget / kPerAscent; ++i)
    ascents.push_back({Climb(problem, objective, *scorer, memory)});
  bool isExhausted = false;
  while (!isSpent()) {
    for (Ascent &ascent : ascents)
      if (!ascent.isGoing && !isExhausted)
        isExhausted = !start(ascent);
    if (llvm::none_of(ascents, [](const Ascent &a) { return a.isGoing; }))
      break;
    advance();
    for (Ascent &ascent : ascents)
      if (ascent.isGoing && ascent.climb.isAtEnd())
        finish(ascent);
  }
}
