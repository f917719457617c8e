//===- ProfileTable.cpp - Latency tables from the emulator ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "ofa/Device/Device.h"
#include "ofa/Profile/Profile.h"
#include "ofa/Target/FileSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::ofa;

LogicalResult ofa::failProfile(const llvm::Twine &message) {
  llvm::errs() << "ofa-profile: error: " << message << '\n';
  return failure();
}

LogicalResult ofa::checkWritable(StringRef path) {
  if (path == "-")
    return success();
  StringRef folder = llvm::sys::path::parent_path(path);
  if (llvm::sys::fs::is_directory(path))
    return failProfile("cannot write '" + path + "': is a directory");
  if (std::error_code error = llvm::sys::fs::access(
          folder.empty() ? "." : folder, llvm::sys::fs::AccessMode::Write))
    return failProfile("cannot write '" + path + "': " + error.message());
  return success();
}

LogicalResult ofa::writeTable(const LatencyTable &table, StringRef path) {
  std::string text;
  llvm::raw_string_ostream os(text);
  table.print(os);
  llvm::Error error = writeFile(path, text);
  return error ? failProfile(llvm::toString(std::move(error))) : success();
}

LogicalResult ofa::resumeTable(LatencyTable &table, StringRef path) {
  if (path == "-" || !llvm::sys::fs::exists(path))
    return success();
  llvm::Expected<LatencyTable> known = loadLatencyTable(path);
  if (!known)
    return failProfile(llvm::toString(known.takeError()));
  StringRef restart = "; give another file, or --restart to measure anew";
  if (known->device != table.device)
    return failProfile("'" + path + "' is the table of device '" +
                       known->device + "', not of '" + table.device + "'" +
                       restart);
  if (known->part != table.part || known->unit != table.unit ||
      known->source != table.source ||
      known->cyclesPerInstruction != table.cyclesPerInstruction)
    return failProfile(
        "'" + path + "' was measured otherwise (" + known->source + "; " +
        llvm::formatv("{0}", known->cyclesPerInstruction).str() +
        " cycles per instruction) than it would be now (" + table.source +
        "; " + llvm::formatv("{0}", table.cyclesPerInstruction).str() + ")" +
        restart);
  table.entries = std::move(known->entries);
  return success();
}

void Progress::finishNetwork(const llvm::Twine &result,
                             llvm::StringRef subnet) {
  ++done;
  double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  llvm::errs() << llvm::formatv(
      "ofa-profile: {0} {1} of {2}: {3}; {4:f0} s left{5}{6}\n", what, done, count,
      result.str(), seconds / double(done) * double(count - done),
      subnet.empty() ? "" : "; ", subnet);
}

std::string ofa::describeErrors(const PredictionError &error) {
  return llvm::formatv("mean error {0:f3} %, largest {1:f3} %, bias {2:f3} +- "
                       "{3:f3} % (95 % confidence), 95 % of networks within "
                       "{4:f3} to {5:f3} %",
                       100 * error.mean, 100 * error.largest, 100 * error.bias,
                       100 * error.biasInterval,
                       100 * (error.bias - error.singleInterval),
                       100 * (error.bias + error.singleInterval))
      .str();
}

FailureOr<PredictionError> ofa::validate(
    const Profiler &profiler, ArrayRef<std::string> subnets,
    llvm::function_ref<FailureOr<double>(const NetworkProfile &)> predict) {
  std::vector<double> errors;
  Progress progress("unseen subnet", subnets.size());
  for (const std::string &subnet : subnets) {
    FailureOr<NetworkProfile> profile = profiler.run(subnet);
    if (failed(profile))
      return failure();
    FailureOr<double> predicted = predict(*profile);
    if (failed(predicted))
      return failure();
    errors.push_back(*predicted / double(profile->total) - 1);
    progress.finishNetwork(llvm::formatv("{0} instructions, predicted {1:f0} "
                                         "({2:f3} % off)",
                                         profile->total, *predicted,
                                         100 * errors.back())
                               .str(),
                           subnet);
  }
  return summarizeErrors(errors);
}

LogicalResult ofa::profileTable(const ProfileSubject &subject,
                                const NetworkCompiler &compiler,
                                const Device &device,
                                const ProfileOptions &options) {
  if (failed(checkWritable(options.outputFile)))
    return failure();
  llvm::Expected<LatencyTable> made = makeEmulatorTable(device);
  if (!made)
    return failProfile(llvm::toString(made.takeError()));
  LatencyTable table = std::move(*made);
  if (!options.restart && failed(resumeTable(table, options.outputFile)))
    return failure();
  auto isMissing = [&](StringRef key) {
    return table.entries.find(key) == table.entries.end();
  };
  size_t count = subject.getLayers().size();
  size_t missing = llvm::count_if(subject.getLayers(), [&](const auto &layer) {
    return isMissing(layer.first);
  });
  std::vector<std::string> subnets = subject.cover(isMissing);
  llvm::errs() << llvm::formatv(
      "ofa-profile: {0} distinct layers, {1} to measure, in {2} networks\n",
      count, missing, subnets.size());
  Profiler profiler(compiler, device, options.buildFolder);
  Progress progress("network", subnets.size());
  for (const std::string &subnet : subnets) {
    FailureOr<NetworkProfile> profile = profiler.run(subnet);
    if (failed(profile))
      return failure();
    addMeasurements(table, *profile);
    if (options.outputFile != "-" &&
        failed(writeTable(table, options.outputFile)))
      return failure();
    missing = llvm::count_if(subject.getLayers(), [&](const auto &layer) {
      return isMissing(layer.first);
    });
    progress.finishNetwork(
        llvm::formatv("{0} of {1} layers measured", count - missing, count)
            .str());
  }
  if (missing != 0) // The space and the networks disagree.
    return failProfile(llvm::Twine(missing) +
                       " layers occur in no network that was measured");
  if (options.outputFile == "-" && failed(writeTable(table, "-")))
    return failure();
  // Those that were measured by an earlier run are not known here.
  std::vector<std::string> unseen =
      subject.drawUnseen(options.validate, options.seed,
                         subject.cover([](StringRef) { return true; }));
  if (unseen.empty())
    return success();
  FailureOr<PredictionError> error =
      validate(profiler, unseen,
               [&](const NetworkProfile &profile) -> FailureOr<double> {
                 std::string key;
                 if (std::optional<double> sum = predict(table, profile, key))
                   return *sum;
                 return failProfile("the table has no entry for '" + key + "'");
               });
  if (failed(error))
    return failure();
  llvm::errs() << "ofa-profile: sums of entries on " << error->networks
               << " networks that were not measured: " << describeErrors(*error)
               << '\n';
  return success();
}
