// RUN: ofa-opt %s --ofa-eliminate-constant-channels --verify-diagnostics | FileCheck %s
// RUN: ofa-opt %s --ofa-eliminate-constant-channels 2> /dev/null \
// RUN:   | ofa-opt --ofa-eliminate-constant-channels 2>&1 | FileCheck %s --check-prefix=AGAIN
// AGAIN-NOT: loses

!q = !quant.uniform<i8:f32, 0.5:-1>
!z = !quant.uniform<i8:f32, 1.0>
!w = !quant.uniform<i8:f32, 0.25>
!w3 = !quant.uniform<i8<-127:127>:f32:0, {0.25, 0.5, 0.125}>

// Channel 1 is the zero point of what the padded window reads; what comes out of
// that one goes into the bias of the last layer.
// CHECK: [[$SCALES:!.*]] = !quant.uniform<i8<-127:127>:f32:0, {2.500000e-01,1.250000e-01}>
// CHECK-LABEL: func.func @zero_point
func.func @zero_point(%x: tensor<1x4x4x2x!q>) -> tensor<1x4x4x2x!q> {
  %aw = ofa.constant "aw" : tensor<3x1x1x2x!w3> = dense<[[[[1, 2]]], [[[0, 0]]], [[[3, 4]]]]>
  %bw = ofa.constant "bw" : tensor<1x3x3x3x!w> = dense<5>
  %bb = ofa.constant "bb" : tensor<3xi32> = dense<[0, 8, 0]>
  %cw = ofa.constant "cw" : tensor<2x1x1x3x!w> = dense<[[[[1, 2, 3]]], [[[4, 5, 6]]]]>
  // CHECK: ofa.conv2d "a" {{.*}}tensor<2x1x1x2x[[$SCALES]]>) -> tensor<1x4x4x2x
  // expected-remark @below {{'a' loses 1 of 3 output channels: 1 is constant}}
  %a = ofa.conv2d "a" %x, %aw : (tensor<1x4x4x2x!q>, tensor<3x1x1x2x!w3>) -> tensor<1x4x4x3x!q>
  // CHECK: ofa.depthwise_conv2d "b" {{.*}}tensor<1x3x3x2x{{.*}} -> tensor<1x4x4x2x
  // expected-remark @below {{'b' loses 1 of 3 output channels: 1 is constant}}
  %b = ofa.depthwise_conv2d "b" %a, %bw, %bb {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x4x4x3x!q>, tensor<1x3x3x3x!w>, tensor<3xi32>) -> tensor<1x4x4x3x!q>
  // CHECK: ofa.conv2d "c" %{{.*}}, %{{.*}}, %{{.*}} : (tensor<1x4x4x2x{{.*}}tensor<2xi32>) -> tensor<1x4x4x2x
  %c = ofa.conv2d "c" %b, %cw : (tensor<1x4x4x3x!q>, tensor<2x1x1x3x!w>) -> tensor<1x4x4x2x!q>
  return %c : tensor<1x4x4x2x!q>
}

// A constant beside padding that reads another value: 3x3 windows at the border
// sum less of it. Without padding it goes.
// CHECK-LABEL: func.func @padding
func.func @padding(%x: tensor<1x4x4x2x!q>) -> (tensor<1x4x4x1x!q>, tensor<1x2x2x1x!q>) {
  %aw = ofa.constant "aw" : tensor<2x1x1x2x!w> = dense<[[[[1, 2]]], [[[0, 0]]]]>
  %ab = ofa.constant "ab" : tensor<2xi32> = dense<[0, 40]>
  %cw = ofa.constant "cw" : tensor<1x3x3x2x!w> = dense<2>
  // CHECK: ofa.conv2d "kept" {{.*}} -> tensor<1x4x4x2x
  %a = ofa.conv2d "kept" %x, %aw, %ab : (tensor<1x4x4x2x!q>, tensor<2x1x1x2x!w>, tensor<2xi32>) -> tensor<1x4x4x2x!q>
  %c = ofa.conv2d "padded" %a, %cw {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x4x4x2x!q>, tensor<1x3x3x2x!w>) -> tensor<1x4x4x1x!q>
  // CHECK: ofa.conv2d "gone" {{.*}} -> tensor<1x4x4x1x
  // expected-remark @below {{'gone' loses 1 of 2 output channels: 1 is constant}}
  %b = ofa.conv2d "gone" %x, %aw, %ab : (tensor<1x4x4x2x!q>, tensor<2x1x1x2x!w>, tensor<2xi32>) -> tensor<1x4x4x2x!q>
  // CHECK: ofa.conv2d "valid" %{{.*}}, %{{.*}}, %{{.*}} : (tensor<1x4x4x1x
  %d = ofa.conv2d "valid" %b, %cw : (tensor<1x4x4x2x!q>, tensor<1x3x3x2x!w>) -> tensor<1x2x2x1x!q>
  return %c, %d : tensor<1x4x4x1x!q>, tensor<1x2x2x1x!q>
}

