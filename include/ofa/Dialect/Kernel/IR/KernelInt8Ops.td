//===- KernelInt8Ops.td - Integer kernels ------------------ -*- tablegen -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_KERNEL_INT8_OPS_TD
#define OFA_KERNEL_INT8_OPS_TD

include "ofa/Dialect/Kernel/IR/KernelOpBase.td"

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

// Weights with a bias, a multiplier and a shift for each output channel.
class Kernel_WeightedS8Op<string mnemonic, list<string> answers,
                          list<Trait> traits = []>
    : Kernel_KernelOp<mnemonic, answers, ["getInput()", "getOutput()"], traits> {
  dag tensors = (ins
    StrAttr:$name,
    Kernel_I8:$input, Kernel_I8:$weights, Kernel_I32:$bias,
    Kernel_I32:$multiplier, Kernel_I8:$shift, Kernel_I8:$output);
  dag arithmetic = (ins
    Kernel_Int8Default:$output_zero_point,
    Kernel_MinDefault:$activation_min,
    Kernel_MaxDefault:$activation_max,
    Kernel_RoundingDefault:$rounding);
  let assemblyFormat = [{
    $name `ins` `(` $input `,` $weights `,` $bias `,` $multiplier `,` $shift
    `:` type($input) `,` type($weights) `,` type($bias) `,` type($multiplier)
    `,` type($shift) `)` `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

class Kernel_ConvS8Op<string mnemonic, dag more = (ins)>
    : Kernel_WeightedS8Op<mnemonic, ["getOverlapRule", "getMACs"],
                          [Kernel_RowForm<>]> {
  let arguments = !con(tensors, (ins
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding,
    Kernel_Int8Default:$input_zero_point), arithmetic,
    (ins Kernel_StrideDefault:$dilation), more);
}

def Kernel_Conv2DS8Op
    : Kernel_ConvS8Op<"conv2d_s8", (ins Kernel_CountDefault:$groups)> {
  let summary = "Convolution on int8, requantised per output channel";
  let description = [{
    `output = clamp(requantize(bias + sum(input * weights)) +
    output_zero_point)`, TFLite's CONV_2D. The weights are a flat array in the
    kernel's own layout, blocks of four output channels (see
    `packConv2DWeights`); the input's zero point is folded into the bias and
    stands for what lies outside the image.

    Output channels and input channels form `groups`, of which one sees the
    other. With a dilation or groups other than 1 the op calls the general
    kernel, whose weights are packed group by group (`packGroupedWeights`).

    - (C1) input `[1, h, w, in]`, output `[1, oh, ow, out]`.
    - (C2) `out * kh * kw * in / groups` weights; bias, multiplier and shift
      have `out` elements.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters: kernel and stride at most 16,
      dilation and padding at most 255, heights, widths and channels at most
      32767.
    - (C6) `groups` divides `in` and `out`.

    ```mlir
    kernel.conv2d_s8 "conv1" ins(%x, %w, %b, %m, %s : memref<1x8x8x3xi8>,
        memref<216xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>)
        outs(%y : memref<1x4x4x8xi8>)
        {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>}
    ```
  }];
}

def Kernel_DepthwiseConv2DS8Op : Kernel_ConvS8Op<"depthwise_conv2d_s8"> {
  let summary = "Depthwise convolution on int8, requantised per channel";
  let description = [{
    As `conv2d_s8`, but an output channel reads one input channel: TFLite's
    DEPTHWISE_CONV_2D. Weights are `[c * m][kh][kw]`, flat. With a dilation other
    than 1 the op calls the general convolution with `c` groups, and has its
    weights (`packGroupedWeights` of `[c * m][kh][kw]`, which changes nothing if
    `m` is 1).

    - (C1) input `[1, h, w, c]`, output `[1, oh, ow, c * m]`.
    - (C2) `c * m * kh * kw` weights; bias, multiplier and shift have `c * m`
      elements.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters, as for `conv2d_s8`.

    ```mlir
    kernel.depthwise_conv2d_s8 "dw" ins(%x, %w, %b, %m, %s : memref<1x4x4x8xi8>,
        memref<72xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>)
        outs(%y : memref<1x4x4x8xi8>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    ```
  }];
}

def Kernel_FullyConnectedS8Op
    : Kernel_WeightedS8Op<"fully_connected_s8", ["getMACs"]> {
  let summary = "Matrix-vector product on int8, requantised per output";
  let description = [{
    TFLite's FULLY_CONNECTED. Weights are packed as a 1x1 convolution's; the
    input's zero point is folded into the bias. `in` is the input's number of
    elements, `out` the output's.

    - (C1) `out * in` weights; bias, multiplier and shift have `out` elements.
    - (C2) `activation_min <= activation_max`.

    ```mlir
    kernel.fully_connected_s8 "fc" ins(%x, %w, %b, %m, %s : memref<1x8xi8>,
        memref<32xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>)
        outs(%y : memref<1x4xi8>)
    ```
  }];
  let arguments = !con(tensors, arithmetic);
}

//===----------------------------------------------------------------------===//
// Element-wise
//===----------------------------------------------------------------------===//

class Kernel_BinaryS8Op<string mnemonic>
    : Kernel_KernelOp<mnemonic, ["getOverlapRule"],
                      ["getLhs()", "getRhs()", "getOutput()"]> {
  dag tensors = (ins
    StrAttr:$name, Kernel_I8:$lhs, Kernel_I8:$rhs, Kernel_I8:$output);
  dag arithmetic = (ins
    Kernel_Int8Default:$lhs_zero_point,
    Kernel_Int8Default:$rhs_zero_point,
    Kernel_Int8Default:$output_zero_point,
    Kernel_MinDefault:$activation_min,
    Kernel_MaxDefault:$activation_max,
    Kernel_RoundingDefault:$rounding);
  let assemblyFormat = [{
    $name `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)`
    `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

// Sum or difference.
class Kernel_SumS8Op<string mnemonic, dag more = (ins)>
    : Kernel_BinaryS8Op<mnemonic> {
  let arguments = !con(tensors, (ins
    Kernel_MultiplierAttr:$lhs_multiplier, Kernel_ShiftAttr:$lhs_shift,
    Kernel_MultiplierAttr:$rhs_multiplier, Kernel_ShiftAttr:$rhs_shift,
    Kernel_MultiplierAttr:$output_multiplier, Kernel_ShiftAttr:$output_shift),
    arithmetic, more);
}

def Kernel_AddS8Op : Kernel_SumS8Op<"add_s8"> {
  let summary = "Sum of two int8 tensors of their own scales";
  let description = [{
    TFLite's int8 ADD: both operands are shifted left by 20 bits, brought to
    twice the larger scale, added, and requantised. The right operand may be
    shorter: it is repeated, so that `[c]` is a value for each channel of
    `[1, h, w, c]`, and one element a scalar.

    - (C1) lhs and output have one shape; rhs has as many elements, or a divisor
      of that number.
    - (C2) the shifts are at most 0.
    - (C3) `activation_min <= activation_max`.

    ```mlir
    kernel.add_s8 "add" ins(%x, %y : memref<1x4x4x8xi8>, memref<1x4x4x8xi8>)
        outs(%z : memref<1x4x4x8xi8>)
        {lhs_multiplier = 1073741824, lhs_shift = 0,
         rhs_multiplier = 1073741824, rhs_shift = 0,
         output_multiplier = 1073741824, output_shift = -18}
    ```
  }];
}

def Kernel_SubS8Op : Kernel_SumS8Op<"sub_s8", (ins UnitAttr:$reversed)> {
  let summary = "Difference of two int8 tensors of their own scales";
  let description = [{
    TFLite's int8 SUB: as `add_s8`, lhs - rhs. `reversed` is rhs - lhs, for an
    lhs that is the longer one.

    - (C1) lhs and output have one shape; rhs has as many elements, or a divisor
      of that number.
    - (C2) the shifts are at most 0.
    - (C3) `activation_min <= activation_max`.
    - (C4) `reversed` only with a shorter rhs; others swap their operands.

    ```mlir
    kernel.sub_s8 "sub" ins(%x, %y : memref<1x4x4x8xi8>, memref<8xi8>)
        outs(%z : memref<1x4x4x8xi8>)
        {lhs_multiplier = 1073741824, lhs_shift = 0,
         rhs_multiplier = 1073741824, rhs_shift = 0,
         output_multiplier = 1073741824, output_shift = -18, reversed}
    ```
  }];
}

def Kernel_LinearSumS8Op
    : Kernel_KernelOp<"linear_sum_s8", ["getOverlapRule"],
                      ["getLhs()", "getRhs()", "getOutput()"],
                      [Kernel_ElementWiseRowForm]> {
  let summary = "Sum or difference of two int8 tensors as one linear form";
  let description = [{
    `clamp((lhs * lhs_factor + rhs * rhs_factor + offset) >> shift)`: what an
    `add_s8` or `sub_s8` gives for all pairs of bytes, where the lowering has found
    such factors; a third of its instructions. The right operand may be shorter, as
    in `add_s8`.

    - (C1) lhs and output have one shape; rhs has as many elements, or a divisor
      of that number.
    - (C2) `0 <= shift <= 31`, and no pair of bytes leaves 32 bits:
      `128 * (|lhs_factor| + |rhs_factor|) + |offset| < 2^31`.
    - (C3) `activation_min <= activation_max`.
    - (C4) with `vectors`, the entry point for Helium, rhs is not repeated.

    ```mlir
    kernel.linear_sum_s8 "add"
        ins(%x, %y : memref<1x4x4x8xi8>, memref<1x4x4x8xi8>)
        outs(%z : memref<1x4x4x8xi8>)
        {lhs_factor = 1048576, rhs_factor = 524288, offset = 524288, shift = 20}
    ```
  }];
  let arguments = (ins
    StrAttr:$name, Kernel_I8:$lhs, Kernel_I8:$rhs, Kernel_I8:$output,
    I32Attr:$lhs_factor, I32Attr:$rhs_factor, I32Attr:$offset,
    Kernel_ShiftAttr:$shift,
    Kernel_MinDefault:$activation_min, Kernel_MaxDefault:$activation_max,
    UnitAttr:$vectors);
  let assemblyFormat = [{
    $name `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)`
    `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

def Kernel_MulS8Op : Kernel_BinaryS8Op<"mul_s8"> {
  let summary = "Product of two int8 tensors, or a scale for each channel";
  let description = [{
    `clamp(requantize((lhs - lhs_zero_point) * (rhs - rhs_zero_point)) +
    output_zero_point)`. A shorter right operand is repeated, such as the gate of
    squeeze-excite, which has one element for each channel.

    - (C1) lhs and output have one shape; rhs has as many elements, or a divisor
      of that number.
    - (C2) `activation_min <= activation_max`.

    ```mlir
    kernel.mul_s8 "gate" ins(%x, %g : memref<1x4x4x8xi8>, memref<1x1x1x8xi8>)
        outs(%z : memref<1x4x4x8xi8>) {multiplier = 1073741824, shift = -7}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_MultiplierAttr:$multiplier, Kernel_ShiftAttr:$shift), arithmetic);
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

class Kernel_UnaryOp<string mnemonic, list<string> answers, Type from, Type to,
                     list<Trait> traits = []>
    : Kernel_KernelOp<mnemonic, answers, ["getInput()", "getOutput()"], traits> {
  dag tensors = (ins StrAttr:$name, from:$input, to:$output);
  let assemblyFormat = [{
    $name `ins` `(` $input `:` type($input) `)`
    `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

// A kernel that may add up the rows of its input, in memory for sums.
class Kernel_SummingOp<string mnemonic, list<Trait> traits>
    : Kernel_KernelOp<mnemonic, ["getOverlapRule"],
                      ["::mlir::kernel::detail::getSummingBuffers(*this)"],
                      traits> {
  let assemblyFormat = [{
    $name `ins` `(` $input `:` type($input) `)`
    `outs` `(` $output `:` type($output) `)`
    (`sums` `(` $sums^ `:` type($sums) `)`)? attr-dict
  }];
  // The output, then the sums.
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), 1, getSums() ? 2 : 1);
    }
    void setSums(::mlir::Value memory) { getSumsMutable().assign(memory); }
  }];
}

class Kernel_PoolS8Op<string mnemonic>
    : Kernel_UnaryOp<mnemonic, ["getOverlapRule"], Kernel_I8, Kernel_I8,
                     [Kernel_RowForm<>]> {
  dag poolArguments = !con(tensors, (ins
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding,
    Kernel_MinDefault:$activation_min,
    Kernel_MaxDefault:$activation_max));
  let arguments = poolArguments;
}

// The whole text, because TableGen removes the indentation of a whole only.
class Kernel_PoolText<string text, string mnemonic, string type,
                      string more = ""> {
  string description = text # [{

    - (C1) input `[1, h, w, c]`, output `[1, oh, ow, c]`.
    - (C2) every window has a tap inside the image.
    - (C3) `activation_min <= activation_max`.
    - (C4) sizes fit the runtime's parameters: kernel and stride at most 255,
      heights, widths and channels at most 32767.}] # more # [{

    ```mlir
    kernel.}] # mnemonic # [{ "pool" ins(%x : memref<1x4x4x8x}] # type # [{>)
        outs(%y : memref<1x2x2x8x}] # type # [{>)
        {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>}
    ```
  }];
}

def Kernel_AvgPool2DS8Op
    : Kernel_SummingOp<"avg_pool2d_s8",
                       [Kernel_RowForm<["getSumBytes", "getRowFunction"]>]> {
  let summary = "Average of each window's taps inside the image";
  let description = Kernel_PoolText<[{
    Input and output have one scale and zero point. Rounds to nearest, halves
    away from zero, as TFLite. `vectors` is the entry point for Helium. In a segment,
    a window that has all rows of the input adds them up in `sums`.}],
    "avg_pool2d_s8", "i8", [{
    - (C5) with `vectors`, a window has at most 255 taps.
    - (C6) in a segment, and only there, a window with all rows has `sums`, scratch
      memory with as many elements as the output at least.}]>.description;
  let arguments = (ins
    StrAttr:$name, Kernel_I8:$input, Kernel_I8:$output,
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding,
    Kernel_MinDefault:$activation_min,
    Kernel_MaxDefault:$activation_max,
    UnitAttr:$vectors,
    Optional<Kernel_I32>:$sums);
  let builders = [OpBuilder<
    (ins "::llvm::StringRef":$name, "::mlir::Value":$input,
         "::mlir::Value":$output, "::llvm::ArrayRef<int64_t>":$kernel,
         "::llvm::ArrayRef<int64_t>":$stride,
         "::llvm::ArrayRef<int64_t>":$padding, "int64_t":$min, "int64_t":$max),
    [{
      build($_builder, $_state, name, input, output, kernel, stride, padding, min,
            max, /*vectors=*/false, /*sums=*/::mlir::Value());
    }]>];
}

def Kernel_MaxPool2DS8Op : Kernel_PoolS8Op<"max_pool2d_s8"> {
  let summary = "Largest of each window's taps inside the image";
  let description = Kernel_PoolText<[{
    Input and output have one scale and zero point.}], "max_pool2d_s8",
    "i8">.description;
}

def Kernel_MeanS8Op
    : Kernel_SummingOp<"mean_s8", [Kernel_RowForm<["getSumBytes",
                                  "getRowFunction", "getRowParams"]>]> {
  let summary = "Mean over the pixels";
  let description = [{
    TFLite's int8 MEAN, with the reciprocal of the number of pixels folded into
    multiplier and shift (see `ofa::deriveMeanFactor`). The input is
    `[batches, pixels, c]` with any shape in place of `pixels`, such as
    `[1, h, w, c]`. In a segment it adds up its rows in `sums`.

    - (C1) `batches` divides the input's elements but for the innermost
      dimension; the output has `batches * c` elements.
    - (C2) `activation_min <= activation_max`.
    - (C3) at most 2^23 pixels.
    - (C4) in a segment, and only there, it has `sums`, scratch memory with as many
      elements as the output at least.

    ```mlir
    kernel.mean_s8 "pool" ins(%x : memref<1x4x4x8xi8>)
        outs(%y : memref<1x1x1x8xi8>) {multiplier = 1073741824, shift = -3}
    ```
  }];
  let arguments = (ins
    StrAttr:$name, Kernel_I8:$input, Kernel_I8:$output,
    Kernel_MultiplierAttr:$multiplier, Kernel_ShiftAttr:$shift,
    Kernel_Int8Default:$input_zero_point,
    Kernel_Int8Default:$output_zero_point,
    Kernel_MinDefault:$activation_min,
    Kernel_MaxDefault:$activation_max,
    Kernel_RoundingDefault:$rounding,
    Kernel_CountDefault:$batches,
    Optional<Kernel_I32>:$sums);
}

def Kernel_RequantizeS8Op
    : Kernel_UnaryOp<"requantize_s8", ["getOverlapRule"], Kernel_I8, Kernel_I8,
                     [Kernel_ElementWiseRowForm]> {
  let summary = "Another scale and zero point";
  let description = [{
    - (C1) input and output have as many elements.
    - (C2) `activation_min <= activation_max`.

    ```mlir
    kernel.requantize_s8 "q" ins(%x : memref<1x8xi8>) outs(%y : memref<1x8xi8>)
        {multiplier = 1073741824, shift = 1}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_MultiplierAttr:$multiplier, Kernel_ShiftAttr:$shift,
    Kernel_Int8Default:$input_zero_point,
    Kernel_Int8Default:$output_zero_point,
    Kernel_MinDefault:$activation_min,
    Kernel_MaxDefault:$activation_max,
    Kernel_RoundingDefault:$rounding));
}

def Kernel_LutS8Op
    : Kernel_KernelOp<"lut_s8", ["getOverlapRule"],
                      ["getInput()", "getOutput()"],
                      [Kernel_ElementWiseRowForm]> {
  let summary = "Any function of one int8, by a table";
  let description = [{
    `output = table[input + 128]`.

    - (C1) input and output have as many elements.
    - (C2) the table has 256 elements.

    ```mlir
    kernel.lut_s8 "swish" ins(%x, %t : memref<1x8xi8>, memref<256xi8>)
        outs(%y : memref<1x8xi8>)
    ```
  }];
  let arguments = (ins
    StrAttr:$name, Kernel_I8:$input, Kernel_I8:$table, Kernel_I8:$output);
  let assemblyFormat = [{
    $name `ins` `(` $input `,` $table `:` type($input) `,` type($table) `)`
    `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

def Kernel_SoftmaxS8Op
    : Kernel_KernelOp<"softmax_s8", ["getOverlapRule"]> {
  let summary = "Softmax over the innermost dimension";
  let description = [{
    TFLite's int8 SOFTMAX: the output has scale 1/256 and zero point -128. The
    table holds exp(-d * beta * input_scale) for the distance d to the largest
    input, with 31 fraction bits.

    - (C1) input and output have one shape.
    - (C2) the table has 256 elements.
    - (C3) the innermost dimension has at most 4096 elements.

    ```mlir
    kernel.softmax_s8 "prob" ins(%x, %t : memref<1x8xi8>, memref<256xi32>)
        outs(%y : memref<1x8xi8>)
    ```
  }];
  let arguments = (ins
    StrAttr:$name, Kernel_I8:$input, Kernel_I32:$table, Kernel_I8:$output);
  let assemblyFormat = [{
    $name `ins` `(` $input `,` $table `:` type($input) `,` type($table) `)`
    `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

//===----------------------------------------------------------------------===//
// Between number formats
//===----------------------------------------------------------------------===//

def Kernel_ConvertU8S8Op
    : Kernel_UnaryOp<"convert_u8_s8", ["getOverlapRule"], Kernel_U8, Kernel_I8,
                     [Kernel_ElementWiseRowForm]> {
  let summary = "Camera bytes to int8";
  let description = [{
    `output = input - 128`: the same real values, if the zero point moves along.

    - (C1) input and output have as many elements.

    ```mlir
    kernel.convert_u8_s8 "image" ins(%x : memref<1x8x8x3xui8>)
        outs(%y : memref<1x8x8x3xi8>)
    ```
  }];
  let arguments = tensors;
}

def Kernel_QuantizeF32S8Op
    : Kernel_UnaryOp<"quantize_f32_s8", ["getOverlapRule"], Kernel_F32, Kernel_I8,
                     [Kernel_ElementWiseRowForm]> {
  let summary = "Float to int8";
  let description = [{
    `round(input / scale) + zero_point`, halves away from zero, saturated.
    `vectors` is the entry point for Helium.

    - (C1) input and output have as many elements.
    - (C2) the scale is positive.

    ```mlir
    kernel.quantize_f32_s8 "q" ins(%x : memref<1x8xf32>) outs(%y : memref<1x8xi8>)
        {scale = 0.5 : f32}
    ```
  }];
  let arguments = !con(tensors, (ins
    F32Attr:$scale, Kernel_Int8Default:$zero_point, UnitAttr:$vectors));
}

def Kernel_DequantizeS8F32Op
    : Kernel_UnaryOp<"dequantize_s8_f32", [], Kernel_I8, Kernel_F32> {
  let summary = "Int8 to float";
  let description = [{
    `scale * (input - zero_point)`.

    - (C1) input and output have as many elements.
    - (C2) the scale is positive.

    ```mlir
    kernel.dequantize_s8_f32 "d" ins(%x : memref<1x8xi8>)
        outs(%y : memref<1x8xf32>) {scale = 0.5 : f32}
    ```
  }];
  let arguments = !con(tensors, (ins
    F32Attr:$scale, Kernel_Int8Default:$zero_point));
}

#endif // OFA_KERNEL_INT8_OPS_TD
