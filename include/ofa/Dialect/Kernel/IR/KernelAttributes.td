//===- KernelAttributes.td - Attributes of the kernel dialect -*- tablegen -*-//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_KERNEL_ATTRIBUTES_TD
#define OFA_KERNEL_ATTRIBUTES_TD

include "ofa/Dialect/Kernel/IR/KernelDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"

// Of known sizes, none of which is 0: sizes and counts are divided by each other.
class Kernel_MemRefOf<list<Type> elements>
    : ConfinedType<StaticShapeMemRefOf<elements>, [
          CPred<"::llvm::cast<::mlir::ShapedType>($_self).getNumElements() > 0">],
          StaticShapeMemRefOf<elements>.summary # " with elements",
          "::mlir::MemRefType">;

class Kernel_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::mlir::kernel";
  let genSpecializedAttr = 0;
}

def Kernel_GlobalRole : Kernel_Enum<"GlobalRole", "what a constant is for", [
  I32EnumAttrCase<"Weights", 0, "weights">,
  I32EnumAttrCase<"Table", 1, "table">
]>;
def Kernel_GlobalRoleAttr : EnumAttr<Kernel_Dialect, Kernel_GlobalRole, "role">;

def Kernel_BufferKind : Kernel_Enum<"BufferKind", "who fills or reads a buffer", [
  I32EnumAttrCase<"Internal", 0, "internal">,
  I32EnumAttrCase<"Input", 1, "input">,
  I32EnumAttrCase<"Output", 2, "output">,
  I32EnumAttrCase<"Scratch", 3, "scratch">,
  I32EnumAttrCase<"State", 4, "state">,
  I32EnumAttrCase<"Counters", 5, "counters">
]>;
def Kernel_BufferKindAttr : EnumAttr<Kernel_Dialect, Kernel_BufferKind, "kind">;

// A suffix of the runtime's functions. Open: engines differ.
def Kernel_Rounding : Kernel_Enum<"Rounding", "how a requantisation rounds", [
  I32EnumAttrCase<"Single", 0, "single">,
  I32EnumAttrCase<"Double", 1, "double">
]>;
def Kernel_RoundingAttr : EnumAttr<Kernel_Dialect, Kernel_Rounding, "rounding"> {
  let assemblyFormat = "`<` $value `>`";
}

def Kernel_UnaryFunction : Kernel_Enum<"UnaryFunction", "a function of one float", [
  I32EnumAttrCase<"Relu", 0, "relu">,
  I32EnumAttrCase<"Relu6", 1, "relu6">,
  I32EnumAttrCase<"HardSwish", 2, "hard_swish">,
  I32EnumAttrCase<"HardSigmoid", 3, "hard_sigmoid">,
  I32EnumAttrCase<"LeakyRelu", 4, "leaky_relu">,
  I32EnumAttrCase<"Logistic", 5, "logistic">,
  I32EnumAttrCase<"Tanh", 6, "tanh">
]>;
def Kernel_UnaryFunctionAttr
    : EnumAttr<Kernel_Dialect, Kernel_UnaryFunction, "function"> {
  let assemblyFormat = "`<` $value `>`";
}

class Kernel_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Kernel_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def Kernel_QuantizationAttr : Kernel_Attr<"Quantization", "quantization"> {
  let summary = "What the integers of a model's input or output mean";
  let description = [{
    `real = scale * (integer - zero_point)`.

    ```mlir
    #kernel.quantization<scale = 7.812500e-03 : f64, zero_point = 128>
    ```
  }];
  let parameters = (ins "::mlir::FloatAttr":$scale, "int64_t":$zero_point);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Kernel_RingAttr : Kernel_Attr<"Ring", "ring", [
    DeclareAttrInterfaceMethods<MemRefLayoutAttrInterface, ["verifyLayout"]>]> {
  let summary = "A layout that holds a few rows of an image at a time";
  let description = [{
    Row y of a `[1, rows, columns, channels]` tensor lies at place y modulo
    `places`: what a later row replaces must not be needed any more.

    ```mlir
    memref<1x32x32x16xi8, #kernel.ring<3>>
    ```
  }];
  let parameters = (ins "int64_t":$places);
  let assemblyFormat = "`<` $places `>`";
}

#endif // OFA_KERNEL_ATTRIBUTES_TD
