//===- OFAMoveOps.td - Operations that move elements -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_OFAMOVEOPS_TD
#define OFA_DIALECT_OFA_IR_OFAMOVEOPS_TD

include "ofa/Dialect/OFA/IR/OFABase.td"

// The result holds elements of the operands, unchanged, in other places. The
// operation says which by `getMoves`; execution and kernels follow from it.
class OFA_MoveOp<string mnemonic, list<Trait> traits = [], list<string> answers = [],
                 list<string> channelAnswers = ["tieChannels"]>
    : OFA_NetworkOp<mnemonic, "move",
                    traits # [DeclareOpInterfaceMethods<OFA_MoveOpInterface, answers>,
                              DeclareOpInterfaceMethods<OFA_ChannelOpInterface, channelAnswers>]>;

def OFA_Sizes : ConfinedAttr<DenseI64ArrayAttr, [DenseArrayStrictlyPositive<DenseI64ArrayAttr>]>;
def OFA_Margins : ConfinedAttr<DenseI64ArrayAttr, [DenseArrayNonNegative<DenseI64ArrayAttr>]>;

def OFA_ConcatOp : OFA_MoveOp<"concat"> {
  let summary = "Tensors one after the other along an axis";
  let description = [{
    - (C1) There is at least one operand; all have one rank, and `axis` is below it.
    - (C2) All dimensions but `axis` are equal.
    - (C3) Operands and result have one element type.
    - (C4) The result has the inferred shape.

    ```mlir
    %2 = ofa.concat "both" %0, %1 {axis = 3 : i64}
           : (tensor<1x8x8x16xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x20xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, Variadic<OFA_Tensor>:$inputs,
    ConfinedAttr<I64Attr, [IntNonNegative]>:$axis);
  let assemblyFormat = "$name $inputs attr-dict `:` functional-type(operands, results)";
}

def OFA_PadOp : OFA_MoveOp<"pad", [OFA_FoldsAway, OFA_FollowsScale], ["getBackground"]> {
  let summary = "A tensor inside a larger one of one value";
  let description = [{
    `value` is the constant around the input: an `f32`, or an `i8` in the storage of
    a quantised tensor; by default what real zero is stored as.

    - (C1) `low` and `high` have one entry for each dimension.
    - (C2) The result has the input's element type and the padded shape.
    - (C3) `value` is an `f32` or `i8` attribute, like the input.

    ```mlir
    %1 = ofa.pad "pad" %0 {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 1, 1, 0>}
           : (tensor<1x8x8x16xf32>) -> tensor<1x9x9x16xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input, OFA_Margins:$low, OFA_Margins:$high,
    OptionalAttr<TypedAttrInterface>:$value);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = [{
    /// Whether the value around the input stands for real zero.
    bool isZero();
  }];
}

def OFA_ReshapeOp : OFA_NetworkOp<"reshape", "move", [OFA_FoldsAway, OFA_FollowsScale,
    DeclareOpInterfaceMethods<OFA_ChannelOpInterface, ["tieChannels", "fitChannels"]>]> {
  let summary = "The same elements in another shape";
  let description = [{
    - (C1) `shape` and the input have the same number of elements.
    - (C2) The result has the input's element type.

    ```mlir
    %1 = ofa.reshape "flatten" %0 {shape = array<i64: 1, 64>} : (tensor<1x1x1x64xf32>) -> tensor<1x64xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input, OFA_Sizes:$shape);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
}

def OFA_ResizeNearestOp : OFA_NetworkOp<"resize_nearest", "move",
    [OFA_FollowsScale, OFA_ChannelOpInterface]> {
  let summary = "An image of another size, each pixel the nearest one";
  let description = [{
    Rows and columns are chosen by TFLite's formula in float: the position
    `(i + (half_pixel_centers ? 0.5 : 0)) * scale`, rounded down, or to nearest with
    `align_corners`; scale is `in / out`, or `(in - 1) / (out - 1)` with
    `align_corners` where the output has more than one.

    - (C1) The result has the input's element type and `size` as height and width.

    ```mlir
    %1 = ofa.resize_nearest "up" %0 {size = array<i64: 16, 16>} : (tensor<1x8x8x16xf32>) -> tensor<1x16x16x16xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Image:$input,
    ConfinedAttr<OFA_Sizes, [DenseArrayCount<2>]>:$size,
    UnitAttr:$align_corners, UnitAttr:$half_pixel_centers);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = [{
    /// The input's row (axis 0) or column (axis 1) for each one of the result.
    ::llvm::SmallVector<int64_t> getSources(unsigned axis);
  }];
}

def OFA_SliceOp : OFA_MoveOp<"slice", [OFA_FollowsScale], [], ["tieChannels", "fitChannels"]> {
  let summary = "Every n-th element of a box";
  let description = [{
    Along each dimension the result holds `sizes` elements of the input, from
    `begin` on, `strides` apart; a stride may be negative.

    - (C1) `begin`, `sizes` and `strides` have one entry for each dimension.
    - (C2) No stride is 0, and the first and last element lie inside the input.
    - (C3) The result has shape `sizes` and the input's element type.

    ```mlir
    %1 = ofa.slice "left" %0 {begin = array<i64: 0, 0, 0, 0>, sizes = array<i64: 1, 8, 4, 16>,
                              strides = array<i64: 1, 1, 2, 1>}
           : (tensor<1x8x8x16xf32>) -> tensor<1x8x4x16xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input, OFA_Margins:$begin, OFA_Sizes:$sizes,
    DenseI64ArrayAttr:$strides);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
}

def OFA_TransposeOp : OFA_MoveOp<"transpose", [OFA_FollowsScale]> {
  let summary = "Dimensions in another order";
  let description = [{
    Dimension i of the result is dimension `permutation[i]` of the input.

    - (C1) `permutation` holds every dimension once.
    - (C2) The result has the permuted shape and the input's element type.

    ```mlir
    %1 = ofa.transpose "nchw" %0 {permutation = array<i64: 0, 3, 1, 2>}
           : (tensor<1x8x8x16xf32>) -> tensor<1x16x8x8xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input, OFA_Margins:$permutation);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
}

#endif // OFA_DIALECT_OFA_IR_OFAMOVEOPS_TD
