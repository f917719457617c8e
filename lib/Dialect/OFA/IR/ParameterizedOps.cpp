//===- ParameterizedOps.cpp - Layers whose parameters shrink --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpUtils.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::ofa;

static int64_t numElements(ArrayRef<int64_t> shape) {
  return ShapedType::getNumElements(shape);
}

/// Elements of all operands but the first.
static int64_t sumParameters(ShapeList operands) {
  int64_t sum = 0;
  for (ArrayRef<int64_t> shape : operands.drop_front())
    sum += numElements(shape);
  return sum;
}

static LogicalResult checkBias(ShapeList operands, bool hasBias,
                               int64_t channels, EmitError emitError) {
  if (hasBias && operands[2][0] != channels)
    return emitError() << "expects a bias of " << channels
                       << " elements, but got " << operands[2][0];
  return success();
}

static LogicalResult checkInSupernet(Operation *op, StringRef attribute) {
  if (op->getParentOfType<SupernetOp>())
    return success();
  return op->emitOpError("expects '")
         << attribute << "' only inside a supernet";
}

static LogicalResult checkWidth(Operation *op, std::optional<WidthAttr> width,
                                int64_t channels) {
  if (width && failed(checkInSupernet(op, "width")))
    return failure();
  if (width && width->getLargest() != channels)
    return op->emitOpError("expects the largest width to be the weight's ")
           << channels << " output channels, but got " << width->getLargest();
  return success();
}

//===----------------------------------------------------------------------===//
// Conv2DOp
//===----------------------------------------------------------------------===//

Window2D Conv2DOp::getWindow() {
  ArrayRef<int64_t> weight = getWeight().getType().getShape();
  return makeWindow(weight[1], weight[2], getStrides(), getPad(), getDilations());
}

FailureOr<SmallVector<int64_t>> Conv2DOp::inferShape(ShapeList operands,
                                                     EmitError emitError) {
  ArrayRef<int64_t> input = operands[0], weight = operands[1];
  if (weight.size() != 4)
    return emitError() << "expects a weight of shape [out, kh, kw, in], but got "
                       << weight.size() << " dimensions";
  int64_t groups = input[3] / weight[3]; // conv2d_c1
  if (groups * weight[3] != input[3] || weight[0] % groups != 0)
    return emitError() << "expects a weight of " << input[3]
                       << " input channels, or of a part of them that makes "
                          "groups of its "
                       << weight[0] << " output channels, but got "
                       << weight[3];
  if (failed(checkBias(operands, !!getBias(), weight[0], emitError))) // conv2d_c2
    return failure();
  auto windows = inferWindows(input, // conv2d_c3
                              makeWindow(weight[1], weight[2], getStrides(),
                                         getPad(), getDilations()),
                              emitError);
  if (failed(windows))
    return failure();
  return SmallVector<int64_t>{input[0], (*windows)[0], (*windows)[1], weight[0]};
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyInferredShape(*this))) // conv2d_c6
    return failure();
  if (failed(checkWidth(*this, getWidth(), // conv2d_c4
                        getWeight().getType().getShape()[0])))
    return failure();
  if (getWidth() && getGroups() != 1) // conv2d_c4
    return emitOpError("expects 'width' only without groups, but has ")
           << getGroups();
  return verifyLayerTypes(*this, getInput(), getWeight(), getBias(), // conv2d_c5
                          getResult(), /*outAxis=*/0);
}

int64_t Conv2DOp::countMacs(ShapeList operands, ArrayRef<int64_t> result) {
  return result[1] * result[2] * numElements(operands[1]);
}
int64_t Conv2DOp::countParameters(ShapeList operands) {
  return sumParameters(operands);
}

StringRef Conv2DOp::getKernelKind() {
  Window2D window = getWindow();
  bool pointwise = llvm::all_of(ArrayRef<int>{0, 1}, [&](int axis) {
    return window.extent[axis] == 1 && window.stride[axis] == 1;
  });
  return pointwise ? "pointwise_conv2d" : "conv2d";
}

