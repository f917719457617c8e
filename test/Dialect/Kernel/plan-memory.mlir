// RUN: ofa-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-plan-memory,kernel-verify-plan)))' | FileCheck %s

// In place all the way: as much as one tensor. An unused buffer goes away.
// CHECK-LABEL: kernel.model @in_place
kernel.model @in_place {
  // CHECK: kernel.entry @run arena 64 {
  // CHECK: input "x" at 0
  // CHECK-NEXT: internal "t" at 0
  // CHECK-NEXT: output "y" at 0
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x64xi8>
    %t = kernel.buffer internal "t" : memref<1x64xi8>
    %y = kernel.buffer output "y" : memref<1x64xi8>
    %u = kernel.buffer internal "unused" : memref<1x64xi8>
    kernel.requantize_s8 "one" ins(%x : memref<1x64xi8>) outs(%t : memref<1x64xi8>) {multiplier = 1073741824, shift = 1}
    kernel.requantize_s8 "two" ins(%t : memref<1x64xi8>) outs(%y : memref<1x64xi8>) {multiplier = 1073741824, shift = 1}
  }
}

// -----

// A residual: x lives beside the branch, and the sum is made in its place.
// CHECK-LABEL: kernel.model @residual
kernel.model @residual {
  // CHECK: kernel.entry @run arena 128 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x4xi8>
    %t = kernel.buffer internal "t" : memref<1x4x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x4x4x4xi8>
    kernel.requantize_s8 "one" ins(%x : memref<1x4x4x4xi8>) outs(%t : memref<1x4x4x4xi8>) {multiplier = 1073741824, shift = 1}
    kernel.add_s8 "two" ins(%x, %t : memref<1x4x4x4xi8>, memref<1x4x4x4xi8>) outs(%y : memref<1x4x4x4xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = -18}
  }
}

// -----

// A 1x1 convolution on as many channels overlaps its input but for the two
// pixels that it makes at a time.
// CHECK-LABEL: kernel.model @overlap
kernel.model @overlap {
  kernel.global weights @w = dense<1> : tensor<16xi8>
  kernel.global weights @b = dense<1> : tensor<4xi32>
  kernel.global table @s = dense<1> : tensor<4xi8>
  // CHECK: kernel.entry @run arena 72 {
  // CHECK: input "x" at 8
  // CHECK-NEXT: output "y" at 0
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x4x4x4xi8>
    %w = kernel.get_global @w : memref<16xi8>
    %b = kernel.get_global @b : memref<4xi32>
    %s = kernel.get_global @s : memref<4xi8>
    kernel.conv2d_s8 "conv" ins(%x, %w, %b, %b, %s : memref<1x4x4x4xi8>, memref<16xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x4x4x4xi8>) {kernel = array<i64: 1, 1>}
  }
}

// -----

// An input that is read after an output is written does not share its bytes.
// CHECK-LABEL: kernel.model @two_outputs
kernel.model @two_outputs {
  // CHECK: kernel.entry @run arena 64 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x32xi8>
    %y = kernel.buffer output "y" : memref<1x32xi8>
    %z = kernel.buffer output "z" : memref<1x32xi8>
    kernel.requantize_s8 "one" ins(%x : memref<1x32xi8>) outs(%y : memref<1x32xi8>) {multiplier = 1073741824, shift = 1}
    kernel.requantize_s8 "two" ins(%x : memref<1x32xi8>) outs(%z : memref<1x32xi8>) {multiplier = 1073741824, shift = 1}
  }
}

// -----

kernel.model @twice {
  // expected-error @below {{expects unplanned buffers, but they have offsets}}
  kernel.entry @run arena 0 {
  }
}

// -----

// States have a region of their own: nothing lies over them, and what reads or
// writes them is not in place. The arena is as large as without them.
// CHECK-LABEL: kernel.model @state
kernel.model @state {
  // CHECK: kernel.entry @run arena 64 state 128 {
  // CHECK: input "x" at 0
  // CHECK: state "a" at [[A:0|64]] initial(0 : i8)
  // CHECK: state "b" at {{0|64}} initial(-1 : i8)
  // CHECK: output "y" at 0
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x64xi8>
    %a = kernel.buffer state "a" initial(0 : i8) : memref<1x64xi8>
    %b = kernel.buffer state "b" initial(-1 : i8) : memref<1x64xi8>
    %y = kernel.buffer output "y" : memref<1x64xi8>
    kernel.requantize_s8 "one" ins(%a : memref<1x64xi8>) outs(%b : memref<1x64xi8>) {multiplier = 1073741824, shift = 1}
    kernel.requantize_s8 "two" ins(%x : memref<1x64xi8>) outs(%a : memref<1x64xi8>) {multiplier = 1073741824, shift = 1}
    kernel.requantize_s8 "three" ins(%b : memref<1x64xi8>) outs(%y : memref<1x64xi8>) {multiplier = 1073741824, shift = 1}
  }
}
