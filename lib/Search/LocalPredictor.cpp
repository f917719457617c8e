//===- LocalPredictor.cpp - A predictor around one row ----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/LocalPredictor.h"
#include "Lanes.h"
#include <cassert>

using namespace mlir::ofa;

/// Sums at once: as many as fit the registers of most processors.
static constexpr unsigned kTogether = 8;

/// result[s] = sum of rows[indices[i]][s] * factors[i], for `together` vectors
/// of rows that are `strips` vectors long.
template <unsigned together>
static inline OFA_ALWAYS_INLINE void
addRows(const float *factors, const unsigned *indices, unsigned count,
        const Lanes *rows, unsigned strips, Lanes *result) {
  Vector sums[together] = {};
  for (unsigned i = 0; i < count; ++i)
    for (unsigned s = 0; s < together; ++s)
      sums[s] += toVectors(rows + size_t(indices[i]) * strips)[s] * factors[i];
  for (unsigned s = 0; s < together; ++s)
    toVectors(result)[s] = sums[s];
}

/// The same for all vectors of the rows: a layer's way back.
OFA_FOR_ALL_VECTOR_LENGTHS
static void multiplyBack(const float *factors, const unsigned *indices,
                         unsigned count, const Lanes *rows, unsigned strips,
                         Lanes *result) {
  forStrips<kTogether>(strips, [&](auto together, unsigned s) OFA_ALWAYS_INLINE {
    addRows<together.value>(factors, indices, count, rows + s, strips,
                            result + s);
  });
}

/// For `together` strips: adds gradient * relu(first + sum of the columns `added`
/// - that of `removed`) to `sums`; columns are `stride` vectors apart.
template <unsigned together>
static inline OFA_ALWAYS_INLINE void
addChangedStrips(llvm::ArrayRef<unsigned> added,
                 llvm::ArrayRef<unsigned> removed, const Lanes *columns,
                 unsigned stride, const Lanes *gradient, const Lanes *first,
                 Vector &sums) {
  Vector values[together], zero = {};
  for (unsigned s = 0; s < together; ++s)
    values[s] = toVectors(first)[s];
  for (unsigned column : added)
    for (unsigned s = 0; s < together; ++s)
      values[s] += toVectors(columns + size_t(column) * stride)[s];
  for (unsigned column : removed)
    for (unsigned s = 0; s < together; ++s)
      values[s] -= toVectors(columns + size_t(column) * stride)[s];
  for (unsigned s = 0; s < together; ++s)
    sums += (values[s] > zero ? values[s] : zero) * toVectors(gradient)[s];
}

/// The sum over all strips.
OFA_FOR_ALL_VECTOR_LENGTHS
static float dotChanged(llvm::ArrayRef<unsigned> added,
                        llvm::ArrayRef<unsigned> removed, const Lanes *columns,
                        unsigned strips, const Lanes *gradient,
                        const Lanes *first) {
  Vector sums = {};
  forStrips<4>(strips, [&](auto together, unsigned s) OFA_ALWAYS_INLINE {
    addChangedStrips<together.value>(added, removed, columns + s, strips,
                                     gradient + s, first + s, sums);
  });
  float sum = 0;
  for (unsigned lane = 0; lane < kLanes; ++lane)
    sum += sums[lane];
  return sum;
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
  unsigned strips = hidden.front().strips;
  first.resize(strips);
  predictor.runFirst(row, first.data());
  gradient = predictor.last;
  for (size_t l = hidden.size() - 1; l != 0; --l) {
    const Predictor::PackedLayer &layer = hidden[l];
    back.resize(countLanes(layer.inputs));
    // Only through outputs that are on.
    const float *outputs =
        toFloats(activations.layers[l].data() + size_t(index) * layer.strips);
    unsigned size = layer.strips * kLanes, count = 0;
    factors.resize(size);
    indices.resize(size);
    for (unsigned o = 0; o < size; ++o) {
      factors[count] = toFloats(gradient.data())[o];
      indices[count] = o;
      count += outputs[o] > 0.0f;
    }
    multiplyBack(factors.data(), indices.data(), count, layer.rows.data(),
                 back.size(), back.data());
    std::swap(gradient, back);
  }
  offset -= dotChanged({}, {}, nullptr, strips, gradient.data(), first.data());
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
  Change change;
  change.begin = columns.size();
  change.numAdded = added.size();
  change.numRemoved = removed.size();
  changes.push_back(change);
  columns.append(added.begin(), added.end());
  columns.append(removed.begin(), removed.end());
  return estimateColumns(added, removed);
}

float LocalPredictor::estimateBoth(unsigned a, unsigned b) const {
  assert(a < changes.size() && b < changes.size() && "no such change");
  llvm::SmallVector<unsigned, 16> added(getAdded(changes[a])),
      removed(getRemoved(changes[a]));
  llvm::append_range(added, getAdded(changes[b]));
  llvm::append_range(removed, getRemoved(changes[b]));
  return estimateColumns(added, removed);
}
