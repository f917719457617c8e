//===- LocalPredictor.cpp - A predictor around one row ----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/LocalPredictor.h"
#include "Lanes.h"
#include "MatrixProduct.h"
#include <cassert>

using namespace mlir::ofa;

/// The sum over all strips of gradient * relu(first + sum of the columns
/// `added`
/// - that of `removed`).
static float dotChanged(llvm::ArrayRef<unsigned> added,
                        llvm::ArrayRef<unsigned> removed, const Lanes *columns,
                        unsigned strips, const Lanes *gradient,
                        const Lanes *first) {
  float result = 0;
  runWithVectors([=, &result](auto lanes) OFA_ALWAYS_INLINE {
    Vector<lanes.value> sums;
    forStrips<4>(strips, [&](auto together, unsigned s) OFA_ALWAYS_INLINE {
      Vector<lanes.value> values[together.value];
      for (unsigned k = 0; k < together.value; ++k)
        values[k] = Vector<lanes.value>(first[s + k]);
      for (unsigned column : added)
        for (unsigned k = 0; k < together.value; ++k)
          values[k] +=
              Vector<lanes.value>(columns[size_t(column) * strips + s + k]);
      for (unsigned column : removed)
        for (unsigned k = 0; k < together.value; ++k)
          values[k] -=
              Vector<lanes.value>(columns[size_t(column) * strips + s + k]);
      for (unsigned k = 0; k < together.value; ++k) {
        values[k].relu();
        values[k] *= Vector<lanes.value>(gradient[s + k]);
        sums += values[k];
      }
    });
    result = sums.sum();
  });
  return result;
}

void LocalPredictor::moveTo(const Predictor::Activations &activations,
                            unsigned index, llvm::ArrayRef<unsigned> row,
                            float accuracy) {
  assert(index < activations.numRows && "no such row");
  changes.clear();
  columns.clear();
  offset = accuracy;
  llvm::ArrayRef<Predictor::PackedLayer> hidden = predictor.hidden;
  if (hidden.empty())
    return;
  center.assign(row.begin(), row.end());
  outputs.resize(hidden.size());
  for (size_t l = 1; l < hidden.size(); ++l) {
    unsigned strips = hidden[l].strips;
    const Lanes *begin = activations.layers[l].data() + size_t(index) * strips;
    outputs[l].assign(begin, begin + strips);
  }
  isPrepared = false;
}

/// One after the other, layers from the last to the first: gradients of all of
/// `locals` at once.
void LocalPredictor::prepare(llvm::ArrayRef<LocalPredictor *> locals) {
  if (locals.empty() || locals.front()->predictor.hidden.empty())
    return;
  const Predictor &predictor = locals.front()->predictor;
  llvm::ArrayRef<Predictor::PackedLayer> hidden = predictor.hidden;
  std::vector<Lanes> gradients, back;
  std::vector<PackedRows> groups;
  for (size_t i = 0; i < locals.size(); ++i)
    llvm::append_range(gradients, predictor.last);
  for (size_t l = hidden.size() - 1; l != 0; --l) {
    const Predictor::PackedLayer &layer = hidden[l];
    // Only through outputs that are on.
    unsigned size = layer.strips * kLanes;
    for (auto [i, local] : llvm::enumerate(locals)) {
      const float *values = toFloats(local->outputs[l].data());
      float *gradient = toFloats(gradients.data() + i * layer.strips);
      for (unsigned o = 0; o < size; ++o)
        gradient[o] = values[o] > 0.0f ? gradient[o] : 0.0f;
    }
    packRows(gradients.data(), locals.size(), layer.strips, groups);
    unsigned strips = countLanes(layer.inputs);
    back.resize(locals.size() * strips);
    multiply(groups, locals.size(), layer.backWeights.data(), /*bias=*/nullptr,
             size, strips, /*hasRelu=*/false, back.data());
    std::swap(gradients, back);
  }
  unsigned strips = hidden.front().strips;
  for (auto [i, local] : llvm::enumerate(locals)) {
    const Lanes *begin = gradients.data() + i * strips;
    local->gradient.assign(begin, begin + strips);
    local->first.resize(strips);
    predictor.runFirst(local->center, local->first.data());
    local->offset -=
        dotChanged({}, {}, nullptr, strips, begin, local->first.data());
    local->isPrepared = true;
  }
}

float LocalPredictor::estimateColumns(llvm::ArrayRef<unsigned> added,
                                      llvm::ArrayRef<unsigned> removed) const {
  if (!predictor.hidden.empty()) {
    const Predictor::PackedLayer &layer = predictor.hidden.front();
    return offset + dotChanged(added, removed, layer.weights.data(),
                               layer.strips, gradient.data(), first.data());
  }
  // Without hidden layers the last one is the first.
  const float *weights = toFloats(predictor.last.data());
  float sum = offset;
  for (unsigned column : added)
    sum += weights[column];
  for (unsigned column : removed)
    sum -= weights[column];
  return sum;
}

float LocalPredictor::estimate(llvm::ArrayRef<unsigned> added,
                               llvm::ArrayRef<unsigned> removed) {
  if (!isPrepared)
    prepare(this);
  Change change;
  change.begin = columns.size();
  change.numAdded = added.size();
  change.numRemoved = removed.size();
  changes.push_back(change);
  columns.append(added.begin(), added.end());
  columns.append(removed.begin(), removed.end());
  return estimateColumns(added, removed);
}

float LocalPredictor::estimateKept(llvm::ArrayRef<unsigned> kept) const {
  llvm::SmallVector<unsigned, 16> added, removed;
  for (unsigned index : kept) {
    llvm::append_range(added, getAdded(changes[index]));
    llvm::append_range(removed, getRemoved(changes[index]));
  }
  return estimateColumns(added, removed);
}
