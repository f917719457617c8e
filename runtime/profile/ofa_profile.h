/*===- ofa_profile.h - Times each layer of a network on a board ---*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#ifndef OFA_PROFILE_H
#define OFA_PROFILE_H

#include "ofa_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Runs of the network; counts are printed as their mean and minimum. */
#ifndef OFA_PROFILE_RUNS
#define OFA_PROFILE_RUNS 5
#endif

/* Runs the network and prints its layers. Call it once clocks, caches, memory
 * and the output are set up as in the product. Interrupts that fall into a
 * layer are counted with it: keep them off. Not reentrant. */
void ofa_profile_run(void);

/* Yours: sends a text that ends with '\0', such as a line with its '\n', to a
 * serial port or a debugger. Never called while a layer is timed. */
void ofa_profile_write(const char *text);

/* A counter of clock cycles that wraps at 2^32. Weak: define your own where the
 * core has none (Armv6-M and Armv8-M Baseline, such as Cortex-M0+ and M23), for
 * example from a timer that runs at the core's clock, or where the default,
 * DWT's CYCCNT on other Cortex-M and mcycle on RISC-V, is not to be used. */
uint32_t ofa_profile_cycles(void);

/* The network, from ofa_profile_network.c. */
typedef struct ofa_profile_network {
  const char *device;
  const char *name;
  const char *const *keys; /* of layers */
  size_t layer_count;
  const uint16_t *kernel_layers; /* the layer of each kernel, in order */
  size_t kernel_count;
  uint32_t *minima; /* 2 * (layer_count + 1) elements, the second half of which
                     * are counts of one run */
  uint64_t *sums;   /* layer_count + 1 elements */
  ofa_status_t (*init)(void);
  ofa_status_t (*run)(void);
  void (*fill)(void); /* writes inputs */
} ofa_profile_network_t;
extern const ofa_profile_network_t ofa_profile_network;

#ifdef __cplusplus
}
#endif

#endif /* OFA_PROFILE_H */
