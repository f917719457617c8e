//===- Quantize.cpp - Post-training quantisation to int8 ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuantizeParameters.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "ofa/Conversion/OFAToKernel/OFAToKernel.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/IR/PixelScale.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "ofa/Execution/Executor.h"
#include "ofa/Quantization/Ranges.h"
#include <cmath>

namespace mlir::ofa {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// What is measured on the calibration images, before anything is rewritten.
struct Measurements {
  /// Ranges of values with a scale of their own.
  llvm::DenseMap<Value, RealRange> ranges;
  /// Means of the channels of inputs of layers with weights.
  llvm::DenseMap<Value, std::vector<double>> means;
};

class Calibrator final : public LayerObserver {
public:
  Calibrator(RangeMethod method, Measurements &measurements)
      : method(method), measurements(measurements) {}

  LogicalResult measure(Value value, ArrayRef<Tensor> images) {
    auto arrays = llvm::map_to_vector(
        images, [](const Tensor &tensor) { return tensor.floats(); });
    std::optional<RealRange> range = chooseRange(arrays, method);
    if (!range)
      return emitError(value.getLoc())
             << "measures values that are no finite numbers on the calibration "
                "images: recalibrate batch norms first";
    measurements.ranges[value] = *range;
    return success();
  }

  LogicalResult beforeOp(Operation *op, ArrayRef<Tensor> input) override {
    if (!isa<LinearOpInterface>(op) ||
        measurements.means.contains(op->getOperand(0)))
      return success();
    size_t channels =
        cast<ShapedType>(op->getOperand(0).getType()).getShape().back();
    std::vector<double> sums(channels);
    for (const Tensor &image : input) {
      ArrayRef<float> values = image.floats();
      for (size_t begin = 0; begin != values.size(); begin += channels)
        for (size_t c = 0; c != channels; ++c)
          sums[c] += values[begin + c];
    }
    for (double &sum : sums)
      sum /= double(input.size() * (input[0].size() / channels));
    measurements.means[op->getOperand(0)] = std::move(sums);
    return success();
  }

  LogicalResult afterOp(Operation *op, ArrayRef<Tensor> result) override {
    if (cast<QuantizableOpInterface>(op).getResultScale().kind !=
        ResultScale::Measured)
      return success();
    return measure(op->getResult(0), result);
  }

private:
  RangeMethod method;
  Measurements &measurements;
};

/// Rewrites one function in place, operation after operation.
class Quantizer {
public:
  Quantizer(func::FuncOp function, const Measurements &measurements,
            Rounding rounding, bool correctBias)
      : function(function), measurements(measurements), rounding(rounding),
        correctBias(correctBias) {}

  LogicalResult run() {
    setType(function.getArgument(0), chooseInputScale());
    for (Operation &op :
         llvm::make_early_inc_range(function.front().without_terminator()))
      if (!isa<ConstantOp>(op) && failed(quantize(&op)))
        return failure();
    for (auto constant :
         llvm::make_early_inc_range(function.getOps<ConstantOp>()))
      if (constant->use_empty())
        constant.erase();
    function.setFunctionType(FunctionType::get(
        function.getContext(), function.front().getArgumentTypes(),
        function.front().getTerminator()->getOperandTypes()));
    return success();
  }

private:
  QuantizedScale chooseInputScale();
  LogicalResult quantize(Operation *op);
  LogicalResult quantizeConstant(OpOperand &operand);
  static void settleSum(Operation *op);

  static void setType(Value value, QuantizedScale scale) {
    Builder builder(value.getContext());
    value.setType(cast<RankedTensorType>(value.getType())
                      .clone(quant::UniformQuantizedType::get(
                          quant::QuantizationFlags::Signed, builder.getI8Type(),
                          builder.getF32Type(), scale.scale, scale.zeroPoint,
                          -128, 127)));
  }
  static QuantizedScale getScale(Value value) {
    auto type = cast<quant::UniformQuantizedType>(getElementTypeOrSelf(value));
    return {type.getScale(), int32_t(type.getZeroPoint())};
  }

  func::FuncOp function;
  const Measurements &measurements;
  Rounding rounding;
  bool correctBias;
};
} // namespace

/// Raw pixels minus 128, if a scale and zero point can say what they mean.
QuantizedScale Quantizer::chooseInputScale() {
  auto preprocessing =
      function->getAttrOfType<PreprocessingAttr>(kPreprocessingAttrName);
  if (std::optional<PixelScale> pixels = findPixelScale(preprocessing))
    return {pixels->scale, pixels->zeroPoint};
  return chooseScale(measurements.ranges.lookup(function.getArgument(0)));
}

/// A constant operand that is a value of the network, such as a summand.
LogicalResult Quantizer::quantizeConstant(OpOperand &operand) {
  auto constant = operand.get().getDefiningOp<ConstantOp>();
  if (!constant || !getElementTypeOrSelf(constant.getType()).isF32())
    return success();
  if (!constant.getValue())
    return constant.emitOpError("expects elements, but they are absent");
  std::vector<float> values = copyElements<float>(*constant.getValue());
  std::optional<RealRange> range =
      chooseRange({ArrayRef<float>(values)}, RangeMethod::MinMax);
  if (!range)
    return constant.emitOpError("expects finite elements");
  QuantizedScale scale = chooseScale(*range);
  std::vector<int8_t> integers;
  for (float value : values)
    integers.push_back(int8_t(std::clamp(
        std::round(value / scale.scale) + scale.zeroPoint, -128.0, 127.0)));
  OpBuilder builder(constant);
  auto type = cast<RankedTensorType>(constant.getType());
  auto quantized = ConstantOp::create(
      builder, constant.getLoc(), type, constant.getNameAttr(),
      makeElements<int8_t>(constant.getName(), type.clone(builder.getI8Type()),
                           integers));
  setType(quantized, scale);
  operand.set(quantized);
  return success();
}

