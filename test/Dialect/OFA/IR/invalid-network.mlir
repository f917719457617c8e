// RUN: ofa-opt %s --split-input-file --verify-diagnostics

// Each test is named after the constraint it breaks.

func.func @constant_c1() {
  // expected-error @below {{'ofa.constant' op expects elements of 'tensor<2x3xf32>', but got 'tensor<3x2xf32>'}}
  %0 = "ofa.constant"() {name = "w", value = dense<0.0> : tensor<3x2xf32>} : () -> tensor<2x3xf32>
  return
}

// -----

func.func @constant_c1_storage() {
  // expected-error @below {{'ofa.constant' op expects elements of 'tensor<2xi8>', but got 'tensor<2xi16>'}}
  %0 = "ofa.constant"() {name = "w", value = dense<0> : tensor<2xi16>} : () -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @constant_c2() {
  // expected-error @below {{'ofa.constant' op expects the data of resource 'absent', but there is none: is the file cut?}}
  %0 = ofa.constant "w" : tensor<2x3xf32> = dense_resource<absent>
  return
}

// -----

func.func @constant_c2_size() {
  // expected-error @below {{'ofa.constant' op expects resource 'short' to have 24 bytes for 'tensor<2x3xf32>', but got 8}}
  %0 = ofa.constant "w" : tensor<2x3xf32> = dense_resource<short>
  return
}

{-#
  dialect_resources: {
    builtin: {
      short: "0x040000000000803F0000803F"
    }
  }
#-}

// -----

func.func @constant_c2_sparse() {
  // expected-error @below {{'ofa.constant' op expects dense elements or a resource, but got sparse}}
  %0 = ofa.constant "w" : tensor<2x3xf32> = sparse<[[0, 0]], [1.0]>
  return
}

// -----

func.func @constant_c3() {
  // expected-error @below {{'ofa.constant' op expects 3 scales along axis 0, but got 2}}
  %0 = ofa.constant "w" : tensor<3x!quant.uniform<i8<-127:127>:f32:0, {0.1, 0.2}>> = dense<0>
  return
}

// -----

func.func @constant_c3_axis() {
  // expected-error @below {{'ofa.constant' op expects a quantised axis below 1, but got 1}}
  %0 = ofa.constant "w" : tensor<2x!quant.uniform<i8<-127:127>:f32:1, {0.1, 0.2}>> = dense<0>
  return
}

// -----

func.func @constant_c4() {
  // expected-error @below {{'ofa.constant' op expects i8 storage, but got '!quant.uniform<i4:f32, 1.000000e-01>'}}
  %0 = ofa.constant "w" : tensor<2x!quant.uniform<i4:f32, 0.1>>
  return
}

// -----

func.func @constant_c4_calibrated() {
  // expected-error @below {{'ofa.constant' op expects i8 storage, but got '!quant.calibrated}}
  %0 = ofa.constant "w" : tensor<2x!quant.calibrated<f32<-1.0:1.0>>>
  return
}

// -----

func.func @positive_dimensions(%x: tensor<1x8x8x0xf32>) {
  // expected-error @below {{must be ranked tensor of 32-bit float or quantized type values with positive static dimensions}}
  %0 = ofa.relu6 "r" %x : (tensor<1x8x8x0xf32>) -> tensor<1x8x8x0xf32>
  return
}

// -----

func.func @conv2d_c1(%x: tensor<1x8x8x3xf32>) {
  %w = ofa.constant "w" : tensor<16x3x3x4xf32>
  // expected-error @below {{'ofa.conv2d' op expects a weight of 3 input channels, or of a part of them that makes groups of its 16 output channels, but got 4}}
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x8x8x3xf32>, tensor<16x3x3x4xf32>) -> tensor<1x6x6x16xf32>
  return
}

// -----

func.func @conv2d_c1_rank(%x: tensor<1x8x8x3xf32>) {
  %w = ofa.constant "w" : tensor<16x3xf32>
  // expected-error @below {{'ofa.conv2d' op expects a weight of shape [out, kh, kw, in], but got 2 dimensions}}
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x8x8x3xf32>, tensor<16x3xf32>) -> tensor<1x8x8x16xf32>
  return
}

