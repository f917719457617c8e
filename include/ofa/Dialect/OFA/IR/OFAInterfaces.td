//===- OFAInterfaces.td - Questions that passes ask --------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_OFAINTERFACES_TD
#define OFA_DIALECT_OFA_IR_OFAINTERFACES_TD

include "mlir/IR/OpBase.td"

def OFA_CostOpInterface : OpInterface<"CostOpInterface"> {
  let cppNamespace = "::mlir::ofa";
  let description = [{
    Shape and cost of an operation as functions of its operands' shapes, so that
    a whole network and any subnet of a supernet are judged by the same code.
  }];
  let methods = [
    InterfaceMethod<[{
        Returns the result's shape for the given operand shapes, or fails after
        one diagnostic from `emitError`. The operation's verifier is this method
        on its own shapes.
      }], "::llvm::FailureOr<::llvm::SmallVector<int64_t>>", "inferShape",
      (ins "::mlir::ofa::ShapeList":$operands,
           "::mlir::ofa::EmitError":$emitError)>,
    InterfaceMethod<[{
        Multiply-accumulate operations of one inference. Counted as the
        Once-for-All tables do: convolutions and fully-connected layers only.
      }], "int64_t", "countMacs",
      (ins "::mlir::ofa::ShapeList":$operands,
           "::llvm::ArrayRef<int64_t>":$result),
      /*methodBody=*/"", /*defaultImplementation=*/[{ return 0; }]>,
    InterfaceMethod<[{
        Trained parameters that this operation reads, without statistics.
      }], "int64_t", "countParameters",
      (ins "::mlir::ofa::ShapeList":$operands),
      /*methodBody=*/"", /*defaultImplementation=*/[{ return 0; }]>,
    InterfaceMethod<[{
        The kind of kernel by which latency models tell costs apart (see
        Device.h, `kernelKinds`).
      }], "::llvm::StringRef", "getKernelKind", (ins),
      /*methodBody=*/"", /*defaultImplementation=*/[{ return "default"; }]>
  ];
}

def OFA_ElasticOpInterface : OpInterface<"ElasticOpInterface"> {
  let cppNamespace = "::mlir::ofa";
  let description = [{
    An operation that reads choices or whose parameters shrink with its input.
  }];
  let methods = [
    InterfaceMethod<"Appends the choices that this operation reads.",
      "void", "getChoices",
      (ins "::llvm::SmallVectorImpl<::mlir::FlatSymbolRefAttr> &":$choices)>,
    InterfaceMethod<[{
        Given the shapes of the operands with all activations already at their
        active size, shrinks the shapes of the parameters to what `subnet` uses.
      }], "void", "selectParameters",
      (ins "const ::mlir::ofa::Subnet &":$subnet,
           "::llvm::SmallVectorImpl<::llvm::SmallVector<int64_t>> &":$operands)>,
    InterfaceMethod<[{
        Shape of the active result, for operand shapes from `selectParameters`.
      }], "::llvm::SmallVector<int64_t>", "inferActiveShape",
      (ins "const ::mlir::ofa::Subnet &":$subnet,
           "::mlir::ofa::ShapeList":$operands)>,
    InterfaceMethod<[{
        Builds the static operation that computes what this one computes in
        `subnet`, on operands already mapped, with sliced copies of the
        parameters; returns null after a diagnostic where weights are absent.
      }], "::mlir::Operation *", "specialize",
      (ins "const ::mlir::ofa::Subnet &":$subnet, "::mlir::OpBuilder &":$builder,
           "::mlir::IRMapping &":$mapping)>
  ];
}

def OFA_WindowOpInterface : OpInterface<"WindowOpInterface"> {
  let cppNamespace = "::mlir::ofa";
  let description = [{
    An operation whose output row reads a window of input rows.
  }];
  let methods = [
    InterfaceMethod<"The window along height and width.",
      "::mlir::ofa::Window2D", "getWindow">
  ];
}

def OFA_MoveOpInterface : OpInterface<"MoveOpInterface"> {
  let cppNamespace = "::mlir::ofa";
  let description = [{
    An operation whose result holds elements of its operands, unchanged. It says
    which, and execution and kernels need nothing else.
  }];
  let methods = [
    InterfaceMethod<[{
        The boxes of elements that are moved, which do not overlap in the result.
      }], "::llvm::SmallVector<::mlir::ofa::Move>", "getMoves">,
    InterfaceMethod<[{
        What the result holds where nothing is moved to, an element of its storage
        type; null where the moves cover all of it.
      }], "::mlir::TypedAttr", "getBackground", (ins),
      /*methodBody=*/"", /*defaultImplementation=*/[{ return {}; }]>
  ];
}