void Conv2DOp::getChoices(SmallVectorImpl<FlatSymbolRefAttr> &choices) {
  if (std::optional<WidthAttr> width = getWidth())
    choices.append(width->getChoices().begin(), width->getChoices().end());
}
void Conv2DOp::selectParameters(const Subnet &subnet,
                                SmallVectorImpl<SmallVector<int64_t>> &operands) {
  operands[1][3] = operands[0][3];
  if (std::optional<WidthAttr> width = getWidth())
    operands[1][0] = subnet.getWidth(*width);
  if (getBias())
    operands[2][0] = operands[1][0];
}
SmallVector<int64_t> Conv2DOp::inferActiveShape(const Subnet &,
                                                ShapeList operands) {
  return *inferShape(operands, [&] { return emitOpError(); });
}
Operation *Conv2DOp::specialize(const Subnet &subnet, OpBuilder &builder,
                                IRMapping &mapping) {
  return specializeByPrefix(*this, subnet, builder, mapping, {"width"});
}

//===----------------------------------------------------------------------===//
// DepthwiseConv2DOp
//===----------------------------------------------------------------------===//

Window2D DepthwiseConv2DOp::getWindow() {
  ArrayRef<int64_t> weight = getWeight().getType().getShape();
  return makeWindow(weight[1], weight[2], getStrides(), getPad(), getDilations());
}

/// The padding of the smaller window: a centre crop takes as much off each side.
static SmallVector<int64_t> cropPad(ArrayRef<int64_t> pad, int64_t crop) {
  return llvm::map_to_vector(pad, [&](int64_t p) { return p - crop; });
}

FailureOr<SmallVector<int64_t>>
DepthwiseConv2DOp::inferShape(ShapeList operands, EmitError emitError) {
  ArrayRef<int64_t> input = operands[0], weight = operands[1];
  if (weight.size() != 4 || weight[0] != 1 || weight[3] % input[3] != 0)
    // depthwise_conv2d_c1
    return emitError() << "expects a weight of shape [1, kh, kw, n * "
                       << input[3] << "]";
  if (failed(checkBias(operands, !!getBias(), weight[3], emitError)))
    return failure(); // depthwise_conv2d_c2
  // A crop shrinks window and padding alike, and so keeps the result's shape.
  int64_t crop = 0;
  if (getKernelChoice())
    crop = (getWeight().getType().getShape()[1] - weight[1]) / 2;
  auto windows = inferWindows(input, // depthwise_conv2d_c3
                              makeWindow(weight[1], weight[2], getStrides(),
                                         cropPad(getPad(), crop), getDilations()),
                              emitError);
  if (failed(windows))
    return failure();
  return SmallVector<int64_t>{input[0], (*windows)[0], (*windows)[1], weight[3]};
}

LogicalResult DepthwiseConv2DOp::verify() {
  if (failed(verifyInferredShape(*this))) // depthwise_conv2d_c6
    return failure();
  ArrayRef<int64_t> weight = getWeight().getType().getShape();
  if (getKernelChoice() && failed(checkInSupernet(*this, "kernel_choice")))
    return failure(); // depthwise_conv2d_c4
  if (getKernelChoice() && weight[1] != weight[2]) // depthwise_conv2d_c4
    return emitOpError("expects a square window with 'kernel_choice', but got ")
           << weight[1] << "x" << weight[2];
  if (!getTransforms().empty() && !getKernelChoice()) // depthwise_conv2d_c5
    return emitOpError("expects 'kernel_choice' with transforms");
  return verifyLayerTypes(*this, getInput(), getWeight(), getBias(),
                          getResult(), /*outAxis=*/3);
}

int64_t DepthwiseConv2DOp::countMacs(ShapeList operands,
                                     ArrayRef<int64_t> result) {
  return result[1] * result[2] * numElements(operands[1]);
}
int64_t DepthwiseConv2DOp::countParameters(ShapeList operands) {
  // Kernel transforms are spent when a subnet is extracted.
  return sumParameters(operands.drop_back(getTransforms().size()));
}

StringRef DepthwiseConv2DOp::getKernelKind() { return "depthwise_conv2d"; }

