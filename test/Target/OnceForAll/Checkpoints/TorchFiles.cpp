//===- TorchFiles.cpp - Files as torch.save writes them -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TorchFiles.h"

#include <fstream>
#include <torch/csrc/jit/serialization/pickle.h>

void writeBytes(const std::string &path, const void *data, size_t size) {
  std::ofstream file(path, std::ios::binary);
  file.write(static_cast<const char *>(data), std::streamsize(size));
  TORCH_CHECK(file.good(), "cannot write ", path);
}

void writeZip(const std::string &path, const Tensors &tensors) {
  c10::Dict<std::string, torch::Tensor> dict;
  for (const auto &[name, tensor] : tensors)
    dict.insert(name, tensor);
  std::vector<char> bytes = torch::jit::pickle_save(dict);
  writeBytes(path, bytes.data(), bytes.size());
}

namespace {
/// Writes pickles of protocol 2.
class LegacyWriter {
public:
  std::string write(const Tensors &tensors);

private:
  void number(uint64_t value, unsigned size) {
    for (unsigned i = 0; i != size; ++i, value >>= 8)
      text += char(value);
  }
  void string(const std::string &value) {
    text += 'X';
    number(value.size(), 4);
    text += value;
  }
  void integer(int64_t value) {
    text += 'J';
    number(uint64_t(value), 4);
  }
  void sizes(at::IntArrayRef values) {
    text += '(';
    for (int64_t value : values)
      integer(value);
    text += 't';
  }
  void orderedDict() { text += "ccollections\nOrderedDict\n)R"; }
  void tensor(const torch::Tensor &value, const std::string &key);

  std::string text;
};
} // namespace

void LegacyWriter::tensor(const torch::Tensor &value, const std::string &key) {
  text += "ctorch._utils\n_rebuild_tensor_v2\n((";
  string("storage");
  text += value.scalar_type() == torch::kLong ? "ctorch\nLongStorage\n"
                                              : "ctorch\nFloatStorage\n";
  string(key);
  string("cuda:0");
  integer(value.numel());
  text += "NtQ";
  integer(0);
  sizes(value.sizes());
  sizes(value.strides());
  text += '\x89';
  orderedDict();
  text += "tR";
}

std::string LegacyWriter::write(const Tensors &tensors) {
  static const char magic[] = "\x80\2\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8"
                              "\x50\x19.\x80\2M\xe9\3.\x80\2}.\x80\2}(";
  text.assign(magic, sizeof(magic) - 1);
  string("epoch");
  integer(120);
  string("state_dict");
  orderedDict();
  text += '(';
  for (size_t i = 0; i != tensors.size(); ++i) {
    string(tensors[i].first);
    tensor(tensors[i].second, std::to_string(1000 + i));
  }
  text += "uu.\x80\2](";
  for (size_t i = 0; i != tensors.size(); ++i)
    string(std::to_string(1000 + i));
  text += "e.";
  for (const auto &[name, value] : tensors) {
    torch::Tensor contiguous = value.contiguous();
    number(uint64_t(contiguous.numel()), 8);
    text.append(static_cast<const char *>(contiguous.data_ptr()),
                contiguous.nbytes());
  }
  return std::move(text);
}

void writeLegacy(const std::string &path, const Tensors &tensors) {
  std::string bytes = LegacyWriter().write(tensors);
  writeBytes(path, bytes.data(), bytes.size());
}
