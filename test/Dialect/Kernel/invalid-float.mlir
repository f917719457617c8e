// RUN: ofa-opt %s --split-input-file --verify-diagnostics

kernel.model @conv2d_f32_c1 {
  kernel.global weights @g1 = dense<1.0> : tensor<108xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<4xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<2x8x8x3xf32>
    %1 = kernel.get_global @g1 : memref<108xf32>
    %2 = kernel.get_global @g2 : memref<4xf32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xf32>
    // expected-error @below {{'kernel.conv2d_f32' op expects input of shape [1, height, width, channels], but got [2, 8, 8, 3]}}
    kernel.conv2d_f32 "x" ins(%0, %1, %2 : memref<2x8x8x3xf32>, memref<108xf32>, memref<4xf32>) outs(%y : memref<1x6x6x4xf32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_f32_c2 {
  kernel.global weights @g1 = dense<1.0> : tensor<107xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<4xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x3xf32>
    %1 = kernel.get_global @g1 : memref<107xf32>
    %2 = kernel.get_global @g2 : memref<4xf32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xf32>
    // expected-error @below {{'kernel.conv2d_f32' op expects 108 elements in weights, but got 107}}
    kernel.conv2d_f32 "x" ins(%0, %1, %2 : memref<1x8x8x3xf32>, memref<107xf32>, memref<4xf32>) outs(%y : memref<1x6x6x4xf32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_f32_c3 {
  kernel.global weights @g1 = dense<1.0> : tensor<108xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<4xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x3xf32>
    %1 = kernel.get_global @g1 : memref<108xf32>
    %2 = kernel.get_global @g2 : memref<4xf32>
    %y = kernel.buffer output "y" : memref<1x9x6x4xf32>
    // expected-error @below {{'kernel.conv2d_f32' op expects every window to touch the image, but of 9 output rows the first begins at 0 and the last at 8 of 8}}
    kernel.conv2d_f32 "x" ins(%0, %1, %2 : memref<1x8x8x3xf32>, memref<108xf32>, memref<4xf32>) outs(%y : memref<1x9x6x4xf32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_f32_c4 {
  kernel.global weights @g1 = dense<1.0> : tensor<108xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<4xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x3xf32>
    %1 = kernel.get_global @g1 : memref<108xf32>
    %2 = kernel.get_global @g2 : memref<4xf32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xf32>
    // expected-error @below {{'kernel.conv2d_f32' op expects activation_min <= activation_max, but got 5.000000e+00 and 4.000000e+00}}
    kernel.conv2d_f32 "x" ins(%0, %1, %2 : memref<1x8x8x3xf32>, memref<108xf32>, memref<4xf32>) outs(%y : memref<1x6x6x4xf32>) {kernel = array<i64: 3, 3>, activation_min = 5.0 : f32, activation_max = 4.0 : f32}
  }
}

// -----

kernel.model @conv2d_f32_c5 {
  kernel.global weights @g1 = dense<1.0> : tensor<289xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<1xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x20x20x1xf32>
    %1 = kernel.get_global @g1 : memref<289xf32>
    %2 = kernel.get_global @g2 : memref<1xf32>
    %y = kernel.buffer output "y" : memref<1x4x4x1xf32>
    // expected-error @below {{'kernel.conv2d_f32' op expects a kernel of at most 16 and a stride of at most 16 rows, but got 17 and 1}}
    kernel.conv2d_f32 "x" ins(%0, %1, %2 : memref<1x20x20x1xf32>, memref<289xf32>, memref<1xf32>) outs(%y : memref<1x4x4x1xf32>) {kernel = array<i64: 17, 17>}
  }
}

// -----

kernel.model @depthwise_conv2d_f32_c1 {
  kernel.global weights @g1 = dense<1.0> : tensor<54xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<6xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x4xf32>
    %1 = kernel.get_global @g1 : memref<54xf32>
    %2 = kernel.get_global @g2 : memref<6xf32>
    %y = kernel.buffer output "y" : memref<1x6x6x6xf32>
    // expected-error @below {{'kernel.depthwise_conv2d_f32' op expects a multiple of 4 output channels, but got 6}}
    kernel.depthwise_conv2d_f32 "x" ins(%0, %1, %2 : memref<1x8x8x4xf32>, memref<54xf32>, memref<6xf32>) outs(%y : memref<1x6x6x6xf32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_f32_c2 {
  kernel.global weights @g1 = dense<1.0> : tensor<36xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<5xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x4xf32>
    %1 = kernel.get_global @g1 : memref<36xf32>
    %2 = kernel.get_global @g2 : memref<5xf32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xf32>
    // expected-error @below {{'kernel.depthwise_conv2d_f32' op expects 4 elements in bias, but got 5}}
    kernel.depthwise_conv2d_f32 "x" ins(%0, %1, %2 : memref<1x8x8x4xf32>, memref<36xf32>, memref<5xf32>) outs(%y : memref<1x6x6x4xf32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_f32_c3 {
  kernel.global weights @g1 = dense<1.0> : tensor<36xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<4xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x4xf32>
    %1 = kernel.get_global @g1 : memref<36xf32>
    %2 = kernel.get_global @g2 : memref<4xf32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xf32>
    // expected-error @below {{'kernel.depthwise_conv2d_f32' op expects every window to touch the image, but of 6 output rows the first begins at -3 and the last at 2 of 8}}
    kernel.depthwise_conv2d_f32 "x" ins(%0, %1, %2 : memref<1x8x8x4xf32>, memref<36xf32>, memref<4xf32>) outs(%y : memref<1x6x6x4xf32>) {kernel = array<i64: 3, 3>, padding = array<i64: 3, 0>}
  }
}

// -----

kernel.model @depthwise_conv2d_f32_c4 {
  kernel.global weights @g1 = dense<1.0> : tensor<36xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<4xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x4xf32>
    %1 = kernel.get_global @g1 : memref<36xf32>
    %2 = kernel.get_global @g2 : memref<4xf32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xf32>
    // expected-error @below {{'kernel.depthwise_conv2d_f32' op expects activation_min <= activation_max, but got 5.000000e+00 and 4.000000e+00}}
    kernel.depthwise_conv2d_f32 "x" ins(%0, %1, %2 : memref<1x8x8x4xf32>, memref<36xf32>, memref<4xf32>) outs(%y : memref<1x6x6x4xf32>) {kernel = array<i64: 3, 3>, activation_min = 5.0 : f32, activation_max = 4.0 : f32}
  }
}

// -----

kernel.model @depthwise_conv2d_f32_c5 {
  kernel.global weights @g1 = dense<1.0> : tensor<36xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<4xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x4xf32>
    %1 = kernel.get_global @g1 : memref<36xf32>
    %2 = kernel.get_global @g2 : memref<4xf32>
    %y = kernel.buffer output "y" : memref<1x1x1x4xf32>
    // expected-error @below {{'kernel.depthwise_conv2d_f32' op expects a kernel of at most 16 and a stride of at most 16 rows, but got 3 and 17}}
    kernel.depthwise_conv2d_f32 "x" ins(%0, %1, %2 : memref<1x8x8x4xf32>, memref<36xf32>, memref<4xf32>) outs(%y : memref<1x1x1x4xf32>) {kernel = array<i64: 3, 3>, stride = array<i64: 17, 17>}
  }
}

// -----

kernel.model @fully_connected_f32_c1 {
  kernel.global weights @g1 = dense<1.0> : tensor<31xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<4xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xf32>
    %1 = kernel.get_global @g1 : memref<31xf32>
    %2 = kernel.get_global @g2 : memref<4xf32>
    %y = kernel.buffer output "y" : memref<1x4xf32>
    // expected-error @below {{'kernel.fully_connected_f32' op expects 32 elements in weights, but got 31}}
    kernel.fully_connected_f32 "x" ins(%0, %1, %2 : memref<1x8xf32>, memref<31xf32>, memref<4xf32>) outs(%y : memref<1x4xf32>)
  }
}

// -----

kernel.model @fully_connected_f32_c2 {
  kernel.global weights @g1 = dense<1.0> : tensor<32xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<4xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xf32>
    %1 = kernel.get_global @g1 : memref<32xf32>
    %2 = kernel.get_global @g2 : memref<4xf32>
    %y = kernel.buffer output "y" : memref<1x4xf32>
    // expected-error @below {{'kernel.fully_connected_f32' op expects activation_min <= activation_max, but got 5.000000e+00 and 4.000000e+00}}
    kernel.fully_connected_f32 "x" ins(%0, %1, %2 : memref<1x8xf32>, memref<32xf32>, memref<4xf32>) outs(%y : memref<1x4xf32>) {activation_min = 5.0 : f32, activation_max = 4.0 : f32}
  }
}

// -----

kernel.model @avg_pool2d_f32_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %y = kernel.buffer output "y" : memref<1x3x3x4xf32>
    // expected-error @below {{'kernel.avg_pool2d_f32' op expects as many channels in input and output, but got 8 and 4}}
    kernel.avg_pool2d_f32 "x" ins(%0 : memref<1x4x4x8xf32>) outs(%y : memref<1x3x3x4xf32>) {kernel = array<i64: 2, 2>}
  }
}

// -----

kernel.model @avg_pool2d_f32_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %y = kernel.buffer output "y" : memref<1x5x3x8xf32>
    // expected-error @below {{'kernel.avg_pool2d_f32' op expects every window to touch the image, but of 5 output rows the first begins at 0 and the last at 4 of 4}}
    kernel.avg_pool2d_f32 "x" ins(%0 : memref<1x4x4x8xf32>) outs(%y : memref<1x5x3x8xf32>) {kernel = array<i64: 2, 2>}
  }
}

