//===- OFABase.td - Types and classes that the operations share -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_OFABASE_TD
#define OFA_DIALECT_OFA_IR_OFABASE_TD

include "mlir/Dialect/Quant/IR/QuantBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "ofa/Dialect/OFA/IR/OFAAttributes.td"
include "ofa/Dialect/OFA/IR/OFADialect.td"
include "ofa/Dialect/OFA/IR/OFAInterfaces.td"

// Shapes are known and no dimension is 0.
class OFA_Sized<Type type> : ConfinedType<type, [
    CPred<"::llvm::all_of(::llvm::cast<::mlir::ShapedType>($_self).getShape(), "
          "[](int64_t size) { return size > 0; })">],
    type.summary # " with positive static dimensions", type.cppType>;

// Activations: real numbers, or int8 with one scale and zero point.
def OFA_Tensor : OFA_Sized<RankedTensorOf<[F32, quant_QuantizedType]>>;
class OFA_OneImage<Type type> : ConfinedType<type, [
    CPred<"::llvm::cast<::mlir::ShapedType>($_self).getDimSize(0) == 1">],
    type.summary # " and a batch of 1", type.cppType>;
def OFA_Image : OFA_OneImage<OFA_Sized<4DTensorOf<[F32, quant_QuantizedType]>>>;
// Parameters; biases of quantised operations are plain i32.
def OFA_Parameter : OFA_Sized<RankedTensorOf<[F32, I8, I32, quant_QuantizedType]>>;
def OFA_Matrix : OFA_Sized<2DTensorOf<[F32]>>;
def OFA_Bias : OFA_Sized<1DTensorOf<[F32, I32]>>;

// Costs nothing once folded or fused into its producer.
def OFA_FoldsAway : NativeOpTrait<"FoldsAway"> { let cppNamespace = "::mlir::ofa"; }
// May write its result over its first operand.
def OFA_InPlace : NativeOpTrait<"InPlace"> { let cppNamespace = "::mlir::ofa"; }

class OFA_Op<string mnemonic, list<Trait> traits = []>
    : Op<OFA_Dialect, mnemonic, traits>;

// An operation of the network: one result, a layer name, a cost.
// `kernelKind` is what latency models know its kernel by.
class OFA_NetworkOp<string mnemonic, string kernelKind, list<Trait> traits = []>
    : OFA_Op<mnemonic, traits # [Pure,
        DeclareOpInterfaceMethods<OFA_CostOpInterface, ["inferShape"]>]> {
  let results = (outs OFA_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = "::llvm::StringRef getKernelKind() { return \"" # kernelKind # "\"; }";
}

// Traits of operations with weights.
defvar OFA_LinearTraits = [OFA_LinearOpInterface, OFA_FusedActivationOpInterface,
                           OFA_QuantizableOpInterface];
// An int8 result whose scale is not measured: the input's, or a fixed one.
def OFA_FollowsScale : DeclareOpInterfaceMethods<OFA_QuantizableOpInterface, ["getResultScale"]>;

// An operation whose parameters shrink with its input.
class OFA_ElasticNetworkOp<string mnemonic, list<Trait> traits = []>
    : OFA_Op<mnemonic, traits # [Pure,
        DeclareOpInterfaceMethods<OFA_CostOpInterface,
                                  ["inferShape", "countMacs", "countParameters", "getKernelKind"]>,
        DeclareOpInterfaceMethods<OFA_ElasticOpInterface>]> {
  let results = (outs OFA_Tensor:$result);
  let hasVerifier = 1;
}

def OFA_Strides : ConfinedAttr<DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">,
    [DenseArrayCount<2>, DenseArrayStrictlyPositive<DenseI64ArrayAttr>]>;
def OFA_Dilations : ConfinedAttr<DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">,
    [DenseArrayCount<2>, DenseArrayStrictlyPositive<DenseI64ArrayAttr>]>;
// Top, left, bottom, right.
def OFA_Pad : ConfinedAttr<DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">,
    [DenseArrayCount<4>, DenseArrayNonNegative<DenseI64ArrayAttr>]>;
def OFA_Filter : ConfinedAttr<DenseI64ArrayAttr,
    [DenseArrayCount<2>, DenseArrayStrictlyPositive<DenseI64ArrayAttr>]>;
def OFA_FusedActivation : DefaultValuedAttr<OFA_ActivationAttr, "::mlir::ofa::Activation::None">;
def OFA_RequantRounding : DefaultValuedAttr<OFA_RoundingAttr, "::mlir::ofa::Rounding::Single">;

#endif // OFA_DIALECT_OFA_IR_OFABASE_TD
