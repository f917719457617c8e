//===- Processes.h - Processes that train together --------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_PROCESSES_H
#define OFA_TRAINING_PROCESSES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace mlir::ofa::training {

/// Where the processes of a run meet, and which one this is.
struct Rendezvous {
  int rank = 0;
  int size = 1;
  /// Among the processes of this machine: which GPU is this one's.
  int localRank = 0;
  /// Of the store that the first process opens; all others connect to it.
  std::string address;
  uint16_t port = 0;
  /// The store is torchrun's, and the first process connects as well.
  bool isAgentStore = false;
  /// What a restart of the same run may not see.
  std::string prefix = "ofa-train";

  /// From RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, or SLURM's variables
  /// with the latter two; one process without any of them. Errors: some are
  /// missing, or no numbers that fit.
  static llvm::Expected<Rendezvous> fromEnvironment();
};

/// Runs `count` copies of this program with the arguments on this machine, each
/// with its RANK, and waits for them. Where one fails, the others are ended.
/// Termination signals are handed on. Returns the first failure's exit status,
/// or 0.
llvm::Expected<int> runLocalProcesses(int count,
                                      llvm::ArrayRef<std::string> arguments);

/// In a process of `runLocalProcesses`: be killed as soon as the one that waits
/// for it is, also by `kill -9`, so that none trains on unseen (Linux only). In
/// others: nothing.
void endWithParent();

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_PROCESSES_H
