//===- ProfileFit.cpp - Latency models of devices from the emulator -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "ofa/Device/Device.h"
#include "ofa/Profile/Fit.h"
#include "ofa/Profile/Profile.h"
#include "ofa/Target/FileSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// The coefficients of one kind, and whether they were fitted.
struct KindModel {
  std::string kind;
  KernelFit fit;
  bool isFitted = false;
};
} // namespace

static double predict(ArrayRef<KindModel> model, const LayerFigures &figures) {
  const KindModel *found = &model.back(); // `default`
  for (const KindModel &kind : model)
    if (kind.kind == figures.kind)
      found = &kind;
  double sum = 0;
  for (auto [amount, perUnit] : llvm::zip(figures.work, found->fit.cycles))
    sum += amount * perUnit;
  return sum;
}

/// Fits the kinds that were measured, in instructions; the others keep what the
/// device says.
static std::vector<KindModel> fitKinds(const Device &device,
                                       ArrayRef<FitSample> samples) {
  std::vector<KindModel> model;
  double cpi = device.latency.cyclesPerInstruction;
  for (auto [kind, known] : llvm::zip(kernelKinds(), device.latency.kernels)) {
    std::vector<FitSample> own;
    llvm::copy_if(samples, std::back_inserter(own),
                  [&, kind = kind](const FitSample &sample) {
                    return sample.figures.kind == kind;
                  });
    KindModel &entry = model.emplace_back();
    entry.kind = kind.str();
    entry.isFitted = !own.empty();
    if (entry.isFitted)
      entry.fit = fitKernel(own);
    else
      for (auto [perUnit, cycles] : llvm::zip(entry.fit.cycles, known))
        perUnit = cycles / cpi;
  }
  return model;
}

/// "mac: 2.71, output: 20.5, call: 18176" with four significant digits; terms
/// that are optional and zero are left out.
static std::string printTerms(const KernelCycles &cycles, double factor,
                              StringRef assign) {
  std::vector<std::string> texts;
  for (auto [term, name] : llvm::enumerate(kernelTerms()))
    if (term <= CallTerm || cycles[term] != 0) {
      std::string &text = texts.emplace_back();
      llvm::raw_string_ostream(text)
          << name << assign << llvm::format("%.4g", cycles[term] * factor);
    }
  return llvm::join(texts, ", ");
}

static void printCoefficients(llvm::raw_ostream &os, ArrayRef<KindModel> model,
                              double cpi) {
  auto print = [&](const KindModel &kind) {
    os << llvm::formatv("    {0,-18} {{{1}}\n", kind.kind + ":",
                        printTerms(kind.fit.cycles, cpi, ": "));
  };
  print(model.back());
  for (const KindModel &kind : model.drop_back())
    print(kind);
}

/// The device file, or, for a device that is none to inherit from, its part.
static std::string printDevice(const Device &device, StringRef name,
                               ArrayRef<KindModel> model,
                               const std::string &source) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (llvm::is_contained(getBuiltinDeviceNames(), StringRef(device.name)))
    os << "name: " << name << "\nlike: " << device.name << "\n";
  else
    os << "# Instead of `latency` in the file of device '" << device.name
       << "'.\n";
  double cpi = device.latency.cyclesPerInstruction;
  os << "latency:\n  basis: emulator\n  source: >-\n    " << source
     << "\n  cycles_per_instruction: " << llvm::formatv("{0}", cpi)
     << "\n  cycles:\n";
  printCoefficients(os, model, cpi);
  return text;
}

static void reportFit(ArrayRef<KindModel> model) {
  for (const KindModel &kind : model)
    if (kind.isFitted)
      llvm::errs() << llvm::formatv(
          "ofa-profile: {0}: {1} layers, instructions per {2}; {3:f1} % off "
          "(root mean square)\n",
          kind.kind, kind.fit.samples, printTerms(kind.fit.cycles, 1, " "),
          100 * kind.fit.deviation);
}

LogicalResult ofa::profileFit(const ProfileSubject &subject,
                              const NetworkCompiler &compiler,
                              const Device &device, StringRef name,
                              int64_t measurements,
                              const ProfileOptions &options) {
  if (failed(checkWritable(options.outputFile)))
    return failure();
  llvm::Expected<LatencyTable> table = makeEmulatorTable(device);
  if (!table)
    return failProfile(llvm::toString(table.takeError()));
  std::vector<std::string> chosen =
      chooseLayers(subject.getLayers(), measurements);
  llvm::StringSet<> missing;
  for (const std::string &key : chosen)
    missing.insert(key);
  std::vector<std::string> subnets =
      subject.cover([&](StringRef key) { return missing.contains(key); });
  llvm::errs() << llvm::formatv("ofa-profile: {0} of {1} distinct layers to "
                                "measure, in {2} networks\n",
                                chosen.size(), subject.getLayers().size(),
                                subnets.size());
  Profiler profiler(compiler, device, options.buildFolder);
  Progress progress("network", subnets.size());
  std::vector<FitSample> samples;
  for (const std::string &subnet : subnets) {
    FailureOr<NetworkProfile> profile = profiler.run(subnet);
    if (failed(profile))
      return failure();
    for (const auto &[key, count] : profile->layers)
      if (missing.erase(key))
        samples.push_back(
            {subject.getLayers().find(key)->second, double(count)});
    progress.finishNetwork(llvm::Twine(samples.size()) + " of " +
                           llvm::Twine(chosen.size()) + " layers measured");
  }
  std::vector<KindModel> model = fitKinds(device, samples);
  reportFit(model);

  std::string source = llvm::formatv("fitted to {0} measured layers: {1}",
                                     samples.size(), table->source)
                           .str();
  std::vector<std::string> unseen =
      subject.drawUnseen(options.validate, options.seed, subnets);
  if (!unseen.empty()) {
    FailureOr<PredictionError> error =
        validate(profiler, unseen,
                 [&](const NetworkProfile &profile) -> FailureOr<double> {
                   double sum = 0;
                   for (const auto &[key, figures] : profile.figures)
                     sum += ::predict(model, figures);
                   return sum;
                 });
    if (failed(error))
      return failure();
    std::string text =
        llvm::formatv("on {0} networks that were not measured: {1}",
                      error->networks, describeErrors(*error))
            .str();
    llvm::errs() << "ofa-profile: fitted model " << text << '\n';
    source += "; " + text;
  }
  source += "; cycles are instructions times an assumed " +
            llvm::formatv("{0}", device.latency.cyclesPerInstruction).str();
  if (llvm::Error error = writeFile(options.outputFile,
                                    printDevice(device, name, model, source)))
    return failProfile(llvm::toString(std::move(error)));
  return success();
}
