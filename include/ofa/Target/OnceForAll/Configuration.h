//===- Configuration.h - Published configurations of subnets ----*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TARGET_ONCEFORALL_CONFIGURATION_H
#define OFA_TARGET_ONCEFORALL_CONFIGURATION_H

#include "ofa/Spaces/StaticNetwork.h"
#include "llvm/Support/Error.h"

namespace mlir::ofa {

/// Reads a subnet as Once-for-All publishes it: `net.config`, the structure,
/// and beside it `run.config` with the resolution; `path` is their folder, or
/// the former file. An error names the file, the place in it, and what is
/// expected there. Places of the network's parts are paths in the JSON.
llvm::Expected<StaticNetwork> readConfiguration(StringRef path);

} // namespace mlir::ofa

#endif // OFA_TARGET_ONCEFORALL_CONFIGURATION_H
