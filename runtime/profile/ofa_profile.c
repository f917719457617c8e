/*===- ofa_profile.c - Times each layer of a network on a board ---*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * The network was emitted with a call of ofa_trace_layer() behind each kernel.
 * Each call reads the counter when it begins and when it ends; what lies
 * between the end of one and the beginning of the next is a kernel, less what
 * two calls in a row count, which is measured first.
 *
 * Output, between other lines of yours if you like:
 *   ofa-profile: begin <device> <network> <number of counts>
 *   ofa-profile: compiler <version>
 *   ofa-profile: <key> <mean> min=<minimum> runs=<runs>
 *   ofa-profile: end
 */
#include "ofa_profile.h"

#define WEAK __attribute__((weak))

/* What the counter is, and its start. */
#if defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__) ||                   \
    defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define DEMCR (*(volatile uint32_t *)0xe000edfcu)
#define DWT_CTRL (*(volatile uint32_t *)0xe0001000u)
#define DWT_CYCCNT (*(volatile uint32_t *)0xe0001004u)
#define DWT_LAR (*(volatile uint32_t *)0xe0001fb0u)

static void start_counter(void) {
  DEMCR |= 1u << 24;     /* TRCENA: DWT has power */
  DWT_LAR = 0xc5acce55u; /* unlocks it on Cortex-M7, nothing elsewhere */
  DWT_CYCCNT = 0;
  DWT_CTRL |= 1u; /* CYCCNTENA */
}
WEAK uint32_t ofa_profile_cycles(void) { return DWT_CYCCNT; }

#elif defined(__riscv)
static void start_counter(void) {
  /* mcountinhibit: mcycle counts. */
  __asm__ volatile(".option push\n"
                   ".option arch, +zicsr\n"
                   "csrci 0x320, 1\n"
                   ".option pop\n");
}
WEAK uint32_t ofa_profile_cycles(void) {
  uint32_t value;
  __asm__ volatile(".option push\n"
                   ".option arch, +zicsr\n"
                   "csrr %0, mcycle\n"
                   ".option pop\n"
                   : "=r"(value));
  return value;
}

#else
static void start_counter(void) {}
WEAK uint32_t ofa_profile_cycles(void) { return 0; }
#endif

/* Called by the network behind each kernel, in order. */
void ofa_trace_layer(size_t index, const void *data, size_t bytes);

/* Where counts go: the kernel's layer in this run. */
static uint32_t begin_count;
static uint32_t overhead;
static uint32_t *layer_counts;
static const uint16_t *kernel_layers;

void ofa_trace_layer(size_t index, const void *data, size_t bytes) {
  uint32_t count = ofa_profile_cycles() - begin_count;
  (void)data;
  (void)bytes;
  layer_counts[kernel_layers[index]] += count > overhead ? count - overhead : 0;
  begin_count = ofa_profile_cycles();
}

/* What is counted between two calls with nothing between them: the least of
 * several, since the first ones fill caches. */
static uint32_t measure_overhead(void) {
  static uint32_t counts[1];
  static const uint16_t layers[1] = {0};
  /* As the network's calls, whose result is not known to the compiler. */
  void (*volatile call)(size_t, const void *, size_t) = ofa_trace_layer;
  uint32_t least = UINT32_MAX;
  int i;
  layer_counts = counts;
  kernel_layers = layers;
  overhead = 0;
  for (i = 0; i < 8; ++i) {
    call(0, counts, 0);
    counts[0] = 0;
    call(0, counts, 0);
    if (counts[0] < least)
      least = counts[0];
  }
  return least;
}

/* Appends a text to a line; what does not fit is cut. */
static char *append(char *place, const char *end, const char *text) {
  while (*text && place < end)
    *place++ = *text++;
  *place = '\0';
  return place;
}

static char *append_number(char *place, const char *end, uint32_t value) {
  char digits[11];
  char *p = digits + sizeof digits;
  *--p = '\0';
  do {
    *--p = (char)('0' + (char)(value % 10u));
    value /= 10u;
  } while (value);
  return append(place, end, p);
}

static void write_line(const char *what, const char *detail) {
  static char line[320];
  const char *end = line + sizeof line - 2;
  char *place = append(line, end, "ofa-profile: ");
  place = append(place, end, what);
  place = append(place, end, detail);
  *place++ = '\n';
  *place = '\0';
  ofa_profile_write(line);
}

static void write_count(const char *key, uint32_t mean, uint32_t least,
                        uint32_t runs) {
  static char text[320];
  const char *end = text + sizeof text - 1;
  char *place = append(text, end, key);
  place = append(place, end, " ");
  place = append_number(place, end, mean);
  place = append(place, end, " min=");
  place = append_number(place, end, least);
  place = append(place, end, " runs=");
  (void)append_number(place, end, runs);
  write_line(text, "");
}

static void write_begin(const ofa_profile_network_t *network) {
  static char text[128];
  const char *end = text + sizeof text - 1;
  char *place = append(text, end, network->device);
  place = append(place, end, " ");
  place = append(place, end, network->name);
  place = append(place, end, " ");
  (void)append_number(place, end, (uint32_t)network->layer_count + 1);
  write_line("begin ", text);
#ifdef __VERSION__
  write_line("compiler ", __VERSION__);
#endif
}

/* One run, whose counts go to `counts`: layers, then the rest of the run. */
static ofa_status_t run_once(const ofa_profile_network_t *network,
                             uint32_t *counts) {
  ofa_status_t status;
  uint32_t rest;
  size_t i;
  for (i = 0; i <= network->layer_count; ++i)
    counts[i] = 0;
  layer_counts = counts;
  kernel_layers = network->kernel_layers;
  network->fill();
  begin_count = ofa_profile_cycles();
  status = network->run();
  rest = ofa_profile_cycles() - begin_count;
  counts[network->layer_count] = rest > overhead ? rest - overhead : 0;
  return status;
}

void ofa_profile_run(void) {
  const ofa_profile_network_t *network = &ofa_profile_network;
  size_t layers = network->layer_count;
  uint32_t *minima = network->minima;
  uint32_t *counts = minima + layers + 1;
  uint32_t before;
  size_t i;
  uint32_t run;
  write_begin(network);
  start_counter();
  before = ofa_profile_cycles();
  overhead = measure_overhead();
  if (ofa_profile_cycles() == before) {
    write_line("error ", "the cycle counter stands still: define "
                         "ofa_profile_cycles()");
    return;
  }
  if (network->init() != OFA_OK) {
    write_line("error ", "the network cannot be initialised");
    return;
  }
  for (i = 0; i <= layers; ++i) {
    minima[i] = UINT32_MAX;
    network->sums[i] = 0;
  }
  for (run = 0; run < OFA_PROFILE_RUNS; ++run) {
    if (run_once(network, counts) != OFA_OK) {
      write_line("error ", "the network cannot be run");
      return;
    }
    for (i = 0; i <= layers; ++i) {
      network->sums[i] += counts[i];
      if (counts[i] < minima[i])
        minima[i] = counts[i];
    }
  }
  for (i = 0; i <= layers; ++i)
    write_count(i < layers ? network->keys[i] : "run",
                (uint32_t)((network->sums[i] + OFA_PROFILE_RUNS / 2) /
                           OFA_PROFILE_RUNS),
                minima[i], OFA_PROFILE_RUNS);
  write_line("end", "");
}
