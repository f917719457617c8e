//===- SetRounding.cpp - One rounding for a whole network -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_SETROUNDINGPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

namespace {
struct SetRounding final : ofa::impl::SetRoundingPassBase<SetRounding> {
  using SetRoundingPassBase::SetRoundingPassBase;

  void runOnOperation() override {
    std::optional<Rounding> mode = symbolizeRounding(rounding);
    if (!mode) {
      getOperation().emitError() << "ofa-set-rounding expects 'single' or "
                                    "'double', but got '"
                                 << rounding << "'";
      return signalPassFailure();
    }
    StringAttr name = StringAttr::get(&getContext(), "rounding");
    getOperation()->walk([&](Operation *op) {
      if (isa_and_nonnull<OFADialect>(op->getDialect()) &&
          llvm::is_contained(op->getName().getAttributeNames(), name))
        op->setAttr(name, RoundingAttr::get(&getContext(), *mode));
    });
  }
};
} // namespace
