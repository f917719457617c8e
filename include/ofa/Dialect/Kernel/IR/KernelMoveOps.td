//===- KernelMoveOps.td - Kernels that move elements --------*- tablegen -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_KERNEL_MOVE_OPS_TD
#define OFA_KERNEL_MOVE_OPS_TD

include "ofa/Dialect/Kernel/IR/KernelStructureOps.td"
include "ofa/Dialect/Kernel/IR/KernelInt8Ops.td"

def Kernel_NoLoops : DefaultValuedAttr<DenseI64ArrayAttr, "{}">;
def Kernel_OffsetDefault
    : DefaultValuedAttr<ConfinedAttr<I64Attr, [IntNonNegative]>, "0">;

def Kernel_CopyOp
    : Kernel_UnaryOp<"copy", [], Kernel_Buffer, Kernel_Buffer> {
  let summary = "Runs of elements from one tensor into another";
  let description = [{
    For all `0 <= i < counts`: `run` elements side by side, from
    `input_offset + sum(i * input_strides)` to
    `output_offset + sum(i * output_strides)`. All numbers are in elements; the
    first loop is the outermost. Strides may be negative, the input's also 0.

    Whatever else the output holds stays as it is, so several copies may fill one
    buffer. What slices, strided slices, splits, transpositions, concatenations,
    paddings and broadcasts become (see `planCopy`).

    - (C1) input and output have one element type.
    - (C2) at most 4 loops, with a positive count and two strides each.
    - (C3) all elements lie inside both buffers.
    - (C4) no two elements go to one place by an output stride of 0.
    - (C5) input and output are different buffers.

    ```mlir
    // Columns 2 and 3 of 4.
    kernel.copy "slice" ins(%x : memref<1x4x4x8xi8>) outs(%y : memref<1x4x2x8xi8>)
        {counts = array<i64: 4>, input_strides = array<i64: 32>,
         output_strides = array<i64: 16>, input_offset = 16, run = 16}
    ```
  }];
  let arguments = !con(tensors, (ins
    Kernel_NoLoops:$counts,
    Kernel_NoLoops:$input_strides,
    Kernel_NoLoops:$output_strides,
    Kernel_OffsetDefault:$input_offset,
    Kernel_OffsetDefault:$output_offset,
    Kernel_CountDefault:$run));
}

class Kernel_FillOp<string mnemonic, Type to, Attr value>
    : Kernel_KernelOp<mnemonic, [], ["getOutput()"]> {
  let arguments = (ins StrAttr:$name, to:$output, value:$value);
  let assemblyFormat = "$name `outs` `(` $output `:` type($output) `)` attr-dict";
}

def Kernel_FillS8Op : Kernel_FillOp<"fill_s8", Kernel_I8, Kernel_Int8Attr> {
  let summary = "One value for all elements";
  let description = [{
    ```mlir
    kernel.fill_s8 "pad" outs(%y : memref<1x5x5x8xi8>) {value = -128}
    ```
  }];
  let hasVerifier = 0;
}

def Kernel_FillF32Op : Kernel_FillOp<"fill_f32", Kernel_F32, F32Attr> {
  let summary = "One value for all elements";
  let description = [{
    ```mlir
    kernel.fill_f32 "pad" outs(%y : memref<1x5x5x8xf32>) {value = 0.0 : f32}
    ```
  }];
  let hasVerifier = 0;
}

def Kernel_ResizeNearestOp : Kernel_KernelOp<"resize_nearest"> {
  let summary = "An image of another size, each pixel from one of the input's";
  let description = [{
    `output[n, y, x] = input[n, rows[y], columns[x]]`.

    - (C1) input `[n, h, w, c]`, output `[n, oh, ow, c]` of one element type.
    - (C2) `oh` rows and `ow` columns.
    - (C3) heights and widths are at most 32767.

    ```mlir
    kernel.resize_nearest "up" ins(%x, %r, %c : memref<1x4x4x8xi8>,
        memref<8xi16>, memref<8xi16>) outs(%y : memref<1x8x8x8xi8>)
    ```
  }];
  let arguments = (ins
    StrAttr:$name, Kernel_Buffer:$input, Kernel_I16:$rows, Kernel_I16:$columns,
    Kernel_Buffer:$output);
  let assemblyFormat = [{
    $name `ins` `(` $input `,` $rows `,` $columns `:` type($input) `,`
    type($rows) `,` type($columns) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict
  }];
}

#endif // OFA_KERNEL_MOVE_OPS_TD
