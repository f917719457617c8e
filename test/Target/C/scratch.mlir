// Scratch memory is the call's last argument, which it may write, and stands
// apart in the layer's comment.

// RUN: rm -rf %t
// RUN: ofa-opt %s --pass-pipeline='builtin.module(kernel.model(kernel-select-variants,kernel.entry(kernel-schedule,kernel-plan-memory,kernel-verify-plan)))' | ofa-translate --emit-c -o %t
// RUN: FileCheck %s --input-file=%t/net.c
// RUN: %host_cc -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wundef -Werror -I%t/runtime -c %t/net.c -o %t/net.o

// CHECK: /* 1. c: conv2d_paired_s8, 2x2x8 -> 2x2x4, 128 MACs,
// CHECK-NEXT: * arena [[INPUT:[0-9.]+]] -> [[OUTPUT:[0-9.]+]], scratch [[SCRATCH:[0-9.]+]] */
// CHECK: ofa_conv2d_paired_s8_single(
// CHECK: (const int8_t *)(arena + net_x_at),
// CHECK-NEXT: (int8_t *)(arena + net_y_at),
// CHECK-NEXT: (int32_t *)(arena + net_c_scratch_at));
kernel.model @net attributes {isa = ["dsp"]} {
  kernel.global weights @w = dense<3> : tensor<32xi8>
  kernel.global weights @b = dense<5> : tensor<4xi32>
  kernel.global table @m = dense<1073741824> : tensor<4xi32>
  kernel.global table @s = dense<-6> : tensor<4xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x2x2x8xi8>
    %y = kernel.buffer output "y" : memref<1x2x2x4xi8>
    %w = kernel.get_global @w : memref<32xi8>
    %b = kernel.get_global @b : memref<4xi32>
    %m = kernel.get_global @m : memref<4xi32>
    %s = kernel.get_global @s : memref<4xi8>
    kernel.conv2d_s8 "c" ins(%x, %w, %b, %m, %s : memref<1x2x2x8xi8>, memref<32xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x2x2x4xi8>) {kernel = array<i64: 1, 1>}
  }
}
