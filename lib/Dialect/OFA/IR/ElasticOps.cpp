//===- ElasticOps.cpp - Supernets, choices, stages and blocks -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// SupernetOp
//===----------------------------------------------------------------------===//

ForwardOp SupernetOp::getForward() {
  return *getBody().getOps<ForwardOp>().begin();
}

/// Checks every use of a choice inside the supernet, so that passes may look
/// choices up without asking: it exists, and tables have its size.
static LogicalResult verifyChoiceUses(SupernetOp supernet,
                                      const ChoiceSpace &space) {
  WalkResult result = supernet.walk([&](Operation *op) {
    auto check = [&](FlatSymbolRefAttr choice) -> LogicalResult {
      if (!choice || space.contains(choice.getAttr()))
        return success();
      return op->emitOpError("expects ") // supernet_c3
             << choice << " to be a choice of supernet '@"
             << supernet.getSymName() << "'";
    };
    for (NamedAttribute attr : op->getAttrs()) {
      if (auto width = dyn_cast<WidthAttr>(attr.getValue())) {
        size_t entries = 1;
        for (FlatSymbolRefAttr choice : width.getChoices()) {
          if (failed(check(choice)))
            return WalkResult::interrupt();
          entries *= space.getNumValues(space.lookup(choice));
        }
        if (entries != width.getChannels().size()) { // supernet_c3
          op->emitOpError("expects a width table of ")
              << entries << " entries for its choices, but got "
              << width.getChannels().size();
          return WalkResult::interrupt();
        }
      }
    }
    auto depthwise = dyn_cast<DepthwiseConv2DOp>(op);
    if (!depthwise || !depthwise.getKernelChoice())
      return WalkResult::advance();
    FlatSymbolRefAttr choice = depthwise.getKernelChoiceAttr();
    if (failed(check(choice)))
      return WalkResult::interrupt();
    unsigned position = space.lookup(choice);
    unsigned count = space.getNumValues(position);
    int64_t kernel = depthwise.getWeight().getType().getShape()[1];
    SmallVector<int64_t> sizes;
    for (unsigned value = 0; value != count; ++value) {
      auto size = dyn_cast<IntegerAttr>(space.getValue(position, value));
      sizes.push_back(size ? size.getInt() : 0);
    }
    // depthwise_conv2d_c4
    if (sizes.back() != kernel ||
        llvm::any_of(sizes, [](int64_t k) { return k % 2 != 1; }))
      return (void)(op->emitOpError("expects ")
                    << choice << " to hold odd window sizes up to " << kernel
                    << ", but got " << space.getChoice(position)->getAttr("values")),
             WalkResult::interrupt();
    int64_t crop = (kernel - sizes.front()) / 2;
    if (llvm::any_of(depthwise.getPad(), [&](int64_t p) { return p < crop; }))
      return (void)(op->emitOpError("expects padding of at least ")
                    << crop << ", which the smallest window takes off each side"),
             WalkResult::interrupt();
    // depthwise_conv2d_c5
    auto transforms = depthwise.getTransforms();
    if (transforms.empty())
      return WalkResult::advance();
    if (transforms.size() != count - 1)
      return (void)(op->emitOpError("expects ")
                    << count - 1 << " transforms for " << choice << ", but got "
                    << transforms.size()),
             WalkResult::interrupt();
    for (auto [step, transform] : llvm::enumerate(transforms)) {
      int64_t size = sizes[count - 2 - step], taps = size * size;
      ArrayRef<int64_t> shape = cast<ShapedType>(transform.getType()).getShape();
      if (shape != ArrayRef<int64_t>({taps, taps}))
        return (void)(op->emitOpError("expects transform ")
                      << step << " of shape " << taps << "x" << taps
                      << " for a window of " << size << ", but got "
                      << transform.getType()),
               WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult SupernetOp::verifyRegions() {
  auto forwards = getBody().getOps<ForwardOp>();
  if (llvm::range_size(forwards) != 1) // supernet_c1
    return emitOpError("expects one 'ofa.forward', but got ")
           << llvm::range_size(forwards);
  ChoiceSpace space(*this);
  if (failed(verifyChoiceUses(*this, space)))
    return failure();
  if (SubnetAttr subnet = getSubnetAttr()) // supernet_c2
    if (failed(Subnet::fromAttr(space, subnet, [&] { return emitOpError(); })))
      return failure();
  ForwardOp forward = getForward();
  auto logits = dyn_cast<RankedTensorType>(forward.getResultType());
  if (ArrayAttr names = getClassNamesAttr()) // supernet_c4
    if (!logits || logits.getRank() == 0 ||
        logits.getShape().back() != int64_t(names.size()))
      return emitOpError("expects one class name for each output of ")
             << forward.getResultType() << ", but got " << names.size();
  int64_t channels =
      cast<RankedTensorType>(forward.getImage().getType()).getDimSize(3);
  if (PreprocessingAttr preprocessing = getPreprocessingAttr()) // supernet_c5
    if (preprocessing.getMean().size() != 1 &&
        int64_t(preprocessing.getMean().size()) != channels)
      return emitOpError("expects preprocessing of 1 or ")
             << channels << " channels, but got "
             << preprocessing.getMean().size();
  return success();
}

//===----------------------------------------------------------------------===//
// ChoiceOp
//===----------------------------------------------------------------------===//

LogicalResult ChoiceOp::verify() {
  ArrayRef<Attribute> values = getValues().getValue();
  if (values.empty()) // choice_c1
    return emitOpError("expects at least one value");
  auto isKind = [&](Attribute value) {
    if (auto integer = dyn_cast<IntegerAttr>(value))
      return integer.getType().isSignlessInteger(64) &&
             isa<IntegerAttr>(values.front());
    auto ratio = dyn_cast<FloatAttr>(value);
    return ratio && ratio.getType().isF64() && isa<FloatAttr>(values.front());
  };
  if (!llvm::all_of(values, isKind)) // choice_c2
    return emitOpError("expects values that are all i64 or all f64, but got ")
           << getValues();
  auto asDouble = [](Attribute value) {
    if (auto integer = dyn_cast<IntegerAttr>(value))
      return double(integer.getInt());
    return cast<FloatAttr>(value).getValueAsDouble();
  };
  for (size_t i = 1; i < values.size(); ++i)
    if (!(asDouble(values[i - 1]) < asDouble(values[i]))) // choice_c3
      return emitOpError("expects values in increasing order, but got ")
             << getValues();
  return success();
}

/// The integers of the choice that `symbol` names in the supernet around `op`;
/// fails after a diagnostic that says what the choice is for.
static FailureOr<SmallVector<int64_t>>
lookupIntegers(Operation *op, FlatSymbolRefAttr symbol,
               SymbolTableCollection &tables, StringRef purpose) {
  auto choice = tables.lookupNearestSymbolFrom<ChoiceOp>(op, symbol);
  if (!choice)
    return op->emitOpError("expects ")
           << symbol << " to be a choice of " << purpose;
  SmallVector<int64_t> integers;
  for (auto value : choice.getValues().getAsRange<Attribute>()) {
    auto integer = dyn_cast<IntegerAttr>(value);
    if (!integer)
      return op->emitOpError("expects integers in ")
             << symbol << ", a choice of " << purpose << ", but got "
             << choice.getValues();
    integers.push_back(integer.getInt());
  }
  return integers;
}

//===----------------------------------------------------------------------===//
// ForwardOp
//===----------------------------------------------------------------------===//

ParseResult ForwardOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::Argument image;
  Type type;
  if (parser.parseLParen() || parser.parseArgument(image, /*allowType=*/true) ||
      parser.parseRParen() || parser.parseArrow() || parser.parseType(type))
    return failure();
  result.addAttribute(getResultTypeAttrName(result.name), TypeAttr::get(type));
  if (succeeded(parser.parseOptionalKeyword("resolution"))) {
    StringAttr name;
    if (parser.parseSymbolName(name))
      return failure();
    result.addAttribute(getResolutionAttrName(result.name),
                        FlatSymbolRefAttr::get(name));
  }
  if (parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseRegion(*result.addRegion(), image))
    return failure();
  return success();
}

void ForwardOp::print(OpAsmPrinter &printer) {
  printer << " (";
  printer.printRegionArgument(getImage());
  printer << ") -> " << getResultType();
  if (FlatSymbolRefAttr resolution = getResolutionAttr())
    printer << " resolution " << resolution;
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(),
                                           {"result_type", "resolution"});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

/// The type that the region of a container yields, or null.
static Type getYieldedType(Region &region) {
  auto yield = dyn_cast<YieldOp>(region.front().getTerminator());
  return yield && yield.getValues().size() == 1
             ? yield.getValues().front().getType()
             : Type();
}

void ForwardOp::getAsmBlockArgumentNames(Region &region,
                                         OpAsmSetValueNameFn setName) {
  if (region.getNumArguments() != 0)
    setName(region.getArgument(0), "image");
}

LogicalResult ForwardOp::verify() {
  Block &block = getBody().front(); // forward_c1
  auto image = block.getNumArguments() == 1
                   ? dyn_cast<RankedTensorType>(block.getArgument(0).getType())
                   : RankedTensorType();
  if (!image || image.getRank() != 4 || !image.getElementType().isF32() ||
      image.getDimSize(0) != 1 ||
      llvm::any_of(image.getShape(), [](int64_t size) { return size <= 0; }))
    return emitOpError("expects one argument, an f32 image [1, height, width, "
                       "channels]");
  if (getYieldedType(getBody()) != getResultType())
    return emitOpError("expects to yield ") << getResultType();
  return success();
}

LogicalResult ForwardOp::verifySymbolUses(SymbolTableCollection &tables) {
  FlatSymbolRefAttr resolution = getResolutionAttr();
  if (!resolution)
    return success();
  auto sizes = lookupIntegers(*this, resolution, tables, "resolutions");
  if (failed(sizes))
    return failure();
  auto image = cast<RankedTensorType>(getImage().getType());
  if (sizes->front() <= 0 || sizes->back() != image.getDimSize(1) ||
      sizes->back() != image.getDimSize(2)) // forward_c2
    return emitOpError("expects positive resolutions up to the image's ")
           << image.getDimSize(1) << "x" << image.getDimSize(2);
  return success();
}

//===----------------------------------------------------------------------===//
// StageOp, BlockOp
//===----------------------------------------------------------------------===//

/// Parses `(%arg = %input : type) -> type { region }`.
static ParseResult parseContainerBody(OpAsmParser &parser,
                                      OperationState &result) {
  OpAsmParser::Argument argument;
  OpAsmParser::UnresolvedOperand input;
  Type resultType;
  if (parser.parseLParen() || parser.parseArgument(argument) ||
      parser.parseEqual() || parser.parseOperand(input) ||
      parser.parseColonType(argument.type) || parser.parseRParen() ||
      parser.parseArrow() || parser.parseType(resultType) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.resolveOperand(input, argument.type, result.operands) ||
      parser.parseRegion(*result.addRegion(), argument))
    return failure();
  result.addTypes(resultType);
  return success();
}

static void printContainerBody(OpAsmPrinter &printer, Operation *op,
                               ArrayRef<StringRef> elided) {
  Region &region = op->getRegion(0);
  printer << " (";
  printer.printOperand(region.getArgument(0));
  printer << " = " << op->getOperand(0) << " : "
          << op->getOperand(0).getType() << ") -> "
          << op->getResult(0).getType();
  printer.printOptionalAttrDictWithKeyword(op->getAttrs(), elided);
  printer << ' ';
  printer.printRegion(region, /*printEntryBlockArgs=*/false);
}

static LogicalResult verifyContainer(Operation *op) {
  Block &block = op->getRegion(0).front();
  if (block.getNumArguments() != 1 ||
      block.getArgument(0).getType() != op->getOperand(0).getType())
    return op->emitOpError("expects one region argument of the input's type ")
           << op->getOperand(0).getType();
  if (getYieldedType(op->getRegion(0)) != op->getResult(0).getType())
    return op->emitOpError("expects to yield ") << op->getResult(0).getType();
  return success();
}

ParseResult StageOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr name, depth;
  if (parser.parseAttribute(name))
    return failure();
  result.addAttribute(getNameAttrName(result.name), name);
  if (succeeded(parser.parseOptionalKeyword("depth"))) {
    if (parser.parseSymbolName(depth))
      return failure();
    result.addAttribute(getDepthAttrName(result.name),
                        FlatSymbolRefAttr::get(depth));
  }
  return parseContainerBody(parser, result);
}

void StageOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getNameAttr();
  if (FlatSymbolRefAttr depth = getDepthAttr())
    printer << " depth " << depth;
  printContainerBody(printer, *this, {"name", "depth"});
}

SmallVector<BlockOp> StageOp::getBlocks() {
  return llvm::to_vector(getBody().front().getOps<BlockOp>());
}

LogicalResult StageOp::verify() {
  if (failed(verifyContainer(*this)))
    return failure();
  Value value = getBody().getArgument(0); // stage_c1
  for (Operation &op : getBody().front().without_terminator()) {
    auto block = dyn_cast<BlockOp>(op);
    if (!block)
      return emitOpError("expects only 'ofa.block' inside, but got '")
             << op.getName() << "'";
    if (block.getInput() != value)
      return emitOpError("expects block '")
             << block.getName() << "' to take the value before it";
    value = block.getResult();
  }
  if (getBody().front().getTerminator()->getOperand(0) != value)
    return emitOpError("expects to yield the last block's result");
  return success();
}

LogicalResult StageOp::verifySymbolUses(SymbolTableCollection &tables) {
  FlatSymbolRefAttr depth = getDepthAttr();
  if (!depth)
    return success();
  auto depths = lookupIntegers(*this, depth, tables, "depths");
  if (failed(depths))
    return failure();
  SmallVector<BlockOp> blocks = getBlocks();
  if (depths->front() < 0 || depths->back() != int64_t(blocks.size()))
    return emitOpError("expects depths from 0 up to its ") // stage_c2
           << blocks.size() << " blocks, but got " << depth << " up to "
           << depths->back();
  for (int64_t last : *depths) { // stage_c3
    Type type = last == 0 ? getInput().getType()
                          : blocks[last - 1].getResult().getType();
    if (type != getType())
      return emitOpError("expects ")
             << getType() << " after " << last << " blocks, but got " << type;
  }
  return success();
}

ParseResult BlockOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr name;
  if (parser.parseAttribute(name))
    return failure();
  result.addAttribute(getNameAttrName(result.name), name);
  return parseContainerBody(parser, result);
}

void BlockOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getNameAttr();
  printContainerBody(printer, *this, {"name"});
}

LogicalResult BlockOp::verify() {
  return verifyContainer(*this); // block_c1
}

//===----------------------------------------------------------------------===//
// CalibrationOp, PredictorOp
//===----------------------------------------------------------------------===//

LogicalResult CalibrationOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getImages().getType());
  if (!type || type.getRank() != 4 || !type.hasStaticShape() ||
      !type.getElementType().isUnsignedInteger(8)) // calibration_c1
    return emitOpError("expects ui8 images [images, height, width, channels], "
                       "but got ")
           << getImages().getType();
  return verifyElements(getImages(), [&] { return emitOpError(); });
}

LogicalResult PredictorOp::verify() {
  ArrayRef<Attribute> layers = getLayers().getValue();
  if (layers.empty() || layers.size() % 2 != 0) // predictor_c1
    return emitOpError("expects pairs of weights and biases, but got ")
           << layers.size() << " tensors";
  int64_t width = 0;
  for (size_t i = 0; i != layers.size(); i += 2) {
    auto weight = cast<ElementsAttr>(layers[i]);
    auto bias = cast<ElementsAttr>(layers[i + 1]);
    auto weightType = dyn_cast<RankedTensorType>(weight.getType());
    auto biasType = dyn_cast<RankedTensorType>(bias.getType());
    if (!weightType || !biasType || weightType.getRank() != 2 ||
        biasType.getRank() != 1 || !weightType.getElementType().isF32() ||
        !biasType.getElementType().isF32() ||
        biasType.getDimSize(0) != weightType.getDimSize(0) ||
        (i != 0 && weightType.getDimSize(1) != width)) // predictor_c2
      return emitOpError("expects layer ")
             << i / 2 << " to have f32 weights [out, in] and a bias [out] that "
             << "follow from the layer before";
    for (ElementsAttr elements : {weight, bias})
      if (failed(verifyElements(elements, [&] { return emitOpError(); })))
        return failure();
    width = weightType.getDimSize(0);
  }
  if (width != 1)
    return emitOpError("expects one output, but got ") << width;
  if (FloatAttr error = getErrorAttr())
    if (double value = error.getValueAsDouble();
        !(value >= 0 && value <= 1)) // predictor_c4
      return emitOpError("expects an error from 0 to 1, but got ") << value;
  return success();
}

LogicalResult PredictorOp::verifySymbolUses(SymbolTableCollection &tables) {
  auto supernet = tables.lookupNearestSymbolFrom<SupernetOp>(*this, getNetAttr());
  if (!supernet)
    return emitOpError("expects ") << getNetAttr() << " to be a supernet";
  ChoiceSpace space(supernet);
  int64_t inputs = 0;
  for (auto feature : getFeatures().getAsRange<FlatSymbolRefAttr>()) {
    if (!space.contains(feature.getAttr())) // predictor_c3
      return emitOpError("expects ")
             << feature << " to be a choice of " << getNetAttr();
    inputs += space.getNumValues(space.lookup(feature));
  }
  auto first = cast<ShapedType>(cast<ElementsAttr>(getLayers()[0]).getType());
  if (first.getDimSize(1) != inputs) // predictor_c3
    return emitOpError("expects a first layer of ")
           << inputs << " inputs, one per value of its features, but got "
           << first.getDimSize(1);
  return success();
}
