//===- ChannelAnalysis.h - Which channels of a network matter ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Channels are the positions along the last dimension of a value. They stand in
// classes of those that can be taken out only together (ChannelOpInterface).
// A class is kept if it holds a channel that somebody reads: the caller, an
// operation whose channels are not understood, or a kept channel of a layer
// with a weight for it that is not zero. A weight does not count where what it
// adds is one number for every input and every position: the bias can hold
// that.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DIALECT_OFA_TRANSFORMS_CHANNELANALYSIS_H
#define OFA_LIB_DIALECT_OFA_TRANSFORMS_CHANNELANALYSIS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Execution/Tensor.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/IntEqClasses.h"
#include <vector>

namespace mlir::ofa {

/// An int8 layer with all its parameters.
struct Int8Layer {
  /// None where `op` is no such layer.
  static std::optional<Int8Layer> read(Operation *op);

  /// The channels of a weight, by its position.
  int64_t getOutput(int64_t element) const {
    return element / inner % int64_t(bias.size());
  }
  int64_t getInput(int64_t element) const {
    return getLinear().getInputChannel(element);
  }
  LinearOpInterface getLinear() const { return cast<LinearOpInterface>(op); }
  Value getInput() const { return op->getOperand(0); }
  Value getResult() const { return op->getResult(0); }

  Operation *op;
  std::vector<int8_t> weights;
  std::vector<int32_t> bias; // one per output channel
  int64_t inputs;            // input channels
  /// Elements of the weights from one to the next output channel's.
  int64_t inner;
  /// Each output channel has weights `[taps][inputs]` of its own.
  bool isDense;
};

class ChannelAnalysis {
public:
  /// Fails after one diagnostic.
  static FailureOr<ChannelAnalysis> create(func::FuncOp function);

  /// The channels that stay, at least one; all of a value that is not known.
  llvm::BitVector getKept(Value value) const;
  /// Whether the channel is the same for every input of the network.
  bool isFixed(Value value, int64_t channel) const;

  /// The layers of the function whose channels can go.
  ArrayRef<Int8Layer> getLayers() const { return layers; }
  /// What the inputs of `layer` that go add to each output channel; it fits the
  /// bias.
  std::vector<int32_t> getFoldedBias(const Int8Layer &layer) const;

private:
  struct Fold {
    unsigned output, input; // channels by number
    int64_t sum;
  };

  explicit ChannelAnalysis(func::FuncOp function) : function(function) {}

  unsigned number(Value value) const { return numbers.lookup(value); }
  void numberChannels();
  void pin(Value value);

  /// Ties channels; pins those that must stay.
  void tieChannels();
  void tieChannels(Operation &op);

  /// Finds the channels that depend on no input, and computes them.
  void findFixed();
  void findFixed(Operation &op);
  LogicalResult evaluateFixed();

  /// Notes which channels a layer's output channels read.
  void findReads(const Int8Layer &layer);
  /// What an input channel adds to an output channel wherever that is, if it is
  /// the same everywhere.
  std::optional<int64_t> findSum(const Int8Layer &layer, int64_t output,
                                 int64_t input) const;

  void keep(unsigned channel);
  void keepOneOfEach();

  func::FuncOp function;
  std::vector<Int8Layer> layers;
  DenseMap<Operation *, unsigned> layerNumbers;
  /// The number of channel 0 of each value; those of the others follow.
  DenseMap<Value, unsigned> numbers;
  std::vector<Value> values; // in order
  unsigned numChannels = 0;
  llvm::IntEqClasses classes;
  /// By the number of a channel: the channels of its class, if it leads it, and
  /// those that it reads.
  std::vector<SmallVector<unsigned, 1>> members, reads;
  llvm::BitVector pinned, fixed, kept;
  /// Values with channels that are fixed.
  DenseMap<Value, Tensor> tensors;
  DenseMap<Operation *, std::vector<Fold>> folds;
};

} // namespace mlir::ofa

#endif // OFA_LIB_DIALECT_OFA_TRANSFORMS_CHANNELANALYSIS_H
