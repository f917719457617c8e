//===- Subject.cpp - The module that is profiled --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "ofa/Profile/Profile.h"

using namespace mlir;
using namespace mlir::ofa;

FailureOr<ProfileSubject>
ProfileSubject::create(ModuleOp module, const NetworkCompiler &compiler) {
  auto supernets = llvm::to_vector(module.getOps<SupernetOp>());
  size_t functions = llvm::range_size(module.getOps<func::FuncOp>());
  if (supernets.size() + functions != 1)
    return module.emitError("expects one supernet or one network of layers to "
                            "profile, but has ")
           << supernets.size() << " supernets and " << functions
           << " functions";
  ProfileSubject subject;
  if (!supernets.empty()) {
    subject.supernet = supernets.front();
    subject.space = std::make_shared<LayerSpace>(subject.supernet);
    subject.layers = subject.space->getLayers();
  } else {
    FailureOr<CompiledNetwork> network = compiler.compile("", "net");
    if (failed(network))
      return failure();
    subject.layers.insert(network->layers.begin(), network->layers.end());
  }
  if (subject.layers.empty())
    return module.emitError("expects a network with layers to profile, but it "
                            "has none");
  return subject;
}

std::vector<std::string>
ProfileSubject::cover(std::function<bool(StringRef)> isMissing) const {
  std::vector<std::string> texts;
  if (space) {
    for (const Subnet &subnet : space->cover(isMissing))
      texts.push_back(printSubnet(subnet));
  } else if (llvm::any_of(layers, [&](const auto &layer) {
               return isMissing(layer.first);
             })) {
    texts.push_back("");
  }
  return texts;
}

std::vector<std::string>
ProfileSubject::drawUnseen(int64_t count, uint64_t seed,
                           ArrayRef<std::string> used) const {
  std::vector<std::string> texts, usedChoices;
  if (!space)
    return texts;
  for (const std::string &text : used) {
    FailureOr<Subnet> subnet = Subnet::parse(space->getChoices(), text, [&] {
      return SupernetOp(supernet).emitOpError();
    });
    if (succeeded(subnet))
      usedChoices.push_back(printActiveChoices(supernet, *subnet));
  }
  for (const Subnet &subnet : drawUnseenSubnets(supernet, space->getChoices(),
                                                count, seed, usedChoices))
    texts.push_back(printSubnet(subnet));
  return texts;
}