// -----

kernel.model @avg_pool2d_f32_c3 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %y = kernel.buffer output "y" : memref<1x3x3x8xf32>
    // expected-error @below {{'kernel.avg_pool2d_f32' op expects activation_min <= activation_max, but got 5.000000e+00 and 4.000000e+00}}
    kernel.avg_pool2d_f32 "x" ins(%0 : memref<1x4x4x8xf32>) outs(%y : memref<1x3x3x8xf32>) {kernel = array<i64: 2, 2>, activation_min = 5.0 : f32, activation_max = 4.0 : f32}
  }
}

// -----

kernel.model @avg_pool2d_f32_c4 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x300x4x8xf32>
    %y = kernel.buffer output "y" : memref<1x1x3x8xf32>
    // expected-error @below {{'kernel.avg_pool2d_f32' op expects a kernel of at most 255 and a stride of at most 255 rows, but got 256 and 1}}
    kernel.avg_pool2d_f32 "x" ins(%0 : memref<1x300x4x8xf32>) outs(%y : memref<1x1x3x8xf32>) {kernel = array<i64: 256, 2>}
  }
}

// -----

kernel.model @max_pool2d_f32_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %y = kernel.buffer output "y" : memref<1x3x3x4xf32>
    // expected-error @below {{'kernel.max_pool2d_f32' op expects as many channels in input and output, but got 8 and 4}}
    kernel.max_pool2d_f32 "x" ins(%0 : memref<1x4x4x8xf32>) outs(%y : memref<1x3x3x4xf32>) {kernel = array<i64: 2, 2>}
  }
}

