//===- Predictor.cpp - Accuracy of a genome by an MLP -----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Predictor.h"
#include "Lanes.h"
#include "MatrixProduct.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cassert>
#include <cmath>

using namespace mlir::ofa;

llvm::Expected<OneHotEncoding>
OneHotEncoding::create(unsigned width, std::vector<std::vector<int>> columns) {
  for (auto [index, gene] : llvm::enumerate(columns))
    for (int column : gene)
      if (column < -1 || column >= static_cast<int64_t>(width))
        return llvm::createStringError(
            "predictor encoding of gene " + llvm::Twine(index) +
            " expects columns from -1 to " + llvm::Twine(int64_t(width) - 1) +
            ", but got " + llvm::Twine(column));
  OneHotEncoding result;
  result.width = width;
  std::vector<std::pair<int, unsigned>> byColumn;
  for (auto [index, gene] : llvm::enumerate(columns)) {
    result.begin.push_back(result.columns.size());
    llvm::append_range(result.columns, gene);
    if (!gene.empty())
      byColumn.emplace_back(*llvm::min_element(gene), index);
  }
  llvm::sort(byColumn);
  for (auto [column, gene] : byColumn)
    result.order.push_back(gene);
  return result;
}

OneHotEncoding
OneHotEncoding::makeDense(llvm::ArrayRef<unsigned> cardinalities) {
  std::vector<std::vector<int>> columns;
  int next = 0;
  for (unsigned cardinality : cardinalities) {
    columns.emplace_back();
    for (unsigned value = 0; value < cardinality; ++value)
      columns.back().push_back(next++);
  }
  return llvm::cantFail(create(next, std::move(columns)));
}

std::vector<unsigned>
OneHotEncoding::encode(llvm::ArrayRef<unsigned> genome,
                       const llvm::SmallBitVector &isActive) const {
  assert(genome.size() == begin.size() && "one value for each gene");
  assert(isActive.size() == begin.size() && "one flag for each gene");
  std::vector<unsigned> ones;
  ones.reserve(genome.size());
  for (unsigned gene : order) {
    int column = columns[begin[gene] + genome[gene]];
    if (column >= 0 && isActive[gene])
      ones.push_back(column);
  }
  if (!llvm::is_sorted(ones))
    llvm::sort(ones);
  ones.erase(llvm::unique(ones), ones.end());
  return ones;
}

/// Checks layer `index` of `layers`, apart from its values.
static llvm::Error checkLayer(llvm::ArrayRef<Predictor::Layer> layers,
                              size_t index) {
  const Predictor::Layer &layer = layers[index];
  auto fail = [index](const llvm::Twine &message) {
    return llvm::createStringError("predictor layer " + llvm::Twine(index) +
                                   " " + message);
  };
  if (layer.inputs == 0 || layer.outputs == 0)
    return fail("expects inputs and outputs");
  if (index > 0 && layer.inputs != layers[index - 1].outputs)
    return fail("expects " + llvm::Twine(layers[index - 1].outputs) +
                " inputs, the outputs of the layer before, but got " +
                llvm::Twine(layer.inputs));
  if (index + 1 == layers.size() && layer.outputs != 1)
    return fail("expects one output, the accuracy, but got " +
                llvm::Twine(layer.outputs));
  uint64_t count = uint64_t(layer.inputs) * layer.outputs;
  if (layer.weights.size() != count)
    return fail("expects " + llvm::Twine(count) + " weights, but got " +
                llvm::Twine(layer.weights.size()));
  if (!layer.bias.empty() && layer.bias.size() != layer.outputs)
    return fail("expects " + llvm::Twine(layer.outputs) +
                " biases or none, but got " + llvm::Twine(layer.bias.size()));
  auto isFinite = [](float value) { return std::isfinite(value); };
  if (!llvm::all_of(layer.weights, isFinite) ||
      !llvm::all_of(layer.bias, isFinite))
    return fail("expects finite weights and biases");
  return llvm::Error::success();
}

llvm::Expected<Predictor> Predictor::create(std::vector<Layer> layers,
                                            float base) {
  if (layers.empty())
    return llvm::createStringError("predictor expects at least one layer");
  if (!std::isfinite(base))
    return llvm::createStringError("predictor expects a finite base accuracy");
  for (size_t index = 0; index < layers.size(); ++index)
    if (llvm::Error error = checkLayer(layers, index))
      return std::move(error);

  Predictor result;
  result.base = base;
  result.inputs = layers.front().inputs;
  for (const Layer &layer : llvm::ArrayRef(layers).drop_back()) {
    bool isFirst = result.hidden.empty();
    PackedLayer packed;
    packed.strips = countLanes(layer.outputs);
    packed.inputs =
        isFirst ? layer.inputs : result.hidden.back().strips * kLanes;
    packed.weights.resize(size_t(packed.strips) * packed.inputs);
    packed.bias.resize(packed.strips);
    for (unsigned o = 0; o < layer.outputs && !layer.bias.empty(); ++o)
      packed.bias[o / kLanes].floats[o % kLanes] = layer.bias[o];
    unsigned paddedOutputs = packed.strips * kLanes;
    if (!isFirst)
      packed.backWeights.resize(size_t(countLanes(packed.inputs)) *
                                paddedOutputs);
    for (unsigned o = 0; o < layer.outputs; ++o)
      for (unsigned i = 0; i < layer.inputs; ++i) {
        float weight = layer.weights[size_t(o) * layer.inputs + i];
        size_t at = isFirst ? size_t(i) * packed.strips + o / kLanes
                            : size_t(o / kLanes) * packed.inputs + i;
        packed.weights[at].floats[o % kLanes] = weight;
        if (!isFirst)
          packed.backWeights[size_t(i / kLanes) * paddedOutputs + o]
              .floats[i % kLanes] = weight;
      }
    result.hidden.push_back(std::move(packed));
  }
  const Layer &last = layers.back();
  result.last.resize(countLanes(last.inputs));
  for (unsigned i = 0; i < last.inputs; ++i)
    result.last[i / kLanes].floats[i % kLanes] = last.weights[i];
  if (!last.bias.empty())
    result.lastBias = last.bias.front();
  return result;
}

