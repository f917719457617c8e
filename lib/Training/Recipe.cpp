//===- Recipe.cpp - Recipes as YAML ---------------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/Recipe.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/YAMLTraits.h"

using namespace mlir::ofa::training;
namespace yaml = llvm::yaml;

namespace {
struct BuiltinRecipe {
  llvm::StringRef name, text;
};

/// How many of a choice's largest values; 0 is written as `all`.
LLVM_YAML_STRONG_TYPEDEF(int, ValueCount)
} // namespace

// Sorted by name; written by EmbedFiles.cmake from recipes/*.yaml.
static const BuiltinRecipe builtinRecipes[] = {
#include "BuiltinRecipes.inc"
};

LLVM_YAML_IS_SEQUENCE_VECTOR(Phase)

//===----------------------------------------------------------------------===//
// Mappings
//===----------------------------------------------------------------------===//

namespace llvm::yaml {

template <>
struct ScalarEnumerationTraits<Teacher> {
  static void enumeration(IO &io, Teacher &teacher) {
    io.enumCase(teacher, "none", Teacher::None);
    io.enumCase(teacher, "in-place", Teacher::InPlace);
    io.enumCase(teacher, "frozen", Teacher::Frozen);
  }
};

template <>
struct ScalarEnumerationTraits<DistillationLoss> {
  static void enumeration(IO &io, DistillationLoss &loss) {
    io.enumCase(loss, "cross-entropy", DistillationLoss::CrossEntropy);
    io.enumCase(loss, "adaptive", DistillationLoss::Adaptive);
  }
};

template <>
struct ScalarTraits<ValueCount> {
  static void output(const ValueCount &count, void *, raw_ostream &os) {
    if (count == 0)
      os << "all";
    else
      os << int(count);
  }
  static StringRef input(StringRef text, void *, ValueCount &count) {
    int value = 0;
    if (text == "all")
      count = 0;
    else if (text.getAsInteger(10, value) || value < 1)
      return "expected 'all' or how many of the largest values, from 1";
    else
      count = value;
    return "";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <>
struct MappingTraits<Phase> {
  static void mapping(IO &io, Phase &phase) {
    const Phase defaults;
    io.mapRequired("name", phase.name);
    io.mapRequired("epochs", phase.epochs);
    io.mapRequired("learning-rate", phase.peakLearningRate);
    io.mapOptional("warmup-epochs", phase.warmupEpochs, defaults.warmupEpochs);
    io.mapOptional("start-learning-rate", phase.startLearningRate,
                   defaults.startLearningRate);
    auto mapCount = [&](const char *key, int &count) {
      ValueCount value(count);
      io.mapOptional(key, value, ValueCount(0));
      count = value;
    };
    mapCount("kernels", phase.kernels);
    mapCount("depths", phase.depths);
    mapCount("widths", phase.widths);
    mapCount("resolutions", phase.resolutions);
    io.mapOptional("sandwich", phase.sandwich, defaults.sandwich);
    io.mapOptional("random-subnets", phase.randomSubnets,
                   defaults.randomSubnets);
    io.mapOptional("teacher", phase.teacher, defaults.teacher);
    io.mapOptional("distillation-loss", phase.loss, defaults.loss);
    io.mapOptional("label-weight", phase.labelWeight, defaults.labelWeight);
    io.mapOptional("sort-channels", phase.sortChannels, defaults.sortChannels);
    io.mapOptional("quantization-aware", phase.quantizationAware,
                   defaults.quantizationAware);
  }
  static std::string validate(IO &, Phase &phase) {
    if (!(phase.epochs >= 0))
      return "expected 'epochs' of at least 0";
    if (!(phase.peakLearningRate > 0) || !(phase.startLearningRate >= 0))
      return "expected a 'learning-rate' above 0 and a 'start-learning-rate' "
             "of at least 0";
    if (!(phase.warmupEpochs >= 0) || phase.warmupEpochs > phase.epochs)
      return "expected 'warmup-epochs' from 0 to 'epochs'";
    if (phase.randomSubnets < 0 ||
        (phase.randomSubnets == 0 && !phase.sandwich))
      return "expected 'random-subnets' of at least 1, or of at least 0 with "
             "'sandwich: true'";
    if (phase.teacher == Teacher::InPlace && !phase.sandwich)
      return "'teacher: in-place' is the largest subnet of the step: expected "
             "'sandwich: true', or 'teacher: none' or 'frozen'";
    if (!(phase.labelWeight >= 0))
      return "expected a 'label-weight' of at least 0";
    return "";
  }
};

template <>
struct MappingTraits<Recipe> {
  static void mapping(IO &io, Recipe &recipe) {
    const Recipe defaults;
    io.mapOptional("batch-size", recipe.batchSize, defaults.batchSize);
    io.mapOptional("momentum", recipe.momentum, defaults.momentum);
    io.mapOptional("weight-decay", recipe.weightDecay, defaults.weightDecay);
    io.mapOptional("label-smoothing", recipe.labelSmoothing,
                   defaults.labelSmoothing);
    io.mapOptional("batch-norm-momentum", recipe.batchNormMomentum,
                   defaults.batchNormMomentum);
    io.mapOptional("max-gradient-norm", recipe.maxGradientNorm,
                   defaults.maxGradientNorm);
    io.mapOptional("resolution-per-step", recipe.resolutionPerStep,
                   defaults.resolutionPerStep);
    io.mapOptional("augmentation", recipe.augmentation);
    io.mapOptional("seed", recipe.seed, defaults.seed);
    io.mapOptional("sync-batch-norm", recipe.syncBatchNorm,
                   defaults.syncBatchNorm);
    io.mapRequired("phases", recipe.phases);
  }
  static std::string validate(IO &, Recipe &recipe) {
    auto isPart = [](double value) { return value >= 0 && value < 1; };
    if (recipe.batchSize < 2)
      return "expected a 'batch-size' of at least 2";
    if (!isPart(recipe.momentum) || !isPart(recipe.labelSmoothing) ||
        !isPart(recipe.batchNormMomentum))
      return "expected 'momentum', 'label-smoothing' and 'batch-norm-momentum' "
             "from 0 to below 1";
    if (!(recipe.weightDecay >= 0) || !(recipe.maxGradientNorm >= 0))
      return "expected 'weight-decay' and 'max-gradient-norm' of at least 0";
    return "";
  }
};

} // namespace llvm::yaml

//===----------------------------------------------------------------------===//
// Reading and writing
//===----------------------------------------------------------------------===//

std::string Recipe::print() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  yaml::Output output(os);
  Recipe copy = *this;
  output << copy;
  return text;
}

llvm::Expected<Recipe>
mlir::ofa::training::parseRecipe(llvm::MemoryBufferRef buffer) {
  std::string error;
  auto keepFirst = [](const llvm::SMDiagnostic &diagnostic, void *context) {
    std::string &error = *static_cast<std::string *>(context);
    if (!error.empty() || diagnostic.getKind() != llvm::SourceMgr::DK_Error)
      return;
    error =
        (diagnostic.getFilename() + ":" + llvm::Twine(diagnostic.getLineNo()) +
         ":" + llvm::Twine(diagnostic.getColumnNo() + 1) + ": " +
         diagnostic.getMessage())
            .str();
  };
  yaml::Input input(buffer, /*Ctxt=*/nullptr, keepFirst, &error);
  Recipe recipe;
  input >> recipe;
  if (input.error() || !error.empty()) {
    if (error.empty())
      error = (buffer.getBufferIdentifier() +
               ":1:1: expected a recipe in YAML, with 'phases'")
                  .str();
    return llvm::createStringError(error);
  }
  if (!(recipe.getEpochs() > 0))
    return llvm::createStringError(
        buffer.getBufferIdentifier() +
        ":1:1: expected phases of more than 0 epochs together");
  return recipe;
}

std::vector<std::string> mlir::ofa::training::getRecipeNames() {
  std::vector<std::string> names;
  for (const BuiltinRecipe &recipe : builtinRecipes)
    names.push_back(recipe.name.str());
  return names;
}

llvm::Expected<Recipe>
mlir::ofa::training::loadRecipe(llvm::StringRef nameOrPath) {
  for (const BuiltinRecipe &recipe : builtinRecipes)
    if (recipe.name == nameOrPath)
      return parseRecipe(llvm::MemoryBufferRef(recipe.text, recipe.name));
  auto file = llvm::MemoryBuffer::getFile(nameOrPath, /*IsText=*/true);
  if (!file)
    return llvm::createStringError(
        "recipe '" + nameOrPath + "': cannot read: " +
        file.getError().message() + "; expected a YAML file or one of " +
        llvm::join(getRecipeNames(), ", "));
  return parseRecipe((*file)->getMemBufferRef());
}

//===----------------------------------------------------------------------===//
// Changes
//===----------------------------------------------------------------------===//

double Recipe::getEpochs() const {
  double sum = 0;
  for (const Phase &phase : phases)
    sum += phase.epochs;
  return sum;
}

double Recipe::getPeakLearningRate() const {
  double peak = 0;
  for (const Phase &phase : phases)
    peak = std::max(peak, phase.peakLearningRate);
  return peak;
}

void Recipe::scaleEpochs(double epochs) {
  double factor = epochs / getEpochs();
  for (Phase &phase : phases) {
    phase.epochs *= factor;
    phase.warmupEpochs *= factor;
  }
}

void Recipe::scaleLearningRates(double peak) {
  double factor = peak / getPeakLearningRate();
  for (Phase &phase : phases) {
    phase.startLearningRate *= factor;
    phase.peakLearningRate *= factor;
  }
}
