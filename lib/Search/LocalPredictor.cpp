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

/// result[i] = sum over the outputs that are on of weights[output][i] *
/// gradient[output].
OFA_FOR_ALL_VECTOR_LENGTHS
static void multiplyBack(const Lanes *gradient, const Lanes *outputs,
                         unsigned numOutputs, const Lanes *rows,
                         unsigned strips, Lanes *result) {
  for (unsigned s = 0; s < strips; ++s)
    toVectors(result)[s] = Vector{};
  for (unsigned o = 0; o < numOutputs; ++o) {
    if (!(toFloats(outputs)[o] > 0.0f))
      continue;
    const Vector *row = toVectors(rows + size_t(o) * strips);
    float factor = toFloats(gradient)[o];
    for (unsigned s = 0; s < strips; ++s)
      toVectors(result)[s] += row[s] * factor;
  }
}

/// change = sum of the columns `added` less that of `removed`; returns gradient *
/// relu(first + change).
OFA_FOR_ALL_VECTOR_LENGTHS
static float addChange(const unsigned *added, unsigned numAdded,
                       const unsigned *removed, unsigned numRemoved,
                       const Lanes *weights, unsigned inputs, unsigned strips,
                       const Lanes *gradient, const Lanes *first,
                       Lanes *change) {
  Vector sums = {}, zero = {};
  for (unsigned s = 0; s < strips; ++s) {
    const Vector *strip = toVectors(weights + size_t(s) * inputs);
    Vector value = {};
    for (unsigned i = 0; i < numAdded; ++i)
      value += strip[added[i]];
    for (unsigned i = 0; i < numRemoved; ++i)
      value -= strip[removed[i]];
    toVectors(change)[s] = value;
    value += toVectors(first)[s];
    sums += (value > zero ? value : zero) * toVectors(gradient)[s];
  }
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
    multiplyBack(gradient.data(),
                 activations.layers[l].data() + size_t(index) * layer.strips,
                 layer.strips * kLanes, layer.rows.data(), back.size(),
                 back.data());
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
