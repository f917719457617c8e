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

/// Sides of one shape; a right side of one value per channel is given to
/// `channelsKernel`, or repeated for `kernel` where there is none.
template <typename OpT, BinaryKernel kernel, BinaryKernel channelsKernel>
static FailureOr<Step> prepareBinary(OpT op) {
  ArrayRef<int64_t> shape = getShape(op.getLhs());
  FloatClamp clamp = getFloatClamp(op.getActivation());
  int64_t count = ShapedType::getNumElements(shape);
  ofa_elementwise_f32_params_t params = {int32_t(count / shape.back()),
                                         int32_t(shape.back()), clamp.min,
                                         clamp.max};
  bool broadcast = shape != getShape(op.getRhs());
  return Step{{0, 1}, [=](ArrayRef<const Tensor *> operands, Tensor &result) {
                const float *lhs = operands[0]->floats().data();
                ArrayRef<float> rhs = operands[1]->floats();
                float *out = result.floats().data();
                if (!broadcast)
                  return kernel(&params, lhs, rhs.data(), out);
                if constexpr (channelsKernel != nullptr)
                  return channelsKernel(&params, lhs, rhs.data(), out);
                std::vector<float> repeated(count);
                for (int64_t i = 0; i != count; ++i)
                  repeated[i] = rhs[i % rhs.size()];
                kernel(&params, lhs, repeated.data(), out);
              }};
}

static FailureOr<Step> prepareMean(MeanOp op) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  ofa_mean_f32_params_t params = {1, int32_t(shape[1] * shape[2]),
                                  int32_t(shape[3])};
  return makeUnaryStep<ofa_mean_f32_params_t, ofa_mean_f32>(params);
}

template <typename OpT, void (*kernel)(const ofa_unary_f32_params_t *,
                                       const float *, float *)>
static FailureOr<Step> prepareUnary(OpT op) {
  ofa_unary_f32_params_t params = {
      int32_t(ShapedType::getNumElements(getShape(op.getInput())))};
  return makeUnaryStep<ofa_unary_f32_params_t, kernel>(params);
}

static FailureOr<Step> prepareSoftmax(SoftmaxOp op) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  int64_t count = ShapedType::getNumElements(shape);
  ofa_softmax_f32_params_t params = {int32_t(count / shape.back()),
                                     int32_t(shape.back()),
                                     float(op.getBeta().convertToDouble())};
  return makeUnaryStep<ofa_softmax_f32_params_t, ofa_softmax_f32>(params);
}

static FailureOr<Step> preparePad(PadOp op) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  ArrayRef<int64_t> pad = op.getPad();
  if (llvm::any_of(pad, [](int64_t p) { return p > UINT8_MAX; }) ||
      llvm::any_of(getShape(op.getResult()),
                   [](int64_t d) { return d > INT16_MAX; }))
    return op.emitOpError("expects pads of at most 255 and images of at most ")
           << INT16_MAX << " pixels a side";
  ofa_pad_f32_params_t params = {};
  params.in_height = shape[1];
  params.in_width = shape[2];
  params.channels = shape[3];
  params.pad_top = pad[0];
  params.pad_left = pad[1];
  params.pad_bottom = pad[2];
  params.pad_right = pad[3];
  return makeUnaryStep<ofa_pad_f32_params_t, ofa_pad_f32>(params);
}

static FailureOr<Step> prepareReshape(ReshapeOp) {
  return Step{{0}, [](ArrayRef<const Tensor *> operands, Tensor &result) {
                llvm::copy(operands[0]->floats(), result.floats().begin());
              }};
}

void ofa::addFloatElementwise(StepRegistry &registry) {
  registry.add<ConstantOp, prepareConstant>();
  registry.add<AddOp, prepareBinary<AddOp, ofa_add_f32, nullptr>>();
  registry
      .add<MulOp, prepareBinary<MulOp, ofa_mul_f32, ofa_mul_channels_f32>>();
  registry.add<MeanOp, prepareMean>();
  registry.add<ReluOp, prepareUnary<ReluOp, ofa_relu_f32>>();
  registry.add<Relu6Op, prepareUnary<Relu6Op, ofa_relu6_f32>>();
  registry.add<HardSwishOp, prepareUnary<HardSwishOp, ofa_hard_swish_f32>>();
  registry
      .add<HardSigmoidOp, prepareUnary<HardSigmoidOp, ofa_hard_sigmoid_f32>>();
  registry.add<SoftmaxOp, prepareSoftmax>();
  registry.add<PadOp, preparePad>();
  registry.add<ReshapeOp, prepareReshape>();
}
