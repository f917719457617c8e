//===- BoardLog.cpp - Latency tables from what a board printed ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "ofa/Device/Device.h"
#include "ofa/Profile/Board.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// Reads one log line by line.
class LogReader {
public:
  LogReader(BoardLog &log, StringRef file) : log(log), file(file) {}

  llvm::Error read(StringRef text) {
    for (StringRef line : llvm::split(text, '\n')) {
      ++number;
      size_t place = line.find("ofa-profile:");
      if (place == StringRef::npos)
        continue;
      if (llvm::Error error = readLine(
              line.drop_front(place + sizeof("ofa-profile:") - 1).trim()))
        return error;
    }
    if (isOpen)
      return fail("expects 'ofa-profile: end' after " + Twine(expected) +
                  " counts of '" + log.networks.back() +
                  "', but the log ends "
                  "after " +
                  Twine(found));
    return llvm::Error::success();
  }

private:
  llvm::Error fail(const Twine &message) const {
    return llvm::createStringError(Twine(file) + ":" + Twine(number) + ": " +
                                   message);
  }

  llvm::Error readLine(StringRef line) {
    if (line == "end")
      return readEnd();
    auto [word, rest] = line.split(' ');
    if (word == "begin")
      return readBegin(rest);
    if (word == "error")
      return fail("the firmware reports: " + rest);
    if (!isOpen)
      return fail("expects 'ofa-profile: begin' before '" + line +
                  "': is the beginning of the log missing?");
    if (word == "compiler")
      return readCompiler(rest);
    return readCount(word, rest);
  }

  llvm::Error readBegin(StringRef line) {
    SmallVector<StringRef> words;
    line.split(words, ' ', -1, /*KeepEmpty=*/false);
    if (words.size() != 3 || words[2].getAsInteger(10, expected))
      return fail("expects 'begin DEVICE NETWORK COUNTS', but got 'begin " +
                  line + "'");
    if (isOpen)
      return fail("expects 'ofa-profile: end' after " + Twine(expected) +
                  " counts of '" + log.networks.back() + "', but got 'begin " +
                  line + "'");
    if (!log.device.empty() && log.device != words[0])
      return fail("expects the log of device '" + log.device + "', but got '" +
                  words[0] + "'");
    log.device = words[0].str();
    log.networks.push_back(words[1].str());
    found = 0;
    isOpen = true;
    return llvm::Error::success();
  }

  llvm::Error readCompiler(StringRef version) {
    if (!log.compiler.empty() && log.compiler != version)
      return fail("expects firmware of compiler '" + log.compiler +
                  "', but got '" + version + "'");
    log.compiler = version.str();
    return llvm::Error::success();
  }

  llvm::Error readEnd() {
    if (!isOpen)
      return fail("expects 'ofa-profile: begin' before 'end'");
    if (found != expected)
      return fail("expects " + Twine(expected) + " counts of '" +
                  log.networks.back() + "', but got " + Twine(found) +
                  ": were lines lost?");
    isOpen = false;
    return llvm::Error::success();
  }

  /// `KEY MEAN [min=MINIMUM runs=RUNS]`
  llvm::Error readCount(StringRef key, StringRef rest) {
    SmallVector<StringRef> words;
    rest.split(words, ' ', -1, /*KeepEmpty=*/false);
    auto malformed = [&] {
      return fail("expects 'KEY COUNT' or 'KEY COUNT min=COUNT runs=NUMBER', "
                  "but got '" +
                  key + " " + rest + "'");
    };
    BoardLog::Count count;
    uint64_t mean = 0;
    if (words.empty() || words[0].getAsInteger(10, mean))
      return malformed();
    count.mean = count.minimum = double(mean);
    if (words.size() != 1) {
      uint64_t minimum = 0;
      if (words.size() != 3 || !words[1].consume_front("min=") ||
          words[1].getAsInteger(10, minimum) ||
          !words[2].consume_front("runs=") ||
          words[2].getAsInteger(10, count.runs) || count.runs < 1)
        return malformed();
      if (minimum > mean)
        return fail("expects the minimum of '" + key +
                    "' to be at most the "
                    "mean " +
                    Twine(mean) + ", but got " + Twine(minimum));
      count.minimum = double(minimum);
    }
    log.counts[key.str()].push_back(count);
    ++found;
    return llvm::Error::success();
  }

  BoardLog &log;
  StringRef file;
  int64_t number = 0;
  int64_t expected = 0, found = 0;
  bool isOpen = false;
};
} // namespace

llvm::Error BoardLog::add(llvm::MemoryBufferRef text) {
  return LogReader(*this, text.getBufferIdentifier()).read(text.getBuffer());
}

LatencyTable BoardLog::makeTable(const Device &device) const {
  LatencyTable table;
  table.unit = LatencyTable::Unit::Cycles;
  table.device = device.name;
  table.source = "cycles of the kernels for " + device.core +
                 ", counted by the core's cycle counter on the board";
  if (!compiler.empty())
    table.source += ", built by compiler version " + compiler;
  for (const auto &[key, values] : counts) {
    LatencyTable::Entry &entry = table.entries[key];
    double sum = 0, squares = 0;
    int64_t runs = 0;
    for (const Count &count : values) {
      sum += count.mean * double(count.runs);
      runs += count.runs;
    }
    entry.mean = sum / double(runs);
    for (const Count &count : values)
      squares += (count.mean - entry.mean) * (count.mean - entry.mean) *
                 double(count.runs);
    entry.deviation = std::sqrt(squares / double(runs));
    entry.count = runs;
  }
  return table;
}

LogicalResult ofa::parseBoardLogs(const ProfileSubject &subject,
                                  const Device &device,
                                  ArrayRef<std::string> logs,
                                  StringRef outputFile) {
  if (failed(checkWritable(outputFile)))
    return failure();
  BoardLog log;
  for (const std::string &path : logs) {
    auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/true);
    if (!buffer)
      return failProfile("cannot read '" + path +
                         "': " + buffer.getError().message());
    size_t before = log.networks.size();
    if (llvm::Error error = log.add((*buffer)->getMemBufferRef()))
      return failProfile(llvm::toString(std::move(error)));
    if (log.networks.size() == before)
      return failProfile("'" + path +
                         "' has no line that begins with "
                         "'ofa-profile: begin'");
  }
  if (log.device != device.name)
    return failProfile("expects logs of device '" + device.name +
                       "', but got '" + log.device + "'");
  std::vector<std::string> missing;
  for (const auto &[key, figures] : subject.getLayers())
    if (!log.counts.count(key))
      missing.push_back("'" + key + "'");
  if (!missing.empty()) {
    constexpr size_t shown = 10;
    std::string more = missing.size() > shown ? ", ..." : "";
    return failProfile(
        Twine(missing.size()) + " of " + Twine(subject.getLayers().size()) +
        " layers of the space are in no log (logs of: " +
        llvm::join(log.networks, ", ") +
        "): " + llvm::join(ArrayRef(missing).take_front(shown), ", ") + more);
  }
  llvm::errs() << "ofa-profile: " << subject.getLayers().size()
               << " layers from " << log.networks.size() << " networks\n";
  return writeTable(log.makeTable(device), outputFile);
}
