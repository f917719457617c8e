// RUN: ofa-opt %s --split-input-file --verify-diagnostics

kernel.model @conv2d_s8_c1 {
  kernel.global weights @g1 = dense<1> : tensor<108xi8>
  kernel.global weights @g2 = dense<1> : tensor<4xi32>
  kernel.global weights @g3 = dense<1> : tensor<4xi32>
  kernel.global weights @g4 = dense<1> : tensor<4xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<2x8x8x3xi8>
    %1 = kernel.get_global @g1 : memref<108xi8>
    %2 = kernel.get_global @g2 : memref<4xi32>
    %3 = kernel.get_global @g3 : memref<4xi32>
    %4 = kernel.get_global @g4 : memref<4xi8>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_s8' op expects input of shape [1, height, width, channels], but got [2, 8, 8, 3]}}
    kernel.conv2d_s8 "x" ins(%0, %1, %2, %3, %4 : memref<2x8x8x3xi8>, memref<108xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x6x6x4xi8>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_s8_c2 {
  kernel.global weights @g1 = dense<1> : tensor<107xi8>
  kernel.global weights @g2 = dense<1> : tensor<4xi32>
  kernel.global weights @g3 = dense<1> : tensor<4xi32>
  kernel.global weights @g4 = dense<1> : tensor<4xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x3xi8>
    %1 = kernel.get_global @g1 : memref<107xi8>
    %2 = kernel.get_global @g2 : memref<4xi32>
    %3 = kernel.get_global @g3 : memref<4xi32>
    %4 = kernel.get_global @g4 : memref<4xi8>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_s8' op expects 108 elements in weights, but got 107}}
    kernel.conv2d_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x8x8x3xi8>, memref<107xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x6x6x4xi8>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_s8_c3 {
  kernel.global weights @g1 = dense<1> : tensor<108xi8>
  kernel.global weights @g2 = dense<1> : tensor<4xi32>
  kernel.global weights @g3 = dense<1> : tensor<4xi32>
  kernel.global weights @g4 = dense<1> : tensor<4xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x3xi8>
    %1 = kernel.get_global @g1 : memref<108xi8>
    %2 = kernel.get_global @g2 : memref<4xi32>
    %3 = kernel.get_global @g3 : memref<4xi32>
    %4 = kernel.get_global @g4 : memref<4xi8>
    %y = kernel.buffer output "y" : memref<1x9x6x4xi8>
    // expected-error @below {{'kernel.conv2d_s8' op expects every window to touch the image, but of 9 output rows the first begins at 0 and the last at 8 of 8}}
    kernel.conv2d_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x8x8x3xi8>, memref<108xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x9x6x4xi8>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_s8_c4 {
  kernel.global weights @g1 = dense<1> : tensor<108xi8>
  kernel.global weights @g2 = dense<1> : tensor<4xi32>
  kernel.global weights @g3 = dense<1> : tensor<4xi32>
  kernel.global weights @g4 = dense<1> : tensor<4xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x3xi8>
    %1 = kernel.get_global @g1 : memref<108xi8>
    %2 = kernel.get_global @g2 : memref<4xi32>
    %3 = kernel.get_global @g3 : memref<4xi32>
    %4 = kernel.get_global @g4 : memref<4xi8>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.conv2d_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x8x8x3xi8>, memref<108xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x6x6x4xi8>) {kernel = array<i64: 3, 3>, activation_min = 5, activation_max = 4}
  }
}

// -----

kernel.model @conv2d_s8_c5 {
  kernel.global weights @g1 = dense<1> : tensor<289xi8>
  kernel.global weights @g2 = dense<1> : tensor<1xi32>
  kernel.global weights @g3 = dense<1> : tensor<1xi32>
  kernel.global weights @g4 = dense<1> : tensor<1xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x20x20x1xi8>
    %1 = kernel.get_global @g1 : memref<289xi8>
    %2 = kernel.get_global @g2 : memref<1xi32>
    %3 = kernel.get_global @g3 : memref<1xi32>
    %4 = kernel.get_global @g4 : memref<1xi8>
    %y = kernel.buffer output "y" : memref<1x4x4x1xi8>
    // expected-error @below {{'kernel.conv2d_s8' op expects a kernel of at most 16 and a stride of at most 16 rows, but got 17 and 1}}
    kernel.conv2d_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x20x20x1xi8>, memref<289xi8>, memref<1xi32>, memref<1xi32>, memref<1xi8>) outs(%y : memref<1x4x4x1xi8>) {kernel = array<i64: 17, 17>}
  }
}

