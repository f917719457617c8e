//===- Predictor.h - Accuracy of a genome by an MLP -------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_SEARCH_PREDICTOR_H
#define OFA_SEARCH_PREDICTOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <vector>

namespace mlir::ofa {

/// Which input of the predictor a gene's value sets to one.
class OneHotEncoding {
public:
  /// columns[gene][value] is the column, or -1 where that value sets none;
  /// several genes may share one. Errors: a column outside [-1, width).
  static llvm::Expected<OneHotEncoding>
  create(unsigned width, std::vector<std::vector<int>> columns);

  /// One column for each value of each gene, in order.
  static OneHotEncoding makeDense(llvm::ArrayRef<unsigned> cardinalities);

  unsigned getWidth() const { return width; }

  /// The columns that are one, ascending, each once. Genes whose entry in
  /// `isActive` is false set none.
  std::vector<unsigned> encode(llvm::ArrayRef<unsigned> genome,
                               const llvm::SmallBitVector &isActive) const;

  /// The column that this value sets, or -1.
  int getColumn(unsigned gene, unsigned value) const {
    return columns[begin[gene] + value];
  }

private:
  unsigned width = 0;
  /// Those of all genes, one after the other, and where each gene's begin.
  std::vector<int> columns;
  std::vector<unsigned> begin;
  /// Genes by their first column: most encodings come out sorted.
  std::vector<unsigned> order;
};

/// Sixteen floats, aligned to be one vector; so that what is shorter is zero.
struct alignas(64) Lanes {
  float floats[16] = {};
};

/// Multi-layer perceptron with ReLU between its layers:
///   accuracy = base + last(relu(...relu(first(x))))
/// in single precision. Sums start with the bias and add products in the order of
/// the inputs; that of the last layer is sixteen interleaved sums, added in order.
/// No product is fused with a sum: results are the same on every machine.
class Predictor {
public:
  struct Layer {
    unsigned inputs = 0;
    unsigned outputs = 0;
    std::vector<float> weights; ///< [outputs][inputs]
    std::vector<float> bias;    ///< [outputs], or empty
  };

  /// Errors: no layer, sizes that do not fit, more than one output at the end,
  /// values that are not finite.
  static llvm::Expected<Predictor> create(std::vector<Layer> layers,
                                          float base);

  unsigned getInputs() const { return inputs; }

  /// What the hidden layers made of some rows, and memory to use again.
  class Activations;

  /// One accuracy for each row; a row lists the inputs that are one, ascending
  /// (OneHotEncoding::encode).
  std::vector<float> predict(llvm::ArrayRef<std::vector<unsigned>> rows) const;

  /// The same for a few rows, whose activations are kept.
  std::vector<float> predict(llvm::ArrayRef<std::vector<unsigned>> rows,
                             Activations &activations) const;

private:
  friend class LocalPredictor;

  /// A hidden layer for sixteen outputs at a time.
  struct PackedLayer {
    unsigned inputs = 0;  ///< As Lanes, but for the first layer.
    unsigned strips = 0;  ///< Lanes of outputs.
    /// [strips][inputs]: the weights of sixteen outputs lie together, which is
    /// what stays in the first-level cache. Of the first layer, of which few inputs
    /// are read, [inputs][strips].
    std::vector<Lanes> weights;
    /// [inputs / 16][outputs]: the same for the way back. Not of the first
    /// layer.
    std::vector<Lanes> backWeights;
    std::vector<Lanes> bias; ///< [strips]
  };
  void runFirst(llvm::ArrayRef<unsigned> row, Lanes *result) const;

  unsigned inputs = 0;
  std::vector<PackedLayer> hidden;
  /// Weights of the only output, and its bias.
  std::vector<Lanes> last;
  float lastBias = 0;
  float base = 0;
};

/// Rows that share each load of weights. What is zero in all is left out:
/// neighbours in a search have many zeros in common.
struct PackedRows {
  std::vector<float> values;     ///< [count][rows]
  std::vector<unsigned> indices; ///< [count], ascending
  unsigned count = 0;
};

class Predictor::Activations {
private:
  friend class Predictor;
  friend class LocalPredictor;

  unsigned numRows = 0;
  /// [hidden layer][row][strips], after ReLU.
  std::vector<std::vector<Lanes>> layers;
  std::vector<PackedRows> groups;
};

} // namespace mlir::ofa

#endif // OFA_SEARCH_PREDICTOR_H
