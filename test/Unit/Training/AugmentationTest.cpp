//===- AugmentationTest.cpp - Random variants of images -------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Batches.h"
#include "RandAugment.h"

#include "ofa/Data/ImageSet.h"
#include "ofa/Data/Random.h"
#include "ofa/Data/Resize.h"

#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ctime>
#include <functional>
#include <set>

using namespace mlir::ofa;
using namespace mlir::ofa::training;
using Pixels = std::vector<uint8_t>;

namespace {

class AugmentationTest : public testing::Test {
protected:
  AugmentationTest() {
    graph.preprocessing = {{100, 120.6f, 140}, {1, 1, 1}};
    recipe.seed = 3;
    makeImages(16, 40, 0, 255);
  }

  /// `count` images of random values in [low, high].
  void makeImages(int64_t side, int64_t count, int low, int high) {
    images = ImageSet();
    images.height = images.width = side;
    images.labels.assign(static_cast<size_t>(count), 0);
    Random random({1});
    for (int64_t i = 0; i < count * images.getImageBytes(); ++i)
      images.pixels.push_back(static_cast<uint8_t>(random.between(low, high)));
  }
  Pixels getOriginal(int32_t index) {
    return Pixels(images.getImage(index),
                  images.getImage(index) + images.getImageBytes());
  }
  Pixels augment(int32_t index, uint64_t epoch = 0) {
    return augmentImages(images, {index}, recipe, graph, epoch).pixels;
  }
  int32_t getCount() { return static_cast<int32_t>(images.size()); }
  /// An augmentation that does nothing, to switch single parts on.
  static Augmentation makeNone() {
    Augmentation none;
    none.cropPadding = 0;
    none.flip = false;
    return none;
  }

  Graph graph;
  Recipe recipe;
  ImageSet images;
};

Pixels mirrored(const Pixels &pixels, int64_t side) {
  Pixels result;
  for (int64_t y = 0; y < side; ++y)
    for (int64_t x = 0; x < side; ++x)
      for (int64_t c = 0; c < 3; ++c)
        result.push_back(pixels[(y * side + side - 1 - x) * 3 + c]);
  return result;
}

} // namespace

TEST_F(AugmentationTest, ByDefaultShiftsByAnEighthAndMirrors) {
  const int64_t side = 16;
  std::set<int64_t> shifts;
  int flips = 0;
  for (int32_t index = 0; index < getCount(); ++index) {
    // The definition, with the order of draws on which resumed runs rely.
    Random random({recipe.seed, 2, /*epoch=*/5, static_cast<uint64_t>(index)});
    int64_t dy = random.between(-2, 2), dx = random.between(-2, 2);
    bool flip = random.below(2);
    Pixels expected;
    for (int64_t y = 0; y < side; ++y)
      for (int64_t x = 0; x < side; ++x) {
        int64_t sy = y + dy, sx = (flip ? side - 1 - x : x) + dx;
        bool isInside = sy >= 0 && sy < side && sx >= 0 && sx < side;
        const uint8_t outside[] = {100, 121, 140};
        const uint8_t *pixel = images.getImage(index) + (sy * side + sx) * 3;
        expected.insert(expected.end(), isInside ? pixel : outside,
                        isInside ? pixel + 3 : outside + 3);
      }
    EXPECT_EQ(augment(index, 5), expected);
    shifts.insert(dx);
    flips += flip;
  }
  EXPECT_EQ(shifts.size(), 5u);
  EXPECT_GT(flips, 10);
  EXPECT_LT(flips, 30);
}

TEST_F(AugmentationTest, DependsOnSeedEpochAndIndexAlone) {
  recipe.augmentation.cropPadding = 0;
  recipe.augmentation.randomResizedCrop = RandomResizedCrop();
  recipe.augmentation.colorJitter = {0.4, 0.4, 0.4};
  recipe.augmentation.randAugment = {3, 10};
  Batch all = augmentImages(images, {7, 3, 9, 20}, recipe, graph, 4);
  Batch part = augmentImages(images, {20, 3}, recipe, graph, 4);
  size_t bytes = static_cast<size_t>(images.getImageBytes());
  auto get = [&](const Batch &batch, size_t i) {
    return Pixels(batch.pixels.begin() + i * bytes,
                  batch.pixels.begin() + (i + 1) * bytes);
  };
  EXPECT_EQ(get(all, 3), get(part, 0));
  EXPECT_EQ(get(all, 1), get(part, 1));
  EXPECT_EQ(get(all, 0), augment(7, 4));
  EXPECT_NE(augment(7, 4), augment(7, 5));
  Pixels before = augment(7, 4);
  recipe.seed = 4;
  EXPECT_NE(augment(7, 4), before);
}

