// RUN: ofa-opt %s --split-input-file --kernel-select-variants --verify-diagnostics | FileCheck %s
// RUN: ofa-opt %s --split-input-file --kernel-select-variants=assume-exact | FileCheck %s --check-prefix=ASSUMED

// With `dsp`, layers take their constants in one stream and get scratch memory;
// the constants of before are gone.

// CHECK-LABEL: kernel.model @dsp
// CHECK-NOT: @c.weights
// CHECK: kernel.global weights @fc.stream = dense_resource<fc.stream> : tensor<50xi32>
// CHECK: kernel.entry @run {
// CHECK: %[[CS:.*]] = kernel.buffer scratch "c.scratch" : memref<8xi32>
// CHECK: kernel.conv2d_paired_s8 "c" ins(%{{.*}}, %{{.*}} : memref<1x2x2x8xi8>, memref<17xi32>) outs(%{{.*}} : memref<1x2x2x4xi8>) scratch(%[[CS]] : memref<8xi32>) {activation_min = -9 : i64, kernel = array<i64: 1, 1>, ofa.source_tensor = 7 : i64, output_zero_point = -9 : i64, rounding = #kernel.rounding<double>}
// CHECK: kernel.depthwise_conv2d_planes_s8 "d" {{.*}} scratch(%{{.*}} : memref<{{.*}}xi32>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
// CHECK: kernel.fully_connected_paired_s8 "fc"
// ASSUMED-LABEL: kernel.model @dsp
kernel.model @dsp attributes {isa = ["dsp"]} {
  kernel.global weights @c.weights = dense<3> : tensor<32xi8>
  kernel.global weights @c.bias = dense<5> : tensor<4xi32>
  kernel.global table @c.multiplier = dense<1073741824> : tensor<4xi32>
  kernel.global table @c.shift = dense<-6> : tensor<4xi8>
  kernel.global weights @d.weights = dense<3> : tensor<36xi8>
  kernel.global weights @fc.weights = dense<3> : tensor<32xi8>
  kernel.global weights @fc.bias = dense<5> : tensor<2xi32>
  kernel.global table @fc.multiplier = dense<1073741824> : tensor<2xi32>
  kernel.global table @fc.shift = dense<-6> : tensor<2xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x2x2x8xi8>
    %y = kernel.buffer internal "y" : memref<1x2x2x4xi8>
    %z = kernel.buffer internal "z" : memref<1x2x2x4xi8>
    %o = kernel.buffer output "o" : memref<1x2xi8>
    %w = kernel.get_global @c.weights : memref<32xi8>
    %b = kernel.get_global @c.bias : memref<4xi32>
    %m = kernel.get_global @c.multiplier : memref<4xi32>
    %s = kernel.get_global @c.shift : memref<4xi8>
    %dw = kernel.get_global @d.weights : memref<36xi8>
    %fw = kernel.get_global @fc.weights : memref<32xi8>
    %fb = kernel.get_global @fc.bias : memref<2xi32>
    %fm = kernel.get_global @fc.multiplier : memref<2xi32>
    %fs = kernel.get_global @fc.shift : memref<2xi8>
    kernel.conv2d_s8 "c" ins(%x, %w, %b, %m, %s : memref<1x2x2x8xi8>, memref<32xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x2x2x4xi8>) {kernel = array<i64: 1, 1>, rounding = #kernel.rounding<double>, output_zero_point = -9, activation_min = -9, ofa.source_tensor = 7}
    kernel.depthwise_conv2d_s8 "d" ins(%y, %dw, %b, %m, %s : memref<1x2x2x4xi8>, memref<36xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%z : memref<1x2x2x4xi8>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    %v = kernel.view %z : memref<1x2x2x4xi8> to memref<1x16xi8>
    kernel.fully_connected_s8 "fc" ins(%v, %fw, %fb, %fm, %fs : memref<1x16xi8>, memref<32xi8>, memref<2xi32>, memref<2xi32>, memref<2xi8>) outs(%o : memref<1x2xi8>)
  }
}

// -----

// A layer whose arithmetic would not be exact stays, unless values do not matter;
// so do all of a processor without the extension.

// CHECK-LABEL: kernel.model @inexact
// CHECK: kernel.conv2d_s8 "c"
// ASSUMED-LABEL: kernel.model @inexact
// ASSUMED: kernel.conv2d_paired_s8 "c"
kernel.model @inexact attributes {isa = ["dsp"]} {
  kernel.global weights @w = dense<-128> : tensor<32xi8>
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
    // expected-remark @below {{'c' keeps the portable kernel: its factors or sums are too large for those of this processor}}
    kernel.conv2d_s8 "c" ins(%x, %w, %b, %m, %s : memref<1x2x2x8xi8>, memref<32xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x2x2x4xi8>) {kernel = array<i64: 1, 1>}
  }
}

