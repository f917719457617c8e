/*===- startup.c - Reset of QEMU's RISC-V board -------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_port.h"
#include "ofa_semihosting.h"

/* From the linker script; .data is loaded where it runs. */
extern uint32_t ofa_bss_begin[];
extern uint32_t ofa_bss_end[];

void ofa_reset(void);
void ofa_start(void);

__attribute__((aligned(4))) static void fault(void) {
  ofa_sh_print("ofa error: fault\n");
  ofa_sh_exit(2);
}

/* The first instructions: no stack yet. */
__attribute__((naked, section(".start"), used)) void ofa_reset(void) {
  __asm__ volatile(".option push\n"
                   ".option norelax\n"
                   "la gp, __global_pointer$\n"
                   ".option pop\n"
                   "la sp, ofa_stack_top\n"
                   "j ofa_start\n");
}

__attribute__((used)) void ofa_start(void) {
  uint32_t *to;
  __asm__ volatile(".option push\n"
                   ".option arch, +zicsr\n"
                   "csrw mtvec, %0\n"
                   ".option pop\n"
                   :
                   : "r"(&fault));
  for (to = ofa_bss_begin; to < ofa_bss_end; ++to)
    *to = 0;
  ofa_sh_exit(ofa_port_main());
}
