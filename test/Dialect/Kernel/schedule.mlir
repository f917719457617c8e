// RUN: ofa-opt %s --split-input-file --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-schedule)))' | FileCheck %s

// Two branches from x, each wide in the middle: finishing one before starting
// the other keeps 4096 bytes less alive than the given order.
kernel.model @branches {
  // CHECK: kernel.entry @run scheduled {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x16xi8>
    %a = kernel.buffer internal "a" : memref<1x20x20x16xi8>
    %b = kernel.buffer internal "b" : memref<1x20x20x16xi8>
    %am = kernel.buffer internal "am" : memref<1x1x1x16xi8>
    %bm = kernel.buffer internal "bm" : memref<1x1x1x16xi8>
    %y = kernel.buffer output "y" : memref<1x1x1x16xi8>
    // CHECK: copy "a"
    // CHECK-NEXT: mean_s8 "am"
    // CHECK-NEXT: copy "b"
    // CHECK-NEXT: mean_s8 "bm"
    // CHECK-NEXT: add_s8 "y"
    kernel.copy "a" ins(%x : memref<1x4x4x16xi8>) outs(%a : memref<1x20x20x16xi8>) {run = 256}
    kernel.copy "b" ins(%x : memref<1x4x4x16xi8>) outs(%b : memref<1x20x20x16xi8>) {run = 256}
    kernel.mean_s8 "am" ins(%a : memref<1x20x20x16xi8>) outs(%am : memref<1x1x1x16xi8>) {multiplier = 1073741824, shift = -3}
    kernel.mean_s8 "bm" ins(%b : memref<1x20x20x16xi8>) outs(%bm : memref<1x1x1x16xi8>) {multiplier = 1073741824, shift = -3}
    kernel.add_s8 "y" ins(%am, %bm : memref<1x1x1x16xi8>, memref<1x1x1x16xi8>) outs(%y : memref<1x1x1x16xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = -18}
  }
}

// -----

// A chain has one order; writes to a buffer wait for its earlier readers.
kernel.model @chain {
  // CHECK: kernel.entry @run scheduled {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %t = kernel.buffer internal "t" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // CHECK: requantize_s8 "one"
    // CHECK-NEXT: requantize_s8 "two"
    // CHECK-NEXT: requantize_s8 "three"
    // CHECK-NEXT: add_s8 "four"
    kernel.requantize_s8 "one" ins(%x : memref<1x8xi8>) outs(%t : memref<1x8xi8>) {multiplier = 1073741824, shift = 1}
    kernel.requantize_s8 "two" ins(%t : memref<1x8xi8>) outs(%y : memref<1x8xi8>) {multiplier = 1073741824, shift = 1}
    kernel.requantize_s8 "three" ins(%y : memref<1x8xi8>) outs(%t : memref<1x8xi8>) {multiplier = 1073741824, shift = 1}
    kernel.add_s8 "four" ins(%y, %t : memref<1x8xi8>, memref<1x8xi8>) outs(%y : memref<1x8xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = -18}
  }
}

// -----

// A read of a state waits for earlier writes, a write for earlier reads, although
// the peak would be smaller otherwise: the wide tensor is made before "sum".
kernel.model @state {
  // CHECK: kernel.entry @run scheduled {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x16xi8>
    %h = kernel.buffer state "h" initial(0 : i8) : memref<1x1x1x16xi8>
    %wide = kernel.buffer internal "wide" : memref<1x20x20x16xi8>
    %mean = kernel.buffer internal "mean" : memref<1x1x1x16xi8>
    %sum = kernel.buffer output "sum" : memref<1x1x1x16xi8>
    %late = kernel.buffer output "late" : memref<1x1x1x16xi8>
    // CHECK: requantize_s8 "before"
    // CHECK: requantize_s8 "write"
    // CHECK: requantize_s8 "after"
    kernel.requantize_s8 "before" ins(%h : memref<1x1x1x16xi8>) outs(%sum : memref<1x1x1x16xi8>) {multiplier = 1073741824, shift = 1}
    kernel.copy "wide" ins(%x : memref<1x4x4x16xi8>) outs(%wide : memref<1x20x20x16xi8>) {run = 256}
    kernel.mean_s8 "mean" ins(%wide : memref<1x20x20x16xi8>) outs(%mean : memref<1x1x1x16xi8>) {multiplier = 1073741824, shift = -3}
    kernel.requantize_s8 "write" ins(%mean : memref<1x1x1x16xi8>) outs(%h : memref<1x1x1x16xi8>) {multiplier = 1073741824, shift = 1}
    kernel.requantize_s8 "after" ins(%h : memref<1x1x1x16xi8>) outs(%late : memref<1x1x1x16xi8>) {multiplier = 1073741824, shift = 1}
  }
}
