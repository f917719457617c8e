//===- Parameters.cpp - Published parameters of networks ------------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A constant's name says which tensor it is: a layer, such as "s1.b0.expand",
// and what of it, such as "weight". The layers of supernets are modules in
// modules, whose names are doubled ("conv.conv.weight"); both spellings occur
// in the published files, and mean the same.
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/OnceForAll/Parameters.h"

#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/OFA.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// NamedTensors
//===----------------------------------------------------------------------===//

FailureOr<NamedTensors> NamedTensors::create(Location loc,
                                             const torch::StateDict &tensors) {
  NamedTensors named;
  for (auto &[name, tensor] : tensors) {
    std::string key = name.str();
    constexpr StringRef older = ".mobile_inverted_conv.", newer = ".conv.";
    if (size_t place = key.find(older); place != std::string::npos)
      key.replace(place, older.size(), newer);
    if (!named.tensors.try_emplace(key, &tensor).second)
      return emitError(loc) << "expects tensor '" << key
                            << "' once, but it is there in both spellings";
    named.names.push_back(std::move(key));
  }
  return named;
}

const torch::Tensor *NamedTensors::lookup(const Twine &name) const {
  auto it = tensors.find(name.str());
  return it == tensors.end() ? nullptr : it->second;
}

const torch::Tensor *NamedTensors::lookup(ArrayRef<std::string> names,
                                          std::string &found) const {
  for (const std::string &name : names)
    if (const torch::Tensor *tensor = lookup(name)) {
      found = name;
      return tensor;
    }
  return nullptr;
}

