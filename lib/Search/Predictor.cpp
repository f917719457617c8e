//===- Predictor.cpp - Accuracy of a genome by an MLP -----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Predictor.h"
#include "llvm/ADT/STLExtras.h"
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
  result.columns = std::move(columns);
  return result;
}

OneHotEncoding
OneHotEncoding::makeDense(llvm::ArrayRef<unsigned> cardinalities) {
  OneHotEncoding result;
  int next = 0;
  for (unsigned cardinality : cardinalities) {
    result.columns.emplace_back();
    for (unsigned value = 0; value < cardinality; ++value)
      result.columns.back().push_back(next++);
  }
  result.width = next;
  return result;
}

std::vector<unsigned>
OneHotEncoding::encode(llvm::ArrayRef<unsigned> genome,
                       const std::vector<bool> &isActive) const {
  assert(genome.size() == columns.size() && "one value for each gene");
  assert(isActive.size() == columns.size() && "one flag for each gene");
  std::vector<unsigned> ones;
  for (size_t gene = 0; gene < genome.size(); ++gene)
    if (isActive[gene] && columns[gene][genome[gene]] >= 0)
      ones.push_back(columns[gene][genome[gene]]);
  llvm::sort(ones);
  ones.erase(llvm::unique(ones), ones.end());
  return ones;
}

llvm::Expected<Predictor> Predictor::create(std::vector<Layer> layers,
                                            float base) {
  if (layers.empty())
    return llvm::createStringError("predictor expects at least one layer");
  auto isFinite = [](float value) { return std::isfinite(value); };
  if (!isFinite(base))
    return llvm::createStringError("predictor expects a finite base accuracy");
  Predictor result;
  result.base = base;
  for (auto [index, layer] : llvm::enumerate(layers)) {
    auto fail = [index = index](const llvm::Twine &message) {
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
    if (!llvm::all_of(layer.weights, isFinite) ||
        !llvm::all_of(layer.bias, isFinite))
      return fail("expects finite weights and biases");

    Layer transposed;
    transposed.inputs = layer.inputs;
    transposed.outputs = layer.outputs;
    transposed.bias = layer.bias;
    transposed.bias.resize(layer.outputs, 0.0f);
    transposed.weights.resize(count);
    for (unsigned o = 0; o < layer.outputs; ++o)
      for (unsigned i = 0; i < layer.inputs; ++i)
        transposed.weights[size_t(i) * layer.outputs + o] =
            layer.weights[size_t(o) * layer.inputs + i];
    result.layers.push_back(std::move(transposed));
  }
  return result;
}

/// sums[o] += input * weights[o] for one input and four rows at a time: the
/// weights are read once for all rows.
template <unsigned rowCount>
static void accumulate(const float *inputs, unsigned inputStride,
                       const float *weights, unsigned outputs, float *sums,
                       unsigned inputCount) {
  for (unsigned i = 0; i < inputCount; ++i) {
    const float *w = weights + size_t(i) * outputs;
    for (unsigned row = 0; row < rowCount; ++row) {
      float x = inputs[row * inputStride + i];
      // Adding zero changes nothing: half of the inputs are zero after ReLU.
      if (x == 0.0f)
        continue;
      float *sum = sums + size_t(row) * outputs;
      for (unsigned o = 0; o < outputs; ++o)
        sum[o] += x * w[o];
    }
  }
}

std::vector<float>
Predictor::predict(llvm::ArrayRef<std::vector<unsigned>> rows) const {
  const unsigned blockRows = 4;
  std::vector<float> result;
  result.reserve(rows.size());
  std::vector<float> inputs, sums;
  for (size_t begin = 0; begin < rows.size(); begin += blockRows) {
    unsigned count = std::min<size_t>(blockRows, rows.size() - begin);
    for (auto [index, layer] : llvm::enumerate(layers)) {
      sums.clear();
      for (unsigned row = 0; row < count; ++row)
        sums.insert(sums.end(), layer.bias.begin(), layer.bias.end());
      if (index == 0) {
        for (unsigned row = 0; row < count; ++row)
          for (unsigned column : rows[begin + row]) {
            assert(column < layer.inputs && "column out of range");
            const float *w =
                layer.weights.data() + size_t(column) * layer.outputs;
            float *sum = sums.data() + size_t(row) * layer.outputs;
            for (unsigned o = 0; o < layer.outputs; ++o)
              sum[o] += w[o];
          }
      } else if (count == blockRows) {
        accumulate<blockRows>(inputs.data(), layer.inputs, layer.weights.data(),
                              layer.outputs, sums.data(), layer.inputs);
      } else {
        for (unsigned row = 0; row < count; ++row)
          accumulate<1>(inputs.data() + size_t(row) * layer.inputs,
                        layer.inputs, layer.weights.data(), layer.outputs,
                        sums.data() + size_t(row) * layer.outputs,
                        layer.inputs);
      }
      if (index + 1 != layers.size())
        for (float &value : sums)
          value = value > 0.0f ? value : 0.0f;
      std::swap(inputs, sums);
    }
    for (unsigned row = 0; row < count; ++row)
      result.push_back(base + inputs[row]);
  }
  return result;
}
