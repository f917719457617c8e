//===- NetworkCompiler.cpp - Networks with the keys of their kernels ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Profile/NetworkCompiler.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "ofa/Analysis/LatencyKeys.h"
#include "ofa/Analysis/TargetFacts.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Pipelines/Specialize.h"
#include "ofa/Search/Xoshiro256.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::ofa;

static std::string printChoice(const Subnet &subnet, unsigned choice) {
  const ChoiceSpace &space = subnet.getSpace();
  std::string text;
  llvm::raw_string_ostream os(text);
  // Names with dots need no quotes in a dictionary, but others may.
  os << space.getName(choice).getValue() << " = ";
  space.getValue(choice, subnet.getValues()[choice])
      .print(os, /*elideType=*/true);
  return text;
}

std::string ofa::printSubnet(const Subnet &subnet) {
  return llvm::join(llvm::map_range(llvm::seq(subnet.getSpace().size()),
                                    [&](unsigned choice) {
                                      return printChoice(subnet, choice);
                                    }),
                    ", ");
}

std::string ofa::printActiveChoices(SupernetOp supernet, const Subnet &subnet) {
  std::vector<std::string> texts;
  for (auto [choice, isActive] :
       llvm::enumerate(findActiveChoices(supernet, subnet)))
    if (isActive)
      texts.push_back(printChoice(subnet, choice));
  return llvm::join(texts, ", ");
}

//===----------------------------------------------------------------------===//
// Before the pipeline
//===----------------------------------------------------------------------===//

/// Images that a subnet is calibrated on. Few are enough for what only has to
/// run.
static constexpr int64_t numImages = 4;

static ElementsAttr makeRandomImages(SupernetOp supernet) {
  auto image =
      cast<RankedTensorType>(supernet.getForward().getImage().getType());
  SmallVector<int64_t> shape(image.getShape());
  shape[0] = numImages;
  auto type = RankedTensorType::get(
      shape, IntegerType::get(supernet.getContext(), 8, IntegerType::Unsigned));
  ofa::Xoshiro256 random(1);
  std::vector<uint8_t> pixels(type.getNumElements());
  for (uint8_t &pixel : pixels)
    pixel = uint8_t(random.below(256));
  return makeElements<uint8_t>("calibration", type, pixels);
}

/// The first images of those that there are.
static ElementsAttr takeFirstImages(ElementsAttr images) {
  auto type = cast<RankedTensorType>(images.getType());
  int64_t count = type.getDimSize(0);
  if (count <= numImages)
    return images;
  SmallVector<int64_t> shape(type.getShape());
  shape[0] = numImages;
  std::vector<uint8_t> pixels = copyElements<uint8_t>(images);
  pixels.resize(pixels.size() / count * numImages);
  return makeElements<uint8_t>("calibration", type.clone(shape), pixels);
}

static LogicalResult chooseSubnet(SupernetOp supernet, StringRef text) {
  ChoiceSpace space(supernet);
  FailureOr<Subnet> subnet =
      Subnet::parse(space, text, [&] { return supernet.emitOpError(); });
  if (failed(subnet))
    return failure();
  supernet.setSubnetAttr(subnet->toAttr());
  return success();
}

static void prepareCalibration(ModuleOp module, SupernetOp supernet) {
  auto calibrations = llvm::to_vector(module.getOps<CalibrationOp>());
  if (!calibrations.empty()) {
    CalibrationOp first = calibrations.front();
    first.setImagesAttr(takeFirstImages(first.getImages()));
    return;
  }
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  CalibrationOp::create(builder, supernet.getLoc(), makeRandomImages(supernet));
}

//===----------------------------------------------------------------------===//
// Keys
//===----------------------------------------------------------------------===//

