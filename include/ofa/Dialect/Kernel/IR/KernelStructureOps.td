//===- KernelStructureOps.td - Models, constants and buffers -*- tablegen -*-=//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_KERNEL_STRUCTURE_OPS_TD
#define OFA_KERNEL_STRUCTURE_OPS_TD

include "ofa/Dialect/Kernel/IR/KernelAttributes.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ViewLikeInterface.td"

def Kernel_Buffer : Kernel_MemRefOf<[I8, UI8, I16, I32, F32]>;

def Kernel_ModelOp : Kernel_Op<"model", [
    IsolatedFromAbove, NoRegionArguments, NoTerminator, SingleBlock, Symbol,
    SymbolTable]> {
  let summary = "A compiled network";
  let description = [{
    Constants and one or more entries. The C emitter makes one file set of it,
    whose names begin with the symbol.

    - (C1) `sym_name` is a valid C identifier.
    - (C2) there is at least one entry.
    - (C3) the body holds only globals and entries.

    `device` names the device that the module was compiled for, `core` its
    processor, whose measured figures bound code and stack, and `isa` that one's
    extensions, which decide about variants of kernels, as does `prefer`: with
    "speed" weights may take more flash. `class_names` are the labels of the output's elements. `preprocessing` says in words how
    the raw input becomes real numbers.

    ```mlir
    kernel.model @net attributes {device = "cortex-m7", class_names = ["a", "b"]} {
      kernel.entry @run { ... }
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name /*model_c1*/,
    OptionalAttr<StrAttr>:$device,
    OptionalAttr<StrAttr>:$core,
    OptionalAttr<StrArrayAttr>:$isa,
    OptionalAttr<StrAttr>:$prefer,
    OptionalAttr<StrArrayAttr>:$class_names,
    OptionalAttr<StrAttr>:$preprocessing);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The globals and entries in the order of the module.
    auto getGlobals() { return getBody().getOps<GlobalOp>(); }
    auto getEntries() { return getBody().getOps<EntryOp>(); }
  }];
}

def Kernel_GlobalOp : Kernel_Op<"global", [HasParent<"ModelOp">, Symbol]> {
  let summary = "Constant data in flash";
  let description = [{
    Weights (with biases) or a table (multipliers, shifts, lookup tables) in
    storage type, laid out as the kernel that reads it wants.

    - (C1) the elements are i8, i16, i32 or f32.
    - (C2) a resource's blob is there and has exactly the type's bytes.

    ```mlir
    kernel.global weights @conv1_weights = dense<1> : tensor<8x3x3x3xi8>
    ```
  }];
  let arguments = (ins
    Kernel_GlobalRoleAttr:$role,
    SymbolNameAttr:$sym_name,
    ElementsAttr:$value /*global_c1*/);
  let assemblyFormat = "$role $sym_name `=` $value attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The type of the memory that holds the data.
    MemRefType getMemRefType();
    int64_t getSizeInBytes();
    /// The data in the host's byte order; a splat is repeated.
    std::vector<char> getBytes();
  }];
}

def Kernel_EntryOp : Kernel_Op<"entry", [
    HasParent<"ModelOp">, IsolatedFromAbove, NoRegionArguments, NoTerminator,
    SingleBlock, Symbol]> {
  let summary = "One sequence of kernels";
  let description = [{
    What one run executes: buffers, references to constants, and kernels in
    order. Inputs and outputs are the buffers of these kinds; they live in the
    arena. States live in memory of their own, which outlives a run. `scheduled`
    says that the order is chosen; `arena_bytes` that every buffer has an offset
    into an arena of so many bytes, or into `state_bytes` bytes of state, so that
    the order is frozen. Both are aligned to 16 bytes.

    The caller hands over an input that is a ring row by row, and the first step, a
    segment, goes on with each row as far as it can (`kernel.segment`).

    - (C1) the body holds buffers, references, views, kernels and segments only.
    - (C2) `arena_bytes` is given exactly when all buffers have offsets.
    - (C3) buffers lie inside the arena, those of kind `state` inside the state.
    - (C4) `state_bytes` is given exactly when `arena_bytes` is and there is a
      buffer of kind `state`.
    - (C5) an input that is a ring is the only input, and only the first step, a
      segment, reads it, through no view.

    ```mlir
    kernel.entry @run scheduled arena 4096 state 64 {
      %x = kernel.buffer input "image" at 0 : memref<1x8x8x3xui8>
      ...
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    UnitAttr:$scheduled,
    OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$arena_bytes,
    OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$state_bytes);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name (`scheduled` $scheduled^)? (`arena` $arena_bytes^)?
    (`state` $state_bytes^)? attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Alignment of arena and state and of every buffer in them, in bytes: what the
    /// widest element and the kernels' word accesses need.
    static constexpr int64_t arenaAlignment = 16;
    static constexpr int64_t bufferAlignment = 4;

    auto getBuffers() { return getBody().getOps<BufferOp>(); }
    /// In order, those of segments too.
    ::llvm::SmallVector<RuntimeKernelOpInterface> getKernels();
    ::llvm::SmallVector<BufferOp> getBuffersOfKind(BufferKind kind);
  }];
}

// What a state holds at first: a constant's data, or one number for all elements.
def Kernel_InitialAttr : AnyAttrOf<[FlatSymbolRefAttr, TypedAttrInterface]>;

