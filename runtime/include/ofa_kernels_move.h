/*===- ofa_kernels_move.h - Kernels that move elements ------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Names      ofa_<op>, for elements of any type; ofa_<op>_<type> where a value
 *            of the type is a parameter.
 * Tensors    aligned to their element type.
 * Params     constant.
 * Overlap    none.
 * Never      heap, libc (but memcpy and memset), globals, recursion, unaligned
 *            or type-punned access. All are reentrant.
 */
#ifndef OFA_KERNELS_MOVE_H
#define OFA_KERNELS_MOVE_H

#include "ofa_runtime.h"

OFA_BEGIN_C_DECLS

/* Copies runs of bytes in four nested loops: for all 0 <= i_k < loop_k.count,
 *   output[output_offset + sum of i_k * loop_k.output_stride, run bytes] =
 *    input[input_offset  + sum of i_k * loop_k.input_stride,  run bytes].
 * All in bytes, which lie inside both tensors; a loop that is not needed has
 * count 1 and strides 0. The rest of the output stays as it is. Fastest with
 * many iterations of loop_3, and with runs of 1, of 4 and of many bytes.
 */
typedef struct ofa_copy_loop {
  int32_t count;         /* >= 1 */
  int32_t input_stride;  /* may be negative or 0 */
  int32_t output_stride; /* may be negative */
} ofa_copy_loop_t;

typedef struct ofa_copy_params {
  ofa_copy_loop_t loop_0; /* outermost */
  ofa_copy_loop_t loop_1;
  ofa_copy_loop_t loop_2;
  ofa_copy_loop_t loop_3;
  int32_t input_offset;
  int32_t output_offset;
  int32_t run; /* >= 1 */
} ofa_copy_params_t;

void ofa_copy(const ofa_copy_params_t *params, const void *input, void *output);

/* One value for all elements. */
typedef struct ofa_fill_s8_params {
  int32_t count; /* elements */
  int8_t value;
} ofa_fill_s8_params_t;

typedef struct ofa_fill_f32_params {
  int32_t count; /* elements */
  float value;
} ofa_fill_f32_params_t;

void ofa_fill_s8(const ofa_fill_s8_params_t *params, int8_t *output);
void ofa_fill_f32(const ofa_fill_f32_params_t *params, float *output);

/* Resizes images [batches][height][width][pixel_bytes]:
 *   output pixel (y, x) = input pixel (rows[y], columns[x]).
 */
typedef struct ofa_resize_nearest_params {
  int32_t batches;
  int16_t in_height;
  int16_t in_width;
  int16_t out_height;
  int16_t out_width;
  int32_t pixel_bytes;    /* channels * bytes of an element */
  const int16_t *rows;    /* [out_height], 0 <= rows[y] < in_height */
  const int16_t *columns; /* [out_width], 0 <= columns[x] < in_width */
} ofa_resize_nearest_params_t;

void ofa_resize_nearest(const ofa_resize_nearest_params_t *params,
                        const void *input, void *output);

OFA_END_C_DECLS

#endif /* OFA_KERNELS_MOVE_H */