// -----

kernel.model @depthwise_conv2d_s8_c1 {
  kernel.global weights @g1 = dense<1> : tensor<54xi8>
  kernel.global weights @g2 = dense<1> : tensor<6xi32>
  kernel.global weights @g3 = dense<1> : tensor<6xi32>
  kernel.global weights @g4 = dense<1> : tensor<6xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x4xi8>
    %1 = kernel.get_global @g1 : memref<54xi8>
    %2 = kernel.get_global @g2 : memref<6xi32>
    %3 = kernel.get_global @g3 : memref<6xi32>
    %4 = kernel.get_global @g4 : memref<6xi8>
    %y = kernel.buffer output "y" : memref<1x6x6x6xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_s8' op expects a multiple of 4 output channels, but got 6}}
    kernel.depthwise_conv2d_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x8x8x4xi8>, memref<54xi8>, memref<6xi32>, memref<6xi32>, memref<6xi8>) outs(%y : memref<1x6x6x6xi8>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_s8_c2 {
  kernel.global weights @g1 = dense<1> : tensor<36xi8>
  kernel.global weights @g2 = dense<1> : tensor<5xi32>
  kernel.global weights @g3 = dense<1> : tensor<5xi32>
  kernel.global weights @g4 = dense<1> : tensor<5xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x4xi8>
    %1 = kernel.get_global @g1 : memref<36xi8>
    %2 = kernel.get_global @g2 : memref<5xi32>
    %3 = kernel.get_global @g3 : memref<5xi32>
    %4 = kernel.get_global @g4 : memref<5xi8>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_s8' op expects 4 elements in bias, but got 5}}
    kernel.depthwise_conv2d_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x8x8x4xi8>, memref<36xi8>, memref<5xi32>, memref<5xi32>, memref<5xi8>) outs(%y : memref<1x6x6x4xi8>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_s8_c3 {
  kernel.global weights @g1 = dense<1> : tensor<36xi8>
  kernel.global weights @g2 = dense<1> : tensor<4xi32>
  kernel.global weights @g3 = dense<1> : tensor<4xi32>
  kernel.global weights @g4 = dense<1> : tensor<4xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x4xi8>
    %1 = kernel.get_global @g1 : memref<36xi8>
    %2 = kernel.get_global @g2 : memref<4xi32>
    %3 = kernel.get_global @g3 : memref<4xi32>
    %4 = kernel.get_global @g4 : memref<4xi8>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_s8' op expects every window to touch the image, but of 6 output rows the first begins at -3 and the last at 2 of 8}}
    kernel.depthwise_conv2d_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x8x8x4xi8>, memref<36xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x6x6x4xi8>) {kernel = array<i64: 3, 3>, padding = array<i64: 3, 0>}
  }
}

// -----

kernel.model @depthwise_conv2d_s8_c4 {
  kernel.global weights @g1 = dense<1> : tensor<36xi8>
  kernel.global weights @g2 = dense<1> : tensor<4xi32>
  kernel.global weights @g3 = dense<1> : tensor<4xi32>
  kernel.global weights @g4 = dense<1> : tensor<4xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x4xi8>
    %1 = kernel.get_global @g1 : memref<36xi8>
    %2 = kernel.get_global @g2 : memref<4xi32>
    %3 = kernel.get_global @g3 : memref<4xi32>
    %4 = kernel.get_global @g4 : memref<4xi8>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.depthwise_conv2d_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x8x8x4xi8>, memref<36xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x6x6x4xi8>) {kernel = array<i64: 3, 3>, activation_min = 5, activation_max = 4}
  }
}

