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
    `flash_code`, `stack` stand in `ofa.specialization` and are within its
    budgets.
  }];
  let options = [
    Option<"quiet", "quiet", "bool", /*default=*/"false", "print no summary">
  ];
}

#endif // OFA_PIPELINES_PASSES_TD
