//===- Images.cpp - From raw pixels to a network's input ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Threading.h"
#include "ofa/Data/Resize.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Execution/Executor.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

FailureOr<ImageReader> ImageReader::create(func::FuncOp function) {
  auto type = function.getNumArguments() == 1
                  ? dyn_cast<RankedTensorType>(function.getArgumentTypes()[0])
                  : RankedTensorType();
  if (!type || type.getRank() != 4 || type.getDimSize(0) != 1)
    return function.emitOpError(
        "expects one image [1, height, width, channels] "
        "as its only argument");
  auto preprocessing =
      function->getAttrOfType<PreprocessingAttr>(kPreprocessingAttrName);
  if (!preprocessing)
    return function.emitOpError("expects '")
           << kPreprocessingAttrName
           << "', which says how pixels become its input";
  size_t entries = preprocessing.getMean().size();
  size_t channels = type.getDimSize(3);
  if (entries != 1 && entries != channels)
    return function.emitOpError("expects preprocessing of 1 or ")
           << channels << " channels, but got " << entries;
  ImageReader reader;
  reader.type = type;
  for (size_t c = 0; c != channels; ++c) {
    size_t entry = entries == 1 ? 0 : c;
    reader.mean.push_back(preprocessing.getMean()[entry].getValueAsDouble());
    reader.scale.push_back(preprocessing.getScale()[entry].getValueAsDouble());
  }
  return reader;
}

Tensor ImageReader::read(ArrayRef<uint8_t> pixels, int64_t height,
                         int64_t width) const {
  int64_t channels = type.getDimSize(3);
  std::vector<uint8_t> resized;
  if (height != type.getDimSize(1) || width != type.getDimSize(2)) {
    resized.resize(type.getNumElements());
    Resizer(height, width, type.getDimSize(1), type.getDimSize(2), channels)
        .run(pixels.data(), resized.data());
    pixels = resized;
  }
  auto toFloat = [&](size_t i) {
    return (float(pixels[i]) - mean[i % channels]) * scale[i % channels];
  };
  Tensor result(type);
  if (result.isFloat()) {
    for (size_t i = 0, e = pixels.size(); i != e; ++i)
      result.floats()[i] = toFloat(i);
    return result;
  }
  auto quantized = cast<quant::UniformQuantizedType>(type.getElementType());
  float inputScale = float(quantized.getScale());
  float zeroPoint = float(quantized.getZeroPoint());
  bool absorbed =
      llvm::all_of(mean, [&](float m) { return m == 128 + zeroPoint; }) &&
      llvm::all_of(scale, [&](float s) { return s == inputScale; });
  for (size_t i = 0, e = pixels.size(); i != e; ++i)
    result.ints()[i] =
        absorbed
            ? int8_t(pixels[i] - 128)
            : int8_t(std::clamp(std::round(toFloat(i) / inputScale) + zeroPoint,
                                -128.0f, 127.0f));
  return result;
}

FailureOr<ImageBatch> ofa::readCalibration(Operation *module,
                                           std::vector<uint8_t> &storage) {
  auto calibrations = cast<ModuleOp>(module).getOps<CalibrationOp>();
  if (calibrations.empty())
    return module->emitOpError("expects calibration images, but has no "
                               "ofa.calibration: ofa-train writes them");
  ElementsAttr images = (*calibrations.begin()).getImages();
  ArrayRef<int64_t> shape = cast<ShapedType>(images.getType()).getShape();
  storage = copyElements<uint8_t>(images);
  return ImageBatch{storage, shape[0], shape[1], shape[2], shape[3]};
}

FailureOr<std::vector<Tensor>> ofa::readImages(func::FuncOp function,
                                               const ImageBatch &images) {
  FailureOr<ImageReader> reader = ImageReader::create(function);
  if (failed(reader))
    return failure();
  if (images.channels != reader->getChannels())
    return function.emitOpError("expects images of ")
           << reader->getChannels() << " channels, but got " << images.channels;
  std::vector<Tensor> tensors(images.images);
  parallelFor(function.getContext(), 0, images.images, [&](size_t i) {
    tensors[i] = reader->read(images.getImage(i), images.height, images.width);
  });
  return tensors;
}
