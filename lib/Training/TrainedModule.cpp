//===- TrainedModule.cpp - What training adds to a module ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/TrainedModule.h"

#include "ofa/Data/ImageSet.h"
#include "ofa/Data/Random.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Training/TrainingCost.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/Builders.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::ofa;

static llvm::Error fail(StringRef path, const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "cannot write '" + path + "': " + message);
}

llvm::Error mlir::ofa::training::checkWritable(StringRef path) {
  std::string temporary = path.str() + ".tmp";
  std::error_code error;
  {
    llvm::raw_fd_ostream os(temporary, error);
  }
  if (error)
    return fail(path, error.message());
  llvm::sys::fs::remove(temporary);
  return llvm::Error::success();
}

llvm::Error mlir::ofa::training::writeModule(ModuleOp module, StringRef path) {
  std::string temporary = path.str() + ".tmp";
  std::error_code error;
  llvm::raw_fd_ostream os(temporary, error);
  if (error)
    return fail(path, error.message());
  if (path.ends_with(".mlir"))
    module.print(os);
  else if (failed(writeBytecodeToFile(module, os)))
    error = std::make_error_code(std::errc::io_error);
  os.close();
  if (os.has_error()) {
    error = os.error();
    os.clear_error();
  }
  if (!error)
    error = llvm::sys::fs::rename(temporary, path);
  if (!error)
    return llvm::Error::success();
  llvm::sys::fs::remove(temporary);
  return fail(path, error.message());
}

/// Every class in turn gives its next image, in random order.
static SmallVector<int32_t> chooseImages(const ImageSet &images, int64_t count,
                                         uint64_t seed) {
  std::vector<int32_t> order =
      Random({seed, /*purpose=*/6}).permutation(images.size());
  std::vector<SmallVector<int32_t>> byClass(images.classNames.size());
  for (int32_t index : order)
    byClass[images.labels[index]].push_back(index);
  SmallVector<int32_t> chosen;
  count = std::min(count, images.size());
  for (size_t round = 0; static_cast<int64_t>(chosen.size()) < count; ++round)
    for (const SmallVector<int32_t> &ofClass : byClass)
      if (round < ofClass.size() &&
          static_cast<int64_t>(chosen.size()) < count)
        chosen.push_back(ofClass[round]);
  return chosen;
}

std::vector<uint8_t>
mlir::ofa::training::chooseCalibration(const ImageSet &images, int64_t count,
                                       uint64_t seed) {
  std::vector<uint8_t> pixels;
  for (int32_t index : chooseImages(images, count, seed))
    pixels.insert(pixels.end(), images.getImage(index),
                  images.getImage(index) + images.getImageBytes());
  return pixels;
}

void mlir::ofa::training::describeData(ModuleOp module, SupernetOp supernet,
                                       const ImageSet &images,
                                       ArrayRef<uint8_t> pixels) {
  Builder builder(module.getContext());
  SmallVector<StringRef> names(images.classNames.begin(),
                               images.classNames.end());
  supernet.setClassNamesAttr(builder.getStrArrayAttr(names));
  if (!supernet.getPreprocessingAttr())
    supernet.setPreprocessingAttr(PreprocessingAttr::get(
        module.getContext(), {builder.getF64FloatAttr(128)},
        {builder.getF64FloatAttr(1.0 / 128)}));

  for (CalibrationOp old : llvm::make_early_inc_range(
           module.getBody()->getOps<CalibrationOp>()))
    old.erase();
  auto type = RankedTensorType::get(
      {static_cast<int64_t>(pixels.size()) / images.getImageBytes(),
       images.height, images.width, 3},
      builder.getIntegerType(8, /*isSigned=*/false));
  OpBuilder atEnd = OpBuilder::atBlockEnd(module.getBody());
  CalibrationOp::create(atEnd, supernet.getLoc(),
                        makeElements<uint8_t>("calibration", type, pixels));
}

std::string mlir::ofa::training::describeCost(ModuleOp module,
                                              const TrainingCost &cost) {
  Builder builder(module.getContext());
  auto earlier = module->getAttrOfType<DictionaryAttr>(kTrainingAttrName);
  SmallVector<NamedAttribute> entries;
  auto addSum = [&](StringRef name, double value) {
    if (earlier)
      if (auto before = earlier.getAs<FloatAttr>(name))
        value += before.getValueAsDouble();
    entries.push_back(
        builder.getNamedAttr(name, builder.getF64FloatAttr(value)));
    return value;
  };
  double epochs = addSum("epochs", cost.epochs);
  double joules = addSum("energy_joules", cost.joules);
  double grams = addSum("co2e_grams", cost.getGrams());
  // Of all devices' networks, each trained alone.
  double alone = addSum("alone_energy_joules", cost.joules * cost.getRatio());
  int64_t images = cost.images;
  if (earlier)
    if (auto before = earlier.getAs<IntegerAttr>("images"))
      images += before.getInt();
  entries.append(
      {builder.getNamedAttr("images", builder.getI64IntegerAttr(images)),
       builder.getNamedAttr("energy_source",
                            builder.getStringAttr(cost.source)),
       builder.getNamedAttr("grid_intensity", builder.getF64FloatAttr(
                                                  cost.options.gridIntensity)),
       builder.getNamedAttr("devices",
                            builder.getI64IntegerAttr(cost.options.devices))});
  module->setAttr(kTrainingAttrName, builder.getDictionaryAttr(entries));
  if (!earlier)
    return "";
  return llvm::formatv("with what it was trained before: {0} epochs, {1:F3} "
                       "kWh, {2:F3} kg CO2e; "
                       "{3} networks trained alone: {4:F3} kWh",
                       llvm::format("%.4g", epochs), joules / 3.6e6,
                       grams / 1000, cost.options.devices, alone / 3.6e6);
}
