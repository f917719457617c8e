//===- ModelLayout.h - Objects of a model's C ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TARGET_C_MODELLAYOUT_H
#define OFA_LIB_TARGET_C_MODELLAYOUT_H

#include "CNames.h"

#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Support/TensorFiles.h"
#include "ofa/Target/C/Footprint.h"

#include "llvm/ADT/DenseMap.h"

namespace mlir::ofa {

/// An array of constants.
struct DataObject {
  kernel::GlobalOp global;
  std::string name;
};

/// One call of a kernel.
struct LayerObject {
  kernel::RuntimeKernelOpInterface op;
  kernel::Params params;
  std::string paramsName;
  /// Of the variable that counts the rows it has made, in a segment.
  std::string rowsName;
  /// The arrays that no earlier layer uses, in the order of the parameters.
  std::vector<DataObject> data;
};

/// Layers that run row by row, in turns.
struct SegmentObject {
  kernel::SegmentOp op;
  std::string function;
  size_t firstLayer = 0; ///< Number among all layers.
  bool usesState = false;
};

/// A tensor in the arena.
struct BufferObject {
  kernel::BufferOp buffer;
  std::string name; ///< Of the constant that is its offset.
  /// Of an input or output: its function without the model's name, in small
  /// letters, which its macros have in capitals: "input", or "input_image" if
  /// there are several.
  std::string accessor;
};

/// All objects of the C file of one model, in the order in which they are
/// printed: what the emitter prints and the footprint counts.
struct ModelLayout {
  explicit ModelLayout(kernel::ModelOp model);

  /// `NET_<suffix>`
  std::string macro(const llvm::Twine &suffix) const {
    return (names.getMacroPrefix() + "_" + suffix).str();
  }
  /// Prefix of the macros of an input or output: `NET_INPUT`
  std::string macro(const BufferObject &object) const {
    return macro(StringRef(object.accessor).upper());
  }
  const BufferObject &getBuffer(kernel::BufferOp buffer) const;
  bool usesFloat() const;
  bool hasState() const { return !states.empty(); }
  /// Whether the caller hands over the input row by row.
  bool isPushed() const { return counters.has_value(); }

  kernel::ModelOp model;
  kernel::EntryOp entry;
  std::string name;
  CNames names;
  std::vector<LayerObject> layers;
  std::vector<SegmentObject> segments;
  std::vector<BufferObject> buffers;
  std::vector<BufferObject> inputs, outputs, states;
  /// The numbers of rows of a model that is pushed.
  std::optional<BufferObject> counters;
  /// What states hold at first, where it is not one number.
  std::vector<DataObject> initialData;
  std::vector<std::string> classNames;
  /// The array that holds a global.
  llvm::DenseMap<Attribute, std::string> dataNames;
  /// Bytes of each class name's row, its terminator included.
  int64_t classNameBytes = 0;
};

Footprint computeFootprint(const ModelLayout &layout, int64_t pointerBytes);

/// Measured stack of a kernel, its callees included, in bytes, the largest of
/// all cores; absent if the table (KernelFigures.cpp) does not have it.
std::optional<int64_t> findKernelStack(llvm::StringRef function);
/// The same of what the emitted functions add.
int64_t getEntryStack();

/// Bytes of a tensor, of which the arena may hold a few rows only.
int64_t getTensorBytes(kernel::BufferOp buffer);
/// "int8_t" for i8.
StringRef getCType(Type type);
/// "16x16x8": without the batch.
std::string getShapeText(MemRefType type);

/// Prints a comment of several lines.
void printBlockComment(raw_ostream &os, StringRef text);

/// What a row of the input may cost, in multiply-accumulates: those before the
/// last one at most, and the last one with all layers behind the segment.
struct PushCosts {
  int64_t mostMACs = 0, lastMACs = 0;
};
PushCosts computePushCosts(const ModelLayout &layout);

/// The functions of a model that is pushed, beside those that all have.
void printBegin(raw_ostream &os, const ModelLayout &layout);
void printPushFunctions(raw_ostream &os, const ModelLayout &layout);
void printOwnPushFunctions(raw_ostream &os, const ModelLayout &layout);
void printPushDeclarations(raw_ostream &os, const ModelLayout &layout,
                           bool onArena);

/// The two files of the model itself, those of its self-test and those that
/// build them.
std::string printModelHeader(const ModelLayout &layout);
std::string printModelSource(const ModelLayout &layout,
                             ArrayRef<std::string> kernelHeaders,
                             bool traceLayers);
std::string printSelfTestHeader(const ModelLayout &layout,
                                const TensorVectors &inputs,
                                const TensorVectors &outputs);
std::string printSelfTestSource(const ModelLayout &layout,
                                const TensorVectors &inputs,
                                const TensorVectors &outputs);
std::string printCMakeLists(const ModelLayout &layout,
                            ArrayRef<std::string> sources);
std::string printMakefile(const ModelLayout &layout,
                          ArrayRef<std::string> sources);

} // namespace mlir::ofa

#endif // OFA_LIB_TARGET_C_MODELLAYOUT_H
