// RUN: ofa-opt %s --ofa-fuse-activations | FileCheck %s

// CHECK-LABEL: func.func @activations
func.func @activations(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = ofa.constant "w" : tensor<1x1x1x1xf32> = dense<1.0>
  // CHECK: ofa.conv2d "c" {{.*}}activation = #ofa.activation<relu>
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %1 = ofa.relu "relu" %0 : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  // Both clamps: the narrower one remains.
  // CHECK-NEXT: ofa.add "sum" {{.*}}activation = #ofa.activation<relu6>
  %2 = ofa.add "sum" %1, %x {activation = #ofa.activation<relu6>} : (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  %3 = ofa.relu "relu2" %2 : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  // CHECK-NEXT: ofa.mul "product" {{.*}}activation = #ofa.activation<relu6>
  %4 = ofa.mul "product" %3, %x {activation = #ofa.activation<relu>} : (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  %5 = ofa.relu6 "relu3" %4 : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  // CHECK-NEXT: return
  return %5 : tensor<1x2x2x1xf32>
}

// CHECK-LABEL: func.func @other_readers
func.func @other_readers(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  // CHECK: ofa.mul "square"
  // CHECK-NOT: activation =
  // CHECK: ofa.relu "relu"
  %0 = ofa.mul "square" %x, %x : (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  %1 = ofa.relu "relu" %0 : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  %2 = ofa.add "sum" %1, %0 : (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  return %2 : tensor<1x2x2x1xf32>
}

// CHECK-LABEL: func.func @unfused_producers
func.func @unfused_producers(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  // CHECK: ofa.hard_swish
  // CHECK-NEXT: ofa.relu
  %0 = ofa.hard_swish "hs" %x : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  %1 = ofa.relu "relu" %0 : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  return %1 : tensor<1x2x2x1xf32>
}

!q = !quant.uniform<i8:f32, 0.5:-1>
!wider = !quant.uniform<i8:f32, 1.0:-1>

// Of int8, what keeps the scale is a clamp alone; what changes it is more.
// CHECK-LABEL: func.func @int8
func.func @int8(%x: tensor<1x8x!q>) -> tensor<1x8x!wider> {
  // CHECK: ofa.add "sum" {{.*}}activation = #ofa.activation<relu6>
  // CHECK-NEXT: ofa.mul "product"
  // CHECK-NOT: activation
  // CHECK: ofa.relu "relu"
  %0 = ofa.add "sum" %x, %x : (tensor<1x8x!q>, tensor<1x8x!q>) -> tensor<1x8x!q>
  %1 = ofa.relu6 "relu6" %0 : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %2 = ofa.mul "product" %1, %x : (tensor<1x8x!q>, tensor<1x8x!q>) -> tensor<1x8x!q>
  %3 = ofa.relu "relu" %2 : (tensor<1x8x!q>) -> tensor<1x8x!wider>
  return %3 : tensor<1x8x!wider>
}

// A clamp to [-1, 1] is not within relu.
// CHECK-LABEL: func.func @relu_n1_to_1
func.func @relu_n1_to_1(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  // CHECK: ofa.add "sum" {{.*}}activation = #ofa.activation<relu_n1_to_1>
  // CHECK-NEXT: ofa.relu "relu"
  %0 = ofa.add "sum" %x, %x {activation = #ofa.activation<relu_n1_to_1>} : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  %1 = ofa.relu "relu" %0 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return %1 : tensor<1x8xf32>
}

// CHECK-LABEL: func.func @pads
func.func @pads(%x: tensor<1x4x4x1xf32>) -> tensor<1x3x3x1xf32> {
  %w = ofa.constant "w" : tensor<1x3x3x1xf32> = dense<1.0>
  // CHECK-NOT: ofa.pad
  // CHECK: ofa.conv2d "c" {{.*}}pad = array<i64: 1, 0, 1, 2>
  %0 = ofa.pad "pad" %x {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 1, 1, 0>} : (tensor<1x4x4x1xf32>) -> tensor<1x5x5x1xf32>
  %1 = ofa.conv2d "c" %0, %w {pad = array<i64: 1, 0, 0, 1>} : (tensor<1x5x5x1xf32>, tensor<1x3x3x1xf32>) -> tensor<1x4x4x1xf32>
  // CHECK: ofa.depthwise_conv2d "d" {{.*}}pad = array<i64: 1, 1, 0, 0>
  %2 = ofa.pad "pad2" %1 {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x1xf32>) -> tensor<1x5x5x1xf32>
  %3 = ofa.depthwise_conv2d "d" %2, %w : (tensor<1x5x5x1xf32>, tensor<1x3x3x1xf32>) -> tensor<1x3x3x1xf32>
  return %3 : tensor<1x3x3x1xf32>
}

// Padding as large as the window stays outside: kernels need not handle it.
// CHECK-LABEL: func.func @large_pad
func.func @large_pad(%x: tensor<1x2x2x1xf32>) -> tensor<1x4x4x1xf32> {
  %w = ofa.constant "w" : tensor<1x1x1x1xf32> = dense<1.0>
  // CHECK: ofa.pad
  // CHECK-NEXT: ofa.conv2d
  %0 = ofa.pad "pad" %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>} : (tensor<1x2x2x1xf32>) -> tensor<1x4x4x1xf32>
  %1 = ofa.conv2d "c" %0, %w : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  return %1 : tensor<1x4x4x1xf32>
}

!image = !quant.uniform<i8:f32, 0.5:3>
!finer = !quant.uniform<i8:f32, 0.25:3>
!weight = !quant.uniform<i8:f32, 0.1>

// In int8, a relu of one type is a clamp; one that changes the scale rounds again.
// CHECK-LABEL: func.func @quantised
func.func @quantised(%x: tensor<1x4x4x1x!image>) -> (tensor<1x4x4x2x!image>, tensor<1x4x4x2x!finer>) {
  %w = ofa.constant "w" : tensor<2x3x3x1x!weight> = dense<1>
  // CHECK: ofa.conv2d "conv" {{.*}}activation = #ofa.activation<relu>, pad = array<i64: 1, 1, 1, 1>
  %0 = ofa.pad "pad" %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>} : (tensor<1x4x4x1x!image>) -> tensor<1x6x6x1x!image>
  %1 = ofa.conv2d "conv" %0, %w : (tensor<1x6x6x1x!image>, tensor<2x3x3x1x!weight>) -> tensor<1x4x4x2x!image>
  %2 = ofa.relu "relu" %1 : (tensor<1x4x4x2x!image>) -> tensor<1x4x4x2x!image>
  // A value that is not zero stays around the image.
  // CHECK: ofa.pad "value"
  // CHECK: ofa.conv2d "other"
  // CHECK-NOT: activation
  // CHECK: ofa.relu "rescaled"
  %3 = ofa.pad "value" %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 0 : i8} : (tensor<1x4x4x1x!image>) -> tensor<1x6x6x1x!image>
  %4 = ofa.conv2d "other" %3, %w : (tensor<1x6x6x1x!image>, tensor<2x3x3x1x!weight>) -> tensor<1x4x4x2x!image>
  %5 = ofa.relu "rescaled" %4 : (tensor<1x4x4x2x!image>) -> tensor<1x4x4x2x!finer>
  return %2, %5 : tensor<1x4x4x2x!image>, tensor<1x4x4x2x!finer>
}
