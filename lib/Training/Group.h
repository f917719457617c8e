//===- Group.h - Threads and processes that train together ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every process trains on its part of each batch, every thread of it on a part
// of that. Sums over processes go through c10d: a TCPStore to find each other,
// gloo to add, nccl for tensors on GPUs. All see the same bits, so that their
// weights stay alike.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_GROUP_H
#define OFA_LIB_TRAINING_GROUP_H

#include "Torch.h"
#include "ofa/Training/Processes.h"

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>

namespace mlir::ofa::training {

class Group {
public:
  /// One process of `threads` threads.
  explicit Group(int threads);
  ~Group();

  /// Meets the other processes; waits for them up to the store's time limit.
  /// Errors: nobody there, no gloo in this build.
  static llvm::Expected<std::unique_ptr<Group>> join(const Rendezvous &place,
                                                     int threads);

  int getRank() const { return rank; }
  int getNumProcesses() const { return numProcesses; }
  bool isFirst() const { return rank == 0; }
  int getLocalRank() const { return localRank; }
  int getNumThreads() const { return numThreads; }
  /// Threads of all processes.
  int getNumParts() const { return numProcesses * numThreads; }
  int getPart(int thread) const { return rank * numThreads + thread; }

  /// Replaces `tensor` by the sum over all processes. One thread calls it.
  void addProcesses(at::Tensor &tensor);
  /// Replaces `tensor` by that of the first process.
  void broadcast(at::Tensor &tensor);
  /// Replaces `tensor` by the sum over all threads of all processes, in their
  /// order. All threads call it, as often and in the same order.
  void addParts(int thread, at::Tensor &tensor);

private:
  struct Processes; // c10d's process group
  std::unique_ptr<Processes> processes;
  int rank = 0, localRank = 0, numProcesses = 1, numThreads;

  // What the threads meet at.
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<at::Tensor> parts;
  at::Tensor sum;
  int arrived = 0;
  uint64_t round = 0;
  std::exception_ptr failure;
};

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_GROUP_H
