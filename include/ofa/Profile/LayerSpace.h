//===- LayerSpace.h - All distinct layers of a supernet's subnets ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_PROFILE_LAYERSPACE_H
#define OFA_PROFILE_LAYERSPACE_H

#include "ofa/Device/Device.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include <functional>
#include <map>
#include <string>

namespace mlir::ofa {

/// What the latency of a layer is derived from where it was not measured.
struct LayerFigures {
  /// Of kernelKinds().
  std::string kind;
  KernelWork work = {};
};

/// By the keys of getLayerKey().
using LayerMap = std::map<std::string, LayerFigures, std::less<>>;

/// The figures of a layer that `op` is, at these shapes.
LayerFigures getLayerFigures(Operation *op,
                             ArrayRef<SmallVector<int64_t>> operands,
                             ArrayRef<int64_t> result);

/// The distinct layers of all subnets of a supernet. A layer's key depends on
/// few choices (resolution, kernel and expansion of its block), which are found
/// by changing one choice at a time; all their combinations are walked, so that
/// the layers of a space of 10^19 subnets are known after some thousand walks.
class LayerSpace {
public:
  /// The supernet must outlive the space.
  explicit LayerSpace(SupernetOp supernet);

  const ChoiceSpace &getChoices() const { return choices; }
  const LayerMap &getLayers() const { return layers; }

  /// The keys of a subnet's layers, one for each that gets a kernel.
  std::vector<std::string> getKeys(const Subnet &subnet) const;

  /// A subnet with at least one layer whose key `isMissing`, and greedily as
  /// many as fit together; nothing if no key is missing. Deterministic. What
  /// the missing keys do not decide is as large as it can be.
  std::optional<Subnet>
  findCoveringSubnet(llvm::function_ref<bool(StringRef)> isMissing) const;

  /// Subnets in which together all keys occur that are `isMissing`.
  std::vector<Subnet> cover(std::function<bool(StringRef)> isMissing) const;

private:
  /// One way to choose what a layer's key depends on.
  struct Variant {
    SmallVector<unsigned> values; ///< As Layer::choices.
    std::string key;
  };
  struct Layer {
    SmallVector<unsigned> choices;
    std::vector<Variant> variants;
  };
  void findVariants();

  SupernetOp supernet;
  ChoiceSpace choices;
  /// Operations that get a kernel, in the order of the largest subnet.
  std::vector<Layer> ops;
  LayerMap layers;
};

} // namespace mlir::ofa

#endif // OFA_PROFILE_LAYERSPACE_H