TEST_F(AugmentationTest, MirrorsOnlyWhereItMay) {
  recipe.augmentation = makeNone();
  EXPECT_EQ(augment(0), getOriginal(0));
  recipe.augmentation.flip = true;
  int flips = 0;
  for (int32_t index = 0; index < getCount(); ++index) {
    Pixels result = augment(index);
    bool isMirrored = result == mirrored(getOriginal(index), images.width);
    EXPECT_TRUE(isMirrored || result == getOriginal(index));
    flips += isMirrored;
  }
  EXPECT_GT(flips, 10);
  EXPECT_LT(flips, 30);
  images.mayFlip = false;
  for (int32_t index = 0; index < getCount(); ++index)
    EXPECT_EQ(augment(index), getOriginal(index));
}

TEST_F(AugmentationTest, CropsHaveTheAskedAreaAndAspect) {
  const int64_t side = 16;
  struct Case {
    Range scale, aspect;
    int64_t height, width;
  };
  for (const Case &one :
       {Case{{0.25, 0.25}, {1, 1}, 8, 8}, Case{{0.5, 0.5}, {2, 2}, 8, 16},
        Case{{0.125, 0.125}, {0.5, 0.5}, 8, 4},
        // The width would be 32: cut to 16.
        Case{{1, 1}, {4, 4}, 8, 16}}) {
    recipe.augmentation = makeNone();
    recipe.augmentation.randomResizedCrop =
        RandomResizedCrop{one.scale, one.aspect};
    std::set<std::pair<int64_t, int64_t>> positions;
    for (int32_t index = 0; index < getCount(); ++index) {
      // It is the crop at one of all positions.
      Pixels result = augment(index);
      size_t before = positions.size();
      bool isFound = false;
      for (int64_t top = 0; top <= side - one.height; ++top)
        for (int64_t left = 0; left <= side - one.width; ++left) {
          Pixels crop, expected(result.size());
          for (int64_t y = 0; y < one.height; ++y) {
            const uint8_t *row =
                images.getImage(index) + ((top + y) * side + left) * 3;
            crop.insert(crop.end(), row, row + one.width * 3);
          }
          Resizer(one.height, one.width, side, side)
              .run(crop.data(), expected.data());
          if (result == expected) {
            isFound = true;
            positions.insert({top, left});
          }
        }
      EXPECT_TRUE(isFound) << index;
      EXPECT_LE(positions.size(), before + 1);
    }
    EXPECT_GE(positions.size(), one.width == side ? 7u : 20u);
  }
}

TEST_F(AugmentationTest, CropsOfAllSizesAreValid) {
  makeImages(7, 500, 0, 255);
  recipe.augmentation = makeNone();
  recipe.augmentation.randomResizedCrop =
      RandomResizedCrop{{0.01, 1}, {0.1, 10}};
  std::set<Pixels> seen;
  for (int32_t index = 0; index < getCount(); ++index)
    seen.insert(augment(index));
  EXPECT_EQ(seen.size(), 500u);
}

TEST_F(AugmentationTest, JitterStaysInItsRange) {
  makeImages(2, 200, 100, 100);
  recipe.augmentation = makeNone();
  recipe.augmentation.colorJitter.brightness = 0.25;
  int low = 255, high = 0;
  for (int32_t index = 0; index < getCount(); ++index) {
    Pixels result = augment(index);
    EXPECT_EQ(result, Pixels(12, result[0]));
    low = std::min<int>(low, result[0]);
    high = std::max<int>(high, result[0]);
  }
  EXPECT_GE(low, 75);
  EXPECT_LE(low, 78);
  EXPECT_LE(high, 125);
  EXPECT_GE(high, 122);
  // Grey has neither contrast nor saturation to change.
  recipe.augmentation.colorJitter = {0, 1, 1};
  for (int32_t index = 0; index < getCount(); ++index)
    EXPECT_EQ(augment(index), getOriginal(index));
}

