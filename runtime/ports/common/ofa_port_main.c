/*===- ofa_port_main.c - Runs models on files of inputs -----------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Arguments (arg= of -semihosting-config): the firmware's name, then for each
 * model in order an input file and an output file, raw tensors one after the
 * other, all inputs (outputs) of an inference and then the next; names without
 * blanks. A model that takes rows gets them one after the other from that file. Standard output, one line per model:
 *   ofa model=<name> inferences=<n> stack=<bytes>
 * on RISC-V with instructions=<of the last inference>, too. Exit status: 0, or
 * 1 with a line "ofa error: ...".
 *
 * With OFA_PORT_TRACE=1, for a model that was emitted with traces, a third file
 * receives the results of its layers, one after the other.
 */
#include "ofa_port.h"
#include "ofa_semihosting.h"

#ifndef OFA_PORT_HOST
#define OFA_PORT_HOST 0 /* 1: a program of the host */
#endif
#ifndef OFA_PORT_TRACE
#define OFA_PORT_TRACE 0
#endif
#if defined(__riscv) && !OFA_PORT_HOST
#define OFA_PORT_MINSTRET 1
#else
#define OFA_PORT_MINSTRET 0
#endif

#define PAINT 0xa5c35a3cu

/* Their own functions, never inlined: a counter finds them by address. */
__attribute__((noinline)) void ofa_marker_begin(void) {
  __asm__ volatile("" ::: "memory");
}
__attribute__((noinline)) void ofa_marker_end(void) {
  __asm__ volatile("" ::: "memory");
}

#if !OFA_PORT_HOST
/* The caller's stack pointer, which the frame of `run` begins at. */
__attribute__((always_inline)) static inline uint32_t *stack_pointer(void) {
  uint32_t *pointer;
#if defined(__arm__)
  __asm__ volatile("mov %0, sp" : "=r"(pointer));
#else
  __asm__ volatile("mv %0, sp" : "=r"(pointer));
#endif
  return pointer;
}

/* Fills the unused stack, but for this function's own frame, which takes less
 * than KEEP bytes; a run that needs less than that reports up to KEEP. */
#define KEEP 64
__attribute__((noinline)) static void paint_stack(void) {
  volatile uint32_t *end = stack_pointer() - KEEP / 4;
  volatile uint32_t *p = ofa_stack_bottom;
  while (p < end)
    *p++ = PAINT;
}

/* Bytes that were in use at most below `top`. */
static uint32_t used_stack(const uint32_t *top) {
  const volatile uint32_t *p = ofa_stack_bottom;
  while (p < top && *p == PAINT)
    ++p;
  return (uint32_t)(4 * (top - p));
}
#endif

static void fail(const char *message, const char *name) {
  ofa_sh_print("ofa error: ");
  ofa_sh_print(message);
  ofa_sh_print(name);
  ofa_sh_print("\n");
  ofa_sh_exit(1);
}

#if OFA_PORT_MINSTRET
/* Exact with QEMU's -icount shift=0. */
static uint32_t instructions(void) {
  uint32_t value;
  __asm__ volatile(".option push\n"
                   ".option arch, +zicsr\n"
                   "csrr %0, minstret\n"
                   ".option pop\n"
                   : "=r"(value));
  return value;
}

/* Runs the model and counts. A function of its own, so that the compiler moves
 * nothing in between the reads. */
__attribute__((noinline)) static ofa_status_t
run_counted(const ofa_port_model_t *model, uint32_t *count) {
  ofa_status_t status;
  uint32_t before = instructions();
  ofa_marker_begin();
  status = model->run();
  ofa_marker_end();
  /* Less the call of the first marker, the return from the second, and one of
   * the two reads. */
  *count = instructions() - before - 3;
  return status;
}
#endif

#if OFA_PORT_TRACE
static int32_t trace_file;

/* Called by the model; all layers come in order. */
void ofa_trace_layer(size_t index, const void *data, size_t bytes);
void ofa_trace_layer(size_t index, const void *data, size_t bytes) {
  (void)index;
  if (ofa_sh_write(trace_file, data, bytes) != bytes)
    fail("cannot write the traces", "");
}
#endif

