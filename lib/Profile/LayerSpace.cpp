//===- LayerSpace.cpp - All distinct layers of a supernet's subnets -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Profile/LayerSpace.h"
#include "ofa/Analysis/KernelWork.h"
#include "ofa/Analysis/LatencyKeys.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::ofa;

LayerFigures ofa::getLayerFigures(Operation *op,
                                  ArrayRef<SmallVector<int64_t>> operands,
                                  ArrayRef<int64_t> result) {
  return {cast<CostOpInterface>(op).getKernelKind().str(),
          getKernelWork(op, operands, result)};
}

/// The layers of a subnet that get a kernel, by operation.
static llvm::MapVector<Operation *, ActiveOp>
collectLayers(SupernetOp supernet, const Subnet &subnet) {
  llvm::MapVector<Operation *, ActiveOp> layers;
  for (ActiveOp &active : collectActiveOps(supernet, subnet))
    if (!active.op->hasTrait<FoldsAway>())
      layers.insert({active.op, std::move(active)});
  return layers;
}

static std::string getKey(const ActiveOp &active) {
  return getLayerKey(active.op, active.operands, active.result);
}

LayerSpace::LayerSpace(SupernetOp supernet)
    : supernet(supernet), choices(supernet) {
  findVariants();
}

/// Marks the choices that change a layer's key when one is changed from `base`.
static void
findDependences(SupernetOp supernet, const ChoiceSpace &choices,
                const Subnet &base,
                llvm::DenseMap<Operation *, llvm::BitVector> &dependences) {
  auto atBase = collectLayers(supernet, base);
  for (unsigned choice = 0; choice != choices.size(); ++choice)
    for (unsigned value = 0; value != choices.getNumValues(choice); ++value) {
      SmallVector<unsigned> values(base.getValues());
      if (values[choice] == value)
        continue;
      values[choice] = value;
      for (auto &[op, active] :
           collectLayers(supernet, Subnet(choices, values))) {
        auto same = atBase.find(op);
        auto known = dependences.find(op);
        if (same != atBase.end() && known != dependences.end() &&
            getKey(same->second) != getKey(active))
          known->second.set(choice);
      }
    }
}

/// The largest subnet, and the one that is as deep with all else smallest:
/// between them, every width and window differs from what it is in the other.
static SmallVector<Subnet> makeBases(SupernetOp supernet,
                                     const ChoiceSpace &choices) {
  Subnet largest = Subnet::largest(choices);
  SmallVector<unsigned> values(Subnet::smallest(choices).getValues());
  supernet.walk([&](StageOp stage) {
    if (FlatSymbolRefAttr depth = stage.getDepthAttr()) {
      unsigned choice = choices.lookup(depth);
      values[choice] = largest.getValues()[choice];
    }
  });
  return {largest, Subnet(choices, values)};
}

void LayerSpace::findVariants() {
  llvm::DenseMap<Operation *, llvm::BitVector> dependences;
  SmallVector<Subnet> bases = makeBases(supernet, choices);
  auto atLargest = collectLayers(supernet, bases.front());
  for (auto &[op, active] : atLargest)
    dependences[op].resize(choices.size());
  for (const Subnet &base : bases)
    findDependences(supernet, choices, base, dependences);

  // Operations that depend on the same choices, such as those of a block, share
  // the walks.
  std::map<std::vector<unsigned>, std::vector<size_t>> groups;
  for (auto &[op, active] : atLargest) {
    Layer &layer = ops.emplace_back();
    llvm::append_range(layer.choices, dependences[op].set_bits());
    groups[{layer.choices.begin(), layer.choices.end()}].push_back(ops.size() -
                                                                   1);
  }
  auto opsAtLargest = llvm::to_vector(llvm::make_first_range(atLargest));
  for (auto &[dependent, members] : groups) {
    SmallVector<unsigned> values(bases.front().getValues());
    for (unsigned choice : dependent)
      values[choice] = 0;
    for (bool more = true; more;) {
      auto active = collectLayers(supernet, Subnet(choices, values));
      for (size_t member : members) {
        auto found = active.find(opsAtLargest[member]);
        if (found == active.end())
          continue;
        Variant &variant = ops[member].variants.emplace_back();
        for (unsigned choice : dependent)
          variant.values.push_back(values[choice]);
        variant.key = getKey(found->second);
        layers.try_emplace(variant.key,
                           getLayerFigures(found->first, found->second.operands,
                                           found->second.result));
      }
      // Counts up, as an odometer does.
      more = false;
      for (unsigned choice : dependent) {
        if (++values[choice] != choices.getNumValues(choice)) {
          more = true;
          break;
        }
        values[choice] = 0;
      }
    }
  }
}

std::vector<std::string> LayerSpace::getKeys(const Subnet &subnet) const {
  std::vector<std::string> keys;
  for (const auto &[op, active] : collectLayers(supernet, subnet))
    keys.push_back(getKey(active));
  return keys;
}

std::optional<Subnet> LayerSpace::findCoveringSubnet(
    llvm::function_ref<bool(StringRef)> isMissing) const {
  llvm::StringSet<> taken;
  std::vector<std::optional<unsigned>> values(choices.size());
  for (const Layer &layer : ops)
    for (const Variant &variant : layer.variants) {
      bool fits = isMissing(variant.key) && !taken.contains(variant.key);
      for (auto [choice, value] : llvm::zip(layer.choices, variant.values))
        fits = fits && values[choice].value_or(value) == value;
      if (!fits)
        continue;
      for (auto [choice, value] : llvm::zip(layer.choices, variant.values))
        values[choice] = value;
      taken.insert(variant.key);
      break;
    }
  if (taken.empty())
    return std::nullopt;
  SmallVector<unsigned> complete;
  for (auto [choice, value] : llvm::enumerate(values))
    complete.push_back(value.value_or(choices.getNumValues(choice) - 1));
  return Subnet(choices, complete);
}

std::vector<Subnet>
LayerSpace::cover(std::function<bool(StringRef)> isMissing) const {
  llvm::StringSet<> covered;
  auto isUncovered = [&](StringRef key) {
    return !covered.contains(key) && isMissing(key);
  };
  std::vector<Subnet> subnets;
  while (std::optional<Subnet> subnet = findCoveringSubnet(isUncovered)) {
    bool isNew = false;
    for (const std::string &key : getKeys(*subnet))
      isNew |= covered.insert(key).second;
    if (!isNew)
      break; // Never: each variant's key occurs where its choices are made.
    subnets.push_back(*subnet);
  }
  return subnets;
}