// -----

kernel.model @depthwise_conv2d_s8_c5 {
  kernel.global weights @g1 = dense<1> : tensor<36xi8>
  kernel.global weights @g2 = dense<1> : tensor<4xi32>
  kernel.global weights @g3 = dense<1> : tensor<4xi32>
  kernel.global weights @g4 = dense<1> : tensor<4xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8x8x4xi8>
    %1 = kernel.get_global @g1 : memref<36xi8>
    %2 = kernel.get_global @g2 : memref<4xi32>
    %3 = kernel.get_global @g3 : memref<4xi32>
    %4 = kernel.get_global @g4 : memref<4xi8>
    %y = kernel.buffer output "y" : memref<1x1x1x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_s8' op expects a kernel of at most 16 and a stride of at most 16 rows, but got 3 and 17}}
    kernel.depthwise_conv2d_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x8x8x4xi8>, memref<36xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x1x1x4xi8>) {kernel = array<i64: 3, 3>, stride = array<i64: 17, 17>}
  }
}

// -----

kernel.model @fully_connected_s8_c1 {
  kernel.global weights @g1 = dense<1> : tensor<31xi8>
  kernel.global weights @g2 = dense<1> : tensor<4xi32>
  kernel.global weights @g3 = dense<1> : tensor<4xi32>
  kernel.global weights @g4 = dense<1> : tensor<4xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.get_global @g1 : memref<31xi8>
    %2 = kernel.get_global @g2 : memref<4xi32>
    %3 = kernel.get_global @g3 : memref<4xi32>
    %4 = kernel.get_global @g4 : memref<4xi8>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.fully_connected_s8' op expects 32 elements in weights, but got 31}}
    kernel.fully_connected_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x8xi8>, memref<31xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x4xi8>)
  }
}

// -----

kernel.model @fully_connected_s8_c2 {
  kernel.global weights @g1 = dense<1> : tensor<32xi8>
  kernel.global weights @g2 = dense<1> : tensor<4xi32>
  kernel.global weights @g3 = dense<1> : tensor<4xi32>
  kernel.global weights @g4 = dense<1> : tensor<4xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.get_global @g1 : memref<32xi8>
    %2 = kernel.get_global @g2 : memref<4xi32>
    %3 = kernel.get_global @g3 : memref<4xi32>
    %4 = kernel.get_global @g4 : memref<4xi8>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.fully_connected_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.fully_connected_s8 "x" ins(%0, %1, %2, %3, %4 : memref<1x8xi8>, memref<32xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x4xi8>) {activation_min = 5, activation_max = 4}
  }
}

// -----

kernel.model @avg_pool2d_s8_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x3x3x4xi8>
    // expected-error @below {{'kernel.avg_pool2d_s8' op expects as many channels in input and output, but got 8 and 4}}
    kernel.avg_pool2d_s8 "x" ins(%0 : memref<1x4x4x8xi8>) outs(%y : memref<1x3x3x4xi8>) {kernel = array<i64: 2, 2>}
  }
}

// -----

kernel.model @avg_pool2d_s8_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x5x3x8xi8>
    // expected-error @below {{'kernel.avg_pool2d_s8' op expects every window to touch the image, but of 5 output rows the first begins at 0 and the last at 4 of 4}}
    kernel.avg_pool2d_s8 "x" ins(%0 : memref<1x4x4x8xi8>) outs(%y : memref<1x5x3x8xi8>) {kernel = array<i64: 2, 2>}
  }
}

// -----

kernel.model @avg_pool2d_s8_c3 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x3x3x8xi8>
    // expected-error @below {{'kernel.avg_pool2d_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.avg_pool2d_s8 "x" ins(%0 : memref<1x4x4x8xi8>) outs(%y : memref<1x3x3x8xi8>) {kernel = array<i64: 2, 2>, activation_min = 5, activation_max = 4}
  }
}