// -----

func.func @conv2d_c2(%x: tensor<1x8x8x3xf32>) {
  %w = ofa.constant "w" : tensor<16x1x1x3xf32>
  %b = ofa.constant "b" : tensor<8xf32>
  // expected-error @below {{'ofa.conv2d' op expects a bias of 16 elements, but got 8}}
  %0 = ofa.conv2d "c" %x, %w, %b : (tensor<1x8x8x3xf32>, tensor<16x1x1x3xf32>, tensor<8xf32>) -> tensor<1x8x8x16xf32>
  return
}

// -----

func.func @conv2d_c3(%x: tensor<1x2x2x3xf32>) {
  %w = ofa.constant "w" : tensor<16x3x3x3xf32>
  // expected-error @below {{'ofa.conv2d' op expects a window that fits into the padded input, but it spans 3 of 2 rows}}
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x2x2x3xf32>, tensor<16x3x3x3xf32>) -> tensor<1x1x1x16xf32>
  return
}

// -----

func.func @conv2d_c3_dilated(%x: tensor<1x8x4x3xf32>) {
  %w = ofa.constant "w" : tensor<16x3x3x3xf32>
  // expected-error @below {{'ofa.conv2d' op expects a window that fits into the padded input, but it spans 5 of 4 columns}}
  %0 = ofa.conv2d "c" %x, %w {dilations = array<i64: 2, 2>} : (tensor<1x8x4x3xf32>, tensor<16x3x3x3xf32>) -> tensor<1x4x1x16xf32>
  return
}

// -----

ofa.supernet @conv2d_c4 {
  ofa.choice @expand of [1, 2]
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x8x16xf32> {
    %w = ofa.constant "w" : tensor<16x1x1x3xf32>
    // expected-error @below {{'ofa.conv2d' op expects the largest width to be the weight's 16 output channels, but got 24}}
    %0 = ofa.conv2d "c" %image, %w {width = #ofa.width<[@expand] : [8, 24]>} : (tensor<1x8x8x3xf32>, tensor<16x1x1x3xf32>) -> tensor<1x8x8x16xf32>
    ofa.yield %0 : tensor<1x8x8x16xf32>
  }
}

// -----

func.func @conv2d_c4_static(%x: tensor<1x8x8x3xf32>) {
  %w = ofa.constant "w" : tensor<16x1x1x3xf32>
  // expected-error @below {{'ofa.conv2d' op expects 'width' only inside a supernet}}
  %0 = ofa.conv2d "c" %x, %w {width = #ofa.width<[@expand] : [8, 16]>} : (tensor<1x8x8x3xf32>, tensor<16x1x1x3xf32>) -> tensor<1x8x8x16xf32>
  return
}

// -----

func.func @conv2d_c5(%x: tensor<1x8x8x3xf32>) {
  %w = ofa.constant "w" : tensor<16x1x1x3x!quant.uniform<i8:f32, 0.1>>
  // expected-error @below {{'ofa.conv2d' op expects input, weight and result to be all real or all quantised}}
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x8x8x3xf32>, tensor<16x1x1x3x!quant.uniform<i8:f32, 0.1>>) -> tensor<1x8x8x16xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.1>
func.func @conv2d_c5_axis(%x: tensor<1x8x8x3x!q>) {
  %w = ofa.constant "w" : tensor<2x1x1x3x!quant.uniform<i8:f32:3, {0.1, 0.2, 0.3}>>
  // expected-error @below {{'ofa.conv2d' op expects weights quantised along axis 0, but got axis 3}}
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x8x8x3x!q>, tensor<2x1x1x3x!quant.uniform<i8:f32:3, {0.1, 0.2, 0.3}>>) -> tensor<1x8x8x2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.1>
!w = !quant.uniform<i8:f32:0, {0.1:3, 0.2}>
func.func @conv2d_c5_symmetric(%x: tensor<1x8x8x3x!q>) {
  %w = ofa.constant "w" : tensor<2x1x1x3x!w>
  // expected-error @below {{'ofa.conv2d' op expects symmetric weights, but got a zero point}}
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x8x8x3x!q>, tensor<2x1x1x3x!w>) -> tensor<1x8x8x2x!q>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.1>
func.func @conv2d_c5_bias(%x: tensor<1x8x8x3x!q>) {
  %w = ofa.constant "w" : tensor<2x1x1x3x!q>
  %b = ofa.constant "b" : tensor<2xf32>
  // expected-error @below {{'ofa.conv2d' op expects a bias of i32, but got 'f32'}}
  %0 = ofa.conv2d "c" %x, %w, %b : (tensor<1x8x8x3x!q>, tensor<2x1x1x3x!q>, tensor<2xf32>) -> tensor<1x8x8x2x!q>
  return
}

// -----

!q = !quant.uniform<u8:f32, 0.1>
func.func @conv2d_c5_unsigned(%x: tensor<1x8x8x3x!q>) {
  %w = ofa.constant "w" : tensor<2x1x1x3xi8>
  // expected-error @below {{'ofa.conv2d' op expects activations of f32 or of a per-tensor !quant.uniform<i8:f32, ...>}}
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x8x8x3x!q>, tensor<2x1x1x3xi8>) -> tensor<1x8x8x2x!q>
  return
}

// -----

func.func @conv2d_c6(%x: tensor<1x8x8x3xf32>) {
  %w = ofa.constant "w" : tensor<16x3x3x3xf32>
  // expected-error @below {{'ofa.conv2d' op expects result shape 'tensor<1x6x6x16xf32>', but got 'tensor<1x8x8x16xf32>'}}
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x8x8x3xf32>, tensor<16x3x3x3xf32>) -> tensor<1x8x8x16xf32>
  return
}

