//===- KernelPackedOps.td - Kernels with layouts of their own -*- tablegen -*-=//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Variants of int8 kernels for some processors: `kernel-select-variants` makes
// them of the portable ones.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_KERNEL_PACKED_OPS_TD
#define OFA_KERNEL_PACKED_OPS_TD

include "ofa/Dialect/Kernel/IR/KernelOpBase.td"

// All constants of the layer in one stream of words, and scratch memory.
class Kernel_PackedS8Op<string mnemonic, list<string> answers,
                        list<Trait> traits = []>
    : Kernel_KernelOp<mnemonic, !listconcat(answers, ["getScratchBytes"]),
                      ["getInput()", "getOutput()", "getScratch()"], traits> {
  dag tensors = (ins
    StrAttr:$name,
    Kernel_I8:$input, Kernel_I32:$stream, Kernel_I8:$output,
    Kernel_I32:$scratch);
  dag arithmetic = (ins
    Kernel_MinDefault:$activation_min,
    Kernel_MaxDefault:$activation_max,
    Kernel_RoundingDefault:$rounding);
  let assemblyFormat = [{
    $name `ins` `(` $input `,` $stream `:` type($input) `,` type($stream) `)`
    `outs` `(` $output `:` type($output) `)`
    `scratch` `(` $scratch `:` type($scratch) `)` attr-dict
  }];
  let extraClassDeclaration = [{
    // The output, then the scratch memory.
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), 2, 2);
    }
  }];
}

def Kernel_Conv2DPairedS8Op
    : Kernel_PackedS8Op<"conv2d_paired_s8", ["getOverlapRule", "getMACs"],
                        [Kernel_RowForm<["getRowParams"]>]> {
  let summary = "Convolution on int8 with two channels' weights in a half";
  let description = [{
    `conv2d_s8` without groups or dilation for processors that multiply pairs of
    16-bit numbers (`dsp`), to the same bytes. The stream is `packPaired` of the
    layer's constants. The scratch memory holds the windows of two pixels.

    - (C1) input `[1, h, w, in]`, output `[1, oh, ow, out]`.
    - (C2) the stream has `countPairedStream(out, kh * kw * in, 4)` words.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters, as for `conv2d_s8`.
    - (C6) the scratch memory has at least `2 * countPairedWords(kh * kw * in, 4)`
      words.

    ```mlir
    kernel.conv2d_paired_s8 "conv" ins(%x, %w : memref<1x4x4x8xi8>,
        memref<17xi32>) outs(%y : memref<1x4x4x4xi8>)
        scratch(%s : memref<8xi32>) {kernel = array<i64: 1, 1>}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding,
    Kernel_Int8Default:$input_zero_point,
    Kernel_Int8Default:$output_zero_point), arithmetic);
}

def Kernel_Conv2DWinogradS8Op
    : Kernel_PackedS8Op<"conv2d_winograd_s8", ["getOverlapRule", "getMACs"]> {
  let summary = "3x3 convolution on int8 by Winograd's F(2x2,3x3)";
  let description = [{
    `conv2d_s8` of 3x3 with stride 1, without groups or dilation, for processors
    that multiply pairs of 16-bit numbers (`dsp`), to the same bytes: tiles of 2x2
    outputs take 16 products for 36, of weights that are transformed to 16 bits, so
    that they need 3.6 times the flash. The stream is `packWinograd` of the layer's
    constants. The scratch memory holds two transformed tiles and their sums.

    - (C1) input `[1, h, w, in]`, output `[1, oh, ow, out]`, and multiples of 4
      channels.
    - (C2) the stream has `countWinogradStream(out, in)` words.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters, as for `conv2d_s8`.
    - (C6) the scratch memory has at least `countWinogradScratch(in)` words.

    ```mlir
    kernel.conv2d_winograd_s8 "conv" ins(%x, %w : memref<1x4x4x8xi8>,
        memref<544xi32>) outs(%y : memref<1x4x4x8xi8>)
        scratch(%s : memref<258xi32>) {padding = array<i64: 1, 1>}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_PaddingDefault:$padding,
    Kernel_Int8Default:$input_zero_point,
    Kernel_Int8Default:$output_zero_point), arithmetic);
}

