//===- Group.cpp - Threads and processes that train together --------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Group.h"

#ifdef OFA_HAVE_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif
#ifdef OFA_HAVE_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <cstdlib>

using namespace mlir::ofa::training;

struct Group::Processes {
#ifdef OFA_HAVE_GLOO
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
#endif
#ifdef OFA_HAVE_NCCL
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl;
#endif

  /// Calls `action` with the group for the tensor's memory, and the tensor.
  template <typename Action>
  void run(at::Tensor &tensor, Action action) {
#ifdef OFA_HAVE_NCCL
    if (tensor.is_cuda())
      return action(*nccl, tensor);
#endif
#ifdef OFA_HAVE_GLOO
    at::Tensor host = tensor.cpu();
    action(*gloo, host);
    if (!tensor.is_cpu())
      tensor.copy_(host);
#endif
  }
};

Group::Group(int threads) : numThreads(threads), parts(threads) {}
Group::~Group() = default;

#ifdef OFA_HAVE_GLOO
/// How long the others are waited for: one may be measuring, or reading images.
static constexpr std::chrono::minutes patience{30};

static std::shared_ptr<gloo::transport::Device>
makeDevice(const Rendezvous &place) {
  using c10d::ProcessGroupGloo;
  if (const char *interface = std::getenv("GLOO_SOCKET_IFNAME"))
    return ProcessGroupGloo::createDeviceForInterface(interface);
  // The host's own name need not lead anywhere.
  if (place.address == "127.0.0.1" || place.address == "localhost")
    return ProcessGroupGloo::createDeviceForHostname("127.0.0.1");
  return ProcessGroupGloo::createDefaultDevice();
}
#endif

llvm::Expected<std::unique_ptr<Group>> Group::join(const Rendezvous &place,
                                                   int threads) {
  auto group = std::make_unique<Group>(threads);
  group->localRank = place.localRank;
  if (place.size == 1)
    return std::move(group);
#ifdef OFA_HAVE_GLOO
  group->rank = place.rank;
  group->numProcesses = place.size;
  try {
    c10d::TCPStoreOptions options;
    options.port = place.port;
    options.isServer = place.rank == 0 && !place.isAgentStore;
    if (!place.isAgentStore)
      options.numWorkers = place.size;
    auto store = c10::make_intrusive<c10d::PrefixStore>(
        place.prefix,
        c10::make_intrusive<c10d::TCPStore>(place.address, options));
    auto settings = c10d::ProcessGroupGloo::Options::create(patience);
    settings->devices.push_back(makeDevice(place));
    group->processes = std::make_unique<Processes>();
    group->processes->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(
        store, place.rank, place.size, settings);
#ifdef OFA_HAVE_NCCL
    if (at::hasCUDA())
      group->processes->nccl = c10::make_intrusive<c10d::ProcessGroupNCCL>(
          store, place.rank, place.size);
#endif
  } catch (const std::exception &exception) {
    return llvm::createStringError(
        "cannot meet the other processes at " + llvm::Twine(place.address) +
        ":" + llvm::Twine(place.port) + ": " +
        llvm::StringRef(exception.what()).split('\n').first);
  }
  return std::move(group);
#else
  return llvm::createStringError(
      "this ofa-train was built without gloo's headers (Debian: libgloo-dev) "
      "and "
      "trains in one process; expected WORLD_SIZE=1");
#endif
}

void Group::addProcesses(at::Tensor &tensor) {
  if (processes)
    processes->run(tensor, [](auto &backend, at::Tensor &own) {
      std::vector<at::Tensor> tensors = {own};
      backend.allreduce(tensors)->wait();
    });
}

void Group::broadcast(at::Tensor &tensor) {
  if (processes)
    processes->run(tensor, [](auto &backend, at::Tensor &own) {
      std::vector<at::Tensor> tensors = {own};
      backend.broadcast(tensors)->wait();
    });
}

void Group::addParts(int thread, at::Tensor &tensor) {
  std::unique_lock<std::mutex> lock(mutex);
  parts[thread] = tensor;
  uint64_t mine = round;
  if (++arrived == numThreads) {
    // The others wait; they must hear of a failure, too.
    try {
      sum = parts[0].clone();
      for (int other = 1; other < numThreads; ++other)
        sum += parts[other];
      addProcesses(sum);
    } catch (...) {
      failure = std::current_exception();
    }
    arrived = 0;
    ++round;
    wake.notify_all();
  } else {
    wake.wait(lock, [&] { return round != mine; });
  }
  if (failure)
    std::rethrow_exception(failure);
  // The next round cannot end, and change it, without this thread's part.
  tensor = sum;
}
