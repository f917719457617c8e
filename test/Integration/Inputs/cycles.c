/*===- cycles.c - Loops of known length in cycles -----------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * What two pipes of a Cortex-M7 make of 1000 iterations each.
 */
#include "ofa_port.h"

#include <stdint.h>

__attribute__((noinline)) void ofa_marker_begin(void) {
  __asm__ volatile("" ::: "memory");
}
__attribute__((noinline)) void ofa_marker_end(void) {
  __asm__ volatile("" ::: "memory");
}

static int32_t words[16];

/* A loop of `body`, which may use r0 to r5; r6 counts, r7 is at words. */
#define LOOP(name, body)                                                       \
  __attribute__((noinline)) static void name(void) {                           \
    __asm__ volatile("mov r7, %0\n\t"                                          \
                     "mov r6, #1000\n\t"                                       \
                     ".balign 4\n"                                             \
                     "1:\n\t" body "subs r6, r6, #1\n\t"                       \
                     "bne 1b\n\t"                                              \
                     :                                                         \
                     : "r"(words)                                              \
                     : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "cc",   \
                       "memory");                                              \
  }

/* One multiplication a cycle, with a load beside it. */
LOOP(multiplications, "smlad r0, r4, r4, r0\n\t"
                      "smlad r1, r4, r4, r1\n\t"
                      "smlad r2, r4, r4, r2\n\t"
                      "smlad r3, r4, r4, r3\n\t")
LOOP(loads_beside_them, "ldr r5, [r7]\n\t"
                        "smlad r0, r4, r4, r0\n\t"
                        "ldr r5, [r7, #4]\n\t"
                        "smlad r1, r4, r4, r1\n\t"
                        "ldr r5, [r7, #8]\n\t"
                        "smlad r2, r4, r4, r2\n\t"
                        "ldr r5, [r7, #12]\n\t"
                        "smlad r3, r4, r4, r3\n\t")
/* An address that a load updates makes nothing wait. */
LOOP(updates_beside_them, "ldr r5, [r7], #4\n\t"
                          "smlad r0, r4, r4, r0\n\t"
                          "ldr r5, [r7], #-4\n\t"
                          "smlad r1, r4, r4, r1\n\t"
                          "ldr r5, [r7], #4\n\t"
                          "smlad r2, r4, r4, r2\n\t"
                          "ldr r5, [r7], #-4\n\t"
                          "smlad r3, r4, r4, r3\n\t")
/* Two words a cycle, alone. */
LOOP(five_words, "ldm r7, {r0-r4}\n\t"
                 "ldm r7, {r0-r4}\n\t")
/* Each needs the one before: across iterations, too. */
LOOP(divisions, "udiv r0, r0, r4\n\t")
LOOP(conditions, "cmp r0, #1\n\t"
                 "ite eq\n\t"
                 "addeq r1, r1, #1\n\t"
                 "addne r1, r1, #2\n\t")
LOOP(calls, "push {r6, r7, r12, lr}\n\t"
            "bl leaf\n\t"
            "pop {r6, r7, r12, lr}\n\t")

__attribute__((naked, used)) static void leaf(void) {
  __asm__ volatile("bx lr");
}

int ofa_port_main(void) {
  ofa_marker_begin();
  multiplications();
  loads_beside_them();
  updates_beside_them();
  five_words();
  divisions();
  conditions();
  calls();
  ofa_marker_end();
  return 0;
}
