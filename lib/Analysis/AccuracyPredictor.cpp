//===- AccuracyPredictor.cpp - What ofa.predictor says of subnets ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/AccuracyPredictor.h"
#include "ofa/Dialect/OFA/IR/Elements.h"

using namespace mlir;
using namespace mlir::ofa;

static FailureOr<Predictor> readLayers(PredictorOp op) {
  std::vector<Predictor::Layer> layers;
  ArrayRef<Attribute> tensors = op.getLayers().getValue();
  for (size_t i = 0; i != tensors.size(); i += 2) {
    auto weight = cast<ElementsAttr>(tensors[i]);
    auto type = cast<ShapedType>(weight.getType());
    layers.push_back({unsigned(type.getDimSize(1)),
                      unsigned(type.getDimSize(0)), copyElements<float>(weight),
                      copyElements<float>(cast<ElementsAttr>(tensors[i + 1]))});
  }
  auto created = Predictor::create(std::move(layers),
                                   float(op.getBase().convertToDouble()));
  if (!created)
    return op.emitOpError() << llvm::toString(created.takeError());
  return std::move(*created);
}

static FailureOr<OneHotEncoding> readEncoding(PredictorOp op,
                                              const ChoiceSpace &space) {
  std::vector<std::vector<int>> columns;
  for (unsigned choice = 0; choice != space.size(); ++choice)
    columns.emplace_back(space.getNumValues(choice), -1);
  unsigned column = 0;
  for (auto feature : op.getFeatures().getAsRange<FlatSymbolRefAttr>())
    for (int &entry : columns[space.lookup(feature)])
      entry = column++;
  auto oneHot = OneHotEncoding::create(column, std::move(columns));
  if (!oneHot)
    return op.emitOpError() << llvm::toString(oneHot.takeError());
  return std::move(*oneHot);
}

FailureOr<std::optional<AccuracyPredictor>>
AccuracyPredictor::find(SupernetOp supernet, const ChoiceSpace &space) {
  std::optional<AccuracyPredictor> found;
  for (auto op : supernet->getParentRegion()->getOps<PredictorOp>()) {
    if (op.getNet() != supernet.getSymName())
      continue;
    FailureOr<Predictor> predictor = readLayers(op);
    if (failed(predictor))
      return failure();
    FailureOr<OneHotEncoding> encoding = readEncoding(op, space);
    if (failed(encoding))
      return failure();
    std::optional<double> error;
    if (FloatAttr attr = op.getErrorAttr())
      error = attr.getValueAsDouble();
    found = AccuracyPredictor(supernet, std::move(*predictor),
                              std::move(*encoding), error);
  }
  return found;
}

std::vector<float> AccuracyPredictor::predict(ArrayRef<Subnet> subnets) const {
  std::vector<std::vector<unsigned>> rows;
  for (const Subnet &subnet : subnets) {
    llvm::SmallBitVector active;
    for (bool isActive : findActiveChoices(supernet, subnet))
      active.push_back(isActive);
    rows.push_back(encoding.encode(subnet.getValues(), active));
  }
  return predictor.predict(rows);
}
