//===- Procedural.cpp - Images that the project draws itself --------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Data/Procedural.h"

#include "Sources.h"
#include "Threads.h"
#include "ofa/Data/Random.h"

#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// Outlines
//===----------------------------------------------------------------------===//

static constexpr std::array<const char *, 12> shapeNames = {
    "disc", "ring",  "crescent", "square", "triangle",  "pentagon",
    "star", "cross", "heart",    "arrow",  "hourglass", "flower"};

/// How many of five half planes, each `distance` from the centre, hold (x, y):
/// 5 is a pentagon, at least 4 a five-pointed star.
static int countHalfPlanes(float x, float y, float distance) {
  static constexpr float normals[5][2] = {{0, -1},
                                          {0.9510565f, -0.3090170f},
                                          {0.5877853f, 0.8090170f},
                                          {-0.5877853f, 0.8090170f},
                                          {-0.9510565f, -0.3090170f}};
  int count = 0;
  for (const float *normal : normals)
    count += normal[0] * x + normal[1] * y < distance;
  return count;
}

static bool isInFlower(float x, float y) {
  static constexpr float petals[6][2] = {
      {0.55f, 0},  {0.275f, 0.4763140f},   {-0.275f, 0.4763140f},
      {-0.55f, 0}, {-0.275f, -0.4763140f}, {0.275f, -0.4763140f}};
  for (const float *petal : petals) {
    float dx = x - petal[0], dy = y - petal[1];
    if (dx * dx + dy * dy < 0.36f * 0.36f)
      return true;
  }
  return x * x + y * y < 0.3f * 0.3f;
}

/// Whether (x, y) is inside an outline; all fit into a circle of radius 1.
/// y points up.
static bool isInside(int shape, float x, float y) {
  float ax = std::fabs(x), ay = std::fabs(y);
  float square = x * x + y * y;
  switch (shape) {
  case 0: // disc
    return square < 0.8f * 0.8f;
  case 1: // ring
    return square < 0.85f * 0.85f && square > 0.45f * 0.45f;
  case 2: { // crescent
    float dx = x - 0.4f;
    return square < 0.9f * 0.9f && dx * dx + y * y > 0.65f * 0.65f;
  }
  case 3: // square
    return std::max(ax, ay) < 0.7f;
  case 4: // triangle
    return y > -0.6f && y < 0.95f - 1.75f * ax;
  case 5: // pentagon
    return countHalfPlanes(x, y, 0.7f) == 5;
  case 6: // star
    return countHalfPlanes(x, y, 0.33f) >= 4;
  case 7: // cross
    return (ax < 0.27f && ay < 0.85f) || (ay < 0.27f && ax < 0.85f);
  case 8: { // heart
    float u = x * 1.3f, v = y * 1.3f + 0.1f;
    float w = u * u + v * v - 1;
    return w * w * w - u * u * v * v * v < 0;
  }
  case 9: // arrow
    return (ay < 0.2f && x > -0.9f && x < 0.1f) ||
           (x > 0 && ay < (0.95f - x) * 0.75f);
  case 10: // hourglass
    return ay < 0.8f && ax < ay * 0.85f + 0.1f;
  default:
    return isInFlower(x, y);
  }
}

//===----------------------------------------------------------------------===//
// Scenes
//===----------------------------------------------------------------------===//

namespace {

struct Color {
  float r, g, b;
};

/// A position in the image: -1 to 1 along both sides.
struct Point {
  float x, y;
};

/// A bar of some length and thickness, or a dot if the length is 0.
struct Bar {
  Point centre, along; ///< `along` has length 1
  float halfLength, halfWidth;
  Color color;

  bool holds(float x, float y) const {
    float dx = x - centre.x, dy = y - centre.y;
    float u = std::fabs(dx * along.x + dy * along.y);
    float v = std::fabs(dy * along.x - dx * along.y);
    float beyond = std::max(0.0f, u - halfLength);
    return beyond * beyond + v * v < halfWidth * halfWidth;
  }
};

/// All that is random about an image, but the noise.
struct Scene {
  static constexpr int grid = 5;

  int shape;
  Color ground, groundEnd, object;
  Point groundLight, objectLight; ///< brightness rises in this direction
  float texture[grid][grid];
  /// From image to object: rows of a matrix, applied around `centre`.
  Point centre, toX, toY;
  std::array<Bar, 5> clutter; ///< behind the object
  int numClutter;
  std::array<Bar, 1> front;
  int numFront;
  float noise;