void DepthwiseConv2DOp::getChoices(SmallVectorImpl<FlatSymbolRefAttr> &choices) {
  if (FlatSymbolRefAttr choice = getKernelChoiceAttr())
    choices.push_back(choice);
}
void DepthwiseConv2DOp::selectParameters(
    const Subnet &subnet, SmallVectorImpl<SmallVector<int64_t>> &operands) {
  ArrayRef<int64_t> full = getWeight().getType().getShape();
  int64_t multiplier = full[3] / getInput().getType().getShape()[3];
  operands[1][3] = operands[0][3] * multiplier;
  if (FlatSymbolRefAttr choice = getKernelChoiceAttr())
    operands[1][1] = operands[1][2] = subnet.getInteger(choice);
  if (getBias())
    operands[2][0] = operands[1][3];
}
SmallVector<int64_t> DepthwiseConv2DOp::inferActiveShape(const Subnet &,
                                                         ShapeList operands) {
  return *inferShape(operands, [&] { return emitOpError(); });
}

/// Centre crop of `[1, from, from, channels]` to `to`, then, with a matrix
/// `[to*to, to*to]`, each channel's flattened window times it (Once-for-All,
/// section 3.2: the row index is the output's).
static std::vector<float> shrinkWindow(ArrayRef<float> weight, int64_t from,
                                       int64_t to, int64_t channels,
                                       ArrayRef<float> matrix) {
  int64_t begin = (from - to) / 2, taps = to * to;
  std::vector<float> centre = sliceBox(weight, {1, from, from, channels},
                                       {0, begin, begin, 0}, {1, to, to, channels});
  if (matrix.empty())
    return centre;
  std::vector<float> result(centre.size(), 0.0f);
  for (int64_t out = 0; out != taps; ++out)
    for (int64_t in = 0; in != taps; ++in)
      for (int64_t c = 0; c != channels; ++c)
        result[out * channels + c] +=
            matrix[out * taps + in] * centre[in * channels + c];
  return result;
}

Operation *DepthwiseConv2DOp::specialize(const Subnet &subnet,
                                         OpBuilder &builder,
                                         IRMapping &mapping) {
  Value input = mapping.lookup(getInput());
  SmallVector<SmallVector<int64_t>> shapes = getOperandShapes(*this);
  shapes[0] = llvm::to_vector(cast<ShapedType>(input.getType()).getShape());
  selectParameters(subnet, shapes);
  ArrayRef<int64_t> full = getWeight().getType().getShape();

  ConstantOp constant = getPresentConstant(*this, getWeight());
  if (!constant)
    return nullptr;
  // The channels first, then one step down after the other.
  int64_t channels = shapes[1][3], kernel = full[1];
  std::vector<float> weight =
      sliceBox(copyElements<float>(*constant.getValue()), full, {0, 0, 0, 0},
               {1, kernel, full[2], channels});
  if (FlatSymbolRefAttr choice = getKernelChoiceAttr()) {
    const ChoiceSpace &space = subnet.getSpace();
    unsigned position = space.lookup(choice);
    unsigned step = 0;
    for (unsigned value = space.getNumValues(position) - 1;
         value != subnet.getValues()[position]; --value, ++step) {
      int64_t next =
          cast<IntegerAttr>(space.getValue(position, value - 1)).getInt();
      std::vector<float> matrix;
      if (!getTransforms().empty()) {
        ConstantOp transform = getPresentConstant(*this, getTransforms()[step]);
        if (!transform)
          return nullptr;
        matrix = copyElements<float>(*transform.getValue());
      }
      weight = shrinkWindow(weight, kernel, next, channels, matrix);
      kernel = next;
    }
  }
  auto weightType = cast<RankedTensorType>(constant.getType()).clone(shapes[1]);
  SmallVector<Value> operands = {
      input, ConstantOp::create(builder, constant.getLoc(), constant.getName(),
                                makeElements<float>(constant.getName(),
                                                    weightType, weight))};
  if (getBias()) {
    Value bias = sliceParameter(builder, *this, getBias(), shapes[2]);
    if (!bias)
      return nullptr;
    operands.push_back(bias);
  }
  auto type = cast<RankedTensorType>(getType()).clone(
      inferActiveShape(subnet, shapes));
  return DepthwiseConv2DOp::create(
      builder, getLoc(), type, getName(), input, operands[1],
      getBias() ? operands[2] : Value(), ValueRange(), getStrides(),
      cropPad(getPad(), (full[1] - kernel) / 2), getDilations(),
      getActivation(), getRounding(), /*kernel_choice=*/nullptr);
}