// Nothing reads channel 0 of the last layer's input, through a pool, an
// activation, a mean and a flattening; nor, then, channel 1 of the first.
// CHECK-LABEL: func.func @unread
func.func @unread(%x: tensor<1x4x4x2x!q>) -> tensor<1x2x!q> {
  %aw = ofa.constant "aw" : tensor<3x1x1x2x!w> = dense<[[[[1, 2]]], [[[3, 4]]], [[[5, 6]]]]>
  %bw = ofa.constant "bw" : tensor<2x1x1x3x!w> = dense<[[[[0, 7, 0]]], [[[1, 0, 2]]]]>
  %cw = ofa.constant "cw" : tensor<2x8x!w> = dense<[[0, 1, 0, 2, 0, 3, 0, 4], [0, 5, 0, 6, 0, 7, 0, 8]]>
  // expected-remark @below {{'a' loses 1 of 3 output channels: 1 is not read}}
  %a = ofa.conv2d "a" %x, %aw {ofa.source_tensor = 1} : (tensor<1x4x4x2x!q>, tensor<3x1x1x2x!w>) -> tensor<1x4x4x3x!q>
  // CHECK: ofa.conv2d "b"
  // CHECK-NOT: source_tensor
  // CHECK-SAME: (tensor<1x4x4x2x{{.*}} -> tensor<1x4x4x1x
  // expected-remark @below {{'b' loses 1 of 2 output channels: 1 is not read}}
  %b = ofa.conv2d "b" %a, %bw {ofa.source_tensor = 2} : (tensor<1x4x4x3x!q>, tensor<2x1x1x3x!w>) -> tensor<1x4x4x2x!q>
  // CHECK: ofa.max_pool2d {{.*}} -> tensor<1x2x2x1x
  %p = ofa.max_pool2d "p" %b {filter = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x4x4x2x!q>) -> tensor<1x2x2x2x!q>
  %h = ofa.hard_swish "h" %p : (tensor<1x2x2x2x!q>) -> tensor<1x2x2x2x!q>
  // CHECK: ofa.reshape "flat" {{.*}}shape = array<i64: 1, 4>
  %f = ofa.reshape "flat" %h {shape = array<i64: 1, 8>} : (tensor<1x2x2x2x!q>) -> tensor<1x8x!q>
  // CHECK: ofa.fully_connected "c" {{.*}}ofa.source_tensor = 3 : i64{{.*}}tensor<2x4x{{.*}}-> tensor<1x2x
  %c = ofa.fully_connected "c" %f, %cw {ofa.source_tensor = 3} : (tensor<1x8x!q>, tensor<2x8x!w>) -> tensor<1x2x!q>
  return %c : tensor<1x2x!q>
}

// A sum ties channels: 0 is constant on one side alone, 1 on both sides, 2 is of
// the constant on the right.
// CHECK-LABEL: func.func @tied
func.func @tied(%x: tensor<1x2x2x2x!q>) -> tensor<1x2x2x1x!q> {
  %aw = ofa.constant "aw" : tensor<3x1x1x2x!w> = dense<[[[[0, 0]]], [[[0, 0]]], [[[1, 2]]]]>
  %bw = ofa.constant "bw" : tensor<3x1x1x2x!w> = dense<[[[[3, 4]]], [[[0, 0]]], [[[5, 6]]]]>
  %k = ofa.constant "k" : tensor<3x!q> = dense<[7, 8, 9]>
  %cw = ofa.constant "cw" : tensor<1x1x1x3x!w> = dense<2>
  // CHECK: ofa.constant "k" : tensor<2x{{.*}} = dense_resource<k>
  // expected-remark @below {{'a' loses 1 of 3 output channels: 1 is constant}}
  %a = ofa.conv2d "a" %x, %aw : (tensor<1x2x2x2x!q>, tensor<3x1x1x2x!w>) -> tensor<1x2x2x3x!q>
  // expected-remark @below {{'b' loses 1 of 3 output channels: 1 is constant}}
  %b = ofa.conv2d "b" %x, %bw : (tensor<1x2x2x2x!q>, tensor<3x1x1x2x!w>) -> tensor<1x2x2x3x!q>
  // CHECK: ofa.add "sum" {{.*}} -> tensor<1x2x2x2x
  %s = ofa.add "sum" %a, %b : (tensor<1x2x2x3x!q>, tensor<1x2x2x3x!q>) -> tensor<1x2x2x3x!q>
  %m = ofa.mul "scaled" %s, %k : (tensor<1x2x2x3x!q>, tensor<3x!q>) -> tensor<1x2x2x3x!q>
  %c = ofa.conv2d "c" %m, %cw : (tensor<1x2x2x3x!q>, tensor<1x1x1x3x!w>) -> tensor<1x2x2x1x!q>
  return %c : tensor<1x2x2x1x!q>
}

