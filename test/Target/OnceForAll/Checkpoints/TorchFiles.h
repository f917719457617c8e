//===- TorchFiles.h - Files as torch.save writes them -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TEST_TARGET_ONCEFORALL_TORCHFILES_H
#define OFA_TEST_TARGET_ONCEFORALL_TORCHFILES_H

#include <string>
#include <torch/torch.h>
#include <utility>
#include <vector>

/// Tensors by name, in order.
using Tensors = std::vector<std::pair<std::string, torch::Tensor>>;

void writeBytes(const std::string &path, const void *data, size_t size);
/// By LibTorch's own writer: the dictionary itself.
void writeZip(const std::string &path, const Tensors &tensors);
/// As PyTorch before 1.6: an OrderedDict in a dictionary under "state_dict".
void writeLegacy(const std::string &path, const Tensors &tensors);

#endif // OFA_TEST_TARGET_ONCEFORALL_TORCHFILES_H
