//===- FloatElementwise.cpp - Float operations without parameters ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatKernels.h"
#include "ofa_kernels_f32.h"

using namespace mlir;
using namespace mlir::ofa;

static FailureOr<Step> prepareConstant(ConstantOp op) {
  if (!op.getValue())
    return op.emitOpError("expects elements, but they are absent");
  return Step{{},
              [values = copyElements<float>(*op.getValue())](
                  ArrayRef<const Tensor *>, Tensor &result) {
                llvm::copy(values, result.floats().begin());
              }};
}

using BinaryKernel = void (*)(const ofa_elementwise_f32_params_t *,
                              const float *, const float *, float *);

/// The elements of `side` at `places`.
static std::vector<float> gather(const Tensor &side, ArrayRef<int64_t> places) {
  std::vector<float> values;
  values.reserve(places.size());
  for (int64_t place : places)
    values.push_back(side.floats()[place]);
  return values;
}

template <typename OpT, BinaryKernel kernel>
static FailureOr<Step> prepareBinary(OpT op) {
  ArrayRef<int64_t> shape = getShape(op.getResult());
  FloatClamp clamp = getFloatClamp(op.getActivation());
  ofa_elementwise_f32_params_t params = {
      1, int32_t(ShapedType::getNumElements(shape)), clamp.min, clamp.max};
  // None where nothing is broadcast.
  auto getPlaces = [&](Value side) {
    return getShape(side) == shape ? std::vector<int64_t>()
                                   : getBroadcastSources(getShape(side), shape);
  };
  return Step{{0, 1},
              [=, lhsPlaces = getPlaces(op.getLhs()),
               rhsPlaces = getPlaces(op.getRhs())](
                  ArrayRef<const Tensor *> operands, Tensor &result) {
                std::vector<float> lhs = gather(*operands[0], lhsPlaces);
                std::vector<float> rhs = gather(*operands[1], rhsPlaces);
                kernel(&params,
                       lhs.empty() ? operands[0]->floats().data() : lhs.data(),
                       rhs.empty() ? operands[1]->floats().data() : rhs.data(),
                       result.floats().data());
              }};
}

/// Sums in the order of the input, then one multiplication: what the kernel
/// does where the axes lie side by side.
static FailureOr<Step> prepareMean(MeanOp op) {
  SmallVector<int64_t> kept(getShape(op.getInput()));
  int64_t count = 1;
  for (int64_t axis : op.getAxes())
    count *= std::exchange(kept[axis], 1);
  return Step{{0},
              [places = getBroadcastSources(kept, getShape(op.getInput())),
               count](ArrayRef<const Tensor *> operands, Tensor &result) {
                ArrayRef<float> input = operands[0]->floats();
                MutableArrayRef<float> sums = result.floats();
                llvm::fill(sums, 0.0f);
                for (size_t i = 0; i != input.size(); ++i)
                  sums[places[i]] += input[i];
                float factor = 1.0f / float(count);
                for (float &sum : sums)
                  sum *= factor;
              }};
}

template <typename OpT, void (*kernel)(const ofa_unary_f32_params_t *,
                                       const float *, float *)>
static FailureOr<Step> prepareUnary(OpT op) {
  ofa_unary_f32_params_t params = {
      int32_t(ShapedType::getNumElements(getShape(op.getInput())))};
  return makeUnaryStep<ofa_unary_f32_params_t, kernel>(params);
}

static FailureOr<Step> prepareLeakyRelu(LeakyReluOp op) {
  ofa_leaky_relu_f32_params_t params = {
      int32_t(ShapedType::getNumElements(getShape(op.getInput()))),
      op.getAlpha().convertToFloat()};
  return makeUnaryStep<ofa_leaky_relu_f32_params_t, ofa_leaky_relu_f32>(params);
}

static FailureOr<Step> prepareSoftmax(SoftmaxOp op) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  int64_t count = ShapedType::getNumElements(shape);
  ofa_softmax_f32_params_t params = {int32_t(count / shape.back()),
                                     int32_t(shape.back()),
                                     float(op.getBeta().convertToDouble())};
  return makeUnaryStep<ofa_softmax_f32_params_t, ofa_softmax_f32>(params);
}

void ofa::addFloatElementwise(StepRegistry &registry) {
  registry.add<ConstantOp, prepareConstant>();
  registry.add<AddOp, prepareBinary<AddOp, ofa_add_f32>>();
  registry.add<SubOp, prepareBinary<SubOp, ofa_sub_f32>>();
  registry.add<MulOp, prepareBinary<MulOp, ofa_mul_f32>>();
  registry.add<MeanOp, prepareMean>();
  registry.add<ReluOp, prepareUnary<ReluOp, ofa_relu_f32>>();
  registry.add<Relu6Op, prepareUnary<Relu6Op, ofa_relu6_f32>>();
  registry.add<LeakyReluOp, prepareLeakyRelu>();
  registry.add<LogisticOp, prepareUnary<LogisticOp, ofa_logistic_f32>>();
  registry.add<TanhOp, prepareUnary<TanhOp, ofa_tanh_f32>>();
  registry.add<HardSwishOp, prepareUnary<HardSwishOp, ofa_hard_swish_f32>>();
  registry
      .add<HardSigmoidOp, prepareUnary<HardSigmoidOp, ofa_hard_sigmoid_f32>>();
  registry.add<SoftmaxOp, prepareSoftmax>();
}
