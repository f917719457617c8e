//===- StateDictFuzzer.cpp - Any bytes as a file of torch.save ------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A libFuzzer program. Every input gives an error that names a byte, or tensors
// whose elements are all in the file.
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/Torch/StateDict.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::ofa::torch;

// LLVM's library has no instrumentation: its containers' annotations would not
// match, and what it keeps until the end of the process is no leak.
extern "C" const char *__asan_default_options() {
  return "allow_user_poisoning=0:detect_leaks=0";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // A copy of exactly this size: what is read behind it is found.
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(
      llvm::StringRef(reinterpret_cast<const char *>(data), size));
  llvm::Expected<StateDict> tensors = readStateDict(*buffer);
  if (!tensors) {
    std::string text = llvm::toString(tensors.takeError());
    if (!llvm::StringRef(text).starts_with("byte ")) {
      llvm::errs() << "expects an error that names a byte, but got: " << text
                   << "\n";
      abort();
    }
    return 0;
  }
  for (auto &[name, tensor] : *tensors)
    if (isFloat(tensor.type) && tensor.getNumElements() < (1 << 20))
      tensor.copyFloats();
  return 0;
}