// -----

func.func @depthwise_conv2d_c1(%x: tensor<1x8x8x4xf32>) {
  %w = ofa.constant "w" : tensor<1x3x3x6xf32>
  // expected-error @below {{'ofa.depthwise_conv2d' op expects a weight of shape [1, kh, kw, n * 4]}}
  %0 = ofa.depthwise_conv2d "d" %x, %w : (tensor<1x8x8x4xf32>, tensor<1x3x3x6xf32>) -> tensor<1x6x6x6xf32>
  return
}

// -----

func.func @depthwise_conv2d_c2(%x: tensor<1x8x8x4xf32>) {
  %w = ofa.constant "w" : tensor<1x3x3x4xf32>
  %b = ofa.constant "b" : tensor<8xf32>
  // expected-error @below {{'ofa.depthwise_conv2d' op expects a bias of 4 elements, but got 8}}
  %0 = ofa.depthwise_conv2d "d" %x, %w, %b : (tensor<1x8x8x4xf32>, tensor<1x3x3x4xf32>, tensor<8xf32>) -> tensor<1x6x6x4xf32>
  return
}

// -----

func.func @depthwise_conv2d_c3(%x: tensor<1x2x8x4xf32>) {
  %w = ofa.constant "w" : tensor<1x3x3x4xf32>
  // expected-error @below {{'ofa.depthwise_conv2d' op expects a window that fits into the padded input, but it spans 3 of 2 rows}}
  %0 = ofa.depthwise_conv2d "d" %x, %w : (tensor<1x2x8x4xf32>, tensor<1x3x3x4xf32>) -> tensor<1x1x6x4xf32>
  return
}

// -----

ofa.supernet @depthwise_conv2d_c4 {
  ofa.choice @kernel of [4, 5]
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
    %w = ofa.constant "w" : tensor<1x5x5x3xf32>
    // expected-error @below {{'ofa.depthwise_conv2d' op expects @kernel to hold odd window sizes up to 5, but got [4, 5]}}
    %0 = ofa.depthwise_conv2d "d" %image, %w {kernel_choice = @kernel, pad = array<i64: 2, 2, 2, 2>} : (tensor<1x8x8x3xf32>, tensor<1x5x5x3xf32>) -> tensor<1x8x8x3xf32>
    ofa.yield %0 : tensor<1x8x8x3xf32>
  }
}

