//===- Subnet.h - Choices of a supernet and one value of each ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_SUBNET_H
#define OFA_DIALECT_OFA_IR_SUBNET_H

#include "ofa/Dialect/OFA/IR/OFA.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::ofa {

/// The choices of one supernet, in their order in the module. Widths, encodings
/// and costs are all derived from positions in this list. Does not own the IR
/// and is invalid once the supernet's choices change.
class ChoiceSpace {
public:
  explicit ChoiceSpace(SupernetOp supernet);

  unsigned size() const { return choices.size(); }
  ChoiceOp getChoice(unsigned choice) const { return choices[choice]; }
  StringAttr getName(unsigned choice) const;
  unsigned getNumValues(unsigned choice) const { return numValues[choice]; }
  Attribute getValue(unsigned choice, unsigned value) const;
  /// The position of the choice named `name`, which must be one.
  unsigned lookup(StringAttr name) const { return positions.at(name); }
  unsigned lookup(FlatSymbolRefAttr name) const { return lookup(name.getAttr()); }
  bool contains(StringAttr name) const { return positions.contains(name); }
  MLIRContext *getContext() const { return context; }

private:
  MLIRContext *context;
  SmallVector<ChoiceOp> choices;
  SmallVector<unsigned> numValues;
  /// Integer values by choice; empty for ratios.
  SmallVector<SmallVector<int64_t>> integers;
  llvm::DenseMap<StringAttr, unsigned> positions;
  friend class Subnet;
};

/// One value of every choice, by position. Cheap to copy; refers to its space.
class Subnet {
public:
  Subnet(const ChoiceSpace &space, ArrayRef<unsigned> values)
      : space(&space), values(values) {}

  static Subnet largest(const ChoiceSpace &space);
  static Subnet smallest(const ChoiceSpace &space);
  /// Reads an attribute; fails after one diagnostic if it does not give every
  /// choice one of its values and nothing else.
  static FailureOr<Subnet> fromAttr(const ChoiceSpace &space, SubnetAttr attr,
                                    EmitError emitError);
  /// Reads what users write: 'largest' or 'smallest', with changes such as
  /// 'largest,s1.depth=2,*.kernel=3' (a star stands for any beginning), or a
  /// dictionary with or without braces, such as 'resolution = 28, s1.depth = 2'.
  static FailureOr<Subnet> parse(const ChoiceSpace &space, StringRef text,
                                 EmitError emitError);
  SubnetAttr toAttr() const;

  const ChoiceSpace &getSpace() const { return *space; }
  ArrayRef<unsigned> getValues() const { return values; }
  unsigned getValue(FlatSymbolRefAttr choice) const {
    return values[space->lookup(choice)];
  }
  /// The integer that `choice`, a choice of integers, has in this subnet.
  int64_t getInteger(FlatSymbolRefAttr choice) const;
  /// The channel count that a width table has in this subnet.
  int64_t getWidth(WidthAttr width) const;

private:
  const ChoiceSpace *space;
  SmallVector<unsigned> values;
};

/// Which choices a subnet reads: one flag per choice. A choice that only
/// skipped blocks read changes nothing, and predictors encode it as absent.
SmallVector<bool> findActiveChoices(SupernetOp supernet, const Subnet &subnet);

/// An operation that a subnet uses, at its active shapes.
struct ActiveOp {
  Operation *op;
  SmallVector<SmallVector<int64_t>> operands;
  SmallVector<int64_t> result;
  /// For each operand, the position of the operation that makes it in the list,
  /// `kImage`, or `kConstant`.
  SmallVector<int> producers;
  static constexpr int kImage = -1, kConstant = -2;
};

/// The operations that `subnet` uses, in order: skipped blocks are left out,
/// stages and blocks are looked through. The last one makes the result.
SmallVector<ActiveOp> collectActiveOps(SupernetOp supernet,
                                       const Subnet &subnet);

/// The same for `ops`, a part of a network without stages that reads `input` and
/// constants alone; `input` has `shape` and is the producer `kImage`.
SmallVector<ActiveOp> collectActiveOps(ArrayRef<Operation *> ops, Value input,
                                       ArrayRef<int64_t> shape,
                                       const Subnet &subnet);

/// Sums over the operations that a subnet uses.
struct SubnetCost {
  int64_t macs = 0;
  /// Trained parameters: no batch-norm statistics, no kernel matrices.
  int64_t parameters = 0;
};
SubnetCost computeCost(SupernetOp supernet, const Subnet &subnet);
/// Of a network without choices.
SubnetCost computeCost(Region &network);

} // namespace mlir::ofa

#endif // OFA_DIALECT_OFA_IR_SUBNET_H