def Kernel_DepthwiseConv2DPlanesS8Op
    : Kernel_PackedS8Op<"depthwise_conv2d_planes_s8",
                        ["getOverlapRule", "getMACs"],
                        [Kernel_RowForm<["getRowStep"]>]> {
  let summary = "Depthwise convolution on int8 in planes of channels";
  let description = [{
    `depthwise_conv2d_s8` without dilation for processors that multiply pairs of
    16-bit numbers (`dsp`), to the same bytes. Four channels at a time are turned
    to rows of 16-bit numbers, which the scratch memory holds, as many as a window
    has. The stream is `packPlanes` of the layer's constants. The result may lie
    where the input lies, if it is no wider and has as many channels.

    In a segment with stride 1 it makes two rows at a time, which share what they
    read, or, with `single_rows`, one, for smaller rings.

    - (C1) input `[1, h, w, c]`, output `[1, oh, ow, c * m]`.
    - (C2) the stream has the words of `getPlanesStreamWords`.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters, as for `conv2d_s8`.
    - (C6) the scratch memory has at least `getPlanesScratchBytes / 4` words.

    ```mlir
    kernel.depthwise_conv2d_planes_s8 "dw" ins(%x, %w : memref<1x4x4x8xi8>,
        memref<36xi32>) outs(%y : memref<1x4x4x8xi8>)
        scratch(%s : memref<112xi32>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding,
    Kernel_Int8Default:$input_zero_point,
    Kernel_Int8Default:$output_zero_point), arithmetic,
    (ins UnitAttr:$single_rows));
}

def Kernel_FullyConnectedPairedS8Op
    : Kernel_PackedS8Op<"fully_connected_paired_s8", ["getMACs"]> {
  let summary = "Matrix-vector product with two outputs' weights in a half";
  let description = [{
    `fully_connected_s8` for processors that multiply pairs of 16-bit numbers
    (`dsp`), to the same bytes. The scratch memory holds the input.

    - (C1) the stream has `countPairedStream(out, in, 8)` words.
    - (C2) `activation_min <= activation_max`.
    - (C3) the scratch memory has at least `countPairedWords(in, 8)` words.

    ```mlir
    kernel.fully_connected_paired_s8 "fc" ins(%x, %w : memref<1x8xi8>,
        memref<34xi32>) outs(%y : memref<1x4xi8>)
        scratch(%s : memref<4xi32>)
    ```
  }];
  let arguments =
      !con(tensors, (ins Kernel_Int8Default:$output_zero_point), arithmetic);
}

def Kernel_Conv2DDotsS8Op
    : Kernel_PackedS8Op<"conv2d_dots_s8", ["getOverlapRule", "getMACs"]> {
  let summary = "Convolution on int8 by dot products of 16";
  let description = [{
    `conv2d_s8` without groups or dilation for processors that add up 16 products
    of bytes at once (`mve`), to the same bytes. The stream is `packDots` of the
    layer's constants. The scratch memory holds the windows of two pixels.

    - (C1) input `[1, h, w, in]`, output `[1, oh, ow, out]`.
    - (C2) the stream has `countDotsStream(out, rows, inputs, 4)` words, with rows
      and inputs per row as `getDotsRows` sees the window.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters, as for `conv2d_s8`.
    - (C6) the scratch memory has at least `countDotsScratch` words.

    ```mlir
    kernel.conv2d_dots_s8 "conv" ins(%x, %w : memref<1x4x4x8xi8>,
        memref<28xi32>) outs(%y : memref<1x4x4x4xi8>)
        scratch(%s : memref<4xi32>) {kernel = array<i64: 1, 1>}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding,
    Kernel_Int8Default:$input_zero_point,
    Kernel_Int8Default:$output_zero_point), arithmetic);
}

