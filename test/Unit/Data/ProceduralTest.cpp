//===- ProceduralTest.cpp -------------------------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Data/Procedural.h"

#include "llvm/Support/xxhash.h"

#include <gtest/gtest.h>

using namespace mlir::ofa;

static uint64_t hash(const ImageSet &set) {
  return llvm::xxh3_64bits(llvm::ArrayRef<uint8_t>(set.pixels));
}

static ProceduralOptions makeSmall() {
  ProceduralOptions options;
  options.train = 240;
  options.test = 24;
  options.classes = 12;
  return options;
}

TEST(Procedural, IsAFunctionOfItsKey) {
  ImageSet first = drawProceduralSet(makeSmall(), DataSplit::Train, 32);
  EXPECT_EQ(hash(first),
            hash(drawProceduralSet(makeSmall(), DataSplit::Train, 32)));
  ProceduralOptions other = makeSmall();
  other.seed = 2;
  EXPECT_NE(hash(first), hash(drawProceduralSet(other, DataSplit::Train, 32)));
}

TEST(Procedural, HasTheSameBytesOnEveryMachine) {
  EXPECT_EQ(hash(drawProceduralSet(makeSmall(), DataSplit::Train, 32)),
            7326839435137255469u);
}

TEST(Procedural, SplitsShareNoImage) {
  ImageSet train = drawProceduralSet(makeSmall(), DataSplit::Train, 16);
  ImageSet test = drawProceduralSet(makeSmall(), DataSplit::Test, 16);
  EXPECT_EQ(train.size(), 240);
  EXPECT_EQ(test.size(), 24);
  for (int64_t i = 0; i < test.size(); ++i)
    for (int64_t j = 0; j < train.size(); ++j)
      ASSERT_FALSE(std::equal(test.getImage(i),
                              test.getImage(i) + test.getImageBytes(),
                              train.getImage(j)));
}

TEST(Procedural, ClassesAreBalanced) {
  ImageSet set = drawProceduralSet(makeSmall(), DataSplit::Train, 8);
  std::vector<int> counts(12);
  for (int32_t label : set.labels)
    ++counts[label];
  for (int count : counts)
    EXPECT_EQ(count, 20);
  EXPECT_EQ(set.classNames.size(), 12u);
}

TEST(Procedural, DrawsAnySize) {
  for (int64_t size : {1, 20, 47, 96})
    EXPECT_EQ(
        drawProceduralSet(makeSmall(), DataSplit::Test, size).pixels.size(),
        static_cast<size_t>(24 * size * size * 3));
}

TEST(Procedural, OptionsAreChecked) {
  llvm::Expected<ProceduralOptions> good =
      parseProceduralOptions("seed=7,train=100,classes=12");
  ASSERT_TRUE(bool(good));
  EXPECT_EQ(good->seed, 7u);
  EXPECT_EQ(good->train, 100);
  EXPECT_EQ(good->test, 4000);
  for (const char *bad : {"sed=7", "seed", "train=x", "classes=13", "classes=1",
                          "train=3", "seed=-1"}) {
    llvm::Expected<ProceduralOptions> options = parseProceduralOptions(bad);
    ASSERT_FALSE(bool(options)) << bad;
    EXPECT_NE(llvm::toString(options.takeError()), "");
  }
}