// -----

// CHECK-LABEL: kernel.model @portable
// CHECK: kernel.conv2d_s8 "c"
kernel.model @portable attributes {isa = ["fpu"]} {
  kernel.global weights @w = dense<1> : tensor<32xi8>
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

// -----

// With `mve` as well, layers take the kernels for vectors before those; one that is
// beyond these takes those.

// CHECK-LABEL: kernel.model @helium
// CHECK: kernel.global weights @fc.stream = dense_resource<{{.*}}> : tensor<56xi32>
// CHECK: kernel.conv2d_dots_s8 "c" ins(%{{.*}}, %{{.*}} : memref<1x2x2x8xi8>, memref<28xi32>) outs(%{{.*}} : memref<1x2x2x4xi8>) scratch(%{{.*}} : memref<4xi32>) {activation_min = -9 : i64, kernel = array<i64: 1, 1>, output_zero_point = -9 : i64, rounding = #kernel.rounding<double>}
// CHECK: kernel.depthwise_conv2d_patches_s8 "d" ins(%{{.*}}, %{{.*}} : memref<1x2x2x4xi8>, memref<28xi32>) outs(%{{.*}} : memref<1x2x2x4xi8>) scratch(%{{.*}} : memref<96xi32>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
// CHECK: kernel.depthwise_conv2d_planes_s8 "d2x2"
// CHECK: kernel.linear_sum_s8 "sum" {{.*}} vectors}
// CHECK: kernel.linear_sum_s8 "repeated" {{.*}} shift = 1 : i64}
// CHECK: kernel.avg_pool2d_s8 "pool" {{.*}} vectors}
// CHECK: kernel.fully_connected_dots_s8 "fc"
// ASSUMED-LABEL: kernel.model @helium
kernel.model @helium attributes {isa = ["dsp", "mve"]} {
  kernel.global weights @c.weights = dense<3> : tensor<32xi8>
  kernel.global weights @c.bias = dense<5> : tensor<4xi32>
  kernel.global table @c.multiplier = dense<1073741824> : tensor<4xi32>
  kernel.global table @c.shift = dense<-6> : tensor<4xi8>
  kernel.global weights @d.weights = dense<3> : tensor<36xi8>
  kernel.global weights @e.weights = dense<3> : tensor<16xi8>
  kernel.global weights @fc.weights = dense<3> : tensor<32xi8>
  kernel.global weights @fc.bias = dense<5> : tensor<2xi32>
  kernel.global table @fc.multiplier = dense<1073741824> : tensor<2xi32>
  kernel.global table @fc.shift = dense<-6> : tensor<2xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x2x2x8xi8>
    %q = kernel.buffer input "q" : memref<4xi8>
    %y = kernel.buffer internal "y" : memref<1x2x2x4xi8>
    %z = kernel.buffer internal "z" : memref<1x2x2x4xi8>
    %p = kernel.buffer internal "p" : memref<1x1x1x4xi8>
    %o = kernel.buffer output "o" : memref<1x2xi8>
    %w = kernel.get_global @c.weights : memref<32xi8>
    %b = kernel.get_global @c.bias : memref<4xi32>
    %m = kernel.get_global @c.multiplier : memref<4xi32>
    %s = kernel.get_global @c.shift : memref<4xi8>
    %dw = kernel.get_global @d.weights : memref<36xi8>
    %ew = kernel.get_global @e.weights : memref<16xi8>
    %fw = kernel.get_global @fc.weights : memref<32xi8>
    %fb = kernel.get_global @fc.bias : memref<2xi32>
    %fm = kernel.get_global @fc.multiplier : memref<2xi32>
    %fs = kernel.get_global @fc.shift : memref<2xi8>
    kernel.conv2d_s8 "c" ins(%x, %w, %b, %m, %s : memref<1x2x2x8xi8>, memref<32xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x2x2x4xi8>) {kernel = array<i64: 1, 1>, rounding = #kernel.rounding<double>, output_zero_point = -9, activation_min = -9}
    kernel.depthwise_conv2d_s8 "d" ins(%y, %dw, %b, %m, %s : memref<1x2x2x4xi8>, memref<36xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%z : memref<1x2x2x4xi8>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    kernel.depthwise_conv2d_s8 "d2x2" ins(%z, %ew, %b, %m, %s : memref<1x2x2x4xi8>, memref<16xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x2x2x4xi8>) {kernel = array<i64: 2, 2>, padding = array<i64: 1, 1>}
    kernel.linear_sum_s8 "sum" ins(%y, %z : memref<1x2x2x4xi8>, memref<1x2x2x4xi8>) outs(%y : memref<1x2x2x4xi8>) {lhs_factor = 1 : i32, rhs_factor = 1 : i32, offset = 0 : i32, shift = 1}
    kernel.linear_sum_s8 "repeated" ins(%y, %q : memref<1x2x2x4xi8>, memref<4xi8>) outs(%z : memref<1x2x2x4xi8>) {lhs_factor = 1 : i32, rhs_factor = 1 : i32, offset = 0 : i32, shift = 1}
    kernel.avg_pool2d_s8 "pool" ins(%y : memref<1x2x2x4xi8>) outs(%p : memref<1x1x1x4xi8>) {kernel = array<i64: 2, 2>}
    %v = kernel.view %z : memref<1x2x2x4xi8> to memref<1x16xi8>
    kernel.fully_connected_s8 "fc" ins(%v, %fw, %fb, %fm, %fs : memref<1x16xi8>, memref<32xi8>, memref<2xi32>, memref<2xi32>, memref<2xi8>) outs(%o : memref<1x2xi8>)
  }
}

// -----

// Weights by Winograd take more flash, so only on request; not with a stride.

// CHECK-LABEL: kernel.model @speed
// CHECK: kernel.global weights @same.stream = dense_resource<{{.*}}> : tensor<544xi32>
// CHECK: kernel.conv2d_winograd_s8 "same" ins(%{{.*}}, %{{.*}} : memref<1x8x8x8xi8>, memref<544xi32>) outs(%{{.*}} : memref<1x8x8x8xi8>) scratch(%{{.*}} : memref<258xi32>) {output_zero_point = -9 : i64, padding = array<i64: 1, 1>}
// CHECK: kernel.conv2d_paired_s8 "half"
// ASSUMED-LABEL: kernel.model @speed
kernel.model @speed attributes {isa = ["dsp"], prefer = "speed"} {
  kernel.global weights @w = dense<3> : tensor<576xi8>
  kernel.global weights @b = dense<5> : tensor<8xi32>
  kernel.global table @m = dense<1073741824> : tensor<8xi32>
  kernel.global table @s = dense<-6> : tensor<8xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x8xi8>
    %y = kernel.buffer internal "y" : memref<1x8x8x8xi8>
    %z = kernel.buffer output "z" : memref<1x3x3x8xi8>
    %w = kernel.get_global @w : memref<576xi8>
    %b = kernel.get_global @b : memref<8xi32>
    %m = kernel.get_global @m : memref<8xi32>
    %s = kernel.get_global @s : memref<8xi8>
    kernel.conv2d_s8 "same" ins(%x, %w, %b, %m, %s : memref<1x8x8x8xi8>, memref<576xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%y : memref<1x8x8x8xi8>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, output_zero_point = -9}
    kernel.conv2d_s8 "half" ins(%y, %w, %b, %m, %s : memref<1x8x8x8xi8>, memref<576xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%z : memref<1x3x3x8xi8>) {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>}
  }
}

// -----

// CHECK-LABEL: kernel.model @size
// CHECK: kernel.conv2d_paired_s8 "same"
// ASSUMED-LABEL: kernel.model @size
kernel.model @size attributes {isa = ["dsp"]} {
  kernel.global weights @w = dense<3> : tensor<576xi8>
  kernel.global weights @b = dense<5> : tensor<8xi32>
  kernel.global table @m = dense<1073741824> : tensor<8xi32>
  kernel.global table @s = dense<-6> : tensor<8xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x8xi8>
    %y = kernel.buffer internal "y" : memref<1x8x8x8xi8>
    %z = kernel.buffer output "z" : memref<1x3x3x8xi8>
    %w = kernel.get_global @w : memref<576xi8>
    %b = kernel.get_global @b : memref<8xi32>
    %m = kernel.get_global @m : memref<8xi32>
    %s = kernel.get_global @s : memref<8xi8>
    kernel.conv2d_s8 "same" ins(%x, %w, %b, %m, %s : memref<1x8x8x8xi8>, memref<576xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%y : memref<1x8x8x8xi8>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, output_zero_point = -9}
    kernel.conv2d_s8 "half" ins(%y, %w, %b, %m, %s : memref<1x8x8x8xi8>, memref<576xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%z : memref<1x3x3x8xi8>) {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>}
  }
}

