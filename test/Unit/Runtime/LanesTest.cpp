//===- LanesTest.cpp - int8 layers of channels in lanes -------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each form of the kernels against the oracle, on random layers:
//   OFA_LANES_LAYERS=34000 OFARuntimeTests --gtest_filter='*Lanes*'
// runs more of them than a test has time for. Streams are packed here by what
// ofa_kernels_lanes.h says, and by the compiler.
//
//===----------------------------------------------------------------------===//

#include "SpatialCases.h"
#include "ofa/Dialect/Kernel/IR/LanesLayout.h"
#include "ofa_kernels_lanes.h"

#include <cstdlib>
#include <optional>

using namespace mlir;
using namespace oracle;

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

#define KERNEL(form, kernel, rounding)                                         \
  void form##_##kernel##_lanes_s8_##rounding(                                  \
      const ofa_##kernel##_lanes_s8_params_t *, const int8_t *, int8_t *,      \
      int32_t *);
#define KERNELS(form)                                                          \
  KERNEL(form, conv2d, single)                                                 \
  KERNEL(form, conv2d, double)                                                 \
  KERNEL(form, depthwise_conv2d, single)                                       \
  KERNEL(form, depthwise_conv2d, double)                                       \
  KERNEL(form, fully_connected, single)                                        \
  KERNEL(form, fully_connected, double)

extern "C" {
KERNELS(c)
#ifdef OFA_TEST_X86
KERNELS(avx2)
KERNELS(vnni)
KERNELS(vnni_model)
#endif
}

