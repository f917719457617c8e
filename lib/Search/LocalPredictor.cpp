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
  unsigned s = 0;
  for (; s + kTogether <= strips; s += kTogether)
    addRows<kTogether>(factors, indices, count, rows + s, strips, result + s);
  for (; s < strips; ++s)
    addRows<1>(factors, indices, count, rows + s, strips, result + s);
}

/// For `together` strips: change = sum of the columns `added` less that of
/// `removed`; adds gradient * relu(first + change) to `sums`.
template <unsigned together>
static inline OFA_ALWAYS_INLINE void
addChangeStrips(const unsigned *added, unsigned numAdded,
                const unsigned *removed, unsigned numRemoved,
                const Lanes *weights, unsigned inputs, const Lanes *gradient,
                const Lanes *first, Lanes *change, Vector &sums) {
  Vector values[together] = {}, zero = {};
  for (unsigned i = 0; i < numAdded; ++i)
    for (unsigned s = 0; s < together; ++s)
      values[s] += toVectors(weights + size_t(s) * inputs)[added[i]];
  for (unsigned i = 0; i < numRemoved; ++i)
    for (unsigned s = 0; s < together; ++s)
      values[s] -= toVectors(weights + size_t(s) * inputs)[removed[i]];
  for (unsigned s = 0; s < together; ++s) {
    toVectors(change)[s] = values[s];
    Vector value = values[s] + toVectors(first)[s];
    sums += (value > zero ? value : zero) * toVectors(gradient)[s];
  }
}

/// The same for all strips; returns the sum.
OFA_FOR_ALL_VECTOR_LENGTHS
static float addChange(const unsigned *added, unsigned numAdded,
                       const unsigned *removed, unsigned numRemoved,
                       const Lanes *weights, unsigned inputs, unsigned strips,
                       const Lanes *gradient, const Lanes *first,
                       Lanes *change) {
  constexpr unsigned together = 4;
  Vector sums = {};
  unsigned s = 0;
  for (; s + together <= strips; s += together)
    addChangeStrips<together>(added, numAdded, removed, numRemoved,
                              weights + size_t(s) * inputs, inputs,
                              gradient + s, first + s, change + s, sums);
  for (; s < strips; ++s)
    addChangeStrips<1>(added, numAdded, removed, numRemoved,
                       weights + size_t(s) * inputs, inputs, gradient + s,
                       first + s, change + s, sums);
  float sum = 0;
  for (unsigned lane = 0; lane < kLanes; ++lane)
    sum += sums[lane];
  return sum;
}

/// gradient * relu(first + a + b); without both where they are null.
OFA_FOR_ALL_VECTOR_LENGTHS
static float dotChanged(const Lanes *gradient, const Lanes *first,
                        const Lanes *a, const Lanes *b, unsigned strips) {
  Vector sums = {}, zero = {};
  for (unsigned s = 0; s < strips; ++s) {
    Vector value = toVectors(first)[s];
    if (a)
      value += toVectors(a)[s] + toVectors(b)[s];
    sums += (value > zero ? value : zero) * toVectors(gradient)[s];
  }
  float sum = 0;
  for (unsigned lane = 0; lane < kLanes; ++lane)
    sum += sums[lane];
  return sum;
}

void LocalPredictor::moveTo(const Predictor::Activations &activations,
                            unsigned index, llvm::ArrayRef<unsigned> row,
                            float accuracy) {
  assert(index < activations.numRows && "no such row");
  numChanges = 0;
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
  offset -= dotChanged(gradient.data(), first.data(), nullptr, nullptr, strips);
}

float LocalPredictor::estimate(llvm::ArrayRef<unsigned> added,
                               llvm::ArrayRef<unsigned> removed) {
  // Without hidden layers the last one is the first: one sum for each change.
  if (predictor.hidden.empty()) {
    const float *weights = toFloats(predictor.last.data());
    float sum = 0;
    for (unsigned column : added)
      sum += weights[column];
    for (unsigned column : removed)
      sum -= weights[column];
    if (changes.size() <= numChanges)
      changes.resize(numChanges + 1);
    changes[numChanges++].floats[0] = sum;
    return offset + sum;
  }
  const Predictor::PackedLayer &layer = predictor.hidden.front();
  size_t at = size_t(numChanges++) * layer.strips;
  if (changes.size() < at + layer.strips)
    changes.resize(2 * at + layer.strips);
  return offset + addChange(added.data(), added.size(), removed.data(),
                            removed.size(), layer.weights.data(), layer.inputs,
                            layer.strips, gradient.data(), first.data(),
                            &changes[at]);
}

float LocalPredictor::estimateBoth(unsigned a, unsigned b) const {
  assert(a < numChanges && b < numChanges && "no such change");
  if (predictor.hidden.empty())
    return offset + changes[a].floats[0] + changes[b].floats[0];
  unsigned strips = predictor.hidden.front().strips;
  return offset + dotChanged(gradient.data(), first.data(),
                             &changes[size_t(a) * strips],
                             &changes[size_t(b) * strips], strips);
}