TEST_F(AugmentationTest, EveryRandOperationScalesWithItsMagnitude) {
  // A slope, so that more of a shift is seen, too; it leaves values that
  // auto-contrast and equalize use.
  makeImages(16, 1, 50, 70);
  for (int64_t i = 0; i < images.getImageBytes(); ++i)
    images.pixels[i] +=
        static_cast<uint8_t>(i / 3 % 16 * 3 + i / 48 * 6 + i % 3);
  std::set<std::string> names;
  for (const RandOperation &operation : getRandOperations()) {
    std::string name = operation.name;
    EXPECT_TRUE(names.insert(name).second);
    bool knowsMagnitude =
        name != "identity" && name != "auto-contrast" && name != "equalize";
    double last = 0;
    for (int magnitude : {0, 3, 10}) {
      double distance = 0;
      for (uint64_t i = 0; i < 20; ++i) {
        Pixels pixels = getOriginal(0);
        Random random({i});
        operation.apply({pixels.data(), 16}, magnitude, {125, 125, 125},
                        random);
        for (size_t k = 0; k < pixels.size(); ++k)
          distance += std::abs(pixels[k] - getOriginal(0)[k]);
      }
      if (magnitude == 0 && knowsMagnitude)
        EXPECT_EQ(distance, 0) << name;
      else if (knowsMagnitude)
        EXPECT_GT(distance, last) << name;
      else
        EXPECT_EQ(distance > 0, name != "identity") << name;
      last = distance;
    }
  }
  EXPECT_EQ(names.size(), 15u);
}

TEST_F(AugmentationTest, RandAugmentAppliesTheAskedNumber) {
  recipe.augmentation = makeNone();
  recipe.augmentation.randAugment = {1, 10};
  auto operations = getRandOperations();
  std::set<std::string> seen;
  for (int32_t index = 0; index < getCount(); ++index)
    for (uint64_t epoch = 0; epoch < 5; ++epoch) {
      // Undisturbed by other parts that are off, the first draw is the choice.
      Random random({recipe.seed, 2, epoch, static_cast<uint64_t>(index)});
      random.next(), random.next(); // the shift
      auto &chosen = operations[random.below(operations.size())];
      Pixels expected = getOriginal(index);
      chosen.apply({expected.data(), 16}, 10, {100, 121, 140}, random);
      EXPECT_EQ(augment(index, epoch), expected);
      seen.insert(chosen.name);
    }
  EXPECT_EQ(seen.size(), operations.size());
}

//===----------------------------------------------------------------------===//
// As data
//===----------------------------------------------------------------------===//

static const std::vector<std::function<void(Augmentation &)>> changes = {
    [](Augmentation &a) { a.cropPadding = 0.1; },
    [](Augmentation &a) { a.flip = false; },
    [](Augmentation &a) { a.colorJitter.brightness = 0.1; },
    [](Augmentation &a) { a.colorJitter.contrast = 0.1; },
    [](Augmentation &a) { a.colorJitter.saturation = 0.1; },
    [](Augmentation &a) { a.randAugment.operations = 1; },
    [](Augmentation &a) { a.randAugment.magnitude = 1; },
    [](Augmentation &a) { a.randomResizedCrop.emplace(); },
    [](Augmentation &a) { a.randomResizedCrop.emplace().scale.low = 0.5; },
    [](Augmentation &a) { a.randomResizedCrop.emplace().scale.high = 0.5; },
    [](Augmentation &a) { a.randomResizedCrop.emplace().aspect.low = 0.5; },
    [](Augmentation &a) { a.randomResizedCrop.emplace().aspect.high = 5; },
};

/// Parses YAML; what is wrong with it goes to `error`.
static Augmentation parse(llvm::StringRef text, std::string &error) {
  Augmentation augmentation;
  llvm::yaml::Input input(
      text, nullptr,
      [](const llvm::SMDiagnostic &diagnostic, void *context) {
        *static_cast<std::string *>(context) += diagnostic.getMessage();
      },
      &error);
  input >> augmentation;
  EXPECT_EQ(bool(input.error()), !error.empty());
  return augmentation;
}

static std::string print(Augmentation augmentation) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::yaml::Output output(os);
  output << augmentation;
  return text;
}