// A layer keeps one channel, and results keep all.
// CHECK-LABEL: func.func @all
func.func @all(%x: tensor<1x2x2x2x!q>) -> tensor<1x2x2x2x!q> {
  %aw = ofa.constant "aw" : tensor<4x1x1x2x!w> = dense<1>
  %bw = ofa.constant "bw" : tensor<2x1x1x4x!w> = dense<0>
  // CHECK: ofa.conv2d "a" {{.*}} -> tensor<1x2x2x1x
  // expected-remark @below {{'a' loses 3 of 4 output channels: 3 are not read}}
  %a = ofa.conv2d "a" %x, %aw : (tensor<1x2x2x2x!q>, tensor<4x1x1x2x!w>) -> tensor<1x2x2x4x!q>
  // CHECK: ofa.conv2d "b" {{.*}} -> tensor<1x2x2x2x
  %b = ofa.conv2d "b" %a, %bw : (tensor<1x2x2x4x!q>, tensor<2x1x1x4x!w>) -> tensor<1x2x2x2x!q>
  return %b : tensor<1x2x2x2x!q>
}

// -2 / 4 is 0 or -1.
// CHECK-LABEL: func.func @roundings
func.func @roundings(%x: tensor<1x2x!z>) -> tensor<1x1x!z> {
  %aw = ofa.constant "aw" : tensor<3x2x!w> = dense<[[0, 0], [1, 2], [0, 0]]>
  %ab = ofa.constant "ab" : tensor<3xi32> = dense<[-2, 0, -10]>
  %cw = ofa.constant "cw" : tensor<1x3x!w> = dense<3>
  %s = ofa.fully_connected "single" %x, %aw, %ab : (tensor<1x2x!z>, tensor<3x2x!w>, tensor<3xi32>) -> tensor<1x3x!z> // expected-remark {{2 are constant}}
  %c = ofa.fully_connected "ofsingle" %s, %cw : (tensor<1x3x!z>, tensor<1x3x!w>) -> tensor<1x1x!z>
  %d = ofa.fully_connected "double" %x, %aw, %ab {rounding = #ofa.rounding<double>} : (tensor<1x2x!z>, tensor<3x2x!w>, tensor<3xi32>) -> tensor<1x3x!z> // expected-remark {{2 are constant}}
  %e = ofa.fully_connected "ofdouble" %d, %cw : (tensor<1x3x!z>, tensor<1x3x!w>) -> tensor<1x1x!z>
  %f = ofa.add "sum" %c, %e : (tensor<1x1x!z>, tensor<1x1x!z>) -> tensor<1x1x!z>
  return %f : tensor<1x1x!z>
}

// A bias that would leave 32 bits stays; so does what a grouped convolution or
// a softmax reads, and what a state keeps.
// CHECK-LABEL: func.func @kept
func.func @kept(%x: tensor<1x2x2x4x!q>) -> (tensor<1x2x2x1x!q>, tensor<1x2x2x4x!q>, tensor<1x2x2x4x!quant.uniform<i8:f32, 0.00390625:-128>>) {
  %aw = ofa.constant "aw" : tensor<4x1x1x4x!w> = dense<[[[[0, 0, 0, 0]]], [[[1, 1, 1, 1]]], [[[1, 1, 1, 1]]], [[[1, 1, 1, 1]]]]>
  %ab = ofa.constant "ab" : tensor<4xi32> = dense<[40, 0, 0, 0]>
  %cw = ofa.constant "cw" : tensor<1x1x1x4x!w> = dense<2>
  %cb = ofa.constant "cb" : tensor<1xi32> = dense<2147483000>
  %gw = ofa.constant "gw" : tensor<4x1x1x2x!w> = dense<2>
  // CHECK-NOT: tensor<1x2x2x3x
  %a = ofa.conv2d "a" %x, %aw, %ab : (tensor<1x2x2x4x!q>, tensor<4x1x1x4x!w>, tensor<4xi32>) -> tensor<1x2x2x4x!q>
  %b = ofa.conv2d "b" %a, %cw, %cb : (tensor<1x2x2x4x!q>, tensor<1x1x1x4x!w>, tensor<1xi32>) -> tensor<1x2x2x1x!q>
  %c = ofa.conv2d "c" %x, %aw, %ab : (tensor<1x2x2x4x!q>, tensor<4x1x1x4x!w>, tensor<4xi32>) -> tensor<1x2x2x4x!q>
  %d = ofa.conv2d "grouped" %c, %gw : (tensor<1x2x2x4x!q>, tensor<4x1x1x2x!w>) -> tensor<1x2x2x4x!q>
  %e = ofa.conv2d "e" %x, %aw, %ab : (tensor<1x2x2x4x!q>, tensor<4x1x1x4x!w>, tensor<4xi32>) -> tensor<1x2x2x4x!q>
  %f = ofa.softmax "softmax" %e : (tensor<1x2x2x4x!q>) -> tensor<1x2x2x4x!quant.uniform<i8:f32, 0.00390625:-128>>
  return %b, %d, %f : tensor<1x2x2x1x!q>, tensor<1x2x2x4x!q>, tensor<1x2x2x4x!quant.uniform<i8:f32, 0.00390625:-128>>
}

// A scalar belongs to all channels.
// CHECK-LABEL: func.func @scalar
func.func @scalar(%x: tensor<1x2x!q>) -> tensor<1x1x!q> {
  %aw = ofa.constant "aw" : tensor<2x2x!w> = dense<[[0, 0], [1, 2]]>
  %k = ofa.constant "k" : tensor<!q> = dense<7>
  %t = ofa.constant "t" : tensor<!q> = dense<8>
  %bw = ofa.constant "bw" : tensor<1x2x!w> = dense<1>
  // expected-remark @below {{'a' loses 1 of 2 output channels: 1 is constant}}
  %a = ofa.fully_connected "a" %x, %aw : (tensor<1x2x!q>, tensor<2x2x!w>) -> tensor<1x2x!q>
  %s = ofa.sub "scalars" %k, %t : (tensor<!q>, tensor<!q>) -> tensor<!q>
  // CHECK: ofa.add "sum" {{.*}} -> tensor<1x1x
  %b = ofa.add "sum" %a, %s : (tensor<1x2x!q>, tensor<!q>) -> tensor<1x2x!q>
  %c = ofa.fully_connected "b" %b, %bw : (tensor<1x2x!q>, tensor<1x2x!w>) -> tensor<1x1x!q>
  return %c : tensor<1x1x!q>
}

// Layers of floats and declared parameters are left alone.
// CHECK-LABEL: func.func @others
func.func @others(%x: tensor<1x2x!q>, %y: tensor<1x2xf32>) -> (tensor<1x1x!q>, tensor<1x1xf32>) {
  // CHECK-NOT: tensor<1x1x1x
  %aw = ofa.constant "aw" : tensor<3x2x!w>
  %bw = ofa.constant "bw" : tensor<1x3x!w> = dense<0>
  %a = ofa.fully_connected "a" %x, %aw : (tensor<1x2x!q>, tensor<3x2x!w>) -> tensor<1x3x!q>
  // CHECK: ofa.fully_connected "b" {{.*}}tensor<1x3x
  %b = ofa.fully_connected "b" %a, %bw : (tensor<1x3x!q>, tensor<1x3x!w>) -> tensor<1x1x!q>
  %cw = ofa.constant "cw" : tensor<3x2xf32> = dense<0.0>
  %dw = ofa.constant "dw" : tensor<1x3xf32> = dense<0.0>
  // CHECK: ofa.fully_connected "c" {{.*}} -> tensor<1x3xf32>
  %c = ofa.fully_connected "c" %y, %cw : (tensor<1x2xf32>, tensor<3x2xf32>) -> tensor<1x3xf32>
  %d = ofa.fully_connected "d" %c, %dw : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x1xf32>
  return %b, %d : tensor<1x1x!q>, tensor<1x1xf32>
}

// What was folded: 2 * 2 and 2 * 5; nine times 2 * 10; 3 * (0 - 2), or with the
// other rounding 3 * (-1 - 3). And the constant that lost its middle.
// CHECK-DAG: c.bias: "0x04000000040000000A000000"
// CHECK-DAG: valid.bias: "0x04000000B4000000"
// CHECK-DAG: ofsingle.bias: "0x04000000FAFFFFFF"
// CHECK-DAG: ofdouble.bias: "0x04000000F4FFFFFF"
// CHECK-DAG: k: "0x010000000709"
