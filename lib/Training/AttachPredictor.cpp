//===- AttachPredictor.cpp - A fitted predictor in a module ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/AttachPredictor.h"

#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::training;

bool mlir::ofa::training::removePredictors(SupernetOp supernet) {
  bool found = false;
  for (auto old : llvm::make_early_inc_range(
           supernet->getParentRegion()->getOps<PredictorOp>()))
    if (old.getNet() == supernet.getSymName()) {
      old.erase();
      found = true;
    }
  return found;
}

void mlir::ofa::training::attachPredictor(SupernetOp supernet,
                                          const FittedPredictor &fitted) {
  removePredictors(supernet);
  OpBuilder builder(supernet.getContext());
  builder.setInsertionPointAfter(supernet);
  ChoiceSpace space(supernet);
  SmallVector<Attribute> features, layers;
  for (unsigned choice = 0; choice != space.size(); ++choice)
    features.push_back(FlatSymbolRefAttr::get(space.getName(choice)));
  for (auto [index, layer] : llvm::enumerate(fitted.layers)) {
    auto add = [&](StringRef name, ArrayRef<int64_t> shape,
                   ArrayRef<float> values) {
      auto type = RankedTensorType::get(shape, builder.getF32Type());
      layers.push_back(makeElements<float>(
          ("accuracy." + Twine(index) + "." + name).str(), type, values));
    };
    add("weight", {layer.outputs, layer.inputs}, layer.weights);
    add("bias", {layer.outputs}, layer.bias);
  }
  PredictorOp::create(
      builder, supernet.getLoc(), "accuracy", supernet.getSymName(),
      builder.getArrayAttr(features), llvm::APFloat(double(fitted.base)),
      builder.getF64FloatAttr(fitted.error90), builder.getArrayAttr(layers));
}
