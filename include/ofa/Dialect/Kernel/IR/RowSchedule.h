//===- RowSchedule.h - Kernels that run row by row --------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In which order the kernels of a segment make their rows, and what follows
// from it: how many rows a ring needs, which memory can take turns, how far
// behind the segment's result its input has to start, and what each row of an
// input costs that is handed over row by row. The one place that knows; the
// emitter prints the same conditions as C.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_ROWSCHEDULE_H
#define OFA_DIALECT_KERNEL_IR_ROWSCHEDULE_H

#include "ofa/Dialect/Kernel/IR/Kernel.h"

namespace mlir::kernel {

/// Bytes of one row of a [1, rows, columns, channels] buffer.
int64_t getRowBytes(MemRefType type);

class RowSchedule {
public:
  /// What a kernel reads: rows of `buffer`, which kernel `producer` makes in this
  /// segment, or which are all there (-1).
  struct Operand {
    BufferOp buffer;
    int64_t rowBytes; ///< As the kernel sees it, where it is a view.
    RowWindow window;
    int producer = -1;
  };
  struct Kernel {
    RowKernelOpInterface op; ///< Null for the input.
    BufferOp result;
    int64_t rows;     ///< Of the result; of the input where they are added up.
    int64_t step = 1; ///< Rows that one call makes, or adds up.
    SmallVector<Operand, 2> operands;
    /// Who reads the result here: kernel, and which of its operands.
    SmallVector<std::pair<unsigned, unsigned>, 2> readers;
    /// Somebody reads it outside, so all of it stays.
    bool isKept = false;
    /// The result is one row, which the last call makes of sums of all rows.
    bool isSum = false;
    /// The input whose rows the caller makes, when no kernel can go on: as if a
    /// kernel before all others did, which always wants to.
    bool isInput = false;

    /// All rows are made, whoever waits for them.
    bool isComplete() const { return isKept || isInput; }
    int64_t getResultRows() const { return isSum ? 1 : rows; }
    /// Rows of the result that there are after so many calls' rows.
    int64_t getEnd(int64_t made) const {
      return isSum ? made / rows : std::min(made, rows);
    }
  };

  /// Kernels in order, each of which has a form for rows; views are of what they
  /// read from outside only.
  explicit RowSchedule(ArrayRef<RowKernelOpInterface> ops);
  /// Kernels that exist as shapes only: they need no `op`, `result` or
  /// `buffer`, but computeOverlap() and getInputs() cannot be asked.
  explicit RowSchedule(std::vector<Kernel> kernels)
      : kernels(std::move(kernels)) {
    findCalls();
  }

  ArrayRef<Kernel> getKernels() const { return kernels; }
  /// Whether the segment stops where rows of its input are missing; then the
  /// input is the first of the kernels.
  bool isPushed() const { return !kernels.empty() && kernels.front().isInput; }
  /// Buffers of other segments and kernels that this one reads, without
  /// duplicates.
  SmallVector<BufferOp> getInputs() const;

  /// Rows of each kernel's result that are needed at one time at most.
  SmallVector<int64_t> computeCapacities() const;

  /// Memory that is needed only while kernels `first` to `last` run, however
  /// often they do: others may have it between. It is scratch memory, or rows
  /// that are read before any other kernel runs.
  struct Turn {
    BufferOp buffer;
    unsigned first, last;
    int64_t rows; ///< Of a ring; 0 for scratch memory.
  };
  SmallVector<Turn> findTurns() const;

  /// How the result of kernel `kept` may overlap `input`, which nobody reads
  /// after the segment; not at all if rows come to it until the end.
  std::optional<OverlapRule> computeOverlap(BufferOp input,
                                            unsigned kept) const;

  /// Multiply-accumulates that become possible with each row of the input.
  SmallVector<int64_t> computePushMACs() const;

  /// Row from which `reader` still needs what `operand` holds.
  static int64_t getNeeded(const Kernel &reader, const Operand &operand,
                           int64_t made) {
    return made < reader.rows ? operand.window.getFirst(made)
                              : operand.window.rows;
  }
  /// Rows of `operand` that `reader`'s next call wants to be there.
  static int64_t getWanted(const Kernel &reader, const Operand &operand,
                           int64_t made) {
    return operand.window.getEnd(made + reader.step - 1);
  }

  /// Calls `visit(kernel, made)` before each call, where `made` is what all
  /// have made before it. Returns whether all that has to be is complete in the
  /// end.
  bool run(llvm::function_ref<void(unsigned, ArrayRef<int64_t>)> visit) const;

private:
  /// The last kernel before `end` that may make its next rows after `made` rows
  /// of each, where a last call may have made less than it counts for: what it
  /// reads is there, and somebody waits for it. None when all that is kept is
  /// complete, and the input.
  std::optional<unsigned> findNext(ArrayRef<int64_t> made, unsigned end) const;
  void findCalls();

  std::vector<Kernel> kernels;
  std::vector<unsigned> calls; ///< Kernels, in the order of their calls.
};

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_ROWSCHEDULE_H
