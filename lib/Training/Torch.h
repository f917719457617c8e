//===- Torch.h - LibTorch's headers, precompiled ---------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// They cost 10 to 17 seconds in every translation unit: few files include
// this, and they share one precompiled header.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_TORCH_H
#define OFA_LIB_TRAINING_TORCH_H

#include <torch/torch.h>

#endif // OFA_LIB_TRAINING_TORCH_H