/// Raises the scale of a sum, by a few thousandths, until the sum is one linear
/// form of its operands: so that its kernel is the fast one, whose code a
/// search can promise before scales are known.
void Quantizer::settleSum(Operation *op) {
  constexpr unsigned maxSteps = 64;
  QuantizedScale measured = getScale(op->getResult(0));
  for (unsigned step = 1; step <= maxSteps && lacksLinearForm(op); ++step)
    setType(op->getResult(0),
            {measured.scale * (1.0 + step / 1024.0), measured.zeroPoint});
}

LogicalResult Quantizer::quantize(Operation *op) {
  auto layer = dyn_cast<LinearOpInterface>(op);
  double smallestScale = 0;
  if (layer) {
    Value input = op->getOperand(0);
    ArrayRef<double> means;
    auto measured = measurements.means.find(input);
    if (correctBias && measured != measurements.means.end())
      means = measured->second;
    FailureOr<QuantizedParameters> parameters =
        quantizeParameters(layer, getScale(input).scale, means);
    if (failed(parameters))
      return failure();
    setParameters(layer, *parameters);
    // A requantised accumulator has to fit 32 bits before it is clamped.
    smallestScale = parameters->largestResult / 0x1p29;
  } else {
    SmallVector<double> scales;
    for (OpOperand &operand : op->getOpOperands()) {
      if (failed(quantizeConstant(operand)))
        return failure();
      scales.push_back(getScale(operand.get()).scale);
    }
    smallestScale =
        cast<QuantizableOpInterface>(op).getSmallestResultScale(scales);
  }
  auto quantizable = cast<QuantizableOpInterface>(op);
  quantizable.setQuantizedRounding(rounding);
  ResultScale scale = quantizable.getResultScale();
  switch (scale.kind) {
  case ResultScale::Measured:
    setType(op->getResult(0),
            chooseScale(measurements.ranges.lookup(op->getResult(0)),
                        smallestScale));
    settleSum(op);
    break;
  case ResultScale::OfInput:
    setType(op->getResult(0), getScale(op->getOperand(0)));
    break;
  case ResultScale::Fixed:
    setType(op->getResult(0), {scale.scale, int32_t(scale.zeroPoint)});
    break;
  }
  return success();
}

namespace {
struct Quantize final : ofa::impl::QuantizePassBase<Quantize> {
  using QuantizePassBase::QuantizePassBase;

  void runOnOperation() override {
    std::optional<RangeMethod> method = symbolizeRangeMethod(calibration);
    std::optional<Rounding> roundingMode = symbolizeRounding(rounding);
    if (!method || !roundingMode) {
      getOperation().emitError() << "ofa-quantize expects calibration "
                                    "'minmax', 'percentile' or 'mse' and "
                                    "rounding 'single' or 'double', but got '"
                                 << calibration << "' and '" << rounding << "'";
      return signalPassFailure();
    }
    std::vector<uint8_t> storage;
    std::optional<ImageBatch> images;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!isReal(function))
        continue;
      if (keepImported && isImported(getOperation()))
        continue;
      if (assumeRanges) {
        if (failed(checkOperations(function)) ||
            failed(Quantizer(function, Measurements(), *roundingMode,
                             correctBias)
                       .run()))
          return signalPassFailure();
        continue;
      }
      if (!images) {
        FailureOr<ImageBatch> read = readCalibration(getOperation(), storage);
        if (failed(read))
          return signalPassFailure();
        images = *read;
      }
      if (failed(quantize(function, *images, *method, *roundingMode)))
        return signalPassFailure();
    }
  }

  /// Whether the function is a network that is not quantised yet.
  static bool isReal(func::FuncOp function) {
    return function.getNumArguments() == 1 &&
           getElementTypeOrSelf(function.getArgumentTypes()[0]).isF32() &&
           llvm::any_of(function.getOps(),
                        [](Operation &op) { return isa<CostOpInterface>(op); });
  }

  /// Whether nobody chose the network from a supernet, and nobody gave images.
  static bool isImported(ModuleOp module) {
    auto decision =
        module->getAttrOfType<SpecializationAttr>(kSpecializationAttrName);
    bool isChosen = decision && decision.getFacts().contains("subnet");
    return !isChosen && module.getOps<CalibrationOp>().empty();
  }

  static LogicalResult checkOperations(func::FuncOp function) {
    for (Operation &op : function.front().without_terminator())
      if (!isa<ConstantOp, QuantizableOpInterface>(op))
        return op.emitOpError(
            "has no int8 form: run ofa-fold-batch-norm first");
    return success();
  }

  LogicalResult quantize(func::FuncOp function, const ImageBatch &images,
                         RangeMethod method, Rounding roundingMode) {
    if (failed(checkOperations(function)))
      return failure();
    FailureOr<std::vector<Tensor>> inputs = readImages(function, images);
    if (failed(inputs))
      return failure();
    Measurements measurements;
    Calibrator calibrator(method, measurements);
    if (failed(calibrator.measure(function.getArgument(0), *inputs)) ||
        failed(runLayers(function, std::move(*inputs), calibrator)))
      return failure();
    return Quantizer(function, measurements, roundingMode, correctBias).run();
  }
};
} // namespace
