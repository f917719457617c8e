//===- ExtractionTest.cpp - Extraction against the masked supernet --------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LibTorch runs slices of the supernet's weights; the compiler extracts a
// network and runs it on the runtime's kernels. They share no code.
//
//===----------------------------------------------------------------------===//

#include "Work.h"
#include "ofa/Data/Random.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "ofa/Execution/Executor.h"
#include "ofa/Spaces/Spaces.h"
#include "ofa/Training/ImportGraph.h"
#include "ofa/Training/SampleSubnets.h"
#include "ofa/Training/Trainer.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::training;

namespace {

class ExtractionTest : public testing::TestWithParam<const char *> {
protected:
  void SetUp() override {
    DialectRegistry registry;
    registry.insert<OFADialect, func::FuncDialect, quant::QuantDialect>();
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    SpaceOptions options;
    options.seed = 5;
    if (StringRef(GetParam()) == "mbv3") {
      // Squeeze-excite and hard swish, at a size that a test can run.
      options.width = 0.25;
      options.resolutions = {32, 48};
      options.classes = 10;
    }
    auto made = makeSupernet(UnknownLoc::get(&context), GetParam(), options);
    ASSERT_TRUE(succeeded(made));
    module = std::move(*made);
    auto supernet = *module->getOps<SupernetOp>().begin();
    auto result = importGraph(supernet, 0);
    ASSERT_TRUE(succeeded(result));
    imported = std::move(*result);
    scrambleParameters();
  }

  /// Gives matrices and batch norms values that are not neutral.
  void scrambleParameters() {
    Random random({7});
    for (Parameter &parameter : imported.graph.parameters) {
      int64_t channels = parameter.shape.back();
      for (size_t i = 0; i < parameter.data.size(); ++i) {
        float noise = random.uniform() - 0.5f;
        if (parameter.role == ParameterRole::Transform)
          parameter.data[i] += 0.05f * noise;
        else if (parameter.role == ParameterRole::BatchNorm)
          parameter.data[i] +=
              (static_cast<int64_t>(i) < 3 * channels ? 0.4f : 0.8f) * noise;
      }
    }
    exportParameters(imported.graph, imported.constants);
  }

  /// The largest, the smallest, then random ones.
  training::Subnet chooseSubnet(int round, Random &random) const {
    const Graph &graph = imported.graph;
    training::Subnet subnet =
        round == 0 ? graph.getLargest() : graph.getSmallest();
    if (round > 1)
      for (size_t c = 0; c < subnet.size(); ++c)
        subnet[c] = static_cast<int>(
            random.below(static_cast<int64_t>(graph.choices[c].values.size())));
    return subnet;
  }

  std::string printSubnet(const training::Subnet &subnet) {
    std::string text;
    const Graph &graph = imported.graph;
    for (size_t c = 0; c < subnet.size(); ++c)
      text += (c ? "," : "") + graph.choices[c].name + "=" +
              std::to_string(
                  static_cast<int>(graph.choices[c].values[subnet[c]]));
    return text;
  }

  /// Extracts and executes.
  std::vector<float> runExtracted(const training::Subnet &subnet,
                                  const std::vector<float> &image) {
    OwningOpRef<ModuleOp> clone = module->clone();
    PassManager passes(&context);
    ExtractSubnetPassOptions options;
    options.subnet = printSubnet(subnet);
    passes.addPass(createExtractSubnetPass(options));
    if (failed(passes.run(*clone)))
      return {};
    auto function = *clone->getOps<func::FuncOp>().begin();
    extractedMacs = computeCost(function.getBody()).macs;
    auto executor = Executor::create(function);
    if (failed(executor))
      return {};
    Tensor result = (*executor)->run(Tensor(image));
    return result.floats().vec();
  }

  /// Extracts, quantises to int8 with the images' smallest and largest values,
  /// and executes on all of them. `step` is that of the results.
  std::vector<float> runQuantized(const training::Subnet &subnet,
                                  ArrayRef<uint8_t> pixels, int64_t count,
                                  double &step) {
    OwningOpRef<ModuleOp> clone = module->clone();
    OpBuilder builder = OpBuilder::atBlockEnd(clone->getBody());
    int64_t side = imported.graph.resolution;
    auto type = RankedTensorType::get({count, side, side, 3},
                                      builder.getIntegerType(8, false));
    CalibrationOp::create(builder, builder.getUnknownLoc(),
                          makeElements<uint8_t>("images", type, pixels));
    PassManager passes(&context);
    ExtractSubnetPassOptions extraction;
    extraction.subnet = printSubnet(subnet);
    passes.addPass(createExtractSubnetPass(extraction));
    passes.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
    passes.addNestedPass<func::FuncOp>(createFuseActivationsPass());
    QuantizePassOptions quantization;
    quantization.calibration = "minmax";
    quantization.correctBias = false;
    passes.addPass(createQuantizePass(quantization));
    if (failed(passes.run(*clone)))
      return {};
    auto function = *clone->getOps<func::FuncOp>().begin();
    auto input = cast<quant::UniformQuantizedType>(
        getElementTypeOrSelf(function.getArgumentTypes()[0]));
    auto output = cast<quant::UniformQuantizedType>(
        getElementTypeOrSelf(function.getResultTypes()[0]));
    step = output.getScale();
    auto executor = Executor::create(function);
    if (failed(executor))
      return {};
    std::vector<float> results;
    std::vector<float> images = preprocess(pixels);
    for (int64_t i = 0; i < count; ++i) {
      std::vector<int8_t> image;
      for (float value :
           ArrayRef<float>(images).slice(i * side * side * 3, side * side * 3))
        image.push_back(static_cast<int8_t>(std::clamp(
            std::round(value / input.getScale()) + input.getZeroPoint(), -128.0,
            127.0)));
      Tensor result = (*executor)->run(Tensor(image));
      for (int8_t value : result.ints())
        results.push_back(static_cast<float>((value - output.getZeroPoint()) *
                                             output.getScale()));
    }
    return results;
  }

