//===- ImportPredictor.cpp - Published accuracy predictors ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file says what its layers are, but not what its inputs mean: that follows
// from the layout, and from the supernet, whose structure must be the one that
// the layout is for. The first layer gets one column for each value of each
// choice, picked from the file's.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Builders.h"
#include "ofa/Analysis/ElasticStages.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "ofa/Target/Torch/StateDict.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cmath>

namespace mlir::ofa {
#define GEN_PASS_DEF_IMPORTPREDICTORPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

static constexpr double kKernels[] = {3, 5, 7};
static constexpr double kExpands[] = {3, 4, 6};
static constexpr double kBottleneckExpands[] = {0.2, 0.25, 0.35};
static constexpr double kWidths[] = {0.65, 0.8, 1.0};
static constexpr double kFlags[] = {0, 1};
/// Of the layout without a base. Columns below 160 were never trained: their
/// norms are those of random weights.
static constexpr double kResolutions[] = {112, 128, 144, 160,
                                          176, 192, 208, 224};
static constexpr double kTrainedResolutions[] = {160, 176, 192, 208, 224};
/// Its supernet: the stem of MobileNetV3 at width 1.2, and its stages.
static constexpr int64_t kStemChannels = 24, kStages = 5, kBlocks = 4;
static constexpr double kBottleneckResolutions[] = {128, 144, 160, 176,
                                                    192, 224, 240, 256};

namespace {

struct Layer {
  int64_t outputs, inputs;
  std::vector<float> weight, bias;
};

/// Consecutive columns of the file's first layer, one for each value.
struct ColumnGroup {
  FlatSymbolRefAttr choice; ///< Null: what the supernet has fixed.
  std::vector<double> values;
  /// Values that may be used, if not all.
  ArrayRef<double> usable;
};

class Importer {
public:
  Importer(SupernetOp supernet, StringRef path, ArrayRef<int64_t> resolutions)
      : supernet(supernet), path(path), resolutions(resolutions),
        space(supernet), stages(collectElasticStages(supernet)) {}

  FailureOr<PredictorOp> run(const torch::StateDict &tensors);

private:
  // The file.
  LogicalResult readLayers(const torch::StateDict &tensors);
  LogicalResult readTensor(const torch::StateDict &tensors, const Twine &name,
                           ArrayRef<int64_t> shape, std::vector<float> &values);
  LogicalResult readLayer(const torch::StateDict &tensors,
                          const std::string &weight, const std::string &bias);

  // What its columns mean.
  LogicalResult makeGroups();
  LogicalResult makeMbv3Groups();
  LogicalResult makeMBConvGroups();
  LogicalResult makeBottleneckGroups();
  LogicalResult addBlocks(StringRef what,
                          FlatSymbolRefAttr ElasticBlock::*choice,
                          ArrayRef<double> values);
  void add(FlatSymbolRefAttr choice, ArrayRef<double> values,
           ArrayRef<double> usable = {}) {
    groups.push_back({choice, values.vec(), usable});
  }

  // The supernet's columns.
  FailureOr<SmallVector<int64_t>> selectColumns();
  FailureOr<int64_t> findColumn(const ColumnGroup &group, int64_t begin,
                                double value);

  InFlightDiagnostic error() {
    return supernet.emitOpError() << "cannot take predictor '" << path << "': ";
  }
  std::string describeStages();

