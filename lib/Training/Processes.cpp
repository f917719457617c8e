//===- Processes.cpp - Processes that train together ----------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/Processes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

using namespace mlir::ofa::training;

//===----------------------------------------------------------------------===//
// Environment
//===----------------------------------------------------------------------===//

/// A number of the environment; an error if it is none from `least` to `most`.
static llvm::Error readNumber(const char *name, int least, int most,
                              std::optional<int> &result) {
  const char *text = std::getenv(name);
  if (!text)
    return llvm::Error::success();
  int value = 0;
  if (llvm::StringRef(text).getAsInteger(10, value) || value < least ||
      value > most)
    return llvm::createStringError(llvm::Twine(name) + "='" + text +
                                   "' in the environment: expected a number "
                                   "from " +
                                   llvm::Twine(least) + " to " +
                                   llvm::Twine(most));
  result = value;
  return llvm::Error::success();
}

llvm::Expected<Rendezvous> Rendezvous::fromEnvironment() {
  constexpr int most = 65535;
  std::optional<int> rank, size, port, localRank;
  // torchrun's names, else SLURM's; a SLURM job of one task may have neither.
  for (auto [rankName, sizeName] :
       {std::pair("RANK", "WORLD_SIZE"),
        std::pair("SLURM_PROCID", "SLURM_NTASKS")}) {
    if (rank || size)
      break;
    if (llvm::Error error = readNumber(rankName, 0, most, rank))
      return std::move(error);
    if (llvm::Error error = readNumber(sizeName, 1, most, size))
      return std::move(error);
  }
  if (llvm::Error error = readNumber("MASTER_PORT", 1, most, port))
    return std::move(error);
  for (const char *name : {"LOCAL_RANK", "SLURM_LOCALID"})
    if (!localRank)
      if (llvm::Error error = readNumber(name, 0, most, localRank))
        return std::move(error);
  Rendezvous place;
  place.localRank = localRank.value_or(0);
  place.size = size.value_or(1);
  if (!rank && place.size == 1)
    return place;
  place.rank = rank.value_or(0);
  const char *address = std::getenv("MASTER_ADDR");
  if (!rank || !size || (place.size > 1 && (!address || !port)))
    return llvm::createStringError(
        "training in several processes expects RANK, WORLD_SIZE, MASTER_ADDR "
        "and "
        "MASTER_PORT in the environment (or SLURM's SLURM_PROCID and "
        "SLURM_NTASKS "
        "for the first two), but not all of them are set");
  if (place.rank >= place.size)
    return llvm::createStringError("RANK=" + llvm::Twine(place.rank) +
                                   " in the environment: expected less than "
                                   "WORLD_SIZE=" +
                                   llvm::Twine(place.size));
  if (address)
    place.address = address;
  place.port = static_cast<uint16_t>(port.value_or(0));
  if (const char *agent = std::getenv("TORCHELASTIC_USE_AGENT_STORE"))
    place.isAgentStore = llvm::StringRef(agent) == "True";
  if (const char *restart = std::getenv("TORCHELASTIC_RESTART_COUNT"))
    place.prefix += std::string("/") + restart;
  return place;
}

//===----------------------------------------------------------------------===//
// Processes on this machine
//===----------------------------------------------------------------------===//

/// A port that nobody listens at; somebody could take it before it is used.
static llvm::Expected<int> findFreePort() {
  int handle = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto *generic = reinterpret_cast<sockaddr *>(&address);
  bool isFound = handle >= 0 && ::bind(handle, generic, size) == 0 &&
                 ::getsockname(handle, generic, &size) == 0;
  int error = errno;
  if (handle >= 0)
    ::close(handle);
  if (!isFound)
    return llvm::createStringError(
        llvm::Twine("--workers: no free port on this machine: ") +
        std::strerror(error));
  return ntohs(address.sin_port);
}

static volatile std::sig_atomic_t pendingSignal = 0;
static void keepSignal(int signal) { pendingSignal = signal; }

/// Tells a process who waits for it.
static const char *const parentVariable = "OFA_TRAIN_PARENT";

void mlir::ofa::training::endWithParent() {
#ifdef __linux__
  const char *parent = std::getenv(parentVariable);
  if (!parent)
    return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have gone before.
  if (std::to_string(::getppid()) != parent)
    ::_exit(1);
#endif
}

llvm::Expected<int>
mlir::ofa::training::runLocalProcesses(int count,
                                       llvm::ArrayRef<std::string> arguments) {
  llvm::Expected<int> port = findFreePort();
  if (!port)
    return port.takeError();
  ::setenv("WORLD_SIZE", std::to_string(count).c_str(), 1);
  ::setenv("MASTER_ADDR", "127.0.0.1", 1);
  ::setenv("MASTER_PORT", std::to_string(*port).c_str(), 1);
  ::setenv(parentVariable, std::to_string(::getpid()).c_str(), 1);

  struct sigaction action = {}; // Without SA_RESTART: waiting must end.
  action.sa_handler = keepSignal;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);

  std::vector<char *> argv;
  for (const std::string &argument : arguments)
    argv.push_back(const_cast<char *>(argument.c_str()));
  argv.push_back(nullptr);
  std::vector<pid_t> running;
  auto signalAll = [&](int signal) {
    for (pid_t process : running)
      ::kill(process, signal);
  };
  for (int rank = 0; rank < count; ++rank) {
    ::setenv("RANK", std::to_string(rank).c_str(), 1);
    ::setenv("LOCAL_RANK", std::to_string(rank).c_str(), 1);
    pid_t process = 0;
    if (int error = ::posix_spawn(&process, "/proc/self/exe", nullptr, nullptr,
                                  argv.data(), environ)) {
      signalAll(SIGKILL);
      return llvm::createStringError(
          llvm::Twine("--workers: cannot start a process: ") +
          std::strerror(error));
    }
    running.push_back(process);
  }

  int failure = 0;
  while (!running.empty()) {
    int status = 0;
    pid_t ended = ::waitpid(-1, &status, 0);
    if (ended < 0 && errno == EINTR) {
      signalAll(pendingSignal);
      continue;
    }
    llvm::erase(running, ended);
    int result =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (result == 0 || failure)
      continue;
    failure = result;
    // The others would wait for it. Those that were stopped end on their own.
    if (!pendingSignal)
      signalAll(SIGKILL);
  }
  return failure;
}
