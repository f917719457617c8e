//===- Engine.h - Runs a module at any stage --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One interface over three ways to run a network: `ofa` functions in this
// process, `kernel` models as C built by the host's compiler, and the same C as
// firmware on an emulated device. Inputs and outputs are raw bytes, as firmware
// takes and gives them, so that results of all three can be compared.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ENGINE_ENGINE_H
#define OFA_ENGINE_ENGINE_H

#include "ofa/Support/TensorFiles.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace mlir::ofa {

struct Device;

/// What one network is called and takes and gives. An input of U8 is an image
/// as a camera gives it; preprocessing belongs to the network. The inputs of
/// one inference, one after the other, are a vector, and so are its outputs.
struct NetworkSpec {
  std::string name;
  std::vector<TensorSpec> inputs, outputs;
  std::vector<std::string> classNames;
};

struct RunResult {
  /// One vector after the other.
  std::vector<uint8_t> outputs;
  /// Executed instructions of one inference; only on an emulated device.
  std::optional<int64_t> instructions;
  /// Of a network that takes its input row by row: of the row before the last
  /// one that took most of them, and of the last one.
  std::optional<int64_t> rowInstructions, lastRowInstructions;
  /// Largest use of the stack by one inference; only on an emulated device.
  std::optional<int64_t> stackBytes;
};

/// Result of one layer of one inference, for comparisons layer by layer.
struct LayerResult {
  TensorSpec spec; ///< With the layer's name.
  std::vector<uint8_t> bytes;
  /// The tensor of the source file (`ofa.source_tensor`) that it is, if any.
  std::optional<int64_t> sourceTensor;
};

class Engine {
public:
  virtual ~Engine();
  const NetworkSpec &getSpec() const { return spec; }
  /// In a few words, how the network is run.
  virtual std::string describe() const = 0;
  /// Runs every vector of `inputs`, which is a whole number of them, in order
  /// from the network's initial state. Fails after one diagnostic.
  virtual FailureOr<RunResult> run(ArrayRef<uint8_t> inputs) = 0;
  /// The results of all layers, in order, for one vector from the initial
  /// state. Fails after one diagnostic.
  virtual FailureOr<std::vector<LayerResult>>
  runLayers(ArrayRef<uint8_t> input) = 0;
  /// Whether runLayers() knows the scales of integers.
  virtual bool knowsLayerScales() const = 0;

protected:
  NetworkSpec spec;
};

struct EngineOptions {
  /// Run on this emulated device; null for the host.
  const Device *device = nullptr;
  /// Build folder of compiled networks; empty for a temporary one.
  std::string buildFolder;
  /// For supernets: as of ofa-extract-subnet; empty for the largest.
  std::string subnet;
};

/// The engine for what `module` holds: a kernel.model, or a function of `ofa`
/// operations, or a supernet (which is extracted from a clone). Fails after one
/// diagnostic. The module must outlive the engine.
FailureOr<std::unique_ptr<Engine>> createEngine(ModuleOp module,
                                                const EngineOptions &options);

} // namespace mlir::ofa

#endif // OFA_ENGINE_ENGINE_H