// -----

kernel.model @avg_pool2d_s8_c4 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x300x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x1x3x8xi8>
    // expected-error @below {{'kernel.avg_pool2d_s8' op expects a kernel of at most 255 and a stride of at most 255 rows, but got 256 and 1}}
    kernel.avg_pool2d_s8 "x" ins(%0 : memref<1x300x4x8xi8>) outs(%y : memref<1x1x3x8xi8>) {kernel = array<i64: 256, 2>}
  }
}

// -----

kernel.model @max_pool2d_s8_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x3x3x4xi8>
    // expected-error @below {{'kernel.max_pool2d_s8' op expects as many channels in input and output, but got 8 and 4}}
    kernel.max_pool2d_s8 "x" ins(%0 : memref<1x4x4x8xi8>) outs(%y : memref<1x3x3x4xi8>) {kernel = array<i64: 2, 2>}
  }
}

// -----

kernel.model @max_pool2d_s8_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x5x3x8xi8>
    // expected-error @below {{'kernel.max_pool2d_s8' op expects every window to touch the image, but of 5 output rows the first begins at 0 and the last at 4 of 4}}
    kernel.max_pool2d_s8 "x" ins(%0 : memref<1x4x4x8xi8>) outs(%y : memref<1x5x3x8xi8>) {kernel = array<i64: 2, 2>}
  }
}

// -----

kernel.model @max_pool2d_s8_c3 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x3x3x8xi8>
    // expected-error @below {{'kernel.max_pool2d_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.max_pool2d_s8 "x" ins(%0 : memref<1x4x4x8xi8>) outs(%y : memref<1x3x3x8xi8>) {kernel = array<i64: 2, 2>, activation_min = 5, activation_max = 4}
  }
}

// -----

kernel.model @max_pool2d_s8_c4 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x300x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x1x3x8xi8>
    // expected-error @below {{'kernel.max_pool2d_s8' op expects a kernel of at most 255 and a stride of at most 255 rows, but got 256 and 1}}
    kernel.max_pool2d_s8 "x" ins(%0 : memref<1x300x4x8xi8>) outs(%y : memref<1x1x3x8xi8>) {kernel = array<i64: 256, 2>}
  }
}

// -----

kernel.model @mean_s8_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.mean_s8' op expects 8 elements in output, but got 4}}
    kernel.mean_s8 "x" ins(%0 : memref<1x4x4x8xi8>) outs(%y : memref<1x4xi8>) {multiplier = 1073741824, shift = 0}
  }
}

// -----

kernel.model @softmax_s8_c1 {
  kernel.global weights @g1 = dense<1> : tensor<256xi32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.get_global @g1 : memref<256xi32>
    %y = kernel.buffer output "y" : memref<1x7xi8>
    // expected-error @below {{'kernel.softmax_s8' op expects operands and output of one shape, but got [1, 8] and [1, 7]}}
    kernel.softmax_s8 "x" ins(%0, %1 : memref<1x8xi8>, memref<256xi32>) outs(%y : memref<1x7xi8>)
  }
}

// -----

kernel.model @mul_s8_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xi8>
    %1 = kernel.buffer input "b1" : memref<1x5xi8>
    %y = kernel.buffer output "y" : memref<1x4x4x8xi8>
    // expected-error @below {{'kernel.mul_s8' op expects as many elements in the right operand as the left one's 128, or a divisor, but got 5}}
    kernel.mul_s8 "x" ins(%0, %1 : memref<1x4x4x8xi8>, memref<1x5xi8>) outs(%y : memref<1x4x4x8xi8>) {multiplier = 1073741824, shift = 0}
  }
}

// -----

kernel.model @mul_s8_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xi8>
    %1 = kernel.buffer input "b1" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x4x4x8xi8>
    // expected-error @below {{'kernel.mul_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.mul_s8 "x" ins(%0, %1 : memref<1x4x4x8xi8>, memref<1x8xi8>) outs(%y : memref<1x4x4x8xi8>) {multiplier = 1073741824, shift = 0, activation_min = 5, activation_max = 4}
  }
}

