// RUN: ofa-opt %s --split-input-file --verify-diagnostics

// Operations that networks get from imports; see invalid-network.mlir for others.

func.func @conv2d_c1_groups(%x: tensor<1x8x8x4xf32>) {
  %w = ofa.constant "w" : tensor<3x1x1x2xf32>
  // expected-error @below {{'ofa.conv2d' op expects a weight of 4 input channels, or of a part of them that makes groups of its 3 output channels, but got 2}}
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x8x8x4xf32>, tensor<3x1x1x2xf32>) -> tensor<1x8x8x3xf32>
  return
}

// -----

ofa.supernet @conv2d_c4_groups {
  ofa.choice @expand of [1, 2]
  ofa.forward (%image: tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
    %w = ofa.constant "w" : tensor<16x1x1x2xf32>
    // expected-error @below {{'ofa.conv2d' op expects 'width' only without groups, but has 2}}
    %0 = ofa.conv2d "c" %image, %w {width = #ofa.width<[@expand] : [8, 16]>} : (tensor<1x8x8x4xf32>, tensor<16x1x1x2xf32>) -> tensor<1x8x8x16xf32>
    ofa.yield %0 : tensor<1x8x8x16xf32>
  }
}

// -----

func.func @sub_c1(%x: tensor<2x3xf32>, %y: tensor<2xf32>) {
  // expected-error @below {{'ofa.sub' op expects shapes that can be broadcast to each other, but got 2x3 and 2}}
  %0 = ofa.sub "s" %x, %y : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @sub_c2(%x: tensor<2x1xf32>, %y: tensor<3xf32>) {
  // expected-error @below {{'ofa.sub' op expects result shape 'tensor<2x3xf32>', but got 'tensor<2x1xf32>'}}
  %0 = ofa.sub "s" %x, %y : (tensor<2x1xf32>, tensor<3xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @mean_c1(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{'ofa.mean' op expects increasing axes below 4, but got [2, 1]}}
  %0 = ofa.mean "m" %x {axes = array<i64: 2, 1>} : (tensor<1x8x8x4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @mean_c1_range(%x: tensor<8x4xf32>) {
  // expected-error @below {{'ofa.mean' op expects increasing axes below 2, but got [1, 2]}}
  %0 = ofa.mean "m" %x : (tensor<8x4xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @leaky_relu_c1(%x: tensor<4xf32>) {
  // expected-error @below {{'ofa.leaky_relu' op expects result shape 'tensor<4xf32>', but got 'tensor<5xf32>'}}
  %0 = ofa.leaky_relu "l" %x {alpha = 0.1 : f32} : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @leaky_relu_c2(%x: tensor<4x!quant.uniform<i8:f32, 0.1>>) {
  // expected-error @below {{'ofa.leaky_relu' op expects a finite 'alpha', of at least 0 for int8, but got -1.000000e+00 : f32}}
  %0 = ofa.leaky_relu "l" %x {alpha = -1.0 : f32} : (tensor<4x!quant.uniform<i8:f32, 0.1>>) -> tensor<4x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @logistic_c1(%x: tensor<4xf32>) {
  // expected-error @below {{'ofa.logistic' op expects result shape 'tensor<4xf32>', but got 'tensor<5xf32>'}}
  %0 = ofa.logistic "l" %x : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @logistic_c2(%x: tensor<4x!quant.uniform<i8:f32, 0.1>>) {
  // expected-error @below {{'ofa.logistic' op expects a result of scale 1/256 and zero point -128, but got '!quant.uniform<i8:f32, 1.000000e-01>'}}
  %0 = ofa.logistic "l" %x : (tensor<4x!quant.uniform<i8:f32, 0.1>>) -> tensor<4x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @tanh_c1(%x: tensor<4xf32>) {
  // expected-error @below {{'ofa.tanh' op expects result shape 'tensor<4xf32>', but got 'tensor<5xf32>'}}
  %0 = ofa.tanh "t" %x : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @tanh_c2(%x: tensor<4x!quant.uniform<i8:f32, 0.1>>) {
  // expected-error @below {{'ofa.tanh' op expects a result of scale 1/128 and zero point 0, but got '!quant.uniform<i8:f32, 1.000000e-01>'}}
  %0 = ofa.tanh "t" %x : (tensor<4x!quant.uniform<i8:f32, 0.1>>) -> tensor<4x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @hard_swish_c2(%x: tensor<4x!quant.uniform<i8:f32, 2.0>>) {
  // expected-error @below {{'ofa.hard_swish' op expects a result's scale of more than 1/128 of the input's, but got 1.562500e-02 from 2.000000e+00}}
  %0 = ofa.hard_swish "h" %x : (tensor<4x!quant.uniform<i8:f32, 2.0>>) -> tensor<4x!quant.uniform<i8:f32, 0.015625>>
  return
}

// -----

func.func @concat_c1() {
  // expected-error @below {{'ofa.concat' op expects at least one operand}}
  %0 = ofa.concat "c" {axis = 0 : i64} : () -> tensor<4xf32>
  return
}

// -----

func.func @concat_c1_axis(%x: tensor<4xf32>) {
  // expected-error @below {{'ofa.concat' op expects an axis below 1, but got 1}}
  %0 = ofa.concat "c" %x {axis = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @concat_c1_rank(%x: tensor<4xf32>, %y: tensor<1x4xf32>) {
  // expected-error @below {{'ofa.concat' op expects operands of 1 dimensions, but got 2}}
  %0 = ofa.concat "c" %x, %y {axis = 0 : i64} : (tensor<4xf32>, tensor<1x4xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @concat_c2(%x: tensor<2x4xf32>, %y: tensor<3x4xf32>) {
  // expected-error @below {{'ofa.concat' op expects operands of equal sizes but for axis 1, but got 2 and 3 along axis 0}}
  %0 = ofa.concat "c" %x, %y {axis = 1 : i64} : (tensor<2x4xf32>, tensor<3x4xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @concat_c3(%x: tensor<4x!quant.uniform<i8:f32, 0.5>>, %y: tensor<4x!quant.uniform<i8:f32, 0.25>>) {
  // expected-error @below {{'ofa.concat' op expects the result to have the input's element type '!quant.uniform<i8:f32, 2.500000e-01>', but got '!quant.uniform<i8:f32, 5.000000e-01>'}}
  %0 = ofa.concat "c" %x, %y {axis = 0 : i64} : (tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.25>>) -> tensor<8x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @concat_c4(%x: tensor<4xf32>) {
  // expected-error @below {{'ofa.concat' op expects result shape 'tensor<8xf32>', but got 'tensor<4xf32>'}}
  %0 = ofa.concat "c" %x, %x {axis = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @pad_c1(%x: tensor<1x4xf32>) {
  // expected-error @below {{'ofa.pad' op expects 'high' to have 2 entries, one for each dimension, but got 1}}
  %0 = ofa.pad "p" %x {low = array<i64: 0, 1>, high = array<i64: 1>} : (tensor<1x4xf32>) -> tensor<1x6xf32>
  return
}

// -----

func.func @pad_c1_huge(%x: tensor<4xf32>) {
  // expected-error @below {{'ofa.pad' op expects a padded size of at most 64 bits, but got 'low' 9223372036854775807 and 'high' 9223372036854775807}}
  %0 = ofa.pad "p" %x {low = array<i64: 9223372036854775807>, high = array<i64: 9223372036854775807>} : (tensor<4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @pad_c2(%x: tensor<1x4xf32>) {
  // expected-error @below {{'ofa.pad' op expects result shape 'tensor<1x6xf32>', but got 'tensor<1x5xf32>'}}
  %0 = ofa.pad "p" %x {low = array<i64: 0, 1>, high = array<i64: 0, 1>} : (tensor<1x4xf32>) -> tensor<1x5xf32>
  return
}

// -----

func.func @pad_c3(%x: tensor<1x4xf32>) {
  // expected-error @below {{'ofa.pad' op expects a value of 'f32', but got 3 : i8}}
  %0 = ofa.pad "p" %x {low = array<i64: 0, 1>, high = array<i64: 0, 0>, value = 3 : i8} : (tensor<1x4xf32>) -> tensor<1x5xf32>
  return
}

// -----

func.func @resize_nearest_c1(%x: tensor<1x4x4x2xf32>) {
  // expected-error @below {{'ofa.resize_nearest' op expects result shape 'tensor<1x8x6x2xf32>', but got 'tensor<1x8x8x2xf32>'}}
  %0 = ofa.resize_nearest "r" %x {size = array<i64: 8, 6>} : (tensor<1x4x4x2xf32>) -> tensor<1x8x8x2xf32>
  return
}

// -----

func.func @slice_c1(%x: tensor<4x4xf32>) {
  // expected-error @below {{'ofa.slice' op expects 'strides' to have 2 entries, one for each dimension, but got 1}}
  %0 = ofa.slice "s" %x {begin = array<i64: 0, 0>, sizes = array<i64: 2, 2>, strides = array<i64: 1>} : (tensor<4x4xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @slice_c2(%x: tensor<4xf32>) {
  // expected-error @below {{'ofa.slice' op expects elements 1 to 4 along axis 0 to be below 4}}
  %0 = ofa.slice "s" %x {begin = array<i64: 1>, sizes = array<i64: 2>, strides = array<i64: 3>} : (tensor<4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @slice_c2_huge(%x: tensor<4xf32>) {
  // expected-error @below {{'ofa.slice' op expects elements along axis 0 to be below 4, but got places of more than 64 bits}}
  %0 = ofa.slice "s" %x {begin = array<i64: 2>, sizes = array<i64: 3>, strides = array<i64: 9223372036854775807>} : (tensor<4xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @slice_c2_zero(%x: tensor<4xf32>) {
  // expected-error @below {{'ofa.slice' op expects strides that are not 0}}
  %0 = ofa.slice "s" %x {begin = array<i64: 1>, sizes = array<i64: 2>, strides = array<i64: 0>} : (tensor<4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @slice_c3(%x: tensor<4xf32>) {
  // expected-error @below {{'ofa.slice' op expects result shape 'tensor<2xf32>', but got 'tensor<3xf32>'}}
  %0 = ofa.slice "s" %x {begin = array<i64: 3>, sizes = array<i64: 2>, strides = array<i64: -2>} : (tensor<4xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @transpose_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'ofa.transpose' op expects a permutation of 2 dimensions, but got [0, 0]}}
  %0 = ofa.transpose "t" %x {permutation = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @transpose_c2(%x: tensor<2x3xf32>) {
  // expected-error @below {{'ofa.transpose' op expects result shape 'tensor<3x2xf32>', but got 'tensor<2x3xf32>'}}
  %0 = ofa.transpose "t" %x {permutation = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
