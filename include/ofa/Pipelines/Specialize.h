//===- Specialize.h - From a supernet to a compiled network -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_PIPELINES_SPECIALIZE_H
#define OFA_PIPELINES_SPECIALIZE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include <limits>

namespace mlir::ofa {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "ofa/Pipelines/Passes.h.inc"

/// What `--specialize` takes: a device and budgets (Budget.h) and the options of
/// the passes that it is made of.
struct SpecializeOptions {
  /// Device and budgets, such as `cortex-m7 sram=64KiB`, as ofa-search reads it.
  std::string target;
  std::string deviceFile;
  /// Instead of a search; as of ofa-extract-subnet.
  std::string subnet;
  /// As of ofa-search.
  std::string fix, minimise, accuracy;
  uint64_t seed = 1;
  /// `single` or `double` for every requantisation; empty: `single` where the
  /// pipeline quantises, what an imported int8 network says elsewhere.
  std::string rounding;
  /// `speed`: kernels whose weights take more flash, where they are faster.
  std::string prefer;
  std::string calibration;
  /// Of the model in C, so that several can share a firmware; the supernet's
  /// if empty.
  std::string name;
  /// Drop conversions at the ends: take and give int8.
  bool int8IO = false;
  /// Which kernels run row by row (kernel-form-segments): `none`; `fit`: as few as
  /// `sramBytes` of memory ask for; `smallest`: those that need the least memory.
  std::string segments = "fit";
  /// The caller hands over the input row by row (`rows`), not as a whole.
  bool pushRows = false;
  int64_t sramBytes = std::numeric_limits<int64_t>::max();
  /// Leave out ofa-eliminate-constant-channels: for layers of whatever weights
  /// that stand for those of their shape.
  bool keepChannels = false;
  bool quiet = false;
};

/// Reads `cortex-m7 sram=256KiB flash=1MiB seed=3 ...`. Errors: one sentence.
llvm::Expected<SpecializeOptions> parseSpecializeOptions(StringRef text);

/// Adds the passes of `--specialize`; see docs/architecture.md.
void buildSpecializePipeline(OpPassManager &passes,
                             const SpecializeOptions &options);

/// The two parts of that pipeline between the search and the check of budgets.
/// The first takes a supernet with a `subnet`, or a network, and leaves the
/// network whose layers get kernels; the second leaves a planned kernel.model.
void buildNetworkPipeline(OpPassManager &passes,
                          const SpecializeOptions &options);
void buildKernelPipeline(OpPassManager &passes,
                         const SpecializeOptions &options);

/// Registers `--specialize`, which takes its bare first word as a device, and
/// the passes of this folder.
void registerPipelines();

} // namespace mlir::ofa

#endif // OFA_PIPELINES_SPECIALIZE_H
