/*===- linear_sum_vectors_s8.c - Sum of two tensors as one linear form -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_mve.h"

/* Four elements a turn: VMLAS is times a vector plus a number, VMLA plus a vector
 * times a number. */
void ofa_linear_sum_vectors_s8(const ofa_linear_sum_s8_params_t *params,
                               const int8_t *lhs, const int8_t *rhs,
                               int8_t *output) {
  int8_t *first = output;
#if OFA_MVE_ASM
  __asm__ volatile("vdup.32 q2, %[lhs_factor]\n\t"
                   "wlstp.32 lr, %[count], 2f\n"
                   "1:\n\t"
                   "vldrb.s32 q0, [%[lhs]], #4\n\t"
                   "vldrb.s32 q1, [%[rhs]], #4\n\t"
                   "vmlas.s32 q0, q2, %[offset]\n\t"
                   "vmla.s32 q0, q1, %[rhs_factor]\n\t"
                   "vshl.s32 q0, %[shift]\n\t"
                   "vqmovnb.s32 q0, q0\n\t"
                   "vqmovnb.s16 q0, q0\n\t"
                   "vstrb.32 q0, [%[output]], #4\n\t"
                   "letp lr, 1b\n"
                   "2:"
                   : [lhs] "+l"(lhs), [rhs] "+l"(rhs), [output] "+l"(output)
                   : [count] "r"(params->count),
                     [lhs_factor] "r"(params->lhs_factor),
                     [rhs_factor] "r"(params->rhs_factor),
                     [offset] "r"(params->offset), [shift] "r"(-params->shift)
                   : "lr", "q0", "q1", "q2", "memory");
#else
  int32_t i;
  for (i = 0; i < params->count; ++i) {
    int32_t sum = (params->offset + lhs[i] * params->lhs_factor +
                   rhs[i] * params->rhs_factor) >>
                  params->shift;
    output[i] = (int8_t)ofa_max(-128, ofa_min(127, sum));
  }
#endif
  if (params->activation_min > -128 || params->activation_max < 127)
    ofa_clamp_bytes(first, params->count, params->activation_min,
                    params->activation_max);
}
