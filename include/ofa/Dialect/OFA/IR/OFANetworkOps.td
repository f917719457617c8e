//===- OFANetworkOps.td - Layers, static and elastic -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_OFANETWORKOPS_TD
#define OFA_DIALECT_OFA_IR_OFANETWORKOPS_TD

include "ofa/Dialect/OFA/IR/OFABase.td"

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

def OFA_ConstantOp : OFA_Op<"constant", [Pure,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "A parameter of the network";
  let description = [{
    Holds elements of the storage type beside the (possibly quantised) type of
    the value. Without elements, the parameter is declared and absent: a
    structure without weights.

    - (C1) The elements have the result's shape and its storage type.
    - (C2) The elements are dense or a resource; a resource's data is there and
      has exactly as many bytes as the type asks.
    - (C3) A per-axis quantised type has one scale and zero point for each
      element of its axis, and the axis is in range.
    - (C4) Quantised storage is `i8`.

    ```mlir
    %w = ofa.constant "stem.weight" : tensor<8x3x3x3xf32> = dense_resource<stem.weight>
    %q = ofa.constant "stem.weight" : tensor<2x3x3x3x!quant.uniform<i8<-127:127>:f32:0, {0.1, 0.2}>>
           = dense_resource<stem.q>
    %a = ofa.constant "stem.weight" : tensor<8x3x3x3xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OptionalAttr<ElementsAttr>:$value);
  let results = (outs OFA_Parameter:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::ElementsAttr":$value)>];
}

//===----------------------------------------------------------------------===//
// Layers with parameters
//===----------------------------------------------------------------------===//

def OFA_Conv2DOp : OFA_ElasticNetworkOp<"conv2d", OFA_LinearTraits # [
    DeclareOpInterfaceMethods<OFA_WindowOpInterface>]> {
  let summary = "2-D convolution, NHWC by OHWI";
  let description = [{
    Padding is explicit and windows need not divide the input exactly. A weight
    with fewer input channels than the input has makes a grouped convolution:
    each group of output channels reads its own run of input channels. With
    `width`, a subnet computes the first output channels.

    - (C1) The weight's input channels divide the input's, and the number of
      groups, their quotient, divides the output channels.
    - (C2) `bias`, where present, has one element per output channel.
    - (C3) The window, dilated, fits into the padded input.
    - (C4) `width` occurs only inside a supernet and without groups; its largest
      count is the weight's output channels.
    - (C5) Input and result are both real or both quantised per tensor with `i8`
      storage; a quantised weight is symmetric, per tensor or per output channel
      (axis 0), and its bias is `i32`.
    - (C6) The result has the inferred shape.

    ```mlir
    %1 = ofa.conv2d "s1.b0.expand" %0, %w {width = #ofa.width<[@s1.b0.expand] : [24, 32, 48]>}
           : (tensor<1x16x16x8xf32>, tensor<48x1x1x8xf32>) -> tensor<1x16x16x48xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Image:$input, OFA_Parameter:$weight,
    Optional<OFA_Bias>:$bias,
    OFA_Strides:$strides, OFA_Pad:$pad, OFA_Dilations:$dilations,
    OFA_FusedActivation:$activation, OFA_RequantRounding:$rounding,
    OptionalAttr<OFA_WidthAttr>:$width);
  let assemblyFormat = [{
    $name $input `,` $weight (`,` $bias^)? attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    int64_t getOutputChannelAxis() { return 0; }
    int64_t getInputChannel(int64_t element);
    int64_t getGroups() {
      return getInput().getType().getShape()[3] / getWeight().getType().getShape()[3];
    }
  }];
}

def OFA_DepthwiseConv2DOp : OFA_ElasticNetworkOp<"depthwise_conv2d", OFA_LinearTraits # [
    AttrSizedOperandSegments, DeclareOpInterfaceMethods<OFA_WindowOpInterface>,
    DeclareOpInterfaceMethods<OFA_ChannelOpInterface, ["tieChannels"]>]> {
  let summary = "Depthwise 2-D convolution";
  let description = [{
    Output channel c reads input channel c / multiplier. With `kernel_choice`, a
    subnet takes the centre of the window, and the padding shrinks with it. With
    `transforms`, each step down (7 to 5, then 5 to 3) multiplies the flattened
    centre window by a learned square matrix.

    - (C1) The weight is `[1, kh, kw, channels * multiplier]`.
    - (C2) `bias`, where present, has one element per output channel.
    - (C3) The window, dilated, fits into the padded input.
    - (C4) `kernel_choice` occurs only inside a supernet; the window is square,
      and the choice holds odd integers whose last value is the window's size;
      the padding is at least what the smallest window takes off each side.
    - (C5) There is one transform per step down the values of `kernel_choice`,
      largest first, of shape `[k*k, k*k]` for the smaller window k; or none.
    - (C6) Types as of `ofa.conv2d`, with weights quantised per tensor or along
      axis 3; the result has the inferred shape.

    ```mlir
    %1 = ofa.depthwise_conv2d "s1.b0.depthwise" %0, %w transforms(%m75, %m53)
           {kernel_choice = @s1.b0.kernel, pad = array<i64: 3, 3, 3, 3>}
           : (tensor<1x16x16x48xf32>, tensor<1x7x7x48xf32>, tensor<25x25xf32>, tensor<9x9xf32>)
           -> tensor<1x16x16x48xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Image:$input, OFA_Parameter:$weight,
    Optional<OFA_Bias>:$bias, Variadic<OFA_Matrix>:$transforms,
    OFA_Strides:$strides, OFA_Pad:$pad, OFA_Dilations:$dilations,
    OFA_FusedActivation:$activation, OFA_RequantRounding:$rounding,
    OptionalAttr<FlatSymbolRefAttr>:$kernel_choice);
  let assemblyFormat = [{
    $name $input `,` $weight (`,` $bias^)? (`transforms` `(` $transforms^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    int64_t getOutputChannelAxis() { return 3; }
    int64_t getInputChannel(int64_t element);
  }];
}

def OFA_FullyConnectedOp : OFA_ElasticNetworkOp<"fully_connected", OFA_LinearTraits> {
  let summary = "Product of rows with weights [out, in]";
  let description = [{
    - (C1) The input is `[rows, in]`, the weight `[out, in]`.
    - (C2) `bias`, where present, has one element per output.
    - (C3) `width` occurs only inside a supernet; its largest count is the
      weight's outputs.
    - (C4) Types as of `ofa.conv2d`; the result has the inferred shape.

    ```mlir
    %1 = ofa.fully_connected "classifier" %0, %w, %b
           : (tensor<1x64xf32>, tensor<10x64xf32>, tensor<10xf32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input, OFA_Parameter:$weight,
    Optional<OFA_Bias>:$bias, OFA_FusedActivation:$activation,
    OFA_RequantRounding:$rounding, OptionalAttr<OFA_WidthAttr>:$width);
  let assemblyFormat = [{
    $name $input `,` $weight (`,` $bias^)? attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    int64_t getOutputChannelAxis() { return 0; }
    int64_t getInputChannel(int64_t element);
  }];
}

def OFA_BatchNormOp : OFA_ElasticNetworkOp<"batch_norm", [OFA_FoldsAway]> {
  let summary = "Batch normalisation with given statistics";
  let description = [{
    `params` keeps a layer on one line: its rows are scale, offset, mean and
    variance, one column per channel. The result is
    `(x - mean) / sqrt(variance + epsilon) * scale + offset`.

    - (C1) `params` is `[4, channels]`.
    - (C2) The result has the input's shape.
    - (C3) `epsilon` is positive.

    ```mlir
    %1 = ofa.batch_norm "stem.bn" %0, %bn : (tensor<1x32x32x8xf32>, tensor<4x8xf32>) -> tensor<1x32x32x8xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Image:$input, OFA_Matrix:$params,
    DefaultValuedAttr<F64Attr, "1.0e-5">:$epsilon);
  let assemblyFormat = [{
    $name $input `,` $params attr-dict `:` functional-type(operands, results)
  }];
}

//===----------------------------------------------------------------------===//
// Arithmetic on two activations
//===----------------------------------------------------------------------===//

class OFA_BinaryOp<string mnemonic, string text>
    : OFA_NetworkOp<mnemonic, "elementwise",
        [OFA_InPlace, OFA_FusedActivationOpInterface, OFA_ChannelOpInterface,
         DeclareOpInterfaceMethods<OFA_QuantizableOpInterface, ["getSmallestResultScale"]>]> {
  let summary = "Element-wise " # text;
  let description = [{
    Either side is broadcast to the other's shape: shapes are aligned at their last
    dimension, and a dimension of 1, or one that is missing, is repeated.

    - (C1) Each pair of dimensions is equal, or one of the two is 1.
    - (C2) The result has the broadcast shape.

    ```mlir
    %2 = ofa.}] # mnemonic # [{ "s1.b1.}] # mnemonic # [{" %0, %1 : (tensor<1x8x8x16xf32>, tensor<16xf32>) -> tensor<1x8x8x16xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$lhs, OFA_Tensor:$rhs,
    OFA_FusedActivation:$activation, OFA_RequantRounding:$rounding);
  let assemblyFormat = "$name $lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}
def OFA_AddOp : OFA_BinaryOp<"add", "sum">;
def OFA_SubOp : OFA_BinaryOp<"sub", "difference">;
def OFA_MulOp : OFA_BinaryOp<"mul", "product">;

//===----------------------------------------------------------------------===//
// Pooling and reductions
//===----------------------------------------------------------------------===//

def OFA_MeanOp : OFA_NetworkOp<"mean", "pool", [
    DeclareOpInterfaceMethods<OFA_ChannelOpInterface, ["tieChannels"]>,
    DeclareOpInterfaceMethods<OFA_QuantizableOpInterface, ["getSmallestResultScale"]>]> {
  let summary = "Mean over some axes";
  let description = [{
    By default over height and width of an image: global average pooling.

    - (C1) `axes` increase strictly and are below the input's rank.
    - (C2) The result has the input's shape without `axes`, or with 1 for each
      of them with `keep_dims`; a mean over everything has shape `[1]`.

    ```mlir
    %1 = ofa.mean "pool" %0 : (tensor<1x8x8x64xf32>) -> tensor<1x64xf32>
    %2 = ofa.mean "m" %0 {axes = array<i64: 3>, keep_dims} : (tensor<1x8x8x64xf32>) -> tensor<1x8x8x1xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 2}">:$axes, UnitAttr:$keep_dims,
    OFA_RequantRounding:$rounding);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
}

class OFA_Pool2DOp<string mnemonic, string text, string rule> : OFA_NetworkOp<mnemonic, "pool", [
    OFA_FusedActivationOpInterface, OFA_ChannelOpInterface, OFA_FollowsScale,
    DeclareOpInterfaceMethods<OFA_WindowOpInterface>]> {
  let summary = text # " over windows";
  let description = [{
    }] # rule # [{ Input and result have the same quantised type.

    - (C1) The window fits into the padded input, and no window lies in the
      padding alone.
    - (C2) The result has the inferred shape and the input's element type.

    ```mlir
    %1 = ofa.}] # mnemonic # [{ "pool" %0 {filter = array<i64: 2, 2>, strides = array<i64: 2, 2>}
           : (tensor<1x8x8x64xf32>) -> tensor<1x4x4x64xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Image:$input, OFA_Filter:$filter,
    OFA_Strides:$strides, OFA_Pad:$pad, OFA_FusedActivation:$activation);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
}
def OFA_AvgPool2DOp : OFA_Pool2DOp<"avg_pool2d", "Average",
    "The divisor is the number of taps inside the image.">;
def OFA_MaxPool2DOp : OFA_Pool2DOp<"max_pool2d", "Maximum", "Padding never wins.">;

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

// `integers` says what the int8 form computes, `rule` is a second constraint.
class OFA_UnaryOp<string mnemonic, string formula, string integers, list<Trait> traits,
                  string rule = "", dag attributes = (ins), string attributeText = "">
    : OFA_NetworkOp<mnemonic, "table", traits # [OFA_ChannelOpInterface]> {
  let summary = "Element-wise " # formula;
  let description = integers # [{

    - (C1) The result has the input's shape.}] # rule # [{

    ```mlir
    %1 = ofa.}] # mnemonic # [{ "act" %0}] # attributeText # [{ : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
    ```
  }];
  let arguments = !con((ins StrAttr:$name, OFA_Tensor:$input), attributes);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
}

