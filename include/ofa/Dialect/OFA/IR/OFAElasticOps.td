//===- OFAElasticOps.td - Supernets: what may shrink -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_OFAELASTICOPS_TD
#define OFA_DIALECT_OFA_IR_OFAELASTICOPS_TD

include "ofa/Dialect/OFA/IR/OFABase.td"

def OFA_SupernetOp : OFA_Op<"supernet", [
    Symbol, SymbolTable, IsolatedFromAbove, NoTerminator, NoRegionArguments,
    SingleBlock, OpAsmOpInterface]> {
  let summary = "The largest network written out, plus what may shrink";
  let description = [{
    Holds the choices and one `ofa.forward`. A subnet takes one value of each
    choice. `subnet`, where present, is the one that was picked.

    - (C1) There is exactly one `ofa.forward`.
    - (C2) `subnet` gives every choice one of its values, and nothing else.
    - (C3) Every choice that is read exists, and a width table has one entry for
      each combination of its choices' values.
    - (C4) `class_names` has one name for each output.
    - (C5) `preprocessing` has one entry, or one for each channel of the image.

    ```mlir
    ofa.supernet @net {
      ofa.choice @resolution of [24, 28, 32]
      ofa.choice @s1.depth of [1, 2]
      ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x32x32x3xf32> resolution @resolution {
        ofa.yield %image : tensor<1x32x32x3xf32>
      }
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
    OptionalAttr<OFA_SubnetAttr>:$subnet,
    OptionalAttr<OFA_PreprocessingAttr>:$preprocessing,
    OptionalAttr<StrArrayAttr>:$class_names);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name (`subnet` $subnet^)? attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    static ::llvm::StringRef getDefaultDialect() { return "ofa"; }
    ForwardOp getForward();
  }];
}

def OFA_ChoiceOp : OFA_Op<"choice", [Symbol, HasParent<"SupernetOp">]> {
  let summary = "An ordered list of values, one of which a subnet takes";
  let description = [{
    Values are integers or ratios in increasing order; the largest subnet takes
    the last one.

    - (C1) There is at least one value.
    - (C2) Values are all `i64` or all `f64`.
    - (C3) Values increase strictly.

    ```mlir
    ofa.choice @s1.b0.kernel of [3, 5, 7]
    ofa.choice @s1.width of [0.65, 0.8, 1.0]
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, ArrayAttr:$values);
  let assemblyFormat = "$sym_name `of` $values attr-dict";
  let hasVerifier = 1;
}

def OFA_ForwardOp : OFA_Op<"forward", [
    HasParent<"SupernetOp">, SingleBlockImplicitTerminator<"YieldOp">,
    OpAsmOpInterface, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "The largest subnet's computation";
  let description = [{
    The region takes the image at its largest size. With `resolution`, a subnet
    takes a square image of that choice's value.

    - (C1) The region's only argument is an image `[1, height, width, channels]`
      of `f32`; it yields the declared type.
    - (C2) `resolution` names a choice of integers whose last value is the
      image's height and width.

    ```mlir
    ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x10xf32> resolution @resolution { ... }
    ```
  }];
  let arguments = (ins TypeAttr:$result_type,
                       OptionalAttr<FlatSymbolRefAttr>:$resolution);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    static ::llvm::StringRef getDefaultDialect() { return "ofa"; }
    void getAsmBlockArgumentNames(::mlir::Region &region,
                                  ::mlir::OpAsmSetValueNameFn setName);
    ::mlir::BlockArgument getImage() { return getBody().getArgument(0); }
  }];
}

