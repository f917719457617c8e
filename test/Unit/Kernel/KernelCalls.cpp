//===- KernelCalls.cpp - The runtime's kernels, called from IR ------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelCalls.h"

#include "ofa_kernels_dsp.h"
#include "ofa_kernels_s8.h"
#include "gtest/gtest.h"
#include <functional>
#include <map>

using namespace mlir;
using namespace mlir::kernel;

namespace {
/// What a call gets after its parameters.
struct Arguments {
  SmallVector<int8_t *, 4> memory; ///< Inputs, output, scratch.
  SmallVector<int64_t, 4> places;  ///< Of input and output.
  int64_t y = 0, step = 1;
  int32_t *scratch() const { return reinterpret_cast<int32_t *>(memory[2]); }
};
using Call = std::function<void(const void *, const Arguments &)>;
} // namespace

#define WINDOW(function, rows, type)                                           \
  {#function,                                                                  \
   [](const void *p, const Arguments &a) {                                     \
     function(static_cast<const type *>(p), a.memory[0], a.memory[1]);         \
   }},                                                                         \
      {#rows, [](const void *p, const Arguments &a) {                          \
         rows(static_cast<const type *>(p), a.y, a.y + a.step, a.memory[0], a.places[0],     \
              a.memory[1], a.places[1]);                                       \
       }}
#define PACKED(function, rows, type)                                           \
  {#function,                                                                  \
   [](const void *p, const Arguments &a) {                                     \
     function(static_cast<const type *>(p), a.memory[0], a.memory[1],          \
              a.scratch());                                                    \
   }},                                                                         \
      {#rows, [](const void *p, const Arguments &a) {                          \
         rows(static_cast<const type *>(p), a.y, a.y + a.step, a.memory[0], a.places[0],     \
              a.memory[1], a.places[1], a.scratch());                          \
       }}
#define LAYER(function, type)                                                  \
  {                                                                            \
#function, [](const void *p, const Arguments &a) {                          \
     function(static_cast<const type *>(p), a.memory[0], a.memory[1]);         \
   }  \
  }
#define SUMS(function, type)                                                   \
  {                                                                            \
#function, [](const void *p, const Arguments &a) {                          \
     function(static_cast<const type *>(p), a.y, a.y + a.step, a.memory[0],    \
              a.places[0], a.memory[1], a.scratch());                          \
   }  \
  }
