//===- MoveTest.cpp - Kernels that move elements --------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "ofa_kernels_move.h"

#include <gtest/gtest.h>

using namespace oracle;

namespace {

/// The offsets that a loop nest visits, and the room that they need.
struct Side {
  int offset = 0;
  int strides[4];
  int bytes = 0;
};

/// Strides that are at least 0 and keep runs apart where `distinct`, some of
/// them turned round.
Side randomSide(Random &random, const int *counts, int run, bool distinct) {
  Side side;
  int reach = run; // of one run of all inner loops
  for (int loop = 3; loop >= 0; --loop) {
    int stride = distinct ? reach + random.in(0, 3) : random.in(0, 40);
    if (counts[loop] == 1)
      stride = 0;
    int extent = (counts[loop] - 1) * stride;
    reach += extent;
    bool turned = random.in(0, 3) == 0;
    side.strides[loop] = turned ? -stride : stride;
    side.offset += turned ? extent : 0;
  }
  int before = random.in(0, 9);
  side.offset += before;
  side.bytes = before + reach + random.in(0, 9);
  return side;
}

TEST(Move, Copy) {
  for (unsigned seed = 0; seed < 2000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int counts[4];
    for (int &count : counts)
      count = random.in(0, 1) ? 1 : random.in(1, 5);
    int run = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 4 : random.in(1, 20);
    Side from = randomSide(random, counts, run, false);
    Side to = randomSide(random, counts, run, true);
    // Exact allocations, so that sanitizers see what lies outside.
    Bytes input = random.bytes(from.bytes), output(to.bytes, 99);
    Bytes expected = output;
    ofa_copy_params_t params = {};
    ofa_copy_loop_t *loops[] = {&params.loop_0, &params.loop_1, &params.loop_2,
                                &params.loop_3};
    for (int loop = 0; loop < 4; ++loop)
      *loops[loop] = {counts[loop], from.strides[loop], to.strides[loop]};
    params.input_offset = from.offset;
    params.output_offset = to.offset;
    params.run = run;
    ofa_copy(&params, input.data(), output.data());

    int total = counts[0] * counts[1] * counts[2] * counts[3];
    for (int i = 0; i < total * run; ++i) {
      int source = from.offset + i % run, target = to.offset + i % run;
      for (int loop = 3, rest = i / run; loop >= 0; rest /= counts[loop--]) {
        source += rest % counts[loop] * from.strides[loop];
        target += rest % counts[loop] * to.strides[loop];
      }
      expected[target] = input[source];
    }
    EXPECT_EQ(output, expected);
  }
}

TEST(Move, Fill) {
  Bytes bytes(9, 1);
  ofa_fill_s8_params_t params = {8, -128};
  ofa_fill_s8(&params, bytes.data());
  EXPECT_EQ(bytes, (Bytes{-128, -128, -128, -128, -128, -128, -128, -128, 1}));
  std::vector<float> floats(4, 1.0f);
  ofa_fill_f32_params_t floatParams = {3, 0.5f};
  ofa_fill_f32(&floatParams, floats.data());
  EXPECT_EQ(floats, (std::vector<float>{0.5f, 0.5f, 0.5f, 1.0f}));
}

TEST(Move, ResizeNearest) {
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int batches = random.in(1, 2), bytes = random.in(1, 9);
    int height = random.in(1, 6), width = random.in(1, 6);
    std::vector<int16_t> rows(random.in(1, 9)), columns(random.in(1, 9));
    for (int16_t &row : rows)
      row = static_cast<int16_t>(random.in(0, height - 1));
    for (int16_t &column : columns)
      column = static_cast<int16_t>(random.in(0, width - 1));
    if (seed % 2)
      std::sort(rows.begin(), rows.end()); // rows side by side repeat
    Bytes input = random.bytes(batches * height * width * bytes), expected;
    for (int batch = 0; batch < batches; ++batch)
      for (int row : rows)
        for (int column : columns)
          for (int i = 0; i < bytes; ++i)
            expected.push_back(
                input[((batch * height + row) * width + column) * bytes + i]);
    ofa_resize_nearest_params_t params = {batches,
                                          static_cast<int16_t>(height),
                                          static_cast<int16_t>(width),
                                          static_cast<int16_t>(rows.size()),
                                          static_cast<int16_t>(columns.size()),
                                          bytes,
                                          rows.data(),
                                          columns.data()};
    Bytes output(expected.size());
    ofa_resize_nearest(&params, input.data(), output.data());
    EXPECT_EQ(output, expected);
  }
}

} // namespace