// -----

kernel.model @max_pool2d_f32_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %y = kernel.buffer output "y" : memref<1x5x3x8xf32>
    // expected-error @below {{'kernel.max_pool2d_f32' op expects every window to touch the image, but of 5 output rows the first begins at 0 and the last at 4 of 4}}
    kernel.max_pool2d_f32 "x" ins(%0 : memref<1x4x4x8xf32>) outs(%y : memref<1x5x3x8xf32>) {kernel = array<i64: 2, 2>}
  }
}

// -----

kernel.model @max_pool2d_f32_c3 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %y = kernel.buffer output "y" : memref<1x3x3x8xf32>
    // expected-error @below {{'kernel.max_pool2d_f32' op expects activation_min <= activation_max, but got 5.000000e+00 and 4.000000e+00}}
    kernel.max_pool2d_f32 "x" ins(%0 : memref<1x4x4x8xf32>) outs(%y : memref<1x3x3x8xf32>) {kernel = array<i64: 2, 2>, activation_min = 5.0 : f32, activation_max = 4.0 : f32}
  }
}

// -----

kernel.model @max_pool2d_f32_c4 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x300x4x8xf32>
    %y = kernel.buffer output "y" : memref<1x1x3x8xf32>
    // expected-error @below {{'kernel.max_pool2d_f32' op expects a kernel of at most 255 and a stride of at most 255 rows, but got 256 and 1}}
    kernel.max_pool2d_f32 "x" ins(%0 : memref<1x300x4x8xf32>) outs(%y : memref<1x1x3x8xf32>) {kernel = array<i64: 256, 2>}
  }
}

