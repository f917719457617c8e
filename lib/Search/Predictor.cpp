//===- Predictor.cpp - Accuracy of a genome by an MLP -----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Predictor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cassert>
#include <cmath>

using namespace mlir::ofa;

// Vectors of sixteen floats are GCC's and clang's extension; where the processor
// has shorter ones the compiler splits them, which changes no result. On x86-64
// a version for each length is made, and the dynamic linker picks one.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define OFA_SANITIZED 1
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(OFA_SANITIZED) &&      \
    !defined(__SANITIZE_ADDRESS__) && !defined(OFA_BASELINE)
#define OFA_FOR_ALL_VECTOR_LENGTHS                                               \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define OFA_FOR_ALL_VECTOR_LENGTHS
#endif

#define OFA_ALWAYS_INLINE __attribute__((always_inline))

static constexpr unsigned kLanes = 16;
typedef float Vector __attribute__((vector_size(kLanes * sizeof(float))));
/// The same in memory, without alignment.
typedef float StoredVector
    __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

// Never through `auto`, which forgets that there is no alignment.
static inline StoredVector *toVectors(float *values) {
  return reinterpret_cast<StoredVector *>(values);
}
static inline const StoredVector *toVectors(const float *values) {
  return reinterpret_cast<const StoredVector *>(values);
}

static unsigned roundUp(unsigned size) {
  return (size + kLanes - 1) / kLanes * kLanes;
}

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

double OneHotEncoding::sum(llvm::ArrayRef<float> weights,
                           llvm::ArrayRef<unsigned> genome,
                           const llvm::SmallBitVector &isActive) const {
  double sum = 0;
  for (unsigned gene : order) {
    int column = columns[begin[gene] + genome[gene]];
    if (column >= 0 && isActive[gene])
      sum += weights[column];
  }
  return sum;
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
  unsigned inputs = result.inputs;
  for (const Layer &layer : llvm::ArrayRef(layers).drop_back()) {
    PackedLayer packed;
    packed.inputs = inputs;
    packed.outputs = roundUp(layer.outputs);
    packed.strips.resize(size_t(packed.inputs) * packed.outputs);
    unsigned stride = roundUp(packed.inputs);
    packed.rows.resize(size_t(stride) * packed.outputs);
    packed.bias = layer.bias;
    packed.bias.resize(packed.outputs, 0.0f);
    for (unsigned o = 0; o < layer.outputs; ++o)
      for (unsigned i = 0; i < layer.inputs; ++i)
        packed.strips[(size_t(o / kLanes) * packed.inputs + i) * kLanes +
                      o % kLanes] = packed.rows[size_t(o) * stride + i] =
            layer.weights[size_t(o) * layer.inputs + i];
    inputs = packed.outputs;
    result.hidden.push_back(std::move(packed));
  }
  result.last = layers.back().weights;
  result.last.resize(roundUp(result.last.size()), 0.0f);
  if (!layers.back().bias.empty())
    result.lastBias = layers.back().bias.front();
  return result;
}

//===----------------------------------------------------------------------===//
// Forward
//===----------------------------------------------------------------------===//

// Rows that share a load of weights, and groups of them that share the weights
// in the first-level cache. Six sums of sixteen floats fit the registers of
// every x86-64.
static constexpr unsigned kRows = 6, kGroups = 8;

namespace {
/// Activations of one group of rows after ReLU. Neighbours in a search have many
/// zeros in common: inputs that are zero in all rows are left out.
struct PackedRows {
  std::vector<float> values;     ///< [count][kRows]
  std::vector<unsigned> indices; ///< [count], ascending
  unsigned count = 0;
};
} // namespace

static void relu(float *values, unsigned size) {
  for (unsigned i = 0; i < size; ++i)
    values[i] = values[i] > 0.0f ? values[i] : 0.0f;
}

/// Packs `kRows` rows of `size` values.
static void pack(const float *rows, unsigned size, PackedRows &packed) {
  packed.values.resize(size_t(size) * kRows);
  packed.indices.resize(size);
  unsigned count = 0;
  for (unsigned i = 0; i < size; ++i) {
    float sum = 0;
    for (unsigned row = 0; row < kRows; ++row) {
      float value = rows[size_t(row) * size + i];
      packed.values[count * kRows + row] = value;
      sum += value; // None is negative.
    }
    packed.indices[count] = i;
    count += sum != 0.0f;
  }
  packed.count = count;
}

