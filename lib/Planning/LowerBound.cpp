//===- LowerBound.cpp - What any plan needs ---------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OffsetProblem.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <optional>

using namespace mlir::ofa;
using namespace mlir::ofa::planning;

//===----------------------------------------------------------------------===//
// Live sets
//===----------------------------------------------------------------------===//

namespace {
/// What is counted of the items that overlaps join in one section.
struct Group {
  std::vector<unsigned> inputs, outputs, others;
  std::vector<unsigned> pairs;
};
} // namespace

/// `boundSection` of the items whose alignment is at least `unit`.
static Bound boundAligned(const OffsetProblem &problem, unsigned section,
                          llvm::function_ref<bool(unsigned)> isMember,
                          int64_t unit) {
  auto isCounted = [&](unsigned item) {
    return problem.items[item].alignment >= unit && isMember(item);
  };
  llvm::EquivalenceClasses<unsigned> joined;
  std::vector<unsigned> pairs;
  for (unsigned index : problem.sectionPairs[section]) {
    const Pair &pair = problem.pairs[index];
    if (!isCounted(pair.input) || !isCounted(pair.output))
      continue;
    pairs.push_back(index);
    joined.unionSets(pair.input, pair.output);
  }
  std::map<unsigned, Group> groups;
  for (unsigned item : problem.sectionItems[section]) {
    if (!isCounted(item))
      continue;
    auto leader = joined.findLeader(item);
    Group &group = groups[leader == joined.member_end() ? item : *leader];
    bool isInput = false, isOutput = false;
    for (unsigned index : pairs) {
      isInput |= problem.pairs[index].input == item;
      isOutput |= problem.pairs[index].output == item;
      if (problem.pairs[index].input == item)
        group.pairs.push_back(index);
    }
    (isInput == isOutput ? group.others
     : isInput           ? group.inputs
                         : group.outputs)
        .push_back(item);
  }

  // Starts are multiples of the unit, so all but the topmost item cover whole
  // multiples of it.
  Bound bound;
  bound.section = section;
  auto getSpan = [&](unsigned item) {
    return roundUp(problem.items[item].size, unit);
  };
  auto sum = [&](const std::vector<unsigned> &items) {
    int64_t bytes = 0;
    for (unsigned item : items)
      bytes += getSpan(item);
    return bytes;
  };
  auto pad = [&](unsigned item) {
    bound.padding =
        std::max(bound.padding, getSpan(item) - problem.items[item].size);
  };
  for (const auto &[leader, group] : groups) {
    int64_t best = 0;
    std::vector<unsigned> items;
    std::optional<unsigned> pair;
    for (const auto *members : {&group.inputs, &group.outputs, &group.others})
      for (unsigned item : *members)
        if (getSpan(item) > best) {
          best = getSpan(item);
          items = {item};
        }
    // Where none is input and output, all inputs lie apart, and so do all
    // outputs.
    if (group.others.empty())
      for (const auto *members : {&group.inputs, &group.outputs})
        if (sum(*members) > best) {
          best = sum(*members);
          items = *members;
        }
    for (unsigned index : group.pairs)
      if (int64_t bytes = roundUp(problem.pairs[index].unionSize, unit);
          bytes > best) {
        best = bytes;
        pair = index;
      }
    bound.bytes += best;
    if (pair) {
      bound.pairs.push_back(*pair);
      pad(problem.pairs[*pair].input);
      pad(problem.pairs[*pair].output);
      continue;
    }
    bound.items.insert(bound.items.end(), items.begin(), items.end());
    llvm::for_each(items, pad);
  }
  bound.bytes -= bound.padding;
  return bound;
}

Bound planning::boundSection(const OffsetProblem &problem, unsigned section,
                             llvm::function_ref<bool(unsigned)> isMember) {
  std::vector<int64_t> units;
  for (unsigned item : problem.sectionItems[section])
    units.push_back(problem.items[item].alignment);
  llvm::sort(units);
  units.erase(llvm::unique(units), units.end());
  Bound best;
  for (int64_t unit : units) {
    Bound bound = boundAligned(problem, section, isMember, unit);
    if (bound.bytes > best.bytes)
      best = std::move(bound);
  }
  return best;
}

Bound planning::boundSection(const OffsetProblem &problem, unsigned section) {
  return boundSection(problem, section, [](unsigned) { return true; });
}