  Scene(int shape, Random &random);
  Color shade(float x, float y) const;
};

float between(Random &random, float low, float high) {
  return low + (high - low) * random.uniform();
}

/// A direction: exact, by the rational parametrisation of the circle.
Point drawDirection(Random &random, float range) {
  float t = between(random, -range, range);
  float scale = 1 / (1 + t * t);
  return {(1 - t * t) * scale, 2 * t * scale};
}

Color drawColor(Random &random) {
  return {between(random, 20, 235), between(random, 20, 235),
          between(random, 20, 235)};
}

float getContrast(const Color &a, const Color &b) {
  return std::fabs(a.r - b.r) + std::fabs(a.g - b.g) + std::fabs(a.b - b.b);
}

Bar drawBar(Random &random, float reach, float maxWidth) {
  Bar bar;
  bar.centre = {between(random, -reach, reach), between(random, -reach, reach)};
  bar.along = drawDirection(random, 1);
  if (random.below(2))
    bar.along = {-bar.along.y, bar.along.x};
  bar.halfLength = random.below(3) ? between(random, 0.1f, 0.6f) : 0;
  bar.halfWidth = between(random, 0.04f, maxWidth);
  bar.color = drawColor(random);
  return bar;
}

} // namespace

Scene::Scene(int shape, Random &random) : shape(shape) {
  ground = drawColor(random);
  groundEnd = {ground.r + between(random, -60, 60),
               ground.g + between(random, -60, 60),
               ground.b + between(random, -60, 60)};
  // An object that nobody could see would teach nothing.
  for (int attempt = 0; attempt < 20; ++attempt) {
    object = drawColor(random);
    if (getContrast(object, ground) > 180 &&
        getContrast(object, groundEnd) > 180)
      break;
  }
  groundLight = drawDirection(random, 3);
  objectLight = drawDirection(random, 3);
  float light = between(random, 0, 0.45f);
  objectLight = {objectLight.x * light, objectLight.y * light};
  for (auto &row : texture)
    for (float &value : row)
      value = between(random, -25, 25);

  centre = {between(random, -0.25f, 0.25f), between(random, -0.25f, 0.25f)};
  Point turn = drawDirection(random, 0.335f); // 37 degrees
  float size = between(random, 0.45f, 0.8f);
  float stretch = between(random, 0.8f, 1.25f);
  float slant = between(random, -0.2f, 0.2f);
  toX = {turn.x / size * stretch, turn.y / size * stretch};
  toY = {-turn.y / size, turn.x / size};
  toX = {toX.x + slant * toY.x, toX.y + slant * toY.y};

  numClutter = static_cast<int>(random.between(1, 5));
  for (Bar &bar : clutter)
    bar = drawBar(random, 1, 0.14f);
  numFront = random.below(3) == 0;
  for (Bar &bar : front) {
    bar = drawBar(random, 0.25f, 0.12f);
    bar.centre.x += centre.x;
    bar.centre.y += centre.y;
    bar.halfLength = 2;
  }
  noise = between(random, 2, 22);
}

/// The colour of one point of the scene.
Color Scene::shade(float x, float y) const {
  for (int i = 0; i < numFront; ++i)
    if (front[i].holds(x, y))
      return front[i].color;
  float dx = x - centre.x, dy = y - centre.y;
  float u = dx * toX.x + dy * toX.y, v = dx * toY.x + dy * toY.y;
  if (isInside(shape, u, v)) {
    float light = 1 + objectLight.x * u + objectLight.y * v;
    return {object.r * light, object.g * light, object.b * light};
  }
  for (int i = 0; i < numClutter; ++i)
    if (clutter[i].holds(x, y))
      return clutter[i].color;
  // The ground: from one colour to the other, and a texture.
  float part = 0.5f + 0.35f * (groundLight.x * x + groundLight.y * y);
  float gx = (x + 1) * 0.5f * (grid - 1), gy = (y + 1) * 0.5f * (grid - 1);
  int ix = std::min(grid - 2, std::max(0, static_cast<int>(gx)));
  int iy = std::min(grid - 2, std::max(0, static_cast<int>(gy)));
  float fx = gx - static_cast<float>(ix), fy = gy - static_cast<float>(iy);
  float upper = texture[iy][ix] + (texture[iy][ix + 1] - texture[iy][ix]) * fx;
  float lower = texture[iy + 1][ix] +
                (texture[iy + 1][ix + 1] - texture[iy + 1][ix]) * fx;
  float bump = upper + (lower - upper) * fy;
  return {ground.r + (groundEnd.r - ground.r) * part + bump,
          ground.g + (groundEnd.g - ground.g) * part + bump,
          ground.b + (groundEnd.b - ground.b) * part + bump};
}

