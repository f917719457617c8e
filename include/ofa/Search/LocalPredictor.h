//===- LocalPredictor.h - A predictor around one row ------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_SEARCH_LOCALPREDICTOR_H
#define OFA_SEARCH_LOCALPREDICTOR_H

#include "ofa/Search/Predictor.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::ofa {

/// A predictor around one row: the first layer as it is, and linear from there
/// on, by one pass backwards. That estimates what changes of the row would bring
/// at a hundredth of a prediction's work.
class LocalPredictor {
public:
  explicit LocalPredictor(const Predictor &predictor) : predictor(predictor) {}

  /// Goes to row `index` of those that `activations` are of; `row` are its
  /// inputs, `accuracy` what was predicted.
  void moveTo(const Predictor::Activations &activations, unsigned index,
              llvm::ArrayRef<unsigned> row, float accuracy);

  /// Gets several of one predictor ready for estimates, with less work than one
  /// by one.
  static void prepare(llvm::ArrayRef<LocalPredictor *> locals);

  /// The accuracy, estimated, if these inputs became one or zero. The change is
  /// kept, under the next number from zero on after moveTo().
  float estimate(llvm::ArrayRef<unsigned> added,
                 llvm::ArrayRef<unsigned> removed);

  /// That of kept changes together.
  float estimateKept(llvm::ArrayRef<unsigned> kept) const;

private:
  /// Where `columns` holds those of a change: first what it adds, then what it
  /// removes.
  struct Change {
    unsigned begin, numAdded, numRemoved;
  };
  llvm::ArrayRef<unsigned> getAdded(const Change &change) const {
    return llvm::ArrayRef(columns).slice(change.begin, change.numAdded);
  }
  llvm::ArrayRef<unsigned> getRemoved(const Change &change) const {
    return llvm::ArrayRef(columns).slice(change.begin + change.numAdded,
                                         change.numRemoved);
  }
  float estimateColumns(llvm::ArrayRef<unsigned> added,
                        llvm::ArrayRef<unsigned> removed) const;

  const Predictor &predictor;
  llvm::SmallVector<unsigned, 64> center;  ///< The row's inputs.
  std::vector<std::vector<Lanes>> outputs; ///< Its, of the layers behind.
  bool isPrepared = true;      ///< What follows is that of this row.
  std::vector<Lanes> first;    ///< Sums of the first layer, before ReLU.
  std::vector<Lanes> gradient; ///< With respect to its outputs, after ReLU.
  float offset = 0; ///< The accuracy less gradient * relu(first).
  std::vector<Change> changes;
  llvm::SmallVector<unsigned, 0> columns; ///< Of all changes.
};

} // namespace mlir::ofa

#endif // OFA_SEARCH_LOCALPREDICTOR_H