// -----

ofa.supernet @depthwise_conv2d_c4_pad {
  ofa.choice @kernel of [3, 5]
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x4x4x3xf32> {
    %w = ofa.constant "w" : tensor<1x5x5x3xf32>
    // expected-error @below {{'ofa.depthwise_conv2d' op expects padding of at least 1, which the smallest window takes off each side}}
    %0 = ofa.depthwise_conv2d "d" %image, %w {kernel_choice = @kernel} : (tensor<1x8x8x3xf32>, tensor<1x5x5x3xf32>) -> tensor<1x4x4x3xf32>
    ofa.yield %0 : tensor<1x4x4x3xf32>
  }
}

// -----

ofa.supernet @depthwise_conv2d_c4_square {
  ofa.choice @kernel of [3, 5]
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x10x3xf32> {
    %w = ofa.constant "w" : tensor<1x5x3x3xf32>
    // expected-error @below {{'ofa.depthwise_conv2d' op expects a square window with 'kernel_choice', but got 5x3}}
    %0 = ofa.depthwise_conv2d "d" %image, %w {kernel_choice = @kernel, pad = array<i64: 2, 2, 2, 2>} : (tensor<1x8x8x3xf32>, tensor<1x5x3x3xf32>) -> tensor<1x8x10x3xf32>
    ofa.yield %0 : tensor<1x8x10x3xf32>
  }
}

// -----

func.func @depthwise_conv2d_c4_static(%x: tensor<1x8x8x3xf32>) {
  %w = ofa.constant "w" : tensor<1x5x5x3xf32>
  // expected-error @below {{'ofa.depthwise_conv2d' op expects 'kernel_choice' only inside a supernet}}
  %0 = ofa.depthwise_conv2d "d" %x, %w {kernel_choice = @kernel, pad = array<i64: 2, 2, 2, 2>} : (tensor<1x8x8x3xf32>, tensor<1x5x5x3xf32>) -> tensor<1x8x8x3xf32>
  return
}

// -----

ofa.supernet @depthwise_conv2d_c5 {
  ofa.choice @kernel of [3, 5, 7]
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
    %w = ofa.constant "w" : tensor<1x7x7x3xf32>
    %m = ofa.constant "m" : tensor<25x25xf32>
    // expected-error @below {{'ofa.depthwise_conv2d' op expects 2 transforms for @kernel, but got 1}}
    %0 = ofa.depthwise_conv2d "d" %image, %w transforms(%m) {kernel_choice = @kernel, pad = array<i64: 3, 3, 3, 3>} : (tensor<1x8x8x3xf32>, tensor<1x7x7x3xf32>, tensor<25x25xf32>) -> tensor<1x8x8x3xf32>
    ofa.yield %0 : tensor<1x8x8x3xf32>
  }
}

// -----

ofa.supernet @depthwise_conv2d_c5_shape {
  ofa.choice @kernel of [3, 5]
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
    %w = ofa.constant "w" : tensor<1x5x5x3xf32>
    %m = ofa.constant "m" : tensor<25x25xf32>
    // expected-error @below {{'ofa.depthwise_conv2d' op expects transform 0 of shape 9x9 for a window of 3, but got 'tensor<25x25xf32>'}}
    %0 = ofa.depthwise_conv2d "d" %image, %w transforms(%m) {kernel_choice = @kernel, pad = array<i64: 2, 2, 2, 2>} : (tensor<1x8x8x3xf32>, tensor<1x5x5x3xf32>, tensor<25x25xf32>) -> tensor<1x8x8x3xf32>
    ofa.yield %0 : tensor<1x8x8x3xf32>
  }
}

// -----

