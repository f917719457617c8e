//===- FirmwareSizes.h - What a subnet's firmware will hold -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_TRANSFORMS_FIRMWARESIZES_H
#define OFA_DIALECT_OFA_TRANSFORMS_FIRMWARESIZES_H

#include "ofa/Dialect/OFA/IR/Subnet.h"

namespace mlir::ofa {

struct Device;

/// Bytes, as ofa-check-budgets counts them.
struct FirmwareSizes {
  int64_t sram = 0;
  int64_t flashData = 0;
  int64_t flashCode = 0; ///< Of the runtime's kernels.
};

/// Compiles `subnet` as `--specialize` does, but for what sizes do not depend
/// on: all parameters are zero, and nothing is run to measure ranges. Planner,
/// kernels and counts are the real ones, so that the sizes are, too.
/// `rounding`: `single` or `double`; kernels have figures for the device's
/// core. `segmentLimit`: layers run in segments as far as these bytes of SRAM
/// ask for it (0: as far as that saves any), as of kernel-form-segments;
/// nothing: layer by layer. Takes some milliseconds. The `kernel` dialect must
/// be loaded. Fails after one diagnostic.
FailureOr<FirmwareSizes>
computeFirmwareSizes(SupernetOp supernet, const Subnet &subnet,
                     const Device &device, StringRef rounding,
                     std::optional<int64_t> segmentLimit = std::nullopt);

/// What binds `sram`, as kernel::describeMemoryPeak() says it.
FailureOr<std::string>
describeFirmwarePeak(SupernetOp supernet, const Subnet &subnet,
                     const Device &device, StringRef rounding,
                     std::optional<int64_t> segmentLimit = std::nullopt);

} // namespace mlir::ofa

#endif // OFA_DIALECT_OFA_TRANSFORMS_FIRMWARESIZES_H