// -----

kernel.model @add_s8_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.buffer input "b1" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.add_s8' op expects operands and output of one shape, but got [1, 8] and [1, 4]}}
    kernel.add_s8 "x" ins(%0, %1 : memref<1x8xi8>, memref<1x8xi8>) outs(%y : memref<1x4xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = 0}
  }
}

// -----

kernel.model @add_s8_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.buffer input "b1" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.add_s8' op expects shifts of at most 0, but got 1}}
    kernel.add_s8 "x" ins(%0, %1 : memref<1x8xi8>, memref<1x8xi8>) outs(%y : memref<1x8xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = 1}
  }
}

// -----

kernel.model @add_s8_c3 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.buffer input "b1" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.add_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.add_s8 "x" ins(%0, %1 : memref<1x8xi8>, memref<1x8xi8>) outs(%y : memref<1x8xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = 0, activation_min = 5, activation_max = 4}
  }
}

// -----

kernel.model @mean_s8_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4x4x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.mean_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.mean_s8 "x" ins(%0 : memref<1x4x4x8xi8>) outs(%y : memref<1x8xi8>) {multiplier = 1073741824, shift = 0, activation_min = 5, activation_max = 4}
  }
}

// -----

kernel.model @mean_s8_c3 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x4096x4096x1xi8>
    %y = kernel.buffer output "y" : memref<1x1xi8>
    // expected-error @below {{'kernel.mean_s8' op expects at most 2^23 pixels, but got 16777216}}
    kernel.mean_s8 "x" ins(%0 : memref<1x4096x4096x1xi8>) outs(%y : memref<1x1xi8>) {multiplier = 1073741824, shift = 0}
  }
}

// -----

kernel.model @requantize_s8_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x7xi8>
    // expected-error @below {{'kernel.requantize_s8' op expects as many elements in input and output, but got 8 and 7}}
    kernel.requantize_s8 "x" ins(%0 : memref<1x8xi8>) outs(%y : memref<1x7xi8>) {multiplier = 1073741824, shift = 0}
  }
}

// -----

kernel.model @requantize_s8_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.requantize_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.requantize_s8 "x" ins(%0 : memref<1x8xi8>) outs(%y : memref<1x8xi8>) {multiplier = 1073741824, shift = 0, activation_min = 5, activation_max = 4}
  }
}

// -----

kernel.model @lut_s8_c1 {
  kernel.global weights @g1 = dense<1> : tensor<256xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.get_global @g1 : memref<256xi8>
    %y = kernel.buffer output "y" : memref<1x7xi8>
    // expected-error @below {{'kernel.lut_s8' op expects as many elements in input and output, but got 8 and 7}}
    kernel.lut_s8 "x" ins(%0, %1 : memref<1x8xi8>, memref<256xi8>) outs(%y : memref<1x7xi8>)
  }
}

// -----

kernel.model @lut_s8_c2 {
  kernel.global weights @g1 = dense<1> : tensor<255xi8>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.get_global @g1 : memref<255xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.lut_s8' op expects 256 elements in table, but got 255}}
    kernel.lut_s8 "x" ins(%0, %1 : memref<1x8xi8>, memref<255xi8>) outs(%y : memref<1x8xi8>)
  }
}

// -----

kernel.model @softmax_s8_c2 {
  kernel.global weights @g1 = dense<1> : tensor<255xi32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.get_global @g1 : memref<255xi32>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.softmax_s8' op expects 256 elements in table, but got 255}}
    kernel.softmax_s8 "x" ins(%0, %1 : memref<1x8xi8>, memref<255xi32>) outs(%y : memref<1x8xi8>)
  }
}

// -----