/// results[group][row] = relu(bias + weights * rows), `strips` as of PackedLayer.
OFA_FOR_ALL_VECTOR_LENGTHS
static void multiply(const PackedRows *packed, unsigned groups,
                     const float *strips, const float *bias, unsigned inputs,
                     unsigned outputs, float *results) {
  for (unsigned o = 0; o < outputs; o += kLanes) {
    const StoredVector *strip = toVectors(strips + size_t(o) * inputs);
    for (unsigned group = 0; group < groups; ++group) {
      const PackedRows &rows = packed[group];
      Vector sums[kRows];
      for (Vector &sum : sums)
        sum = *toVectors(bias + o);
      const float *values = rows.values.data();
      for (unsigned i = 0; i < rows.count; ++i, values += kRows) {
        Vector weights = strip[rows.indices[i]];
        for (unsigned row = 0; row < kRows; ++row)
          sums[row] += weights * values[row];
      }
      for (unsigned row = 0; row < kRows; ++row) {
        Vector zero = {};
        *toVectors(results + (size_t(group) * kRows + row) * outputs + o) =
            sums[row] > zero ? sums[row] : zero;
      }
    }
  }
}

// A sum that waits for the one before it is slow: four strips are summed side by
// side. Each sum keeps its order.

/// result = bias + sum of the given columns, for `strips` strips at `o`.
template <unsigned strips>
static inline OFA_ALWAYS_INLINE void
addStrips(const unsigned *columns, unsigned count, const float *weights,
          const float *bias, unsigned inputs, float *result) {
  Vector sums[strips];
  for (unsigned s = 0; s < strips; ++s)
    sums[s] = *toVectors(bias + s * kLanes);
  for (unsigned i = 0; i < count; ++i)
    for (unsigned s = 0; s < strips; ++s)
      sums[s] += toVectors(weights + size_t(s) * kLanes * inputs)[columns[i]];
  for (unsigned s = 0; s < strips; ++s)
    *toVectors(result + s * kLanes) = sums[s];
}

/// result = bias + sum of the given columns, without ReLU.
OFA_FOR_ALL_VECTOR_LENGTHS
static void addColumns(const unsigned *columns, unsigned count,
                       const float *weights, const float *bias, unsigned inputs,
                       unsigned outputs, float *result) {
  unsigned o = 0;
  for (; o + 4 * kLanes <= outputs; o += 4 * kLanes)
    addStrips<4>(columns, count, weights + size_t(o) * inputs, bias + o, inputs,
                 result + o);
  for (; o < outputs; o += kLanes)
    addStrips<1>(columns, count, weights + size_t(o) * inputs, bias + o, inputs,
                 result + o);
}

/// The sum of a[i] * b[i]; `size` is a multiple of sixteen.
OFA_FOR_ALL_VECTOR_LENGTHS
static float dot(const float *a, const float *b, unsigned size) {
  Vector sums = {};
  for (unsigned i = 0; i < size; i += kLanes)
    sums += *toVectors(a + i) * *toVectors(b + i);
  float sum = 0;
  for (unsigned lane = 0; lane < kLanes; ++lane)
    sum += sums[lane];
  return sum;
}

void Predictor::runFirst(llvm::ArrayRef<unsigned> row, float *result) const {
  const PackedLayer &first = hidden.front();
  assert(llvm::all_of(row, [&](unsigned i) { return i < inputs; }) &&
         "column out of range");
  addColumns(row.data(), row.size(), first.strips.data(), first.bias.data(),
             first.inputs, first.outputs, result);
  relu(result, first.outputs);
}