def OFA_LinearOpInterface : OpInterface<"LinearOpInterface"> {
  let cppNamespace = "::mlir::ofa";
  let description = [{
    An operation that sums products of its input with weights and adds a bias per
    output channel: what batch normalisation folds into, and what has weights to
    quantise. Its first operand is the input.
  }];
  let methods = [
    InterfaceMethod<"The weights.", "::mlir::OpOperand &", "getWeightMutable">,
    InterfaceMethod<"The bias, one or no operand.",
      "::mlir::MutableOperandRange", "getBiasMutable">,
    InterfaceMethod<"The axis of the weights that counts output channels.",
      "int64_t", "getOutputChannelAxis">,
    InterfaceMethod<[{
        The input channel that a weight is multiplied with; `element` is the
        weight's position, row-major.
      }], "int64_t", "getInputChannel", (ins "int64_t":$element)>
  ];
}

def OFA_ChannelOpInterface : OpInterface<"ChannelOpInterface"> {
  let cppNamespace = "::mlir::ofa";
  let description = [{
    An operation that makes each channel of its result, a position along the last
    dimension, out of channels of its operands that belong to it. Those can be
    taken out together, and nothing else changes.
  }];
  let methods = [
    InterfaceMethod<[{
        Calls `tie` with each channel of an operand and the channel of the result
        that it belongs to. Every channel of the result reads all of an operand
        of which none is named. By default channels belong together by number,
        where operand and result have as many.
      }], "void", "tieChannels",
      (ins "::llvm::function_ref<void(unsigned operand, int64_t from, int64_t to)>":$tie),
      /*methodBody=*/"", /*defaultImplementation=*/[{
        ::mlir::ofa::tieChannelsByNumber($_op, tie);
      }]>,
    InterfaceMethod<"Makes the attributes fit a result of `channels` channels.",
      "void", "fitChannels", (ins "int64_t":$channels),
      /*methodBody=*/"", /*defaultImplementation=*/[{ return; }]>
  ];
}

def OFA_FusedActivationOpInterface : OpInterface<"FusedActivationOpInterface"> {
  let cppNamespace = "::mlir::ofa";
  let description = [{
    An operation that clamps its result by its own `activation` attribute.
  }];
  let methods = [
    InterfaceMethod<"The activation.", "::mlir::ofa::Activation", "getActivation">,
    InterfaceMethod<"Replaces the activation.", "void", "setActivation",
      (ins "::mlir::ofa::Activation":$activation)>
  ];
}

def OFA_QuantizableOpInterface : OpInterface<"QuantizableOpInterface"> {
  let cppNamespace = "::mlir::ofa";
  let description = [{
    How ranges and scales propagate through an operation that has an int8 form.
    Operands that are not parameters of a `LinearOpInterface` are quantised per
    tensor.
  }];
  let methods = [
    InterfaceMethod<"Where the result's scale and zero point come from.",
      "::mlir::ofa::ResultScale", "getResultScale", (ins),
      /*methodBody=*/"", /*defaultImplementation=*/[{
        return ::mlir::ofa::ResultScale::measured();
      }]>,
    InterfaceMethod<[{
        The smallest scale of the result that the operation's integer arithmetic
        can make out of operands of the given scales.
      }], "double", "getSmallestResultScale", (ins "::llvm::ArrayRef<double>":$operands),
      /*methodBody=*/"", /*defaultImplementation=*/[{ return 0; }]>,
    InterfaceMethod<"Sets the rounding, if the operation requantises.",
      "void", "setQuantizedRounding", (ins "::mlir::ofa::Rounding":$rounding),
      /*methodBody=*/"", /*defaultImplementation=*/[{
        if ($_op->getInherentAttr("rounding"))
          $_op->setAttr("rounding", ::mlir::ofa::RoundingAttr::get(
                                        $_op->getContext(), rounding));
      }]>
  ];
}

#endif // OFA_DIALECT_OFA_IR_OFAINTERFACES_TD