class OFA_ContainerOp<string mnemonic, list<Trait> traits>
    : OFA_Op<mnemonic, traits # [SingleBlockImplicitTerminator<"YieldOp">, OpAsmOpInterface,
        RecursiveMemoryEffects]> {
  let results = (outs OFA_Tensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def OFA_StageOp : OFA_ContainerOp<"stage", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Blocks in a row, of which a subnet keeps the first";
  let description = [{
    With `depth`, a subnet keeps as many leading blocks as that choice says.

    - (C1) The region holds a chain of `ofa.block`: each takes the result of the
      one before, the first takes the region's argument, the last is yielded.
    - (C2) `depth` names a choice of integers between 0 and the number of blocks.
    - (C3) Where the choice allows fewer blocks than there are, the results of
      all blocks that may be last have the stage's result type; with depth 0,
      the input has it, too.

    ```mlir
    %1 = ofa.stage "s1" depth @s1.depth (%x = %0 : tensor<1x16x16x8xf32>) -> tensor<1x8x8x16xf32> { ... }
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input,
                       OptionalAttr<FlatSymbolRefAttr>:$depth);
  let extraClassDeclaration = [{
    static ::llvm::StringRef getDefaultDialect() { return "ofa"; }
    ::llvm::SmallVector<BlockOp> getBlocks();
    /// The leading blocks that `subnet` keeps.
    ::llvm::SmallVector<BlockOp> getActiveBlocks(const Subnet &subnet);
  }];
}

def OFA_BlockOp : OFA_ContainerOp<"block", [HasParent<"StageOp">]> {
  let summary = "The unit that elastic depth keeps or skips";
  let description = [{
    - (C1) The region yields a value of the result's type.

    ```mlir
    %2 = ofa.block "s1.b0" (%y = %x : tensor<1x16x16x8xf32>) -> tensor<1x8x8x16xf32> { ... }
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input);
  let extraClassDeclaration = [{
    static ::llvm::StringRef getDefaultDialect() { return "ofa"; }
  }];
}

def OFA_YieldOp : OFA_Op<"yield", [Pure, Terminator, ReturnLike,
    ParentOneOf<["ForwardOp", "StageOp", "BlockOp"]>]> {
  let summary = "Ends a forward, stage or block with its result";
  let description = [{
    ```mlir
    ofa.yield %x : tensor<1x10xf32>
    ```
  }];
  let arguments = (ins Variadic<OFA_Tensor>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
  let builders = [OpBuilder<(ins), [{ }]>];
}

def OFA_CalibrationOp : OFA_Op<"calibration", []> {
  let summary = "Images that stand for the data a network will see";
  let description = [{
    Raw pixels, from the training set or made in its place, at the supernet's largest resolution.
    Statistics and ranges of a subnet are measured on them.

    - (C1) The elements are `ui8` of shape `[images, height, width, channels]`,
      present and complete.

    ```mlir
    ofa.calibration dense_resource<images> : tensor<128x32x32x3xui8>
    ```
  }];
  let arguments = (ins ElementsAttr:$images);
  let assemblyFormat = "$images attr-dict";
  let hasVerifier = 1;
}

def OFA_PredictorOp : OFA_Op<"predictor", [Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "A multilayer perceptron that predicts a subnet's accuracy";
  let description = [{
    The input is the concatenation of one-hot codes, one for each of `features`
    in order, over that choice's values; the code of a choice that only skipped
    blocks read is all zero. Layers are dense with ReLU between them; `layers`
    alternates weights `[out, in]` and biases `[out]`; the only output plus
    `base` is the predicted top-1 accuracy, as a fraction. Of nine in ten subnets
    that it was not fitted on, it is off by at most `error`, where that is known.

    - (C1) `layers` holds pairs of `f32` weights and biases, present and complete.
    - (C2) Each layer's inputs are the outputs before it; the last has one output.
    - (C3) `features` name choices of the supernet `net`, whose values add up to
      the first layer's inputs.
    - (C4) `error` is from 0 to 1.

    ```mlir
    ofa.predictor @accuracy of @net features [@resolution, @s1.depth] base 0.75 error 0.008
      layers [dense_resource<w0> : tensor<16x6xf32>, dense_resource<b0> : tensor<16xf32>,
              dense_resource<w1> : tensor<1x16xf32>, dense_resource<b1> : tensor<1xf32>]
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$net,
    TypedArrayAttrBase<FlatSymbolRefAttr, "choices">:$features,
    DefaultValuedAttr<F64Attr, "0.0">:$base,
    OptionalAttr<F64Attr>:$error,
    TypedArrayAttrBase<ElementsAttr, "weights and biases">:$layers);
  let assemblyFormat = [{
    $sym_name `of` $net `features` $features (`base` $base^)? (`error` $error^)?
    `layers` $layers attr-dict
  }];
  let hasVerifier = 1;
}

#endif // OFA_DIALECT_OFA_IR_OFAELASTICOPS_TD
