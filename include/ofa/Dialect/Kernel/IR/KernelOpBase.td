//===- KernelOpBase.td - What all kernel ops share ---------*- tablegen -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_KERNEL_OP_BASE_TD
#define OFA_KERNEL_OP_BASE_TD

include "ofa/Dialect/Kernel/IR/KernelAttributes.td"
include "ofa/Dialect/Kernel/IR/KernelInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_I8 : Kernel_MemRefOf<[I8]>;
def Kernel_U8 : Kernel_MemRefOf<[UI8]>;
def Kernel_I16 : Kernel_MemRefOf<[I16]>;
def Kernel_I32 : Kernel_MemRefOf<[I32]>;
def Kernel_F32 : Kernel_MemRefOf<[F32]>;

class Kernel_IntRange<int min, int max>
    : ConfinedAttr<I64Attr, [IntMinValue<min>, IntMaxValue<max>]>;
def Kernel_Int8Attr : Kernel_IntRange<-128, 127>;
// r = multiplier * 2^(shift - 31): a fixed-point factor and a power of two.
def Kernel_MultiplierAttr : Kernel_IntRange<0, 2147483647>;
def Kernel_ShiftAttr : Kernel_IntRange<-31, 30>;
// [height, width]
def Kernel_SizeAttr : ConfinedAttr<DenseI64ArrayAttr,
    [DenseArrayCount<2>, DenseArrayStrictlyPositive<DenseI64ArrayAttr>]>;
// [top, left]: what lies below and on the right follows from the output's size.
def Kernel_PaddingAttr : ConfinedAttr<DenseI64ArrayAttr,
    [DenseArrayCount<2>, DenseArrayNonNegative<DenseI64ArrayAttr>]>;

def Kernel_Int8Default : DefaultValuedAttr<Kernel_Int8Attr, "0">;
def Kernel_MinDefault : DefaultValuedAttr<Kernel_Int8Attr, "-128">;
def Kernel_MaxDefault : DefaultValuedAttr<Kernel_Int8Attr, "127">;
def Kernel_CountDefault
    : DefaultValuedAttr<ConfinedAttr<I64Attr, [IntPositive]>, "1">;
def Kernel_StrideDefault : DefaultValuedAttr<Kernel_SizeAttr, "{1, 1}">;
def Kernel_PaddingDefault : DefaultValuedAttr<Kernel_PaddingAttr, "{0, 0}">;
def Kernel_RoundingDefault
    : DefaultValuedAttr<Kernel_RoundingAttr, "::mlir::kernel::Rounding::Single">;
// Absent: no bound.
def Kernel_BoundAttr : OptionalAttr<F32Attr>;

// One call of a runtime kernel. The op reads its operands and writes `output`;
// `buffers` are the C++ expressions of what the C function gets after its
// parameters, in its order; the other operands are pointers in the parameters.
class Kernel_KernelOp<string mnemonic, list<string> answers = [],
                      list<string> buffers = ["getInput()", "getOutput()"],
                      list<Trait> traits = []>
    : Kernel_Op<mnemonic, !listconcat(traits, [
        ParentOneOf<["EntryOp", "SegmentOp"]>, DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        DeclareOpInterfaceMethods<Kernel_RuntimeKernelOpInterface, answers>])> {
  let hasVerifier = 1;
  code baseDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputMutable(); }
  }];
  let extraClassDeclaration = baseDeclaration;
  let extraClassDefinition = [{
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::MemoryEffects::EffectInstance> &effects) {
      ::mlir::kernel::detail::getKernelEffects(*this, effects);
    }
    ::llvm::StringRef $cppClass::getLayerName() { return getName(); }
    ::llvm::SmallVector<::mlir::Value> $cppClass::getCallBuffers() {
      return }] # "{" # !interleave(buffers, ", ") # "}" # [{;
    }
  }];
}

// A kernel that can make rows.
class Kernel_RowForm<list<string> answers = []>
    : DeclareOpInterfaceMethods<Kernel_RowKernelOpInterface, answers>;
// Element by element: the parameters of a row are those of a smaller tensor.
def Kernel_ElementWiseRowForm
    : Kernel_RowForm<["isElementWise", "getRowParams"]>;

#endif // OFA_KERNEL_OP_BASE_TD