kernel.model @softmax_s8_c3 {
  kernel.global weights @g1 = dense<1> : tensor<256xi32>
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x5000xi8>
    %1 = kernel.get_global @g1 : memref<256xi32>
    %y = kernel.buffer output "y" : memref<1x5000xi8>
    // expected-error @below {{'kernel.softmax_s8' op expects at most 4096 elements in the innermost dimension, but got 5000}}
    kernel.softmax_s8 "x" ins(%0, %1 : memref<1x5000xi8>, memref<256xi32>) outs(%y : memref<1x5000xi8>)
  }
}

// -----

kernel.model @convert_u8_s8_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xui8>
    %y = kernel.buffer output "y" : memref<1x7xi8>
    // expected-error @below {{'kernel.convert_u8_s8' op expects as many elements in input and output, but got 8 and 7}}
    kernel.convert_u8_s8 "x" ins(%0 : memref<1x8xui8>) outs(%y : memref<1x7xi8>)
  }
}

// -----

kernel.model @quantize_f32_s8_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x7xi8>
    // expected-error @below {{'kernel.quantize_f32_s8' op expects as many elements in input and output, but got 8 and 7}}
    kernel.quantize_f32_s8 "x" ins(%0 : memref<1x8xf32>) outs(%y : memref<1x7xi8>) {scale = 0.5 : f32}
  }
}

// -----

kernel.model @quantize_f32_s8_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xf32>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.quantize_f32_s8' op expects a positive scale, but got 0.000000e+00}}
    kernel.quantize_f32_s8 "x" ins(%0 : memref<1x8xf32>) outs(%y : memref<1x8xi8>) {scale = 0.0 : f32}
  }
}

// -----

kernel.model @dequantize_s8_f32_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x7xf32>
    // expected-error @below {{'kernel.dequantize_s8_f32' op expects as many elements in input and output, but got 8 and 7}}
    kernel.dequantize_s8_f32 "x" ins(%0 : memref<1x8xi8>) outs(%y : memref<1x7xf32>) {scale = 0.5 : f32}
  }
}

// -----

kernel.model @dequantize_s8_f32_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xf32>
    // expected-error @below {{'kernel.dequantize_s8_f32' op expects a positive scale, but got -1.000000e+00}}
    kernel.dequantize_s8_f32 "x" ins(%0 : memref<1x8xi8>) outs(%y : memref<1x8xf32>) {scale = -1.0 : f32}
  }
}

// -----

kernel.model @conv2d_s8_c5_dilation {
  kernel.global weights @w = dense<1> : tensor<144xi8>
  kernel.global weights @b = dense<1> : tensor<8xi32>
  kernel.global weights @m = dense<1> : tensor<8xi32>
  kernel.global weights @s = dense<1> : tensor<8xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x2xi8>
    %y = kernel.buffer output "y" : memref<1x4x4x8xi8>
    %w = kernel.get_global @w : memref<144xi8>
    %b = kernel.get_global @b : memref<8xi32>
    %m = kernel.get_global @m : memref<8xi32>
    %s = kernel.get_global @s : memref<8xi8>
    // expected-error @below {{'kernel.conv2d_s8' op expects a dilation and a padding of at most 255 columns, but got 256 and 0}}
    kernel.conv2d_s8 "x" ins(%x, %w, %b, %m, %s : memref<1x8x8x2xi8>, memref<144xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%y : memref<1x4x4x8xi8>) {kernel = array<i64: 3, 3>, dilation = array<i64: 1, 256>}
  }
}

// -----

kernel.model @conv2d_s8_c6 {
  kernel.global weights @w = dense<1> : tensor<144xi8>
  kernel.global weights @b = dense<1> : tensor<8xi32>
  kernel.global weights @m = dense<1> : tensor<8xi32>
  kernel.global weights @s = dense<1> : tensor<8xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %y = kernel.buffer output "y" : memref<1x4x4x8xi8>
    %w = kernel.get_global @w : memref<144xi8>
    %b = kernel.get_global @b : memref<8xi32>
    %m = kernel.get_global @m : memref<8xi32>
    %s = kernel.get_global @s : memref<8xi8>
    // expected-error @below {{'kernel.conv2d_s8' op expects groups that divide 3 input and 8 output channels, but got 2}}
    kernel.conv2d_s8 "x" ins(%x, %w, %b, %m, %s : memref<1x8x8x3xi8>, memref<144xi8>, memref<8xi32>, memref<8xi32>, memref<8xi8>) outs(%y : memref<1x4x4x8xi8>) {kernel = array<i64: 3, 3>, groups = 2}
  }
}

