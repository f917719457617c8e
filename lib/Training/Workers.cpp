//===- Workers.cpp - Threads that each do their part ----------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workers.h"

#include <utility>

using namespace mlir::ofa::training;

Workers::Workers(int count, std::function<void()> start) {
  for (int i = 0; i < count; ++i)
    threads.emplace_back([this, i, start] { loop(i, start); });
}

Workers::~Workers() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    ending = true;
  }
  wake.notify_all();
  for (std::thread &thread : threads)
    thread.join();
}

void Workers::run(const std::function<void(int)> &newWork) {
  std::unique_lock<std::mutex> lock(mutex);
  work = &newWork;
  running = size();
  ++round;
  wake.notify_all();
  finished.wait(lock, [&] { return running == 0; });
  if (std::exception_ptr thrown = std::exchange(failure, nullptr))
    std::rethrow_exception(thrown);
}

void Workers::loop(int index, const std::function<void()> &start) {
  start();
  uint64_t seen = 0;
  while (true) {
    const std::function<void(int)> *mine;
    {
      std::unique_lock<std::mutex> lock(mutex);
      wake.wait(lock, [&] { return ending || round != seen; });
      if (ending)
        return;
      seen = round;
      mine = work;
    }
    std::exception_ptr thrown;
    try {
      (*mine)(index);
    } catch (...) {
      thrown = std::current_exception();
    }
    std::lock_guard<std::mutex> lock(mutex);
    if (thrown && !failure)
      failure = thrown;
    if (--running == 0)
      finished.notify_all();
  }
}
