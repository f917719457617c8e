//===- BoardLogTest.cpp - Tests of Board.h --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Profile/Board.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::ofa;

namespace {

std::string add(BoardLog &log, StringRef text, StringRef name = "log") {
  return llvm::toString(log.add(llvm::MemoryBufferRef(text, name)));
}

std::string getError(StringRef text) {
  BoardLog log;
  return add(log, text);
}

TEST(BoardLog, ReadsCountsBetweenOtherLines) {
  BoardLog log;
  EXPECT_EQ(add(log, "boot\r\n"
                     "[12.5] ofa-profile: begin m7 subnet-001 3\r\n"
                     "[12.6] ofa-profile: compiler 12.2.1 20221205\r\n"
                     "hello\r\n"
                     "ofa-profile: conv 120 min=100 runs=4\r\n"
                     "ofa-profile: conv 100\r\n"
                     "ofa-profile: run 9 min=9 runs=5\r\n"
                     "ofa-profile: end\r\n"),
            "");
  EXPECT_EQ(log.device, "m7");
  EXPECT_EQ(log.compiler, "12.2.1 20221205");
  EXPECT_EQ(log.networks, std::vector<std::string>{"subnet-001"});
  ASSERT_EQ(log.counts.size(), 2u);
  EXPECT_EQ(log.counts["conv"][0].minimum, 100);

  Device device;
  device.name = "m7";
  LatencyTable table = log.makeTable(device);
  EXPECT_EQ(table.unit, LatencyTable::Unit::Cycles);
  const LatencyTable::Entry &entry = table.entries.at("conv");
  EXPECT_EQ(entry.mean, (4 * 120 + 100) / 5.0); // By runs.
  EXPECT_EQ(entry.count, 5);
  EXPECT_NEAR(entry.deviation, 8, 1e-9);
  EXPECT_EQ(table.entries.at("run").deviation, 0);
}

TEST(BoardLog, MergesLogs) {
  BoardLog log;
  StringRef first = "ofa-profile: begin m7 subnet-001 1\n"
                    "ofa-profile: a 10\nofa-profile: end\n";
  StringRef second = "ofa-profile: begin m7 subnet-002 1\n"
                     "ofa-profile: b 20\nofa-profile: end\n";
  EXPECT_EQ(add(log, first), "");
  EXPECT_EQ(add(log, second), "");
  EXPECT_EQ(log.networks.size(), 2u);
  EXPECT_EQ(log.counts.size(), 2u);
  EXPECT_EQ(add(log, "ofa-profile: begin m4 subnet-003 1\n", "third"),
            "third:1: expects the log of device 'm7', but got 'm4'");
}

TEST(BoardLog, RefusesWhatIsMalformed) {
  std::string begin = "ofa-profile: begin m7 net 1\n";
  EXPECT_EQ(getError("ofa-profile: a 1\n"),
            "log:1: expects 'ofa-profile: begin' before 'a 1': is the "
            "beginning of the log missing?");
  EXPECT_EQ(getError("ofa-profile: end\n"),
            "log:1: expects 'ofa-profile: begin' before 'end'");
  EXPECT_EQ(getError("ofa-profile: begin m7 net\n"),
            "log:1: expects 'begin DEVICE NETWORK COUNTS', but got 'begin m7 "
            "net'");
  EXPECT_EQ(getError("ofa-profile: begin m7 net x\n"),
            "log:1: expects 'begin DEVICE NETWORK COUNTS', but got 'begin m7 "
            "net x'");
  EXPECT_EQ(getError(begin + "ofa-profile: a 1"),
            "log:2: expects 'ofa-profile: end' after 1 counts of 'net', but "
            "the log ends after 1");
  EXPECT_EQ(getError(begin + begin),
            "log:2: expects 'ofa-profile: end' after 1 counts of 'net', but "
            "got 'begin m7 net 1'");
  EXPECT_EQ(getError(begin + "ofa-profile: end\n"),
            "log:2: expects 1 counts of 'net', but got 0: were lines lost?");
  EXPECT_EQ(getError(begin + "ofa-profile: error no counter\n"),
            "log:2: the firmware reports: no counter");
  for (StringRef line :
       {"a", "a x", "a -1", "a 1.5", "a 1 min=1", "a 1 min=1 runs=0",
        "a 1 min=1 runs=2 more", "a 1 runs=2 min=1"})
    EXPECT_EQ(StringRef(getError(begin + "ofa-profile: " + line.str() + "\n"))
                  .take_front(22),
              "log:2: expects 'KEY CO")
        << line.str();
  EXPECT_EQ(getError(begin + "ofa-profile: a 1 min=2 runs=2\n"),
            "log:2: expects the minimum of 'a' to be at most the mean 1, but "
            "got 2");
  EXPECT_EQ(getError(begin + "ofa-profile: compiler 1\n"
                             "ofa-profile: compiler 2\n"),
            "log:3: expects firmware of compiler '1', but got '2'");
}

} // namespace