func.func @depthwise_conv2d_c5_choice(%x: tensor<1x8x8x3xf32>) {
  %w = ofa.constant "w" : tensor<1x3x3x3xf32>
  %m = ofa.constant "m" : tensor<9x9xf32>
  // expected-error @below {{'ofa.depthwise_conv2d' op expects 'kernel_choice' with transforms}}
  %0 = ofa.depthwise_conv2d "d" %x, %w transforms(%m) : (tensor<1x8x8x3xf32>, tensor<1x3x3x3xf32>, tensor<9x9xf32>) -> tensor<1x6x6x3xf32>
  return
}

// -----

func.func @depthwise_conv2d_c6(%x: tensor<1x8x8x3xf32>) {
  %w = ofa.constant "w" : tensor<1x3x3x3xf32>
  // expected-error @below {{'ofa.depthwise_conv2d' op expects result shape 'tensor<1x6x6x3xf32>', but got 'tensor<1x8x8x3xf32>'}}
  %0 = ofa.depthwise_conv2d "d" %x, %w : (tensor<1x8x8x3xf32>, tensor<1x3x3x3xf32>) -> tensor<1x8x8x3xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.1>
func.func @depthwise_conv2d_c6_axis(%x: tensor<1x8x8x2x!q>) {
  %w = ofa.constant "w" : tensor<1x3x3x2x!quant.uniform<i8:f32:0, {0.1}>>
  // expected-error @below {{'ofa.depthwise_conv2d' op expects weights quantised along axis 3, but got axis 0}}
  %0 = ofa.depthwise_conv2d "d" %x, %w : (tensor<1x8x8x2x!q>, tensor<1x3x3x2x!quant.uniform<i8:f32:0, {0.1}>>) -> tensor<1x6x6x2x!q>
  return
}

// -----

func.func @fully_connected_c1(%x: tensor<1x8xf32>) {
  %w = ofa.constant "w" : tensor<10x16xf32>
  // expected-error @below {{'ofa.fully_connected' op expects an input [rows, in] and a weight [out, in]}}
  %0 = ofa.fully_connected "f" %x, %w : (tensor<1x8xf32>, tensor<10x16xf32>) -> tensor<1x10xf32>
  return
}

// -----

func.func @fully_connected_c2(%x: tensor<1x8xf32>) {
  %w = ofa.constant "w" : tensor<10x8xf32>
  %b = ofa.constant "b" : tensor<8xf32>
  // expected-error @below {{'ofa.fully_connected' op expects a bias of 10 elements, but got 8}}
  %0 = ofa.fully_connected "f" %x, %w, %b : (tensor<1x8xf32>, tensor<10x8xf32>, tensor<8xf32>) -> tensor<1x10xf32>
  return
}

// -----

ofa.supernet @fully_connected_c3 {
  ofa.choice @width of [1, 2]
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8xf32> {
    %w = ofa.constant "w" : tensor<8x3xf32>
    %0 = ofa.mean "p" %image : (tensor<1x8x8x3xf32>) -> tensor<1x3xf32>
    // expected-error @below {{'ofa.fully_connected' op expects the largest width to be the weight's 8 output channels, but got 10}}
    %1 = ofa.fully_connected "f" %0, %w {width = #ofa.width<[@width] : [4, 10]>} : (tensor<1x3xf32>, tensor<8x3xf32>) -> tensor<1x8xf32>
    ofa.yield %1 : tensor<1x8xf32>
  }
}

// -----

func.func @fully_connected_c4(%x: tensor<1x8xf32>) {
  %w = ofa.constant "w" : tensor<10x8xf32>
  // expected-error @below {{'ofa.fully_connected' op expects result shape 'tensor<1x10xf32>', but got 'tensor<1x8xf32>'}}
  %0 = ofa.fully_connected "f" %x, %w : (tensor<1x8xf32>, tensor<10x8xf32>) -> tensor<1x8xf32>
  return
}

// -----

func.func @batch_norm_c1(%x: tensor<1x8x8x4xf32>) {
  %p = ofa.constant "p" : tensor<4x8xf32>
  // expected-error @below {{'ofa.batch_norm' op expects parameters of shape [4, 4], but got [4, 8]}}
  %0 = ofa.batch_norm "b" %x, %p : (tensor<1x8x8x4xf32>, tensor<4x8xf32>) -> tensor<1x8x8x4xf32>
  return
}

// -----

func.func @batch_norm_c2(%x: tensor<1x8x8x4xf32>) {
  %p = ofa.constant "p" : tensor<4x4xf32>
  // expected-error @below {{'ofa.batch_norm' op expects result shape 'tensor<1x8x8x4xf32>', but got 'tensor<1x4x4x4xf32>'}}
  %0 = ofa.batch_norm "b" %x, %p : (tensor<1x8x8x4xf32>, tensor<4x4xf32>) -> tensor<1x4x4x4xf32>
  return
}

// -----

func.func @batch_norm_c3(%x: tensor<1x8x8x4xf32>) {
  %p = ofa.constant "p" : tensor<4x4xf32>
  // expected-error @below {{'ofa.batch_norm' op expects a positive epsilon, but got 0}}
  %0 = ofa.batch_norm "b" %x, %p {epsilon = 0.0} : (tensor<1x8x8x4xf32>, tensor<4x4xf32>) -> tensor<1x8x8x4xf32>
  return
}

// -----

func.func @add_c1(%x: tensor<1x8x8x4xf32>, %y: tensor<1x8x4x4xf32>) {
  // expected-error @below {{'ofa.add' op expects shapes that can be broadcast to each other, but got 1x8x8x4 and 1x8x4x4}}
  %0 = ofa.add "a" %x, %y : (tensor<1x8x8x4xf32>, tensor<1x8x4x4xf32>) -> tensor<1x8x8x4xf32>
  return
}

// -----

func.func @add_c2(%x: tensor<1x8x8x4xf32>, %y: tensor<1x1x1x4xf32>) {
  // expected-error @below {{'ofa.add' op expects result shape 'tensor<1x8x8x4xf32>', but got 'tensor<1x1x1x4xf32>'}}
  %0 = ofa.add "a" %x, %y : (tensor<1x8x8x4xf32>, tensor<1x1x1x4xf32>) -> tensor<1x1x1x4xf32>
  return
}

// -----

func.func @mul_c1(%x: tensor<3xf32>, %y: tensor<1x8x8x4xf32>) {
  // expected-error @below {{'ofa.mul' op expects shapes that can be broadcast to each other, but got 3 and 1x8x8x4}}
  %0 = ofa.mul "m" %x, %y : (tensor<3xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  return
}

// -----

func.func @mul_c2(%x: tensor<1x8x8x4xf32>, %y: tensor<1x1x1x4xf32>) {
  // expected-error @below {{'ofa.mul' op expects result shape 'tensor<1x8x8x4xf32>', but got 'tensor<1x1x1x4xf32>'}}
  %0 = ofa.mul "m" %x, %y : (tensor<1x8x8x4xf32>, tensor<1x1x1x4xf32>) -> tensor<1x1x1x4xf32>
  return
}

// -----

func.func @mean_c2(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{'ofa.mean' op expects result shape 'tensor<1x4xf32>', but got 'tensor<1x1x1x4xf32>'}}
  %0 = ofa.mean "p" %x : (tensor<1x8x8x4xf32>) -> tensor<1x1x1x4xf32>
  return
}

// -----

func.func @avg_pool2d_c1(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{'ofa.avg_pool2d' op expects padding smaller than the window}}
  %0 = ofa.avg_pool2d "p" %x {filter = array<i64: 2, 2>, pad = array<i64: 2, 0, 0, 0>} : (tensor<1x8x8x4xf32>) -> tensor<1x9x7x4xf32>
  return
}

// -----

func.func @avg_pool2d_c2(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{'ofa.avg_pool2d' op expects result shape 'tensor<1x7x7x4xf32>', but got 'tensor<1x8x8x4xf32>'}}
  %0 = ofa.avg_pool2d "p" %x {filter = array<i64: 2, 2>} : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  return
}

