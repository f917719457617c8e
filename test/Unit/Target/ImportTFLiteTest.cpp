//===- ImportTFLiteTest.cpp - Damaged models ------------------------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever the bytes are, an import gives a module that verifies or one
// diagnostic: thousands of damaged copies of the models that stand as JSON in
// test/Target/TFLite/Inputs.
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/TFLite/ImportTFLite.h"
#include "tflite_generated.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace mlir::ofa;
namespace schema = mlir::ofa::tflite::schema;

namespace {

/// Imports bytes and counts what is reported.
class ImportTFLite : public ::testing::Test {
protected:
  ImportTFLite() : context(MLIRContext::Threading::DISABLED) {
    context.loadDialect<OFADialect, func::FuncDialect, quant::QuantDialect>();
    std::error_code error;
    for (llvm::sys::fs::directory_iterator file(OFA_TFLITE_MODELS, error), end;
         file != end && !error; file.increment(error)) {
      auto buffer = llvm::MemoryBuffer::getFile(file->path());
      EXPECT_TRUE(bool(buffer)) << file->path();
      if (buffer)
        models[llvm::sys::path::stem(file->path()).str()] =
            (*buffer)->getBuffer().str();
    }
  }

  /// Whether the bytes are a model. Failure of the test unless there is a
  /// module that verifies and no diagnostic, or one error and no module.
  bool import(StringRef bytes) {
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy(bytes, "model.tflite");
    SmallVector<std::string> errors;
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      errors.push_back(diagnostic.str());
    });
    OwningOpRef<ModuleOp> module = importTFLite(*buffer, {}, context);
    if (module) {
      EXPECT_TRUE(succeeded(verify(*module)));
      EXPECT_TRUE(errors.empty()) << errors.front();
      return true;
    }
    EXPECT_EQ(errors.size(), 1u) << llvm::join(errors, "\n");
    lastError = errors.empty() ? "" : errors.front();
    return false;
  }

  MLIRContext context;
  std::map<std::string, std::string> models;
  std::string lastError;
};

TEST_F(ImportTFLite, Whole) {
  EXPECT_GE(models.size(), 6u);
  for (auto &[name, bytes] : models)
    EXPECT_TRUE(import(bytes)) << name << ": " << lastError;
}

TEST_F(ImportTFLite, Cut) {
  for (StringRef name : {"names", "layers"}) {
    StringRef model = models[name.str()];
    for (size_t size = 0; size < model.size(); ++size)
      EXPECT_FALSE(import(model.take_front(size))) << name.str() << " " << size;
  }
}

TEST_F(ImportTFLite, FlippedBits) {
  constexpr unsigned rounds = 5000;
  std::mt19937 random(1);
  unsigned accepted = 0;
  for (auto &[name, model] : models)
    for (unsigned round = 0; round < rounds; ++round) {
      std::string bytes = model;
      for (unsigned flips = random() % 4 + 1; flips != 0; --flips)
        bytes[random() % bytes.size()] ^= 1 << random() % 8;
      accepted += import(bytes);
    }
  // Bits of elements and names may change; those of tables may not.
  EXPECT_GT(accepted, 0u);
  EXPECT_LT(accepted, rounds * models.size() / 2);
}

TEST_F(ImportTFLite, ReplacedWords) {
  for (auto &[name, model] : models)
    for (size_t place = 0; place + 4 <= model.size(); place += 4)
      for (uint32_t word : {0u, 1u, 0x40u, 0x7fffffffu, 0x80000000u, ~0u}) {
        std::string bytes = model;
        memcpy(&bytes[place], &word, sizeof(word));
        import(bytes);
      }
}

template <typename T>
using Offsets = std::vector<flatbuffers::Offset<T>>;

std::string finish(flatbuffers::FlatBufferBuilder &builder,
                   schema::BuiltinOperator code,
                   const Offsets<schema::SubGraph> &graphs) {
  auto buffers = builder.CreateVector(
      Offsets<schema::Buffer>{schema::CreateBuffer(builder)});
  auto codes = builder.CreateVector(Offsets<schema::OperatorCode>{
      schema::CreateOperatorCode(builder, 0, 0, 1, code)});
  schema::FinishModelBuffer(
      builder, schema::CreateModel(builder, 3, codes,
                                   builder.CreateVector(graphs), 0, buffers));
  return std::string(reinterpret_cast<char *>(builder.GetBufferPointer()),
                     builder.GetSize());
}

/// A chain of `count` tensors that share one name.
std::string makeSharedNames(size_t count, size_t nameSize) {
  flatbuffers::FlatBufferBuilder builder;
  auto list = [&](int32_t element) {
    return builder.CreateVector(std::vector<int32_t>{element});
  };
  auto name = builder.CreateString(std::string(nameSize, 'x'));
  Offsets<schema::Tensor> tensors(
      count, schema::CreateTensor(builder, list(1), schema::TensorType::FLOAT32,
                                  0, name));
  Offsets<schema::Operator> operators;
  for (size_t i = 1; i < count; ++i)
    operators.push_back(
        schema::CreateOperator(builder, 0, list(i - 1), list(i)));
  auto graph =
      schema::CreateSubGraph(builder, builder.CreateVector(tensors), list(0),
                             list(count - 1), builder.CreateVector(operators));
  return finish(builder, schema::BuiltinOperator::RELU, {graph});
}

/// A model that calls `count` graphs, which are one graph of as many outputs.
std::string makeSharedGraphs(size_t count) {
  flatbuffers::FlatBufferBuilder builder;
  Offsets<schema::Operator> operators;
  for (size_t i = 1; i <= count; ++i)
    operators.push_back(schema::CreateOperator(
        builder, 0, 0, 0, schema::BuiltinOptions::CallOnceOptions,
        schema::CreateCallOnceOptions(builder, i).Union()));
  auto tensors =
      builder.CreateVector(Offsets<schema::Tensor>{schema::CreateTensor(
          builder, builder.CreateVector(std::vector<int32_t>{0}))});
  Offsets<schema::SubGraph> graphs(
      count + 1, schema::CreateSubGraph(
                     builder, tensors, 0,
                     builder.CreateVector(std::vector<int32_t>(count, 0))));
  graphs.front() =
      schema::CreateSubGraph(builder, 0, 0, 0, builder.CreateVector(operators));
  return finish(builder, schema::BuiltinOperator::CALL_ONCE, graphs);
}

// Tables that refer to one part many times would take memory that is in no
// proportion to the file: 40 MB and 800 MB here.
TEST_F(ImportTFLite, SharedParts) {
  EXPECT_TRUE(import(makeSharedNames(1000, 10))) << lastError;
  EXPECT_FALSE(import(makeSharedGraphs(10))) << lastError;
  EXPECT_EQ(lastError, "expects inputs of the graph, but it has none");
  for (const std::string &model :
       {makeSharedNames(10000, 4000), makeSharedGraphs(10000)}) {
    EXPECT_FALSE(import(model));
    EXPECT_EQ(lastError,
              "expects parts of its own for each tensor and operator, but its "
              "tables refer to the same ones too often");
  }
}

} // namespace
