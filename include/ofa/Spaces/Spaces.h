//===- Spaces.h - Named search spaces as ofa IR -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_SPACES_SPACES_H
#define OFA_SPACES_SPACES_H

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace mlir {
class ModuleOp;
class Location;
} // namespace mlir

namespace mlir::ofa {

enum class SpaceWeights {
  /// Parameters are declared without elements: a structure alone.
  Absent,
  /// Seeded normal weights, neutral batch norm, identity kernel matrices.
  Random
};

/// What a caller may change about a space; what is not given keeps the space's
/// own value.
struct SpaceOptions {
  /// Multiplier of the channel counts, positive.
  std::optional<double> width;
  /// Input sizes in pixels, positive and increasing; the last is the largest.
  SmallVector<int64_t> resolutions;
  /// Outputs of the classifier, positive.
  std::optional<int64_t> classes;
  SpaceWeights weights = SpaceWeights::Random;
  uint64_t seed = 0;
};

/// Reads input sizes as users write them: n,n,... Fails, without a diagnostic,
/// where one is no integer.
FailureOr<SmallVector<int64_t>> parseResolutions(StringRef text);

/// Name and one line of text of each space, in the order of documentation.
SmallVector<std::pair<StringRef, StringRef>> listSpaces();

/// Output channels of parts of a largest subnet; 0 where they are not known.
struct SpaceWidths {
  int64_t stem = 0;
  SmallVector<int64_t> blocks;
};

/// The multiplier, of at most two decimals, at which the space `name` has these
/// widths; the space's own one where that fits. Nothing where none fits, or the
/// space is not known. There may be fewer blocks than in the space.
std::optional<double> findWidth(StringRef name, const SpaceWidths &widths);

/// Builds a module with the supernet of the space `name`; the same arguments
/// give the same bytes on every machine. Fails after one diagnostic at `loc`
/// for a name that is not known or an option outside its range. The context
/// must have the ofa dialect loaded.
FailureOr<OwningOpRef<ModuleOp>> makeSupernet(Location loc, StringRef name,
                                              const SpaceOptions &options);

} // namespace mlir::ofa

#endif // OFA_SPACES_SPACES_H
