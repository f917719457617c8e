//===- Threads.h - Work that falls into independent parts ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DATA_THREADS_H
#define OFA_LIB_DATA_THREADS_H

#include "llvm/ADT/STLFunctionalExtras.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace mlir::ofa {

/// Calls `work(i)` for each i in [0, count), in any order, on `threads` threads
/// (0: one per core, at most 16).
inline void forEachInParallel(int64_t count, unsigned threads,
                              llvm::function_ref<void(int64_t)> work) {
  if (threads == 0)
    threads = std::clamp(std::thread::hardware_concurrency(), 1u, 16u);
  std::atomic<int64_t> next{0};
  std::vector<std::thread> running;
  for (unsigned t = 0; t < threads; ++t)
    running.emplace_back([&] {
      for (int64_t i = next++; i < count; i = next++)
        work(i);
    });
  for (std::thread &thread : running)
    thread.join();
}

} // namespace mlir::ofa

#endif // OFA_LIB_DATA_THREADS_H
