//===- AccuracyFile.cpp - Measured subnets, one in a line -----------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccuracyFile.h"
#include "WriteFile.h"

#include "ofa/Training/SampleSubnets.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdlib>

using namespace mlir::ofa::training;

static llvm::Error fail(llvm::StringRef path, const llvm::Twine &message) {
  return llvm::createStringError("'" + path + "'" + message);
}

static std::string printSpace(const Graph &graph) {
  return llvm::formatv("# ofa-train: space {0:x-}, ", graph.getFingerprint());
}

/// The values of the choices that the subnet reads, each with a comma.
static std::string printValues(const Graph &graph, const Subnet &subnet) {
  llvm::SmallBitVector active = findActiveChoices(graph, subnet);
  std::string text;
  llvm::raw_string_ostream os(text);
  for (size_t c = 0; c < subnet.size(); ++c) {
    if (active[c])
      os << llvm::format("%g", graph.choices[c].values[subnet[c]]);
    else
      os << '-';
    os << ',';
  }
  return text;
}

llvm::Error AccuracyFile::read(llvm::StringRef text) {
  auto [first, rest] = text.split('\n');
  auto [expected, names] = llvm::StringRef(header).split('\n');
  // Up to the end of the first part, the space.
  if (first.split(", ").first != expected.split(", ").first)
    return fail(path, " is not of this supernet: expected it to begin with '" +
                          expected.split(", ").first + "', but got '" +
                          first.split(", ").first + "'; choose another folder");
  if (first != expected || !rest.consume_front(names))
    return fail(path, " was measured under other conditions: expected '" +
                          expected + "', but got '" + first +
                          "'; repeat the options, or choose another folder");
  // Lines of more subnets than are asked for stay unread.
  while (!rest.empty() && accuracies.size() < lines.size()) {
    auto [line, next] = rest.split('\n');
    llvm::StringRef wanted = lines[accuracies.size()];
    llvm::StringRef value = line;
    double accuracy = 0;
    if (!value.consume_front(wanted) || value.getAsDouble(accuracy) ||
        !(accuracy >= 0 && accuracy <= 1))
      return fail(path, ", subnet " + llvm::Twine(accuracies.size() + 1) +
                            ": expected '" + wanted +
                            "' and an accuracy from 0 to 1, but got '" + line +
                            "'; remove the file to measure again");
    accuracies.push_back(accuracy);
    rest = next;
  }
  return llvm::Error::success();
}

llvm::Expected<AccuracyFile> AccuracyFile::open(llvm::StringRef path,
                                                const Graph &graph,
                                                llvm::ArrayRef<Subnet> subnets,
                                                llvm::StringRef conditions) {
  AccuracyFile file;
  file.path = path.str();
  file.header = printSpace(graph) + conditions.str() + "\n";
  for (const Choice &choice : graph.choices)
    file.header += choice.name + ",";
  file.header += "accuracy\n";
  for (const Subnet &subnet : subnets)
    file.lines.push_back(printValues(graph, subnet));
  if (path.empty())
    return std::move(file);

  llvm::StringRef whole;
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  if (llvm::sys::fs::exists(path)) {
    auto contents = llvm::MemoryBuffer::getFile(path, /*IsText=*/false);
    if (!contents)
      return fail(path, ": cannot read: " + contents.getError().message());
    buffer = std::move(*contents);
    // What follows the last line end was cut.
    llvm::StringRef text = buffer->getBuffer();
    whole = text.take_front(text.rfind('\n') + 1);
    if (llvm::Error error = file.read(whole))
      return std::move(error);
  }
  if (!buffer || whole.size() != buffer->getBufferSize())
    if (llvm::Error error =
            writeFile(path, buffer ? whole : llvm::StringRef(file.header)))
      return std::move(error);
  std::error_code error;
  file.os = std::make_unique<llvm::raw_fd_ostream>(path, error,
                                                   llvm::sys::fs::OF_Append);
  if (error)
    return fail(path, ": cannot write: " + error.message());
  return std::move(file);
}

llvm::Error AccuracyFile::add(double accuracy) {
  std::string text = llvm::formatv("{0:F6}", accuracy);
  if (os) {
    *os << lines[accuracies.size()] << text << '\n';
    os->flush();
    if (std::error_code error = os->error()) {
      os->clear_error();
      return fail(path, ": cannot write: " + error.message());
    }
  }
  // As one who goes on with the file reads it.
  accuracies.push_back(std::strtod(text.c_str(), nullptr));
  return llvm::Error::success();
}
