// RUN: ofa-opt %s --verify-roundtrip | FileCheck %s
// RUN: ofa-opt %s --emit-bytecode | ofa-opt | FileCheck %s
// RUN: ofa-opt %s --mlir-print-op-generic | ofa-opt | FileCheck %s

// CHECK-DAG: !channels = !quant.uniform<i8<-127:127>:f32:0, {1.000000e-01,2.000000e-01}>

!q = !quant.uniform<i8:f32, 0.1:-3>
!p = !quant.uniform<i8:f32, 0.00390625:-128>

// CHECK-LABEL: func.func @float
// CHECK-SAME: ofa.class_names = ["a", "b"]
// CHECK-SAME: ofa.preprocessing = #ofa.preprocessing<mean = [1.280000e+02 : f64], scale = [7.812500e-03 : f64]>
func.func @float(%x: tensor<1x8x8x4xf32>) -> tensor<1x2xf32> attributes {
    ofa.class_names = ["a", "b"],
    ofa.preprocessing = #ofa.preprocessing<mean = [128.0], scale = [0.0078125]>} {
  // CHECK: %conv.weight = ofa.constant "conv.weight" : tensor<4x3x3x4xf32> = dense<5.000000e-01>
  %w = ofa.constant "conv.weight" : tensor<4x3x3x4xf32> = dense<0.5>
  // CHECK: ofa.constant "conv.bias" : tensor<4xf32>{{$}}
  %b = ofa.constant "conv.bias" : tensor<4xf32>
  // CHECK: ofa.constant "bn" : tensor<4x4xf32> = dense_resource<bn>
  %bn = ofa.constant "bn" : tensor<4x4xf32> = dense_resource<bn>
  %d = ofa.constant "depthwise.weight" : tensor<1x3x3x4xf32>
  %f = ofa.constant "dense.weight" : tensor<2x4xf32>
  // CHECK: ofa.conv2d "conv" %{{.*}}, %conv.weight, %conv.bias {activation = #ofa.activation<relu6>, dilations = array<i64: 2, 2>, pad = array<i64: 2, 2, 2, 2>}
  %0 = ofa.conv2d "conv" %x, %w, %b {activation = #ofa.activation<relu6>, dilations = array<i64: 2, 2>, pad = array<i64: 2, 2, 2, 2>}
         : (tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32>, tensor<4xf32>) -> tensor<1x8x8x4xf32>
  // CHECK: ofa.batch_norm "bn" %{{.*}}, %bn {epsilon = 1.000000e-03 : f64}
  %1 = ofa.batch_norm "bn" %0, %bn {epsilon = 1.0e-3} : (tensor<1x8x8x4xf32>, tensor<4x4xf32>) -> tensor<1x8x8x4xf32>
  // CHECK: ofa.depthwise_conv2d "depthwise"
  %2 = ofa.depthwise_conv2d "depthwise" %1, %d {pad = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
         : (tensor<1x8x8x4xf32>, tensor<1x3x3x4xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: ofa.pad "pad"
  %3 = ofa.pad "pad" %2 {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 1, 1, 0>} : (tensor<1x4x4x4xf32>) -> tensor<1x5x5x4xf32>
  // CHECK: ofa.max_pool2d "max"
  %4 = ofa.max_pool2d "max" %3 {filter = array<i64: 2, 2>} : (tensor<1x5x5x4xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: ofa.avg_pool2d "avg"
  %5 = ofa.avg_pool2d "avg" %4 {filter = array<i64: 2, 2>, pad = array<i64: 0, 0, 1, 1>} : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: ofa.add "add"
  %6 = ofa.add "add" %5, %2 {activation = #ofa.activation<relu>} : (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: ofa.mean "squeeze" %{{.*}} {keep_dims}
  %7 = ofa.mean "squeeze" %6 {keep_dims} : (tensor<1x4x4x4xf32>) -> tensor<1x1x1x4xf32>
  // CHECK: ofa.relu "relu"
  %8 = ofa.relu "relu" %7 : (tensor<1x1x1x4xf32>) -> tensor<1x1x1x4xf32>
  // CHECK: ofa.hard_sigmoid "gate"
  %9 = ofa.hard_sigmoid "gate" %8 : (tensor<1x1x1x4xf32>) -> tensor<1x1x1x4xf32>
  // CHECK: ofa.mul "scale"
  %10 = ofa.mul "scale" %6, %9 : (tensor<1x4x4x4xf32>, tensor<1x1x1x4xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: ofa.relu6 "relu6"
  %11 = ofa.relu6 "relu6" %10 : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: ofa.hard_swish "swish"
  %12 = ofa.hard_swish "swish" %11 : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: ofa.mean "pool" %{{.*}} : (tensor<1x4x4x4xf32>) -> tensor<1x4xf32>
  %13 = ofa.mean "pool" %12 : (tensor<1x4x4x4xf32>) -> tensor<1x4xf32>
  // CHECK: ofa.reshape "reshape"
  %14 = ofa.reshape "reshape" %13 {shape = array<i64: 1, 4>} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  // CHECK: ofa.fully_connected "dense"
  %15 = ofa.fully_connected "dense" %14, %f : (tensor<1x4xf32>, tensor<2x4xf32>) -> tensor<1x2xf32>
  // CHECK: ofa.softmax "softmax" %{{.*}} {beta = 2.000000e+00 : f64}
  %16 = ofa.softmax "softmax" %15 {beta = 2.0} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %16 : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @imported
func.func @imported(%x: tensor<1x8x8x4xf32>, %c: tensor<4xf32>) -> tensor<1x2xf32> {
  %w = ofa.constant "grouped.weight" : tensor<6x3x3x2xf32>
  %f = ofa.constant "rows.weight" : tensor<2x4xf32>
  // CHECK: ofa.conv2d "grouped"
  %0 = ofa.conv2d "grouped" %x, %w : (tensor<1x8x8x4xf32>, tensor<6x3x3x2xf32>) -> tensor<1x6x6x6xf32>
  // CHECK: ofa.sub "sub" %{{.*}} {activation = #ofa.activation<relu_n1_to_1>}
  %1 = ofa.sub "sub" %c, %x {activation = #ofa.activation<relu_n1_to_1>} : (tensor<4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  // CHECK: ofa.leaky_relu "leaky" %{{.*}} {alpha = 1.000000e-01 : f32}
  %2 = ofa.leaky_relu "leaky" %1 {alpha = 0.1 : f32} : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  // CHECK: ofa.logistic "logistic"
  %3 = ofa.logistic "logistic" %2 : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  // CHECK: ofa.tanh "tanh"
  %4 = ofa.tanh "tanh" %3 : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  // CHECK: ofa.concat "concat" %{{.*}}, %{{.*}} {axis = 3 : i64}
  %5 = ofa.concat "concat" %4, %x {axis = 3 : i64} : (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x8xf32>
  // CHECK: ofa.slice "slice" %{{.*}} {begin = array<i64: 0, 7, 0, 0>, sizes = array<i64: 1, 8, 4, 8>, strides = array<i64: 1, -1, 2, 1>}
  %6 = ofa.slice "slice" %5 {begin = array<i64: 0, 7, 0, 0>, sizes = array<i64: 1, 8, 4, 8>, strides = array<i64: 1, -1, 2, 1>}
         : (tensor<1x8x8x8xf32>) -> tensor<1x8x4x8xf32>
  // CHECK: ofa.transpose "transpose" %{{.*}} {permutation = array<i64: 0, 3, 1, 2>}
  %7 = ofa.transpose "transpose" %6 {permutation = array<i64: 0, 3, 1, 2>} : (tensor<1x8x4x8xf32>) -> tensor<1x8x8x4xf32>
  // CHECK: ofa.resize_nearest "resize" %{{.*}} {align_corners, size = array<i64: 4, 2>}
  %8 = ofa.resize_nearest "resize" %7 {size = array<i64: 4, 2>, align_corners} : (tensor<1x8x8x4xf32>) -> tensor<1x4x2x4xf32>
  // CHECK: ofa.mean "mean" %{{.*}} {axes = array<i64: 1, 3>}
  %9 = ofa.mean "mean" %8 {axes = array<i64: 1, 3>} : (tensor<1x4x2x4xf32>) -> tensor<1x2xf32>
  // CHECK: ofa.pad "pad" %{{.*}} {high = array<i64: 1, 0>, low = array<i64: 0, 2>, value = 1.000000e+00 : f32}
  %10 = ofa.pad "pad" %9 {low = array<i64: 0, 2>, high = array<i64: 1, 0>, value = 1.0 : f32} : (tensor<1x2xf32>) -> tensor<2x4xf32>
  // CHECK: ofa.fully_connected "rows" {{.*}} -> tensor<2x2xf32>
  %11 = ofa.fully_connected "rows" %10, %f : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x2xf32>
  %12 = ofa.mean "last" %11 {axes = array<i64: 0>, keep_dims} : (tensor<2x2xf32>) -> tensor<1x2xf32>
  return %12 : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @quantised
func.func @quantised(%x: tensor<1x8x8x3xf32>) -> tensor<1x2xf32> {
  // CHECK: ofa.constant "w" : tensor<2x1x1x3x!channels> = dense_resource<w>
  %w = ofa.constant "w" : tensor<2x1x1x3x!quant.uniform<i8<-127:127>:f32:0, {0.1, 0.2}>> = dense_resource<w>
  // CHECK: ofa.constant "b" : tensor<2xi32> = dense<[1, -2]>
  %b = ofa.constant "b" : tensor<2xi32> = dense<[1, -2]>
  // CHECK: ofa.quantize "quantize"
  %0 = ofa.quantize "quantize" %x : (tensor<1x8x8x3xf32>) -> tensor<1x8x8x3x!q>
  // CHECK: ofa.conv2d "conv" {{.*}} {rounding = #ofa.rounding<double>}
  %1 = ofa.conv2d "conv" %0, %w, %b {rounding = #ofa.rounding<double>}
         : (tensor<1x8x8x3x!q>, tensor<2x1x1x3x!quant.uniform<i8<-127:127>:f32:0, {0.1, 0.2}>>, tensor<2xi32>) -> tensor<1x8x8x2x!q>
  %2 = ofa.mean "pool" %1 : (tensor<1x8x8x2x!q>) -> tensor<1x2x!q>
  %3 = ofa.softmax "softmax" %2 : (tensor<1x2x!q>) -> tensor<1x2x!p>
  // CHECK: ofa.dequantize "dequantize"
  %4 = ofa.dequantize "dequantize" %3 : (tensor<1x2x!p>) -> tensor<1x2xf32>
  return %4 : tensor<1x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      bn: "0x040000000000803F0000803F0000803F0000803F00000000000000000000000000000000000000000000000000000000000000000000803F0000803F0000803F0000803F",
      w: "0x01000000010203FDFEFF"
    }
  }
#-}
