//===- RunReport.cpp - Results for people ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunReport.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

static ArrayRef<uint8_t> getOutput(const NetworkSpec &spec,
                                   const RunResult &result, int64_t index) {
  int64_t bytes = spec.output.getNumBytes();
  return ArrayRef(result.outputs).slice(index * bytes, bytes);
}

/// The position of the largest element; the first of equals.
static int64_t findLargest(const TensorSpec &spec, ArrayRef<uint8_t> bytes) {
  int64_t best = 0;
  for (int64_t i = 1; i < spec.getNumElements(); ++i)
    if (spec.getReal(bytes, i) > spec.getReal(bytes, best))
      best = i;
  return best;
}

static std::string getClassName(const NetworkSpec &spec, int64_t index) {
  return index < int64_t(spec.classNames.size()) ? spec.classNames[index]
                                                 : "#" + std::to_string(index);
}

static void printPredictions(const NetworkSpec &spec, const RunInputs &inputs,
                             const RunResult &result) {
  size_t width = 0;
  for (const std::string &name : inputs.names)
    width = std::max(width, name.size());
  for (int64_t i = 0; i < inputs.size(); ++i) {
    ArrayRef<uint8_t> output = getOutput(spec, result, i);
    int64_t best = findLargest(spec.output, output);
    llvm::outs() << llvm::left_justify(inputs.names[i], width) << "  "
                 << getClassName(spec, best) << "  "
                 << llvm::format("%.4f", spec.output.getReal(output, best))
                 << '\n';
  }
}

void ofa::printResult(Engine &engine, const RunInputs &inputs,
                      const RunResult &result) {
  const NetworkSpec &spec = engine.getSpec();
  if (inputs.labels.empty()) {
    printPredictions(spec, inputs, result);
  } else {
    int64_t correct = 0;
    for (int64_t i = 0; i < inputs.size(); ++i)
      correct += findLargest(spec.output, getOutput(spec, result, i)) ==
                 inputs.labels[i];
    llvm::outs() << "accuracy: " << correct << " of " << inputs.size()
                 << " images, "
                 << llvm::format("%.2f %%", 100.0 * correct / inputs.size())
                 << '\n';
  }
  llvm::outs() << "engine: " << engine.describe() << '\n';
  if (result.instructions)
    llvm::outs() << "instructions per inference: " << *result.instructions
                 << '\n';
  if (result.stackBytes)
    llvm::outs() << "stack: " << *result.stackBytes << " bytes\n";
}

/// The first position where two byte strings differ, or -1.
static int64_t findDifference(ArrayRef<uint8_t> a, ArrayRef<uint8_t> b) {
  for (size_t i = 0; i != std::min(a.size(), b.size()); ++i)
    if (a[i] != b[i])
      return i;
  return a.size() == b.size() ? -1 : std::min(a.size(), b.size());
}

LogicalResult ofa::checkGolden(Engine &engine, ArrayRef<std::string> inputs,
                               ArrayRef<std::string> outputs) {
  const NetworkSpec &spec = engine.getSpec();
  auto fail = [](llvm::Error error) {
    llvm::errs() << "ofa-run: error: " << llvm::toString(std::move(error))
                 << '\n';
    return failure();
  };
  int64_t vectors = 0;
  for (auto [inputPath, outputPath] : llvm::zip(inputs, outputs)) {
    auto input = readTensorFile(spec.input, inputPath);
    if (!input)
      return fail(input.takeError());
    auto expected = readTensorFile(spec.output, outputPath);
    if (!expected)
      return fail(expected.takeError());
    size_t count = input->size() / spec.input.getNumBytes();
    size_t expectedCount = expected->size() / spec.output.getNumBytes();
    if (expectedCount != count) {
      llvm::errs() << "ofa-run: error: " << outputPath << ": expects " << count
                   << " outputs, one for each input, but has " << expectedCount
                   << '\n';
      return failure();
    }
    FailureOr<RunResult> result = engine.run(*input);
    if (failed(result))
      return failure();
    int64_t place = findDifference(result->outputs, *expected);
    if (place >= 0) {
      int64_t bytes = spec.output.getNumBytes();
      llvm::errs() << "ofa-run: error: " << outputPath << ": output "
                   << place / bytes << " differs at byte " << place % bytes
                   << " (" << engine.describe() << ")\n";
      return failure();
    }
    vectors += expected->size() / spec.output.getNumBytes();
  }
  llvm::outs() << vectors << " golden vectors equal, byte for byte\nengine: "
               << engine.describe() << '\n';
  return success();
}

