/*===- startup.c - Reset of the Cortex-M boards -------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_port.h"
#include "ofa_semihosting.h"

/* From the linker script. */
extern uint32_t ofa_data_load[];
extern uint32_t ofa_data_begin[];
extern uint32_t ofa_data_end[];
extern uint32_t ofa_bss_begin[];
extern uint32_t ofa_bss_end[];

void ofa_reset(void);

static void fault(void) {
  ofa_sh_print("ofa error: fault\n");
  ofa_sh_exit(2);
}

/* The initial stack pointer, then handlers. */
typedef union vector {
  uint32_t *stack;
  void (*handler)(void);
} vector_t;

__attribute__((section(".vectors"), used)) static const vector_t vectors[16] = {
    {.stack = ofa_stack_top}, {.handler = ofa_reset}, {.handler = fault},
    {.handler = fault},       {.handler = fault},     {.handler = fault},
    {.handler = fault},       {.handler = fault},     {.handler = fault},
    {.handler = fault},       {.handler = fault},     {.handler = fault},
    {.handler = fault},       {.handler = fault},     {.handler = fault},
    {.handler = fault}};

void ofa_reset(void) {
  uint32_t *from = ofa_data_load;
  uint32_t *to = ofa_data_begin;
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
  /* CPACR: full access to coprocessors 10 and 11 (FPU, Helium). */
  *(volatile uint32_t *)0xe000ed88u |= 0xfu << 20;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
  while (to < ofa_data_end)
    *to++ = *from++;
  for (to = ofa_bss_begin; to < ofa_bss_end; ++to)
    *to = 0;
  ofa_sh_exit(ofa_port_main());
}
