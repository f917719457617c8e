//===- Kernels.cpp - Choice of the training kernels -----------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include "ofa/Training/Trainer.h"

namespace mlir::ofa::training {

extern const KernelTable portableKernels;
#ifdef OFA_TRAINING_X86
extern const KernelTable avx2Kernels;
extern const KernelTable avx512Kernels;
#endif

const KernelTable &getPortableKernels() { return portableKernels; }

const KernelTable &getKernels() {
#ifdef OFA_TRAINING_X86
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    return avx512Kernels;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return avx2Kernels;
#endif
  return portableKernels;
}

bool hasBFloat16() {
#ifdef OFA_TRAINING_X86
  return __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

} // namespace mlir::ofa::training
