// RUN: ofa-opt %s --split-input-file --convert-ofa-to-kernel | FileCheck %s

!image = !quant.uniform<i8:f32, 7.812500e-03>
!a = !quant.uniform<i8:f32, 2.500000e-01:-128>
!w = !quant.uniform<i8<-127:127>:f32:0, {1.0, 0.5}>
!wd = !quant.uniform<i8<-127:127>:f32:3, {1.0, 0.5}>
!wf = !quant.uniform<i8<-127:127>:f32:0, {1.0, 0.5, 0.25}>

// CHECK-LABEL: kernel.model @int8 attributes
// CHECK-SAME: class_names = ["x", "y", "z"]
// CHECK-SAME: device = "cortex-m4"
// CHECK-SAME: preprocessing = "(byte - [128]) * [0.0078125], by channel"

// Weights are packed: one block of two channels. The input's zero point is 0.
// CHECK: kernel.global weights @conv.weights = dense<[1, 3, 2, 4]> : tensor<4xi8>
// CHECK: kernel.global weights @conv.bias = dense<[10, -20]> : tensor<2xi32>
// 2^-7 * {1, 0.5} / 2^-2
// CHECK: kernel.global table @conv.multiplier = dense<1073741824> : tensor<2xi32>
// CHECK: kernel.global table @conv.shift = dense<[-4, -5]> : tensor<2xi8>
// Channel after channel; the zero point of -128 is folded in: 128 * (1 + 3).
// CHECK: kernel.global weights @dw.weights = dense<[1, 3, 2, 4]> : tensor<4xi8>
// CHECK: kernel.global weights @dw.bias = dense<[512, 768]> : tensor<2xi32>
// CHECK: kernel.global table @act.table
// CHECK: kernel.global weights @fc.weights = dense<[1, 3, 5, 2, 4, 6]> : tensor<6xi8>
// CHECK: kernel.entry @run {
// CHECK: %[[IMAGE:.*]] = kernel.buffer input "image" quantization <scale = 7.812500e-03 : f64, zero_point = 128> : memref<1x2x2x2xui8>
// CHECK: kernel.convert_u8_s8 "image" ins(%[[IMAGE]] : memref<1x2x2x2xui8>)
// CHECK: kernel.conv2d_s8 "conv"
// CHECK-SAME: {activation_max = -104 : i64, kernel = array<i64: 1, 1>, output_zero_point = -128 : i64}
// CHECK: kernel.depthwise_conv2d_s8 "dw"
// CHECK-SAME: {input_zero_point = -128 : i64, kernel = array<i64: 2, 1>, output_zero_point = -128 : i64, padding = array<i64: 1, 0>, rounding = #kernel.rounding<double>}
// CHECK: kernel.linear_sum_s8 "add"
// CHECK: kernel.lut_s8 "act"
// CHECK: %[[POOL:.*]] = kernel.buffer internal "pool" : memref<1x2xi8>
// CHECK: kernel.mean_s8 "pool" {{.*}} outs(%[[POOL]] : memref<1x2xi8>) {input_zero_point = -128 : i64, multiplier = 1073741824 : i64, output_zero_point = -128 : i64, shift = -1 : i64}
// CHECK: kernel.buffer output "output" quantization <scale = 2.500000e-01 : f64, zero_point = -128> : memref<1x3xi8>
// CHECK: kernel.fully_connected_s8 "fc"
// CHECK-NOT: ofa.conv2d
module attributes {ofa.specialization = #ofa.specialization<{device = "cortex-m4"}>} {
  func.func @int8(%x: tensor<1x2x2x2x!image>) -> tensor<1x3x!a> attributes {
      ofa.preprocessing = #ofa.preprocessing<mean = [128.0], scale = [0.0078125]>,
      ofa.class_names = ["x", "y", "z"]} {
    %w = ofa.constant "conv.w" : tensor<2x1x1x2x!w> = dense<[[[[1, 2]]], [[[3, 4]]]]>
    %b = ofa.constant "conv.b" : tensor<2xi32> = dense<[10, -20]>
    %d = ofa.constant "dw.w" : tensor<1x2x1x2x!wd> = dense<[[[[1, 2]], [[3, 4]]]]>
    %f = ofa.constant "fc.w" : tensor<3x2x!wf> = dense<[[1, 2], [3, 4], [5, 6]]>
    %1 = ofa.conv2d "conv" %x, %w, %b {activation = #ofa.activation<relu6>} : (tensor<1x2x2x2x!image>, tensor<2x1x1x2x!w>, tensor<2xi32>) -> tensor<1x2x2x2x!a>
    %2 = ofa.depthwise_conv2d "dw" %1, %d {pad = array<i64: 1, 0, 0, 0>, rounding = #ofa.rounding<double>} : (tensor<1x2x2x2x!a>, tensor<1x2x1x2x!wd>) -> tensor<1x2x2x2x!a>
    %3 = ofa.add "add" %1, %2 : (tensor<1x2x2x2x!a>, tensor<1x2x2x2x!a>) -> tensor<1x2x2x2x!a>
    %4 = ofa.hard_swish "act" %3 : (tensor<1x2x2x2x!a>) -> tensor<1x2x2x2x!a>
    %5 = ofa.mean "pool" %4 : (tensor<1x2x2x2x!a>) -> tensor<1x2x!a>
    %6 = ofa.fully_connected "fc" %5, %f : (tensor<1x2x!a>, tensor<3x2x!wf>) -> tensor<1x3x!a>
    return %6 : tensor<1x3x!a>
  }
}

// -----

// Preprocessing that differs by channel is a kernel of its own.
// CHECK-LABEL: kernel.model @float_net
// CHECK: kernel.global table @image.mean = dense<[1.000000e+02, 1.200000e+02]> : tensor<2xf32>
// Weights [kh][kw][in][out].
// CHECK: kernel.global weights @conv.weights = dense<[1.000000e+00, 3.000000e+00, 2.000000e+00, 4.000000e+00]> : tensor<4xf32>
// CHECK: kernel.global weights @conv.bias = dense<0.000000e+00> : tensor<2xf32>
// CHECK: kernel.convert_u8_f32 "image"
// CHECK: kernel.conv2d_f32 "conv" {{.*}} {activation_min = 0.000000e+00 : f32, kernel = array<i64: 1, 1>}
// CHECK: kernel.unary_f32 "act" {{.*}} {function = #kernel.function<hard_sigmoid>}
// CHECK: %[[VIEW:.*]] = kernel.view %{{.*}} : memref<1x2x2x2xf32> to memref<1x8xf32>
// CHECK: kernel.buffer output "output" : memref<1x8xf32>
// CHECK: kernel.softmax_f32 "prob" ins(%[[VIEW]] : memref<1x8xf32>)
func.func @"float-net"(%x: tensor<1x2x2x2xf32>) -> tensor<1x8xf32> attributes {
    ofa.preprocessing = #ofa.preprocessing<mean = [100.0, 120.0], scale = [0.01, 0.02]>} {
  %w = ofa.constant "conv.w" : tensor<2x1x1x2xf32> = dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]]]>
  %1 = ofa.conv2d "conv" %x, %w {activation = #ofa.activation<relu>} : (tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>) -> tensor<1x2x2x2xf32>
  %2 = ofa.hard_sigmoid "act" %1 : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %3 = ofa.reshape "flat" %2 {shape = array<i64: 1, 8>} : (tensor<1x2x2x2xf32>) -> tensor<1x8xf32>
  %4 = ofa.softmax "prob" %3 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return %4 : tensor<1x8xf32>
}

