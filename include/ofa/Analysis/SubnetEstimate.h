//===- SubnetEstimate.h - What a subnet costs on a device -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ANALYSIS_SUBNETESTIMATE_H
#define OFA_ANALYSIS_SUBNETESTIMATE_H

#include "ofa/Dialect/OFA/IR/Subnet.h"
#include <optional>

namespace mlir::func {
class FuncOp;
} // namespace mlir::func

namespace mlir::ofa {

struct Device;

/// Figures of the int8 network that a subnet becomes, from shapes alone, so
/// that a search can judge thousands of candidates. The finished module's own
/// figures, which are exact, are checked against budgets again.
struct SubnetEstimate {
  int64_t macs = 0;
  int64_t parameters = 0;
  /// Largest sum of activations alive at once, input and output included.
  int64_t sramBytes = 0;
  /// Weights, biases, multipliers, shifts and tables; the parameters and code of
  /// the kernels.
  int64_t flashBytes = 0;
  /// By the device's latency model.
  double cycles = 0;
};

SubnetEstimate estimateSubnet(SupernetOp supernet, const Subnet &subnet,
                            const Device &device);

/// What a network without choices costs.
struct NetworkEstimate {
  int64_t macs = 0;
  int64_t parameters = 0;
  /// By the device's latency model, which knows int8 kernels only.
  std::optional<double> cycles;
};

NetworkEstimate estimateNetwork(func::FuncOp network, const Device &device);

} // namespace mlir::ofa

#endif // OFA_ANALYSIS_SUBNETESTIMATE_H