bool NamedTensors::hasPrefix(StringRef prefix) const {
  return llvm::any_of(names,
                      [&](StringRef name) { return name.starts_with(prefix); });
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

namespace {
/// Turns names of the IR into those of PyTorch's modules.
class Names {
public:
  explicit Names(Family family) : family(family) {}

  /// The module of a layer, such as "blocks.1.conv.inverted_bottleneck"; empty
  /// for a layer that the family does not have.
  std::string getModule(StringRef layer);

private:
  StringRef getPart(StringRef part) const;

  Family family;
  llvm::StringMap<unsigned> blocks; // in the order of the network
};
} // namespace

StringRef Names::getPart(StringRef part) const {
  using Row = std::pair<StringRef, StringRef>;
  static constexpr Row mbConv[] = {
      {"expand", "conv.inverted_bottleneck"},
      {"depthwise", "conv.depth_conv"},
      {"se.reduce", "conv.depth_conv.se.fc.reduce"},
      {"se.expand", "conv.depth_conv.se.fc.expand"},
      {"project", "conv.point_linear"}};
  static constexpr Row bottleneck[] = {{"conv1", "conv1"},
                                       {"conv2", "conv2"},
                                       {"conv3", "conv3"},
                                       {"downsample", "downsample"}};
  for (auto [name, module] : family == Family::ResNet50
                                 ? ArrayRef<Row>(bottleneck)
                                 : ArrayRef<Row>(mbConv))
    if (name == part)
      return module;
  return "";
}

std::string Names::getModule(StringRef layer) {
  static constexpr std::pair<StringRef, StringRef> fixed[] = {
      {"stem", "first_conv"},
      {"stem.conv1", "input_stem.0"},
      {"stem.b0.conv", "input_stem.1.conv"},
      {"stem.conv2", "input_stem.2"},
      {"final_expand", "final_expand_layer"},
      {"feature_mix", "feature_mix_layer"},
      {"classifier", "classifier"}};
  for (auto [name, module] : fixed)
    if (name == layer)
      return module.str();
  // Such as "s1.b0.se.reduce".
  auto [stage, rest] = layer.split('.');
  auto [block, part] = rest.split('.');
  StringRef module = getPart(part);
  if (module.empty())
    return "";
  StringRef name = layer.take_front(stage.size() + 1 + block.size());
  unsigned number = blocks.try_emplace(name, blocks.size()).first->second;
  return "blocks." + std::to_string(number) + "." + module.str();
}

static SmallVector<std::string> getWeightNames(StringRef module) {
  if (module.contains(".se.fc."))
    return {(module + ".weight").str()};
  StringRef kind = module == "classifier" ? "linear" : "conv";
  return {(module + "." + kind + ".weight").str(),
          (module + "." + kind + "." + kind + ".weight").str()};
}

SmallVector<std::string> ofa::getProjectionNames(Family family,
                                                 unsigned block) {
  return getWeightNames(
      "blocks." + std::to_string(block) +
      (family == Family::ResNet50 ? ".conv3" : ".conv.point_linear"));
}

/// The tensors that make up one constant: for each, the names it may have.
static SmallVector<SmallVector<std::string>> getTensorNames(StringRef module,
                                                            StringRef role) {
  if (role == "weight")
    return {getWeightNames(module)};
  if (role == "bn") {
    SmallVector<SmallVector<std::string>> rows;
    for (StringRef row : {"weight", "bias", "running_mean", "running_var"})
      rows.push_back(
          {(module + ".bn." + row).str(), (module + ".bn.bn." + row).str()});
    return rows;
  }
  if (role == "bias") {
    if (module == "classifier")
      return {{"classifier.linear.bias", "classifier.linear.linear.bias"}};
    return {{(module + ".bias").str()}};
  }
  return {{(module + ".conv." + role + "_matrix").str()}};
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

namespace {
enum class Layout { Same, Convolution, Depthwise, Dense };
} // namespace

/// How PyTorch lays out the constant, by the layer that takes it as its weight.
static Layout getLayout(ConstantOp constant) {
  if (cast<ShapedType>(constant.getType()).getRank() == 4)
    for (OpOperand &use : constant->getUses())
      return isa<DepthwiseConv2DOp>(use.getOwner()) ? Layout::Depthwise
                                                    : Layout::Convolution;
  for (OpOperand &use : constant->getUses())
    if (isa<FullyConnectedOp>(use.getOwner()) && use.getOperandNumber() == 1)
      return Layout::Dense;
  return Layout::Same;
}

/// PyTorch's shape of a tensor that becomes `shape`.
static SmallVector<int64_t> getSourceShape(Layout layout,
                                           ArrayRef<int64_t> shape) {
  switch (layout) {
  case Layout::Convolution: // OHWI from OIHW
    return {shape[0], shape[3], shape[1], shape[2]};
  case Layout::Depthwise: // 1HWC from C1HW
    return {shape[3], 1, shape[1], shape[2]};
  case Layout::Dense:
  case Layout::Same:
    return SmallVector<int64_t>(shape);
  }
  llvm_unreachable("unknown layout");
}

/// A dense layer may have been a convolution of one pixel.
static bool hasShape(const torch::Tensor &tensor, Layout layout,
                     ArrayRef<int64_t> expected) {
  ArrayRef<int64_t> shape = tensor.shape;
  if (layout == Layout::Dense && shape.size() == 4 && shape[2] == 1 &&
      shape[3] == 1)
    shape = shape.take_front(2);
  return shape == expected;
}

static std::vector<float> convert(std::vector<float> values, Layout layout,
                                  ArrayRef<int64_t> shape) {
  if (layout != Layout::Convolution && layout != Layout::Depthwise)
    return values;
  // Both move the channels behind the window.
  bool isDepthwise = layout == Layout::Depthwise;
  int64_t outer = isDepthwise ? 1 : shape[0], channels = shape[3],
          window = shape[1] * shape[2];
  std::vector<float> result(values.size());
  for (int64_t o = 0; o != outer; ++o)
    for (int64_t c = 0; c != channels; ++c)
      for (int64_t w = 0; w != window; ++w)
        result[(o * window + w) * channels + c] =
            values[(o * channels + c) * window + w];
  return result;
}

//===----------------------------------------------------------------------===//
// Parameters of a network
//===----------------------------------------------------------------------===//

namespace {
/// Names of tensors with a fault, of which a message shows the first few.
struct Faults {
  std::vector<std::string> items;
  size_t count = 0;

  void add(const Twine &item) {
    if (++count <= 4)
      items.push_back(item.str());
  }
  void print(InFlightDiagnostic &diagnostic, StringRef what,
             StringRef &separator) const {
    if (count == 0)
      return;
    diagnostic << separator << count << " " << what << " ("
               << llvm::join(items, ", ")
               << (count > items.size() ? ", ...)" : ")");
    separator = "; ";
  }
};

class Filler {
public:
  Filler(Family family, const NamedTensors &tensors)
      : names(family), tensors(tensors) {}

  void fill(ConstantOp constant);
  LogicalResult finish(Location loc);

private:
  const torch::Tensor *find(ArrayRef<std::string> candidates, Layout layout,
                            ArrayRef<int64_t> shape);

  Names names;
  const NamedTensors &tensors;
  llvm::StringSet<> used;
  Faults missing, misshapen, unknown;
};
} // namespace

static std::string print(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "[";
  llvm::interleaveComma(shape, os);
  os << "]";
  return text;
}

const torch::Tensor *Filler::find(ArrayRef<std::string> candidates,
                                  Layout layout, ArrayRef<int64_t> shape) {
  std::string name;
  const torch::Tensor *tensor = tensors.lookup(candidates, name);
  if (!tensor) {
    missing.add("'" + candidates.front() + "'");
    return nullptr;
  }
  used.insert(name);
  if (torch::isFloat(tensor->type) && hasShape(*tensor, layout, shape))
    return tensor;
  misshapen.add("'" + name + "' is " + torch::getName(tensor->type) + " " +
                print(tensor->shape) + ", not " + print(shape));
  return nullptr;
}

void Filler::fill(ConstantOp constant) {
  auto [layer, role] = constant.getName().rsplit('.');
  std::string module = names.getModule(layer);
  if (module.empty())
    return missing.add("one for constant '" + constant.getName() + "'");
  auto type = cast<RankedTensorType>(constant.getType());
  Layout layout = getLayout(constant);
  SmallVector<SmallVector<std::string>> parts = getTensorNames(module, role);
  // Batch norm has one row for each of its tensors.
  SmallVector<int64_t> shape = parts.size() > 1
                                   ? SmallVector<int64_t>{type.getDimSize(1)}
                                   : getSourceShape(layout, type.getShape());
  std::vector<float> values;
  bool isComplete = true;
  for (ArrayRef<std::string> candidates : parts) {
    const torch::Tensor *tensor = find(candidates, layout, shape);
    isComplete &= tensor != nullptr;
    if (!isComplete)
      continue;
    std::vector<float> part =
        convert(tensor->copyFloats(), layout, type.getShape());
    values.insert(values.end(), part.begin(), part.end());
  }
  if (isComplete)
    constant.setValueAttr(
        makeElements<float>(constant.getName(), type, values));
}

LogicalResult Filler::finish(Location loc) {
  for (StringRef name : tensors.getNames())
    if (!used.contains(name) && !name.ends_with("num_batches_tracked"))
      unknown.add("'" + name + "'");
  if (missing.count + misshapen.count + unknown.count == 0)
    return success();
  InFlightDiagnostic diagnostic =
      emitError(loc) << "expects the tensors of the network, but got ";
  StringRef separator = "";
  missing.print(diagnostic, "missing", separator);
  misshapen.print(diagnostic, "of another shape or type", separator);
  unknown.print(diagnostic, "without a place in it", separator);
  return diagnostic;
}

LogicalResult ofa::fillParameters(Location loc, Operation *network,
                                  Family family, const NamedTensors &tensors) {
  Filler filler(family, tensors);
  network->walk([&](ConstantOp constant) { filler.fill(constant); });
  return filler.finish(loc);
}
