//===- Graph.cpp - The trainer's plain view of an elastic network ---------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/Graph.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace mlir::ofa::training;

int64_t WidthTable::lookup(const Subnet &subnet,
                           llvm::ArrayRef<Choice> all) const {
  size_t position = 0;
  for (int choice : choices)
    position = position * all[choice].values.size() + subnet[choice];
  return counts[position];
}

int64_t Parameter::getNumElements() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

int Graph::getNumValues() const {
  int count = static_cast<int>(nodes.size()) + 1;
  for (const Stage &stage : stages)
    count += static_cast<int>(stage.blocks.size());
  return count;
}

Subnet Graph::getLargest() const {
  Subnet subnet;
  for (const Choice &choice : choices)
    subnet.push_back(static_cast<int>(choice.values.size()) - 1);
  return subnet;
}

Subnet Graph::getSmallest() const { return Subnet(choices.size(), 0); }

int64_t Graph::getResolution(const Subnet &subnet) const {
  if (resolutionChoice < 0)
    return resolution;
  return static_cast<int64_t>(
      choices[resolutionChoice].values[subnet[resolutionChoice]]);
}

std::string Graph::print(const Subnet &subnet) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (size_t i = 0; i < choices.size(); ++i)
    os << (i ? ", " : "") << choices[i].name << "="
       << llvm::format("%g", choices[i].values[subnet[i]]);
  return text;
}

uint64_t Graph::getFingerprint() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (const Choice &choice : choices) {
    os << choice.name;
    for (double value : choice.values)
      os << "," << llvm::format("%.17g", value);
    os << ";";
  }
  for (const WidthTable &width : widths) {
    for (int choice : width.choices)
      os << choice << ",";
    for (int64_t count : width.counts)
      os << count << ",";
    os << ";";
  }
  for (const Parameter &parameter : parameters) {
    os << parameter.name;
    for (int64_t extent : parameter.shape)
      os << "x" << extent;
    os << ";";
  }
  for (const Node &node : nodes) {
    os << static_cast<int>(node.kind) << node.name << ":" << node.weight << ","
       << node.bias << "," << node.width << "," << node.kernelChoice << ","
       << node.transform7to5 << "," << node.transform5to3;
    for (int input : node.inputs)
      os << "," << input;
    for (int64_t stride : node.stride)
      os << "," << stride;
    for (int64_t padding : node.padding)
      os << "," << padding;
    os << ";";
  }
  os << resolutionChoice << "," << resolution << "," << numClasses;
  return llvm::xxh3_64bits(text);
}
