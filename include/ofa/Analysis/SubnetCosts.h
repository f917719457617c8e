//===- SubnetCosts.h - Costs of all subnets, by parts -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ANALYSIS_SUBNETCOSTS_H
#define OFA_ANALYSIS_SUBNETCOSTS_H

#include "ofa/Analysis/SubnetEstimate.h"
#include "llvm/ADT/SmallBitVector.h"
#include <set>

namespace mlir::ofa {

/// Estimates subnets by the million. A supernet is a chain of parts: blocks, and
/// what stands between stages. A part's figures depend on the shape that comes
/// in and on the few choices that it reads, so all its variants are estimated
/// once; a subnet is a walk along the chain.
/// Refers to supernet, space and device; const functions may run in parallel.
class SubnetCosts {
public:
  /// `fixed` gives choices that have one value in all subnets of interest; it
  /// is empty, or has an entry for every choice. `rounding` of the kernels.
  /// `segmentLimit`: layers run in segments where layer by layer needs more
  /// than these bytes of SRAM; what they need then is the planner's or a little
  /// more.
  SubnetCosts(SupernetOp supernet, const ChoiceSpace &space,
              const Device &device,
              ArrayRef<std::optional<unsigned>> fixed = {},
              Rounding rounding = Rounding::Single,
              std::optional<int64_t> segmentLimit = std::nullopt);

  /// One value index for each choice.
  SubnetEstimate estimate(ArrayRef<unsigned> values) const;

  /// The costs of subnets that differ in few choices from one in the middle.
  class Around {
  public:
    explicit Around(const SubnetCosts &costs) : costs(costs) {}

    void moveTo(ArrayRef<unsigned> values);

    /// The costs of `values`, which differ in the choices `changed` at most. Times
    /// are summed in another order than by SubnetCosts::estimate().
    SubnetEstimate estimate(ArrayRef<unsigned> values,
                            ArrayRef<unsigned> changed) const;

  private:
    friend class SubnetCosts;
    /// Of some parts.
    struct Sum {
      SubnetEstimate figures;
      uint64_t kernels = 0; ///< Bits of `kernelBytes`.
    };
    const SubnetCosts &costs;
    SmallVector<unsigned> center;
    /// By part: all before it, it and all behind it, and the state before it.
    std::vector<Sum> before, behind;
    std::vector<int> states;
  };

  /// No subnet costs more, in any of the figures; infinitely much where nothing is
  /// known. The bound need not be reached.
  SubnetEstimate getUpperBound() const;

  /// For each choice, whether the subnet reads it.
  llvm::SmallBitVector findActive(ArrayRef<unsigned> values) const;

  /// Whether findActive() depends on this choice.
  bool isDepth(unsigned choice) const;

  /// Keys of any subnet that the device's latency table lacks, sorted.
  const std::set<std::string> &getMissingKeys() const { return missingKeys; }

private:
  /// A variant of a part; one line of the cache.
  struct alignas(64) Variant {
    Around::Sum costs;
    int next = -1;        ///< State of the part that follows.
    int nextOutside = -1; ///< State of the part after the stage.
    int getNext(bool isLast) const { return isLast ? nextOutside : next; }
  };
  struct Part {
    SmallVector<Operation *> ops;
    Value input;
    bool isBlock = false;
    unsigned link = 0; ///< That it belongs to.
    /// Choices that it reads, what a step of each adds to the combination's
    /// number, and how many there are.
    SmallVector<unsigned> choices, strides;
    unsigned combinations = 1;
    /// By state * combinations + combination; -1 where none can occur.
    std::vector<int> variants;
  };
  /// What a part may meet: a shape, a network, and values of choices that the part before
  /// has read.
  struct State {
    SmallVector<int64_t> shape;
    SmallVector<std::pair<unsigned, unsigned>> fixed;
    int64_t image = 0; ///< Height of the network's image.
    bool operator==(const State &other) const {
      return shape == other.shape && fixed == other.fixed &&
             image == other.image;
    }
  };
  /// Parts that are kept or skipped together: the leading blocks of a stage, or
  /// one part outside stages.
  struct Link {
    unsigned firstPart = 0, numParts = 1;
    std::optional<unsigned> depth; ///< The choice of how many are kept.
    SmallVector<unsigned> depths;  ///< Parts kept, by value of that choice.
    /// Choices that are read, by value of that choice; one without it.
    SmallVector<llvm::SmallBitVector> active;
    /// By state before it: the state after it, where it may be skipped.
    std::vector<int> skips;

    unsigned getKept(ArrayRef<unsigned> values) const {
      return depth ? depths[values[*depth]] : numParts;
    }
  };

  void addLinks();
  void findReach();
  bool isChain() const;
  bool isFixedTo(unsigned choice, unsigned value) const {
    return fixed.empty() || !fixed[choice] || *fixed[choice] == value;
  }
  uint64_t addKernels(const PartEstimate &figures);
  void addPart(ArrayRef<Operation *> ops, Value input, bool isBlock);
  void fillLink(size_t link);
  unsigned internState(size_t part, State state);
  static unsigned combine(const Part &part, ArrayRef<unsigned> values);
  int getFirstState(ArrayRef<unsigned> values) const {
    return resolution ? values[*resolution] : 0;
  }
  /// State behind a link of which no part is kept.
  static int getSkip(const Link &link, int state) {
    return link.skips.empty() ? state : link.skips[state];
  }
  const Variant &getVariant(const Part &part, int state,
                            ArrayRef<unsigned> values) const;
  static void add(const Around::Sum &part, Around::Sum &sum);
  SubnetEstimate complete(const Around::Sum &sum,
                          ArrayRef<unsigned> values) const;
  SubnetEstimate estimateWhole(ArrayRef<unsigned> values) const;
  template <typename Visit>
  void walk(ArrayRef<unsigned> values, Visit visit) const;
  int64_t computeRowPeak(ArrayRef<unsigned> values) const;

  SupernetOp supernet;
  const ChoiceSpace &space;
  PartEstimator estimator;
  SmallVector<std::optional<unsigned>> fixed;
  std::vector<Part> parts;
  std::vector<std::vector<State>> states; ///< By part.
  std::vector<Link> links;
  /// By choice: the first and the last part that it changes.
  SmallVector<std::pair<unsigned, unsigned>> reach;
  llvm::SmallBitVector alwaysActive; ///< Whatever the depths are.
  std::vector<Variant> variants;
  std::vector<std::optional<RowSizes>> rows; ///< By variant, for segments.
  std::optional<int64_t> segmentLimit;
  std::set<std::string> missingKeys;
  std::vector<std::string> kernelNames;
  std::vector<int64_t> kernelBytes;
  std::optional<unsigned> resolution;
  SmallVector<unsigned> readers; ///< By choice: how many parts read it.
  /// Set where the network is no chain of parts: subnets are estimated whole.
  bool isWhole = false;
};

} // namespace mlir::ofa

#endif // OFA_ANALYSIS_SUBNETCOSTS_H
