//===- Executor.h - Runs a static network in this process -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Float operations run on the runtime's own portable kernels. Quantised
// operations run on plain definitions in int64, straight from the IR's types
// and attributes: an evaluator that shares no code with the int8 kernels or
// with the conversion to them, slow and meant to check them. Both give the
// same bytes on every machine and with any number of threads.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_EXECUTION_EXECUTOR_H
#define OFA_EXECUTION_EXECUTOR_H

#include "ofa/Execution/Tensor.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <memory>

namespace mlir::func {
class FuncOp;
} // namespace mlir::func

namespace mlir::ofa {

/// Raw pixels, `[images, height, width, channels]`, row-major. Not owned.
struct ImageBatch {
  ArrayRef<uint8_t> pixels;
  int64_t images = 0, height = 0, width = 0, channels = 0;

  int64_t getImageBytes() const { return height * width * channels; }
  ArrayRef<uint8_t> getImage(int64_t index) const {
    return pixels.slice(index * getImageBytes(), getImageBytes());
  }
};

/// Turns raw pixels into the input of one function: resizes to the input's
/// height and width (ofa/Data/Resize.h), then applies the function's
/// `ofa.preprocessing`, and for a quantised input its scale: floats are
/// `(p - mean) * scale`, both rounded; int8 is `p - 128` where the type absorbs
/// the preprocessing, else the float divided by the input's scale, rounded half
/// away from zero, plus the zero point.
class ImageReader {
public:
  /// Fails after one diagnostic unless `function` takes one image
  /// `[1, height, width, channels]` and has a fitting `ofa.preprocessing`.
  static FailureOr<ImageReader> create(func::FuncOp function);

  /// One image of `channels` channels as the function's input. Thread-safe.
  Tensor read(ArrayRef<uint8_t> pixels, int64_t height, int64_t width) const;
  int64_t getChannels() const { return type.getDimSize(3); }

private:
  RankedTensorType type;
  std::vector<float> mean, scale;
};

/// The module's calibration images (`ofa.calibration`); fails after one
/// diagnostic at `module` where there are none. The pixels are copied to
/// `storage`, which must outlive the batch.
FailureOr<ImageBatch> readCalibration(Operation *module,
                                      std::vector<uint8_t> &storage);

/// All images as inputs of `function`, in order, read on the context's threads.
FailureOr<std::vector<Tensor>> readImages(func::FuncOp function,
                                          const ImageBatch &images);

struct Program;

/// A function of `ofa` operations, prepared to run many times: parameters are
/// laid out for the kernels once. Keeps no
/// reference to the IR but for what observers see; the IR must not change
/// between create() and the last run with an observer. What the function's
/// states hold is kept from run to run.
class Executor {
public:
  /// Sees the result of one operation of one image. Runs on the thread of the
  /// image: calls for different images may overlap.
  using Observer =
      llvm::function_ref<void(int64_t image, Operation *op, const Tensor &)>;

  /// Fails after one diagnostic where the function cannot be executed.
  static FailureOr<std::unique_ptr<Executor>> create(func::FuncOp function);
  ~Executor();

  ArrayRef<RankedTensorType> getInputTypes() const;
  ArrayRef<RankedTensorType> getResultTypes() const;

  /// Gives all states their initial contents.
  void reset();

  /// `inputs` have the elements of getInputTypes(). Thread-safe if the function
  /// has no states.
  std::vector<Tensor> run(ArrayRef<Tensor> inputs, Observer observer = nullptr);
  /// The same for one argument and one result.
  Tensor run(const Tensor &input, Observer observer = nullptr);

  /// Runs `count` inferences on the context's threads; in order on this one if
  /// the function has states. `read` makes the inputs of one, `write` takes its
  /// results; both are called once for each, for different ones at the same
  /// time.
  void runBatch(int64_t count,
                llvm::function_ref<std::vector<Tensor>(int64_t)> read,
                llvm::function_ref<void(int64_t, ArrayRef<Tensor>)> write,
                Observer observer = nullptr);

private:
  explicit Executor(std::unique_ptr<Program> program);
  std::unique_ptr<Program> program;
  std::vector<Tensor> states;
};

/// What sees and may change a function while runLayers() runs it.
class LayerObserver {
public:
  virtual ~LayerObserver();
  /// Called before an operation runs, with the values of its first operand for
  /// all images (none if it is a constant). May replace the operation's
  /// parameters in the IR.
  virtual LogicalResult beforeOp(Operation *op, ArrayRef<Tensor> input);
  /// Called after an operation ran, with its results for all images.
  virtual LogicalResult afterOp(Operation *op, ArrayRef<Tensor> result);
};

/// Runs all `inputs` through `function`, which has one argument and no states,
/// operation after operation: each one
/// runs for every image before the next. Values are freed after their last use.
/// Fails after one diagnostic.
LogicalResult runLayers(func::FuncOp function, std::vector<Tensor> inputs,
                        LayerObserver &observer);

} // namespace mlir::ofa

#endif // OFA_EXECUTION_EXECUTOR_H
