//===- KernelFloatOps.td - Float kernels ------------------- -*- tablegen -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_KERNEL_FLOAT_OPS_TD
#define OFA_KERNEL_FLOAT_OPS_TD

include "ofa/Dialect/Kernel/IR/KernelInt8Ops.td"

// Bounds of the result; an absent one does not bound.
defvar bounds = (ins
    Kernel_BoundAttr:$activation_min, Kernel_BoundAttr:$activation_max);

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

class Kernel_WeightedF32Op<string mnemonic, list<string> answers>
    : Kernel_KernelOp<mnemonic, answers> {
  dag tensors = (ins
    StrAttr:$name, Kernel_F32:$input, Kernel_F32:$weights, Kernel_F32:$bias,
    Kernel_F32:$output);
  let assemblyFormat = [{
    $name `ins` `(` $input `,` $weights `,` $bias `:` type($input) `,`
    type($weights) `,` type($bias) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict
  }];
}

class Kernel_ConvF32Op<string mnemonic, dag more = (ins)>
    : Kernel_WeightedF32Op<mnemonic, ["getOverlapRule", "getMACs"]> {
  let arguments = !con(tensors, (ins
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding), bounds,
    (ins Kernel_StrideDefault:$dilation), more);
}

def Kernel_Conv2DF32Op
    : Kernel_ConvF32Op<"conv2d_f32", (ins Kernel_CountDefault:$groups)> {
  let summary = "Convolution on floats";
  let description = [{
    Weights are `[kh][kw][in][out]`, flat. With a dilation or groups other than 1
    the op calls the general kernel, whose weights are
    `[groups][kh][kw][in / groups][out / groups]` (`transposeGroupedWeights`).

    - (C1) input `[1, h, w, in]`, output `[1, oh, ow, out]`.
    - (C2) `out * kh * kw * in / groups` weights; `out` biases.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters, as for `conv2d_s8`.
    - (C6) `groups` divides `in` and `out`.

    ```mlir
    kernel.conv2d_f32 "conv1" ins(%x, %w, %b : memref<1x8x8x3xf32>,
        memref<216xf32>, memref<8xf32>) outs(%y : memref<1x4x4x8xf32>)
        {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>}
    ```
  }];
}

def Kernel_DepthwiseConv2DF32Op : Kernel_ConvF32Op<"depthwise_conv2d_f32"> {
  let summary = "Depthwise convolution on floats";
  let description = [{
    Weights are `[kh][kw][c * m]`, flat. With a dilation other than 1 the op
    calls the general convolution with `c` groups, whose weights are
    `[c][kh][kw][m]` (`transposeGroupedWeights` of `[c * m][kh][kw]`).

    - (C1) input `[1, h, w, c]`, output `[1, oh, ow, c * m]`.
    - (C2) `c * m * kh * kw` weights; `c * m` biases.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters, as for `conv2d_s8`.

    ```mlir
    kernel.depthwise_conv2d_f32 "dw" ins(%x, %w, %b : memref<1x4x4x8xf32>,
        memref<72xf32>, memref<8xf32>) outs(%y : memref<1x4x4x8xf32>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    ```
  }];
}

def Kernel_FullyConnectedF32Op
    : Kernel_WeightedF32Op<"fully_connected_f32", ["getMACs"]> {
  let summary = "Matrix-vector product on floats";
  let description = [{
    Weights are `[in][out]`, flat; `in` is the input's number of elements, `out`
    the output's.

    - (C1) `in * out` weights; `out` biases.
    - (C2) `activation_min <= activation_max`.

    ```mlir
    kernel.fully_connected_f32 "fc" ins(%x, %w, %b : memref<1x8xf32>,
        memref<32xf32>, memref<4xf32>) outs(%y : memref<1x4xf32>)
    ```
  }];
  let arguments = !con(tensors, bounds);
}