// -----

// With wide vectors, layers take the kernels of channels in lanes, on x86-64 and on
// AArch64; a depthwise one with more outputs than inputs stays.

// CHECK-LABEL: kernel.model @lanes
// CHECK: kernel.global weights @fc.stream = dense_resource<{{.*}}> : tensor<128xi32>
// CHECK: kernel.conv2d_lanes_s8 "c" ins(%{{.*}}, %{{.*}} : memref<1x2x2x8xi8>, memref<96xi32>) outs(%{{.*}} : memref<1x2x2x4xi8>) scratch(%{{.*}} : memref<18xi32>) {activation_min = -9 : i64, kernel = array<i64: 1, 1>, ofa.source_tensor = 7 : i64, output_zero_point = -9 : i64, rounding = #kernel.rounding<double>}
// CHECK: kernel.depthwise_conv2d_lanes_s8 "d" ins(%{{.*}}, %{{.*}} : memref<1x2x2x4xi8>, memref<88xi32>) outs(%{{.*}} : memref<1x2x2x4xi8>) scratch(%{{.*}} : memref<96xi32>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
// CHECK: kernel.depthwise_conv2d_s8 "doubled"
// CHECK: kernel.fully_connected_lanes_s8 "fc" ins(%{{.*}}, %{{.*}} : memref<1x16xi8>, memref<128xi32>) outs(%{{.*}} : memref<1x2xi8>) scratch(%{{.*}} : memref<10xi32>)
// ASSUMED-LABEL: kernel.model @lanes
kernel.model @lanes attributes {isa = ["avx2"]} {
  kernel.global weights @c.weights = dense<3> : tensor<32xi8>
  kernel.global weights @c.bias = dense<5> : tensor<4xi32>
  kernel.global table @c.multiplier = dense<1073741824> : tensor<4xi32>
  kernel.global table @c.shift = dense<-6> : tensor<4xi8>
  kernel.global weights @d.weights = dense<3> : tensor<36xi8>
  kernel.global weights @e.weights = dense<3> : tensor<8xi8>
  kernel.global weights @e.bias = dense<5> : tensor<8xi32>
  kernel.global table @e.multiplier = dense<1073741824> : tensor<8xi32>
  kernel.global table @e.shift = dense<-6> : tensor<8xi8>
  kernel.global weights @fc.weights = dense<3> : tensor<32xi8>
  kernel.global weights @fc.bias = dense<5> : tensor<2xi32>
  kernel.global table @fc.multiplier = dense<1073741824> : tensor<2xi32>
  kernel.global table @fc.shift = dense<-6> : tensor<2xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x2x2x8xi8>
    %y = kernel.buffer internal "y" : memref<1x2x2x4xi8>
    %z = kernel.buffer internal "z" : memref<1x2x2x4xi8>
    %o = kernel.buffer output "o" : memref<1x2xi8>
    %w = kernel.get_global @c.weights : memref<32xi8>
    %b = kernel.get_global @c.bias : memref<4xi32>
    %m = kernel.get_global @c.multiplier : memref<4xi32>
    %s = kernel.get_global @c.shift : memref<4xi8>
    %dw = kernel.get_global @d.weights : memref<36xi8>
    %q = kernel.buffer internal "q" : memref<1x2x2x8xi8>
    %ew = kernel.get_global @e.weights : memref<8xi8>
    %eb = kernel.get_global @e.bias : memref<8xi32>
    %em = kernel.get_global @e.multiplier : memref<8xi32>
    %es = kernel.get_global @e.shift : memref<8xi8>
    %fw = kernel.get_global @fc.weights : memref<32xi8>
    %fb = kernel.get_global @fc.bias : memref<2xi32>
    %fm = kernel.get_global @fc.multiplier : memref<2xi32>
    %fs = kernel.get_global @fc.shift : memref<2xi8>
    kernel.conv2d_s8 "c" ins(%x, %w, %b, %m, %s : memref<1x2x2x8xi8>, memref<32xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x2x2x4xi8>) {kernel = array<i64: 1, 1>, rounding = #kernel.rounding<double>, output_zero_point = -9, activation_min = -9, ofa.source_tensor = 7}
    kernel.depthwise_conv2d_s8 "d" ins(%y, %dw, %b, %m, %s : memref<1x2x2x4xi8>, memref<36xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%z : memref<1x2x2x4xi8>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    kernel.depthwise_conv2d_s8 "doubled" ins(%z, %ew, %eb, %em, %es : memref<1x2x2x4xi8>, memref<8xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%q : memref<1x2x2x8xi8>) {kernel = array<i64: 1, 1>}
    %v = kernel.view %z : memref<1x2x2x4xi8> to memref<1x16xi8>
    kernel.fully_connected_s8 "fc" ins(%v, %fw, %fb, %fm, %fs : memref<1x16xi8>, memref<32xi8>, memref<2xi32>, memref<2xi32>, memref<2xi8>) outs(%o : memref<1x2xi8>)
  }
}

// -----

// A depthwise convolution of one channel is a convolution.

// CHECK-LABEL: kernel.model @one_channel
// CHECK: kernel.conv2d_lanes_s8 "d" ins(%{{.*}}, %{{.*}} : memref<1x4x4x1xi8>, memref<112xi32>) outs(%{{.*}} : memref<1x4x4x8xi8>)
// ASSUMED-LABEL: kernel.model @one_channel
kernel.model @one_channel attributes {isa = ["dotprod"]} {
  kernel.global weights @w = dense<3> : tensor<72xi8>
  kernel.global weights @b = dense<5> : tensor<8xi32>
  kernel.global table @m = dense<1073741824> : tensor<8xi32>
  kernel.global table @s = dense<-6> : tensor<8xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x1xi8>
    %y = kernel.buffer output "y" : memref<1x4x4x8xi8>
    %w = kernel.get_global @w : memref<72xi8>
    %b = kernel.get_global @b : memref<8xi32>
    %m = kernel.get_global @m : memref<8xi32>
    %s = kernel.get_global @s : memref<8xi8>
    kernel.depthwise_conv2d_s8 "d" ins(%x, %w, %b, %m, %s : memref<1x4x4x1xi8>, memref<72xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%y : memref<1x4x4x8xi8>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
  }
}
