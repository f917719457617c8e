//===- NetworkText.h - Networks for tests, from text ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TEST_UNIT_EXECUTION_NETWORKTEXT_H
#define OFA_TEST_UNIT_EXECUTION_NETWORKTEXT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "ofa/Execution/Executor.h"
#include <random>

namespace mlir::ofa {

/// A module parsed from text, with its only function and an executor of it.
class Network {
public:
  /// `body` is what stands in the module. Test failure where it does not parse.
  Network(MLIRContext &context, const std::string &body);

  func::FuncOp getFunction();
  Executor &getExecutor() { return *executor; }

  OwningOpRef<ModuleOp> module;

private:
  std::unique_ptr<Executor> executor;
};

/// A context with the dialects loaded and `threads` threads (1: none but the
/// caller's).
std::unique_ptr<MLIRContext> makeContext(unsigned threads = 1);

/// Elements as a hexadecimal string for `dense<"0x...">`.
template <typename T>
std::string toHex(ArrayRef<T> values);

/// Numbers that are the same everywhere.
class Numbers {
public:
  explicit Numbers(unsigned seed) : engine(seed) {}
  int64_t between(int64_t low, int64_t high) {
    return low + int64_t(engine() % uint64_t(high - low + 1));
  }
  /// In [-1, 1], a multiple of 2^-10.
  float real() { return float(between(-1024, 1024)) / 1024; }
  std::vector<float> reals(size_t count);
  std::vector<int8_t> ints(size_t count, int low = -128, int high = 127);

private:
  std::mt19937 engine;
};

} // namespace mlir::ofa

#endif // OFA_TEST_UNIT_EXECUTION_NETWORKTEXT_H