// -----

kernel.model @mean_f32_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %y = kernel.buffer output "y" : memref<1x4xf32>
    // expected-error @below {{'kernel.mean_f32' op expects 8 elements in output, but got 4}}
    kernel.mean_f32 "x" ins(%0 : memref<1x4x4x8xf32>) outs(%y : memref<1x4xf32>)
  }
}

// -----

kernel.model @softmax_f32_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x7xf32>
    // expected-error @below {{'kernel.softmax_f32' op expects operands and output of one shape, but got [1, 8] and [1, 7]}}
    kernel.softmax_f32 "x" ins(%0 : memref<1x8xf32>) outs(%y : memref<1x7xf32>)
  }
}

// -----

kernel.model @mul_f32_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %1 = kernel.buffer input "b1" : memref<1x5xf32>
    %y = kernel.buffer output "y" : memref<1x4x4x8xf32>
    // expected-error @below {{'kernel.mul_f32' op expects as many elements in the right operand as the left one's 128, or a divisor, but got 5}}
    kernel.mul_f32 "x" ins(%0, %1 : memref<1x4x4x8xf32>, memref<1x5xf32>) outs(%y : memref<1x4x4x8xf32>)
  }
}

// -----

kernel.model @mul_f32_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %1 = kernel.buffer input "b1" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x4x4x8xf32>
    // expected-error @below {{'kernel.mul_f32' op expects activation_min <= activation_max, but got 5.000000e+00 and 4.000000e+00}}
    kernel.mul_f32 "x" ins(%0, %1 : memref<1x4x4x8xf32>, memref<1x8xf32>) outs(%y : memref<1x4x4x8xf32>) {activation_min = 5.0 : f32, activation_max = 4.0 : f32}
  }
}

// -----

kernel.model @add_f32_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xf32>
    %1 = kernel.buffer input "b1" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x4xf32>
    // expected-error @below {{'kernel.add_f32' op expects operands and output of one shape, but got [1, 8] and [1, 4]}}
    kernel.add_f32 "x" ins(%0, %1 : memref<1x8xf32>, memref<1x8xf32>) outs(%y : memref<1x4xf32>)
  }
}

// -----

kernel.model @add_f32_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xf32>
    %1 = kernel.buffer input "b1" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x8xf32>
    // expected-error @below {{'kernel.add_f32' op expects activation_min <= activation_max, but got 5.000000e+00 and 4.000000e+00}}
    kernel.add_f32 "x" ins(%0, %1 : memref<1x8xf32>, memref<1x8xf32>) outs(%y : memref<1x8xf32>) {activation_min = 5.0 : f32, activation_max = 4.0 : f32}
  }
}

// -----

kernel.model @batch_norm_f32_c1 {
  kernel.global weights @g1 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g3 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g4 = dense<1.0> : tensor<8xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %1 = kernel.get_global @g1 : memref<8xf32>
    %2 = kernel.get_global @g2 : memref<8xf32>
    %3 = kernel.get_global @g3 : memref<8xf32>
    %4 = kernel.get_global @g4 : memref<8xf32>
    %y = kernel.buffer output "y" : memref<1x4x4x4xf32>
    // expected-error @below {{'kernel.batch_norm_f32' op expects operands and output of one shape, but got [1, 4, 4, 8] and [1, 4, 4, 4]}}
    kernel.batch_norm_f32 "x" ins(%0, %1, %2, %3, %4 : memref<1x4x4x8xf32>, memref<8xf32>, memref<8xf32>, memref<8xf32>, memref<8xf32>) outs(%y : memref<1x4x4x4xf32>) {epsilon = 1.0e-3 : f32}
  }
}

