//===- ImportCheckpoint.cpp - Published supernets -------------------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/OnceForAll/ImportCheckpoint.h"

#include "ofa/Spaces/Spaces.h"
#include "ofa/Target/OnceForAll/Parameters.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace mlir::ofa;

/// No published network has more blocks.
static constexpr unsigned kMostBlocks = 22;

static std::optional<Family> recognise(const NamedTensors &tensors) {
  if (tensors.hasPrefix("input_stem."))
    return Family::ResNet50;
  if (tensors.hasPrefix("final_expand_layer."))
    return Family::MobileNetV3;
  if (tensors.hasPrefix("feature_mix_layer.bn."))
    return Family::ProxylessNAS;
  return std::nullopt;
}

static StringRef getSpaceName(Family family) {
  switch (family) {
  case Family::MobileNetV3:
    return "mbv3";
  case Family::ProxylessNAS:
    return "proxyless";
  case Family::ResNet50:
    return "resnet50";
  }
  llvm_unreachable("unknown family");
}

/// Rows of a weight, where it is there and is one.
static int64_t getRows(const NamedTensors &tensors,
                       ArrayRef<std::string> names) {
  std::string found;
  const torch::Tensor *tensor = tensors.lookup(names, found);
  return tensor && tensor->shape.size() >= 2 ? tensor->shape[0] : 0;
}

static SpaceWidths readWidths(const NamedTensors &tensors, Family family) {
  SpaceWidths widths;
  std::string stem =
      family == Family::ResNet50 ? "input_stem.2.conv" : "first_conv.conv";
  widths.stem = getRows(tensors, {stem + ".weight", stem + ".conv.weight"});
  for (unsigned block = 0; block != kMostBlocks; ++block)
    widths.blocks.push_back(
        getRows(tensors, getProjectionNames(family, block)));
  return widths;
}

OwningOpRef<ModuleOp> ofa::importCheckpoint(llvm::MemoryBufferRef file,
                                            ArrayRef<int64_t> resolutions,
                                            MLIRContext &context) {
  Location loc = FileLineColLoc::get(
      StringAttr::get(&context, file.getBufferIdentifier()), 0, 0);
  llvm::Expected<torch::StateDict> dict = torch::readStateDict(file);
  if (!dict) {
    emitError(loc) << llvm::toString(dict.takeError());
    return nullptr;
  }
  FailureOr<NamedTensors> tensors = NamedTensors::create(loc, *dict);
  if (failed(tensors))
    return nullptr;
  std::optional<Family> family = recognise(*tensors);
  if (!family) {
    InFlightDiagnostic diagnostic = emitError(loc);
    diagnostic << "expects a supernet of Once-for-All, with tensors of "
                  "'final_expand_layer' (MobileNetV3), 'feature_mix_layer.bn' "
                  "(ProxylessNAS) or 'input_stem' (ResNet50), but got "
               << dict->size() << " tensors without them";
    if (!dict->empty())
      diagnostic << ", of which the first is '" << dict->begin()->first << "'";
    return nullptr;
  }

  StringRef space = getSpaceName(*family);
  SpaceWidths widths = readWidths(*tensors, *family);
  SpaceOptions options;
  options.weights = SpaceWeights::Absent;
  options.width = findWidth(space, widths);
  if (!options.width) {
    InFlightDiagnostic diagnostic = emitError(loc);
    diagnostic << "expects the channels of search space '" << space
               << "' at some multiplier, but got a stem of " << widths.stem
               << " and blocks of ";
    llvm::interleaveComma(widths.blocks, diagnostic);
    return nullptr;
  }
  if (int64_t classes = getRows(*tensors, {"classifier.linear.weight",
                                           "classifier.linear.linear.weight"}))
    options.classes = classes;
  options.resolutions.assign(resolutions.begin(), resolutions.end());
  FailureOr<OwningOpRef<ModuleOp>> module = makeSupernet(loc, space, options);
  if (failed(module) ||
      failed(fillParameters(loc, **module, *family, *tensors)) ||
      failed(verify(**module)))
    return nullptr;
  return std::move(*module);
}