// -----

// A function without operations of ofa stays.
// CHECK: func.func @plain
func.func @plain(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  return %x : tensor<1x8xf32>
}

// -----

!a = !quant.uniform<i8:f32, 2.500000e-01:-128>

// Buffers carry the names of arguments and results, in their order.
// CHECK-LABEL: kernel.model @several
// CHECK: kernel.buffer input "a" quantization <scale = 2.500000e-01 : f64, zero_point = -128> real : memref<1x8xi8>
// CHECK: kernel.buffer input "input1" quantization {{.*}}-128> : memref<1x8xi8>
// CHECK: %[[SECOND:.*]] = kernel.buffer output "output0" quantization {{.*}}-128> : memref<1x8xi8>
// CHECK: %[[FIRST:.*]] = kernel.buffer output "sum" quantization {{.*}} real : memref<1x8xi8>
// CHECK: kernel.linear_sum_s8 "add" {{.*}} outs(%[[FIRST]] :
// CHECK: kernel.mul_s8 "mul" {{.*}} outs(%[[SECOND]] :
func.func @several(%a: tensor<1x8x!a> {ofa.name = "a", ofa.real}, %b: tensor<1x8x!a>)
    -> (tensor<1x8x!a>, tensor<1x8x!a> {ofa.name = "sum", ofa.real}) {
  %1 = ofa.add "add" %a, %b : (tensor<1x8x!a>, tensor<1x8x!a>) -> tensor<1x8x!a>
  %2 = ofa.mul "mul" %1, %b : (tensor<1x8x!a>, tensor<1x8x!a>) -> tensor<1x8x!a>
  return %2, %1 : tensor<1x8x!a>, tensor<1x8x!a>
}

// -----