// -----

kernel.model @batch_norm_f32_c2 {
  kernel.global weights @g1 = dense<1.0> : tensor<7xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<7xf32>
  kernel.global weights @g3 = dense<1.0> : tensor<7xf32>
  kernel.global weights @g4 = dense<1.0> : tensor<7xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %1 = kernel.get_global @g1 : memref<7xf32>
    %2 = kernel.get_global @g2 : memref<7xf32>
    %3 = kernel.get_global @g3 : memref<7xf32>
    %4 = kernel.get_global @g4 : memref<7xf32>
    %y = kernel.buffer output "y" : memref<1x4x4x8xf32>
    // expected-error @below {{'kernel.batch_norm_f32' op expects 8 elements in scale, but got 7}}
    kernel.batch_norm_f32 "x" ins(%0, %1, %2, %3, %4 : memref<1x4x4x8xf32>, memref<7xf32>, memref<7xf32>, memref<7xf32>, memref<7xf32>) outs(%y : memref<1x4x4x8xf32>) {epsilon = 1.0e-3 : f32}
  }
}

// -----

kernel.model @batch_norm_f32_c3 {
  kernel.global weights @g1 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g3 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g4 = dense<1.0> : tensor<8xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %1 = kernel.get_global @g1 : memref<8xf32>
    %2 = kernel.get_global @g2 : memref<8xf32>
    %3 = kernel.get_global @g3 : memref<8xf32>
    %4 = kernel.get_global @g4 : memref<8xf32>
    %y = kernel.buffer output "y" : memref<1x4x4x8xf32>
    // expected-error @below {{'kernel.batch_norm_f32' op expects activation_min <= activation_max, but got 5.000000e+00 and 4.000000e+00}}
    kernel.batch_norm_f32 "x" ins(%0, %1, %2, %3, %4 : memref<1x4x4x8xf32>, memref<8xf32>, memref<8xf32>, memref<8xf32>, memref<8xf32>) outs(%y : memref<1x4x4x8xf32>) {epsilon = 1.0e-3 : f32, activation_min = 5.0 : f32, activation_max = 4.0 : f32}
  }
}

// -----

kernel.model @batch_norm_f32_c4 {
  kernel.global weights @g1 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g3 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g4 = dense<1.0> : tensor<8xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xf32>
    %1 = kernel.get_global @g1 : memref<8xf32>
    %2 = kernel.get_global @g2 : memref<8xf32>
    %3 = kernel.get_global @g3 : memref<8xf32>
    %4 = kernel.get_global @g4 : memref<8xf32>
    %y = kernel.buffer output "y" : memref<1x4x4x8xf32>
    // expected-error @below {{'kernel.batch_norm_f32' op expects a positive epsilon, but got 0.000000e+00}}
    kernel.batch_norm_f32 "x" ins(%0, %1, %2, %3, %4 : memref<1x4x4x8xf32>, memref<8xf32>, memref<8xf32>, memref<8xf32>, memref<8xf32>) outs(%y : memref<1x4x4x8xf32>) {epsilon = 0.0 : f32}
  }
}

// -----

kernel.model @unary_f32_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x7xf32>
    // expected-error @below {{'kernel.unary_f32' op expects as many elements in input and output, but got 8 and 7}}
    kernel.unary_f32 "x" ins(%0 : memref<1x8xf32>) outs(%y : memref<1x7xf32>) {function = #kernel.function<relu>}
  }
}

// -----

kernel.model @convert_u8_f32_c1 {
  kernel.global weights @g1 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<8xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xui8>
    %1 = kernel.get_global @g1 : memref<8xf32>
    %2 = kernel.get_global @g2 : memref<8xf32>
    %y = kernel.buffer output "y" : memref<1x7xf32>
    // expected-error @below {{'kernel.convert_u8_f32' op expects operands and output of one shape, but got [1, 8] and [1, 7]}}
    kernel.convert_u8_f32 "x" ins(%0, %1, %2 : memref<1x8xui8>, memref<8xf32>, memref<8xf32>) outs(%y : memref<1x7xf32>)
  }
}