  std::vector<float> preprocess(ArrayRef<uint8_t> pixels) const {
    const Preprocessing &preprocessing = imported.graph.preprocessing;
    std::vector<float> values;
    for (size_t i = 0; i < pixels.size(); ++i)
      values.push_back((pixels[i] - preprocessing.mean[i % 3]) *
                       preprocessing.scale[i % 3]);
    return values;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  ImportedGraph imported;
  int64_t extractedMacs = 0; ///< Of the last network that was extracted.
};

} // namespace

TEST_P(ExtractionTest, EqualsTheMaskedSupernet) {
  const Graph &graph = imported.graph;
  Random random({23});
  for (int round = 0; round < 22; ++round) {
    training::Subnet subnet = chooseSubnet(round, random);
    int64_t side = graph.getResolution(subnet);
    std::vector<float> image(side * side * 3);
    for (float &value : image)
      value = random.uniform() * 2 - 1;
    std::vector<float> expected = runReference(graph, subnet, image, 1);
    std::vector<float> actual = runExtracted(subnet, image);
    ASSERT_EQ(actual.size(), expected.size());
    ASSERT_EQ(countMacs(graph, subnet), extractedMacs) << graph.print(subnet);
    float largest = 1;
    for (float value : expected)
      largest = std::max(largest, std::fabs(value));
    for (size_t i = 0; i < actual.size(); ++i)
      ASSERT_NEAR(actual[i], expected[i], 1e-4 * largest)
          << graph.print(subnet);
  }
}

// What quantisation-aware steps see is what the compiler makes of the network.
// Both round the same values in the same ranges, but the compiler rounds biases
// as well, which after some layers turns other roundings over: so what they add
// to the float network's scores is of the same size, and correlated.
TEST_P(ExtractionTest, FakeQuantizedResemblesInt8) {
  const Graph &graph = imported.graph;
  Random random({29});
  double fake = 0, real = 0, both = 0;
  for (int round = 0; round < 6; ++round) {
    training::Subnet subnet = chooseSubnet(round, random);
    // Calibration images are of the largest resolution.
    subnet[graph.resolutionChoice] = graph.getLargest()[graph.resolutionChoice];
    constexpr int64_t count = 4;
    std::vector<uint8_t> pixels(count * graph.resolution * graph.resolution *
                                3);
    for (uint8_t &pixel : pixels)
      pixel = static_cast<uint8_t>(random.below(256));
    std::vector<float> images = preprocess(pixels);
    double step = 0;
    std::vector<float> expected = runQuantized(subnet, pixels, count, step);
    std::vector<float> actual =
        runReference(graph, subnet, images, count, /*fakeQuantize=*/true);
    std::vector<float> exact = runReference(graph, subnet, images, count);
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i) {
      double fakeNoise = (actual[i] - exact[i]) / step;
      double realNoise = (expected[i] - exact[i]) / step;
      fake += fakeNoise * fakeNoise;
      real += realNoise * realNoise;
      both += fakeNoise * realNoise;
    }
  }
  EXPECT_NEAR(std::sqrt(fake / real), 1, 0.15);
  EXPECT_GT(both / std::sqrt(fake * real), 0.6);
}

// So that a predictor that is fitted here means the same to the search.
TEST_P(ExtractionTest, ReadsTheSameChoices) {
  const Graph &graph = imported.graph;
  auto supernet = *module->getOps<SupernetOp>().begin();
  ChoiceSpace space(supernet);
  for (const training::Subnet &subnet :
       llvm::cantFail(sampleDifferentSubnets(graph, 50, 3))) {
    SmallVector<unsigned> values(subnet.begin(), subnet.end());
    llvm::SmallBitVector active = findActiveChoices(graph, subnet);
    SmallVector<bool> expected =
        findActiveChoices(supernet, ofa::Subnet(space, values));
    for (size_t c = 0; c < values.size(); ++c)
      EXPECT_EQ(active[c], expected[c])
          << graph.choices[c].name << " in " << graph.print(subnet);
  }
}

INSTANTIATE_TEST_SUITE_P(Spaces, ExtractionTest,
                         testing::Values("mcu", "mcu-demo", "mbv3"));