int64_t planning::countSavings(const OffsetProblem &problem, unsigned section) {
  // In one unit, what is counted falls by an item's span at most if that item
  // is not there. Larger units or another padding would not keep that.
  Bound bound = boundAligned(
      problem, section, [](unsigned) { return true; }, problem.unit);
  int64_t spans = 0, padding = 0;
  for (unsigned index : problem.sectionItems[section]) {
    const Item &item = problem.items[index];
    spans += item.span;
    padding = std::max(padding, item.span - item.size);
  }
  return spans - (bound.bytes + bound.padding) + padding;
}

//===----------------------------------------------------------------------===//
// Chains
//===----------------------------------------------------------------------===//

namespace {
/// Lower bounds from chains of overlaps: where each item overlaps the next, one
/// that must start after its successor lifts its predecessor, too, which no
/// single section shows.
class ChainBound {
public:
  explicit ChainBound(const OffsetProblem &problem) : problem(problem) {}

  void compute() {
    for (const Pair &pair : problem.pairs)
      extend({&pair});
  }

  /// The largest bound, and its chain.
  int64_t bytes = 0;
  std::vector<const Pair *> strongest;

private:
  /// More pairs cost more time and add nothing on the networks here.
  static constexpr size_t longestChain = 6;

  /// `later` starts at `earlier`'s offset plus `gap`, or after that.
  struct Order {
    unsigned earlier, later;
    int64_t gap;
  };

  void extend(std::vector<const Pair *> chain) {
    orders.clear();
    int64_t peak =
        findSmallestPeak(chain, 0, std::numeric_limits<int64_t>::max());
    if (peak > bytes) {
      bytes = peak;
      strongest = chain;
    }
    if (chain.size() == longestChain)
      return;
    for (const Pair &next : problem.pairs)
      if (next.input == chain.back()->output) {
        chain.push_back(&next);
        extend(chain);
        chain.pop_back();
      }
  }

  /// The smallest peak over all ways in which the pairs from `index` on may
  /// lie, given the orders of those before; `limit` or more if it is not below
  /// that.
  int64_t findSmallestPeak(llvm::ArrayRef<const Pair *> chain, size_t index,
                           int64_t limit) {
    int64_t least = getPeak();
    if (index == chain.size() || least >= limit)
      return least;
    const Pair &pair = *chain[index];
    int64_t inSize = problem.items[pair.input].size;
    int64_t outSize = problem.items[pair.output].size;
    // The cheapest way first, which cuts off most others.
    std::vector<std::vector<Order>> ways;
    if (pair.exact)
      ways = {{{pair.output, pair.input, pair.distance},
               {pair.input, pair.output, -pair.distance}},
              {{pair.output, pair.input, outSize}}};
    else
      ways = {{{pair.output, pair.input, pair.distance}}};
    ways.push_back({{pair.input, pair.output, inSize}});
    int64_t smallest = limit;
    for (const std::vector<Order> &way : ways) {
      orders.insert(orders.end(), way.begin(), way.end());
      smallest =
          std::min(smallest, findSmallestPeak(chain, index + 1, smallest));
      orders.resize(orders.size() - way.size());
    }
    return smallest;
  }

  /// The peak of the lowest offsets that keep all orders, which form no cycle
  /// of positive length.
  int64_t getPeak() const {
    std::map<unsigned, int64_t> offsets;
    for (bool moved = true; moved;) {
      moved = false;
      for (const Order &order : orders) {
        int64_t least = offsets[order.earlier] + order.gap;
        int64_t &offset = offsets[order.later];
        if (offset < least) {
          offset = least;
          moved = true;
        }
      }
    }
    int64_t peak = 0;
    for (auto [item, offset] : offsets)
      peak = std::max(peak, offset + problem.items[item].size);
    return peak;
  }

  const OffsetProblem &problem;
  std::vector<Order> orders;
};
} // namespace

Bound planning::findLowerBound(const OffsetProblem &problem) {
  Bound best;
  auto fullest = llvm::max_element(problem.sectionBounds);
  if (fullest != problem.sectionBounds.end())
    best = boundSection(problem, fullest - problem.sectionBounds.begin());
  for (auto [index, item] : llvm::enumerate(problem.items))
    if (item.size > best.bytes) {
      best = Bound();
      best.bytes = item.size;
      best.section = item.firstSection;
      best.items.push_back(index);
    }
  ChainBound chain(problem);
  chain.compute();
  if (chain.bytes > best.bytes) {
    best = Bound();
    best.bytes = chain.bytes;
    best.isChain = true;
    for (const Pair *pair : chain.strongest)
      best.pairs.push_back(pair - problem.pairs.data());
  }
  return best;
}