// -----

func.func @max_pool2d_c1(%x: tensor<1x8x2x4xf32>) {
  // expected-error @below {{'ofa.max_pool2d' op expects a window that fits into the padded input, but it spans 3 of 2 columns}}
  %0 = ofa.max_pool2d "p" %x {filter = array<i64: 3, 3>} : (tensor<1x8x2x4xf32>) -> tensor<1x6x1x4xf32>
  return
}

// -----

!a = !quant.uniform<i8:f32, 0.1>
!b = !quant.uniform<i8:f32, 0.2>
func.func @max_pool2d_c2(%x: tensor<1x8x8x4x!a>) {
  // expected-error @below {{'ofa.max_pool2d' op expects the result to have the input's element type}}
  %0 = ofa.max_pool2d "p" %x {filter = array<i64: 2, 2>} : (tensor<1x8x8x4x!a>) -> tensor<1x7x7x4x!b>
  return
}

// -----

func.func @relu_c1(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{'ofa.relu' op expects result shape 'tensor<1x8x8x4xf32>', but got 'tensor<1x4x4x4xf32>'}}
  %0 = ofa.relu "r" %x : (tensor<1x8x8x4xf32>) -> tensor<1x4x4x4xf32>
  return
}

// -----

func.func @relu6_c1(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{'ofa.relu6' op expects result shape 'tensor<1x8x8x4xf32>', but got 'tensor<1x4x4x4xf32>'}}
  %0 = ofa.relu6 "r" %x : (tensor<1x8x8x4xf32>) -> tensor<1x4x4x4xf32>
  return
}

