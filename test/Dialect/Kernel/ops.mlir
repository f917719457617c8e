// RUN: ofa-opt %s --verify-roundtrip | FileCheck %s
// RUN: ofa-opt %s --emit-bytecode | ofa-opt | FileCheck %s

// CHECK-LABEL: kernel.model @small attributes {class_names = ["a", "b"], core = "cortex-m7", device = "cortex-m7", isa = ["dsp", "fpu"]}
kernel.model @small attributes {core = "cortex-m7", device = "cortex-m7", isa = ["dsp", "fpu"], class_names = ["a", "b"]} {
  // CHECK: kernel.global weights @conv_weights = dense<1> : tensor<216xi8>
  kernel.global weights @conv_weights = dense<1> : tensor<216xi8>
  kernel.global weights @conv_bias = dense<0> : tensor<8xi32>
  kernel.global table @conv_multiplier = dense<1073741824> : tensor<8xi32>
  kernel.global table @conv_shift = dense<-6> : tensor<8xi8>
  kernel.global weights @dw_weights = dense<1> : tensor<72xi8>
  kernel.global weights @fc_weights = dense<1> : tensor<16xi8>
  kernel.global weights @fc_bias = dense<0> : tensor<2xi32>
  kernel.global table @fc_multiplier = dense<1073741824> : tensor<2xi32>
  kernel.global table @fc_shift = dense<-6> : tensor<2xi8>
  kernel.global table @swish = dense<0> : tensor<256xi8>
  kernel.global table @exp = dense<0> : tensor<256xi32>
  kernel.global weights @conv_stream = dense<0> : tensor<74xi32>
  kernel.global weights @transformed_stream = dense<0> : tensor<544xi32>
  kernel.global weights @dw_stream = dense<0> : tensor<36xi32>
  kernel.global weights @dw_patches = dense<0> : tensor<56xi32>
  kernel.global weights @fc_stream = dense<0> : tensor<34xi32>
  kernel.global weights @conv_dots = dense<0> : tensor<120xi32>
  kernel.global weights @fc_dots = dense<0> : tensor<56xi32>
  kernel.global weights @conv_lanes = dense<0> : tensor<208xi32>
  kernel.global weights @dw_lanes = dense<0> : tensor<88xi32>
  kernel.global weights @fc_lanes = dense<0> : tensor<96xi32>
  // CHECK: kernel.entry @run {
  kernel.entry @run {
    // CHECK: kernel.buffer input "image" quantization <scale = 7.812500e-03 : f64, zero_point = 128> : memref<1x8x8x3xui8>
    %image = kernel.buffer input "image" quantization <scale = 7.8125e-03 : f64, zero_point = 128> : memref<1x8x8x3xui8>
    %x = kernel.buffer internal "x" : memref<1x8x8x3xi8>
    %y = kernel.buffer internal "y" : memref<1x4x4x8xi8>
    %z = kernel.buffer internal "z" : memref<1x4x4x8xi8>
    %s = kernel.buffer internal "s" : memref<1x4x4x8xi8>
    %g = kernel.buffer internal "g" : memref<1x1x1x8xi8>
    %l = kernel.buffer internal "l" : memref<1x2xi8>
    %p = kernel.buffer output "probabilities" : memref<1x2xi8>
    %pw = kernel.buffer scratch "conv.scratch" : memref<28xi32>
    %dw2 = kernel.buffer scratch "dw.scratch" : memref<112xi32>
    %fcw = kernel.buffer scratch "fc.scratch" : memref<4xi32>
    %ps = kernel.get_global @conv_stream : memref<74xi32>
    %ts = kernel.get_global @transformed_stream : memref<544xi32>
    %tw = kernel.buffer scratch "transformed_scratch" : memref<258xi32>
    %ds = kernel.get_global @dw_stream : memref<36xi32>
    %dps = kernel.get_global @dw_patches : memref<56xi32>
    %fs = kernel.get_global @fc_stream : memref<34xi32>
    %ds2 = kernel.buffer scratch "dots.scratch" : memref<21xi32>
    %dp = kernel.buffer scratch "patches.scratch" : memref<192xi32>
    %cd = kernel.get_global @conv_dots : memref<120xi32>
    %ls = kernel.buffer scratch "lanes.scratch" : memref<144xi32>
    %cl = kernel.get_global @conv_lanes : memref<208xi32>
    %dl = kernel.get_global @dw_lanes : memref<88xi32>
    %fl = kernel.get_global @fc_lanes : memref<96xi32>
    %fd = kernel.get_global @fc_dots : memref<56xi32>
    // CHECK: %[[W:.*]] = kernel.get_global @conv_weights : memref<216xi8>
    %w = kernel.get_global @conv_weights : memref<216xi8>
    %b = kernel.get_global @conv_bias : memref<8xi32>
    %m = kernel.get_global @conv_multiplier : memref<8xi32>
    %h = kernel.get_global @conv_shift : memref<8xi8>
    %dw = kernel.get_global @dw_weights : memref<72xi8>
    %fw = kernel.get_global @fc_weights : memref<16xi8>
    %fb = kernel.get_global @fc_bias : memref<2xi32>
    %fm = kernel.get_global @fc_multiplier : memref<2xi32>
    %fh = kernel.get_global @fc_shift : memref<2xi8>
    %t = kernel.get_global @swish : memref<256xi8>
    %e = kernel.get_global @exp : memref<256xi32>
    // CHECK: kernel.convert_u8_s8 "image" ins(%{{.*}} : memref<1x8x8x3xui8>) outs(%{{.*}} : memref<1x8x8x3xi8>)
    kernel.convert_u8_s8 "image" ins(%image : memref<1x8x8x3xui8>) outs(%x : memref<1x8x8x3xi8>)
    // CHECK: kernel.conv2d_s8 "conv" ins(%{{.*}}, %[[W]], %{{.*}}, %{{.*}}, %{{.*}} : memref<1x8x8x3xi8>, memref<216xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%{{.*}} : memref<1x4x4x8xi8>) {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>}
    kernel.conv2d_s8 "conv" ins(%x, %w, %b, %m, %h : memref<1x8x8x3xi8>, memref<216xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%y : memref<1x4x4x8xi8>) {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 0, 0>}
    // CHECK: kernel.depthwise_conv2d_s8 "dw"{{.*}} {activation_min = 0 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, rounding = #kernel.rounding<double>}
    kernel.depthwise_conv2d_s8 "dw" ins(%y, %dw, %b, %m, %h : memref<1x4x4x8xi8>, memref<72xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%z : memref<1x4x4x8xi8>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, activation_min = 0, rounding = #kernel.rounding<double>}
    // CHECK: kernel.add_s8 "add"
    kernel.add_s8 "add" ins(%y, %z : memref<1x4x4x8xi8>, memref<1x4x4x8xi8>) outs(%s : memref<1x4x4x8xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = -18}
    // CHECK: kernel.linear_sum_s8 "sum" ins(%{{.*}}, %{{.*}} : memref<1x4x4x8xi8>, memref<1x4x4x8xi8>) outs(%{{.*}} : memref<1x4x4x8xi8>) {lhs_factor = 1048576 : i32, offset = 524288 : i32, rhs_factor = -524288 : i32, shift = 20 : i64}
    kernel.linear_sum_s8 "sum" ins(%y, %z : memref<1x4x4x8xi8>, memref<1x4x4x8xi8>) outs(%s : memref<1x4x4x8xi8>) {lhs_factor = 1048576 : i32, rhs_factor = -524288 : i32, offset = 524288 : i32, shift = 20}
    // CHECK: kernel.conv2d_paired_s8 "paired" ins(%{{.*}}, %{{.*}} : memref<1x8x8x3xi8>, memref<74xi32>) outs(%{{.*}} : memref<1x4x4x8xi8>) scratch(%{{.*}} : memref<28xi32>) {kernel = array<i64: 3, 3>, output_zero_point = 3 : i64, stride = array<i64: 2, 2>}
    kernel.conv2d_paired_s8 "paired" ins(%x, %ps : memref<1x8x8x3xi8>, memref<74xi32>) outs(%y : memref<1x4x4x8xi8>) scratch(%pw : memref<28xi32>) {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, output_zero_point = 3}
    // CHECK: kernel.conv2d_winograd_s8 "transformed" ins(%{{.*}}, %{{.*}} : memref<1x4x4x8xi8>, memref<544xi32>) outs(%{{.*}} : memref<1x4x4x8xi8>) scratch(%{{.*}} : memref<258xi32>) {input_zero_point = 3 : i64, padding = array<i64: 1, 1>}
    kernel.conv2d_winograd_s8 "transformed" ins(%y, %ts : memref<1x4x4x8xi8>, memref<544xi32>) outs(%z : memref<1x4x4x8xi8>) scratch(%tw : memref<258xi32>) {padding = array<i64: 1, 1>, input_zero_point = 3}
    // CHECK: kernel.depthwise_conv2d_planes_s8 "planes" ins(%{{.*}}, %{{.*}} : memref<1x4x4x8xi8>, memref<36xi32>) outs(%{{.*}} : memref<1x4x4x8xi8>) scratch(%{{.*}} : memref<112xi32>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    kernel.depthwise_conv2d_planes_s8 "planes" ins(%y, %ds : memref<1x4x4x8xi8>, memref<36xi32>) outs(%z : memref<1x4x4x8xi8>) scratch(%dw2 : memref<112xi32>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    // CHECK: kernel.lut_s8 "swish"
    kernel.lut_s8 "swish" ins(%s, %t : memref<1x4x4x8xi8>, memref<256xi8>) outs(%y : memref<1x4x4x8xi8>)
    // CHECK: kernel.mean_s8 "pool"
    kernel.mean_s8 "pool" ins(%y : memref<1x4x4x8xi8>) outs(%g : memref<1x1x1x8xi8>) {multiplier = 1073741824, shift = -3}
    // CHECK: kernel.mul_s8 "gate"
    kernel.mul_s8 "gate" ins(%y, %g : memref<1x4x4x8xi8>, memref<1x1x1x8xi8>) outs(%z : memref<1x4x4x8xi8>) {multiplier = 1073741824, shift = -7}
    // CHECK: kernel.view %{{.*}} : memref<1x1x1x8xi8> to memref<1x8xi8>
    %v = kernel.view %g : memref<1x1x1x8xi8> to memref<1x8xi8>
    // CHECK: kernel.conv2d_dots_s8 "dots" ins(%{{.*}}, %{{.*}} : memref<1x8x8x3xi8>, memref<120xi32>) outs(%{{.*}} : memref<1x4x4x8xi8>) scratch(%{{.*}} : memref<21xi32>) {kernel = array<i64: 3, 3>, output_zero_point = 3 : i64, stride = array<i64: 2, 2>}
    kernel.conv2d_dots_s8 "dots" ins(%x, %cd : memref<1x8x8x3xi8>, memref<120xi32>) outs(%y : memref<1x4x4x8xi8>) scratch(%ds2 : memref<21xi32>) {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, output_zero_point = 3}
    // CHECK: kernel.depthwise_conv2d_patches_s8 "patches" ins(%{{.*}}, %{{.*}} : memref<1x4x4x8xi8>, memref<56xi32>) outs(%{{.*}} : memref<1x4x4x8xi8>) scratch(%{{.*}} : memref<192xi32>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    kernel.depthwise_conv2d_patches_s8 "patches" ins(%y, %dps : memref<1x4x4x8xi8>, memref<56xi32>) outs(%z : memref<1x4x4x8xi8>) scratch(%dp : memref<192xi32>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    // CHECK: kernel.conv2d_lanes_s8 "lanes" ins(%{{.*}}, %{{.*}} : memref<1x8x8x3xi8>, memref<208xi32>) outs(%{{.*}} : memref<1x4x4x8xi8>) scratch(%{{.*}} : memref<144xi32>) {kernel = array<i64: 3, 3>, output_zero_point = 3 : i64, stride = array<i64: 2, 2>}
    kernel.conv2d_lanes_s8 "lanes" ins(%x, %cl : memref<1x8x8x3xi8>, memref<208xi32>) outs(%y : memref<1x4x4x8xi8>) scratch(%ls : memref<144xi32>) {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, output_zero_point = 3}
    // CHECK: kernel.depthwise_conv2d_lanes_s8 "lanes-dw" ins(%{{.*}}, %{{.*}} : memref<1x4x4x8xi8>, memref<88xi32>) outs(%{{.*}} : memref<1x4x4x8xi8>) scratch(%{{.*}} : memref<144xi32>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    kernel.depthwise_conv2d_lanes_s8 "lanes-dw" ins(%y, %dl : memref<1x4x4x8xi8>, memref<88xi32>) outs(%z : memref<1x4x4x8xi8>) scratch(%ls : memref<144xi32>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    // CHECK: kernel.fully_connected_lanes_s8 "lanes-fc" ins(%{{.*}}, %{{.*}} : memref<1x8xi8>, memref<96xi32>) outs(%{{.*}} : memref<1x2xi8>) scratch(%{{.*}} : memref<144xi32>)
    kernel.fully_connected_lanes_s8 "lanes-fc" ins(%v, %fl : memref<1x8xi8>, memref<96xi32>) outs(%l : memref<1x2xi8>) scratch(%ls : memref<144xi32>)
    // CHECK: kernel.fully_connected_dots_s8 "dots-fc" ins(%{{.*}}, %{{.*}} : memref<1x8xi8>, memref<56xi32>) outs(%{{.*}} : memref<1x2xi8>)
    kernel.fully_connected_dots_s8 "dots-fc" ins(%v, %fd : memref<1x8xi8>, memref<56xi32>) outs(%l : memref<1x2xi8>)
    // CHECK: kernel.fully_connected_paired_s8 "paired-fc" ins(%{{.*}}, %{{.*}} : memref<1x8xi8>, memref<34xi32>) outs(%{{.*}} : memref<1x2xi8>) scratch(%{{.*}} : memref<4xi32>)
    kernel.fully_connected_paired_s8 "paired-fc" ins(%v, %fs : memref<1x8xi8>, memref<34xi32>) outs(%l : memref<1x2xi8>) scratch(%fcw : memref<4xi32>)
    // CHECK: kernel.fully_connected_s8 "fc"
    kernel.fully_connected_s8 "fc" ins(%v, %fw, %fb, %fm, %fh : memref<1x8xi8>, memref<16xi8>, memref<2xi32>, memref<2xi32>, memref<2xi8>) outs(%l : memref<1x2xi8>)
    // CHECK: kernel.softmax_s8 "prob"
    kernel.softmax_s8 "prob" ins(%l, %e : memref<1x2xi8>, memref<256xi32>) outs(%p : memref<1x2xi8>)
  }
}

// CHECK-LABEL: kernel.model @float
kernel.model @float {
  kernel.global weights @w = dense<0.5> : tensor<72xf32>
  kernel.global weights @b = dense<0.5> : tensor<8xf32>
  kernel.global weights @zp = dense<128.0> : tensor<8xf32>
  // CHECK: kernel.entry @run scheduled arena 4096 {
  kernel.entry @run scheduled arena 4096 {
    // CHECK: kernel.buffer input "image" at 0 : memref<1x4x4x8xui8>
    %i = kernel.buffer input "image" at 0 : memref<1x4x4x8xui8>
    %x = kernel.buffer internal "x" at 1024 : memref<1x4x4x8xf32>
    %y = kernel.buffer internal "y" at 2048 : memref<1x4x4x8xf32>
    %p = kernel.buffer output "p" at 0 : memref<1x1x1x8xi8>
    %q = kernel.buffer internal "q" at 32 : memref<1x1x1x8xf32>
    %w = kernel.get_global @w : memref<72xf32>
    %b = kernel.get_global @b : memref<8xf32>
    %z = kernel.get_global @zp : memref<8xf32>
    // CHECK: kernel.convert_u8_f32 "image"
    kernel.convert_u8_f32 "image" ins(%i, %z, %b : memref<1x4x4x8xui8>, memref<8xf32>, memref<8xf32>) outs(%x : memref<1x4x4x8xf32>)
    // CHECK: kernel.depthwise_conv2d_f32 "dw"
    kernel.depthwise_conv2d_f32 "dw" ins(%x, %w, %b : memref<1x4x4x8xf32>, memref<72xf32>, memref<8xf32>) outs(%y : memref<1x4x4x8xf32>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, activation_min = 0.0 : f32}
    // CHECK: kernel.batch_norm_f32 "bn"
    kernel.batch_norm_f32 "bn" ins(%y, %b, %b, %b, %b : memref<1x4x4x8xf32>, memref<8xf32>, memref<8xf32>, memref<8xf32>, memref<8xf32>) outs(%y : memref<1x4x4x8xf32>) {epsilon = 1.0e-3 : f32}
    // CHECK: kernel.unary_f32 "act"{{.*}} {function = #kernel.function<hard_swish>}
    kernel.unary_f32 "act" ins(%y : memref<1x4x4x8xf32>) outs(%x : memref<1x4x4x8xf32>) {function = #kernel.function<hard_swish>}
    // CHECK: kernel.mean_f32 "mean"
    kernel.mean_f32 "mean" ins(%x : memref<1x4x4x8xf32>) outs(%q : memref<1x1x1x8xf32>)
    // CHECK: kernel.quantize_f32_s8 "q"
    kernel.quantize_f32_s8 "q" ins(%q : memref<1x1x1x8xf32>) outs(%p : memref<1x1x1x8xi8>) {scale = 0.5 : f32}
  }
}

// CHECK-LABEL: kernel.model @moves
kernel.model @moves {
  // CHECK: kernel.global table @index = dense<0> : tensor<8xi16>
  kernel.global table @index = dense<0> : tensor<8xi16>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x8xi8>
    %f = kernel.buffer input "f" : memref<2x8xf32>
    %y = kernel.buffer internal "y" : memref<1x8x8x8xi8>
    %g = kernel.buffer output "g" : memref<8x2xf32>
    %z = kernel.buffer output "z" : memref<1x8x8x8xi8>
    %i = kernel.get_global @index : memref<8xi16>
    // CHECK: kernel.fill_s8 "fill" outs(%{{.*}} : memref<1x8x8x8xi8>) {value = -128 : i64}
    kernel.fill_s8 "fill" outs(%y : memref<1x8x8x8xi8>) {value = -128}
    // CHECK: kernel.copy "pad" ins(%{{.*}} : memref<1x4x4x8xi8>) outs(%{{.*}} : memref<1x8x8x8xi8>) {counts = array<i64: 4>, input_strides = array<i64: 32>, output_offset = 144 : i64, output_strides = array<i64: 64>, run = 32 : i64}
    kernel.copy "pad" ins(%x : memref<1x4x4x8xi8>) outs(%y : memref<1x8x8x8xi8>) {counts = array<i64: 4>, input_strides = array<i64: 32>, output_strides = array<i64: 64>, output_offset = 144, run = 32}
    // CHECK: kernel.fill_f32 "fill" outs(%{{.*}} : memref<8x2xf32>) {value = 5.000000e-01 : f32}
    kernel.fill_f32 "fill" outs(%g : memref<8x2xf32>) {value = 0.5 : f32}
    // CHECK: kernel.copy "transpose" ins(%{{.*}} : memref<2x8xf32>) outs(%{{.*}} : memref<8x2xf32>) {counts = array<i64: 2, 8>, input_strides = array<i64: 8, 1>, output_strides = array<i64: 1, 2>}
    kernel.copy "transpose" ins(%f : memref<2x8xf32>) outs(%g : memref<8x2xf32>) {counts = array<i64: 2, 8>, input_strides = array<i64: 8, 1>, output_strides = array<i64: 1, 2>}
    // CHECK: kernel.copy "one" ins(%{{.*}} : memref<2x8xf32>) outs(%{{.*}} : memref<8x2xf32>)
    kernel.copy "one" ins(%f : memref<2x8xf32>) outs(%g : memref<8x2xf32>)
    // CHECK: kernel.resize_nearest "up" ins(%{{.*}}, %{{.*}}, %{{.*}} : memref<1x4x4x8xi8>, memref<8xi16>, memref<8xi16>) outs(%{{.*}} : memref<1x8x8x8xi8>)
    kernel.resize_nearest "up" ins(%x, %i, %i : memref<1x4x4x8xi8>, memref<8xi16>, memref<8xi16>) outs(%z : memref<1x8x8x8xi8>)
  }
}

// CHECK-LABEL: kernel.model @general
kernel.model @general {
  kernel.global weights @w = dense<1> : tensor<144xi8>
  kernel.global weights @b = dense<0> : tensor<8xi32>
  kernel.global table @m = dense<1073741824> : tensor<8xi32>
  kernel.global table @s = dense<-6> : tensor<8xi8>
  kernel.global weights @fw = dense<0.5> : tensor<144xf32>
  kernel.global weights @fb = dense<0.5> : tensor<8xf32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %y = kernel.buffer internal "y" : memref<1x4x4x8xi8>
    %z = kernel.buffer output "z" : memref<1x4x4x8xi8>
    %c = kernel.buffer input "c" : memref<1x1x1x8xi8>
    %f = kernel.buffer input "f" : memref<1x8x8x4xf32>
    %g = kernel.buffer internal "g" : memref<1x4x4x8xf32>
    %h = kernel.buffer output "h" : memref<1x4x4x8xf32>
    %r = kernel.buffer output "r" : memref<2x8xf32>
    %w = kernel.get_global @w : memref<144xi8>
    %b = kernel.get_global @b : memref<8xi32>
    %m = kernel.get_global @m : memref<8xi32>
    %s = kernel.get_global @s : memref<8xi8>
    %fw = kernel.get_global @fw : memref<144xf32>
    %fb = kernel.get_global @fb : memref<8xf32>
    // CHECK: kernel.conv2d_s8 "grouped"{{.*}} {dilation = array<i64: 2, 2>, groups = 2 : i64, kernel = array<i64: 3, 3>}
    kernel.conv2d_s8 "grouped" ins(%x, %w, %b, %m, %s : memref<1x8x8x4xi8>, memref<144xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%y : memref<1x4x4x8xi8>) {kernel = array<i64: 3, 3>, dilation = array<i64: 2, 2>, groups = 2}
    // CHECK: kernel.sub_s8 "sub" ins(%{{.*}}, %{{.*}} : memref<1x4x4x8xi8>, memref<1x1x1x8xi8>) outs(%{{.*}} : memref<1x4x4x8xi8>) {lhs_multiplier = 1073741824 : i64, lhs_shift = 0 : i64, output_multiplier = 1073741824 : i64, output_shift = -18 : i64, reversed, rhs_multiplier = 1073741824 : i64, rhs_shift = 0 : i64}
    kernel.sub_s8 "sub" ins(%y, %c : memref<1x4x4x8xi8>, memref<1x1x1x8xi8>) outs(%z : memref<1x4x4x8xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = -18, reversed}
    // CHECK: kernel.conv2d_f32 "grouped"{{.*}} {dilation = array<i64: 2, 2>, groups = 2 : i64, kernel = array<i64: 3, 3>}
    kernel.conv2d_f32 "grouped" ins(%f, %fw, %fb : memref<1x8x8x4xf32>, memref<144xf32>, memref<8xf32>) outs(%g : memref<1x4x4x8xf32>) {kernel = array<i64: 3, 3>, dilation = array<i64: 2, 2>, groups = 2}
    // CHECK: kernel.sub_f32 "sub"{{.*}} outs(%{{.*}} : memref<1x4x4x8xf32>){{$}}
    kernel.sub_f32 "sub" ins(%g, %g : memref<1x4x4x8xf32>, memref<1x4x4x8xf32>) outs(%h : memref<1x4x4x8xf32>)
    // CHECK: kernel.unary_f32 "leaky"{{.*}} {alpha = 1.000000e-01 : f32, function = #kernel.function<leaky_relu>}
    kernel.unary_f32 "leaky" ins(%h : memref<1x4x4x8xf32>) outs(%g : memref<1x4x4x8xf32>) {function = #kernel.function<leaky_relu>, alpha = 0.1 : f32}
    // CHECK: kernel.unary_f32 "tanh"{{.*}} {function = #kernel.function<tanh>}
    kernel.unary_f32 "tanh" ins(%g : memref<1x4x4x8xf32>) outs(%h : memref<1x4x4x8xf32>) {function = #kernel.function<tanh>}
    // CHECK: kernel.softmax_f32 "softmax"{{.*}} {beta = 5.000000e-01 : f32}
    kernel.softmax_f32 "softmax" ins(%g : memref<1x4x4x8xf32>) outs(%h : memref<1x4x4x8xf32>) {beta = 0.5 : f32}
    // CHECK: kernel.mean_f32 "mean"{{.*}} {batches = 2 : i64}
    kernel.mean_f32 "mean" ins(%h : memref<1x4x4x8xf32>) outs(%r : memref<2x8xf32>) {batches = 2}
  }
}

// CHECK-LABEL: kernel.model @state
kernel.model @state {
  kernel.global table @ramp = dense<[1, 2, 3, 4]> : tensor<4xi8>
  // CHECK: kernel.entry @run scheduled arena 8 state 8 {
  kernel.entry @run scheduled arena 8 state 8 {
    // CHECK: kernel.buffer input "x" at 0 quantization <scale = 5.000000e-01 : f64, zero_point = 0> real : memref<1x4xi8>
    %x = kernel.buffer input "x" at 0 quantization <scale = 0.5 : f64, zero_point = 0> real : memref<1x4xi8>
    // CHECK: kernel.buffer state "a" at 0 initial(@ramp) : memref<1x4xi8>
    %a = kernel.buffer state "a" at 0 initial(@ramp) : memref<1x4xi8>
    // CHECK: kernel.buffer state "b" at 4 initial(-1.500000e+00 : f32) : memref<1xf32>
    %b = kernel.buffer state "b" at 4 initial(-1.5 : f32) : memref<1xf32>
  }
}