def Kernel_BatchNormF32Op
    : Kernel_KernelOp<"batch_norm_f32", ["getOverlapRule"]> {
  let summary = "Batch normalisation with stored statistics";
  let description = [{
    `(input - mean) * (scale / sqrt(variance + epsilon)) + offset`.

    - (C1) input and output have one shape.
    - (C2) scale, offset, mean and variance have as many elements as the
      innermost dimension.
    - (C3) `activation_min <= activation_max`.
    - (C4) epsilon is positive.

    ```mlir
    kernel.batch_norm_f32 "bn" ins(%x, %g, %b, %m, %v : memref<1x4x4x8xf32>,
        memref<8xf32>, memref<8xf32>, memref<8xf32>, memref<8xf32>)
        outs(%y : memref<1x4x4x8xf32>) {epsilon = 1.0e-3 : f32}
    ```
  }];
  let arguments = !con((ins
    StrAttr:$name, Kernel_F32:$input, Kernel_F32:$scale, Kernel_F32:$offset,
    Kernel_F32:$mean, Kernel_F32:$variance, Kernel_F32:$output,
    F32Attr:$epsilon), bounds);
  let assemblyFormat = [{
    $name `ins` `(` $input `,` $scale `,` $offset `,` $mean `,` $variance `:`
    type($input) `,` type($scale) `,` type($offset) `,` type($mean) `,`
    type($variance) `)` `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

//===----------------------------------------------------------------------===//
// Element-wise
//===----------------------------------------------------------------------===//

class Kernel_BinaryF32Op<string mnemonic, dag more = (ins)>
    : Kernel_KernelOp<mnemonic, ["getOverlapRule"],
                      ["getLhs()", "getRhs()", "getOutput()"]> {
  let arguments = !con((ins
    StrAttr:$name, Kernel_F32:$lhs, Kernel_F32:$rhs, Kernel_F32:$output),
    bounds, more);
  let assemblyFormat = [{
    $name `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)`
    `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

def Kernel_AddF32Op : Kernel_BinaryF32Op<"add_f32"> {
  let summary = "Sum of two tensors";
  let description = [{
    A shorter right operand is repeated, as in `add_s8`.

    - (C1) lhs and output have one shape; rhs has as many elements, or a divisor
      of that number.
    - (C2) `activation_min <= activation_max`.

    ```mlir
    kernel.add_f32 "add" ins(%x, %y : memref<1x8xf32>, memref<1x8xf32>)
        outs(%z : memref<1x8xf32>)
    ```
  }];
}

def Kernel_SubF32Op : Kernel_BinaryF32Op<"sub_f32", (ins UnitAttr:$reversed)> {
  let summary = "Difference of two tensors";
  let description = [{
    lhs - rhs, or, if `reversed`, rhs - lhs for an lhs that is the longer one.

    - (C1) lhs and output have one shape; rhs has as many elements, or a divisor
      of that number.
    - (C2) `activation_min <= activation_max`.
    - (C3) `reversed` only with a shorter rhs; others swap their operands.

    ```mlir
    kernel.sub_f32 "sub" ins(%x, %y : memref<1x8xf32>, memref<1xf32>)
        outs(%z : memref<1x8xf32>) {reversed}
    ```
  }];
}

def Kernel_MulF32Op : Kernel_BinaryF32Op<"mul_f32"> {
  let summary = "Product of two tensors, or a factor for each channel";
  let description = [{
    A shorter right operand is repeated, as in `mul_s8`.

    - (C1) lhs and output have one shape; rhs has as many elements, or a divisor
      of that number.
    - (C2) `activation_min <= activation_max`.

    ```mlir
    kernel.mul_f32 "gate" ins(%x, %g : memref<1x4x4x8xf32>, memref<1x1x1x8xf32>)
        outs(%z : memref<1x4x4x8xf32>)
    ```
  }];
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

class Kernel_PoolF32Op<string mnemonic>
    : Kernel_UnaryOp<mnemonic, ["getOverlapRule"], Kernel_F32, Kernel_F32> {
  let arguments = !con(tensors, (ins
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding), bounds);
}

def Kernel_AvgPool2DF32Op : Kernel_PoolF32Op<"avg_pool2d_f32"> {
  let summary = "Average of each window's taps inside the image";
  let description = Kernel_PoolText<[{
    Sums in the order of the taps.}], "avg_pool2d_f32", "f32">.description;
}

def Kernel_MaxPool2DF32Op : Kernel_PoolF32Op<"max_pool2d_f32"> {
  let summary = "Largest of each window's taps inside the image";
  let description = Kernel_PoolText<[{
    Padding never wins.}], "max_pool2d_f32", "f32">.description;
}

def Kernel_MeanF32Op : Kernel_UnaryOp<"mean_f32", [], Kernel_F32, Kernel_F32> {
  let summary = "Mean over the pixels";
  let description = [{
    Of `[batches, pixels, c]` with any shape in place of `pixels`.

    - (C1) `batches` divides the input's elements but for the innermost
      dimension; the output has `batches * c` elements.

    ```mlir
    kernel.mean_f32 "pool" ins(%x : memref<1x4x4x8xf32>)
        outs(%y : memref<1x1x1x8xf32>)
    ```
  }];
  let arguments = !con(tensors, (ins Kernel_CountDefault:$batches));
}

def Kernel_UnaryF32Op
    : Kernel_UnaryOp<"unary_f32", ["getOverlapRule"], Kernel_F32, Kernel_F32> {
  let summary = "An activation function on floats";
  let description = [{
    relu, relu6, hard_sigmoid, hard_swish, leaky_relu (x, or `alpha` times x
    below 0), logistic or tanh of each element.

    - (C1) input and output have as many elements.
    - (C2) `alpha` is given exactly for leaky_relu.

    ```mlir
    kernel.unary_f32 "act" ins(%x : memref<1x8xf32>) outs(%y : memref<1x8xf32>)
        {function = #kernel.function<relu6>}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_UnaryFunctionAttr:$function, OptionalAttr<F32Attr>:$alpha));
}

def Kernel_SoftmaxF32Op
    : Kernel_UnaryOp<"softmax_f32", ["getOverlapRule"], Kernel_F32, Kernel_F32> {
  let summary = "Softmax over the innermost dimension";
  let description = [{
    `exp(beta * (x - largest))`, divided by the sum of these.

    - (C1) input and output have one shape.
    - (C2) beta is positive.

    ```mlir
    kernel.softmax_f32 "prob" ins(%x : memref<1x8xf32>) outs(%y : memref<1x8xf32>)
    ```
  }];
  let arguments = !con(tensors, (ins
    DefaultValuedAttr<F32Attr, "::llvm::APFloat(1.0f)">:$beta));
}

def Kernel_ConvertU8F32Op
    : Kernel_KernelOp<"convert_u8_f32", [], ["getInput()", "getOutput()"],
                      [Kernel_ElementWiseRowForm]> {
  let summary = "Camera bytes to normalised floats";
  let description = [{
    `output = (input - zero_point[c]) * scale[c]`.

    - (C1) input and output have one shape.
    - (C2) zero_point and scale have as many elements as the innermost dimension.

    ```mlir
    kernel.convert_u8_f32 "image" ins(%x, %z, %s : memref<1x8x8x3xui8>,
        memref<3xf32>, memref<3xf32>) outs(%y : memref<1x8x8x3xf32>)
    ```
  }];
  let arguments = (ins
    StrAttr:$name, Kernel_U8:$input, Kernel_F32:$zero_point, Kernel_F32:$scale,
    Kernel_F32:$output);
  let assemblyFormat = [{
    $name `ins` `(` $input `,` $zero_point `,` $scale `:` type($input) `,`
    type($zero_point) `,` type($scale) `)` `outs` `(` $output `:`
    type($output) `)` attr-dict
  }];
}

#endif // OFA_KERNEL_FLOAT_OPS_TD
