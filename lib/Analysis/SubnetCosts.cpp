//===- SubnetCosts.cpp - Costs of all subnets, by parts -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/SubnetCosts.h"
#include "RowSizes.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <limits>

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

void SubnetCosts::addPart(ArrayRef<Operation *> ops, Value input, bool isBlock) {
  Part part;
  part.ops = llvm::to_vector(ops);
  part.input = input;
  part.isBlock = isBlock;
  llvm::SetVector<unsigned> choices;
  for (Operation *op : ops)
    if (auto elastic = dyn_cast<ElasticOpInterface>(op)) {
      SmallVector<FlatSymbolRefAttr> read;
      elastic.getChoices(read);
      for (FlatSymbolRefAttr choice : read)
        choices.insert(space.lookup(choice));
    }
  part.choices = choices.takeVector();
  for (unsigned choice : llvm::reverse(part.choices)) {
    part.strides.push_back(part.combinations);
    part.combinations *= space.getNumValues(choice);
  }
  std::reverse(part.strides.begin(), part.strides.end());
  parts.push_back(std::move(part));
}

static SmallVector<Operation *> collectComputations(Block &block) {
  SmallVector<Operation *> ops;
  for (Operation &op : block.without_terminator())
    if (!isa<ConstantOp>(op))
      ops.push_back(&op);
  return ops;
}

/// Cuts the forward region into blocks and what stands between stages.
void SubnetCosts::addLinks() {
  ForwardOp forward = supernet.getForward();
  Value value = forward.getImage();
  SmallVector<Operation *> outside;
  auto closeOutside = [&] {
    if (outside.empty())
      return;
    links.emplace_back().firstPart = parts.size();
    addPart(outside, value, /*isBlock=*/false);
    value = outside.back()->getResult(0);
    outside.clear();
  };
  for (Operation *op : collectComputations(forward.getBody().front())) {
    auto stage = dyn_cast<StageOp>(op);
    if (!stage) {
      outside.push_back(op);
      continue;
    }
    closeOutside();
    SmallVector<BlockOp> blocks = stage.getBlocks();
    Link link;
    link.firstPart = parts.size();
    link.numParts = blocks.size();
    if (FlatSymbolRefAttr depth = stage.getDepthAttr()) {
      link.depth = space.lookup(depth);
      for (unsigned i = 0; i != space.getNumValues(*link.depth); ++i)
        link.depths.push_back(
            cast<IntegerAttr>(space.getValue(*link.depth, i)).getInt());
    }
    links.push_back(link);
    for (BlockOp block : blocks)
      addPart(collectComputations(block.getBody().front()),
              block.getBody().getArgument(0), /*isBlock=*/true);
    value = stage.getResult();
  }
  closeOutside();

  for (Link &link : links) {
    SmallVector<unsigned> kept = link.depths;
    if (!link.depth)
      kept.push_back(link.numParts);
    for (unsigned count : kept) {
      llvm::SmallBitVector &active = link.active.emplace_back(space.size());
      if (link.depth)
        active.set(*link.depth);
      for (unsigned i = 0; i != count; ++i)
        for (unsigned choice : parts[link.firstPart + i].choices)
          active.set(choice);
    }
  }
}