#define BOTH(FORM, op, type)                                                   \
  FORM(ofa_##op##_s8_single, ofa_##op##_rows_s8_single, type),                 \
      FORM(ofa_##op##_s8_double, ofa_##op##_rows_s8_double, type)

static const std::map<std::string, Call> &getCalls() {
  static const std::map<std::string, Call> calls = {
      BOTH(WINDOW, conv2d, ofa_conv2d_s8_params_t),
      BOTH(WINDOW, conv2d_1x1, ofa_conv2d_s8_params_t),
      BOTH(WINDOW, depthwise_conv2d, ofa_depthwise_conv2d_s8_params_t),
      BOTH(WINDOW, depthwise_conv2d_k3, ofa_depthwise_conv2d_s8_params_t),
      BOTH(WINDOW, depthwise_conv2d_k5, ofa_depthwise_conv2d_s8_params_t),
      BOTH(WINDOW, depthwise_conv2d_k7, ofa_depthwise_conv2d_s8_params_t),
      WINDOW(ofa_avg_pool2d_s8, ofa_avg_pool2d_rows_s8, ofa_pool2d_s8_params_t),
      SUMS(ofa_avg_pool2d_sums_s8, ofa_pool2d_s8_params_t),
      SUMS(ofa_mean_sums_s8_single, ofa_mean_sums_s8_params_t),
      SUMS(ofa_mean_sums_s8_double, ofa_mean_sums_s8_params_t),
      LAYER(ofa_mean_s8_single, ofa_mean_s8_params_t),
      LAYER(ofa_mean_s8_double, ofa_mean_s8_params_t),
      WINDOW(ofa_max_pool2d_s8, ofa_max_pool2d_rows_s8, ofa_pool2d_s8_params_t),
      BOTH(PACKED, conv2d_paired, ofa_conv2d_paired_s8_params_t),
      BOTH(PACKED, depthwise_conv2d_planes,
           ofa_depthwise_conv2d_planes_s8_params_t),
      BOTH(PACKED, depthwise_conv2d_planes_k3,
           ofa_depthwise_conv2d_planes_s8_params_t),
      BOTH(PACKED, depthwise_conv2d_planes_k5,
           ofa_depthwise_conv2d_planes_s8_params_t),
      BOTH(PACKED, depthwise_conv2d_planes_k7,
           ofa_depthwise_conv2d_planes_s8_params_t),
      {"ofa_linear_sum_s8", [](const void *p, const Arguments &a) {
         ofa_linear_sum_s8(static_cast<const ofa_linear_sum_s8_params_t *>(p),
                           a.memory[0], a.memory[1], a.memory[2]);
       }}};
  return calls;
}

static void callFunction(const std::string &function, const void *params,
                         const Arguments &arguments) {
  auto found = getCalls().find(function);
  if (found == getCalls().end())
    ADD_FAILURE() << "no kernel " << function;
  else
    found->second(params, arguments);
}

KernelCaller::KernelCaller(ModelOp model, int64_t arenaBytes)
    : symbols(model), arena(arenaBytes / 8 + 2, 0x5aa5c33c96699669u) {}

int8_t *KernelCaller::getMemory(BufferOp buffer) {
  return reinterpret_cast<int8_t *>(arena.data()) + *buffer.getOffset();
}

int8_t *KernelCaller::getPlace(Value value) {
  return getMemory(getRootBuffer(value));
}

/// The struct, under natural alignment.
const void *KernelCaller::makeParams(const Params &description) {
  params.assign(description.getSizeInBytes(sizeof(void *)) / 8 + 1, 0);
  char *begin = reinterpret_cast<char *>(params.data());
  size_t at = 0;
  auto add = [&](auto value) {
    at = llvm::alignTo(at, sizeof(value));
    std::memcpy(begin + at, &value, sizeof(value));
    at += sizeof(value);
  };
  for (const Param &param : description.getFields())
    switch (param.kind) {
    case Param::Kind::Int8:
      add(int8_t(param.integer));
      break;
    case Param::Kind::UInt8:
      add(uint8_t(param.integer));
      break;
    case Param::Kind::Int16:
      add(int16_t(param.integer));
      break;
    case Param::Kind::Int32:
      add(int32_t(param.integer));
      break;
    case Param::Kind::Float:
      add(param.real);
      break;
    case Param::Kind::Pointer: {
      std::vector<char> &data = globals[param.global.getValue()];
      if (data.empty())
        data = symbols.lookup<GlobalOp>(param.global.getValue()).getBytes();
      add(static_cast<const void *>(data.data()));
      break;
    }
    }
  return begin;
}

void KernelCaller::call(RuntimeKernelOpInterface op) {
  Arguments arguments;
  for (Value value : op.getCallBuffers())
    arguments.memory.push_back(getPlace(value));
  callFunction(op.getRuntimeFunction(), makeParams(op.getParams()), arguments);
}

void KernelCaller::callRows(RowKernelOpInterface op, int64_t y) {
  auto kernel = cast<RuntimeKernelOpInterface>(op.getOperation());
  Arguments arguments;
  arguments.y = y;
  arguments.step = op.getRowStep();
  for (Value value : kernel.getCallBuffers()) {
    auto type = cast<MemRefType>(value.getType());
    int8_t *memory = getPlace(value);
    if (type.getRank() == 4) {
      int64_t places = getRowPlaces(type);
      arguments.places.push_back(places);
      if (op.isElementWise())
        memory += y % places * type.getDimSize(2) * type.getDimSize(3);
    }
    arguments.memory.push_back(memory);
  }
  callFunction(op.getRowFunction(), makeParams(op.getRowParams()), arguments);
}
