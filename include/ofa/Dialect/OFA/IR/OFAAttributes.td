//===- OFAAttributes.td - Attributes of the ofa dialect ----*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_OFAATTRIBUTES_TD
#define OFA_DIALECT_OFA_IR_OFAATTRIBUTES_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "ofa/Dialect/OFA/IR/OFADialect.td"

class OFA_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<OFA_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

def OFA_Activation : I32EnumAttr<"Activation", "Activation fused into an operation", [
    I32EnumAttrCase<"None", 0, "none">,
    I32EnumAttrCase<"Relu", 1, "relu">,
    I32EnumAttrCase<"Relu6", 2, "relu6">,
    I32EnumAttrCase<"ReluN1To1", 3, "relu_n1_to_1">
  ]> {
  let cppNamespace = "::mlir::ofa";
  let genSpecializedAttr = 0;
}
def OFA_ActivationAttr : EnumAttr<OFA_Dialect, OFA_Activation, "activation"> {
  let assemblyFormat = "`<` $value `>`";
}

def OFA_Rounding : I32EnumAttr<"Rounding", "Rounding of requantisation", [
    I32EnumAttrCase<"Single", 0, "single">,
    I32EnumAttrCase<"Double", 1, "double">
  ]> {
  let cppNamespace = "::mlir::ofa";
  let genSpecializedAttr = 0;
}
def OFA_RoundingAttr : EnumAttr<OFA_Dialect, OFA_Rounding, "rounding"> {
  let summary = "How an int32 accumulator becomes an int8 result";
  let description = [{
    `single` multiplies by a 31-bit fixed-point multiplier and rounds once, half
    up; `double` rounds the high word of the doubled product and then once more,
    half away from zero, in the shift (the default of TFLite Micro).
  }];
  let assemblyFormat = "`<` $value `>`";
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

def OFA_WidthAttr : OFA_Attr<"Width", "width"> {
  let summary = "A number of channels that follows from choices";
  let description = [{
    A table of channel counts indexed by one or more choices, row by row: the
    last choice runs fastest. The largest subnet uses the last entry.

    - (C1) There is at least one choice.
    - (C2) The table is not empty and all its counts are positive.
    - (C3) No count is larger than the last one.

    ```mlir
    #ofa.width<[@s1.b0.expand] : [48, 64, 96]>
    #ofa.width<[@s1.width, @s1.b0.expand] : [32, 40, 56, 40, 48, 72, 48, 64, 88]>
    ```
  }];
  let parameters = (ins
    ArrayRefParameter<"::mlir::FlatSymbolRefAttr", "choices, the last runs fastest">:$choices,
    ArrayRefParameter<"int64_t", "channel counts">:$channels);
  let assemblyFormat = "`<` `[` $choices `]` `:` `[` $channels `]` `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The channel count of the largest subnet.
    int64_t getLargest() const { return getChannels().back(); }
  }];
}

def OFA_SubnetAttr : OFA_Attr<"Subnet", "subnet"> {
  let summary = "One value for every choice of a supernet";
  let description = [{
    Verified against the choices by the supernet that carries it.

    ```mlir
    #ofa.subnet<{resolution = 28, s1.depth = 2, s1.b0.kernel = 3}>
    ```
  }];
  let parameters = (ins "::mlir::DictionaryAttr":$values);
  let assemblyFormat = "`<` custom<ChoiceValues>($values) `>`";
}

//===----------------------------------------------------------------------===//
// Facts about a network
//===----------------------------------------------------------------------===//

def OFA_PreprocessingAttr : OFA_Attr<"Preprocessing", "preprocessing"> {
  let summary = "How raw pixels become the network's input";
  let description = [{
    A raw `uint8` value p of channel c becomes `(p - mean[c]) * scale[c]`, in
    float32. One entry serves all channels.

    - (C1) `mean` and `scale` have the same, positive number of entries.
    - (C2) Every scale is positive and finite, every mean is finite.
    - (C3) All are `f64`.

    ```mlir
    #ofa.preprocessing<mean = [128.0], scale = [0.0078125]>
    ```
  }];
  let parameters = (ins
    ArrayRefParameter<"::mlir::FloatAttr">:$mean,
    ArrayRefParameter<"::mlir::FloatAttr">:$scale);
  let assemblyFormat = [{
    `<` `mean` `=` `[` $mean `]` `,` `scale` `=` `[` $scale `]` `>`
  }];
  let genVerifyDecl = 1;
}

def OFA_SpecializationAttr : OFA_Attr<"Specialization", "specialization"> {
  let summary = "The decision that made a network out of a supernet";
  let description = [{
    Device, budgets, the chosen subnet and what was promised, as a dictionary
    that every later stage may extend. Survives pipes; printed in the summary on
    stderr and in the header of the generated C.

    ```mlir
    #ofa.specialization<{device = "cortex-m7", budgets = {sram = 327680}, macs = 1234567}>
    ```
  }];
  let parameters = (ins "::mlir::DictionaryAttr":$facts);
  let assemblyFormat = "`<` $facts `>`";
}

#endif // OFA_DIALECT_OFA_IR_OFAATTRIBUTES_TD
