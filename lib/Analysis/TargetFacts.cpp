//===- TargetFacts.cpp - What a module says about its device --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/TargetFacts.h"
#include "mlir/IR/Builders.h"
#include "ofa/Device/Device.h"

using namespace mlir;
using namespace mlir::ofa;

NamedAttrList ofa::getTargetFacts(MLIRContext *context, const Device &device) {
  Builder builder(context);
  NamedAttrList facts;
  facts.append("device", builder.getStringAttr(device.name));
  facts.append("core", builder.getStringAttr(device.core));
  if (!device.isa.empty()) {
    SmallVector<StringRef> isa(device.isa.begin(), device.isa.end());
    facts.append("isa", builder.getStrArrayAttr(isa));
  }
  if (device.prefersSpeed)
    facts.append("prefer", builder.getStringAttr("speed"));
  return facts;
}
