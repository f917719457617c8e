//===- NetworkCompiler.h - Networks with the keys of their kernels --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_PROFILE_NETWORKCOMPILER_H
#define OFA_PROFILE_NETWORKCOMPILER_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Profile/LayerSpace.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <functional>
#include <memory>

namespace mlir::ofa {

struct Device;

/// A planned network, and what a latency table calls its kernels.
struct CompiledNetwork {
  /// Its own: attributes of hundreds of networks would fill a shared one.
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
  kernel::ModelOp model;
  /// The layers that got kernels, by the order of their first ones: the keys
  /// of getLayerKey(), or, of a conversion at the ends that no layer asked for,
  /// the kernel's name and shapes, such as
  /// `convert_u8_s8-input:20x20x3-output:20x20x3`.
  std::vector<std::string> keys;
  /// The layer of each kernel of the entry, in order.
  std::vector<size_t> kernelLayers;
  /// The network's layers, in order, with figures.
  std::vector<std::pair<std::string, LayerFigures>> layers;
};

/// Compiles subnets of a supernet, or one network without choices, by the
/// pipeline of `--specialize`, whatever the device can hold. A supernet without
/// calibration images is given a few seeded random ones: it need not be
/// trained, since instructions hardly depend on weights.
class NetworkCompiler {
public:
  /// `source` is a module, text or bytecode, that was read before without an
  /// error; it and the device must outlive the compiler.
  NetworkCompiler(llvm::MemoryBufferRef source, const Device &device,
                  std::function<std::unique_ptr<MLIRContext>()> makeContext)
      : source(source), device(device), makeContext(std::move(makeContext)) {}

  /// `subnet` is an attribute's dictionary in text (printSubnet()), or empty
  /// for a network without choices. `name` is the model's name in C. Fails
  /// after one diagnostic.
  FailureOr<CompiledNetwork> compile(StringRef subnet, StringRef name) const;

private:
  llvm::MemoryBufferRef source;
  const Device &device;
  std::function<std::unique_ptr<MLIRContext>()> makeContext;
};

/// `resolution = 20, s1.depth = 1, ...`, in the order of the choices.
std::string printSubnet(const Subnet &subnet);

/// The same without choices that the subnet does not read: equal texts are
/// equal networks.
std::string printActiveChoices(SupernetOp supernet, const Subnet &subnet);

} // namespace mlir::ofa

#endif // OFA_PROFILE_NETWORKCOMPILER_H
