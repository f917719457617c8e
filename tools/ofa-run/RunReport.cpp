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

/// Output `output` of vector `vector`.
static ArrayRef<uint8_t> getOutput(const NetworkSpec &spec,
                                   const RunResult &result, int64_t vector,
                                   size_t output) {
  ArrayRef<TensorSpec> outputs = spec.outputs;
  return ArrayRef(result.outputs)
      .slice(vector * getVectorBytes(outputs) +
                 getVectorBytes(outputs.take_front(output)),
             outputs[output].getNumBytes());
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
    llvm::outs() << llvm::left_justify(inputs.names[i], width);
    for (auto [index, tensor] : llvm::enumerate(spec.outputs)) {
      ArrayRef<uint8_t> output = getOutput(spec, result, i, index);
      int64_t best = findLargest(tensor, output);
      llvm::outs() << "  ";
      if (spec.outputs.size() > 1)
        llvm::outs() << tensor.name << ": ";
      llvm::outs() << getClassName(spec, best) << "  "
                   << llvm::format("%.4f", tensor.getReal(output, best));
    }
    llvm::outs() << '\n';
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
      correct += findLargest(spec.outputs.front(),
                             getOutput(spec, result, i, 0)) == inputs.labels[i];
    llvm::outs() << "accuracy: " << correct << " of " << inputs.size()
                 << " images, "
                 << llvm::format("%.2f %%", 100.0 * correct / inputs.size())
                 << '\n';
  }
  llvm::outs() << "engine: " << engine.describe() << '\n';
  if (result.instructions)
    llvm::outs() << "instructions per inference: " << *result.instructions
                 << '\n';
  if (result.rowInstructions && result.lastRowInstructions)
    llvm::outs() << "instructions per row: at most " << *result.rowInstructions
                 << ", and " << *result.lastRowInstructions
                 << " with the last one\n";
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

/// Prints how far layers of the same name are apart, for one vector.
static LogicalResult compareLayers(Engine &engine, Engine &other,
                                   ArrayRef<uint8_t> input) {
  FailureOr<std::vector<LayerResult>> layers = engine.runLayers(input);
  FailureOr<std::vector<LayerResult>> others = other.runLayers(input);
  if (failed(layers) || failed(others))
    return failure();
  for (const LayerResult &layer : *layers) {
    auto match = llvm::find_if(*others, [&](const LayerResult &candidate) {
      return candidate.spec.name == layer.spec.name &&
             candidate.spec.getNumElements() == layer.spec.getNumElements();
    });
    if (match == others->end())
      continue;
    auto [difference, magnitude] = measureDifference(
        layer.spec, layer.bytes, match->spec, match->bytes);
    llvm::outs() << "  " << layer.spec.name << ": largest difference "
                 << llvm::format("%.6g", difference) << " of "
                 << llvm::format("%.6g", magnitude) << '\n';
  }
  return success();
}

static std::string describeTensors(ArrayRef<TensorSpec> specs) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(
      specs, os, [&](const TensorSpec &spec) { os << spec.describe(); },
      " and ");
  return text;
}

/// Whether both networks take the same bytes and give as many elements.
static bool isComparable(const NetworkSpec &a, const NetworkSpec &b) {
  auto sameCount = [](const TensorSpec &x, const TensorSpec &y) {
    return x.getNumElements() == y.getNumElements();
  };
  return getVectorBytes(a.inputs) == getVectorBytes(b.inputs) &&
         llvm::equal(a.outputs, b.outputs, sameCount);
}

/// How far one output of two networks is apart, over all vectors.
static void compareOutputs(const NetworkSpec &a, const RunResult &result,
                           const NetworkSpec &b, const RunResult &otherResult,
                           int64_t vectors, size_t output) {
  const TensorSpec &spec = a.outputs[output], &otherSpec = b.outputs[output];
  int64_t agree = 0;
  double difference = 0;
  for (int64_t i = 0; i < vectors; ++i) {
    ArrayRef<uint8_t> bytes = getOutput(a, result, i, output);
    ArrayRef<uint8_t> otherBytes = getOutput(b, otherResult, i, output);
    difference =
        std::max(difference,
                 measureDifference(spec, bytes, otherSpec, otherBytes).first);
    agree += findLargest(spec, bytes) == findLargest(otherSpec, otherBytes);
  }
  if (a.outputs.size() > 1)
    llvm::outs() << spec.name << ": ";
  llvm::outs() << "same class: " << agree << " of " << vectors
               << " images; largest difference of an output: "
               << llvm::format("%.6g", difference) << '\n';
}

LogicalResult ofa::compareEngines(Engine &engine, Engine &other,
                                  const RunInputs &inputs) {
  const NetworkSpec &a = engine.getSpec(), &b = other.getSpec();
  if (!isComparable(a, b)) {
    llvm::errs()
        << "ofa-run: error: expects two networks of one shape, but got "
        << describeTensors(a.inputs) << " to " << describeTensors(a.outputs)
        << " and " << describeTensors(b.inputs) << " to "
        << describeTensors(b.outputs) << '\n';
    return failure();
  }
  FailureOr<RunResult> result = engine.run(inputs.bytes);
  FailureOr<RunResult> otherResult = other.run(inputs.bytes);
  if (failed(result) || failed(otherResult))
    return failure();
  llvm::outs() << "first: " << engine.describe() << "\nsecond: "
               << other.describe() << '\n';
  if (engine.knowsLayerScales() && other.knowsLayerScales() &&
      failed(compareLayers(
          engine, other,
          ArrayRef(inputs.bytes).take_front(getVectorBytes(a.inputs)))))
    return failure();
  for (size_t output = 0; output < a.outputs.size(); ++output)
    compareOutputs(a, *result, b, *otherResult, inputs.size(), output);
  auto sameKind = [](const TensorSpec &x, const TensorSpec &y) {
    return x.kind == y.kind;
  };
  if (!llvm::equal(a.outputs, b.outputs, sameKind))
    return success();
  int64_t place = findDifference(result->outputs, otherResult->outputs);
  if (place < 0) {
    llvm::outs() << "all outputs equal, byte for byte\n";
    return success();
  }
  int64_t bytes = getVectorBytes(a.outputs);
  llvm::errs() << "ofa-run: error: image " << place / bytes
               << " differs at byte " << place % bytes << '\n';
  return failure();
}