def Kernel_FullyConnectedDotsS8Op
    : Kernel_KernelOp<"fully_connected_dots_s8", ["getMACs"]> {
  let summary = "Matrix-vector product by dot products of 16";
  let description = [{
    `fully_connected_s8` for processors that add up 16 products of bytes at once
    (`mve`), to the same bytes.

    - (C1) the stream has `countDotsStream(out, 1, in, 8)` words.
    - (C2) `activation_min <= activation_max`.

    ```mlir
    kernel.fully_connected_dots_s8 "fc" ins(%x, %w : memref<1x8xi8>,
        memref<56xi32>) outs(%y : memref<1x4xi8>)
    ```
  }];
  let arguments = (ins
    StrAttr:$name,
    Kernel_I8:$input, Kernel_I32:$stream, Kernel_I8:$output,
    Kernel_Int8Default:$output_zero_point,
    Kernel_MinDefault:$activation_min,
    Kernel_MaxDefault:$activation_max,
    Kernel_RoundingDefault:$rounding);
  let assemblyFormat = [{
    $name `ins` `(` $input `,` $stream `:` type($input) `,` type($stream) `)`
    `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

def Kernel_DepthwiseConv2DPatchesS8Op
    : Kernel_PackedS8Op<"depthwise_conv2d_patches_s8",
                        ["getOverlapRule", "getMACs"]> {
  let summary = "Depthwise convolution on int8 in patches of 16 pixels";
  let description = [{
    `depthwise_conv2d_s8` of a window for which `planPatches` has a kernel, for
    processors that add up 16 products of bytes at once (`mve`), to the same bytes.
    The scratch memory holds strips of rows of 16 channels, turned so that a few
    columns of a channel are a vector. The stream is `packPatches` of the layer's
    constants. The result may lie some rows before the input, if it is read first.

    - (C1) input `[1, h, w, c]`, output `[1, oh, ow, c]`, and `planPatches` has a
      kernel.
    - (C2) the stream has `countPatchesStream(c, plan)` words.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters, as for `conv2d_s8`.
    - (C6) the scratch memory has the plan's words.

    ```mlir
    kernel.depthwise_conv2d_patches_s8 "dw" ins(%x, %w : memref<1x4x4x8xi8>,
        memref<56xi32>) outs(%y : memref<1x4x4x8xi8>)
        scratch(%s : memref<192xi32>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding,
    Kernel_Int8Default:$input_zero_point,
    Kernel_Int8Default:$output_zero_point), arithmetic);
}

def Kernel_Conv2DLanesS8Op
    : Kernel_PackedS8Op<"conv2d_lanes_s8", ["getOverlapRule", "getMACs"]> {
  let summary = "Convolution on int8 with sixteen channels side by side";
  let description = [{
    `conv2d_s8` without groups or dilation for processors with wide vectors
    (`avx2`, `dotprod`), to the same bytes. The stream is `packLanes` of the
    layer's constants. The scratch memory holds the rows that a row of windows
    reads, with their borders.

    - (C1) input `[1, h, w, in]`, output `[1, oh, ow, out]`.
    - (C2) the stream has the words of `countLanesStream`, with rows and inputs per
      row of the kernel.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters, as for `conv2d_s8`.
    - (C6) the scratch memory has at least `countConv2DLanesScratch` words.

    ```mlir
    kernel.conv2d_lanes_s8 "conv" ins(%x, %w : memref<1x4x4x8xi8>,
        memref<96xi32>) outs(%y : memref<1x4x4x4xi8>)
        scratch(%s : memref<66xi32>) {kernel = array<i64: 1, 1>}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding,
    Kernel_Int8Default:$input_zero_point,
    Kernel_Int8Default:$output_zero_point), arithmetic);
}

def Kernel_FullyConnectedLanesS8Op
    : Kernel_PackedS8Op<"fully_connected_lanes_s8", ["getMACs"]> {
  let summary = "Matrix-vector product with sixteen outputs side by side";
  let description = [{
    `fully_connected_s8` for processors with wide vectors (`avx2`, `dotprod`), to
    the same bytes. The scratch memory holds the input.

    - (C1) the stream has `countLanesStream(out, {1, in})` words.
    - (C2) `activation_min <= activation_max`.
    - (C3) the scratch memory has at least `countFullyConnectedLanesScratch(in)`
      words.

    ```mlir
    kernel.fully_connected_lanes_s8 "fc" ins(%x, %w : memref<1x8xi8>,
        memref<96xi32>) outs(%y : memref<1x4xi8>)
        scratch(%s : memref<6xi32>)
    ```
  }];
  let arguments =
      !con(tensors, (ins Kernel_Int8Default:$output_zero_point), arithmetic);
}

def Kernel_DepthwiseConv2DLanesS8Op
    : Kernel_PackedS8Op<"depthwise_conv2d_lanes_s8",
                        ["getOverlapRule", "getMACs"]> {
  let summary = "Depthwise convolution on int8 with sixteen channels side by side";
  let description = [{
    `depthwise_conv2d_s8` without dilation, of as many output channels as input
    channels, for processors with wide vectors (`avx2`, `dotprod`), to the same
    bytes. The stream is `packDepthwiseLanes` of the layer's constants. The scratch
    memory holds the rows that a row of windows reads, with their borders.

    - (C1) input `[1, h, w, c]`, output `[1, oh, ow, c]`.
    - (C2) the stream has the words of `countDepthwiseLanesStream`.
    - (C3) the first and the last window touch the image.
    - (C4) `activation_min <= activation_max`.
    - (C5) sizes fit the runtime's parameters, as for `conv2d_s8`.
    - (C6) the scratch memory has at least `countDepthwiseLanesScratch` words.

    ```mlir
    kernel.depthwise_conv2d_lanes_s8 "dw" ins(%x, %w : memref<1x4x4x8xi8>,
        memref<88xi32>) outs(%y : memref<1x4x4x8xi8>)
        scratch(%s : memref<144xi32>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_SizeAttr:$kernel,
    Kernel_StrideDefault:$stride,
    Kernel_PaddingDefault:$padding,
    Kernel_Int8Default:$input_zero_point,
    Kernel_Int8Default:$output_zero_point), arithmetic);
}

#endif // OFA_KERNEL_PACKED_OPS_TD