// -----

kernel.model @sub_s8_c1 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %r = kernel.buffer input "r" : memref<1x3xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.sub_s8' op expects as many elements in the right operand as the left one's 8, or a divisor, but got 3}}
    kernel.sub_s8 "x" ins(%x, %r : memref<1x8xi8>, memref<1x3xi8>) outs(%y : memref<1x8xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = 0}
  }
}

// -----

kernel.model @sub_s8_c2 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %r = kernel.buffer input "r" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.sub_s8' op expects shifts of at most 0, but got 1}}
    kernel.sub_s8 "x" ins(%x, %r : memref<1x8xi8>, memref<1x8xi8>) outs(%y : memref<1x8xi8>) {lhs_multiplier = 1073741824, lhs_shift = 1, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = 0}
  }
}

// -----

kernel.model @sub_s8_c3 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %r = kernel.buffer input "r" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.sub_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.sub_s8 "x" ins(%x, %r : memref<1x8xi8>, memref<1x8xi8>) outs(%y : memref<1x8xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = 0, activation_min = 5, activation_max = 4}
  }
}

// -----

kernel.model @sub_s8_c4 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %r = kernel.buffer input "r" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.sub_s8' op expects 'reversed' with a right operand that is repeated only, but got 'memref<1x8xi8>'}}
    kernel.sub_s8 "x" ins(%x, %r : memref<1x8xi8>, memref<1x8xi8>) outs(%y : memref<1x8xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = 0, reversed}
  }
}

// -----

kernel.model @mean_s8_c1_batches {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<3x2x8xi8>
    %y = kernel.buffer output "y" : memref<4x8xi8>
    // expected-error @below {{'kernel.mean_s8' op expects batches that divide 6 pixels, but got 4}}
    kernel.mean_s8 "x" ins(%x : memref<3x2x8xi8>) outs(%y : memref<4x8xi8>) {multiplier = 1073741824, shift = 0, batches = 4}
  }
}

// -----

kernel.model @linear_sum_s8_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.buffer input "b1" : memref<1x3xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.linear_sum_s8' op expects}}
    kernel.linear_sum_s8 "x" ins(%0, %1 : memref<1x8xi8>, memref<1x3xi8>) outs(%y : memref<1x8xi8>) {lhs_factor = 1 : i32, rhs_factor = 1 : i32, offset = 0 : i32, shift = 0}
  }
}

// -----

kernel.model @linear_sum_s8_c2 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.buffer input "b1" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.linear_sum_s8' op expects a shift from 0 to 31 and sums of 32 bits, but got 4 and 2147483776}}
    kernel.linear_sum_s8 "x" ins(%0, %1 : memref<1x8xi8>, memref<1x8xi8>) outs(%y : memref<1x8xi8>) {lhs_factor = 16777216 : i32, rhs_factor = -1 : i32, offset = 0 : i32, shift = 4}
  }
}

// -----

kernel.model @linear_sum_s8_c3 {
  kernel.entry @run {
    %0 = kernel.buffer input "b0" : memref<1x8xi8>
    %1 = kernel.buffer input "b1" : memref<1x8xi8>
    %y = kernel.buffer output "y" : memref<1x8xi8>
    // expected-error @below {{'kernel.linear_sum_s8' op expects activation_min <= activation_max, but got 5 and 4}}
    kernel.linear_sum_s8 "x" ins(%0, %1 : memref<1x8xi8>, memref<1x8xi8>) outs(%y : memref<1x8xi8>) {lhs_factor = 1 : i32, rhs_factor = 1 : i32, offset = 0 : i32, shift = 0, activation_min = 5, activation_max = 4}
  }
}
