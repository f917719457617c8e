// A model that takes its input row by row: the loop of its first segment ends where
// rows are missing, and goes on with the next one.

// RUN: rm -rf %t
// RUN: ofa-opt %s --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-form-segments{push-rows},kernel-plan-memory,kernel-verify-plan)))' | ofa-translate --emit-c -o %t
// RUN: FileCheck %s --input-file=%t/residual.c
// RUN: FileCheck %s --input-file=%t/residual.h --check-prefix=HEADER
// RUN: %host_cc -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wundef -Werror -I%t/runtime -c %t/residual.c -o %t/residual.o

// CHECK: #include <string.h>
// CHECK: /* Layers 1 to 4, row by row: the last one that has what its next rows need makes
// CHECK-NEXT: * them, so that the tensors between keep few rows. Ends when none can go on;
// CHECK-NEXT: * returns whether the row was the input's last one. */
// CHECK-NEXT: static int residual_segment1(uint8_t *arena) {
// CHECK-NEXT: int16_t *rows = (int16_t *)(arena + residual_rows_at);
// CHECK-NEXT: /* Rows made. */
// CHECK-NEXT: int32_t y0 = rows[0] + 1; /* the caller: the next one is there */
// CHECK-NEXT: int32_t y1 = rows[1]; /* one */
// CHECK-NEXT: int32_t y2 = rows[2]; /* two */
// CHECK-NEXT: int32_t y3 = rows[3]; /* sum */
// CHECK-NEXT: int32_t y4 = rows[4]; /* three */
// CHECK-NEXT: while (y4 < 8) {
// CHECK-NEXT: if (y3 > 2 * y4 + 1) {
// CHECK: } else if (y1 < 16 && {{.*}} &&
// CHECK-NEXT: (y0 > y1 + 1 || y0 >= 16)) {
// CHECK-NEXT: /* 1. one */
// CHECK-NEXT: ofa_conv2d_rows_s8_single(
// CHECK-SAME: &residual_one_params, y1, y1 + 1,
// CHECK-NEXT: (const int8_t *)(arena + residual_x_at), 3,
// CHECK: y1 += 1;
// CHECK-NEXT: } else {
// CHECK-NEXT: break;
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: rows[0] = (int16_t)y0;
// CHECK: rows[4] = (int16_t)y4;
// CHECK-NEXT: return y0 == 16;
// CHECK-NEXT: }

// CHECK: void residual_begin_in(void *arena) {
// CHECK-NEXT: memset((uint8_t *)arena + residual_rows_at, 0, 10);

// CHECK: static ofa_status_t residual_push(uint8_t *arena) {
// CHECK-NEXT: if (!residual_segment1(arena))
// CHECK-NEXT: return OFA_MORE;
// CHECK-NEXT: residual_begin_in(arena);
// CHECK-NEXT: return OFA_OK;

// CHECK: int8_t *residual_input_row_in(void *arena) {
// CHECK: return (int8_t *)((uint8_t *)arena + residual_x_at +
// CHECK-NEXT: rows[0] % 3 * RESIDUAL_INPUT_ROW_BYTES);

// HEADER: /* residual.h
// HEADER: do {
// HEADER-NEXT: memcpy(residual_input_row(), row, RESIDUAL_INPUT_ROW_BYTES);
// HEADER-NEXT: } while (residual_push_row() == OFA_MORE);
// HEADER: A row at most [[#MOST:]] multiply-accumulates; the last one [[#LAST:]],
// HEADER: #define RESIDUAL_INPUT_BYTES 512
// HEADER: #define RESIDUAL_INPUT_ROW_BYTES 32
// HEADER: #define RESIDUAL_ROW_MACS [[#MOST]]
// HEADER: #define RESIDUAL_LAST_ROW_MACS [[#LAST]]
// HEADER: #define RESIDUAL_INPUTS(X) X(residual_input_row, RESIDUAL_INPUT_ROW_BYTES)
// HEADER: ofa_status_t residual_init(void);
// HEADER-NEXT: void residual_begin(void);
// HEADER-NEXT: int8_t *residual_input_row(void);
// HEADER-NEXT: ofa_status_t residual_push_row(void);
// HEADER-NEXT: ofa_status_t residual_run(const int8_t *input);
// HEADER-NEXT: const int8_t *residual_output(void);
// HEADER: ofa_status_t residual_init_in(void *arena, size_t arena_bytes);
// HEADER-NEXT: void residual_begin_in(void *arena);
// HEADER-NEXT: int8_t *residual_input_row_in(void *arena);
// HEADER-NEXT: ofa_status_t residual_push_row_in(void *arena, size_t arena_bytes);
// HEADER-NEXT: ofa_status_t residual_run_in(void *arena, size_t arena_bytes,
// HEADER-NEXT: const int8_t *input);
kernel.model @residual {
  kernel.global weights @w576 = dense<1> : tensor<576xi8>
  kernel.global weights @w2304 = dense<1> : tensor<2304xi8>
  kernel.global table @b16 = dense<7> : tensor<16xi32>
  kernel.global table @m16 = dense<1073741824> : tensor<16xi32>
  kernel.global table @s16 = dense<-5> : tensor<16xi8>
  kernel.global table @b4 = dense<7> : tensor<4xi32>
  kernel.global table @m4 = dense<1073741824> : tensor<4xi32>
  kernel.global table @s4 = dense<-5> : tensor<4xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x16x8x4xi8>
    %a = kernel.buffer internal "a" : memref<1x16x8x16xi8>
    %b = kernel.buffer internal "b" : memref<1x16x8x16xi8>
    %c = kernel.buffer internal "c" : memref<1x16x8x16xi8>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    %w576 = kernel.get_global @w576 : memref<576xi8>
    %w2304 = kernel.get_global @w2304 : memref<2304xi8>
    %b16 = kernel.get_global @b16 : memref<16xi32>
    %m16 = kernel.get_global @m16 : memref<16xi32>
    %s16 = kernel.get_global @s16 : memref<16xi8>
    %b4 = kernel.get_global @b4 : memref<4xi32>
    %m4 = kernel.get_global @m4 : memref<4xi32>
    %s4 = kernel.get_global @s4 : memref<4xi8>
    kernel.conv2d_s8 "one" ins(%x, %w576, %b16, %m16, %s16 : memref<1x16x8x4xi8>,
        memref<576xi8>, memref<16xi32>, memref<16xi32>, memref<16xi8>)
        outs(%a : memref<1x16x8x16xi8>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    kernel.conv2d_s8 "two" ins(%a, %w2304, %b16, %m16, %s16 : memref<1x16x8x16xi8>,
        memref<2304xi8>, memref<16xi32>, memref<16xi32>, memref<16xi8>)
        outs(%b : memref<1x16x8x16xi8>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    kernel.linear_sum_s8 "sum"
        ins(%a, %b : memref<1x16x8x16xi8>, memref<1x16x8x16xi8>)
        outs(%c : memref<1x16x8x16xi8>)
        {lhs_factor = 524288 : i32, rhs_factor = 524288 : i32, offset = 0 : i32,
         shift = 20}
    kernel.conv2d_s8 "three" ins(%c, %w576, %b4, %m4, %s4 : memref<1x16x8x16xi8>,
        memref<576xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>)
        outs(%y : memref<1x8x4x4xi8>)
        {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1>}
  }
}
