// RUN: ofa-opt %s --convert-ofa-to-kernel --split-input-file | FileCheck %s

// What imported operations become; convert-ofa-to-kernel.mlir has the others.

!q = !quant.uniform<i8:f32, 0.5:3>

// CHECK-LABEL: kernel.model @broadcast
func.func @broadcast(%x: tensor<1x2x3x4x!q>, %c: tensor<4x!q>, %row: tensor<1x1x3x1x!q>) -> (tensor<1x2x3x4x!q>, tensor<1x2x3x4x!q>, tensor<1x2x3x4x!q>) {
  // A repeated left side of a difference is the right one, the other is negated.
  // CHECK: kernel.linear_sum_s8 "channels" ins(%{{.*}}, %{{.*}} : memref<1x2x3x4xi8>, memref<4xi8>) {{.*}}{lhs_factor = -4194304 : i32, offset = 14680063 : i32, rhs_factor = 4194304 : i32, shift = 22 : i64}
  %0 = ofa.sub "channels" %c, %x : (tensor<4x!q>, tensor<1x2x3x4x!q>) -> tensor<1x2x3x4x!q>
  // Others are written out first.
  // CHECK: kernel.copy "row.rhs" ins(%{{.*}} : memref<1x1x3x1xi8>) outs(%{{.*}} : memref<1x2x3x4xi8>) {{.*}}input_strides = array<i64: 0, 1, 0>
  // CHECK: kernel.linear_sum_s8 "row" ins(%{{.*}}, %{{.*}} : memref<1x2x3x4xi8>, memref<1x2x3x4xi8>)
  %1 = ofa.add "row" %x, %row : (tensor<1x2x3x4x!q>, tensor<1x1x3x1x!q>) -> tensor<1x2x3x4x!q>
  // Neither side has the result's shape.
  // CHECK: kernel.copy "both.lhs"
  // CHECK: kernel.mul_s8 "both" ins(%{{.*}}, %{{.*}} : memref<1x2x3x4xi8>, memref<1x2x3x4xi8>)
  %2 = ofa.slice "part" %x {begin = array<i64: 0, 0, 0, 0>, sizes = array<i64: 1, 2, 1, 4>, strides = array<i64: 1, 1, 1, 1>} : (tensor<1x2x3x4x!q>) -> tensor<1x2x1x4x!q>
  %3 = ofa.mul "both" %2, %row : (tensor<1x2x1x4x!q>, tensor<1x1x3x1x!q>) -> tensor<1x2x3x4x!q>
  return %0, %1, %3 : tensor<1x2x3x4x!q>, tensor<1x2x3x4x!q>, tensor<1x2x3x4x!q>
}

// -----

// CHECK-LABEL: kernel.model @moves
func.func @moves(%x: tensor<1x2x3x4xf32>) -> tensor<1x2x4x6xf32> {
  // CHECK: kernel.copy "transpose" {{.*}}outs(%[[T:.*]] : memref<1x2x4x3xf32>)
  %0 = ofa.transpose "transpose" %x {permutation = array<i64: 0, 1, 3, 2>} : (tensor<1x2x3x4xf32>) -> tensor<1x2x4x3xf32>
  // Two copies into one buffer.
  // CHECK: kernel.copy "concat" ins(%[[T]] : memref<1x2x4x3xf32>) outs(%[[C:.*]] : memref<1x2x4x6xf32>) {counts = array<i64: 8>, input_strides = array<i64: 3>, output_strides = array<i64: 6>, run = 3 : i64}
  // CHECK: kernel.copy "concat" ins(%[[T]] : memref<1x2x4x3xf32>) outs(%[[C]] : memref<1x2x4x6xf32>) {{.*}}output_offset = 3
  %1 = ofa.concat "concat" %0, %0 {axis = 3 : i64} : (tensor<1x2x4x3xf32>, tensor<1x2x4x3xf32>) -> tensor<1x2x4x6xf32>
  // Nothing moves.
  // CHECK-NOT: kernel.copy
  %2 = ofa.slice "all" %1 {begin = array<i64: 0, 0, 0, 0>, sizes = array<i64: 1, 2, 4, 6>, strides = array<i64: 1, 1, 1, 1>} : (tensor<1x2x4x6xf32>) -> tensor<1x2x4x6xf32>
  return %2 : tensor<1x2x4x6xf32>
}

// -----