TEST(Augmentation, ReadsYaml) {
  std::string error;
  Augmentation all = parse("random-resized-crop: {scale: [0.2, 1], "
                           "aspect: [0.75, 1.333]}\n"
                           "flip: false\n"
                           "color-jitter: {brightness: 0.125, contrast: 0.25, "
                           "saturation: 0.5}\n"
                           "rand-augment: {operations: 2, magnitude: 7}\n",
                           error);
  EXPECT_EQ(error, "");
  EXPECT_EQ(all.cropPadding, 0);
  EXPECT_FALSE(all.flip);
  ASSERT_TRUE(all.randomResizedCrop.has_value());
  EXPECT_EQ(all.randomResizedCrop->scale.low, 0.2);
  EXPECT_EQ(all.randomResizedCrop->scale.high, 1);
  EXPECT_EQ(all.randomResizedCrop->aspect.low, 0.75);
  EXPECT_EQ(all.randomResizedCrop->aspect.high, 1.333);
  EXPECT_EQ(all.colorJitter.brightness, 0.125);
  EXPECT_EQ(all.colorJitter.contrast, 0.25);
  EXPECT_EQ(all.colorJitter.saturation, 0.5);
  EXPECT_EQ(all.randAugment.operations, 2);
  EXPECT_EQ(all.randAugment.magnitude, 7);
  EXPECT_EQ(parse("crop-padding: 0.25", error).cropPadding, 0.25);
  EXPECT_EQ(print(parse("{}", error)), print(Augmentation()));
  Augmentation crop = parse("random-resized-crop: {}", error);
  EXPECT_EQ(error, "");
  EXPECT_EQ(crop.randomResizedCrop->scale.low, 0.08);
  EXPECT_EQ(crop.cropPadding, 0);
}

/// Checkpoints are recognised by this text.
TEST(Augmentation, WritesAllThatItReads) {
  std::set<std::string> seen = {print(Augmentation())};
  for (const auto &change : changes) {
    Augmentation augmentation;
    change(augmentation);
    if (augmentation.randomResizedCrop)
      augmentation.cropPadding = 0;
    ASSERT_EQ(augmentation.validate(), "");
    std::string text = print(augmentation), error;
    EXPECT_TRUE(seen.insert(text).second) << text;
    EXPECT_EQ(print(parse(text, error)), text);
    EXPECT_EQ(error, "");
  }
}

TEST(Augmentation, BadYamlGivesOneDiagnostic) {
  for (
      auto [text, expected] :
      std::vector<std::pair<const char *, const char *>>{
          {"flips: true", "unknown key 'flips'"},
          {"color-jitter: {hue: 0.1}", "unknown key 'hue'"},
          {"rand-augment: {magnitude: 5}", "missing required key 'operations'"},
          {"flip: maybe", "invalid boolean"},
          {"crop-padding: 0.6",
           "'crop-padding': expected a number in [0, 0.5], "
           "but got 0.6"},
          {"crop-padding: nan", "but got nan"},
          {"color-jitter: {contrast: -1}",
           "'color-jitter: contrast': expected a number in [0, 1], but got -1"},
          {"rand-augment: {operations: 2, magnitude: 11}",
           "'rand-augment: magnitude': expected a number in [0, 10], but got "
           "11"},
          {"rand-augment: {operations: -1}", "operations'"},
          {"random-resized-crop: {scale: [0.5, 0.2]}",
           "'random-resized-crop: scale': expected [lowest, highest] within "
           "[0.01, 1], but got [0.5, 0.2]"},
          {"random-resized-crop: {aspect: [0, 2]}",
           "within [0.1, 10], but got [0, 2]"},
          {"random-resized-crop: {scale: [0.5]}",
           "'scale': expected [lowest, highest], but got 1 numbers"},
          {"random-resized-crop: {}\ncrop-padding: 0.1", "but got both"}}) {
    std::string error;
    parse(text, error);
    EXPECT_NE(error.find(expected), std::string::npos) << text << "\n" << error;
  }
}

/// Not a test: processor time of each part, for docs/training.md.
TEST_F(AugmentationTest, DISABLED_Speed) {
  auto measure = [&](const char *name, const Augmentation &augmentation) {
    recipe.augmentation = augmentation;
    std::vector<int32_t> indices;
    for (int32_t i = 0; i < getCount(); ++i)
      indices.push_back(i);
    double best = 1e9;
    for (uint64_t epoch = 0; epoch < 20; ++epoch) {
      std::clock_t start = std::clock();
      augmentImages(images, indices, recipe, graph, epoch);
      best = std::min(best, double(std::clock() - start) / CLOCKS_PER_SEC);
    }
    llvm::errs() << images.width << " pixels, " << name << ": "
                 << static_cast<int64_t>(best * 1e6 / getCount())
                 << " us/image\n";
  };
  for (int64_t side : {32, 48, 128}) {
    makeImages(side, 200, 0, 255);
    measure("default", Augmentation());
    Augmentation crop = makeNone();
    crop.randomResizedCrop.emplace();
    measure("random resized crop", crop);
    Augmentation published = crop;
    published.flip = true;
    published.colorJitter = {32.0 / 255, 0, 0.5};
    measure("as published", published);
    Augmentation rand;
    rand.randAugment.operations = 2;
    measure("default and two operations", rand);
  }
}
