//===- Workers.h - Threads that each do their part -------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each worker computes with one OpenMP thread: LibTorch's own parallel loops
// wait for each other hundreds of times a step, and collapse when another job
// takes one of the cores; workers meet once a step.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_WORKERS_H
#define OFA_LIB_TRAINING_WORKERS_H

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mlir::ofa::training {

class Workers {
public:
  /// `start` runs first in every thread.
  Workers(int count, std::function<void()> start);
  ~Workers();

  int size() const { return static_cast<int>(threads.size()); }
  /// Calls `work(0)` to `work(size() - 1)`, each in its own thread, and waits.
  /// An exception of one of them is thrown again here.
  void run(const std::function<void(int)> &work);

private:
  void loop(int index, const std::function<void()> &start);

  std::mutex mutex;
  std::condition_variable wake, finished;
  const std::function<void(int)> *work = nullptr;
  uint64_t round = 0;
  int running = 0;
  bool ending = false;
  std::exception_ptr failure;
  std::vector<std::thread> threads;
};

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_WORKERS_H