// CHECK-LABEL: kernel.model @pads
func.func @pads(%x: tensor<2x3x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<3x5x!quant.uniform<i8:f32, 0.5:3>> {
  // CHECK: kernel.fill_s8 "pad" outs(%[[P:.*]] : memref<3x5xi8>) {value = 3 : i64}
  // CHECK: kernel.copy "pad" ins(%{{.*}} : memref<2x3xi8>) outs(%[[P]] : memref<3x5xi8>) {counts = array<i64: 2>, input_strides = array<i64: 3>, output_offset = 6 : i64, output_strides = array<i64: 5>, run = 3 : i64}
  %0 = ofa.pad "pad" %x {low = array<i64: 1, 1>, high = array<i64: 0, 1>} : (tensor<2x3x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<3x5x!quant.uniform<i8:f32, 0.5:3>>
  return %0 : tensor<3x5x!quant.uniform<i8:f32, 0.5:3>>
}

// -----

// CHECK-LABEL: kernel.model @convolutions
func.func @convolutions(%x: tensor<1x8x8x4xf32>, %y: tensor<1x8x8x1xf32>) -> (tensor<1x8x8x8xf32>, tensor<1x8x8x4xf32>, tensor<1x4x4x4xf32>, tensor<1x8x8x3xf32>) {
  %grouped = ofa.constant "g" : tensor<8x1x1x2xf32> = dense<1.0>
  %depthwise = ofa.constant "d" : tensor<4x3x3x1xf32> = dense<1.0>
  %single = ofa.constant "s" : tensor<1x3x3x3xf32> = dense<1.0>
  // CHECK: kernel.conv2d_f32 "grouped" {{.*}}groups = 2
  %0 = ofa.conv2d "grouped" %x, %grouped : (tensor<1x8x8x4xf32>, tensor<8x1x1x2xf32>) -> tensor<1x8x8x8xf32>
  // A group for each channel is depthwise, one channel is no group.
  // CHECK: kernel.depthwise_conv2d_f32 "channels"
  %1 = ofa.conv2d "channels" %x, %depthwise {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x8x8x4xf32>, tensor<4x3x3x1xf32>) -> tensor<1x8x8x4xf32>
  // CHECK: kernel.depthwise_conv2d_f32 "dilated" {{.*}}dilation = array<i64: 2, 2>
  %2 = ofa.conv2d "dilated" %x, %depthwise {dilations = array<i64: 2, 2>} : (tensor<1x8x8x4xf32>, tensor<4x3x3x1xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: kernel.conv2d_f32 "single"
  // CHECK-NOT: groups
  %3 = ofa.depthwise_conv2d "single" %y, %single {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x8x8x1xf32>, tensor<1x3x3x3xf32>) -> tensor<1x8x8x3xf32>
  return %0, %1, %2, %3 : tensor<1x8x8x8xf32>, tensor<1x8x8x4xf32>, tensor<1x4x4x4xf32>, tensor<1x8x8x3xf32>
}

// -----

// CHECK-LABEL: kernel.model @means
func.func @means(%x: tensor<2x3x4x5xf32>) -> (tensor<2x3x4xf32>, tensor<2x4xf32>, tensor<2x5xf32>) {
  // CHECK: kernel.view %{{.*}} to memref<24x5x1xf32>
  // CHECK: kernel.mean_f32 "last" {{.*}}batches = 24
  %0 = ofa.mean "last" %x {axes = array<i64: 3>} : (tensor<2x3x4x5xf32>) -> tensor<2x3x4xf32>
  // Axes that lie apart are brought together.
  // CHECK: kernel.copy "apart" {{.*}} outs(%{{.*}} : memref<3x5x2x4xf32>)
  // CHECK: kernel.view %{{.*}} to memref<1x15x8xf32>
  // CHECK: kernel.mean_f32 "apart"
  %1 = ofa.mean "apart" %x {axes = array<i64: 1, 3>} : (tensor<2x3x4x5xf32>) -> tensor<2x4xf32>
  // CHECK: kernel.view %{{.*}} to memref<2x12x5xf32>
  // CHECK: kernel.mean_f32 "middle" {{.*}}batches = 2
  %2 = ofa.mean "middle" %x : (tensor<2x3x4x5xf32>) -> tensor<2x5xf32>
  return %0, %1, %2 : tensor<2x3x4xf32>, tensor<2x4xf32>, tensor<2x5xf32>
}

// -----

// CHECK-LABEL: kernel.model @rows
func.func @rows(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %w = ofa.constant "w" : tensor<2x4xf32> = dense<1.0>
  // CHECK: kernel.conv2d_f32 "rows" ins({{.*}} : memref<1x1x3x4xf32>, {{.*}}) outs(%{{.*}} : memref<1x1x3x2xf32>)
  %0 = ofa.fully_connected "rows" %x, %w : (tensor<3x4xf32>, tensor<2x4xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

// CHECK-LABEL: kernel.model @resize
// CHECK-DAG: kernel.global  table @up.rows = dense<[0, 0, 1, 1]> : tensor<4xi16>
// CHECK-DAG: kernel.global  table @up.columns = dense<[0, 0, 1]> : tensor<3xi16>
func.func @resize(%x: tensor<1x2x2x4xf32>) -> tensor<1x4x3x4xf32> {
  // CHECK: kernel.resize_nearest "up"
  %0 = ofa.resize_nearest "up" %x {size = array<i64: 4, 3>} : (tensor<1x2x2x4xf32>) -> tensor<1x4x3x4xf32>
  return %0 : tensor<1x4x3x4xf32>
}

// -----

!qa = !quant.uniform<i8:f32, 0.421:-1>
!qb = !quant.uniform<i8:f32, 0.702:-1>
!qc = !quant.uniform<i8:f32, 0.532:-16>

// No linear form rounds as three requantisations do here.
// CHECK-LABEL: kernel.model @rounded
func.func @rounded(%a: tensor<1x2x3x4x!qa>, %b: tensor<1x2x3x4x!qb>, %c: tensor<4x!qb>) -> (tensor<1x2x3x4x!qc>, tensor<1x2x3x4x!qc>, tensor<1x2x3x4x!qc>) {
  // CHECK: kernel.add_s8 "sum"
  %0 = ofa.add "sum" %a, %b : (tensor<1x2x3x4x!qa>, tensor<1x2x3x4x!qb>) -> tensor<1x2x3x4x!qc>
  // CHECK: kernel.sub_s8 "difference"
  // CHECK-NOT: reversed
  %1 = ofa.sub "difference" %a, %b : (tensor<1x2x3x4x!qa>, tensor<1x2x3x4x!qb>) -> tensor<1x2x3x4x!qc>
  // CHECK: kernel.sub_s8 "channels" {{.*}}reversed
  %2 = ofa.sub "channels" %c, %a : (tensor<4x!qb>, tensor<1x2x3x4x!qa>) -> tensor<1x2x3x4x!qc>
  return %0, %1, %2 : tensor<1x2x3x4x!qc>, tensor<1x2x3x4x!qc>, tensor<1x2x3x4x!qc>
}