/* Reads the inputs of one inference, or the next row; 0 at the end of the file. */
static int read_inputs(const ofa_port_model_t *model, int32_t file,
                       const char *path) {
  size_t i;
  for (i = 0; i < model->input_count; ++i) {
    const ofa_port_input_t *input = &model->inputs[i];
    size_t got = ofa_sh_read(file, input->get(), input->bytes);
    if (i == 0 && got == 0)
      return 0;
    if (got != input->bytes)
      fail("the last tensor is cut short in ", path);
  }
  return 1;
}

static void write_outputs(const ofa_port_model_t *model, int32_t file,
                          const char *path) {
  size_t i;
  for (i = 0; i < model->output_count; ++i) {
    const ofa_port_output_t *output = &model->outputs[i];
    if (ofa_sh_write(file, output->get(), output->bytes) != output->bytes)
      fail("cannot write ", path);
  }
}

static void run_model(const ofa_port_model_t *model, const char *input_path,
                      const char *output_path) {
  int32_t input = ofa_sh_open(input_path, OFA_SH_READ);
  int32_t output;
  uint32_t inferences = 0;
  ofa_status_t status = OFA_OK;
#if !OFA_PORT_HOST
  uint32_t stack = 0;
#endif
#if OFA_PORT_MINSTRET
  uint32_t count = 0, counted;
#endif
  if (input < 0)
    fail("cannot open ", input_path);
  output = ofa_sh_open(output_path, OFA_SH_WRITE);
  if (output < 0)
    fail("cannot write ", output_path);
  if (model->init() != OFA_OK)
    fail("init failed: ", model->name);

  while (read_inputs(model, input, input_path)) {
#if OFA_PORT_HOST
    status = model->run();
#else
    const uint32_t *top = stack_pointer();
    paint_stack();
#if OFA_PORT_MINSTRET
    count = status == OFA_MORE ? count : 0;
    status = run_counted(model, &counted);
    count += counted;
#else
    ofa_marker_begin();
    status = model->run();
    ofa_marker_end();
#endif
    uint32_t used = used_stack(top);
    stack = used > stack ? used : stack;
#endif
    if (status == OFA_MORE)
      continue;
    if (status != OFA_OK)
      fail("run failed: ", model->name);
    write_outputs(model, output, output_path);
    ++inferences;
  }
  if (status == OFA_MORE)
    fail("the last tensor is cut short in ", input_path);
  ofa_sh_close(input);
  ofa_sh_close(output);
  ofa_sh_print("ofa model=");
  ofa_sh_print(model->name);
  ofa_sh_print(" inferences=");
  ofa_sh_print_number(inferences);
#if !OFA_PORT_HOST
  ofa_sh_print(" stack=");
  ofa_sh_print_number(stack);
#endif
#if OFA_PORT_MINSTRET
  ofa_sh_print(" instructions=");
  ofa_sh_print_number(count);
#endif
  ofa_sh_print("\n");
}

/* Cuts the next word off a text; "" at its end. */
static char *next_word(char **text) {
  char *p = *text;
  char *word;
  while (*p == ' ')
    ++p;
  word = p;
  while (*p && *p != ' ')
    ++p;
  if (*p)
    *p++ = '\0';
  *text = p;
  return word;
}

int ofa_port_main(void) {
  static char line[1024];
  char *rest = line;
  size_t i;
  if (ofa_sh_command_line(line, sizeof line))
    fail("no command line", "");
  (void)next_word(&rest);
  for (i = 0; i < ofa_port_model_count; ++i) {
    char *input_path = next_word(&rest);
    char *output_path = next_word(&rest);
    if (!*output_path)
      fail("expects an input and an output file for ",
           ofa_port_models[i]->name);
#if OFA_PORT_TRACE
    {
      const char *trace_path = next_word(&rest);
      trace_file = ofa_sh_open(trace_path, OFA_SH_WRITE);
      if (trace_file < 0)
        fail("cannot write ", trace_path);
    }
#endif
    run_model(ofa_port_models[i], input_path, output_path);
#if OFA_PORT_TRACE
    ofa_sh_close(trace_file);
#endif
  }
  ofa_sh_exit(0);
  return 0;
}