  SupernetOp supernet;
  StringRef path;
  ArrayRef<int64_t> resolutions;
  ChoiceSpace space;
  SmallVector<ElasticStage> stages;
  bool hasBase = false;
  float base = 0;
  std::vector<Layer> layers;
  std::vector<ColumnGroup> groups;
  llvm::StringSet<> used;
};

} // namespace

static std::string print(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", value);
  return text;
}

static std::string print(ArrayRef<double> values) {
  return llvm::join(
      llvm::map_range(values, [](double value) { return print(value); }), ", ");
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

/// Dimensions of -1 may be anything.
LogicalResult Importer::readTensor(const torch::StateDict &tensors,
                                   const Twine &name, ArrayRef<int64_t> shape,
                                   std::vector<float> &values) {
  std::string key = name.str();
  auto it = tensors.find(key);
  if (it == tensors.end())
    return error() << "expects a tensor '" << key << "', but there is none";
  used.insert(key);
  const torch::Tensor &tensor = it->second;
  bool fits =
      tensor.shape.size() == shape.size() && torch::isFloat(tensor.type);
  for (size_t dim = 0; fits && dim != shape.size(); ++dim)
    fits = tensor.shape[dim] > 0 &&
           (shape[dim] == -1 || shape[dim] == tensor.shape[dim]);
  if (!fits) {
    InFlightDiagnostic diagnostic = error();
    diagnostic << "expects '" << key << "' to hold floats of shape [";
    llvm::interleaveComma(shape, diagnostic, [&](int64_t size) {
      size == -1 ? diagnostic << "any" : diagnostic << size;
    });
    diagnostic << "], but got " << torch::getName(tensor.type) << " of shape [";
    llvm::interleaveComma(tensor.shape, diagnostic);
    return diagnostic << "]";
  }
  values = tensor.copyFloats();
  if (!llvm::all_of(values, [](float value) { return std::isfinite(value); }))
    return error() << "expects finite numbers in '" << key << "'";
  return success();
}

/// An empty `bias` stands for zeros.
LogicalResult Importer::readLayer(const torch::StateDict &tensors,
                                  const std::string &weight,
                                  const std::string &bias) {
  Layer layer;
  int64_t inputs = layers.empty() ? -1 : layers.back().outputs;
  if (failed(readTensor(tensors, weight, {-1, inputs}, layer.weight)))
    return failure();
  const torch::Tensor &tensor = tensors.find(weight)->second;
  layer.outputs = tensor.shape[0];
  layer.inputs = tensor.shape[1];
  layer.bias.resize(layer.outputs);
  if (!bias.empty() &&
      failed(readTensor(tensors, bias, {layer.outputs}, layer.bias)))
    return failure();
  layers.push_back(std::move(layer));
  return success();
}

LogicalResult Importer::readLayers(const torch::StateDict &tensors) {
  auto has = [&](const Twine &name) { return tensors.count(name.str()) != 0; };
  hasBase = has("base_acc");
  if (!hasBase && !has("0.weight"))
    return error() << "expects tensors '0.weight' to '6.bias', or 'base_acc' "
                      "and 'layers.0.0.weight' to 'layers.3.weight', but got "
                   << tensors.size() << " others"
                   << (tensors.empty()
                           ? std::string()
                           : ", of which the first is '" +
                                 tensors.begin()->first.str() + "'");
  if (hasBase) {
    // A number or a vector of one.
    auto shape = ArrayRef<int64_t>(tensors.find("base_acc")->second.shape);
    std::vector<float> value;
    if (failed(readTensor(tensors, "base_acc",
                          shape.empty() ? shape : ArrayRef<int64_t>{1}, value)))
      return failure();
    base = value.front();
    std::string layer = "layers.0";
    for (size_t i = 1; has(layer + ".0.weight"); ++i) {
      if (failed(readLayer(tensors, layer + ".0.weight", layer + ".0.bias")))
        return failure();
      layer = "layers." + std::to_string(i);
    }
    if (failed(readLayer(tensors, layer + ".weight",
                         has(layer + ".bias") ? layer + ".bias" : "")))
      return failure();
  } else {
    std::string layer = "0";
    for (size_t i = 2; layer == "0" || has(layer + ".weight"); i += 2) {
      if (failed(readLayer(tensors, layer + ".weight", layer + ".bias")))
        return failure();
      layer = std::to_string(i);
    }
  }
  if (layers.back().outputs != 1)
    return error() << "expects one output of the last layer, but got "
                   << layers.back().outputs;
  for (auto &[name, tensor] : tensors)
    if (!used.contains(name))
      return error() << "expects no tensor '" << name.str() << "'";
  return success();
}

//===----------------------------------------------------------------------===//
// What its columns mean
//===----------------------------------------------------------------------===//

std::string Importer::describeStages() {
  std::vector<std::string> counts;
  for (ElasticStage &stage : stages)
    counts.push_back(std::to_string(stage.blocks.size()));
  return std::to_string(stages.size()) + " stages of " +
         llvm::join(counts, ", ") + " blocks";
}

/// One group for each block of a stage that has any choice.
LogicalResult Importer::addBlocks(StringRef what,
                                  FlatSymbolRefAttr ElasticBlock::*choice,
                                  ArrayRef<double> values) {
  for (ElasticStage &stage : stages)
    for (ElasticBlock &block : stage.blocks) {
      if (!(block.*choice))
        return error() << "expects a choice of " << what << " in block '"
                       << block.block.getName() << "'";
      add(block.*choice, values);
    }
  return success();
}

LogicalResult Importer::makeMbv3Groups() {
  bool fits = stages.size() == kStages;
  for (ElasticStage &stage : stages)
    fits &= stage.blocks.size() == kBlocks;
  if (!fits)
    return error() << "expects " << kStages << " stages of " << kBlocks
                   << " blocks with choices, as of MobileNetV3, but the "
                      "supernet has "
                   << describeStages();
  auto stem = supernet.getForward().getBody().getOps<Conv2DOp>();
  int64_t channels =
      stem.empty() ? 0 : (*stem.begin()).getResult().getType().getShape()[3];
  if (channels != kStemChannels)
    return error() << "expects a stem of " << kStemChannels
                   << " channels, because this predictor is for width 1.2, but "
                      "got "
                   << channels;
  if (failed(addBlocks("kernel sizes", &ElasticBlock::kernel, kKernels)) ||
      failed(addBlocks("expand ratios", &ElasticBlock::expand, kExpands)))
    return failure();
  add(supernet.getForward().getResolutionAttr(), kResolutions,
      kTrainedResolutions);
  return success();
}

LogicalResult Importer::makeMBConvGroups() {
  if (resolutions.empty())
    return error() << "expects the option 'resolutions' to say which "
                      "resolutions its first inputs stand for";
  add(supernet.getForward().getResolutionAttr(),
      SmallVector<double>(resolutions));
  return failure(
      failed(addBlocks("kernel sizes", &ElasticBlock::kernel, kKernels)) ||
      failed(addBlocks("expand ratios", &ElasticBlock::expand, kExpands)));
}

LogicalResult Importer::makeBottleneckGroups() {
  SmallVector<double> sizes(resolutions);
  if (sizes.empty())
    sizes.assign(std::begin(kBottleneckResolutions),
                 std::end(kBottleneckResolutions));
  add(supernet.getForward().getResolutionAttr(), sizes);
  // The stem is a stage whose one block has no choices of its own.
  auto isStem = [](ElasticStage &stage) {
    return stage.blocks.size() == 1 && !stage.blocks.front().expand;
  };
  if (stages.empty() || !isStem(stages.front()) || !stages.front().depth)
    return error() << "expects a choice of the stem's depth";
  add(stages.front().depth, kFlags);
  stages.erase(stages.begin());
  for (FlatSymbolRefAttr width : collectWidthChoices(supernet))
    add(width, kWidths);
  return addBlocks("expand ratios", &ElasticBlock::expand, kBottleneckExpands);
}

LogicalResult Importer::makeGroups() {
  bool hasKernels = false;
  for (ElasticStage &stage : stages)
    for (ElasticBlock &block : stage.blocks)
      hasKernels |= bool(block.kernel);
  if (hasKernels || !hasBase) // A first stage may be without choices.
    llvm::erase_if(stages, [](ElasticStage &stage) {
      return !stage.depth && llvm::none_of(stage.blocks, [](ElasticBlock &b) {
        return b.kernel || b.expand;
      });
    });
  if (failed(!hasBase     ? makeMbv3Groups()
             : hasKernels ? makeMBConvGroups()
                          : makeBottleneckGroups()))
    return failure();
  int64_t columns = 0;
  for (const ColumnGroup &group : groups)
    columns += group.values.size();
  if (columns != layers.front().inputs)
    return error() << "expects " << columns
                   << " inputs for a supernet of this structure, "
                   << groups.size()
                   << " choices with the published values, but the file has "
                   << layers.front().inputs;
  return success();
}

//===----------------------------------------------------------------------===//
// The supernet's columns
//===----------------------------------------------------------------------===//

FailureOr<int64_t> Importer::findColumn(const ColumnGroup &group, int64_t begin,
                                        double value) {
  ArrayRef<double> usable =
      group.usable.empty() ? ArrayRef(group.values) : group.usable;
  if (llvm::is_contained(usable, value))
    return begin + (llvm::find(group.values, value) - group.values.begin());
  bool isResolution = group.choice == supernet.getForward().getResolutionAttr();
  return error() << "expects "
                 << (isResolution ? "resolutions"
                                  : "values of choice '" +
                                        group.choice.getValue().str() + "'")
                 << " among " << print(usable)
                 << (group.usable.empty() ? ", which it knows"
                                          : ", which it was trained for")
                 << ", but the supernet has " << print(value);
}

static double toDouble(Attribute value) {
  if (auto integer = dyn_cast<IntegerAttr>(value))
    return double(integer.getInt());
  return cast<FloatAttr>(value).getValueAsDouble();
}

/// The file's column for each value of each choice. A resolution that is fixed
/// is always one: its column goes to the bias.
FailureOr<SmallVector<int64_t>> Importer::selectColumns() {
  SmallVector<int64_t> columns;
  int64_t begin = 0;
  for (const ColumnGroup &group : groups) {
    if (group.choice) {
      unsigned choice = space.lookup(group.choice);
      for (unsigned value = 0; value != space.getNumValues(choice); ++value) {
        FailureOr<int64_t> column =
            findColumn(group, begin, toDouble(space.getValue(choice, value)));
        if (failed(column))
          return failure();
        columns.push_back(*column);
      }
    } else {
      auto image = cast<ShapedType>(supernet.getForward().getImage().getType());
      if (image.getDimSize(1) != image.getDimSize(2))
        return error() << "expects square images, but got "
                       << image.getDimSize(1) << "x" << image.getDimSize(2);
      FailureOr<int64_t> column =
          findColumn(group, begin, double(image.getDimSize(1)));
      if (failed(column))
        return failure();
      Layer &first = layers.front();
      for (int64_t out = 0; out != first.outputs; ++out)
        first.bias[out] += first.weight[out * first.inputs + *column];
    }
    begin += group.values.size();
  }
  return columns;
}

FailureOr<PredictorOp> Importer::run(const torch::StateDict &tensors) {
  if (failed(readLayers(tensors)) || failed(makeGroups()))
    return failure();
  FailureOr<SmallVector<int64_t>> columns = selectColumns();
  if (failed(columns))
    return failure();
  Layer &first = layers.front();
  std::vector<float> selected;
  for (int64_t out = 0; out != first.outputs; ++out)
    for (int64_t column : *columns)
      selected.push_back(first.weight[out * first.inputs + column]);
  first.weight = std::move(selected);
  first.inputs = columns->size();

  OpBuilder builder(supernet->getContext());
  builder.setInsertionPointAfter(supernet);
  SmallVector<Attribute> features, tensorAttrs;
  for (const ColumnGroup &group : groups)
    if (group.choice)
      features.push_back(group.choice);
  for (auto [index, layer] : llvm::enumerate(layers)) {
    std::string name = "accuracy." + std::to_string(index);
    auto type = [&](ArrayRef<int64_t> shape) {
      return RankedTensorType::get(shape, builder.getF32Type());
    };
    tensorAttrs.push_back(makeElements<float>(
        name + ".weight", type({layer.outputs, layer.inputs}), layer.weight));
    tensorAttrs.push_back(
        makeElements<float>(name + ".bias", type({layer.outputs}), layer.bias));
  }
  return PredictorOp::create(
      builder, supernet.getLoc(), "accuracy", supernet.getSymName(),
      builder.getArrayAttr(features), llvm::APFloat(double(base)),
      /*error=*/FloatAttr(),
      builder.getArrayAttr(tensorAttrs));
}

namespace {
struct ImportPredictor final
    : ofa::impl::ImportPredictorPassBase<ImportPredictor> {
  using ImportPredictorPassBase::ImportPredictorPassBase;

  void runOnOperation() override {
    if (failed(import()))
      signalPassFailure();
  }

  LogicalResult import() {
    ModuleOp module = getOperation();
    auto supernets = llvm::to_vector(module.getOps<SupernetOp>());
    if (supernets.size() != 1)
      return module.emitError("expects one supernet to import a predictor for, "
                              "but the module has ")
             << supernets.size();
    auto predictors = module.getOps<PredictorOp>();
    if (!predictors.empty())
      return (*predictors.begin())
          .emitOpError("is there already: expects a "
                       "module without a predictor");
    if (file.empty())
      return module.emitError("expects the option 'file' to name a predictor");
    auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    if (std::error_code code = buffer.getError())
      return module.emitError("cannot read '")
             << file << "': " << code.message();
    llvm::Expected<torch::StateDict> tensors = torch::readStateDict(**buffer);
    if (!tensors)
      return module.emitError("'")
             << file << "': " << llvm::toString(tensors.takeError());
    SmallVector<int64_t> sizes(resolutions.begin(), resolutions.end());
    return Importer(supernets.front(), file, sizes).run(*tensors);
  }
};
} // namespace
