//===- Profile.h - Latency tables and models of devices ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What ofa-profile does: measures every distinct layer of a space (or as many
// as a fitted model needs) on the emulator, or writes the firmware that does so
// on a board and reads what it printed.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_PROFILE_PROFILE_H
#define OFA_PROFILE_PROFILE_H

#include "ofa/Device/LatencyTable.h"
#include "ofa/Profile/LayerSpace.h"
#include "ofa/Profile/Profiler.h"
#include <optional>

namespace mlir::ofa {

/// The module that is profiled, on a device.
class ProfileSubject {
public:
  /// Fails after one diagnostic if the module has no network or several.
  static FailureOr<ProfileSubject> create(ModuleOp module,
                                          const NetworkCompiler &compiler);

  /// Null for a network without choices.
  const LayerSpace *getSpace() const { return space.get(); }
  SupernetOp getSupernet() const { return supernet; }
  /// All layers, by key.
  const LayerMap &getLayers() const { return layers; }
  /// Texts of subnets (NetworkCompiler::compile()) in which together all layers
  /// occur that are `isMissing`; of a network without choices one empty text,
  /// or none.
  std::vector<std::string>
  cover(std::function<bool(StringRef)> isMissing) const;
  /// Of networks that are not `used`, for validation; none of a network without
  /// choices.
  std::vector<std::string> drawUnseen(int64_t count, uint64_t seed,
                                      ArrayRef<std::string> used) const;

private:
  SupernetOp supernet;
  std::shared_ptr<LayerSpace> space;
  LayerMap layers;
};

struct ProfileOptions {
  /// Where the table, or with `fit` the device, is written; "-" for the
  /// standard output, without resuming.
  std::string outputFile;
  /// Measure again what the output file has.
  bool restart = false;
  /// Networks that were not measured, to compare predictions with.
  int64_t validate = 5;
  uint64_t seed = 1;
  /// Of firmware.
  std::string buildFolder;
};

/// Measures what the output file does not have yet and writes it after every
/// network. Reports on stderr; fails after one diagnostic there.
LogicalResult profileTable(const ProfileSubject &subject,
                           const NetworkCompiler &compiler,
                           const Device &device, const ProfileOptions &options);

/// Measures at most `measurements` layers, fits coefficients to them and writes
/// a device `name` that is like `device`, which has to be a built-in one, with
/// the whole latency model.
LogicalResult profileFit(const ProfileSubject &subject,
                         const NetworkCompiler &compiler, const Device &device,
                         StringRef name, int64_t measurements,
                         const ProfileOptions &options);

} // namespace mlir::ofa

#endif // OFA_PROFILE_PROFILE_H
