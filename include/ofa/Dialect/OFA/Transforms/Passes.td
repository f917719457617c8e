//===- Passes.td - Passes of the ofa dialect ---------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Grouped by the stage they work on, alphabetical inside a group.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_TRANSFORMS_PASSES_TD
#define OFA_DIALECT_OFA_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Supernets
//===----------------------------------------------------------------------===//

def ExtractSubnetPass : Pass<"ofa-extract-subnet", "::mlir::ModuleOp"> {
  let summary = "Fix every choice of a supernet to one value";
  let description = [{
    Replaces the module's `ofa.supernet` by a `func.func` of its name: the layers
    that the subnet uses, with sliced and kernel-transformed parameters.

    Requires: at most one supernet, with parameters present. Ensures: no choice,
    stage, block or predictor remains. A module without a supernet is left alone.
    Batch-norm statistics do not fit a smaller subnet: `ofa-recalibrate-batch-norm`
    follows.
  }];
  let options = [
    Option<"subnet", "subnet", "std::string", /*default=*/"\"\"",
           "'largest', 'smallest' or a dictionary such as "
           "'{resolution = 28, s1.depth = 2, ...}'; default: the supernet's own "
           "'subnet' attribute">
  ];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

//===----------------------------------------------------------------------===//
// Networks
//===----------------------------------------------------------------------===//

#endif // OFA_DIALECT_OFA_TRANSFORMS_PASSES_TD
