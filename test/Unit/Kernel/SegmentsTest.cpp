//===- SegmentsTest.cpp - Networks row by row and layer by layer ----------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random small networks are planned layer by layer, with segments, and with
// inputs that come row by row, and run here, with the runtime's kernels, in
// arenas that hold rubbish at first. OFA_NETWORKS in the environment says how
// many (100,000 take ten minutes), OFA_FIRST_NETWORK from which seed on.
//
//===----------------------------------------------------------------------===//

#include "KernelCalls.h"

#include "ofa/Dialect/Kernel/IR/RowSchedule.h"
#include "ofa/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"
#include <cstdlib>
#include <random>

using namespace mlir;
using namespace mlir::kernel;

namespace {

struct Tensor {
  int64_t height, width, channels;
  std::string name;
  bool operator==(const Tensor &other) const {
    return height == other.height && width == other.width &&
           channels == other.channels;
  }
  std::string getType() const {
    return "memref<1x" + std::to_string(height) + "x" + std::to_string(width) +
           "x" + std::to_string(channels) + "xi8>";
  }
};

/// Writes the text of a network: chains, residuals, branches, and more than one
/// result.
class NetworkWriter {
public:
  explicit NetworkWriter(unsigned seed) : random(seed) {}

  std::string write() {
    Tensor input = {below(4, 16), below(2, 12), pick({1, 2, 3, 4, 5, 8}), "%x"};
    buffers += "    %x = kernel.buffer input \"x\" : " + input.getType() + "\n";
    tensors.push_back(input);
    int64_t count = below(2, 9);
    for (int64_t i = 0; i < count; ++i)
      addLayer(i + 1 == count);
    return "kernel.model @net attributes {isa = [" +
           std::string(chance(70) ? "\"dsp\"" : "") + "]} {\n" + globals +
           "  kernel.entry @run {\n" + buffers + ops + "  }\n}\n";
  }

private:
  int64_t below(int64_t low, int64_t end) {
    return low + int64_t(random() % uint64_t(end - low));
  }
  int64_t pick(std::initializer_list<int64_t> values) {
    return values.begin()[random() % values.size()];
  }
  bool chance(int percent) { return int(random() % 100) < percent; }

  /// Mostly the last one: chains are long, branches short.
  const Tensor &pickTensor() {
    return chance(80) ? tensors.back() : tensors[random() % tensors.size()];
  }

  std::string addGlobal(StringRef type, int64_t count, int bytes,
                        llvm::function_ref<int64_t()> value) {
    std::string name = "g" + std::to_string(numGlobals++), hex;
    for (int64_t i = 0; i < count; ++i) {
      auto number = uint64_t(value());
      for (int byte = 0; byte < bytes; ++byte)
        hex += llvm::utohexstr(number >> 8 * byte & 255, false, 2);
    }
    std::string shape = std::to_string(count) + "x" + type.str() + ">";
    globals += "  kernel.global weights @" + name + " = dense<\"0x" + hex +
               "\"> : tensor<" + shape + "\n";
    buffers += "    %" + name + " = kernel.get_global @" + name + " : memref<" +
               shape + "\n";
    types += ", memref<" + shape;
    return ", %" + name;
  }

  Tensor addResult(Tensor tensor, bool isLast) {
    tensor.name = "%t" + std::to_string(tensors.size());
    buffers += "    " + tensor.name + " = kernel.buffer " +
               (isLast || chance(10) ? "output" : "internal") + " \"" +
               tensor.name.substr(1) + "\" : " + tensor.getType() + "\n";
    return tensor;
  }

