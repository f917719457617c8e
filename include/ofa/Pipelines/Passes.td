//===- Passes.td - Passes that look across dialects --------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_PIPELINES_PASSES_TD
#define OFA_PIPELINES_PASSES_TD

include "mlir/Pass/PassBase.td"

def CheckBudgetsPass : Pass<"ofa-check-budgets", "::mlir::ModuleOp"> {
  let summary = "Record a compiled network's exact figures and hold them to its budgets";
  let description = [{
    Counts the SRAM and flash of the module's `kernel.model` as the C emitter
    prints them, adds them to the module's `ofa.specialization`, and fails after
    one diagnostic where a budget is exceeded. Prints a short summary on stderr.

    Requires: one planned `kernel.model`. Ensures: `sram`, `flash_data`,
    `flash_code`, `stack` stand in `ofa.specialization`, beside what the search had
    promised (`sram_estimate`, `flash_data_estimate`, `flash_code_estimate`), and
    are within its budgets.
  }];
  let options = [
    Option<"quiet", "quiet", "bool", /*default=*/"false", "print no summary">
  ];
}

def CompileCandidatesPass : Pass<"ofa-compile-candidates", "::mlir::ModuleOp"> {
  let summary = "Compile the best subnet whose finished network keeps its budgets";
  let description = [{
    Runs what stands between ofa-search and ofa-check-budgets in `--specialize`: from
    the chosen subnet, or an imported network, to a planned `kernel.model`. Where
    the result exceeds a budget of memory, a remark says what it needs and what
    the search had promised, and the next subnet of `ofa.candidates` is compiled
    instead. Compiles once where the promise holds.

    Requires: a supernet with a `subnet`, or a network. Ensures: one planned
    `kernel.model` and no `ofa.candidates`. If there were other candidates, the
    model keeps its budgets, or one diagnostic says what the nearest one needs.
  }];
  let options = [
    Option<"rounding", "rounding", "std::string", /*default=*/"\"\"",
           "'single' or 'double' for every requantisation; empty: as of "
           "ofa-quantize, or of the imported network">,
    Option<"calibration", "calibration", "std::string", /*default=*/"\"\"",
           "as of ofa-quantize">,
    Option<"modelName", "name", "std::string", /*default=*/"\"\"",
           "of the model; the supernet's if empty">,
    Option<"int8IO", "int8-io", "bool", /*default=*/"false",
           "drop conversions at the ends: take and give int8">,
    Option<"segments", "segments", "std::string", /*default=*/"\"fit\"",
           "which kernels run row by row: 'none', those that 'fit' a budget of "
           "SRAM needs, or those of the 'smallest' memory">,
    Option<"pushRows", "push-rows", "bool", /*default=*/"false",
           "the input comes row by row">
  ];
}

#endif // OFA_PIPELINES_PASSES_TD