/// Largest difference of two tensors as real numbers, and the largest number of
/// the first.
static std::pair<double, double> measureDifference(const TensorSpec &specA,
                                                   ArrayRef<uint8_t> a,
                                                   const TensorSpec &specB,
                                                   ArrayRef<uint8_t> b) {
  double difference = 0, magnitude = 0;
  for (int64_t i = 0; i < specA.getNumElements(); ++i) {
    double value = specA.getReal(a, i);
    difference = std::max(difference, std::fabs(value - specB.getReal(b, i)));
    magnitude = std::max(magnitude, std::fabs(value));
  }
  return {difference, magnitude};
}

static void compareLayers(Engine &engine, Engine &other,
                          ArrayRef<uint8_t> input) {
  std::vector<LayerResult> layers = engine.runLayers(input);
  std::vector<LayerResult> others = other.runLayers(input);
  for (const LayerResult &layer : layers) {
    auto match = llvm::find_if(others, [&](const LayerResult &candidate) {
      return candidate.name == layer.name &&
             candidate.spec.getNumElements() == layer.spec.getNumElements();
    });
    if (match == others.end())
      continue;
    auto [difference, magnitude] = measureDifference(
        layer.spec, layer.bytes, match->spec, match->bytes);
    llvm::outs() << "  " << layer.name << ": largest difference "
                 << llvm::format("%.6g", difference) << " of "
                 << llvm::format("%.6g", magnitude) << '\n';
  }
}

LogicalResult ofa::compareEngines(Engine &engine, Engine &other,
                                  const RunInputs &inputs) {
  const NetworkSpec &a = engine.getSpec(), &b = other.getSpec();
  if (a.input.getNumBytes() != b.input.getNumBytes() ||
      a.output.getNumElements() != b.output.getNumElements()) {
    llvm::errs() << "ofa-run: error: expects two networks of one shape, but got "
                 << a.input.describe() << " to " << a.output.describe()
                 << " and " << b.input.describe() << " to "
                 << b.output.describe() << '\n';
    return failure();
  }
  FailureOr<RunResult> result = engine.run(inputs.bytes);
  FailureOr<RunResult> otherResult = other.run(inputs.bytes);
  if (failed(result) || failed(otherResult))
    return failure();
  llvm::outs() << "first: " << engine.describe() << "\nsecond: "
               << other.describe() << '\n';
  compareLayers(engine, other,
                ArrayRef(inputs.bytes).take_front(a.input.getNumBytes()));
  int64_t agree = 0;
  double difference = 0;
  for (int64_t i = 0; i < inputs.size(); ++i) {
    ArrayRef<uint8_t> output = getOutput(a, *result, i);
    ArrayRef<uint8_t> otherOutput = getOutput(b, *otherResult, i);
    difference = std::max(
        difference,
        measureDifference(a.output, output, b.output, otherOutput).first);
    agree += findLargest(a.output, output) == findLargest(b.output, otherOutput);
  }
  llvm::outs() << "same class: " << agree << " of " << inputs.size()
               << " images; largest difference of an output: "
               << llvm::format("%.6g", difference) << '\n';
  if (a.output.kind != b.output.kind)
    return success();
  int64_t place = findDifference(result->outputs, otherResult->outputs);
  if (place < 0) {
    llvm::outs() << "all outputs equal, byte for byte\n";
    return success();
  }
  llvm::errs() << "ofa-run: error: image " << place / a.output.getNumBytes()
               << " differs at byte " << place % a.output.getNumBytes() << '\n';
  return failure();
}
