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

/// Vectors of sums at once: as many as fit the registers of most processors.
static constexpr unsigned kTogether = 8;

/// result = sum of rows[indices[i]] * factors[i], rows of `strips` vectors: a
/// layer's way back.
static void multiplyBack(const float *factors, const unsigned *indices,
                         unsigned count, const Lanes *rows, unsigned strips,
                         Lanes *result) {
  runWithVectors([=](auto lanes) OFA_ALWAYS_INLINE {
    forStrips<kTogether * lanes.value / kLanes>(
        strips, [&](auto together, unsigned s) OFA_ALWAYS_INLINE {
          Vector<lanes.value> sums[together.value];
          for (unsigned i = 0; i < count; ++i)
            for (unsigned k = 0; k < together.value; ++k)
              sums[k].add(Vector<lanes.value>(
                              rows[size_t(indices[i]) * strips + s + k]),
                          factors[i]);
          for (unsigned k = 0; k < together.value; ++k)
            sums[k].store(result[s + k]);
        });
  });
}

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
  hasGradient = false;
}

void LocalPredictor::computeGradient() {
  llvm::ArrayRef<Predictor::PackedLayer> hidden = predictor.hidden;
  unsigned strips = hidden.front().strips;
  first.resize(strips);
  predictor.runFirst(center, first.data());
  gradient = predictor.last;
  for (size_t l = hidden.size() - 1; l != 0; --l) {
    const Predictor::PackedLayer &layer = hidden[l];
    back.resize(countLanes(layer.inputs));
    // Only through outputs that are on.
    const float *values = toFloats(outputs[l].data());
    unsigned size = layer.strips * kLanes, count = 0;
    factors.resize(size);
    indices.resize(size);
    for (unsigned o = 0; o < size; ++o) {
      factors[count] = toFloats(gradient.data())[o];
      indices[count] = o;
      count += values[o] > 0.0f;
    }
    multiplyBack(factors.data(), indices.data(), count, layer.rows.data(),
                 back.size(), back.data());
    std::swap(gradient, back);
  }
  offset -= dotChanged({}, {}, nullptr, strips, gradient.data(), first.data());
  hasGradient = true;
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
  if (!hasGradient)
    computeGradient();
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