namespace {

template <typename P>
using Entry = void (*)(const P *, const int8_t *, int8_t *, int32_t *);
using Conv2D = ofa_conv2d_lanes_s8_params_t;
using Depthwise = ofa_depthwise_conv2d_lanes_s8_params_t;
using FullyConnected = ofa_fully_connected_lanes_s8_params_t;

struct Form {
  const char *name;
  bool isSupported;
  Entry<Conv2D> conv2d[2]; // single, double
  Entry<Depthwise> depthwise[2];
  Entry<FullyConnected> fullyConnected[2];
};

#define FORM(form, isSupported)                                                \
  Form {                                                                       \
#form, isSupported,                                                        \
        {form##_conv2d_lanes_s8_single, form##_conv2d_lanes_s8_double },       \
         {form##_depthwise_conv2d_lanes_s8_single,                             \
          form##_depthwise_conv2d_lanes_s8_double },                           \
    {                                                                          \
      form##_fully_connected_lanes_s8_single,                                  \
          form##_fully_connected_lanes_s8_double                               \
    }                                                                          \
  }

std::vector<Form> getForms() {
  std::vector<Form> forms = {FORM(c, true)};
#ifdef OFA_TEST_X86
  bool hasAvx2 = __builtin_cpu_supports("avx2");
  forms.push_back(FORM(avx2, hasAvx2));
  forms.push_back(FORM(vnni, __builtin_cpu_supports("avx512vnni") &&
                                 __builtin_cpu_supports("avx512bw") &&
                                 __builtin_cpu_supports("avx512vl")));
  forms.push_back(FORM(vnni_model, hasAvx2));
#endif
  return forms;
}

struct Lanes : testing::TestWithParam<Form> {
  void SetUp() override {
    if (!GetParam().isSupported)
      GTEST_SKIP() << "not a processor for " << GetParam().name;
  }
};

INSTANTIATE_TEST_SUITE_P(Forms, Lanes, testing::ValuesIn(getForms()),
                         [](const auto &info) { return info.param.name; });

unsigned countLayers(unsigned usual) {
  const char *count = std::getenv("OFA_LANES_LAYERS");
  return count ? std::strtoul(count, nullptr, 10) : usual;
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

/// A layer's numbers; weights [channel][row][input of the row].
struct Numbers {
  int rows, inputs;
  Bytes weights;
  Channels channels;
  int inZero;
  Output out;

  int count() const { return static_cast<int>(channels.bias.size()); }
  int inner() const { return rows * inputs; }

  Numbers(Random &random, int count, int rows, int inputs)
      : rows(rows), inputs(inputs), weights(random.bytes(count * inner())),
        inZero(random.zeroPoint()), out(random.output()) {
    for (int c = 0; c < count; ++c) {
      int64_t most = 0;
      for (int i = 0; i < inner(); ++i)
        most += 256 * std::abs(int(weights[c * inner() + i]));
      addChannel(random, most);
    }
  }

  /// A channel whose weights make a sum of `most`. Its shift is such that few
  /// outputs saturate, or any.
  void addChannel(Random &random, int64_t most) {
    const int32_t multipliers[] = {0, 1 << 30, -(1 << 30), INT32_MAX,
                                   INT32_MIN + 1};
    int64_t largest = (1 << 30) - 1 - most; // of biases
    int64_t bias = random.in(-40000, 40000);
    if (random.in(0, 3) == 0)
      bias = (random.in(0, 1) ? 1 : -1) * (largest - random.in(0, 3));
    else if (random.in(0, 3) == 0)
      bias = bias * largest / 40000;
    bias = std::clamp(bias, -largest, largest);
    int bits = 0;
    while ((std::abs(bias) + most / 4) >> bits > 0)
      ++bits;
    int shift = 7 - bits + random.in(-2, 3);
    if (random.in(0, 7) == 0)
      shift = random.in(0, 1) ? -1 : -31;
    else if (random.in(0, 7) == 0)
      shift = random.in(-31, -1);
    channels.bias.push_back(static_cast<int32_t>(bias));
    channels.multiplier.push_back(random.in(0, 4)
                                      ? (1 << 30) + random.in(0, (1 << 30) - 1)
                                      : multipliers[random.in(0, 4)]);
    channels.shift.push_back(static_cast<int8_t>(std::clamp(shift, -31, -1)));
  }

  int weight(int c, int row, int i) const {
    return c < count() && i < inputs ? weights[c * inner() + row * inputs + i]
                                     : 0;
  }

  int sum(int c) const {
    int sum = 0;
    for (int i = 0; i < inner(); ++i)
      sum += weights[c * inner() + i];
    return sum;
  }

  int32_t bias(int c) const { // modulo 2^32
    return c < count() ? static_cast<int32_t>(uint32_t(channels.bias[c]) -
                                              uint32_t(inZero * sum(c)))
                       : 0;
  }

  int32_t biasOfMore(int c) const { // of inputs that are 128 more
    return c < count() ? static_cast<int32_t>(uint32_t(bias(c)) -
                                              uint32_t(128 * sum(c)))
                       : 0;
  }

  int32_t multiplier(int c) const {
    return c < count() ? channels.multiplier[c] : 0;
  }

  int32_t shift(int c) const { return c < count() ? channels.shift[c] : -1; }

  /// `kind` of each of sixteen channels.
  void append(Words &stream, int begin,
              int32_t (Numbers::*kind)(int) const) const {
    for (int c = begin; c < begin + 16; ++c)
      stream.push_back((this->*kind)(c));
  }

  /// What `pack`, the compiler's, makes of it.
  template <typename Pack>
  Words compile(Pack pack) const {
    Words biases;
    for (int c = 0; c < count(); ++c)
      biases.push_back(bias(c));
    std::optional<Words> stream = pack(kernel::LayerConstants{
        weights, biases, channels.multiplier, channels.shift, out.zeroPoint});
    EXPECT_TRUE(stream);
    return stream.value_or(Words());
  }

  Words packDense() const {
    Words stream;
    for (int begin = 0; begin < count(); begin += 16) {
      append(stream, begin, &Numbers::bias);
      append(stream, begin, &Numbers::biasOfMore);
      append(stream, begin, &Numbers::multiplier);
      append(stream, begin, &Numbers::shift);
      for (int row = 0; row < rows; ++row)
        for (int i = 0; i < inputs; i += 4)
          for (int c = begin; c < begin + 16; ++c) {
            uint32_t word = 0;
            for (int k = 3; k >= 0; --k)
              word = word << 8 | uint8_t(weight(c, row, i + k));
            stream.push_back(static_cast<int32_t>(word));
          }
    }
    return stream;
  }

  Words packPlanes() const { // of one row
    Words stream;
    for (int begin = 0; begin < count(); begin += 16) {
      append(stream, begin, &Numbers::bias);
      append(stream, begin, &Numbers::multiplier);
      append(stream, begin, &Numbers::shift);
      for (int i = 0; i < inputs; i += 2)
        for (int c = begin; c < begin + 16; c += 2) {
          uint32_t word = 0;
          for (int k = 3; k >= 0; --k)
            word = word << 8 | uint8_t(weight(c + k / 2, 0, i + k % 2));
          stream.push_back(static_cast<int32_t>(word));
        }
    }
    return stream;
  }
};

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

/// A tensor or scratch memory at any multiple of its elements' alignment, with
/// nothing behind it or with elements that must stay as they are.
template <typename T>
struct Guarded {
  static constexpr T mark = static_cast<T>(0x5a5a5a5a);
  std::vector<T> storage;
  size_t offset, size;

  Guarded(Random &random, size_t size) : offset(random.in(0, 17)), size(size) {
    storage.assign(offset + size + (random.in(0, 1) ? 64 : 0), mark);
    storage.shrink_to_fit();
  }

  T *data() { return storage.data() + offset; }

  std::vector<T> values() const {
    return {storage.begin() + offset, storage.begin() + offset + size};
  }

  bool isIntact() const {
    auto isMark = [](T value) { return value == mark; };
    return std::all_of(storage.begin(), storage.begin() + offset, isMark) &&
           std::all_of(storage.begin() + offset + size, storage.end(), isMark);
  }
};

/// One call beside its input, and one over it by the header's rule if the layer
/// has a `distance`.
template <typename P>
void run(Random &random, Entry<P> entry, const P &params, const Bytes &input,
         const Bytes &expected, size_t scratchWords,
         std::optional<int64_t> distance) {
  Guarded<int8_t> from(random, input.size()), to(random, expected.size());
  Guarded<int32_t> scratch(random, scratchWords);
  std::copy(input.begin(), input.end(), from.data());
  entry(&params, from.data(), to.data(), scratch.data());
  ASSERT_EQ(to.values(), expected);
  ASSERT_EQ(from.values(), input);
  ASSERT_TRUE(to.isIntact());
  ASSERT_TRUE(from.isIntact());
  ASSERT_TRUE(scratch.isIntact());
  if (!distance)
    return;
  int64_t in = std::max<int64_t>(*distance, 0);
  int64_t out = std::max<int64_t>(-*distance, 0);
  Guarded<int8_t> arena(random,
                        std::max(in + input.size(), out + expected.size()));
  std::copy(input.begin(), input.end(), arena.data() + in);
  entry(&params, arena.data() + in, arena.data() + out, scratch.data());
  ASSERT_EQ(Bytes(arena.data() + out, arena.data() + out + expected.size()),
            expected)
      << "overlapped at " << *distance;
  ASSERT_TRUE(arena.isIntact());
  ASSERT_TRUE(scratch.isIntact());
}

/// With the stream packed here, and with the compiler's.
template <typename P>
void check(Random &random, Entry<P> entry, P params, const Words &stream,
           const Words &compiled, const Bytes &input, const Bytes &expected,
           size_t scratchWords, std::optional<int64_t> distance) {
  ASSERT_EQ(stream.size(), compiled.size());
  for (const Words *words : {&stream, &compiled}) {
    params.stream = words->data();
    run(random, entry, params, input, expected, scratchWords, distance);
  }
}

/// A spatial layer's parameters.
template <typename P>
P getParams(const ofa_window_t &w, const Numbers &numbers) {
  return {w,
          static_cast<int8_t>(numbers.inZero),
          static_cast<int8_t>(numbers.out.zeroPoint),
          static_cast<int8_t>(numbers.out.low),
          static_cast<int8_t>(numbers.out.high),
          nullptr};
}

/// The compiler's count of scratch memory is the header's, but for images that
/// it makes others of: of one column, and of one pixel's kernels.
void checkScratch(const ofa_window_t &w,
                  int64_t (*count)(const kernel::Window &), int64_t words) {
  if ((w.in_width == 1 && w.out_width == 1) ||
      (w.kernel_height == 1 && w.kernel_width == 1))
    return;
  std::array<int64_t, 4> in = {1, w.in_height, w.in_width, w.in_channels};
  std::array<int64_t, 4> result = {1, w.out_height, w.out_width,
                                   w.out_channels};
  std::array<int64_t, 2> kernelSize = {w.kernel_height, w.kernel_width};
  std::array<int64_t, 2> stride = {w.stride_height, w.stride_width};
  std::array<int64_t, 2> padding = {w.pad_top, w.pad_left};
  ASSERT_EQ(count({in, result, kernelSize, stride, padding}), words);
}

void checkConvolution(Random &random, const Form &form, const ofa_window_t &w,
                      const Numbers &numbers, const Bytes &input) {
  checkScratch(w, kernel::countConv2DLanesScratch,
               OFA_CONV2D_LANES_S8_SCRATCH(w));
  Words compiled = numbers.compile([&](const kernel::LayerConstants &layer) {
    return kernel::packLanes(layer, numbers.rows);
  });
  for (int mode = 0; mode < 2; ++mode)
    check(random, form.conv2d[mode], getParams<Conv2D>(w, numbers),
          numbers.packDense(), compiled, input,
          conv2d(w, input, numbers.inZero, numbers.weights, numbers.channels,
                 numbers.out, static_cast<Rounding>(mode)),
          OFA_CONV2D_LANES_S8_SCRATCH(w),
          safeDistance(w, OFA_CONV2D_S8_STEP, {}));
}

void checkDepthwise(Random &random, const Form &form, const ofa_window_t &w,
                    const Numbers &numbers, const Bytes &input) {
  checkScratch(w, kernel::countDepthwiseLanesScratch,
               OFA_DEPTHWISE_CONV2D_LANES_S8_SCRATCH(w));
  Words compiled = numbers.compile(kernel::packDepthwiseLanes);
  Bytes weights; // [taps][channels]
  for (int tap = 0; tap < numbers.inputs; ++tap)
    for (int c = 0; c < numbers.count(); ++c)
      weights.push_back(static_cast<int8_t>(numbers.weight(c, 0, tap)));
  for (int mode = 0; mode < 2; ++mode)
    check(random, form.depthwise[mode], getParams<Depthwise>(w, numbers),
          numbers.packPlanes(), compiled, input,
          depthwise(w, input, numbers.inZero, weights, numbers.channels,
                    numbers.out, static_cast<Rounding>(mode)),
          OFA_DEPTHWISE_CONV2D_LANES_S8_SCRATCH(w),
          safeDistance(w, OFA_DEPTHWISE_CONV2D_S8_STEP, {}));
}

void checkFullyConnected(Random &random, const Form &form,
                         const Numbers &numbers, const Bytes &input) {
  Words compiled = numbers.compile([](const kernel::LayerConstants &layer) {
    return kernel::packLanes(layer, 1);
  });
  FullyConnected params = {numbers.inputs,
                           numbers.count(),
                           static_cast<int8_t>(numbers.out.zeroPoint),
                           static_cast<int8_t>(numbers.out.low),
                           static_cast<int8_t>(numbers.out.high),
                           nullptr};
  ofa_window_t w = {1, 1, static_cast<int16_t>(numbers.inputs),
                    1, 1, static_cast<int16_t>(numbers.count()),
                    1, 1, 1,
                    1, 0, 0};
  for (int mode = 0; mode < 2; ++mode)
    check(random, form.fullyConnected[mode], params, numbers.packDense(),
          compiled, input,
          conv2d(w, input, numbers.inZero, numbers.weights, numbers.channels,
                 numbers.out, static_cast<Rounding>(mode)),
          OFA_FULLY_CONNECTED_LANES_S8_SCRATCH(numbers.inputs), std::nullopt);
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// A window of a layer that the oracle computes soon: one of many channels, a
/// large kernel, or a row of several chunks.
ofa_window_t drawWindow(Random &random, bool isDepthwise) {
  while (true) {
    ofa_window_t w = randomWindow(random, random.in(0, 1) ? 40 : 9);
    switch (random.in(0, 4)) {
    case 0:
      w.kernel_height = random.in(1, OFA_MAX_KERNEL);
      w.kernel_width = random.in(1, OFA_MAX_KERNEL);
      break;
    case 1:
      w.kernel_height = 1;
      w.kernel_width = random.in(1, random.in(0, 1) ? 3 : OFA_MAX_KERNEL);
      w.in_height = random.in(1, 3);
      w.in_width = random.in(49, 220);
      break;
    case 2:
      w.kernel_height = w.kernel_width = random.in(0, 1) ? 1 : 3;
      w.stride_height = w.stride_width = random.in(1, 2);
      break;
    default:
      break;
    }
    if (isDepthwise)
      w.out_channels = w.in_channels;
    fitWindow(random, w, /*empty=*/true);
    int64_t products = int64_t(w.out_height) * w.out_width * w.out_channels *
                       w.kernel_height * w.kernel_width *
                       (isDepthwise ? 1 : w.in_channels);
    if (products <= 60000)
      return w;
  }
}

TEST_P(Lanes, Conv2D) {
  for (unsigned seed = 0, end = countLayers(1000); seed < end && !HasFailure();
       ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = drawWindow(random, /*isDepthwise=*/false);
    Numbers numbers(random, w.out_channels, w.kernel_height,
                    w.kernel_width * w.in_channels);
    checkConvolution(random, GetParam(), w, numbers,
                     random.bytes(w.in_height * w.in_width * w.in_channels));
  }
}

TEST_P(Lanes, DepthwiseConv2D) {
  for (unsigned seed = 0, end = countLayers(1000); seed < end && !HasFailure();
       ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = drawWindow(random, /*isDepthwise=*/true);
    Numbers numbers(random, w.out_channels, 1,
                    w.kernel_height * w.kernel_width);
    checkDepthwise(random, GetParam(), w, numbers,
                   random.bytes(w.in_height * w.in_width * w.in_channels));
  }
}

TEST_P(Lanes, FullyConnected) {
  for (unsigned seed = 0, end = countLayers(1000); seed < end && !HasFailure();
       ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int inputs = random.in(1, random.in(0, 3) ? 80 : 700);
    Numbers numbers(random, random.in(1, 40), 1, inputs);
    checkFullyConnected(random, GetParam(), numbers, random.bytes(inputs));
  }
}

/// Weights and inputs at their ends, in sums as large as they may be.
TEST_P(Lanes, Extremes) {
  const ofa_window_t dense = {1, 7, 4096, 1, 7, 19, 1, 1, 1, 1, 0, 0};
  const ofa_window_t planes = {16, 22, 19, 1, 7, 19, 16, 16, 1, 1, 0, 0};
  for (int weight : {-128, 127})
    for (int value : {-128, 127})
      for (int32_t multiplier : {1 << 30, -(1 << 30), INT32_MAX, INT32_MIN + 1})
        for (int shift : {-1, -20, -22, -31}) {
          Random random(0);
          auto fill = [&](const ofa_window_t &w, int rows, int inputs) {
            Numbers numbers(random, 19, rows, inputs);
            int32_t largest = (1 << 30) - 1 - rows * inputs * 128 * 128;
            numbers.weights.assign(19 * rows * inputs, int8_t(weight));
            numbers.inZero = 0;
            numbers.out = {0, -128, 127};
            for (int c = 0; c < 19; ++c)
              numbers.channels.bias[c] =
                  static_cast<int32_t>(c % 3 == 0   ? 0
                                       : c % 3 == 1 ? largest
                                                    : -largest);
            numbers.channels.multiplier.assign(19, multiplier);
            numbers.channels.shift.assign(19, int8_t(shift));
            return numbers;
          };
          checkConvolution(random, GetParam(), dense, fill(dense, 1, 4096),
                           Bytes(7 * 4096, int8_t(value)));
          checkFullyConnected(random, GetParam(), fill(dense, 1, 4096),
                              Bytes(4096, int8_t(value)));
          checkDepthwise(random, GetParam(), planes, fill(planes, 1, 256),
                         Bytes(16 * 22 * 19, int8_t(value)));
        }
}

} // namespace
