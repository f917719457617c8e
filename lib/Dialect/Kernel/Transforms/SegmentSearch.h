//===- SegmentSearch.h - Which kernels run row by row -----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DIALECT_KERNEL_TRANSFORMS_SEGMENTSEARCH_H
#define OFA_LIB_DIALECT_KERNEL_TRANSFORMS_SEGMENTSEARCH_H

#include "Lifetimes.h"

namespace mlir::kernel {

/// The first and the last kernel of what runs as one.
using Step = std::pair<size_t, size_t>;

/// Of the number of rows of the input or of a kernel.
inline constexpr int64_t counterBytes = 2;

SmallVector<RowKernelOpInterface> getKernels(const EntryGraph &graph,
                                             Step step);

/// Whether `step` is a kernel that can make rows where it stands.
bool hasRowForm(Operation *step);

/// Cuts the order of the kernels into steps: some of them alone, others
/// together in a segment. What a step needs depends on its own kernels only, so
/// the best cuts are those of a shortest path. Where the input comes row by
/// row, the first step is a segment that holds all of its readers.
///
/// To run a segment's rule takes long, and there are many segments, so each
/// ring is measured once, in the smallest segment that has it; sums of these
/// lead the search to the segments whose rule is run.
class SegmentSearch {
public:
  /// The kernels stay as they are while the search is used, but for how many
  /// rows they make at a time, which is the same for each findSteps().
  explicit SegmentSearch(EntryOp entry);

  /// The fewest kernels in segments whose steps all need `limit` bytes at most,
  /// or the least that is possible.
  SmallVector<Step> findSteps(int64_t limit);
  /// What steps need that findSteps() has found.
  int64_t getPeak(ArrayRef<Step> steps) const;
  bool isSegment(Step step) const {
    return step.first != step.second || (step.first == 0 && lastReader);
  }

  /// Lets kernels make more rows at a time again where a step that needs at
  /// most `limit` bytes still does then.
  void speedUp(ArrayRef<Step> steps, int64_t limit) const;

private:
  static constexpr int64_t never = std::numeric_limits<int64_t>::max();

  /// What a buffer takes in a segment that has all of its users.
  struct Ring {
    Step users;
    int64_t bytes;
    /// Whether the kernel before or behind `users` runs while rows are needed.
    bool isHeldBefore, isHeldBehind;
  };
  struct Need {
    int64_t bytes;
    bool isExact;
  };

  std::optional<Ring> measureRing(size_t buffer) const;
  void estimateSteps();
  int64_t estimateBytes(size_t first, size_t last) const;
  int64_t computeBytes(size_t first, size_t last) const;
  bool readsView(size_t first, size_t kernel) const;
  bool canBeSegment(Step step) const;

  /// Cuts of the kernels from `first` on, by what is known of steps.
  SmallVector<Step> cut(size_t first, int64_t limit) const;
  /// The same with steps that are known exactly.
  SmallVector<Step> findSteps(size_t first, int64_t limit);
  Need &getNeed(Step step) {
    return needs[step.first][step.second - step.first];
  }
  /// Runs the rule of `step` if that has not been done.
  void settle(Step step);
  /// What keeps the numbers of rows of the first step all the time.
  int64_t getCounterBytes(Step step) const;

  EntryGraph graph;
  SmallVector<Lifetime> lifetimes;
  SmallVector<int64_t> sizes;             ///< Of buffers, aligned.
  SmallVector<std::optional<Ring>> rings; ///< Of buffers.
  /// Of the input that comes row by row, if one does.
  std::optional<size_t> lastReader;
  /// By first kernel, then by the number of those that follow it in the step.
  std::vector<std::vector<Need>> needs;
};

} // namespace mlir::kernel

#endif // OFA_LIB_DIALECT_KERNEL_TRANSFORMS_SEGMENTSEARCH_H
