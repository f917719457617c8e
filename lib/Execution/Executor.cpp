//===- Executor.cpp - Runs a static network in this process ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Execution/Executor.h"
#include "Step.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Threading.h"

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// Tensor
//===----------------------------------------------------------------------===//

Tensor::Tensor(RankedTensorType type) {
  size_t count = type.getNumElements();
  if (type.getElementType().isF32())
    elements = std::vector<float>(count);
  else
    elements = std::vector<int8_t>(count);
}

size_t Tensor::size() const {
  return std::visit([](const auto &values) { return values.size(); }, elements);
}

ArrayRef<char> Tensor::bytes() const {
  return std::visit(
      [](const auto &values) {
        return ArrayRef<char>(reinterpret_cast<const char *>(values.data()),
                              values.size() * sizeof(values[0]));
      },
      elements);
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

static StepRegistry makeFloatSteps() {
  StepRegistry registry;
  addFloatLayers(registry);
  addFloatElementwise(registry);
  addFloatMoves(registry);
  return registry;
}

static StepRegistry makeQuantizedSteps() {
  StepRegistry registry;
  addQuantizedLayers(registry);
  addQuantizedActivations(registry);
  addQuantizedElementwise(registry);
  addQuantizedMoves(registry);
  addQuantizedPooling(registry);
  addQuantizedSoftmax(registry);
  return registry;
}

FailureOr<Step> ofa::prepareStep(Operation *op) {
  static const StepRegistry floatSteps = makeFloatSteps();
  static const StepRegistry quantizedSteps = makeQuantizedSteps();
  auto isReal = [](Type type) { return getElementTypeOrSelf(type).isF32(); };
  bool real = llvm::all_of(op->getOperandTypes(), isReal) &&
              llvm::all_of(op->getResultTypes(), isReal);
  return (real ? floatSteps : quantizedSteps).prepare(op);
}

static bool isStateAccess(Operation &op) {
  return isa<ReadStateOp, WriteStateOp>(op);
}

/// Checks that the function is one block of `ofa` operations with arguments and
/// results.
static LogicalResult verifyExecutable(func::FuncOp function) {
  if (!function.getBody().hasOneBlock() || function.getNumArguments() == 0 ||
      function.getNumResults() == 0)
    return function.emitOpError("expects one block, an argument and a result "
                                "to be executed");
  for (Operation &op : function.front().without_terminator())
    if (!isa<OFADialect>(op.getDialect()) ||
        (op.getNumResults() != 1 && !isStateAccess(op)))
      return op.emitOpError(
          "cannot be executed: it is no operation of a network");
  return success();
}

//===----------------------------------------------------------------------===//
// Executor
//===----------------------------------------------------------------------===//

/// The function as a list of steps on numbered values.
struct ofa::Program {
  struct Entry {
    Operation *op;
    /// Of a read or write of a state: without a function.
    Step step;
    SmallVector<unsigned, 2> operands;
    unsigned result = 0;
    RankedTensorType type;
    /// The state that is read or written.
    std::optional<unsigned> state;
    /// Values that nothing reads after this entry.
    SmallVector<unsigned, 2> dead;
  };

  MLIRContext *context;
  SmallVector<RankedTensorType> inputTypes, resultTypes;
  std::vector<Entry> entries;
  /// Values of constants that are operands like any other, by number.
  llvm::DenseMap<unsigned, Tensor> constants;
  unsigned numValues = 0; // the first numbers are the inputs
  SmallVector<unsigned> results;
  /// What each state holds before the first run.
  std::vector<Tensor> initialStates;

  LogicalResult build(func::FuncOp function);

private:
  FailureOr<unsigned> number(Value value);
  unsigned number(StateOp state);
  FailureOr<Entry> makeEntry(Operation &op);
  void markDead();

  llvm::DenseMap<Value, unsigned> numbers;
  llvm::DenseMap<StateOp, unsigned> stateNumbers;
};

/// The number of a value; constants are evaluated here.
FailureOr<unsigned> Program::number(Value value) {
  auto [it, isNew] = numbers.try_emplace(value, numValues);
  if (!isNew)
    return it->second;
  FailureOr<Step> step = prepareStep(value.getDefiningOp());
  if (failed(step))
    return failure();
  Tensor tensor(cast<RankedTensorType>(value.getType()));
  step->run({}, tensor);
  constants[numValues] = std::move(tensor);
  return numValues++;
}

unsigned Program::number(StateOp state) {
  auto [it, isNew] = stateNumbers.try_emplace(state, initialStates.size());
  if (isNew) {
    if (state.getTensorType().getElementType().isF32())
      initialStates.emplace_back(copyElements<float>(state.getValue()));
    else
      initialStates.emplace_back(copyElements<int8_t>(state.getValue()));
  }
  return it->second;
}

FailureOr<Program::Entry> Program::makeEntry(Operation &op) {
  Entry entry = {&op, {}, {}, 0, {}, {}, {}};
  if (isStateAccess(op)) {
    auto symbol = cast<FlatSymbolRefAttr>(*op.getInherentAttr("state"));
    entry.state =
        number(SymbolTable::lookupNearestSymbolFrom<StateOp>(&op, symbol));
    entry.step.operands.assign(op.getNumOperands(), 0);
  } else {
    FailureOr<Step> step = prepareStep(&op);
    if (failed(step))
      return failure();
    entry.step = std::move(*step);
  }
  for (unsigned operand : entry.step.operands) {
    FailureOr<unsigned> value = number(op.getOperand(operand));
    if (failed(value))
      return failure();
    entry.operands.push_back(*value);
  }
  if (op.getNumResults() != 0) {
    entry.type = cast<RankedTensorType>(op.getResult(0).getType());
    entry.result = numbers[op.getResult(0)] = numValues++;
  }
  return entry;
}

LogicalResult Program::build(func::FuncOp function) {
  if (failed(verifyExecutable(function)))
    return failure();
  context = function.getContext();
  for (BlockArgument argument : function.getArguments()) {
    inputTypes.push_back(cast<RankedTensorType>(argument.getType()));
    numbers[argument] = numValues++;
  }
  for (Operation &op : function.front().without_terminator()) {
    if (isa<ConstantOp>(op))
      continue;
    FailureOr<Entry> entry = makeEntry(op);
    if (failed(entry))
      return failure();
    entries.push_back(std::move(*entry));
  }
  for (Value returned : function.front().getTerminator()->getOperands()) {
    resultTypes.push_back(cast<RankedTensorType>(returned.getType()));
    FailureOr<unsigned> value = number(returned);
    if (failed(value))
      return failure();
    results.push_back(*value);
  }
  markDead();
  return success();
}

void Program::markDead() {
  llvm::DenseSet<unsigned> live(results.begin(), results.end());
  for (Entry &entry : llvm::reverse(entries)) {
    for (unsigned operand : entry.operands)
      if (live.insert(operand).second && !constants.contains(operand))
        entry.dead.push_back(operand);
    if (entry.type && live.insert(entry.result).second)
      entry.dead.push_back(entry.result);
  }
}

Executor::Executor(std::unique_ptr<Program> program)
    : program(std::move(program)) {
  reset();
}
Executor::~Executor() = default;

FailureOr<std::unique_ptr<Executor>> Executor::create(func::FuncOp function) {
  auto program = std::make_unique<Program>();
  if (failed(program->build(function)))
    return failure();
  return std::unique_ptr<Executor>(new Executor(std::move(program)));
}

ArrayRef<RankedTensorType> Executor::getInputTypes() const {
  return program->inputTypes;
}
ArrayRef<RankedTensorType> Executor::getResultTypes() const {
  return program->resultTypes;
}

void Executor::reset() { states = program->initialStates; }

/// Runs one inference.
static std::vector<Tensor> runProgram(const Program &program,
                                      ArrayRef<Tensor> inputs,
                                      MutableArrayRef<Tensor> states,
                                      int64_t image,
                                      Executor::Observer observer) {
  std::vector<Tensor> values(program.numValues);
  auto get = [&](unsigned number) {
    if (number < inputs.size())
      return &inputs[number];
    auto constant = program.constants.find(number);
    return constant == program.constants.end() ? &values[number]
                                               : &constant->second;
  };
  for (const Program::Entry &entry : program.entries) {
    SmallVector<const Tensor *> operands =
        llvm::map_to_vector(entry.operands, get);
    if (entry.state && !entry.type) {
      states[*entry.state] = *operands.front();
    } else if (entry.state) {
      values[entry.result] = states[*entry.state];
    } else {
      values[entry.result] = Tensor(entry.type);
      entry.step.run(operands, values[entry.result]);
    }
    if (observer && entry.type)
      observer(image, entry.op, values[entry.result]);
    for (unsigned number : entry.dead)
      values[number] = Tensor();
  }
  std::vector<Tensor> results;
  for (unsigned result : program.results)
    results.push_back(*get(result));
  return results;
}

std::vector<Tensor> Executor::run(ArrayRef<Tensor> inputs, Observer observer) {
  return runProgram(*program, inputs, states, 0, observer);
}

Tensor Executor::run(const Tensor &input, Observer observer) {
  return std::move(run(ArrayRef(input), observer).front());
}

void Executor::runBatch(int64_t count,
                        function_ref<std::vector<Tensor>(int64_t)> read,
                        function_ref<void(int64_t, ArrayRef<Tensor>)> write,
                        Observer observer) {
  auto runOne = [&](size_t image) {
    write(image, runProgram(*program, read(image), states, image, observer));
  };
  if (states.empty())
    parallelFor(program->context, 0, count, runOne);
  else
    for (int64_t image = 0; image < count; ++image)
      runOne(image);
}

//===----------------------------------------------------------------------===//
// Layer by layer
//===----------------------------------------------------------------------===//

LayerObserver::~LayerObserver() = default;
LogicalResult LayerObserver::beforeOp(Operation *, ArrayRef<Tensor>) {
  return success();
}
LogicalResult LayerObserver::afterOp(Operation *, ArrayRef<Tensor>) {
  return success();
}

namespace {
/// Values of all images; constants have one.
using LayerValues = llvm::DenseMap<Value, std::vector<Tensor>>;
} // namespace

/// The operation after which nothing reads a value.
static llvm::DenseMap<Value, Operation *> findLastUses(Block &block) {
  llvm::DenseMap<Value, Operation *> lastUses;
  for (Operation &op : block)
    for (Value operand : op.getOperands())
      lastUses[operand] = &op;
  return lastUses;
}

/// Evaluates the constants among the operands that `step` reads.
static LogicalResult evaluateConstants(Operation *op, const Step &step,
                                       LayerValues &values) {
  for (unsigned operand : step.operands) {
    auto constant = op->getOperand(operand).getDefiningOp<ConstantOp>();
    if (!constant || values.contains(constant))
      continue;
    FailureOr<Step> constantStep = prepareStep(constant);
    if (failed(constantStep))
      return failure();
    Tensor tensor(cast<RankedTensorType>(constant.getType()));
    constantStep->run({}, tensor);
    values[constant].push_back(std::move(tensor));
  }
  return success();
}

static LogicalResult runLayer(Operation *op, size_t images, LayerValues &values,
                              LayerObserver &observer) {
  auto first = values.find(op->getOperand(0));
  ArrayRef<Tensor> input;
  if (first != values.end())
    input = first->second;
  if (failed(observer.beforeOp(op, input)))
    return failure();
  FailureOr<Step> step = prepareStep(op);
  if (failed(step) || failed(evaluateConstants(op, *step, values)))
    return failure();
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  std::vector<Tensor> results(images);
  parallelFor(op->getContext(), 0, images, [&](size_t image) {
    SmallVector<const Tensor *> operands;
    for (unsigned operand : step->operands) {
      Value value = op->getOperand(operand);
      const std::vector<Tensor> &all = values.find(value)->second;
      operands.push_back(&all[value.getDefiningOp<ConstantOp>() ? 0 : image]);
    }
    results[image] = Tensor(type);
    step->run(operands, results[image]);
  });
  if (failed(observer.afterOp(op, results)))
    return failure();
  values[op->getResult(0)] = std::move(results);
  return success();
}

LogicalResult ofa::runLayers(func::FuncOp function, std::vector<Tensor> inputs,
                             LayerObserver &observer) {
  if (failed(verifyExecutable(function)))
    return failure();
  if (function.getNumArguments() != 1)
    return function.emitOpError("expects one argument to be run on images, but "
                                "has ")
           << function.getNumArguments();
  for (Operation &op : function.front())
    if (isStateAccess(op))
      return op.emitOpError("cannot be run on many images at once");
  Block &block = function.front();
  llvm::DenseMap<Value, Operation *> lastUses = findLastUses(block);
  size_t images = inputs.size();
  LayerValues values;
  values[function.getArgument(0)] = std::move(inputs);
  for (Operation &op : block.without_terminator()) {
    if (isa<ConstantOp>(op))
      continue;
    if (failed(runLayer(&op, images, values, observer)))
      return failure();
    for (Value operand : op.getOperands())
      if (lastUses.lookup(operand) == &op)
        values.erase(operand);
  }
  return success();
}