defvar OFA_RescaledText = [{
    The int8 form requantises to the result's scale and clamps.}];
defvar OFA_FixedPointText = [{
    The int8 form is gemmlowp's fixed-point function of a value with 4 integer bits,
    as in TFLite.}];
def OFA_ReluOp : OFA_UnaryOp<"relu", "max(x, 0)", OFA_RescaledText,
    [OFA_FoldsAway, OFA_QuantizableOpInterface], "", (ins OFA_RequantRounding:$rounding)>;
def OFA_Relu6Op : OFA_UnaryOp<"relu6", "min(max(x, 0), 6)", OFA_RescaledText,
    [OFA_FoldsAway, OFA_QuantizableOpInterface], "", (ins OFA_RequantRounding:$rounding)>;
def OFA_LeakyReluOp : OFA_UnaryOp<"leaky_relu", "max(x, 0) + alpha * min(x, 0)", [{
    The int8 form requantises by one factor where the input is at least its zero
    point, and by alpha times that elsewhere; both factors are made in float, as
    TFLite does.}], [OFA_InPlace, OFA_QuantizableOpInterface], [{
    - (C2) `alpha` is a finite number, of at least 0 for int8.}],
    (ins F32Attr:$alpha, OFA_RequantRounding:$rounding), " {alpha = 1.0e-01 : f32}">;
def OFA_LogisticOp : OFA_UnaryOp<"logistic", "1 / (1 + exp(-x))", OFA_FixedPointText,
    [OFA_InPlace, OFA_FollowsScale], [{
    - (C2) A quantised result has scale 1/256 and zero point -128.}],
    (ins OFA_RequantRounding:$rounding)>;
def OFA_TanhOp : OFA_UnaryOp<"tanh", "hyperbolic tangent", OFA_FixedPointText,
    [OFA_InPlace, OFA_FollowsScale], [{
    - (C2) A quantised result has scale 1/128 and zero point 0.}],
    (ins OFA_RequantRounding:$rounding)>;
def OFA_HardSwishOp : OFA_UnaryOp<"hard_swish", "x * relu6(x + 3) / 6", [{
    The int8 form is TFLite's, in 16-bit fixed point.}],
    [OFA_InPlace, DeclareOpInterfaceMethods<OFA_QuantizableOpInterface, ["getSmallestResultScale"]>], [{
    - (C2) A quantised result's scale is more than 1/128 of the input's.}]>;
def OFA_HardSigmoidOp : OFA_UnaryOp<"hard_sigmoid", "relu6(x + 3) / 6", [{
    TFLite has no such operator. The int8 form is a table: for each of the 256
    inputs q, the function of `(q - input zero point) * input scale` in double
    precision, as written above from left to right, divided by the result's scale,
    rounded half away from zero, plus the result's zero point, saturated to int8.}],
    [OFA_InPlace, OFA_QuantizableOpInterface]>;

def OFA_SoftmaxOp : OFA_NetworkOp<"softmax", "softmax", [OFA_FollowsScale]> {
  let summary = "Softmax along the last dimension";
  let description = [{
    - (C1) The result has the input's shape.
    - (C2) A quantised result has scale 1/256 and zero point -128.

    ```mlir
    %1 = ofa.softmax "probabilities" %0 : (tensor<1x10xf32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input, DefaultValuedAttr<F64Attr, "1.0">:$beta);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
}

//===----------------------------------------------------------------------===//
// Between real and quantised values
//===----------------------------------------------------------------------===//

def OFA_QuantizeOp : OFA_NetworkOp<"quantize", "move", [OFA_ChannelOpInterface]> {
  let summary = "Real to int8, or int8 to another scale";
  let description = [{
    - (C1) The result has the input's shape and is quantised per tensor.

    ```mlir
    %1 = ofa.quantize "quantize" %0 : (tensor<1x10xf32>) -> tensor<1x10x!quant.uniform<i8:f32, 0.1>>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input, OFA_RequantRounding:$rounding);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
}

def OFA_DequantizeOp : OFA_NetworkOp<"dequantize", "move", [OFA_ChannelOpInterface]> {
  let summary = "Int8 to real";
  let description = [{
    - (C1) The input is quantised per tensor, the result is `f32` of its shape.

    ```mlir
    %1 = ofa.dequantize "dequantize" %0 : (tensor<1x10x!quant.uniform<i8:f32, 0.1>>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$input);
  let assemblyFormat = "$name $input attr-dict `:` functional-type(operands, results)";
}

#endif // OFA_DIALECT_OFA_IR_OFANETWORKOPS_TD
