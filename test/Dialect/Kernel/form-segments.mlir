// RUN: ofa-opt %s --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-form-segments)))' | FileCheck %s
// RUN: ofa-opt %s --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-form-segments{limit=2700})))' | FileCheck %s --check-prefix=LIMIT
// RUN: ofa-opt %s --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-plan-memory)))' | FileCheck %s --check-prefix=LAYERS
// RUN: ofa-opt %s --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-form-segments,kernel-plan-memory,kernel-verify-plan)))' | FileCheck %s --check-prefix=ROWS

// What only the segment's kernels use becomes a ring of as many rows as a window has;
// what others use stays whole.
// CHECK-LABEL: kernel.model @net
// CHECK: kernel.buffer input "x" : memref<1x16x8x4xi8>
// CHECK: kernel.buffer internal "a" : memref<1x16x8x16xi8, #kernel.ring<3>>
// CHECK: kernel.buffer internal "b" : memref<1x16x8x16xi8, #kernel.ring<3>>
// CHECK: kernel.buffer output "y" : memref<1x8x4x4xi8>
// CHECK: kernel.segment "segment1" {
// CHECK-NEXT: kernel.conv2d_s8 "one"
// CHECK-NEXT: kernel.conv2d_s8 "two"
// CHECK-NEXT: kernel.conv2d_s8 "three"
// CHECK-NEXT: {{^ *}$}}

// Layer by layer it fits.
// LIMIT-LABEL: kernel.model @net
// LIMIT-NOT: kernel.segment

// LAYERS-LABEL: kernel.model @net
// LAYERS: kernel.entry @run arena 2268
// ROWS-LABEL: kernel.model @net
// ROWS: kernel.entry @run arena 1280
kernel.model @net {
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
    kernel.conv2d_s8 "three" ins(%b, %w576, %b4, %m4, %s4 : memref<1x16x8x16xi8>,
        memref<576xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>)
        outs(%y : memref<1x8x4x4xi8>)
        {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1>}
  }
}

// The sum reads "a", too, a row later than "two" does, but no row more is needed.
// CHECK-LABEL: kernel.model @residual
// CHECK: kernel.buffer internal "a" : memref<1x16x8x16xi8, #kernel.ring<3>>
// CHECK: kernel.buffer internal "b" : memref<1x16x8x16xi8, #kernel.ring<1>>
// CHECK: kernel.buffer internal "c" : memref<1x16x8x16xi8, #kernel.ring<3>>
// CHECK: kernel.segment "segment1" {

// The fewest kernels in segments that keep the limit.
// LIMIT-LABEL: kernel.model @residual
// LIMIT: kernel.conv2d_s8 "one"
// LIMIT-NEXT: kernel.segment "segment1" {
// LIMIT-NEXT: kernel.conv2d_s8 "two"
// LIMIT-NEXT: kernel.linear_sum_s8 "sum"
// LIMIT-NEXT: {{^ *}$}}
// LIMIT-NEXT: kernel.conv2d_s8 "three"

// LAYERS-LABEL: kernel.model @residual
// LAYERS: kernel.entry @run arena 4096
// ROWS-LABEL: kernel.model @residual
// ROWS: kernel.entry @run arena 1408
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

// A pool over all rows adds them up: of what it reads one row is enough. Rows that
// are read at once, and scratch memory, take turns.
// CHECK-LABEL: kernel.model @pool
// CHECK: kernel.buffer internal "a" : memref<1x16x8x16xi8, #kernel.ring<1>>
// CHECK: %[[SUMS:.*]] = kernel.buffer scratch "pool.sums" : memref<16xi32>
// CHECK: kernel.segment "segment1" {
// CHECK-NEXT: kernel.conv2d_s8 "one"
// CHECK-NEXT: kernel.avg_pool2d_s8 "pool" ins({{.*}}) outs({{.*}}) sums(%[[SUMS]] : memref<16xi32>)

// LIMIT-LABEL: kernel.model @pool
// LIMIT: kernel.avg_pool2d_s8 "pool" ins({{.*}}) outs({{.*}}) {
// LAYERS-LABEL: kernel.model @pool
// ROWS-LABEL: kernel.model @pool
// ROWS: kernel.entry @run arena 704
kernel.model @pool {
  kernel.global weights @w576 = dense<1> : tensor<576xi8>
  kernel.global table @b16 = dense<7> : tensor<16xi32>
  kernel.global table @m16 = dense<1073741824> : tensor<16xi32>
  kernel.global table @s16 = dense<-5> : tensor<16xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x16x8x4xi8>
    %a = kernel.buffer internal "a" : memref<1x16x8x16xi8>
    %y = kernel.buffer output "y" : memref<1x1x1x16xi8>
    %w576 = kernel.get_global @w576 : memref<576xi8>
    %b16 = kernel.get_global @b16 : memref<16xi32>
    %m16 = kernel.get_global @m16 : memref<16xi32>
    %s16 = kernel.get_global @s16 : memref<16xi8>
    kernel.conv2d_s8 "one" ins(%x, %w576, %b16, %m16, %s16 : memref<1x16x8x4xi8>,
        memref<576xi8>, memref<16xi32>, memref<16xi32>, memref<16xi8>)
        outs(%a : memref<1x16x8x16xi8>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    kernel.avg_pool2d_s8 "pool" ins(%a : memref<1x16x8x16xi8>)
        outs(%y : memref<1x1x1x16xi8>) {kernel = array<i64: 16, 8>}
  }
}

// Nothing to run row by row.

// CHECK-LABEL: kernel.model @nothing
// CHECK-NOT: kernel.segment
kernel.model @nothing {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<16xi8>
  }
}