//===----------------------------------------------------------------------===//
// Prediction
//===----------------------------------------------------------------------===//

/// Rows that are predicted together where there are many.
static constexpr unsigned kTogether = 48;

/// result = bias + sum of the given columns; of four strips side by side, since
/// a sum that waits for the one before it is slow.
static void addColumns(llvm::ArrayRef<unsigned> row, const Lanes *columns,
                       const Lanes *bias, unsigned strips, Lanes *result) {
  runWithVectors([=](auto lanes) OFA_ALWAYS_INLINE {
    forStrips<4>(strips, [&](auto together, unsigned s) OFA_ALWAYS_INLINE {
      Vector<lanes.value> sums[together.value];
      for (unsigned k = 0; k < together.value; ++k)
        sums[k] = Vector<lanes.value>(bias[s + k]);
      for (unsigned column : row)
        for (unsigned k = 0; k < together.value; ++k)
          sums[k] +=
              Vector<lanes.value>(columns[size_t(column) * strips + s + k]);
      for (unsigned k = 0; k < together.value; ++k)
        sums[k].store(result[s + k]);
    });
  });
}

static float dot(const Lanes *a, const Lanes *b, unsigned strips) {
  float result = 0;
  runWithVectors([=, &result](auto lanes) OFA_ALWAYS_INLINE {
    Vector<lanes.value> sums;
    for (unsigned s = 0; s < strips; ++s) {
      Vector<lanes.value> product(a[s]);
      product *= Vector<lanes.value>(b[s]);
      sums += product;
    }
    result = sums.sum();
  });
  return result;
}

/// The sums of the first layer, before ReLU.
void Predictor::runFirst(llvm::ArrayRef<unsigned> row, Lanes *result) const {
  const PackedLayer &layer = hidden.front();
  assert(llvm::all_of(row, [&](unsigned i) { return i < inputs; }) &&
         "column out of range");
  addColumns(row, layer.weights.data(), layer.bias.data(), layer.strips,
             result);
}

static void relu(Lanes *values, unsigned strips) {
  float *floats = toFloats(values);
  for (unsigned i = 0; i < strips * kLanes; ++i)
    floats[i] = floats[i] > 0.0f ? floats[i] : 0.0f;
}

std::vector<float>
Predictor::predict(llvm::ArrayRef<std::vector<unsigned>> rows,
                   Activations &activations) const {
  std::vector<float> result;
  result.reserve(rows.size());
  unsigned numRows = activations.numRows = rows.size();
  if (hidden.empty()) {
    for (const std::vector<unsigned> &row : rows) {
      float sum = lastBias;
      for (unsigned column : row)
        sum += toFloats(last.data())[column];
      result.push_back(base + sum);
    }
    return result;
  }

  auto &layers = activations.layers;
  layers.resize(hidden.size());
  for (auto [values, layer] : llvm::zip(layers, hidden))
    if (values.size() < size_t(numRows) * layer.strips)
      values.resize(size_t(numRows) * layer.strips);
  unsigned strips = hidden.front().strips;
  for (unsigned row = 0; row < numRows; ++row) {
    Lanes *values = layers.front().data() + size_t(row) * strips;
    runFirst(rows[row], values);
    relu(values, strips);
  }

  for (size_t l = 1; l < hidden.size(); ++l) {
    const PackedLayer &layer = hidden[l];
    packRows(layers[l - 1].data(), numRows, strips, activations.groups);
    strips = layer.strips;
    multiply(activations.groups, numRows, layer.weights.data(),
             layer.bias.data(), layer.inputs, strips, /*hasRelu=*/true,
             layers[l].data());
  }
  for (unsigned row = 0; row < numRows; ++row)
    result.push_back(
        base + (lastBias + dot(layers.back().data() + size_t(row) * strips,
                               last.data(), strips)));
  return result;
}

std::vector<float>
Predictor::predict(llvm::ArrayRef<std::vector<unsigned>> rows) const {
  Activations activations;
  std::vector<float> result;
  result.reserve(rows.size());
  for (size_t begin = 0; begin < rows.size(); begin += kTogether)
    llvm::append_range(
        result, predict(rows.slice(begin, std::min<size_t>(
                                              kTogether, rows.size() - begin)),
                        activations));
  return result;
}
