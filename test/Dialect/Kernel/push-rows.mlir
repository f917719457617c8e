// RUN: ofa-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-form-segments{push-rows})))' | FileCheck %s
// RUN: ofa-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-form-segments{push-rows limit=10000})))' | FileCheck %s --check-prefix=LIMIT

// The input is a ring of as many rows as the first window has. Counters say how far
// the input and each kernel are.
// CHECK-LABEL: kernel.model @net
// CHECK: kernel.buffer input "x" : memref<1x16x8x4xi8, #kernel.ring<3>>
// CHECK: kernel.buffer internal "a" : memref<1x16x8x16xi8, #kernel.ring<3>>
// CHECK: kernel.buffer internal "b" : memref<1x16x8x16xi8, #kernel.ring<3>>
// CHECK: %[[ROWS:.*]] = kernel.buffer counters "rows" : memref<4xi16>
// CHECK-NEXT: kernel.segment "segment1" counters(%[[ROWS]] : memref<4xi16>) {
// CHECK-NEXT: kernel.conv2d_s8 "one"
// CHECK-NEXT: kernel.conv2d_s8 "two"
// CHECK-NEXT: kernel.conv2d_s8 "three"
// CHECK-NEXT: {{^ *}$}}

// Where there is room, only what reads the input: a segment of one kernel.
// LIMIT-LABEL: kernel.model @net
// LIMIT: kernel.buffer input "x" : memref<1x16x8x4xi8, #kernel.ring<3>>
// LIMIT: kernel.buffer internal "a" : memref<1x16x8x16xi8>
// LIMIT: kernel.segment "segment1" counters(%{{.*}} : memref<2xi16>) {
// LIMIT-NEXT: kernel.conv2d_s8 "one"
// LIMIT-NEXT: {{^ *}$}}
// LIMIT-NEXT: kernel.conv2d_s8 "two"
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

// -----

// All readers of the input are in the segment, whatever room there is.
// LIMIT-LABEL: kernel.model @late
// LIMIT: kernel.buffer input "x" : memref<1x8x4x4xi8, #kernel.ring<3>>
// LIMIT: kernel.segment "segment1" counters(%{{.*}} : memref<4xi16>) {
// LIMIT-NEXT: kernel.max_pool2d_s8 "one"
// LIMIT-NEXT: kernel.max_pool2d_s8 "two"
// LIMIT-NEXT: kernel.linear_sum_s8 "sum"
// LIMIT-NEXT: {{^ *}$}}
// LIMIT-NEXT: kernel.max_pool2d_s8 "three"
// CHECK-LABEL: kernel.model @late
kernel.model @late {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8>
    %a = kernel.buffer internal "a" : memref<1x8x4x4xi8>
    %b = kernel.buffer internal "b" : memref<1x8x4x4xi8>
    %c = kernel.buffer internal "c" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    kernel.max_pool2d_s8 "one" ins(%x : memref<1x8x4x4xi8>) outs(%a : memref<1x8x4x4xi8>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    kernel.max_pool2d_s8 "two" ins(%a : memref<1x8x4x4xi8>) outs(%b : memref<1x8x4x4xi8>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    kernel.linear_sum_s8 "sum" ins(%x, %b : memref<1x8x4x4xi8>, memref<1x8x4x4xi8>)
        outs(%c : memref<1x8x4x4xi8>)
        {lhs_factor = 524288 : i32, rhs_factor = 524288 : i32, offset = 0 : i32,
         shift = 20}
    kernel.max_pool2d_s8 "three" ins(%c : memref<1x8x4x4xi8>) outs(%y : memref<1x8x4x4xi8>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
  }
}

// -----

// Camera bytes: the conversion makes rows, too.
// CHECK-LABEL: kernel.model @camera
// CHECK: kernel.buffer input "x" : memref<1x8x4x4xui8, #kernel.ring<1>>
// CHECK: kernel.buffer internal "a" : memref<1x8x4x4xi8, #kernel.ring<3>>
// CHECK: kernel.segment "segment1" counters(%{{.*}} : memref<3xi16>) {
// CHECK-NEXT: kernel.convert_u8_s8 "image"
// LIMIT-LABEL: kernel.model @camera
kernel.model @camera {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xui8>
    %a = kernel.buffer internal "a" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x4x2x4xi8>
    kernel.convert_u8_s8 "image" ins(%x : memref<1x8x4x4xui8>) outs(%a : memref<1x8x4x4xi8>)
    kernel.max_pool2d_s8 "pool" ins(%a : memref<1x8x4x4xi8>) outs(%y : memref<1x4x2x4xi8>)
        {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1>}
  }
}

// -----

kernel.model @layer {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x20x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x2x4x8xi8>
    // expected-error @below {{expects a kernel with a form for rows, so that the input 'x' can come row by row, but 'pool' has none}}
    kernel.max_pool2d_s8 "pool" ins(%x : memref<1x20x4x8xi8>) outs(%y : memref<1x2x4x8xi8>)
        {kernel = array<i64: 19, 1>}
  }
}

// -----

kernel.model @between {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x8xi8>
    %a = kernel.buffer internal "a" : memref<1x4x4x8xi8>
    %g = kernel.buffer internal "g" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x4x4x8xi8>
    kernel.max_pool2d_s8 "pool" ins(%x : memref<1x4x4x8xi8>) outs(%a : memref<1x4x4x8xi8>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    // expected-error @below {{expects a kernel with a form for rows, so that the input 'x' can come row by row, but 'gate' has none, and a layer behind it reads the input}}
    kernel.mul_s8 "gate" ins(%a, %a : memref<1x4x4x8xi8>, memref<1x4x4x8xi8>)
        outs(%g : memref<1x4x4x8xi8>) {multiplier = 1073741824, shift = -7}
    kernel.linear_sum_s8 "sum" ins(%x, %g : memref<1x4x4x8xi8>, memref<1x4x4x8xi8>)
        outs(%y : memref<1x4x4x8xi8>)
        {lhs_factor = 524288 : i32, rhs_factor = 524288 : i32, offset = 0 : i32,
         shift = 20}
  }
}

// -----

kernel.model @inputs {
  // expected-error @below {{expects one input to come row by row, but the network has 2}}
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8>
    %z = kernel.buffer input "z" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    kernel.linear_sum_s8 "sum" ins(%x, %z : memref<1x8x4x4xi8>, memref<1x8x4x4xi8>)
        outs(%y : memref<1x8x4x4xi8>)
        {lhs_factor = 524288 : i32, rhs_factor = 524288 : i32, offset = 0 : i32,
         shift = 20}
  }
}

// -----

kernel.model @vector {
  kernel.entry @run {
    // expected-error @below {{expects an input of shape [1, rows, columns, channels] to come row by row, but 'x' has shape [1, 8]}}
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    kernel.requantize_s8 "q" ins(%x : memref<1x8xi8>) outs(%y : memref<1x8xi8>)
        {multiplier = 1073741824, shift = 1}
  }
}
