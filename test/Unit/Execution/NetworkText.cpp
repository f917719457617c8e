//===- NetworkText.cpp - Networks for tests, from text --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkText.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Parser/Parser.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ThreadPool.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::ofa;

Network::Network(MLIRContext &context, const std::string &body) {
  module = parseSourceString<ModuleOp>(body, &context);
  EXPECT_TRUE(module) << body.substr(0, 2000);
  if (!module)
    return;
  FailureOr<std::unique_ptr<Executor>> made = Executor::create(getFunction());
  EXPECT_TRUE(succeeded(made));
  if (succeeded(made))
    executor = std::move(*made);
}

func::FuncOp Network::getFunction() {
  return *module->getOps<func::FuncOp>().begin();
}

std::unique_ptr<MLIRContext> ofa::makeContext(unsigned threads) {
  auto context =
      std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED);
  if (threads > 1) {
    // Owned by the process: a pool must outlive its context.
    static llvm::DefaultThreadPool pool(llvm::hardware_concurrency(4));
    context->setThreadPool(pool);
  }
  context->loadDialect<OFADialect, func::FuncDialect, quant::QuantDialect>();
  return context;
}

template <typename T>
std::string ofa::toHex(ArrayRef<T> values) {
  return "0x" +
         llvm::toHex(StringRef(reinterpret_cast<const char *>(values.data()),
                               values.size() * sizeof(T)));
}
template std::string ofa::toHex(ArrayRef<float>);
template std::string ofa::toHex(ArrayRef<int8_t>);
template std::string ofa::toHex(ArrayRef<int32_t>);

std::vector<float> Numbers::reals(size_t count) {
  std::vector<float> values(count);
  for (float &value : values)
    value = real();
  return values;
}

std::vector<int8_t> Numbers::ints(size_t count, int low, int high) {
  std::vector<int8_t> values(count);
  for (int8_t &value : values)
    value = int8_t(between(low, high));
  return values;
}
