//===- LowerElementwise.cpp - Kernels of element-wise operations ----------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowerings.h"

#include "ofa/Conversion/OFAToKernel/OFAToKernel.h"
#include "ofa/Quantization/ActivationTables.h"
#include "ofa/Quantization/LinearSum.h"

using namespace mlir;
using namespace mlir::ofa;
using kernel::GlobalRole;

/// Fails if rescaling int8 differences by `slope` times input over output
/// leaves 32 bits.
template <typename OpTy>
static LogicalResult checkRescale(OpTy op, double slope = 1) {
  if (!isQuantized(op.getInput()))
    return success();
  double ratio = getScale(op.getInput()).scale / getScale(op.getResult()).scale;
  return checkFactor(op, quantizeMultiplier(ratio * std::max(slope, 1.0)), 255);
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

namespace {
/// Operands as the kernels take them: lhs has the result's shape, rhs too, or
/// it is repeated.
struct BinaryMemory {
  Value lhs, rhs;
  bool swapped = false; ///< whether lhs is the operation's right side
};
} // namespace

/// Whether repeating the elements of `from` gives `to`: but for leading ones,
/// `from` is the end of `to`.
static bool isRepeated(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  from = from.drop_while([](int64_t size) { return size == 1; });
  return from == to.take_back(from.size());
}

/// `memory` with all elements of `shape` written out.
static Value broadcast(Operation *op, KernelLowering &lowering, Value memory,
                       ArrayRef<int64_t> shape, const Twine &name) {
  auto type = cast<MemRefType>(memory.getType());
  Value result = lowering.makeBuffer(kernel::BufferKind::Internal, name.str(),
                                     type.clone(shape));
  SmallVector<int64_t> from(shape.size(), 0), to(shape.size(), 1);
  int64_t stride = 1;
  for (size_t i = 0, rank = type.getRank(); i != rank; ++i) {
    int64_t size = type.getDimSize(rank - 1 - i);
    from[shape.size() - 1 - i] = size == 1 ? 0 : stride;
    stride *= size;
  }
  for (size_t i = shape.size(); i-- > 1;)
    to[i - 1] = to[i] * shape[i];
  lowering.copy(op->getLoc(), name.str(), memory, result,
                kernel::planCopy(shape, from, to));
  return result;
}

template <typename OpTy>
static FailureOr<BinaryMemory> getOperands(OpTy op, KernelLowering &lowering) {
  FailureOr<Value> lhs = lowering.getMemory(op.getLhs());
  FailureOr<Value> rhs = lowering.getMemory(op.getRhs());
  if (failed(lhs) || failed(rhs))
    return failure();
  ArrayRef<int64_t> shape = op.getResult().getType().getShape();
  int64_t count = ShapedType::getNumElements(shape);
  auto isWhole = [&](Value memory) {
    return cast<MemRefType>(memory.getType()).getNumElements() == count;
  };
  auto canRepeat = [&](Value memory) {
    return isRepeated(cast<MemRefType>(memory.getType()).getShape(), shape);
  };
  BinaryMemory result = {*lhs, *rhs};
  if (!isWhole(*lhs) && isWhole(*rhs) && canRepeat(*lhs))
    result = {*rhs, *lhs, /*swapped=*/true};
  if (!isWhole(result.lhs))
    result.lhs =
        broadcast(op, lowering, result.lhs, shape, op.getName() + ".lhs");
  if (!canRepeat(result.rhs))
    result.rhs =
        broadcast(op, lowering, result.rhs, shape, op.getName() + ".rhs");
  result.lhs = lowering.view(op.getLoc(), result.lhs, shape);
  return result;
}

static RequantRounding getRequantRounding(Rounding rounding) {
  return rounding == Rounding::Single ? RequantRounding::Single
                                      : RequantRounding::Double;
}

/// A quantised sum, or a difference.
template <typename OpTy>
static Int8Sum describeSum(OpTy op) {
  constexpr bool isSum = std::is_same_v<OpTy, AddOp>;
  QuantizedScale lhs = getScale(op.getLhs()), rhs = getScale(op.getRhs());
  QuantizedScale output = getScale(op.getResult());
  AddFactors (*derive)(double, double, double) =
      isSum ? deriveAddFactors : deriveSubFactors;
  return {lhs,
          rhs,
          output,
          derive(lhs.scale, rhs.scale, output.scale),
          /*lhsSign=*/1,
          /*rhsSign=*/isSum ? 1 : -1,
          getRange(op.getActivation(), op.getResult()),
          getRequantRounding(op.getRounding())};
}

bool ofa::lacksLinearForm(Operation *op) {
  if (auto add = dyn_cast<AddOp>(op))
    return !findLinearSum(describeSum(add));
  auto sub = dyn_cast<SubOp>(op);
  return sub && !findLinearSum(describeSum(sub));
}

/// Adds or subtracts; `more` is what the kernel operations take at their end.
template <typename Int8Op, typename FloatOp, typename OpTy, typename... More>
static LogicalResult lowerSum(OpTy op, KernelLowering &lowering,
                              const BinaryMemory &operands, More... more) {
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  if (!isQuantized(op.getResult())) {
    auto [min, max] = getBounds(op.getActivation(), builder);
    FloatOp::create(builder, op.getLoc(), op.getName(), operands.lhs,
                    operands.rhs, result, min, max, more...);
    return success();
  }
  Int8Sum sum = describeSum(op);
  if (operands.swapped) {
    std::swap(sum.lhs, sum.rhs);
    std::swap(sum.factors.lhs, sum.factors.rhs);
    std::swap(sum.lhsSign, sum.rhsSign);
  }
  const AddFactors &factors = sum.factors;
  // Both sides have 20 bits more, and at most twice 255 steps.
  if (failed(checkFactor(op, factors.output, int64_t(510) << kAddLeftShift)))
    return failure();
  if (std::optional<LinearSum> linear = findLinearSum(sum)) {
    kernel::LinearSumS8Op::create(
        builder, op.getLoc(), op.getName(), operands.lhs, operands.rhs, result,
        linear->lhsFactor, linear->rhsFactor, linear->offset, linear->shift,
        sum.range.min, sum.range.max);
    return success();
  }
  Int8Op::create(
      builder, op.getLoc(), op.getName(), operands.lhs, operands.rhs, result,
      factors.lhs.multiplier, factors.lhs.shift, factors.rhs.multiplier,
      factors.rhs.shift, factors.output.multiplier, factors.output.shift,
      sum.lhs.zeroPoint, sum.rhs.zeroPoint, sum.output.zeroPoint, sum.range.min,
      sum.range.max, getRounding(op.getRounding()), more...);
  return success();
}

LogicalResult ofa::lower(AddOp op, KernelLowering &lowering) {
  FailureOr<BinaryMemory> operands = getOperands(op, lowering);
  if (failed(operands))
    return failure();
  return lowerSum<kernel::AddS8Op, kernel::AddF32Op>(op, lowering, *operands);
}

LogicalResult ofa::lower(SubOp op, KernelLowering &lowering) {
  FailureOr<BinaryMemory> operands = getOperands(op, lowering);
  if (failed(operands))
    return failure();
  return lowerSum<kernel::SubS8Op, kernel::SubF32Op>(
      op, lowering, *operands, /*reversed=*/operands->swapped);
}

LogicalResult ofa::lower(MulOp op, KernelLowering &lowering) {
  FailureOr<BinaryMemory> operands = getOperands(op, lowering);
  if (failed(operands))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  if (!isQuantized(op.getResult())) {
    auto [min, max] = getBounds(op.getActivation(), builder);
    kernel::MulF32Op::create(builder, op.getLoc(), op.getName(), operands->lhs,
                             operands->rhs, result, min, max);
    return success();
  }
  QuantizedScale lhs = getScale(op.getLhs()), rhs = getScale(op.getRhs());
  if (operands->swapped)
    std::swap(lhs, rhs);
  QuantizedScale output = getScale(op.getResult());
  Multiplier factor = deriveMulFactor(lhs.scale, rhs.scale, output.scale);
  if (failed(checkFactor(op, factor, 255 * 255)))
    return failure();
  QuantizedRange range = getRange(op.getActivation(), op.getResult());
  kernel::MulS8Op::create(
      builder, op.getLoc(), op.getName(), operands->lhs, operands->rhs, result,
      factor.multiplier, factor.shift, lhs.zeroPoint, rhs.zeroPoint,
      output.zeroPoint, range.min, range.max, getRounding(op.getRounding()));
  return success();
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

/// Looks int8 values up in the table of `makeTable(input, output)`; on floats
/// calls `function`.
template <typename OpTy, typename MakeTable>
static LogicalResult lowerUnary(OpTy op, KernelLowering &lowering,
                                kernel::UnaryFunction function,
                                MakeTable makeTable, FloatAttr alpha = {}) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  StringRef name = op.getName();
  if (!isQuantized(op.getInput())) {
    kernel::UnaryF32Op::create(builder, op.getLoc(), name, *memory,
                               lowering.makeResult(op.getResult(), name),
                               function, alpha);
    return success();
  }
  Int8Table table =
      makeTable(getScale(op.getInput()), getScale(op.getResult()));
  Value tableMemory =
      lowering.makeGlobal<int8_t>(GlobalRole::Table, name + ".table", table);
  kernel::LutS8Op::create(builder, op.getLoc(), name, *memory, tableMemory,
                          lowering.makeResult(op.getResult(), name));
  return success();
}

/// The relu family, which requantises and clamps.
template <typename OpTy>
static LogicalResult lowerClamp(OpTy op, KernelLowering &lowering,
                                kernel::UnaryFunction function,
                                Activation activation) {
  if (failed(checkRescale(op)))
    return failure();
  return lowerUnary(
      op, lowering, function, [&](QuantizedScale input, QuantizedScale output) {
        return makeClampTable(input, output,
                              getRange(activation, op.getResult()),
                              getRequantRounding(op.getRounding()));
      });
}

LogicalResult ofa::lower(ReluOp op, KernelLowering &lowering) {
  return lowerClamp(op, lowering, kernel::UnaryFunction::Relu,
                    Activation::Relu);
}
LogicalResult ofa::lower(Relu6Op op, KernelLowering &lowering) {
  return lowerClamp(op, lowering, kernel::UnaryFunction::Relu6,
                    Activation::Relu6);
}
LogicalResult ofa::lower(LeakyReluOp op, KernelLowering &lowering) {
  if (failed(checkRescale(op, op.getAlpha().convertToFloat())))
    return failure();
  return lowerUnary(
      op, lowering, kernel::UnaryFunction::LeakyRelu,
      [&](QuantizedScale input, QuantizedScale output) {
        return makeLeakyReluTable(op.getAlpha().convertToFloat(), input, output,
                                  getRequantRounding(op.getRounding()));
      },
      op.getAlphaAttr());
}
LogicalResult ofa::lower(LogisticOp op, KernelLowering &lowering) {
  return lowerUnary(op, lowering, kernel::UnaryFunction::Logistic,
                    [&](QuantizedScale input, QuantizedScale) {
                      return makeLogisticTable(
                          input, getRequantRounding(op.getRounding()));
                    });
}
LogicalResult ofa::lower(TanhOp op, KernelLowering &lowering) {
  return lowerUnary(op, lowering, kernel::UnaryFunction::Tanh,
                    [&](QuantizedScale input, QuantizedScale) {
                      return makeTanhTable(
                          input, getRequantRounding(op.getRounding()));
                    });
}
LogicalResult ofa::lower(HardSwishOp op, KernelLowering &lowering) {
  return lowerUnary(op, lowering, kernel::UnaryFunction::HardSwish,
                    makeHardSwishTable);
}
LogicalResult ofa::lower(HardSigmoidOp op, KernelLowering &lowering) {
  return lowerUnary(op, lowering, kernel::UnaryFunction::HardSigmoid,
                    makeHardSigmoidTable);
}

LogicalResult ofa::lower(SoftmaxOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  StringRef name = op.getName();
  double beta = op.getBeta().convertToDouble();
  if (!isQuantized(op.getInput())) {
    kernel::SoftmaxF32Op::create(builder, op.getLoc(), name, *memory,
                                 lowering.makeResult(op.getResult(), name),
                                 APFloat(float(beta)));
    return success();
  }
  std::array<int32_t, 256> table =
      makeSoftmaxExpTable(beta, getScale(op.getInput()).scale);
  Value tableMemory =
      lowering.makeGlobal<int32_t>(GlobalRole::Table, name + ".exp", table);
  kernel::SoftmaxS8Op::create(builder, op.getLoc(), name, *memory, tableMemory,
                              lowering.makeResult(op.getResult(), name));
  return success();
}

//===----------------------------------------------------------------------===//
// Between number formats
//===----------------------------------------------------------------------===//

LogicalResult ofa::lower(QuantizeOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  QuantizedScale output = getScale(op.getResult());
  if (!isQuantized(op.getInput())) {
    kernel::QuantizeF32S8Op::create(builder, op.getLoc(), op.getName(), *memory,
                                    result, APFloat(float(output.scale)),
                                    output.zeroPoint);
    return success();
  }
  if (failed(checkRescale(op)))
    return failure();
  QuantizedScale input = getScale(op.getInput());
  Multiplier factor = deriveRescaleFactor(input.scale, output.scale);
  kernel::RequantizeS8Op::create(builder, op.getLoc(), op.getName(), *memory,
                                 result, factor.multiplier, factor.shift,
                                 input.zeroPoint, output.zeroPoint, -128, 127,
                                 getRounding(op.getRounding()));
  return success();
}

LogicalResult ofa::lower(DequantizeOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  QuantizedScale input = getScale(op.getInput());
  kernel::DequantizeS8F32Op::create(
      lowering.getBuilder(), op.getLoc(), op.getName(), *memory,
      lowering.makeResult(op.getResult(), op.getName()),
      APFloat(float(input.scale)), input.zeroPoint);
  return success();
}
