//===- StateDict.h - Tensors of a torch.save file ---------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// torch.save writes pickles, which are programs. This reader runs none of them:
// it builds plain values, and knows the few names that state dictionaries of
// tensors need.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TARGET_TORCH_STATEDICT_H
#define OFA_TARGET_TORCH_STATEDICT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <cstdint>
#include <vector>

namespace mlir::ofa::torch {

enum class ElementType { F16, BF16, F32, F64, I8, U8, I16, I32, I64, Bool };

unsigned getElementBytes(ElementType type);
bool isFloat(ElementType type);
/// As Python writes it, such as "float32".
llvm::StringRef getName(ElementType type);

/// A strided view of elements that lie, little-endian, in the file's memory.
/// Every element that shape, strides and offset reach is there, and there are
/// at most as many elements as the storage has.
struct Tensor {
  ElementType type = ElementType::F32;
  llvm::SmallVector<int64_t, 4> shape, strides;
  int64_t offset = 0; ///< in elements
  llvm::ArrayRef<char> storage;

  int64_t getNumElements() const;
  /// The elements, row-major; of a tensor of floats.
  std::vector<float> copyFloats() const;
};

/// Tensors by name, in the file's order. Refers to the file's memory.
using StateDict = llvm::MapVector<llvm::StringRef, Tensor>;

/// Reads a file of torch.save, in the legacy or the zip format, that holds a
/// dictionary of tensors, or a dictionary whose entry "state_dict" is one. All
/// of it is checked, whatever the bytes are; the memory that this takes is in
/// proportion to the file's size. An error says at which byte what was
/// expected.
llvm::Expected<StateDict> readStateDict(llvm::MemoryBufferRef file);

} // namespace mlir::ofa::torch

#endif // OFA_TARGET_TORCH_STATEDICT_H