//===----------------------------------------------------------------------===//
// Images
//===----------------------------------------------------------------------===//

static uint8_t toPixel(float value) {
  return static_cast<uint8_t>(std::min(255.0f, std::max(0.0f, value)) + 0.5f);
}

/// About normal, variance 1.
static float drawNoise(Random &random) {
  return (random.uniform() + random.uniform() + random.uniform() - 1.5f) * 2;
}

void mlir::ofa::drawProceduralImage(const ProceduralOptions &options,
                                    DataSplit split, int64_t index,
                                    int64_t size, uint8_t *pixels) {
  Random random({options.seed, static_cast<uint64_t>(split),
                 static_cast<uint64_t>(index)});
  Scene scene(static_cast<int>(index % options.classes), random);
  // Four samples a pixel.
  float step = 1.0f / static_cast<float>(size);
  for (int64_t y = 0; y < size; ++y)
    for (int64_t x = 0; x < size; ++x) {
      Color sum = {0, 0, 0};
      for (int sample = 0; sample < 4; ++sample) {
        float sx = (static_cast<float>(4 * x + 1 + 2 * (sample & 1)) * 0.5f) *
                       step - 1;
        float sy = 1 - (static_cast<float>(4 * y + 1 + 2 * (sample >> 1)) *
                        0.5f) * step;
        Color color = scene.shade(sx, sy);
        sum = {sum.r + color.r, sum.g + color.g, sum.b + color.b};
      }
      *pixels++ = toPixel(sum.r * 0.25f + scene.noise * drawNoise(random));
      *pixels++ = toPixel(sum.g * 0.25f + scene.noise * drawNoise(random));
      *pixels++ = toPixel(sum.b * 0.25f + scene.noise * drawNoise(random));
    }
}

ImageSet mlir::ofa::drawProceduralSet(const ProceduralOptions &options,
                                      DataSplit split, int64_t size) {
  ImageSet set;
  set.height = set.width = size;
  int64_t count = options.getCount(split);
  set.pixels.resize(static_cast<size_t>(count * set.getImageBytes()));
  for (int64_t i = 0; i < count; ++i)
    set.labels.push_back(static_cast<int32_t>(i % options.classes));
  set.classNames.assign(shapeNames.begin(),
                        shapeNames.begin() + options.classes);
  forEachInParallel(count, /*threads=*/0, [&](int64_t i) {
    drawProceduralImage(options, split, i, size,
                        set.pixels.data() + i * set.getImageBytes());
  });
  return set;
}

llvm::Expected<ProceduralOptions>
mlir::ofa::parseProceduralOptions(llvm::StringRef text) {
  ProceduralOptions options;
  auto fail = [&](const llvm::Twine &message) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "procedural data set: " + message);
  };
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef part : parts) {
    auto [key, value] = part.split('=');
    int64_t number = 0;
    if (value.getAsInteger(10, number) || number < 0)
      return fail("expected '" + key + "=<number>', but got '" + part + "'");
    if (key == "seed")
      options.seed = static_cast<uint64_t>(number);
    else if (key == "train")
      options.train = number;
    else if (key == "test")
      options.test = number;
    else if (key == "classes")
      options.classes = number;
    else
      return fail("unknown key '" + key +
                  "', expected seed, train, test or classes");
  }
  int64_t most = static_cast<int64_t>(shapeNames.size());
  if (options.classes < 2 || options.classes > most)
    return fail("classes=" + llvm::Twine(options.classes) +
                ": expected 2 to " + llvm::Twine(most));
  if (options.train < options.classes || options.test < options.classes)
    return fail("expected at least one image of each class in both splits");
  return options;
}

llvm::Expected<ImageSet> mlir::ofa::drawProcedural(llvm::StringRef text,
                                                   DataSplit split,
                                                   int64_t size) {
  llvm::Expected<ProceduralOptions> options = parseProceduralOptions(text);
  if (!options)
    return options.takeError();
  return drawProceduralSet(*options, split, size);
}
