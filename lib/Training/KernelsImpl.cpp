//===- KernelsImpl.cpp - Hand-written training kernels --------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled once per instruction set: OFA_KERNEL_TABLE names the table that
// this object defines. No standard library templates here: an inline function
// of another object must not be replaced by one with instructions that the
// processor lacks.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

namespace mlir::ofa::training {
namespace {

inline float load(const float *source) { return *source; }
inline float load(const BFloat16 *source) {
  uint32_t bits = static_cast<uint32_t>(source->bits) << 16;
  float value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

/// The bits of the nearest bfloat16, of scalars or vectors. (Infinity stays;
/// so does a NaN, as processors make them.)
template <typename Bits>
inline Bits roundBits(Bits bits) {
  return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

inline void store(float value, float *target) { *target = value; }
inline void store(float value, BFloat16 *target) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  target->bits = static_cast<uint16_t>(roundBits(bits));
}

// Vectors of channels: in registers, and unaligned in memory. (A template
// argument would lose the alignment.) Each is one register of its processor:
// GCC takes wider ones apart into single elements where it compares them.
#define OFA_VECTOR(Name, size)                                                 \
  struct Name {                                                                \
    typedef float Value __attribute__((vector_size(4 * size)));                \
    typedef uint32_t Bits __attribute__((vector_size(4 * size)));              \
    typedef uint16_t Half __attribute__((vector_size(2 * size)));              \
    typedef float FloatMemory                                                  \
        __attribute__((vector_size(4 * size), aligned(4), may_alias));         \
    typedef uint16_t HalfMemory                                                \
        __attribute__((vector_size(2 * size), aligned(2), may_alias));         \
                                                                               \
    static Value load(const float *source) {                                   \
      return *reinterpret_cast<const FloatMemory *>(source);                   \
    }                                                                          \
    static Value load(const BFloat16 *source) {                                \
      Half half = *reinterpret_cast<const HalfMemory *>(source);               \
      return reinterpret_cast<Value>(__builtin_convertvector(half, Bits)       \
                                     << 16);                                   \
    }                                                                          \
    static void store(Value value, float *target) {                            \
      *reinterpret_cast<FloatMemory *>(target) = value;                        \
    }                                                                          \
    static void store(Value value, BFloat16 *target) {                         \
      *reinterpret_cast<HalfMemory *>(target) = __builtin_convertvector(       \
          roundBits(reinterpret_cast<Bits>(value)), Half);                     \
    }                                                                          \
  }
#if defined(__AVX512F__)
OFA_VECTOR(Wide, 16);
OFA_VECTOR(Narrow, 8);
#elif defined(__AVX2__)
OFA_VECTOR(Wide, 8);
OFA_VECTOR(Narrow, 4);
#else // SSE2, NEON
OFA_VECTOR(Wide, 4);
OFA_VECTOR(Narrow, 2);
#endif
#undef OFA_VECTOR
struct Single {
  typedef float Value;
  template <typename Element>
  static Value load(const Element *source) {
    return training::load(source);
  }
  template <typename Element>
  static void store(Value value, Element *target) {
    training::store(value, target);
  }
};

/// Calls `column(vector, c)` for columns of as many channels as a vector has.
template <typename Function>
inline void forEachColumn(int64_t channels, Function column) {
  constexpr int64_t wide = sizeof(Wide::Value) / sizeof(float);
  constexpr int64_t narrow = sizeof(Narrow::Value) / sizeof(float);
  int64_t c = 0;
  for (; c + wide <= channels; c += wide)
    column(Wide(), c);
  for (; c + narrow <= channels; c += narrow)
    column(Narrow(), c);
  for (; c < channels; ++c)
    column(Single(), c);
}

/// One product of a window: where its pixel lies, relative to the run's first,
/// and which row of the weight it takes.
struct Tap {
  int64_t source;
  int64_t weight;
};

/// A heap block that frees itself.
struct Scratch {
  explicit Scratch(int64_t floats)
      : data(static_cast<float *>(
            malloc(static_cast<size_t>(floats) * sizeof(float)))) {
    if (!data)
      abort();
  }
  ~Scratch() { free(data); }
  float *data;
};

//===----------------------------------------------------------------------===//
// Depthwise convolution
//===----------------------------------------------------------------------===//

/// P neighbouring pixels of a run, one vector of channels.
template <typename Vec, int P, typename Element>
inline void accumulatePixels(const float *source, int64_t sourceStep,
                             const Tap *taps, int numTaps, const float *weight,
                             Element *target, int64_t targetStep) {
  typename Vec::Value sums[P] = {};
  for (int t = 0; t < numTaps; ++t) {
    typename Vec::Value factor = Vec::load(weight + taps[t].weight);
    const float *pixel = source + taps[t].source;
#pragma GCC unroll 8
    for (int p = 0; p < P; ++p)
      sums[p] += Vec::load(pixel + p * sourceStep) * factor;
  }
#pragma GCC unroll 8
  for (int p = 0; p < P; ++p)
    Vec::store(sums[p], target + p * targetStep);
}

template <typename Vec, typename Element>
inline void accumulateRun(const float *source, int64_t sourceStep,
                          const Tap *taps, int numTaps, const float *weight,
                          Element *target, int64_t targetStep, int64_t count) {
  for (; count >= 8; count -= 8) {
    accumulatePixels<Vec, 8>(source, sourceStep, taps, numTaps, weight, target,
                             targetStep);
    source += 8 * sourceStep;
    target += 8 * targetStep;
  }
  // The rest in one go: a single pixel would wait for every product.
  switch (count) {
#define OFA_REST(P)                                                            \
  case P:                                                                      \
    return accumulatePixels<Vec, P>(source, sourceStep, taps, numTaps, weight, \
                                    target, targetStep);
    OFA_REST(1)
    OFA_REST(2)
    OFA_REST(3)
    OFA_REST(4)
    OFA_REST(5)
    OFA_REST(6)
    OFA_REST(7)
#undef OFA_REST
  }
}

/// Every pixel of a run is the sum over `taps` of source times weight.
template <typename Element>
void accumulateTaps(const float *source, int64_t sourceStep, const Tap *taps,
                    int numTaps, const float *weight, Element *target,
                    int64_t targetStep, int64_t count, int64_t channels) {
  forEachColumn(channels, [=](auto vector, int64_t c) {
    accumulateRun<decltype(vector)>(source + c, sourceStep, taps, numTaps,
                                    weight + c, target + c, targetStep, count);
  });
}

inline void copy(const float *source, int64_t count, float *target) {
  memcpy(target, source, static_cast<size_t>(count) * sizeof(float));
}
inline void copy(const BFloat16 *__restrict source, int64_t count,
                 float *__restrict target) {
  for (int64_t i = 0; i < count; ++i)
    target[i] = load(source + i);
}

/// Copies an image into the middle of a frame whose border is zero.
template <typename Element>
void frameImage(const Element *image, int64_t height, int64_t width,
                int64_t channels, int64_t top, int64_t left,
                int64_t frameHeight, int64_t frameWidth, float *frame) {
  // What lies outside the frame is not read by any window.
  int64_t rows = height < frameHeight - top ? height : frameHeight - top;
  int64_t columns = width < frameWidth - left ? width : frameWidth - left;
  int64_t rowSize = frameWidth * channels;
  auto clear = [&](float *begin, int64_t count) {
    memset(begin, 0, static_cast<size_t>(count) * sizeof(float));
  };
  clear(frame, top * rowSize);
  for (int64_t y = 0; y < rows; ++y) {
    float *row = frame + (y + top) * rowSize;
    clear(row, left * channels);
    copy(image + y * width * channels, columns * channels,
         row + left * channels);
    clear(row + (left + columns) * channels,
          (frameWidth - left - columns) * channels);
  }
  clear(frame + (top + rows) * rowSize, (frameHeight - top - rows) * rowSize);
}

int64_t max(int64_t a, int64_t b) { return a > b ? a : b; }

template <typename Element>
void depthwiseForward(const DepthwiseShape &s, const Element *input,
                      const float *weight, Element *output) {
  int64_t frameHeight = (s.outHeight - 1) * s.strideY + s.kernel;
  int64_t frameWidth = (s.outWidth - 1) * s.strideX + s.kernel;
  Scratch frame(frameHeight * frameWidth * s.channels);
  Tap taps[256];
  int numTaps = 0;
  for (int64_t ky = 0; ky < s.kernel; ++ky)
    for (int64_t kx = 0; kx < s.kernel; ++kx)
      taps[numTaps++] = {(ky * frameWidth + kx) * s.channels,
                         (ky * s.kernel + kx) * s.channels};
  for (int64_t n = 0; n < s.batch; ++n) {
    frameImage(input + n * s.height * s.width * s.channels, s.height, s.width,
               s.channels, s.padTop, s.padLeft, frameHeight, frameWidth,
               frame.data);
    for (int64_t y = 0; y < s.outHeight; ++y)
      accumulateTaps(frame.data + y * s.strideY * frameWidth * s.channels,
                     s.strideX * s.channels, taps, numTaps, weight,
                     output + (n * s.outHeight + y) * s.outWidth * s.channels,
                     s.channels, s.outWidth, s.channels);
  }
}

/// The gradient of input row y, column x gathers those of all outputs whose
/// window covers it. Columns of one remainder modulo the stride have the same
/// taps, so that each remainder is one run.
template <typename Element>
void depthwiseBackwardInput(const DepthwiseShape &s, const Element *gradient,
                            const float *weight, Element *inputGradient) {
  int64_t marginY = s.kernel / s.strideY + 1;
  int64_t marginX = s.kernel / s.strideX + 1;
  int64_t reachY = max((s.height + s.padTop) / s.strideY + 1, s.outHeight);
  int64_t reachX = max((s.width + s.padLeft) / s.strideX + 1, s.outWidth);
  int64_t frameHeight = reachY + marginY + 1;
  int64_t frameWidth = reachX + marginX + 1;
  Scratch frame(frameHeight * frameWidth * s.channels);
  Tap taps[256];
  for (int64_t n = 0; n < s.batch; ++n) {
    frameImage(gradient + n * s.outHeight * s.outWidth * s.channels,
               s.outHeight, s.outWidth, s.channels, marginY, marginX,
               frameHeight, frameWidth, frame.data);
    Element *image = inputGradient + n * s.height * s.width * s.channels;
    for (int64_t y = 0; y < s.height; ++y) {
      for (int64_t first = 0; first < s.strideX && first < s.width; ++first) {
        int numTaps = 0;
        for (int64_t ky = 0; ky < s.kernel; ++ky) {
          int64_t rowDistance = y + s.padTop - ky;
          if (rowDistance % s.strideY)
            continue;
          int64_t row = rowDistance / s.strideY + marginY;
          for (int64_t kx = 0; kx < s.kernel; ++kx) {
            int64_t columnDistance = first + s.padLeft - kx;
            if (columnDistance % s.strideX)
              continue;
            int64_t column = columnDistance / s.strideX + marginX;
            taps[numTaps++] = {(row * frameWidth + column) * s.channels,
                               (ky * s.kernel + kx) * s.channels};
          }
        }
        int64_t count = (s.width - first + s.strideX - 1) / s.strideX;
        accumulateTaps(frame.data, s.channels, taps, numTaps, weight,
                       image + (y * s.width + first) * s.channels,
                       s.strideX * s.channels, count, s.channels);
      }
    }
  }
}

/// One row of outputs against one row of the kernel: K sums stay in registers.
template <typename Vec, int K, typename Element>
inline void gatherRow(const float *source, int64_t sourceStep, int64_t tapStep,
                      const Element *gradient, int64_t gradientStep,
                      int64_t count, float *sums) {
  typename Vec::Value local[K] = {};
  for (int64_t x = 0; x < count; ++x) {
    typename Vec::Value factor = Vec::load(gradient + x * gradientStep);
    const float *pixel = source + x * sourceStep;
#pragma GCC unroll 8
    for (int k = 0; k < K; ++k)
      local[k] += Vec::load(pixel + k * tapStep) * factor;
  }
#pragma GCC unroll 8
  for (int k = 0; k < K; ++k)
    Vec::store(Vec::load(sums + k * tapStep) + local[k], sums + k * tapStep);
}

template <int K, typename Element>
void gatherChannels(const float *source, int64_t sourceStep,
                    const Element *gradient, int64_t count, int64_t channels,
                    float *sums) {
  forEachColumn(channels, [=](auto vector, int64_t c) {
    gatherRow<decltype(vector), K>(source + c, sourceStep, channels,
                                   gradient + c, channels, count, sums + c);
  });
}

template <typename Element>
void depthwiseBackwardWeight(const DepthwiseShape &s, const Element *input,
                             const Element *gradient, float *weightGradient) {
  int64_t frameHeight = (s.outHeight - 1) * s.strideY + s.kernel;
  int64_t frameWidth = (s.outWidth - 1) * s.strideX + s.kernel;
  Scratch frame(frameHeight * frameWidth * s.channels);
  memset(weightGradient, 0,
         static_cast<size_t>(s.kernel * s.kernel * s.channels) * sizeof(float));
  for (int64_t n = 0; n < s.batch; ++n) {
    frameImage(input + n * s.height * s.width * s.channels, s.height, s.width,
               s.channels, s.padTop, s.padLeft, frameHeight, frameWidth,
               frame.data);
    for (int64_t y = 0; y < s.outHeight; ++y) {
      const Element *row =
          gradient + (n * s.outHeight + y) * s.outWidth * s.channels;
      for (int64_t ky = 0; ky < s.kernel; ++ky) {
        const float *source =
            frame.data + (y * s.strideY + ky) * frameWidth * s.channels;
        float *sums = weightGradient + ky * s.kernel * s.channels;
        int64_t step = s.strideX * s.channels;
        int64_t kx = 0;
        if (s.kernel == 7) {
          gatherChannels<7>(source, step, row, s.outWidth, s.channels, sums);
          continue;
        }
        if (s.kernel == 5) {
          gatherChannels<5>(source, step, row, s.outWidth, s.channels, sums);
          continue;
        }
        for (; kx + 3 <= s.kernel; kx += 3)
          gatherChannels<3>(source + kx * s.channels, step, row, s.outWidth,
                            s.channels, sums + kx * s.channels);
        for (; kx < s.kernel; ++kx)
          gatherChannels<1>(source + kx * s.channels, step, row, s.outWidth,
                            s.channels, sums + kx * s.channels);
      }
    }
  }
}

//===----------------------------------------------------------------------===//
// Batch norm and activation
//===----------------------------------------------------------------------===//

/// Rows whose sums are kept in float before they join the double ones. They
/// stay in the cache while columns of channels are summed one after another in
/// registers.
constexpr int64_t rowsPerBlock = 128;

/// Calls `block(first, count)` for blocks of rows.
template <typename Function>
inline void forEachBlock(int64_t rows, Function block) {
  for (int64_t first = 0; first < rows; first += rowsPerBlock)
    block(first, rows - first < rowsPerBlock ? rows - first : rowsPerBlock);
}

template <Activation A, typename Value>
inline Value activate(Value z) {
  const Value zero = Value(), six = zero + 6;
  if constexpr (A == Activation::Relu)
    return z > zero ? z : zero;
  if constexpr (A == Activation::Relu6) {
    z = z > zero ? z : zero;
    return z < six ? z : six;
  }
  if constexpr (A == Activation::HardSwish)
    return z * activate<Activation::Relu6>(z + 3) * (1.0f / 6);
  return z;
}

/// Derivative of `activate` at z, times `gradient`.
template <Activation A, typename Value>
inline Value deactivate(Value z, Value gradient) {
  const Value zero = Value(), three = zero + 3;
  if constexpr (A == Activation::Relu)
    return z > zero ? gradient : zero;
  if constexpr (A == Activation::Relu6) {
    gradient = z > zero ? gradient : zero;
    return z < zero + 6 ? gradient : zero;
  }
  if constexpr (A == Activation::HardSwish) {
    Value inner = gradient * (z * (1.0f / 3) + 0.5f);
    inner = z < three ? inner : gradient;
    return z > -three ? inner : zero;
  }
  return gradient;
}

/// Sums of rows for each channel: of both functions that `terms` gives of a
/// vector of a row, (row, channel) -> two of them.
template <typename Terms>
void sumRows(int64_t rows, int64_t channels, double *totals, Terms terms) {
  memset(totals, 0, static_cast<size_t>(2 * channels) * sizeof(double));
  forEachBlock(rows, [&](int64_t first, int64_t count) {
    forEachColumn(channels, [&](auto vector, int64_t c) {
      using Vec = decltype(vector);
      // Two chains: one addition would wait for the other.
      typename Vec::Value sums[2] = {}, others[2] = {};
      auto makeTerms = terms(vector, c);
      int64_t r = 0;
      for (; r + 2 <= count; r += 2)
        for (int i = 0; i < 2; ++i)
          makeTerms(first + r + i, sums[i], others[i]);
      if (r < count)
        makeTerms(first + r, sums[0], others[0]);
      float lanes[32];
      constexpr int width = sizeof(typename Vec::Value) / sizeof(float);
      Vec::store(sums[0] + sums[1], lanes);
      Vec::store(others[0] + others[1], lanes + width);
      for (int i = 0; i < width; ++i) {
        totals[c + i] += lanes[i];
        totals[channels + c + i] += lanes[width + i];
      }
    });
  });
}

/// Totals of two sums for each channel, in a heap block that frees itself.
struct Totals {
  explicit Totals(int64_t channels)
      : data(static_cast<double *>(
            malloc(static_cast<size_t>(2 * channels) * sizeof(double)))) {
    if (!data)
      abort();
  }
  ~Totals() { free(data); }
  double *data;
};

template <Activation A, typename Element>
void forwardRows(const Element *input, int64_t rows, int64_t channels,
                 const float *factors, const float *shifts, Element *output) {
  forEachBlock(rows, [&](int64_t first, int64_t count) {
    forEachColumn(channels, [&](auto vector, int64_t c) {
      using Vec = decltype(vector);
      typename Vec::Value factor = Vec::load(factors + c),
                          shift = Vec::load(shifts + c);
      for (int64_t r = first; r < first + count; ++r)
        Vec::store(
            activate<A>(Vec::load(input + r * channels + c) * factor + shift),
            output + r * channels + c);
    });
  });
}

template <typename Element>
void batchNormForward(const Element *input, int64_t rows, int64_t channels,
                      const float *scale, const float *offset, float epsilon,
                      Activation activation, Element *output, float *mean,
                      float *variance, float *inverseStd) {
  Scratch block(2 * channels);
  float *factor = block.data, *shift = factor + channels;
  Totals totals(channels);
  sumRows(rows, channels, totals.data, [=](auto vector, int64_t c) {
    using Vec = decltype(vector);
    return
        [=](int64_t r, typename Vec::Value &sum, typename Vec::Value &squares) {
          typename Vec::Value x = Vec::load(input + r * channels + c);
          sum += x;
          squares += x * x;
        };
  });
  for (int64_t c = 0; c < channels; ++c) {
    double average = totals.data[c] / rows;
    double spread = totals.data[channels + c] / rows - average * average;
    if (spread < 0)
      spread = 0;
    double inverse = 1 / sqrt(spread + epsilon);
    mean[c] = static_cast<float>(average);
    variance[c] = static_cast<float>(spread);
    inverseStd[c] = static_cast<float>(inverse);
    factor[c] = static_cast<float>(scale[c] * inverse);
    shift[c] = static_cast<float>(offset[c] - average * scale[c] * inverse);
  }
  switch (activation) {
  case Activation::None:
    return forwardRows<Activation::None>(input, rows, channels, factor, shift,
                                         output);
  case Activation::Relu:
    return forwardRows<Activation::Relu>(input, rows, channels, factor, shift,
                                         output);
  case Activation::Relu6:
    return forwardRows<Activation::Relu6>(input, rows, channels, factor, shift,
                                          output);
  case Activation::HardSwish:
    return forwardRows<Activation::HardSwish>(input, rows, channels, factor,
                                              shift, output);
  }
}

/// What the backward pass knows of a column of channels.
template <typename Vec, Activation A, typename Element>
struct Column {
  typedef typename Vec::Value Value;
  const Element *input, *gradient;
  Value mean, inverseStd, scale, offset;

  /// The normalised input, and the gradient before the activation.
  void load(int64_t position, Value &normal, Value &delta) const {
    normal = (Vec::load(input + position) - mean) * inverseStd;
    delta =
        deactivate<A>(normal * scale + offset, Vec::load(gradient + position));
  }
};

template <Activation A, typename Element>
void backwardRows(const Element *input, const Element *gradient, int64_t rows,
                  int64_t channels, const float *scale, const float *offset,
                  const float *mean, const float *inverseStd,
                  Element *inputGradient, float *scaleGradient,
                  float *offsetGradient) {
  auto makeColumn = [=](auto vector, int64_t c) {
    using Vec = decltype(vector);
    return Column<Vec, A, Element>{input + c,
                                   gradient + c,
                                   Vec::load(mean + c),
                                   Vec::load(inverseStd + c),
                                   Vec::load(scale + c),
                                   Vec::load(offset + c)};
  };
  Totals totals(channels);
  sumRows(rows, channels, totals.data, [=](auto vector, int64_t c) {
    auto column = makeColumn(vector, c);
    using Value = typename decltype(column)::Value;
    return [=](int64_t r, Value &sum, Value &products) {
      Value normal, delta;
      column.load(r * channels, normal, delta);
      sum += delta;
      products += delta * normal;
    };
  });
  Scratch block(2 * channels);
  float *meanTerms = block.data, *slopeTerms = meanTerms + channels;
  for (int64_t c = 0; c < channels; ++c) {
    offsetGradient[c] = static_cast<float>(totals.data[c]);
    scaleGradient[c] = static_cast<float>(totals.data[channels + c]);
    meanTerms[c] = static_cast<float>(totals.data[c] / rows);
    slopeTerms[c] = static_cast<float>(totals.data[channels + c] / rows);
  }
  forEachBlock(rows, [&](int64_t first, int64_t count) {
    forEachColumn(channels, [&](auto vector, int64_t c) {
      using Vec = decltype(vector);
      auto column = makeColumn(vector, c);
      typename Vec::Value factor = column.scale * column.inverseStd,
                          meanTerm = Vec::load(meanTerms + c),
                          slopeTerm = Vec::load(slopeTerms + c);
      for (int64_t r = first; r < first + count; ++r) {
        typename Vec::Value normal, delta;
        column.load(r * channels, normal, delta);
        Vec::store(factor * (delta - meanTerm - normal * slopeTerm),
                   inputGradient + r * channels + c);
      }
    });
  });
}

template <typename Element>
void batchNormBackward(const Element *input, const Element *gradient,
                       int64_t rows, int64_t channels, const float *scale,
                       const float *offset, const float *mean,
                       const float *inverseStd, Activation activation,
                       Element *inputGradient, float *scaleGradient,
                       float *offsetGradient) {
  switch (activation) {
  case Activation::None:
    return backwardRows<Activation::None>(
        input, gradient, rows, channels, scale, offset, mean, inverseStd,
        inputGradient, scaleGradient, offsetGradient);
  case Activation::Relu:
    return backwardRows<Activation::Relu>(
        input, gradient, rows, channels, scale, offset, mean, inverseStd,
        inputGradient, scaleGradient, offsetGradient);
  case Activation::Relu6:
    return backwardRows<Activation::Relu6>(
        input, gradient, rows, channels, scale, offset, mean, inverseStd,
        inputGradient, scaleGradient, offsetGradient);
  case Activation::HardSwish:
    return backwardRows<Activation::HardSwish>(
        input, gradient, rows, channels, scale, offset, mean, inverseStd,
        inputGradient, scaleGradient, offsetGradient);
  }
}

//===----------------------------------------------------------------------===//
// Quantisation
//===----------------------------------------------------------------------===//

void roundToInt8(const float *input, int64_t count, float scale,
                 int32_t zeroPoint, float *output) {
  float lowest = static_cast<float>(-128 - zeroPoint);
  float highest = static_cast<float>(127 - zeroPoint);
  for (int64_t i = 0; i < count; ++i) {
    float steps = roundf(input[i] / scale);
    steps = steps < lowest ? lowest : steps;
    steps = steps > highest ? highest : steps;
    output[i] = steps * scale;
  }
}

template <typename Element>
constexpr ElementKernels<Element> makeKernels() {
  return {depthwiseForward<Element>, depthwiseBackwardInput<Element>,
          depthwiseBackwardWeight<Element>, batchNormForward<Element>,
          batchNormBackward<Element>};
}

} // namespace

extern const KernelTable OFA_KERNEL_TABLE;
const KernelTable OFA_KERNEL_TABLE = {OFA_KERNEL_NAME, roundToInt8,
                                      makeKernels<float>(),
                                      makeKernels<BFloat16>()};

} // namespace mlir::ofa::training
