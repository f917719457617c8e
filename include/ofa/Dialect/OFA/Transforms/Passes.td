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
// Any module
//===----------------------------------------------------------------------===//

def RefuseEmptyPass : Pass<"ofa-refuse-empty"> {
  let summary = "Fail on a module without content";
  let description = [{
    MLIR reads empty input as an empty module: a file that was cut, or a left side
    of a pipe that failed, would end in success. `ofa-opt` runs this pass before
    all others. Ensures: the module holds at least one operation.
  }];
}

//===----------------------------------------------------------------------===//
// Supernets
//===----------------------------------------------------------------------===//

def DescribePass : Pass<"ofa-describe", "::mlir::ModuleOp"> {
  let summary = "Report choices, size and cost of supernets";
  let description = [{
    Writes to stderr, for each supernet, its choices, the number of its subnets
    (those that differ only in what skipped blocks would read count once), and
    multiply-accumulates and trained parameters of the largest subnet, the
    smallest and, with `subnet`, a given one. Needs no weights and changes
    nothing.
  }];
  let options = [
    Option<"subnet", "subnet", "std::string", /*default=*/"\"\"",
           "one more subnet to describe, as in ofa-extract-subnet">
  ];
}

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
           "'largest', 'smallest', either with changes ('largest,*.kernel=3'), or a "
           "dictionary such as '{resolution = 28, s1.depth = 2, ...}'; default: "
           "the supernet's own 'subnet' attribute">
  ];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def SearchPass : Pass<"ofa-search", "::mlir::ModuleOp"> {
  let summary = "Pick the most accurate subnet within a device's budgets";
  let description = [{
    Writes the supernet's `subnet` attribute and the module's
    `ofa.specialization`. Candidates are judged by shapes alone; accuracy is what
    the module's `ofa.predictor` says, or, without one, more multiply-accumulates
    stand for more accuracy. Deterministic for a seed.

    Requires: at most one supernet. Ensures: a subnet within all budgets by these
    figures, or one diagnostic with the nearest feasible point. A module without
    a supernet only gets its `ofa.specialization`.
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"\"",
           "device and budgets, such as 'cortex-m7 sram=64KiB latency=50ms'">,
    Option<"deviceFile", "device-file", "std::string", /*default=*/"\"\"",
           "YAML file of a device that is not built in">,
    Option<"subnet", "subnet", "std::string", /*default=*/"\"\"",
           "judge this subnet instead of searching; as of ofa-extract-subnet">,
    Option<"seed", "seed", "uint64_t", /*default=*/"1",
           "seed of the search's random numbers">,
    Option<"generations", "generations", "unsigned", /*default=*/"0",
           "generations of the evolutionary search (0: the library's default)">
  ];
}

//===----------------------------------------------------------------------===//
// Networks
//===----------------------------------------------------------------------===//

#endif // OFA_DIALECT_OFA_TRANSFORMS_PASSES_TD