/// Notes the network's layers, and by layer name the key of each operation.
static void collectKeys(func::FuncOp network, CompiledNetwork &result,
                        llvm::StringMap<std::string> &keys) {
  network.walk([&](CostOpInterface op) {
    SmallVector<SmallVector<int64_t>> operands = getOperandShapes(op);
    ArrayRef<int64_t> shape =
        cast<ShapedType>(op->getResult(0).getType()).getShape();
    if (operands.empty())
      return;
    std::string key = getLayerKey(op, operands, shape);
    if (auto name = op->getAttrOfType<StringAttr>("name"))
      keys[name.getValue()] = key;
    if (!op->hasTrait<FoldsAway>())
      result.layers.emplace_back(key, getLayerFigures(op, operands, shape));
  });
}

static std::string printShape(Value value) {
  auto type = cast<MemRefType>(value.getType());
  ArrayRef<int64_t> shape = type.getShape();
  return llvm::join(
      llvm::map_range(shape.drop_front(shape.size() > 1),
                      [](int64_t size) { return std::to_string(size); }),
      "x");
}

/// The key of a kernel that belongs to no layer.
static std::string describeKernel(kernel::RuntimeKernelOpInterface op) {
  SmallVector<Value> buffers = op.getCallBuffers();
  return (op->getName().stripDialect() + "-input:" +
          printShape(buffers.front()) + "-output:" + printShape(buffers.back()))
      .str();
}

/// A table of int8 kernels must not hold those of floats.
static LogicalResult verifyInt8(kernel::RuntimeKernelOpInterface op) {
  auto destination = cast<DestinationStyleOpInterface>(op.getOperation());
  auto type = cast<MemRefType>(destination.getDpsInits().front().getType());
  if (op.getMACs() == 0 || !type.getElementType().isF32())
    return success();
  return op.emitError("expects int8 layers, whose latency tables hold, but '")
         << op.getLayerName()
         << "' computes in float: give an int8 network, or one with "
            "calibration "
            "images";
}

FailureOr<CompiledNetwork> NetworkCompiler::compile(StringRef subnet,
                                                    StringRef name) const {
  CompiledNetwork result;
  result.context = makeContext();
  result.context->loadDialect<OFADialect>(); // Of an attribute below.
  ParserConfig config(result.context.get());
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBuffer(source, false),
                             llvm::SMLoc());
  result.module = parseSourceFile<ModuleOp>(sources, config);
  if (!result.module)
    return failure();
  ModuleOp module = *result.module;
  MLIRContext *context = module.getContext();
  module->setAttr(
      kSpecializationAttrName,
      SpecializationAttr::get(
          context, getTargetFacts(context, device).getDictionary(context)));
  for (SupernetOp supernet : module.getOps<SupernetOp>()) {
    if (failed(chooseSubnet(supernet, subnet)))
      return failure();
    prepareCalibration(module, supernet);
  }
  SpecializeOptions options;
  options.name = name.str();
  options.keepChannels = true; // What is measured goes by shapes.
  PassManager network(module.getContext());
  buildNetworkPipeline(network, options);
  if (failed(network.run(module)))
    return failure();
  llvm::StringMap<std::string> keys;
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    collectKeys(function, result, keys);
  PassManager kernels(module.getContext());
  buildKernelPipeline(kernels, options);
  if (failed(kernels.run(module)))
    return failure();
  auto models = llvm::to_vector(module.getOps<kernel::ModelOp>());
  if (models.size() != 1)
    return module.emitError("expects one supernet or one network of at least "
                            "one layer to profile, but found ")
           << models.size();
  result.model = models.front();
  llvm::StringMap<size_t> layers;
  for (kernel::RuntimeKernelOpInterface op :
       (*result.model.getEntries().begin()).getKernels()) {
    if (failed(verifyInt8(op)))
      return failure();
    auto [layer, isNew] =
        layers.try_emplace(op.getLayerName(), result.keys.size());
    result.kernelLayers.push_back(layer->second);
    if (!isNew)
      continue; // Of a layer of several kernels.
    auto key = keys.find(op.getLayerName());
    result.keys.push_back(key == keys.end() ? describeKernel(op) : key->second);
  }
  return std::move(result);
}
