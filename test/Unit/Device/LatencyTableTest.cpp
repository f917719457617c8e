//===- LatencyTableTest.cpp - Tests of LatencyTable.h -----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Device/LatencyTable.h"
#include "ofa/Device/Device.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>

using namespace mlir::ofa;
using llvm::StringRef;

namespace {

llvm::Expected<LatencyTable> parse(StringRef text) {
  return parseLatencyTable(llvm::MemoryBufferRef(text, "table.yaml"));
}

std::string getError(StringRef text) {
  llvm::Expected<LatencyTable> table = parse(text);
  return table ? "" : llvm::toString(table.takeError());
}

std::string print(const LatencyTable &table) {
  std::string text;
  llvm::raw_string_ostream os(text);
  table.print(os);
  return text;
}

const std::string header = "format: ofa-latency-table-1\n"
                           "device: cortex-m7\n"
                           "source: counted\n"
                           "part: layer\n"
                           "unit: instructions\n";

TEST(LatencyTable, ReadsOwnFormat) {
  auto table = parse(header + "cycles_per_instruction: 0.7\n"
                              "entries:\n"
                              "  'pool-input:3x3x96-output:96': {mean: 8205}\n"
                              "  run: {mean: 19.5, count: 3, std: 0.5}\n");
  ASSERT_TRUE(bool(table)) << llvm::toString(table.takeError());
  EXPECT_EQ(table->device, "cortex-m7");
  EXPECT_EQ(table->part, LatencyTable::Part::Layer);
  EXPECT_EQ(table->unit, LatencyTable::Unit::Instructions);
  EXPECT_EQ(table->cyclesPerInstruction, 0.7);
  ASSERT_EQ(table->entries.size(), 2u);
  EXPECT_EQ(table->entries.at("pool-input:3x3x96-output:96").mean, 8205);
  EXPECT_EQ(table->entries.at("pool-input:3x3x96-output:96").count, 1);
  EXPECT_EQ(table->entries.at("run").deviation, 0.5);
  EXPECT_EQ(table->entries.at("run").count, 3);
}

TEST(LatencyTable, ReadsOnceForAllsFormat) {
  auto table = parse("Conv-input:160x160x3-output:80x80x24:\n"
                     "  count: 100\n"
                     "  mean: 2.5\n"
                     "  std: 0.1\n"
                     "AvgPool2D-input:5x5x576-output:1x1x576:\n"
                     "  mean: 0.25\n"
                     "  var: 0.01\n");
  ASSERT_TRUE(bool(table)) << llvm::toString(table.takeError());
  EXPECT_EQ(table->part, LatencyTable::Part::Block);
  EXPECT_EQ(table->unit, LatencyTable::Unit::Milliseconds);
  EXPECT_EQ(table->device, "");
  EXPECT_EQ(table->entries.at("Conv-input:160x160x3-output:80x80x24").count,
            100);
  EXPECT_EQ(table->entries.at("AvgPool2D-input:5x5x576-output:1x1x576").mean,
            0.25);
}

TEST(LatencyTable, PrintsWhatItReads) {
  auto table = parse(header + "entries: {a: {mean: 123456789}, "
                              "b: {mean: 0.123456789012345, std: 1e-3}, "
                              "'c: d': {mean: 0, count: 7}, "
                              "'it''s': {mean: 100000000000001}}\n");
  ASSERT_TRUE(bool(table)) << llvm::toString(table.takeError());
  std::string text = print(*table);
  EXPECT_NE(text.find("{ mean: 123456789 }"), std::string::npos) << text;
  auto again = parse(text);
  ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
  EXPECT_EQ(print(*again), text);
  for (const auto &[key, entry] : table->entries) {
    EXPECT_EQ(again->entries.at(key).mean, entry.mean) << key;
    EXPECT_EQ(again->entries.at(key).deviation, entry.deviation) << key;
    EXPECT_EQ(again->entries.at(key).count, entry.count) << key;
  }
  EXPECT_EQ(again->source, table->source);
  EXPECT_EQ(again->cyclesPerInstruction, 1);
}

TEST(LatencyTable, RefusesWhatIsMalformed) {
  EXPECT_EQ(StringRef(getError("")).take_front(46),
            "table.yaml:1:1: expects a latency table: a map");
  EXPECT_NE(getError("- a\n- b\n"), "");
  EXPECT_NE(getError("word"), "");
  EXPECT_NE(getError(header + "entries: {}\n"), "");
  EXPECT_EQ(getError(header), "table.yaml:1:1: missing required key 'entries'");
  EXPECT_EQ(getError("a: {count: 1}\n"),
            "table.yaml:1:5: missing required key 'mean'");
  EXPECT_EQ(getError(header + "entries:\n  a: {std: 1}\n"),
            "table.yaml:7:7: missing required key 'mean'");
  EXPECT_EQ(getError("a: {mean: -1}\n"),
            "table.yaml:1:5: expects a 'mean' from 0 to 1e15");
  EXPECT_EQ(getError("a: {mean: .nan}\n"),
            "table.yaml:1:11: invalid floating point number");
  EXPECT_EQ(getError("a: {mean: 1, count: 0}\n"),
            "table.yaml:1:5: expects a 'count' of at least one measurement");
  EXPECT_EQ(getError("a: {mean: fast}\n"),
            "table.yaml:1:11: invalid floating point number");
  EXPECT_EQ(getError("a: {mean: 1, media: 2}\n"),
            "table.yaml:1:14: unknown key 'media'");
  EXPECT_EQ(getError("format: ofa-latency-table-9\n"
                     "device: a\nsource: b\npart: layer\nunit: cycles\n"
                     "entries: {a: {mean: 1}}\n"),
            "table.yaml:1:1: expects 'format' to be ofa-latency-table-1, but "
            "got 'ofa-latency-table-9'");
  EXPECT_NE(getError("format: ofa-latency-table-1\ndevice: a\nsource: b\n"
                     "part: network\nunit: cycles\nentries: {a: {mean: 1}}\n"),
            "");
  EXPECT_NE(getError(header + "cycles_per_instruction: 0\n"
                              "entries: {a: {mean: 1}}\n"),
            "");
}

TEST(LatencyTable, RefusesTruncatedFiles) {
  std::string text = header + "entries:\n  'a': { mean: 10, count: 2 }\n"
                              "  'b': { mean: 20 }\n";
  ASSERT_EQ(getError(text), "");
  // In the middle of the header and of an entry.
  for (size_t length : {size_t(60), header.size(), text.size() - 3,
                        text.size() - 10, text.size() - 17})
    EXPECT_NE(getError(StringRef(text).take_front(length)), "") << length;
}

TEST(LatencyTable, RefusesDuplicateKeys) {
  EXPECT_EQ(getError("a: {mean: 1}\na: {mean: 2}\n"),
            "table.yaml:2:1: duplicated mapping key 'a'");
  EXPECT_EQ(getError(header + "entries:\n  a: {mean: 1}\n  a: {mean: 2}\n"),
            "table.yaml:8:3: duplicated mapping key 'a'");
}

TEST(LatencyTable, MergesEqualParts) {
  auto a = parse(header + "entries: {a: {mean: 1}, b: {mean: 2}}\n");
  auto b = parse(header + "entries: {b: {mean: 2}, c: {mean: 3}}\n");
  ASSERT_TRUE(a && b);
  EXPECT_FALSE(bool(a->merge(*b)));
  EXPECT_EQ(a->entries.size(), 3u);
  auto other = parse(header + "entries: {c: {mean: 4}}\n");
  ASSERT_TRUE(bool(other));
  EXPECT_EQ(llvm::toString(a->merge(*other)),
            "expects one mean for each key, but 'c' has 3.00 and 4.00");
  auto blocks = parse("a: {mean: 1}\n");
  ASSERT_TRUE(bool(blocks));
  EXPECT_EQ(llvm::toString(a->merge(*blocks)),
            "expects latency tables of the same parts and units");
}

/// Writes files into a folder that goes away.
class TableFilesTest : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("ofa-table", folder));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string write(StringRef name, StringRef text) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << text;
    return path.str().str();
  }

  llvm::SmallString<128> folder;
};

