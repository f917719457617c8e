//===- TensorFiles.h - Raw tensors and files of them ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_SUPPORT_TENSORFILES_H
#define OFA_SUPPORT_TENSORFILES_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace mlir::ofa {

enum class ElementKind { U8, S8, F32 };

/// What one input or output of a network looks like in memory: row-major, in
/// little-endian order. `real = (integer - zeroPoint) * scale` for S8.
struct TensorSpec {
  std::string name;
  SmallVector<int64_t> shape;
  ElementKind kind = ElementKind::F32;
  double scale = 1.0;
  int64_t zeroPoint = 0;
  /// Of S8: files hold the real numbers, which were the network's before it
  /// was given integers.
  bool isReal = false;

  int64_t getNumElements() const;
  int64_t getNumBytes() const;
  /// The real number that element `index` of `bytes` stands for.
  double getReal(ArrayRef<uint8_t> bytes, int64_t index) const;
  std::string describe() const; ///< Such as "1x32x32x3 uint8".
};

/// Bytes of one vector: all tensors one after the other.
int64_t getVectorBytes(ArrayRef<TensorSpec> specs);

/// Inputs or outputs of several inferences, one vector after the other.
struct TensorVectors {
  std::vector<uint8_t> bytes;
  /// Of each vector: a file's name and the number in it, such as "x.bin[2]".
  std::vector<std::string> names;

  int64_t size() const { return names.size(); }
};

/// Reads `paths`, which the user gave by `option`: one file per tensor of a
/// vector, in order, and then files of more vectors. A file may hold the
/// tensors of several vectors one after the other. Of a tensor with `isReal`,
/// a file holds float32, which are divided by the scale, rounded half away
/// from zero and clamped; a file of exactly one tensor of int8 is taken as it
/// is.
llvm::Expected<TensorVectors> readTensorFiles(ArrayRef<TensorSpec> specs,
                                              ArrayRef<std::string> paths,
                                              StringRef option);

} // namespace mlir::ofa

#endif // OFA_SUPPORT_TENSORFILES_H