std::vector<float>
Predictor::predict(llvm::ArrayRef<std::vector<unsigned>> rows) const {
  std::vector<float> result;
  result.reserve(rows.size());
  if (hidden.empty()) {
    for (const std::vector<unsigned> &row : rows) {
      float sum = lastBias;
      for (unsigned column : row)
        sum += last[column];
      result.push_back(base + sum);
    }
    return result;
  }
  std::vector<float> values, next;
  std::vector<PackedRows> packed(kGroups);
  for (size_t begin = 0; begin < rows.size(); begin += kRows * kGroups) {
    unsigned count = std::min<size_t>(kRows * kGroups, rows.size() - begin);
    unsigned groups = (count + kRows - 1) / kRows;
    unsigned size = hidden.front().outputs;
    values.assign(size_t(groups) * kRows * size, 0.0f);
    for (unsigned row = 0; row < count; ++row)
      runFirst(rows[begin + row], values.data() + size_t(row) * size);
    for (const PackedLayer &layer : llvm::ArrayRef(hidden).drop_front()) {
      for (unsigned group = 0; group < groups; ++group)
        pack(values.data() + size_t(group) * kRows * size, size, packed[group]);
      next.resize(size_t(groups) * kRows * layer.outputs);
      multiply(packed.data(), groups, layer.strips.data(), layer.bias.data(),
               layer.inputs, layer.outputs, next.data());
      std::swap(values, next);
      size = layer.outputs;
    }
    for (unsigned row = 0; row < count; ++row)
      result.push_back(base + (lastBias + dot(values.data() + size_t(row) * size,
                                              last.data(), size)));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Gradient
//===----------------------------------------------------------------------===//

/// result = relu(bias + weights * values) for one row and `strips` strips at `o`.
template <unsigned strips>
static inline OFA_ALWAYS_INLINE void
multiplyStrips(const float *values, const unsigned *indices, unsigned count,
               const float *weights, const float *bias, unsigned inputs,
               float *result) {
  Vector sums[strips];
  for (unsigned s = 0; s < strips; ++s)
    sums[s] = *toVectors(bias + s * kLanes);
  for (unsigned i = 0; i < count; ++i)
    for (unsigned s = 0; s < strips; ++s)
      sums[s] += toVectors(weights + size_t(s) * kLanes * inputs)[indices[i]] *
                 values[indices[i]];
  for (unsigned s = 0; s < strips; ++s) {
    Vector zero = {};
    *toVectors(result + s * kLanes) = sums[s] > zero ? sums[s] : zero;
  }
}

/// result = relu(bias + weights * values) for one row, of which only the values
/// at `indices` are not zero.
OFA_FOR_ALL_VECTOR_LENGTHS
static void multiplyRow(const float *values, const unsigned *indices,
                        unsigned count, const float *weights, const float *bias,
                        unsigned inputs, unsigned outputs, float *result) {
  unsigned o = 0;
  for (; o + 4 * kLanes <= outputs; o += 4 * kLanes)
    multiplyStrips<4>(values, indices, count, weights + size_t(o) * inputs,
                      bias + o, inputs, result + o);
  for (; o < outputs; o += kLanes)
    multiplyStrips<1>(values, indices, count, weights + size_t(o) * inputs,
                      bias + o, inputs, result + o);
}

/// result[i] = sum over the given outputs of weights[o][i] * gradient[o];
/// `stride` of the rows is a multiple of sixteen.
OFA_FOR_ALL_VECTOR_LENGTHS
static void multiplyTransposed(const float *gradient, const unsigned *indices,
                               unsigned count, const float *rows,
                               unsigned stride, float *result) {
  for (unsigned i = 0; i < stride; i += kLanes)
    *toVectors(result + i) = Vector{};
  for (unsigned k = 0; k < count; ++k) {
    const StoredVector *row = toVectors(rows + size_t(indices[k]) * stride);
    float factor = gradient[indices[k]];
    for (unsigned i = 0; i < stride / kLanes; ++i)
      toVectors(result)[i] += row[i] * factor;
  }
}

/// The positions of what is not zero.
static llvm::SmallVector<unsigned, 0>
findNonZero(llvm::ArrayRef<float> values) {
  llvm::SmallVector<unsigned, 0> indices;
  indices.reserve(values.size());
  for (unsigned i = 0; i < values.size(); ++i)
    if (values[i] != 0.0f)
      indices.push_back(i);
  return indices;
}

std::vector<float>
Predictor::getGradient(llvm::ArrayRef<unsigned> row) const {
  if (hidden.empty())
    return std::vector<float>(last.begin(), last.begin() + inputs);
  std::vector<std::vector<float>> values;
  values.emplace_back(hidden.front().outputs);
  runFirst(row, values.back().data());
  for (const PackedLayer &layer : llvm::ArrayRef(hidden).drop_front()) {
    llvm::SmallVector<unsigned, 0> indices = findNonZero(values.back());
    std::vector<float> next(layer.outputs);
    multiplyRow(values.back().data(), indices.data(), indices.size(),
                layer.strips.data(), layer.bias.data(), layer.inputs,
                layer.outputs, next.data());
    values.push_back(std::move(next));
  }
  std::vector<float> gradient = last, next;
  for (size_t i = hidden.size(); i-- != 0;) {
    const PackedLayer &layer = hidden[i];
    for (unsigned o = 0; o < layer.outputs; ++o)
      gradient[o] = values[i][o] > 0.0f ? gradient[o] : 0.0f;
    llvm::SmallVector<unsigned, 0> indices = findNonZero(gradient);
    next.resize(roundUp(layer.inputs));
    multiplyTransposed(gradient.data(), indices.data(), indices.size(),
                       layer.rows.data(), next.size(), next.data());
    std::swap(gradient, next);
  }
  gradient.resize(inputs);
  return gradient;
}
