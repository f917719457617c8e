//===- Golden.cpp - Comparison with golden vectors ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Golden.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

static LogicalResult fail(const llvm::Twine &message) {
  llvm::errs() << "ofa-run: error: " << message << '\n';
  return failure();
}

static int64_t getElementBytes(const TensorSpec &spec) {
  return spec.kind == ElementKind::F32 ? 4 : 1;
}

/// The first element that is wrong, or -1.
static int64_t findWrongElement(const TensorSpec &spec,
                                ArrayRef<uint8_t> expected,
                                ArrayRef<uint8_t> actual, double tolerance) {
  int64_t count = spec.getNumElements(), size = getElementBytes(spec);
  double allowed = 0;
  if (spec.kind == ElementKind::F32)
    for (int64_t i = 0; i < count; ++i)
      allowed = std::max(allowed,
                         tolerance * std::fabs(spec.getReal(expected, i)));
  for (int64_t i = 0; i < count; ++i) {
    if (expected.slice(i * size, size) == actual.slice(i * size, size))
      continue;
    double distance =
        std::fabs(spec.getReal(expected, i) - spec.getReal(actual, i));
    // Written so that a difference that is not a number is wrong.
    if (!(allowed > 0 && distance <= allowed))
      return i;
  }
  return -1;
}

/// An element as it stands in memory.
static std::string getValueText(const TensorSpec &spec, ArrayRef<uint8_t> bytes,
                                int64_t element) {
  if (spec.kind == ElementKind::U8)
    return std::to_string(bytes[element]);
  if (spec.kind == ElementKind::S8)
    return std::to_string(static_cast<int8_t>(bytes[element]));
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::format("%.9g", spec.getReal(bytes, element));
  return text;
}

/// "differs at element 4 (byte 4): expected -3, got 5"
static std::string describeDifference(const TensorSpec &spec,
                                      ArrayRef<uint8_t> expected,
                                      ArrayRef<uint8_t> actual,
                                      int64_t element) {
  int64_t byte = element * getElementBytes(spec);
  while (expected[byte] == actual[byte])
    ++byte;
  return "differs at element " + std::to_string(element) + " (byte " +
         std::to_string(byte) + "): expected " +
         getValueText(spec, expected, element) + ", got " +
         getValueText(spec, actual, element);
}

static std::string describeTolerance(double tolerance) {
  std::string text = "byte for byte";
  if (tolerance > 0) {
    text = "floats within ";
    llvm::raw_string_ostream(text)
        << llvm::format("%g", tolerance) << " of the largest magnitude";
  }
  return text;
}

static LogicalResult compareOutputs(Engine &engine,
                                    const TensorVectors &expected,
                                    ArrayRef<uint8_t> actual,
                                    double tolerance) {
  ArrayRef<uint8_t> golden = expected.bytes;
  for (int64_t vector = 0; vector < expected.size(); ++vector)
    for (const TensorSpec &spec : engine.getSpec().outputs) {
      int64_t bytes = spec.getNumBytes();
      ArrayRef<uint8_t> wanted = golden.take_front(bytes);
      ArrayRef<uint8_t> found = actual.take_front(bytes);
      int64_t element = findWrongElement(spec, wanted, found, tolerance);
      if (element >= 0)
        return fail("output '" + spec.name + "' of vector " + Twine(vector) +
                    " (" + expected.names[vector] + ") " +
                    describeDifference(spec, wanted, found, element) + " (" +
                    engine.describe() + ")");
      golden = golden.drop_front(bytes);
      actual = actual.drop_front(bytes);
    }
  return success();
}

LogicalResult ofa::checkGolden(Engine &engine, const GoldenOptions &options) {
  const NetworkSpec &spec = engine.getSpec();
  auto inputs = readTensorFiles(spec.inputs, options.inputs, "--golden-input");
  if (!inputs)
    return fail(llvm::toString(inputs.takeError()));
  auto expected =
      readTensorFiles(spec.outputs, options.outputs, "--golden-output");
  if (!expected)
    return fail(llvm::toString(expected.takeError()));
  if (inputs->size() != expected->size())
    return fail("expects as many vectors of --golden-output as of "
                "--golden-input, but got " +
                Twine(expected->size()) + " and " + Twine(inputs->size()));
  FailureOr<RunResult> result = engine.run(inputs->bytes);
  if (failed(result) ||
      failed(compareOutputs(engine, *expected, result->outputs,
                            options.tolerance)))
    return failure();
  llvm::outs() << inputs->size() << " golden vectors equal, "
               << describeTolerance(options.tolerance)
               << "\nengine: " << engine.describe() << '\n';
  return success();
}