  void addLayer(bool isLast) {
    Tensor input = pickTensor();
    std::string layer = "\"l" + std::to_string(tensors.size()) + "\"";
    SmallVector<Tensor> equal;
    for (const Tensor &tensor : tensors)
      if (tensor == input && tensor.name != input.name)
        equal.push_back(tensor);
    if (!equal.empty() && chance(40)) {
      const Tensor &other = equal[random() % equal.size()];
      Tensor result = addResult(input, isLast);
      ops += "    kernel.linear_sum_s8 " + layer + " ins(" + input.name + ", " +
             other.name + " : " + input.getType() + ", " + input.getType() +
             ") outs(" + result.name + " : " + result.getType() +
             ") {lhs_factor = " + std::to_string(below(1 << 18, 1 << 21)) +
             " : i32, rhs_factor = " +
             std::to_string(below(-(1 << 20), 1 << 20)) +
             " : i32, offset = 524288 : i32, shift = 20}\n";
      tensors.push_back(result);
      return;
    }
    if (isLast && chance(40)) {
      addGlobalPool(input, layer);
      return;
    }
    int64_t kernel = pick({1, 1, 3, 3, 3, 5, 7}), other = kernel;
    if (chance(15))
      other = pick({1, 2, 4});
    int64_t stride = pick({1, 1, 2});
    bool isSame = chance(75) || kernel > input.height || other > input.width;
    auto getSize = [&](int64_t size, int64_t taps) {
      return isSame ? (size + stride - 1) / stride : (size - taps) / stride + 1;
    };
    auto getPadding = [&](int64_t size, int64_t taps) {
      int64_t all = (getSize(size, taps) - 1) * stride + taps - size;
      return isSame ? std::max<int64_t>(all, 0) / 2 : 0;
    };
    Tensor result = {getSize(input.height, kernel), getSize(input.width, other),
                     input.channels, ""};
    std::string window =
        "kernel = array<i64: " + std::to_string(kernel) + ", " +
        std::to_string(other) + ">, stride = array<i64: " +
        std::to_string(stride) + ", " + std::to_string(stride) +
        ">, padding = array<i64: " +
        std::to_string(getPadding(input.height, kernel)) + ", " +
        std::to_string(getPadding(input.width, other)) + ">";
    std::string name, operands = input.name, more;
    types = input.getType();
    int64_t kind = below(0, 10);
    if (kind == 0) {
      name = chance(50) ? "avg_pool2d_s8" : "max_pool2d_s8";
    } else {
      bool isDepthwise = kind < 5;
      if (!isDepthwise)
        result.channels = pick({1, 3, 4, 6, 8, 12});
      name = isDepthwise ? "depthwise_conv2d_s8" : "conv2d_s8";
      int64_t channels = result.channels;
      int64_t taps = kernel * other * (isDepthwise ? 1 : input.channels);
      operands += addGlobal("i8", channels * taps, 1,
                            [&] { return below(-127, 128); });
      operands += addGlobal("i32", channels, 4,
                            [&] { return below(-3000, 3000); });
      operands += addGlobal("i32", channels, 4, [&] {
        return below(1 << 30, (int64_t(1) << 31) - 1);
      });
      operands += addGlobal("i8", channels, 1, [&] { return below(-11, -6); });
      more = ", input_zero_point = " + std::to_string(below(-128, 128)) +
             ", output_zero_point = " + std::to_string(chance(40) ? -128 : 3) +
             ", rounding = #kernel.rounding<" +
             (chance(50) ? "single" : "double") + ">";
      if (chance(20))
        more += ", activation_min = -90, activation_max = 100";
    }
    result = addResult(result, isLast);
    ops += "    kernel." + name + " " + layer + " ins(" + operands + " : " +
           types + ") outs(" + result.name + " : " + result.getType() + ") {" +
           window + more + "}\n";
    tensors.push_back(result);
  }

  /// An average of all rows, which may be added up one by one.
  void addGlobalPool(const Tensor &input, StringRef layer) {
    bool isMean = chance(40);
    int64_t columns = isMean ? input.width : below(1, input.width + 1);
    Tensor result = addResult(
        {1, input.width - columns + 1, input.channels, ""}, /*isLast=*/true);
    ops +=
        "    kernel." + std::string(isMean ? "mean_s8 " : "avg_pool2d_s8 ") +
        layer.str() + " ins(" + input.name + " : " + input.getType() +
        ") outs(" + result.name + " : " + result.getType() + ") {" +
        (isMean ? "multiplier = 1273741824, shift = " +
                      std::to_string(below(-8, -2)) + ", input_zero_point = " +
                      std::to_string(below(-128, 128)) +
                      ", rounding = #kernel.rounding<" +
                      (chance(50) ? "single" : "double") + ">"
                : "kernel = array<i64: " + std::to_string(input.height) + ", " +
                      std::to_string(columns) + ">") +
        "}\n";
    tensors.push_back(result);
  }

  std::mt19937_64 random;
  SmallVector<Tensor> tensors;
  std::string globals, buffers, ops, types;
  unsigned numGlobals = 0;
};

class SegmentsTest : public ::testing::Test {
protected:
  SegmentsTest() { forgetAll(); }

  /// A context keeps all constants that it has seen.
  void forgetAll() {
    context = std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED);
    context->loadDialect<KernelDialect>();
  }

  /// The planned entry of a network, with segments or without, and with an
  /// input that comes row by row.
  OwningOpRef<ModuleOp> plan(StringRef text, std::optional<int64_t> limit,
                             bool pushRows = false) {
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(text, ParserConfig(context.get()));
    if (!module)
      return nullptr;
    PassManager passes(context.get());
    passes.addNestedPass<ModelOp>(createSelectVariantsPass());
    OpPassManager &entries = passes.nest<ModelOp>().nest<EntryOp>();
    entries.addPass(createSchedulePass());
    if (limit) {
      FormSegmentsPassOptions options;
      options.limit = *limit;
      options.pushRows = pushRows;
      entries.addPass(createFormSegmentsPass(options));
    }
    entries.addPass(createPlanMemoryPass());
    entries.addPass(createVerifyPlanPass());
    return succeeded(passes.run(*module)) ? std::move(module) : nullptr;
  }
  static EntryOp getEntry(ModuleOp module) {
    return *(*module.getOps<ModelOp>().begin()).getEntries().begin();
  }

