//===- Golden.cpp - Comparison with golden vectors ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Golden.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
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
      allowed =
          std::max(allowed, tolerance * std::fabs(spec.getReal(expected, i)));
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

//===----------------------------------------------------------------------===//
// Layer by layer
//===----------------------------------------------------------------------===//

/// The file in `folder` with the golden tensor of `layer`; empty if there is
/// none.
static std::string findTensor(StringRef folder, const LayerResult &layer) {
  std::vector<std::string> names;
  if (layer.sourceTensor) {
    std::string name;
    llvm::raw_string_ostream(name)
        << llvm::format("t%03lld_v00.bin", (long long)*layer.sourceTensor);
    names.push_back(name);
  }
  names.push_back(layer.spec.name + ".bin");
  for (const std::string &name : names) {
    SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    if (llvm::sys::fs::exists(path))
      return path.str().str();
  }
  return "";
}

/// "equal", or what is wrong; whether it is, in `differs`.
static llvm::Expected<std::string> compareLayer(const LayerResult &layer,
                                                const GoldenOptions &options,
                                                bool &differs) {
  std::string path = findTensor(options.tensorFolder, layer);
  if (path.empty())
    return "no file";
  auto expected = readTensorFiles(layer.spec, path, "--tensors");
  if (!expected)
    return expected.takeError();
  if (expected->size() != 1)
    return llvm::createStringError(path + ": expects one tensor, but has " +
                                   Twine(expected->size()));
  int64_t element = findWrongElement(layer.spec, expected->bytes, layer.bytes,
                                     options.tolerance);
  differs = element >= 0;
  return differs ? describeDifference(layer.spec, expected->bytes, layer.bytes,
                                      element)
                 : "equal";
}

/// Prints a line for each layer of the first vector; fails after a diagnostic
/// that names the first layer that differs.
static LogicalResult checkLayers(Engine &engine, ArrayRef<uint8_t> vector,
                                 const GoldenOptions &options) {
  if (!llvm::sys::fs::is_directory(options.tensorFolder))
    return fail("--tensors: '" + options.tensorFolder + "' is no folder");
  FailureOr<std::vector<LayerResult>> layers = engine.runLayers(vector);
  if (failed(layers))
    return failure();
  std::string first;
  int64_t wrong = 0, compared = 0;
  for (const LayerResult &layer : *layers) {
    bool differs = false;
    auto text = compareLayer(layer, options, differs);
    if (!text)
      return fail(llvm::toString(text.takeError()));
    llvm::outs() << "  " << layer.spec.name;
    if (layer.sourceTensor)
      llvm::outs() << " (tensor " << *layer.sourceTensor << ")";
    llvm::outs() << ": " << *text << '\n';
    wrong += differs;
    compared += *text != "no file";
    if (differs && first.empty())
      first = layer.spec.name;
  }
  if (compared == 0)
    return fail("--tensors: no file in '" + options.tensorFolder +
                "' belongs to a layer");
  if (wrong == 0)
    return success();
  return fail(Twine(wrong) +
              (wrong == 1 ? " layer differs" : " layers differ") +
              ", the first is '" + first + "' (" + engine.describe() + ")");
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
  ArrayRef<uint8_t> first =
      ArrayRef(inputs->bytes).take_front(getVectorBytes(spec.inputs));
  bool layersAreRight = options.tensorFolder.empty() ||
                        succeeded(checkLayers(engine, first, options));
  FailureOr<RunResult> result = engine.run(inputs->bytes);
  if (failed(result) ||
      failed(compareOutputs(engine, *expected, result->outputs,
                            options.tolerance)))
    return failure();
  llvm::outs() << inputs->size() << " golden vectors equal, "
               << describeTolerance(options.tolerance)
               << "\nengine: " << engine.describe() << '\n';
  return success(layersAreRight);
}
