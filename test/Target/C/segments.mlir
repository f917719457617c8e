// A segment is one loop: the last layer that has what its next rows need makes
// them. Conditions are those of RowSchedule::findNext.

// RUN: rm -rf %t
// RUN: ofa-opt %s --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-form-segments,kernel-plan-memory,kernel-verify-plan)))' | ofa-translate --emit-c -o %t
// RUN: FileCheck %s --input-file=%t/residual.c
// RUN: %host_cc -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wundef -Werror -I%t/runtime -c %t/residual.c -o %t/residual.o

// CHECK: /* 1. one: conv2d_s8, 16x8x4 -> 16x8x16
// CHECK-NEXT: * arena 0..511 -> 512..895 */

// CHECK: /* Layers 1 to 4, row by row:
// CHECK: static void residual_segment1(uint8_t *arena) {
// CHECK-NEXT: /* Rows made. */
// CHECK-NEXT: int32_t y1 = 0; /* one */
// CHECK-NEXT: int32_t y2 = 0; /* two */
// CHECK-NEXT: int32_t y3 = 0; /* sum */
// CHECK-NEXT: int32_t y4 = 0; /* three */
// CHECK-NEXT: while (y4 < 8) {
// CHECK-NEXT: if (y3 > 2 * y4 + 1) {
// CHECK-NEXT: /* 4. three */
// CHECK-NEXT: ofa_conv2d_rows_s8_single(
// CHECK-SAME: &residual_three_params, y4, y4 + 1,
// CHECK-NEXT: (const int8_t *)(arena + residual_c_at), 3,
// CHECK-NEXT: (int8_t *)(arena + residual_y_at), 8);
// CHECK-NEXT: y4 += 1;
// CHECK-NEXT: } else if (y3 < 16 && y3 <= 2 * y4 + 1 && y1 > y3 && y2 > y3) {
// CHECK-NEXT: /* 3. sum */
// CHECK-NEXT: ofa_linear_sum_s8(
// CHECK-NEXT: &residual_sum_params,
// CHECK-NEXT: (const int8_t *)(arena + residual_a_at + y3 % 3 * 128),
// CHECK-NEXT: (const int8_t *)(arena + residual_b_at),
// CHECK-NEXT: (int8_t *)(arena + residual_c_at + y3 % 3 * 128));
// CHECK-NEXT: y3 += 1;
// CHECK-NEXT: } else if (y2 < 16 && y2 <= y3 && (y1 > y2 + 1 || y1 >= 16)) {
// CHECK: } else {
// CHECK-NEXT: /* 1. one */
// CHECK: y1 += 1;

// CHECK: static void residual_layers(uint8_t *arena) {
// CHECK-NEXT: residual_segment1(arena);
// CHECK-NEXT: }
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