  std::unique_ptr<MLIRContext> context;
};

/// Runs an entry in an arena that begins with rubbish; returns all outputs.
std::vector<std::vector<int8_t>> run(EntryOp entry, unsigned seed) {
  KernelCaller caller(entry->getParentOfType<ModelOp>(),
                      *entry.getArenaBytes());
  std::mt19937 random(seed);
  BufferOp input = entry.getBuffersOfKind(BufferKind::Input).front();
  std::vector<int8_t> image(input.getMemRefType().getNumElements());
  for (int8_t &value : image)
    value = int8_t(random());
  int64_t rowBytes = getRowBytes(input.getMemRefType());
  auto writeRow = [&](int64_t y) {
    std::copy_n(image.begin() + y * rowBytes, rowBytes,
                caller.getMemory(input) +
                    y % getRowPlaces(input.getMemRefType()) * rowBytes);
  };
  for (int64_t y = 0; !input.isPushed() && y * rowBytes < int64_t(image.size());
       ++y)
    writeRow(y);
  for (Operation &op : entry.getBody().front()) {
    if (auto kernel = dyn_cast<RuntimeKernelOpInterface>(op))
      caller.call(kernel);
    if (auto segment = dyn_cast<SegmentOp>(op)) {
      SmallVector<RowKernelOpInterface> ops = segment.getKernels();
      RowSchedule schedule(ops);
      schedule.run([&](unsigned index, ArrayRef<int64_t> made) {
        const RowSchedule::Kernel &kernel = schedule.getKernels()[index];
        if (kernel.isInput)
          writeRow(made[index]);
        else
          caller.callRows(kernel.op, made[index]);
      });
    }
  }
  std::vector<std::vector<int8_t>> outputs;
  for (BufferOp buffer : entry.getBuffersOfKind(BufferKind::Output)) {
    int8_t *memory = caller.getMemory(buffer);
    outputs.emplace_back(memory, memory + buffer.getSizeInBytes());
  }
  return outputs;
}

TEST_F(SegmentsTest, RandomNetworksGiveTheSameBytes) {
  auto get = [](const char *name, unsigned otherwise) -> unsigned {
    const char *text = std::getenv(name);
    return text ? std::atoi(text) : otherwise;
  };
  unsigned count = get("OFA_NETWORKS", 1000);
  unsigned first = get("OFA_FIRST_NETWORK", 6000); // One was wrong once.
  unsigned numSegments = 0, numRings = 0, numSmaller = 0, numLarger = 0;
  unsigned numPushed = 0, numPushedSmaller = 0;
  for (unsigned seed = first; seed < first + count; ++seed) {
    if (seed % 100 == 0)
      forgetAll();
    std::string text = NetworkWriter(seed).write();
    OwningOpRef<ModuleOp> layers = plan(text, std::nullopt);
    ASSERT_TRUE(layers) << "seed " << seed << "\n" << text;
    int64_t all = *getEntry(*layers).getArenaBytes();
    // The least memory, or some of what there is to save.
    OwningOpRef<ModuleOp> rows = plan(text, seed % 3 ? 0 : all * 3 / 4);
    ASSERT_TRUE(rows) << "seed " << seed << "\n" << text;
    EntryOp entry = getEntry(*rows);
    // The cuts are chosen by sums of buffers, the layers' offsets may do better.
    numLarger += *entry.getArenaBytes() > uint64_t(all);
    numSmaller += *entry.getArenaBytes() < uint64_t(all);
    entry.walk([&](SegmentOp) { ++numSegments; });
    for (BufferOp buffer : entry.getBuffers())
      numRings += isa<RingAttr>(buffer.getMemRefType().getLayout());
    auto outputs = run(getEntry(*layers), seed);
    ASSERT_EQ(outputs, run(entry, seed)) << "seed " << seed << "\n" << text;

    // Not all networks can take rows: the pass says so then.
    std::string message;
    ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &diagnostic) {
      message = diagnostic.str();
    });
    OwningOpRef<ModuleOp> pushed = plan(text, seed % 3 ? 0 : all, true);
    if (!pushed) {
      ASSERT_NE(message.find("so that the input 'x' can come row by row"),
                std::string::npos)
          << "seed " << seed << ": " << message << "\n"
          << text;
      continue;
    }
    ++numPushed;
    numPushedSmaller +=
        *getEntry(*pushed).getArenaBytes() < *entry.getArenaBytes();
    ASSERT_EQ(outputs, run(getEntry(*pushed), seed)) << "seed " << seed << "\n"
                                                     << text;
  }
  EXPECT_GT(numPushed, count / 2);
  EXPECT_GT(numPushedSmaller, count / 5);
  EXPECT_GT(numSmaller, count / 4);
  EXPECT_GT(numSegments, count / 4);
  EXPECT_GT(numRings, count / 4);
  EXPECT_LE(numLarger, count / 100);
}

} // namespace
