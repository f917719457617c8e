//===- RunReport.h - Results for people -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TOOLS_OFA_RUN_RUNREPORT_H
#define OFA_TOOLS_OFA_RUN_RUNREPORT_H

#include "RunInputs.h"

namespace mlir::ofa {

/// Prints predictions, or for a data set the accuracy, and what was measured.
void printResult(Engine &engine, const RunInputs &inputs,
                 const RunResult &result);

/// Runs two engines on the same inputs and prints how far results are apart,
/// layer by layer for the first vector where both can look inside. Fails where
/// two results of one type differ in a byte.
LogicalResult compareEngines(Engine &engine, Engine &other,
                             const RunInputs &inputs);

} // namespace mlir::ofa

#endif // OFA_TOOLS_OFA_RUN_RUNREPORT_H