//===----------------------------------------------------------------------===//
// FullyConnectedOp
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>>
FullyConnectedOp::inferShape(ShapeList operands, EmitError emitError) {
  ArrayRef<int64_t> input = operands[0], weight = operands[1];
  if (input.size() != 2 || weight.size() != 2 || weight[1] != input[1])
    // fully_connected_c1
    return emitError() << "expects an input [rows, in] and a weight [out, in]";
  if (failed(checkBias(operands, !!getBias(), weight[0], emitError)))
    return failure(); // fully_connected_c2
  return SmallVector<int64_t>{input[0], weight[0]};
}

LogicalResult FullyConnectedOp::verify() {
  if (failed(verifyInferredShape(*this))) // fully_connected_c4
    return failure();
  if (failed(checkWidth(*this, getWidth(), // fully_connected_c3
                        getWeight().getType().getShape()[0])))
    return failure();
  return verifyLayerTypes(*this, getInput(), getWeight(), getBias(),
                          getResult(), /*outAxis=*/0);
}

int64_t FullyConnectedOp::countMacs(ShapeList operands, ArrayRef<int64_t>) {
  return operands[0][0] * numElements(operands[1]);
}
int64_t FullyConnectedOp::countParameters(ShapeList operands) {
  return sumParameters(operands);
}
StringRef FullyConnectedOp::getKernelKind() { return "fully_connected"; }
void FullyConnectedOp::getChoices(SmallVectorImpl<FlatSymbolRefAttr> &choices) {
  if (std::optional<WidthAttr> width = getWidth())
    choices.append(width->getChoices().begin(), width->getChoices().end());
}
void FullyConnectedOp::selectParameters(
    const Subnet &subnet, SmallVectorImpl<SmallVector<int64_t>> &operands) {
  operands[1][1] = operands[0][1];
  if (std::optional<WidthAttr> width = getWidth())
    operands[1][0] = subnet.getWidth(*width);
  if (getBias())
    operands[2][0] = operands[1][0];
}
SmallVector<int64_t> FullyConnectedOp::inferActiveShape(const Subnet &,
                                                        ShapeList operands) {
  return *inferShape(operands, [&] { return emitOpError(); });
}
Operation *FullyConnectedOp::specialize(const Subnet &subnet,
                                        OpBuilder &builder, IRMapping &mapping) {
  return specializeByPrefix(*this, subnet, builder, mapping, {"width"});
}

//===----------------------------------------------------------------------===//
// BatchNormOp
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> BatchNormOp::inferShape(ShapeList operands,
                                                        EmitError emitError) {
  ArrayRef<int64_t> input = operands[0], params = operands[1];
  if (params[0] != 4 || params[1] != input[3]) // batch_norm_c1
    return emitError() << "expects parameters of shape [4, " << input[3]
                       << "], but got [" << params[0] << ", " << params[1]
                       << "]";
  return operands[0]; // batch_norm_c2
}
LogicalResult BatchNormOp::verify() {
  if (getEpsilon().convertToDouble() <= 0) // batch_norm_c3
    return emitOpError("expects a positive epsilon, but got ")
           << getEpsilon().convertToDouble();
  if (failed(verifyInferredShape(*this)))
    return failure();
  return verifySameElementType(*this, getInput(), getResult());
}
int64_t BatchNormOp::countMacs(ShapeList, ArrayRef<int64_t>) { return 0; }
int64_t BatchNormOp::countParameters(ShapeList operands) {
  return 2 * operands[1][1]; // Statistics are not trained.
}
StringRef BatchNormOp::getKernelKind() { return "elementwise"; }
void BatchNormOp::getChoices(SmallVectorImpl<FlatSymbolRefAttr> &) {}
void BatchNormOp::selectParameters(
    const Subnet &, SmallVectorImpl<SmallVector<int64_t>> &operands) {
  operands[1][1] = operands[0][3];
}
SmallVector<int64_t> BatchNormOp::inferActiveShape(const Subnet &,
                                                   ShapeList operands) {
  return operands[0];
}
Operation *BatchNormOp::specialize(const Subnet &subnet, OpBuilder &builder,
                                   IRMapping &mapping) {
  return specializeByPrefix(*this, subnet, builder, mapping, {});
}