def Kernel_BufferOp : Kernel_Op<"buffer", [
    HasParent<"EntryOp">, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Memory for one tensor";
  let description = [{
    A tensor's storage in the arena or, for a state, in the state's memory.
    `kind` says who fills or reads it: the caller of the model (input, output),
    the kernels (internal), one kernel alone (scratch), the kernels of one run
    and the next (state), or the loop of a segment that stops between rows
    (counters). `offset` is its place after planning, in bytes.
    `initial` is what a state holds before the first run: the data of a global,
    or one number for all elements. `quantization` says what the integers of an
    input or output mean, and `real` that the caller's data was real before the
    model took or gave integers.

    - (C1) the type has the identity layout or, of kind `internal` or `input`, that
      of a `#kernel.ring`.
    - (C2) an offset is a multiple of 4.
    - (C3) `initial` is given exactly for a state.
    - (C4) a symbol in `initial` names a `kernel.global` of this model with the
      buffer's element type and as many elements; a number has that type.

    ```mlir
    %x = kernel.buffer input "image" at 0
        quantization <scale = 7.8125e-03 : f64, zero_point = 128>
        : memref<1x8x8x3xui8>
    %h = kernel.buffer state "history" at 0 initial(-128 : i8) : memref<1x4x8xi8>
    ```
  }];
  let arguments = (ins
    Kernel_BufferKindAttr:$kind,
    StrAttr:$name,
    OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$offset,
    OptionalAttr<Kernel_QuantizationAttr>:$quantization,
    UnitAttr:$real,
    OptionalAttr<Kernel_InitialAttr>:$initial);
  let results = (outs Res<Kernel_Buffer, "", [MemAlloc]>:$memory);
  let assemblyFormat = [{
    $kind $name (`at` $offset^)? (`quantization` $quantization^)?
    (`real` $real^)? (`initial` `(` $initial^ `)`)? attr-dict `:` type($memory)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    MemRefType getMemRefType() { return cast<MemRefType>(getMemory().getType()); }
    bool isState() { return getKind() == BufferKind::State; }
    /// Whether it is an input that the caller hands over row by row.
    bool isPushed();
    int64_t getSizeInBytes();
  }];
}

def Kernel_SegmentOp : Kernel_Op<"segment", [
    HasParent<"EntryOp">, NoRegionArguments, NoTerminator, SingleBlock,
    RecursiveMemoryEffects]> {
  let summary = "Kernels that run row by row, in turns";
  let description = [{
    Computes what its kernels compute one after the other, on whole tensors; but a
    buffer that nobody else reads may be a ring of a few rows. Of the kernels that
    can make their next rows, because those of their windows are there, and whose
    rows are wanted, because a reader's next window lacks them, the last one runs;
    until all results that are read outside are complete (`RowSchedule`). No row is
    computed twice.

    Of an input that is a ring, the caller writes the next row when no kernel can go
    on: its place is free then. `counters` keeps between two rows how many there are
    of the input and of each kernel's result.

    - (C1) the body holds kernels only, and all have a form for rows.
    - (C2) a buffer is written once in the segment, and then seen through no view.
    - (C3) a ring is written, by a kernel or the caller, and read in one segment, and
      has places for all rows that are needed at a time.
    - (C4) `counters` is given exactly where a kernel reads an input that is a ring:
      a buffer of that kind, for nothing else, with a number for the input and for
      each kernel.

    ```mlir
    kernel.segment "stem" {
      kernel.conv2d_s8 "conv1" ins(...) outs(%a : memref<1x8x8x4xi8, #kernel.ring<3>>) ...
      kernel.conv2d_s8 "conv2" ins(%a, ...) outs(%b : memref<1x8x8x4xi8>) ...
    }
    ```
  }];
  let arguments = (ins
    StrAttr:$name, Optional<Kernel_MemRefOf<[I16]>>:$counters);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name (`counters` `(` $counters^ `:` type($counters) `)`)?
    attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::SmallVector<RowKernelOpInterface> getKernels();
  }];
}

def Kernel_GetGlobalOp : Kernel_Op<"get_global", [
    HasParent<"EntryOp">, Pure,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "A reference to constant data";
  let description = [{
    - (C1) `global` names a `kernel.global` of this model.
    - (C2) the result has the global's shape and element type.

    ```mlir
    %w = kernel.get_global @conv1_weights : memref<8x3x3x3xi8>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$global);
  let results = (outs Kernel_Buffer:$memory);
  let assemblyFormat = "$global attr-dict `:` type($memory)";
}

def Kernel_ViewOp : Kernel_Op<"view", [
    HasParent<"EntryOp">, Pure,
    DeclareOpInterfaceMethods<ViewLikeOpInterface>]> {
  let summary = "The same memory with another shape or signedness";
  let description = [{
    Moves no data.

    - (C1) source and result have the same number of elements of the same width.

    ```mlir
    %v = kernel.view %x : memref<1x1x1x64xi8> to memref<1x64xi8>
    ```
  }];
  let arguments = (ins Kernel_Buffer:$source);
  let results = (outs Kernel_Buffer:$memory);
  let assemblyFormat = "$source attr-dict `:` type($source) `to` type($memory)";
  let hasVerifier = 1;
}

#endif // OFA_KERNEL_STRUCTURE_OPS_TD
