// RUN: not ofa-translate --emit-c %s 2>&1 | FileCheck %s --check-prefix=DATA
// RUN: sed 's/dense<0x7FC00000>/dense<1.0>/' %s \
// RUN:   | not ofa-translate --emit-c 2>&1 | FileCheck %s --check-prefix=VALUE

// C has no portable literal for it.
kernel.model @net {
  // DATA: error: 'kernel.global' op expects numbers, but element 0 is not a number
  kernel.global weights @w = dense<0x7FC00000> : tensor<2xf32>
  kernel.entry @run scheduled arena 32 {
    %x = kernel.buffer input "x" at 0 : memref<2xf32>
    %y = kernel.buffer output "y" at 16 : memref<4xf32>
    // VALUE: error: 'kernel.fill_f32' op expects numbers, but 'value' is not a number
    kernel.fill_f32 "pad" outs(%y : memref<4xf32>) {value = 0x7FC00000 : f32}
    kernel.copy "pad" ins(%x : memref<2xf32>) outs(%y : memref<4xf32>) {run = 2}
  }
}