// -----

kernel.model @convert_u8_f32_c2 {
  kernel.global weights @g1 = dense<1.0> : tensor<8xf32>
  kernel.global weights @g2 = dense<1.0> : tensor<7xf32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xui8>
    %1 = kernel.get_global @g1 : memref<8xf32>
    %2 = kernel.get_global @g2 : memref<7xf32>
    %y = kernel.buffer output "y" : memref<1x8xf32>
    // expected-error @below {{'kernel.convert_u8_f32' op expects 8 elements in scale, but got 7}}
    kernel.convert_u8_f32 "x" ins(%0, %1, %2 : memref<1x8xui8>, memref<8xf32>, memref<7xf32>) outs(%y : memref<1x8xf32>)
  }
}

// -----

kernel.model @conv2d_f32_c6 {
  kernel.global weights @w = dense<1.0> : tensor<144xf32>
  kernel.global weights @b = dense<1.0> : tensor<8xf32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xf32>
    %y = kernel.buffer output "y" : memref<1x4x4x8xf32>
    %w = kernel.get_global @w : memref<144xf32>
    %b = kernel.get_global @b : memref<8xf32>
    // expected-error @below {{'kernel.conv2d_f32' op expects groups that divide 4 input and 8 output channels, but got 3}}
    kernel.conv2d_f32 "x" ins(%x, %w, %b : memref<1x8x8x4xf32>, memref<144xf32>, memref<8xf32>) outs(%y : memref<1x4x4x8xf32>) {kernel = array<i64: 3, 3>, groups = 3}
  }
}

// -----

kernel.model @sub_f32_c1 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xf32>
    %r = kernel.buffer input "r" : memref<1x3xf32>
    %y = kernel.buffer output "y" : memref<1x8xf32>
    // expected-error @below {{'kernel.sub_f32' op expects as many elements in the right operand as the left one's 8, or a divisor, but got 3}}
    kernel.sub_f32 "x" ins(%x, %r : memref<1x8xf32>, memref<1x3xf32>) outs(%y : memref<1x8xf32>)
  }
}

// -----

kernel.model @sub_f32_c2 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xf32>
    %r = kernel.buffer input "r" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x8xf32>
    // expected-error @below {{'kernel.sub_f32' op expects activation_min <= activation_max, but got 5.000000e+00 and 4.000000e+00}}
    kernel.sub_f32 "x" ins(%x, %r : memref<1x8xf32>, memref<1x8xf32>) outs(%y : memref<1x8xf32>) {activation_min = 5.0 : f32, activation_max = 4.0 : f32}
  }
}

// -----

kernel.model @sub_f32_c3 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xf32>
    %r = kernel.buffer input "r" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x8xf32>
    // expected-error @below {{'kernel.sub_f32' op expects 'reversed' with a right operand that is repeated only, but got 'memref<1x8xf32>'}}
    kernel.sub_f32 "x" ins(%x, %r : memref<1x8xf32>, memref<1x8xf32>) outs(%y : memref<1x8xf32>) {reversed}
  }
}

// -----

kernel.model @unary_f32_c2 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x8xf32>
    // expected-error @below {{'kernel.unary_f32' op expects an 'alpha' for leaky_relu}}
    kernel.unary_f32 "x" ins(%x : memref<1x8xf32>) outs(%y : memref<1x8xf32>) {function = #kernel.function<leaky_relu>}
  }
}

// -----

kernel.model @unary_f32_c2_other {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x8xf32>
    // expected-error @below {{'kernel.unary_f32' op expects no 'alpha' for relu}}
    kernel.unary_f32 "x" ins(%x : memref<1x8xf32>) outs(%y : memref<1x8xf32>) {function = #kernel.function<relu>, alpha = 0.5 : f32}
  }
}

// -----

kernel.model @softmax_f32_c2 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x8xf32>
    // expected-error @below {{'kernel.softmax_f32' op expects a positive beta, but got -1.000000e+00}}
    kernel.softmax_f32 "x" ins(%x : memref<1x8xf32>) outs(%y : memref<1x8xf32>) {beta = -1.0 : f32}
  }
}
