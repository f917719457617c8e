//===- CopyPlanTest.cpp - Movements of data as loops of copies ------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/CopyPlan.h"

#include "gtest/gtest.h"
#include <random>
#include <vector>

using namespace mlir::kernel;
using Sizes = std::vector<int64_t>;

namespace {

/// Where each element of the output comes from, by a walk over the whole box.
std::vector<int64_t> walk(const Sizes &sizes, const Sizes &inputStrides,
                          const Sizes &outputStrides, int64_t inputOffset,
                          int64_t outputOffset, int64_t outputElements) {
  std::vector<int64_t> origin(outputElements, -1);
  int64_t total = 1;
  for (int64_t size : sizes)
    total *= size;
  for (int64_t i = 0; i < total; ++i) {
    int64_t from = inputOffset, to = outputOffset, rest = i;
    for (size_t d = sizes.size(); d-- > 0; rest /= sizes[d]) {
      from += rest % sizes[d] * inputStrides[d];
      to += rest % sizes[d] * outputStrides[d];
    }
    origin[to] = from;
  }
  return origin;
}

/// The same by the copies.
std::vector<int64_t> run(llvm::ArrayRef<Copy> copies, int64_t outputElements) {
  std::vector<int64_t> origin(outputElements, -1);
  for (const Copy &copy : copies) {
    EXPECT_LE(copy.counts.size(), 4u);
    Sizes sizes(copy.counts.begin(), copy.counts.end());
    Sizes from(copy.inputStrides.begin(), copy.inputStrides.end());
    Sizes to(copy.outputStrides.begin(), copy.outputStrides.end());
    sizes.push_back(copy.run);
    from.push_back(1);
    to.push_back(1);
    std::vector<int64_t> part = walk(sizes, from, to, copy.inputOffset,
                                     copy.outputOffset, outputElements);
    for (int64_t i = 0; i < outputElements; ++i)
      if (part[i] >= 0) {
        EXPECT_EQ(origin[i], -1) << "element " << i << " is copied twice";
        origin[i] = part[i];
      }
  }
  return origin;
}

Sizes getRowMajorStrides(const Sizes &sizes) {
  Sizes strides(sizes.size(), 1);
  for (size_t d = sizes.size(); d-- > 1;)
    strides[d - 1] = strides[d] * sizes[d];
  return strides;
}

TEST(CopyPlan, RandomTranspositions) {
  std::mt19937 engine(1);
  for (int test = 0; test < 500; ++test) {
    Sizes sizes(engine() % 8);
    std::vector<size_t> permutation(sizes.size());
    int64_t total = 1;
    for (size_t d = 0; d < sizes.size(); ++d) {
      sizes[d] = 1 + engine() % 4;
      total *= sizes[d];
      permutation[d] = d;
    }
    std::shuffle(permutation.begin(), permutation.end(), engine);
    Sizes strides = getRowMajorStrides(sizes), outSizes, inStrides;
    for (size_t d : permutation) {
      outSizes.push_back(sizes[d]);
      inStrides.push_back(strides[d]);
    }
    Sizes outStrides = getRowMajorStrides(outSizes);
    EXPECT_EQ(run(planCopy(outSizes, inStrides, outStrides), total),
              walk(outSizes, inStrides, outStrides, 0, 0, total));
  }
}

TEST(CopyPlan, WholeTensorIsOneRun) {
  llvm::SmallVector<Copy> copies =
      planCopy({2, 3, 4}, {12, 4, 1}, {12, 4, 1}, 0, 24);
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_TRUE(copies[0].counts.empty());
  EXPECT_EQ(copies[0].run, 24);
  EXPECT_EQ(copies[0].outputOffset, 24);
}

TEST(CopyPlan, SliceKeepsOneLoop) {
  // Columns 1 and 2 of [4, 4, 8].
  llvm::SmallVector<Copy> copies =
      planCopy({4, 2, 8}, {32, 8, 1}, {16, 8, 1}, 8);
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_EQ(copies[0].counts, (llvm::SmallVector<int64_t, 4>{4}));
  EXPECT_EQ(copies[0].inputStrides, (llvm::SmallVector<int64_t, 4>{32}));
  EXPECT_EQ(copies[0].outputStrides, (llvm::SmallVector<int64_t, 4>{16}));
  EXPECT_EQ(copies[0].run, 16);
}

TEST(CopyPlan, LongestLoopIsInnermost) {
  // [3, 100] to [100, 3].
  llvm::SmallVector<Copy> copies = planCopy({100, 3}, {1, 100}, {3, 1});
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_EQ(copies[0].counts, (llvm::SmallVector<int64_t, 4>{3, 100}));
}

TEST(CopyPlan, Broadcast) {
  EXPECT_EQ(run(planCopy({3, 2}, {0, 1}, {2, 1}), 6),
            (std::vector<int64_t>{0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(run(planCopy({3, 2}, {1, 0}, {2, 1}), 6),
            (std::vector<int64_t>{0, 0, 1, 1, 2, 2}));
}

TEST(CopyPlan, EmptyBox) {
  EXPECT_TRUE(planCopy({3, 0}, {1, 1}, {1, 1}).empty());
}

TEST(CopyPlan, Scalar) {
  llvm::SmallVector<Copy> copies = planCopy({}, {}, {}, 5, 7);
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_EQ(copies[0].run, 1);
  EXPECT_EQ(copies[0].inputOffset, 5);
}

} // namespace
