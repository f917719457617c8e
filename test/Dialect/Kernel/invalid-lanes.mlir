// RUN: ofa-opt %s --split-input-file --verify-diagnostics

kernel.model @conv2d_lanes_s8_c1 {
  kernel.global weights @s = dense<0> : tensor<208xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<2x8x8x3xi8>
    %w = kernel.get_global @s : memref<208xi32>
    %s = kernel.buffer scratch "s" : memref<42xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_lanes_s8' op expects input of shape [1, height, width, channels], but got [2, 8, 8, 3]}}
    kernel.conv2d_lanes_s8 "l" ins(%x, %w : memref<2x8x8x3xi8>, memref<208xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<42xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_lanes_s8_c2 {
  kernel.global weights @s = dense<0> : tensor<207xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<207xi32>
    %s = kernel.buffer scratch "s" : memref<42xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_lanes_s8' op expects 208 elements in the stream, but got 207}}
    kernel.conv2d_lanes_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<207xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<42xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_lanes_s8_c3 {
  kernel.global weights @s = dense<0> : tensor<208xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<208xi32>
    %s = kernel.buffer scratch "s" : memref<42xi32>
    %y = kernel.buffer output "y" : memref<1x9x6x4xi8>
    // expected-error @below {{'kernel.conv2d_lanes_s8' op expects every window to touch the image, but of 9 output rows the first begins at 0 and the last at 8 of 8}}
    kernel.conv2d_lanes_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<208xi32>) outs(%y : memref<1x9x6x4xi8>) scratch(%s : memref<42xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_lanes_s8_c4 {
  kernel.global weights @s = dense<0> : tensor<208xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<208xi32>
    %s = kernel.buffer scratch "s" : memref<42xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_lanes_s8' op expects activation_min <= activation_max, but got 4 and 3}}
    kernel.conv2d_lanes_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<208xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<42xi32>) {kernel = array<i64: 3, 3>, activation_min = 4, activation_max = 3}
  }
}

// -----

kernel.model @conv2d_lanes_s8_c5 {
  kernel.global weights @s = dense<0> : tensor<208xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x20x8x3xi8>
    %w = kernel.get_global @s : memref<208xi32>
    %s = kernel.buffer scratch "s" : memref<42xi32>
    %y = kernel.buffer output "y" : memref<1x4x8x4xi8>
    // expected-error @below {{'kernel.conv2d_lanes_s8' op expects a kernel of at most 16 and a stride of at most 16 rows, but got 17 and 1}}
    kernel.conv2d_lanes_s8 "l" ins(%x, %w : memref<1x20x8x3xi8>, memref<208xi32>) outs(%y : memref<1x4x8x4xi8>) scratch(%s : memref<42xi32>) {kernel = array<i64: 17, 1>}
  }
}

// -----

kernel.model @conv2d_lanes_s8_c6 {
  kernel.global weights @s = dense<0> : tensor<208xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<208xi32>
    %s = kernel.buffer scratch "s" : memref<41xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_lanes_s8' op expects at least 42 elements in the scratch memory, but got 41}}
    kernel.conv2d_lanes_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<208xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<41xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_lanes_s8_c1 {
  kernel.global weights @s = dense<0> : tensor<88xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<88xi32>
    %s = kernel.buffer scratch "s" : memref<192xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x6xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_lanes_s8' op expects 4 output channels, but got 6}}
    kernel.depthwise_conv2d_lanes_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<88xi32>) outs(%y : memref<1x6x6x6xi8>) scratch(%s : memref<192xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_lanes_s8_c2 {
  kernel.global weights @s = dense<0> : tensor<87xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<87xi32>
    %s = kernel.buffer scratch "s" : memref<192xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_lanes_s8' op expects 88 elements in the stream, but got 87}}
    kernel.depthwise_conv2d_lanes_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<87xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<192xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_lanes_s8_c3 {
  kernel.global weights @s = dense<0> : tensor<88xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<88xi32>
    %s = kernel.buffer scratch "s" : memref<192xi32>
    %y = kernel.buffer output "y" : memref<1x9x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_lanes_s8' op expects every window to touch the image, but of 9 output rows the first begins at 0 and the last at 8 of 8}}
    kernel.depthwise_conv2d_lanes_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<88xi32>) outs(%y : memref<1x9x6x4xi8>) scratch(%s : memref<192xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_lanes_s8_c4 {
  kernel.global weights @s = dense<0> : tensor<88xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<88xi32>
    %s = kernel.buffer scratch "s" : memref<192xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_lanes_s8' op expects activation_min <= activation_max, but got 4 and 3}}
    kernel.depthwise_conv2d_lanes_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<88xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<192xi32>) {kernel = array<i64: 3, 3>, activation_min = 4, activation_max = 3}
  }
}

// -----

kernel.model @depthwise_conv2d_lanes_s8_c5 {
  kernel.global weights @s = dense<0> : tensor<88xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x20x8x4xi8>
    %w = kernel.get_global @s : memref<88xi32>
    %s = kernel.buffer scratch "s" : memref<192xi32>
    %y = kernel.buffer output "y" : memref<1x4x8x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_lanes_s8' op expects a kernel of at most 16 and a stride of at most 16 rows, but got 17 and 1}}
    kernel.depthwise_conv2d_lanes_s8 "l" ins(%x, %w : memref<1x20x8x4xi8>, memref<88xi32>) outs(%y : memref<1x4x8x4xi8>) scratch(%s : memref<192xi32>) {kernel = array<i64: 17, 1>}
  }
}

// -----

kernel.model @depthwise_conv2d_lanes_s8_c6 {
  kernel.global weights @s = dense<0> : tensor<88xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<88xi32>
    %s = kernel.buffer scratch "s" : memref<191xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_lanes_s8' op expects at least 192 elements in the scratch memory, but got 191}}
    kernel.depthwise_conv2d_lanes_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<88xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<191xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @fully_connected_lanes_s8_c1 {
  kernel.global weights @s = dense<0> : tensor<95xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %w = kernel.get_global @s : memref<95xi32>
    %s = kernel.buffer scratch "s" : memref<6xi32>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.fully_connected_lanes_s8' op expects 96 elements in the stream, but got 95}}
    kernel.fully_connected_lanes_s8 "l" ins(%x, %w : memref<1x8xi8>, memref<95xi32>) outs(%y : memref<1x4xi8>) scratch(%s : memref<6xi32>)
  }
}

// -----

kernel.model @fully_connected_lanes_s8_c2 {
  kernel.global weights @s = dense<0> : tensor<96xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %w = kernel.get_global @s : memref<96xi32>
    %s = kernel.buffer scratch "s" : memref<6xi32>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.fully_connected_lanes_s8' op expects activation_min <= activation_max, but got 4 and 3}}
    kernel.fully_connected_lanes_s8 "l" ins(%x, %w : memref<1x8xi8>, memref<96xi32>) outs(%y : memref<1x4xi8>) scratch(%s : memref<6xi32>) {activation_min = 4, activation_max = 3}
  }
}

// -----

kernel.model @fully_connected_lanes_s8_c3 {
  kernel.global weights @s = dense<0> : tensor<96xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %w = kernel.get_global @s : memref<96xi32>
    %s = kernel.buffer scratch "s" : memref<5xi32>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.fully_connected_lanes_s8' op expects at least 6 elements in the scratch memory, but got 5}}
    kernel.fully_connected_lanes_s8 "l" ins(%x, %w : memref<1x8xi8>, memref<96xi32>) outs(%y : memref<1x4xi8>) scratch(%s : memref<5xi32>)
  }
}