TEST_F(TableFilesTest, DevicesNameTables) {
  write("a.yaml", header + "entries: {a: {mean: 1}}\n");
  write("b.yaml", header + "entries: {b: {mean: 2}}\n");
  std::string path = write(
      "board.yaml", "{name: board, like: cortex-m4, latency: {basis: emulator, "
                    "source: counted, tables: [a.yaml, b.yaml]}}\n");
  auto device = loadDeviceFile(path);
  ASSERT_TRUE(bool(device)) << llvm::toString(device.takeError());
  ASSERT_EQ(device->latency.tables.size(), 1u);
  EXPECT_EQ(device->latency.tables[0].entries.size(), 2u);
}

TEST_F(TableFilesTest, TablesMayStillHaveToBeMade) {
  std::string path = write(
      "board.yaml", "{name: board, like: cortex-m4, latency: {basis: emulator, "
                    "source: counted, tables: [a.yaml]}}\n");
  auto device = loadDeviceFile(path, /*readTables=*/false);
  ASSERT_TRUE(bool(device)) << llvm::toString(device.takeError());
  EXPECT_TRUE(device->latency.tables.empty());
  device = loadDeviceFile(path);
  ASSERT_FALSE(bool(device));
  std::string error = llvm::toString(device.takeError());
  EXPECT_NE(error.find("'tables': cannot read the latency table"),
            std::string::npos)
      << error;
}

} // namespace
