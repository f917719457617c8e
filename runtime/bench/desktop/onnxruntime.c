/*===- onnxruntime.c - ONNX Runtime for the harness ---------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 *   onnxruntime LIBRARY MODEL.onnx TYPE INPUT OUTPUT [KEY VALUE]
 *
 * TYPE is uint8 or float32, INPUT and OUTPUT are shapes such as 1x96x96x3, KEY and
 * VALUE an entry of the session's configuration. One thread, all optimisations of
 * the graph, tensors made once.
 *
 * npm's onnxruntime-node brings the library but no header. Calling it through
 * JavaScript would add tens of microseconds to each inference; the C interface is a
 * table of functions that only ever grows at its end, so places in it are fixed.
 */
#include "harness.h"
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct status status_t; /* null: no error */
typedef status_t *(*function_t)();

/* Places in OrtApi (onnxruntime_c_api.h), and values of its enumerations. */
enum {
  GET_ERROR_MESSAGE = 2,
  CREATE_ENV = 3,
  CREATE_SESSION = 7,
  RUN = 9,
  CREATE_SESSION_OPTIONS = 10,
  SET_SESSION_GRAPH_OPTIMIZATION_LEVEL = 23,
  SET_INTRA_OP_NUM_THREADS = 24,
  SET_INTER_OP_NUM_THREADS = 25,
  CREATE_TENSOR_WITH_DATA = 49,
  CREATE_CPU_MEMORY_INFO = 69,
  ADD_SESSION_CONFIG_ENTRY = 130
};
enum { VERSION = 16, LEVEL_ERROR = 3, ENABLE_ALL = 99 };
enum { DEVICE_ALLOCATOR = 0, MEMORY_DEFAULT = 0 };
enum { TYPE_FLOAT = 1, TYPE_UINT8 = 2 };

static const function_t *api;
static void *session, *input, *output;

static void check(status_t *status) {
  if (status)
    fail(((const char *(*)(status_t *))api[GET_ERROR_MESSAGE])(status),
         "ONNX Runtime");
}

/* A tensor over memory of its own. */
static void *make_tensor(const char *type, const char *shape, void **data,
                         size_t *bytes) {
  int64_t sizes[8];
  size_t rank = 0;
  int is_float = strcmp(type, "float32") == 0;
  void *memory, *tensor;
  *bytes = is_float ? 4 : 1;
  while (rank < 8 && *shape) {
    char *end;
    sizes[rank] = strtol(shape, &end, 10);
    *bytes *= (size_t)sizes[rank++];
    shape = *end ? end + 1 : end;
  }
  *data = calloc(*bytes, 1);
  if (!*data)
    fail("no memory", type);
  check(api[CREATE_CPU_MEMORY_INFO](DEVICE_ALLOCATOR, MEMORY_DEFAULT, &memory));
  check(api[CREATE_TENSOR_WITH_DATA](memory, *data, *bytes, sizes, rank,
                                     is_float ? TYPE_FLOAT : TYPE_UINT8,
                                     &tensor));
  return tensor;
}

static void open_library(const char *path) {
  typedef struct {
    const function_t *(*get_api)(uint32_t version);
  } base_t;
  void *library = dlopen(path, RTLD_NOW), *symbol;
  const base_t *(*get_base)(void);
  if (!library)
    fail("cannot be loaded", path);
  symbol = dlsym(library, "OrtGetApiBase");
  if (!symbol)
    fail("has no OrtGetApiBase", path);
  memcpy(&get_base, &symbol, sizeof get_base);
  api = get_base()->get_api(VERSION);
  if (!api)
    fail("is older than ONNX Runtime 1.16", path);
}

buffers_t start(int argc, char **argv) {
  void *environment, *options, *data;
  buffers_t buffers;
  if (argc != 6 && argc != 8)
    fail("wants LIBRARY MODEL.onnx TYPE INPUT OUTPUT [KEY VALUE]", argv[0]);
  open_library(argv[1]);
  check(api[CREATE_ENV](LEVEL_ERROR, "bench", &environment));
  check(api[CREATE_SESSION_OPTIONS](&options));
  check(api[SET_INTRA_OP_NUM_THREADS](options, 1));
  check(api[SET_INTER_OP_NUM_THREADS](options, 1));
  check(api[SET_SESSION_GRAPH_OPTIMIZATION_LEVEL](options, ENABLE_ALL));
  if (argc == 8)
    check(api[ADD_SESSION_CONFIG_ENTRY](options, argv[6], argv[7]));
  check(api[CREATE_SESSION](environment, argv[2], options, &session));
  input = make_tensor(argv[3], argv[4], &buffers.input, &buffers.input_bytes);
  output = make_tensor(argv[3], argv[5], &data, &buffers.output_bytes);
  buffers.output = data;
  return buffers;
}

void infer(void) {
  static const char *const inputs[] = {"input"}, *const outputs[] = {"output"};
  check(api[RUN](session, NULL, inputs, (const void *const *)&input, (size_t)1,
                 outputs, (size_t)1, &output));
}