// A result without a layer of its own is copied: an input, a constant, a view of
// another result.
// CHECK-LABEL: kernel.model @copied
// CHECK: kernel.global weights @w
// CHECK: %[[X:.*]] = kernel.buffer input "x" : memref<1x4xf32>
// CHECK: %[[ACT:.*]] = kernel.buffer output "output0" : memref<1x4xf32>
// CHECK: kernel.unary_f32 "act" ins(%[[X]] : memref<1x4xf32>) outs(%[[ACT]] : memref<1x4xf32>)
// CHECK: %[[VIEW:.*]] = kernel.view %[[ACT]]
// CHECK: %[[FLAT:.*]] = kernel.buffer output "flat" : memref<4xf32>
// CHECK: kernel.copy "flat" ins(%[[VIEW]] : memref<4xf32>) outs(%[[FLAT]] : memref<4xf32>) {run = 4 : i64}
// CHECK: kernel.copy "output2" ins(%[[X]] : memref<1x4xf32>)
// CHECK: %[[W:.*]] = kernel.get_global @w
// CHECK: kernel.copy "output3" ins(%[[W]] : memref<2xf32>)
func.func @copied(%x: tensor<1x4xf32> {ofa.name = "x"})
    -> (tensor<1x4xf32>, tensor<4xf32> {ofa.name = "flat"}, tensor<1x4xf32>, tensor<2xf32>) {
  %w = ofa.constant "w" : tensor<2xf32> = dense<[1.0, 2.0]>
  %1 = ofa.relu "act" %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %2 = ofa.reshape "reshape" %1 {shape = array<i64: 4>} : (tensor<1x4xf32>) -> tensor<4xf32>
  return %1, %2, %x, %w : tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>, tensor<2xf32>
}

// -----

// A state is read where it lies; only what a later layer reads of the old value
// is copied before the write. The last kernel of a layer knows its source tensor.
// CHECK-LABEL: kernel.model @stateful
// CHECK: kernel.global table @ramp.initial = dense<[1, 2]> : tensor<2xi8>
// CHECK: %[[ZERO:.*]] = kernel.buffer state "zero" initial(-128 : i8) : memref<1x2xi8>
// CHECK: kernel.linear_sum_s8 "sum" ins(%{{.*}}, %[[ZERO]] : {{.*}}) outs(%[[SUM:.*]] : memref<1x2xi8>) {{.*}}ofa.source_tensor = 7
// CHECK: %[[OLD:.*]] = kernel.buffer internal "zero.old" : memref<1x2xi8>
// CHECK: kernel.copy "zero.old" ins(%[[ZERO]] : memref<1x2xi8>) outs(%[[OLD]] : memref<1x2xi8>)
// CHECK: kernel.copy "new" ins(%[[SUM]] : memref<1x2xi8>) outs(%[[ZERO]] : memref<1x2xi8>)
// CHECK: kernel.mul_s8 "late" ins(%[[OLD]], %[[ZERO]] :
// CHECK: %[[RAMP:.*]] = kernel.buffer state "ramp" initial(@ramp.initial) : memref<2xi8>
// CHECK-NOT: kernel.copy "same"
// CHECK: kernel.view %[[RAMP]]
// CHECK-NOT: kernel.copy
// CHECK: kernel.linear_sum_s8 "end"
// CHECK-NOT: ofa.state @
!a = !quant.uniform<i8:f32, 2.500000e-01:-128>
ofa.state @zero : tensor<1x2x!a> = dense<-128>
ofa.state @ramp : tensor<2x!a> = dense<[1, 2]>
func.func @stateful(%x: tensor<1x2x!a>) -> tensor<1x2x!a> {
  %0 = ofa.read_state "old" @zero : tensor<1x2x!a>
  %1 = ofa.add "sum" %x, %0 {ofa.source_tensor = 7 : i64} : (tensor<1x2x!a>, tensor<1x2x!a>) -> tensor<1x2x!a>
  ofa.write_state "new" %1, @zero : tensor<1x2x!a>
  %2 = ofa.read_state "again" @zero : tensor<1x2x!a>
  %3 = ofa.mul "late" %0, %2 : (tensor<1x2x!a>, tensor<1x2x!a>) -> tensor<1x2x!a>
  %4 = ofa.read_state "ramp" @ramp : tensor<2x!a>
  ofa.write_state "same" %4, @ramp : tensor<2x!a>
  %5 = ofa.reshape "flat" %4 {shape = array<i64: 1, 2>} : (tensor<2x!a>) -> tensor<1x2x!a>
  %6 = ofa.add "end" %3, %5 : (tensor<1x2x!a>, tensor<1x2x!a>) -> tensor<1x2x!a>
  return %6 : tensor<1x2x!a>
}