/// Whether every part reads nothing but its input, itself and constants.
bool SubnetCosts::isChain() const {
  for (const Part &part : parts) {
    llvm::SmallPtrSet<Operation *, 16> own(part.ops.begin(), part.ops.end());
    for (Operation *op : part.ops)
      for (Value operand : op->getOperands()) {
        Operation *producer = operand.getDefiningOp();
        if (operand != part.input && !own.contains(producer) &&
            !isa_and_nonnull<ConstantOp>(producer))
          return false;
      }
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Variants
//===----------------------------------------------------------------------===//

unsigned SubnetCosts::internState(size_t part, State state) {
  std::vector<State> &known = states[part];
  auto found = llvm::find(known, state);
  if (found == known.end()) {
    known.push_back(std::move(state));
    return known.size() - 1;
  }
  return found - known.begin();
}

unsigned SubnetCosts::combine(const Part &part, ArrayRef<unsigned> values) {
  unsigned index = 0;
  for (unsigned i = 0, e = part.choices.size(); i != e; ++i)
    index += part.strides[i] * values[part.choices[i]];
  return index;
}

/// The bits of a part's kernels, but for those without code to count.
uint64_t SubnetCosts::addKernels(const PartEstimate &figures) {
  uint64_t bits = 0;
  for (const std::string &kernel : figures.kernels) {
    size_t bit = llvm::find(kernelNames, kernel) - kernelNames.begin();
    if (bit == kernelNames.size()) {
      kernelNames.push_back(kernel);
      kernelBytes.push_back(estimator.getCodeBytes(kernel));
    }
    assert(bit < 64 && "more kinds of kernels than bits");
    if (kernelBytes[bit] != 0)
      bits |= uint64_t(1) << bit;
  }
  return bits;
}

/// Estimates all variants of a link's parts, whose states are complete for the
/// first of them, and the states that follow.
void SubnetCosts::fillLink(size_t index) {
  const Link link = links[index];
  bool isLast = index + 1 == links.size();
  size_t after = link.firstPart + link.numParts;
  // With depth 0, what comes in goes on.
  std::vector<int> skipped;
  if (llvm::is_contained(link.depths, 0) && !isLast)
    for (size_t i = 0; i != states[link.firstPart].size(); ++i)
      skipped.push_back(internState(after, states[link.firstPart][i]));
  links[index].skips = std::move(skipped);

  for (size_t p = link.firstPart; p != after; ++p) {
    Part &part = parts[p];
    bool mayBeLast = link.depths.empty()
                         ? p + 1 == after
                         : llvm::is_contained(link.depths,
                                              p + 1 - link.firstPart);
    part.variants.assign(states[p].size() * part.combinations, -1);
    SmallVector<unsigned> values(space.size(), 0);
    for (size_t s = 0; s != states[p].size(); ++s) {
      const State state = states[p][s];
      if (p == 0 && resolution && !isFixedTo(*resolution, s))
        continue;
      for (unsigned c = 0; c != part.combinations; ++c) {
        unsigned rest = c;
        for (unsigned choice : llvm::reverse(part.choices)) {
          values[choice] = rest % space.getNumValues(choice);
          rest /= space.getNumValues(choice);
        }
        if (llvm::any_of(state.fixed,
                         [&](auto known) {
                           return llvm::is_contained(part.choices, known.first) &&
                                  values[known.first] != known.second;
                         }) ||
            !llvm::all_of(part.choices, [&](unsigned choice) {
              return isFixedTo(choice, values[choice]);
            }))
          continue;
        SmallVector<ActiveOp> ops = collectActiveOps(
            part.ops, part.input, state.shape, Subnet(space, values));
        Variant variant;
        PartEstimate figures =
            estimator.estimate(ops, part.isBlock, p == 0, state.image);
        variant.costs.figures = {figures.macs,           figures.parameters,
                                 figures.sramBytes,      figures.flashDataBytes,
                                 /*flashCodeBytes=*/0,   figures.seconds};
        variant.costs.kernels = addKernels(figures);
        missingKeys.insert(figures.missingKeys.begin(),
                           figures.missingKeys.end());
        State next;
        next.image = state.image;
        next.shape = ops.empty() ? state.shape : ops.back().result;
        for (unsigned choice : part.choices)
          if (readers[choice] > 1)
            next.fixed.emplace_back(choice, values[choice]);
        if (p + 1 != after)
          variant.next = internState(p + 1, next);
        if (mayBeLast && !isLast)
          variant.nextOutside = internState(after, next);
        part.variants[s * part.combinations + c] = variants.size();
        variants.push_back(std::move(variant));
        if (segmentLimit)
          rows.push_back(figures.rows);
      }
    }
  }
}

/// Which parts each choice changes, and which choices always have effect.
void SubnetCosts::findReach() {
  reach.assign(space.size(), {unsigned(parts.size()), 0u});
  auto extend = [&](unsigned choice, unsigned first, unsigned last) {
    reach[choice].first = std::min(reach[choice].first, first);
    reach[choice].second = std::max(reach[choice].second, last);
  };
  alwaysActive.resize(space.size());
  if (FlatSymbolRefAttr choice = supernet.getForward().getResolutionAttr()) {
    alwaysActive.set(space.lookup(choice));
    extend(space.lookup(choice), 0, 0);
  }
  for (auto [index, link] : llvm::enumerate(links)) {
    unsigned last = link.firstPart + link.numParts - 1;
    if (link.depth)
      extend(*link.depth, link.firstPart, last);
    else
      alwaysActive |= link.active.front();
    for (unsigned p = link.firstPart; p <= last; ++p) {
      parts[p].link = index;
      for (unsigned choice : parts[p].choices)
        extend(choice, p, p);
    }
  }
}

SubnetCosts::SubnetCosts(SupernetOp supernet, const ChoiceSpace &space,
                         const Device &device,
                         ArrayRef<std::optional<unsigned>> fixed,
                         Rounding rounding, std::optional<int64_t> segmentLimit)
    : supernet(supernet), space(space),
      estimator(supernet, device, rounding, segmentLimit.has_value()),
      fixed(fixed), segmentLimit(segmentLimit) {
  addLinks();
  findReach();
  states.resize(parts.size());
  readers.assign(space.size(), 0);
  for (const Part &part : parts)
    for (unsigned choice : part.choices)
      ++readers[choice];
  if (parts.empty())
    return;
  if (!isChain()) {
    isWhole = true;
    return;
  }

  ForwardOp forward = supernet.getForward();
  State image;
  image.shape = llvm::to_vector(
      cast<ShapedType>(forward.getImage().getType()).getShape());
  image.image = image.shape.size() > 1 ? image.shape[1] : 1;
  if (FlatSymbolRefAttr choice = forward.getResolutionAttr()) {
    resolution = space.lookup(choice);
    for (unsigned i = 0; i != space.getNumValues(*resolution); ++i) {
      image.image = image.shape[1] = image.shape[2] =
          cast<IntegerAttr>(space.getValue(*resolution, i)).getInt();
      // Positions are the choice's values, used or not.
      states[0].push_back(image);
    }
  } else {
    states[0].push_back(image);
  }
  for (size_t link = 0; link != links.size(); ++link)
    fillLink(link);
}

//===----------------------------------------------------------------------===//
// Subnets
//===----------------------------------------------------------------------===//

void SubnetCosts::add(const Around::Sum &part, Around::Sum &sum) {
  SubnetEstimate &figures = sum.figures;
  figures.macs += part.figures.macs;
  figures.parameters += part.figures.parameters;
  figures.sramBytes = std::max(figures.sramBytes, part.figures.sramBytes);
  figures.flashDataBytes += part.figures.flashDataBytes;
  figures.seconds += part.figures.seconds;
  sum.kernels |= part.kernels;
}

const SubnetCosts::Variant &
SubnetCosts::getVariant(const Part &part, int state,
                        ArrayRef<unsigned> values) const {
  return variants[part.variants[state * part.combinations +
                                combine(part, values)]];
}

/// Calls `visit` for the variant of each part that is kept, in order.
template <typename Visit>
void SubnetCosts::walk(ArrayRef<unsigned> values, Visit visit) const {
  int state = getFirstState(values);
  for (const Link &link : links) {
    unsigned kept = link.getKept(values);
    if (kept == 0)
      state = getSkip(link, state);
    for (unsigned i = 0; i != kept; ++i) {
      const Variant &variant =
          getVariant(parts[link.firstPart + i], state, values);
      visit(variant);
      state = variant.getNext(i + 1 == kept);
    }
  }
}

/// With cuts into segments anywhere, which no sum of parts tells.
int64_t SubnetCosts::computeRowPeak(ArrayRef<unsigned> values) const {
  SmallVector<std::pair<int64_t, const RowSizes *>, 32> chain;
  walk(values, [&](const Variant &variant) {
    const std::optional<RowSizes> &sizes = rows[&variant - variants.data()];
    chain.emplace_back(variant.costs.figures.sramBytes,
                       sizes ? &*sizes : nullptr);
  });
  return getRowPeak(chain);
}

/// Adds what is there once: the rest of the firmware, and each kernel's code.
SubnetEstimate SubnetCosts::complete(const Around::Sum &sum,
                                     ArrayRef<unsigned> values) const {
  SubnetEstimate estimate = sum.figures;
  if (segmentLimit && estimate.sramBytes > *segmentLimit)
    estimate.sramBytes = computeRowPeak(values);
  estimate.flashDataBytes += estimator.getOverheadBytes();
  for (uint64_t rest = sum.kernels; rest != 0; rest &= rest - 1)
    estimate.flashCodeBytes += kernelBytes[llvm::countr_zero(rest)];
  return estimate;
}

SubnetEstimate SubnetCosts::estimateWhole(ArrayRef<unsigned> values) const {
  SubnetEstimate estimate;
  SmallVector<ActiveOp> ops = collectActiveOps(supernet, Subnet(space, values));
  PartEstimate figures =
      estimator.estimate(ops, /*isBlock=*/false, /*startsNetwork=*/true,
                         ops.empty() ? 0 : ops.front().operands.front()[1]);
  estimate.macs = figures.macs;
  estimate.parameters = figures.parameters;
  estimate.sramBytes = figures.sramBytes;
  estimate.flashDataBytes =
      estimator.getOverheadBytes() + figures.flashDataBytes;
  for (const std::string &kernel : figures.kernels)
    estimate.flashCodeBytes += estimator.getCodeBytes(kernel);
  estimate.seconds = figures.seconds;
  return estimate;
}

SubnetEstimate SubnetCosts::estimate(ArrayRef<unsigned> values) const {
  if (isWhole)
    return estimateWhole(values);
  Around::Sum sum;
  walk(values, [&](const Variant &variant) { add(variant.costs, sum); });
  return complete(sum, values);
}

void SubnetCosts::Around::moveTo(ArrayRef<unsigned> values) {
  if (costs.isWhole)
    return;
  center.assign(values.begin(), values.end());
  size_t count = costs.parts.size();
  before.assign(count + 1, {});
  behind.assign(count + 1, {});
  states.assign(count + 1, 0);
  int state = costs.getFirstState(values);
  Sum sum;
  for (const Link &link : costs.links) {
    unsigned kept = link.getKept(values);
    int enters = state;
    for (unsigned i = 0; i != kept; ++i) {
      size_t p = link.firstPart + i;
      const Variant &variant = costs.getVariant(costs.parts[p], state, values);
      before[p] = sum;
      behind[p] = variant.costs;
      states[p] = state;
      add(variant.costs, sum);
      state = variant.getNext(i + 1 == kept);
    }
    if (kept == 0)
      state = costs.getSkip(link, state);
    // From parts that are left out, one goes on behind the link.
    for (unsigned i = kept; i != link.numParts; ++i) {
      before[link.firstPart + i] = sum;
      states[link.firstPart + i] = kept == 0 ? enters : state;
    }
  }
  before[count] = sum;
  states[count] = state;
  for (size_t p = count; p-- != 0;)
    add(behind[p + 1], behind[p]);
}

SubnetEstimate
SubnetCosts::Around::estimate(ArrayRef<unsigned> values,
                              ArrayRef<unsigned> changed) const {
  if (costs.isWhole)
    return costs.estimateWhole(values);
  size_t count = costs.parts.size(), first = count, last = 0;
  for (unsigned choice : changed) {
    auto [from, to] = costs.reach[choice];
    if (from == count || values[choice] == center[choice])
      continue;
    // Where more or fewer parts are kept, the last of the fewer passes what it
    // makes on to others.
    const Link &link = costs.links[costs.parts[from].link];
    if (link.depth == choice && costs.readers[choice] == 0)
      if (unsigned kept = std::min(link.getKept(values), link.getKept(center)))
        from += kept - 1;
    first = std::min<size_t>(first, from);
    last = std::max<size_t>(last, to);
  }
  if (first == count)
    return costs.complete(before[count], values);
  Sum sum = before[first];
  int state = first == 0 ? costs.getFirstState(values) : states[first];
  size_t l = costs.parts[first].link;
  unsigned i = first - costs.links[l].firstPart;
  // As far as the changes reach, and until the shapes are the same again.
  for (; l != costs.links.size(); ++l, i = 0) {
    const Link &link = costs.links[l];
    unsigned kept = link.getKept(values);
    if (kept == 0)
      state = costs.getSkip(link, state);
    for (; i < kept; ++i) {
      size_t p = link.firstPart + i;
      if (p > last && state == states[p]) {
        add(behind[p], sum);
        return costs.complete(sum, values);
      }
      const Variant &variant = costs.getVariant(costs.parts[p], state, values);
      add(variant.costs, sum);
      state = variant.getNext(i + 1 == kept);
    }
  }
  return costs.complete(sum, values);
}

SubnetEstimate SubnetCosts::getUpperBound() const {
  SubnetEstimate bound;
  if (isWhole) {
    constexpr int64_t most = std::numeric_limits<int64_t>::max() / 2;
    return {most, most, most, most, most,
            std::numeric_limits<double>::infinity()};
  }
  bound.flashDataBytes = estimator.getOverheadBytes();
  for (int64_t bytes : kernelBytes)
    bound.flashCodeBytes += bytes;
  for (const Part &part : parts) {
    SubnetEstimate most;
    for (int index : part.variants) {
      if (index < 0)
        continue;
      const SubnetEstimate &figures = variants[index].costs.figures;
      most.macs = std::max(most.macs, figures.macs);
      most.parameters = std::max(most.parameters, figures.parameters);
      most.sramBytes = std::max(most.sramBytes, figures.sramBytes);
      most.flashDataBytes =
          std::max(most.flashDataBytes, figures.flashDataBytes);
      most.seconds = std::max(most.seconds, figures.seconds);
    }
    bound.macs += most.macs;
    bound.parameters += most.parameters;
    bound.sramBytes = std::max(bound.sramBytes, most.sramBytes);
    bound.flashDataBytes += most.flashDataBytes;
    bound.seconds += most.seconds;
  }
  return bound;
}

bool SubnetCosts::isDepth(unsigned choice) const {
  return llvm::any_of(links,
                      [&](const Link &link) { return link.depth == choice; });
}

llvm::SmallBitVector
SubnetCosts::findActive(ArrayRef<unsigned> values) const {
  llvm::SmallBitVector active = alwaysActive;
  for (const Link &link : links)
    if (link.depth)
      active |= link.active[values[*link.depth]];
  return active;
}
