//===- OFAStateOps.td - What outlives a run ----------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_OFASTATEOPS_TD
#define OFA_DIALECT_OFA_IR_OFASTATEOPS_TD

include "ofa/Dialect/OFA/IR/OFABase.td"

// Keeps reads and writes in order, and writes from being removed.
def OFA_StateResource : Resource<"::mlir::ofa::StateResource">;

def OFA_StateOp : OFA_Op<"state", [Symbol]> {
  let summary = "A tensor that outlives a run";
  let description = [{
    Memory of a network between two runs, such as the last frames of a sound.
    `value` is what it holds before the first run and after a reset, in the
    storage type of `type`.

    - (C1) `type` is of f32 or of a per-tensor `!quant.uniform<i8:f32, ...>`.
    - (C2) The elements have the type's shape and its storage type.
    - (C3) The elements are dense or a resource; a resource's data is there and
      has exactly as many bytes as the type asks.

    ```mlir
    ofa.state @history : tensor<1x4x8x!quant.uniform<i8:f32, 0.5:-3>> = dense<-3>
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<OFA_Tensor>:$type,
                       ElementsAttr:$value);
  let assemblyFormat = "$sym_name `:` custom<TypedElements>($type, $value) attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getTensorType() {
      return ::llvm::cast<::mlir::RankedTensorType>(getType());
    }
  }];
}

// An operation on a state, which it names.
class OFA_StateAccessOp<string mnemonic, list<Trait> traits>
    : OFA_Op<mnemonic, traits # [DeclareOpInterfaceMethods<SymbolUserOpInterface>]>;

def OFA_ReadStateOp : OFA_StateAccessOp<"read_state", [
    MemoryEffects<[MemRead<OFA_StateResource>]>]> {
  let summary = "What a state holds";
  let description = [{
    The value that the last `ofa.write_state` of the same state left: earlier in
    this run, or in the run before.

    - (C1) `state` names an `ofa.state` of the module.
    - (C2) The result has the state's type.

    ```mlir
    %0 = ofa.read_state "old" @history : tensor<1x4x8xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, FlatSymbolRefAttr:$state);
  let results = (outs OFA_Tensor:$result);
  let assemblyFormat = "$name $state attr-dict `:` type($result)";
}

def OFA_WriteStateOp : OFA_StateAccessOp<"write_state", [
    MemoryEffects<[MemWrite<OFA_StateResource>]>]> {
  let summary = "Gives a state another value";
  let description = [{
    - (C1) `state` names an `ofa.state` of the module.
    - (C2) The value has the state's type.

    ```mlir
    ofa.write_state "new" %0, @history : tensor<1x4x8xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OFA_Tensor:$value,
                       FlatSymbolRefAttr:$state);
  let assemblyFormat = "$name $value `,` $state attr-dict `:` type($value)";
}

#endif // OFA_DIALECT_OFA_IR_OFASTATEOPS_TD
