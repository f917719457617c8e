// RUN: ofa-opt %s --split-input-file --verify-diagnostics

kernel.model @copy_c1 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<4xi8>
    %y = kernel.buffer output "y" : memref<4xf32>
    // expected-error @below {{'kernel.copy' op expects input and output of one element type, but got 'i8' and 'f32'}}
    kernel.copy "x" ins(%x : memref<4xi8>) outs(%y : memref<4xf32>) {run = 4}
  }
}

// -----

kernel.model @copy_c2 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<4xi8>
    %y = kernel.buffer output "y" : memref<4xi8>
    // expected-error @below {{'kernel.copy' op expects at most 4 loops with a positive count and two strides each, but got counts [4], input strides [1] and output strides [1, 1]}}
    kernel.copy "x" ins(%x : memref<4xi8>) outs(%y : memref<4xi8>) {counts = array<i64: 4>, input_strides = array<i64: 1>, output_strides = array<i64: 1, 1>}
  }
}

// -----

kernel.model @copy_c2_count {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<4xi8>
    %y = kernel.buffer output "y" : memref<4xi8>
    // expected-error @below {{'kernel.copy' op expects at most 4 loops with a positive count and two strides each, but got counts [0], input strides [1] and output strides [1]}}
    kernel.copy "x" ins(%x : memref<4xi8>) outs(%y : memref<4xi8>) {counts = array<i64: 0>, input_strides = array<i64: 1>, output_strides = array<i64: 1>}
  }
}

// -----

kernel.model @copy_c2_loops {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<4xi8>
    %y = kernel.buffer output "y" : memref<4xi8>
    // expected-error @below {{'kernel.copy' op expects at most 4 loops with a positive count and two strides each, but got counts [1, 1, 1, 1, 1], input strides [1, 1, 1, 1, 1] and output strides [1, 1, 1, 1, 1]}}
    kernel.copy "x" ins(%x : memref<4xi8>) outs(%y : memref<4xi8>) {counts = array<i64: 1, 1, 1, 1, 1>, input_strides = array<i64: 1, 1, 1, 1, 1>, output_strides = array<i64: 1, 1, 1, 1, 1>}
  }
}

// -----

kernel.model @copy_c3 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<8xi8>
    %y = kernel.buffer output "y" : memref<4xi8>
    // expected-error @below {{'kernel.copy' op expects elements inside the input of 8, but got -1 to 5}}
    kernel.copy "x" ins(%x : memref<8xi8>) outs(%y : memref<4xi8>) {counts = array<i64: 4>, input_strides = array<i64: -2>, output_strides = array<i64: 1>, input_offset = 5}
  }
}

// -----

kernel.model @copy_c3_output {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<8xi8>
    %y = kernel.buffer output "y" : memref<4xi8>
    // expected-error @below {{'kernel.copy' op expects elements inside the output of 4, but got 3 to 4}}
    kernel.copy "x" ins(%x : memref<8xi8>) outs(%y : memref<4xi8>) {run = 2, output_offset = 3}
  }
}

// -----

kernel.model @copy_c3_overflow {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<8xi8>
    %y = kernel.buffer output "y" : memref<4xi8>
    // expected-error @below {{'kernel.copy' op expects elements inside the input of 8, but got places of more than 64 bits}}
    kernel.copy "x" ins(%x : memref<8xi8>) outs(%y : memref<4xi8>) {run = 9223372036854775807, input_offset = 5, output_offset = 5}
  }
}

// -----

kernel.model @copy_c4 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<8xi8>
    %y = kernel.buffer output "y" : memref<4xi8>
    // expected-error @below {{'kernel.copy' op expects output strides other than 0, but got [0]}}
    kernel.copy "x" ins(%x : memref<8xi8>) outs(%y : memref<4xi8>) {counts = array<i64: 4>, input_strides = array<i64: 1>, output_strides = array<i64: 0>}
  }
}

// -----

kernel.model @copy_c5 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<2x4xi8>
    %y = kernel.view %x : memref<2x4xi8> to memref<8xi8>
    // expected-error @below {{'kernel.copy' op expects input and output in different buffers}}
    kernel.copy "x" ins(%x : memref<2x4xi8>) outs(%y : memref<8xi8>)
  }
}

// -----

kernel.model @resize_nearest_c1 {
  kernel.global weights @r = dense<0> : tensor<8xi16>
  kernel.global weights @c = dense<0> : tensor<8xi16>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x8x8x4xi8>
    %r = kernel.get_global @r : memref<8xi16>
    %c = kernel.get_global @c : memref<8xi16>
    // expected-error @below {{'kernel.resize_nearest' op expects input and output of shape [n, height, width, c], but got [1, 4, 4, 8] and [1, 8, 8, 4]}}
    kernel.resize_nearest "x" ins(%x, %r, %c : memref<1x4x4x8xi8>, memref<8xi16>, memref<8xi16>) outs(%y : memref<1x8x8x4xi8>)
  }
}

// -----

kernel.model @resize_nearest_c1_type {
  kernel.global weights @r = dense<0> : tensor<8xi16>
  kernel.global weights @c = dense<0> : tensor<8xi16>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x8x8x8xf32>
    %r = kernel.get_global @r : memref<8xi16>
    %c = kernel.get_global @c : memref<8xi16>
    // expected-error @below {{'kernel.resize_nearest' op expects input and output of one element type, but got 'i8' and 'f32'}}
    kernel.resize_nearest "x" ins(%x, %r, %c : memref<1x4x4x8xi8>, memref<8xi16>, memref<8xi16>) outs(%y : memref<1x8x8x8xf32>)
  }
}

// -----

kernel.model @resize_nearest_c2 {
  kernel.global weights @r = dense<0> : tensor<7xi16>
  kernel.global weights @c = dense<0> : tensor<8xi16>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x8x8x8xi8>
    %r = kernel.get_global @r : memref<7xi16>
    %c = kernel.get_global @c : memref<8xi16>
    // expected-error @below {{'kernel.resize_nearest' op expects 8 elements in rows, but got 7}}
    kernel.resize_nearest "x" ins(%x, %r, %c : memref<1x4x4x8xi8>, memref<7xi16>, memref<8xi16>) outs(%y : memref<1x8x8x8xi8>)
  }
}

// -----

kernel.model @resize_nearest_c2_columns {
  kernel.global weights @r = dense<0> : tensor<8xi16>
  kernel.global weights @c = dense<0> : tensor<4xi16>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x8x8x8xi8>
    %r = kernel.get_global @r : memref<8xi16>
    %c = kernel.get_global @c : memref<4xi16>
    // expected-error @below {{'kernel.resize_nearest' op expects 8 elements in columns, but got 4}}
    kernel.resize_nearest "x" ins(%x, %r, %c : memref<1x4x4x8xi8>, memref<8xi16>, memref<4xi16>) outs(%y : memref<1x8x8x8xi8>)
  }
}

// -----

kernel.model @resize_nearest_c3 {
  kernel.global weights @r = dense<0> : tensor<8xi16>
  kernel.global weights @c = dense<0> : tensor<32768xi16>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x1xi8>
    %y = kernel.buffer output "y" : memref<1x8x32768x1xi8>
    %r = kernel.get_global @r : memref<8xi16>
    %c = kernel.get_global @c : memref<32768xi16>
    // expected-error @below {{'kernel.resize_nearest' op expects heights and widths of at most 32767, but got 32768}}
    kernel.resize_nearest "x" ins(%x, %r, %c : memref<1x4x4x1xi8>, memref<8xi16>, memref<32768xi16>) outs(%y : memref<1x8x32768x1xi8>)
  }
}