// -----

func.func @hard_swish_c1(%x: tensor<1x8xf32>) {
  // expected-error @below {{'ofa.hard_swish' op expects result shape 'tensor<1x8xf32>', but got 'tensor<1x4xf32>'}}
  %0 = ofa.hard_swish "h" %x : (tensor<1x8xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @hard_sigmoid_c1(%x: tensor<1x8xf32>) {
  // expected-error @below {{'ofa.hard_sigmoid' op expects result shape 'tensor<1x8xf32>', but got 'tensor<1x4xf32>'}}
  %0 = ofa.hard_sigmoid "h" %x : (tensor<1x8xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @softmax_c1(%x: tensor<1x8xf32>) {
  // expected-error @below {{'ofa.softmax' op expects result shape 'tensor<1x8xf32>', but got 'tensor<1x4xf32>'}}
  %0 = ofa.softmax "s" %x : (tensor<1x8xf32>) -> tensor<1x4xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.1>
func.func @softmax_c2(%x: tensor<1x8x!q>) {
  // expected-error @below {{'ofa.softmax' op expects a result of scale 1/256 and zero point -128, but got '!quant.uniform<i8:f32, 1.000000e-01>'}}
  %0 = ofa.softmax "s" %x : (tensor<1x8x!q>) -> tensor<1x8x!q>
  return
}

// -----

func.func @pad_c1(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{'ofa.pad' op expects result shape 'tensor<1x9x8x4xf32>', but got 'tensor<1x8x8x4xf32>'}}
  %0 = ofa.pad "p" %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>} : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  return
}

// -----

func.func @reshape_c1(%x: tensor<1x8xf32>) {
  // expected-error @below {{'ofa.reshape' op expects a shape of 8 elements, but got 10}}
  %0 = ofa.reshape "r" %x {shape = array<i64: 1, 10>} : (tensor<1x8xf32>) -> tensor<1x10xf32>
  return
}

// -----

func.func @reshape_c2(%x: tensor<1x8xf32>) {
  // expected-error @below {{'ofa.reshape' op expects the result to have the input's element type 'f32'}}
  %0 = ofa.reshape "r" %x {shape = array<i64: 8>} : (tensor<1x8xf32>) -> tensor<8x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @quantize_c1(%x: tensor<1x8xf32>) {
  // expected-error @below {{'ofa.quantize' op expects a quantised result, but got 'tensor<1x8xf32>'}}
  %0 = ofa.quantize "q" %x : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return
}

// -----

func.func @dequantize_c1(%x: tensor<1x8xf32>) {
  // expected-error @below {{'ofa.dequantize' op expects a quantised input and a result of f32}}
  %0 = ofa.dequantize "d" %x : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return
}
