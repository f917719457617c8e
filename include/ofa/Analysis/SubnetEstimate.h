//===- SubnetEstimate.h - What a subnet costs on a device -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ANALYSIS_SUBNETESTIMATE_H
#define OFA_ANALYSIS_SUBNETESTIMATE_H

#include "ofa/Analysis/LatencyKeys.h"
#include "ofa/Dialect/Kernel/IR/Variants.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include <memory>
#include <optional>

namespace mlir::func {
class FuncOp;
} // namespace mlir::func

namespace mlir::ofa {

struct Device;
class KnownPeaks;

/// Figures of the int8 network that a subnet becomes, from shapes alone, so
/// that a search can judge thousands of candidates. The finished module's own
/// figures, which are exact, are checked against budgets again.
struct SubnetEstimate {
  int64_t macs = 0;
  int64_t parameters = 0;
  /// The largest arena that the planner gives to a part of the network, input and
  /// output included; that of the whole may be a little larger.
  int64_t sramBytes = 0;
  /// Weights, biases, multipliers, shifts and tables, the parameters of the
  /// kernels, names of classes.
  int64_t flashDataBytes = 0;
  /// Code of the kernels; 0 for a core without figures.
  int64_t flashCodeBytes = 0;
  /// By the device's latency model; infinite where its table has no entry.
  double seconds = 0;

  int64_t getFlashBytes() const { return flashDataBytes + flashCodeBytes; }
};

/// What a part of a network needs in a segment, one row at a time, in bytes.
struct RowSizes {
  int64_t input = 0, result = 0; ///< All of it.
  int64_t inputRing = 0;         ///< Where the part before is in the segment.
  int64_t rings = 0;             ///< Inside.
  int64_t scratch = 0;           ///< The largest of its kernels'.
};

/// What a part of a network adds to a SubnetEstimate.
struct PartEstimate {
  int64_t macs = 0;
  int64_t parameters = 0;
  /// The arena that the planner gives to the part.
  int64_t sramBytes = 0;
  /// If it may run row by row, and that was asked.
  std::optional<RowSizes> rows;
  /// Constants of its layers.
  int64_t flashDataBytes = 0;
  double seconds = 0;
  /// Keys that the device's latency table lacks, without repetitions.
  SmallVector<std::string> missingKeys;
  /// Names of its runtime kernels, whose code is counted once for a network.
  SmallVector<std::string> kernels;
};

/// Estimates consecutive operations of a network that read one value from
/// outside. A supernet is judged as the chain of its parts, see SubnetCosts.h.
class PartEstimator {
public:
  /// `rounding` of the kernels; `byRows`: figures of segments are asked for,
  /// too.
  PartEstimator(SupernetOp supernet, const Device &device, Rounding rounding,
                bool byRows = false);
  ~PartEstimator();

  /// `isBlock`: `ops` are a block of a stage. `startsNetwork`: they read the
  /// image. `image`: its height, which may decide about the latency table.
  PartEstimate estimate(ArrayRef<ActiveOp> ops, bool isBlock,
                        bool startsNetwork, int64_t image) const;
  /// Bytes of code of one kernel; 0 where no figure is known.
  int64_t getCodeBytes(StringRef kernel) const;
  /// Flash bytes of a network that belong to none of its parts, beside kernels.
  int64_t getOverheadBytes() const { return overheadBytes; }

private:
  void addLatency(PartEstimate &estimate, ArrayRef<ActiveOp> ops, bool isBlock,
                  bool startsNetwork, int64_t image) const;

  const Device &device;
  Rounding rounding;
  bool byRows;
  kernel::Variants variants;
  OuterLayerNames outerNames;
  PreprocessingAttr preprocessing;
  int64_t overheadBytes;
  std::unique_ptr<KnownPeaks> knownPeaks; ///< Of parts estimated before.
};

/// What a network without choices costs.
struct NetworkEstimate {
  int64_t macs = 0;
  int64_t parameters = 0;
  /// By the device's latency model, which knows int8 kernels only.
  std::optional<double> seconds;
};

NetworkEstimate estimateNetwork(func::FuncOp network, const Device &device);

} // namespace mlir::ofa

#endif // OFA_ANALYSIS_SUBNETESTIMATE_H
