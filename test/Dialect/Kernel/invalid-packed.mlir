// RUN: ofa-opt %s --split-input-file --verify-diagnostics

kernel.model @conv2d_paired_s8_c1 {
  kernel.global weights @s = dense<0> : tensor<37xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<2x8x8x3xi8>
    %w = kernel.get_global @s : memref<37xi32>
    %s = kernel.buffer scratch "s" : memref<28xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_paired_s8' op expects input of shape [1, height, width, channels], but got [2, 8, 8, 3]}}
    kernel.conv2d_paired_s8 "l" ins(%x, %w : memref<2x8x8x3xi8>, memref<37xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<28xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_paired_s8_c2 {
  kernel.global weights @s = dense<0> : tensor<36xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<36xi32>
    %s = kernel.buffer scratch "s" : memref<28xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_paired_s8' op expects 37 elements in the stream, but got 36}}
    kernel.conv2d_paired_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<36xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<28xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_paired_s8_c3 {
  kernel.global weights @s = dense<0> : tensor<37xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<37xi32>
    %s = kernel.buffer scratch "s" : memref<28xi32>
    %y = kernel.buffer output "y" : memref<1x9x6x4xi8>
    // expected-error @below {{'kernel.conv2d_paired_s8' op expects every window to touch the image, but of 9 output rows the first begins at 0 and the last at 8 of 8}}
    kernel.conv2d_paired_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<37xi32>) outs(%y : memref<1x9x6x4xi8>) scratch(%s : memref<28xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_paired_s8_c4 {
  kernel.global weights @s = dense<0> : tensor<37xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<37xi32>
    %s = kernel.buffer scratch "s" : memref<28xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_paired_s8' op expects activation_min <= activation_max, but got 4 and 3}}
    kernel.conv2d_paired_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<37xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<28xi32>) {kernel = array<i64: 3, 3>, activation_min = 4, activation_max = 3}
  }
}

// -----

kernel.model @conv2d_paired_s8_c5 {
  kernel.global weights @s = dense<0> : tensor<37xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x20x8x3xi8>
    %w = kernel.get_global @s : memref<37xi32>
    %s = kernel.buffer scratch "s" : memref<28xi32>
    %y = kernel.buffer output "y" : memref<1x4x8x4xi8>
    // expected-error @below {{'kernel.conv2d_paired_s8' op expects a kernel of at most 16 and a stride of at most 16 rows, but got 17 and 1}}
    kernel.conv2d_paired_s8 "l" ins(%x, %w : memref<1x20x8x3xi8>, memref<37xi32>) outs(%y : memref<1x4x8x4xi8>) scratch(%s : memref<28xi32>) {kernel = array<i64: 17, 1>}
  }
}

// -----

kernel.model @conv2d_paired_s8_c6 {
  kernel.global weights @s = dense<0> : tensor<37xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<37xi32>
    %s = kernel.buffer scratch "s" : memref<24xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_paired_s8' op expects at least 28 elements in the scratch memory, but got 24}}
    kernel.conv2d_paired_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<37xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<24xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_paired_s8_constant {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.buffer internal "w" : memref<37xi32>
    %s = kernel.buffer scratch "s" : memref<28xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_paired_s8' op expects constant data from 'kernel.get_global' as stream}}
    kernel.conv2d_paired_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<37xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<28xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_winograd_s8_c1 {
  kernel.global weights @s = dense<0> : tensor<816xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x6xi8>
    %w = kernel.get_global @s : memref<816xi32>
    %s = kernel.buffer scratch "s" : memref<226xi32>
    %y = kernel.buffer output "y" : memref<1x8x8x8xi8>
    // expected-error @below {{'kernel.conv2d_winograd_s8' op expects multiples of 4 channels, but got 6 and 8}}
    kernel.conv2d_winograd_s8 "l" ins(%x, %w : memref<1x8x8x6xi8>, memref<816xi32>) outs(%y : memref<1x8x8x8xi8>) scratch(%s : memref<226xi32>) {padding = array<i64: 1, 1>}
  }
}

// -----

kernel.model @conv2d_winograd_s8_c2 {
  kernel.global weights @s = dense<0> : tensor<543xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x8xi8>
    %w = kernel.get_global @s : memref<543xi32>
    %s = kernel.buffer scratch "s" : memref<258xi32>
    %y = kernel.buffer output "y" : memref<1x8x8x8xi8>
    // expected-error @below {{'kernel.conv2d_winograd_s8' op expects 544 elements in the stream, but got 543}}
    kernel.conv2d_winograd_s8 "l" ins(%x, %w : memref<1x8x8x8xi8>, memref<543xi32>) outs(%y : memref<1x8x8x8xi8>) scratch(%s : memref<258xi32>) {padding = array<i64: 1, 1>}
  }
}

// -----

kernel.model @conv2d_winograd_s8_c3 {
  kernel.global weights @s = dense<0> : tensor<544xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x8xi8>
    %w = kernel.get_global @s : memref<544xi32>
    %s = kernel.buffer scratch "s" : memref<258xi32>
    %y = kernel.buffer output "y" : memref<1x11x8x8xi8>
    // expected-error @below {{'kernel.conv2d_winograd_s8' op expects every window to touch the image, but of 11 output rows the first begins at -1 and the last at 9 of 8}}
    kernel.conv2d_winograd_s8 "l" ins(%x, %w : memref<1x8x8x8xi8>, memref<544xi32>) outs(%y : memref<1x11x8x8xi8>) scratch(%s : memref<258xi32>) {padding = array<i64: 1, 1>}
  }
}

// -----

kernel.model @conv2d_winograd_s8_c4 {
  kernel.global weights @s = dense<0> : tensor<544xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x8xi8>
    %w = kernel.get_global @s : memref<544xi32>
    %s = kernel.buffer scratch "s" : memref<258xi32>
    %y = kernel.buffer output "y" : memref<1x8x8x8xi8>
    // expected-error @below {{'kernel.conv2d_winograd_s8' op expects activation_min <= activation_max, but got 4 and 3}}
    kernel.conv2d_winograd_s8 "l" ins(%x, %w : memref<1x8x8x8xi8>, memref<544xi32>) outs(%y : memref<1x8x8x8xi8>) scratch(%s : memref<258xi32>) {padding = array<i64: 1, 1>, activation_min = 4, activation_max = 3}
  }
}

// -----

kernel.model @conv2d_winograd_s8_c5 {
  kernel.global weights @s = dense<0> : tensor<544xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x40000x8xi8>
    %w = kernel.get_global @s : memref<544xi32>
    %s = kernel.buffer scratch "s" : memref<258xi32>
    %y = kernel.buffer output "y" : memref<1x8x40000x8xi8>
    // expected-error @below {{'kernel.conv2d_winograd_s8' op expects sizes of 1 to 32767, but input has [1, 8, 40000, 8]}}
    kernel.conv2d_winograd_s8 "l" ins(%x, %w : memref<1x8x40000x8xi8>, memref<544xi32>) outs(%y : memref<1x8x40000x8xi8>) scratch(%s : memref<258xi32>) {padding = array<i64: 1, 1>}
  }
}

// -----

kernel.model @conv2d_winograd_s8_c6 {
  kernel.global weights @s = dense<0> : tensor<544xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x8xi8>
    %w = kernel.get_global @s : memref<544xi32>
    %s = kernel.buffer scratch "s" : memref<257xi32>
    %y = kernel.buffer output "y" : memref<1x8x8x8xi8>
    // expected-error @below {{'kernel.conv2d_winograd_s8' op expects at least 258 elements in the scratch memory, but got 257}}
    kernel.conv2d_winograd_s8 "l" ins(%x, %w : memref<1x8x8x8xi8>, memref<544xi32>) outs(%y : memref<1x8x8x8xi8>) scratch(%s : memref<257xi32>) {padding = array<i64: 1, 1>}
  }
}

// -----

kernel.model @depthwise_conv2d_planes_s8_c1 {
  kernel.global weights @s = dense<0> : tensor<18xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<18xi32>
    %s = kernel.buffer scratch "s" : memref<128xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x6xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_planes_s8' op expects a multiple of 4 output channels, but got 6}}
    kernel.depthwise_conv2d_planes_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<18xi32>) outs(%y : memref<1x6x6x6xi8>) scratch(%s : memref<128xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_planes_s8_c2 {
  kernel.global weights @s = dense<0> : tensor<17xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<17xi32>
    %s = kernel.buffer scratch "s" : memref<128xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_planes_s8' op expects 18 elements in the stream, but got 17}}
    kernel.depthwise_conv2d_planes_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<17xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<128xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_planes_s8_c3 {
  kernel.global weights @s = dense<0> : tensor<18xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<18xi32>
    %s = kernel.buffer scratch "s" : memref<128xi32>
    %y = kernel.buffer output "y" : memref<1x9x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_planes_s8' op expects every window to touch the image, but of 9 output rows the first begins at 0 and the last at 8 of 8}}
    kernel.depthwise_conv2d_planes_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<18xi32>) outs(%y : memref<1x9x6x4xi8>) scratch(%s : memref<128xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_planes_s8_c4 {
  kernel.global weights @s = dense<0> : tensor<18xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<18xi32>
    %s = kernel.buffer scratch "s" : memref<128xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_planes_s8' op expects activation_min <= activation_max, but got 4 and 3}}
    kernel.depthwise_conv2d_planes_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<18xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<128xi32>) {kernel = array<i64: 3, 3>, activation_min = 4, activation_max = 3}
  }
}

// -----

kernel.model @depthwise_conv2d_planes_s8_c5 {
  kernel.global weights @s = dense<0> : tensor<18xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x20x8x4xi8>
    %w = kernel.get_global @s : memref<18xi32>
    %s = kernel.buffer scratch "s" : memref<128xi32>
    %y = kernel.buffer output "y" : memref<1x4x8x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_planes_s8' op expects a kernel of at most 16 and a stride of at most 16 rows, but got 17 and 1}}
    kernel.depthwise_conv2d_planes_s8 "l" ins(%x, %w : memref<1x20x8x4xi8>, memref<18xi32>) outs(%y : memref<1x4x8x4xi8>) scratch(%s : memref<128xi32>) {kernel = array<i64: 17, 1>}
  }
}

// -----

kernel.model @depthwise_conv2d_planes_s8_c6 {
  kernel.global weights @s = dense<0> : tensor<18xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<18xi32>
    %s = kernel.buffer scratch "s" : memref<124xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_planes_s8' op expects at least 128 elements in the scratch memory, but got 124}}
    kernel.depthwise_conv2d_planes_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<18xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<124xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @fully_connected_paired_s8_c1 {
  kernel.global weights @s = dense<0> : tensor<24xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %w = kernel.get_global @s : memref<24xi32>
    %s = kernel.buffer scratch "s" : memref<4xi32>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.fully_connected_paired_s8' op expects 34 elements in the stream, but got 24}}
    kernel.fully_connected_paired_s8 "l" ins(%x, %w : memref<1x8xi8>, memref<24xi32>) outs(%y : memref<1x4xi8>) scratch(%s : memref<4xi32>)
  }
}

// -----

kernel.model @fully_connected_paired_s8_c2 {
  kernel.global weights @s = dense<0> : tensor<34xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %w = kernel.get_global @s : memref<34xi32>
    %s = kernel.buffer scratch "s" : memref<4xi32>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.fully_connected_paired_s8' op expects activation_min <= activation_max, but got 4 and 3}}
    kernel.fully_connected_paired_s8 "l" ins(%x, %w : memref<1x8xi8>, memref<34xi32>) outs(%y : memref<1x4xi8>) scratch(%s : memref<4xi32>) {activation_min = 4, activation_max = 3}
  }
}

// -----

kernel.model @fully_connected_paired_s8_c3 {
  kernel.global weights @s = dense<0> : tensor<34xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %w = kernel.get_global @s : memref<34xi32>
    %s = kernel.buffer scratch "s" : memref<2xi32>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.fully_connected_paired_s8' op expects at least 4 elements in the scratch memory, but got 2}}
    kernel.fully_connected_paired_s8 "l" ins(%x, %w : memref<1x8xi8>, memref<34xi32>) outs(%y : memref<1x4xi8>) scratch(%s : memref<2xi32>)
  }
}

// -----

kernel.model @conv2d_dots_s8_c1 {
  kernel.global weights @s = dense<0> : tensor<60xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<2x8x8x3xi8>
    %w = kernel.get_global @s : memref<60xi32>
    %s = kernel.buffer scratch "s" : memref<14xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_dots_s8' op expects input of shape [1, height, width, channels], but got [2, 8, 8, 3]}}
    kernel.conv2d_dots_s8 "l" ins(%x, %w : memref<2x8x8x3xi8>, memref<60xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<14xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_dots_s8_c2 {
  kernel.global weights @s = dense<0> : tensor<59xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<59xi32>
    %s = kernel.buffer scratch "s" : memref<14xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_dots_s8' op expects 60 elements in the stream, but got 59}}
    kernel.conv2d_dots_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<59xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<14xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_dots_s8_c3 {
  kernel.global weights @s = dense<0> : tensor<60xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<60xi32>
    %s = kernel.buffer scratch "s" : memref<14xi32>
    %y = kernel.buffer output "y" : memref<1x9x6x4xi8>
    // expected-error @below {{'kernel.conv2d_dots_s8' op expects every window to touch the image, but of 9 output rows the first begins at 0 and the last at 8 of 8}}
    kernel.conv2d_dots_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<60xi32>) outs(%y : memref<1x9x6x4xi8>) scratch(%s : memref<14xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @conv2d_dots_s8_c4 {
  kernel.global weights @s = dense<0> : tensor<60xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<60xi32>
    %s = kernel.buffer scratch "s" : memref<14xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_dots_s8' op expects activation_min <= activation_max, but got 4 and 3}}
    kernel.conv2d_dots_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<60xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<14xi32>) {kernel = array<i64: 3, 3>, activation_min = 4, activation_max = 3}
  }
}

// -----

kernel.model @conv2d_dots_s8_c5 {
  kernel.global weights @s = dense<0> : tensor<60xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x20x8x3xi8>
    %w = kernel.get_global @s : memref<60xi32>
    %s = kernel.buffer scratch "s" : memref<14xi32>
    %y = kernel.buffer output "y" : memref<1x4x8x4xi8>
    // expected-error @below {{'kernel.conv2d_dots_s8' op expects a kernel of at most 16 and a stride of at most 16 rows, but got 17 and 1}}
    kernel.conv2d_dots_s8 "l" ins(%x, %w : memref<1x20x8x3xi8>, memref<60xi32>) outs(%y : memref<1x4x8x4xi8>) scratch(%s : memref<14xi32>) {kernel = array<i64: 17, 1>}
  }
}

// -----

kernel.model @conv2d_dots_s8_c6 {
  kernel.global weights @s = dense<0> : tensor<60xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x3xi8>
    %w = kernel.get_global @s : memref<60xi32>
    %s = kernel.buffer scratch "s" : memref<13xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.conv2d_dots_s8' op expects at least 14 elements in the scratch memory, but got 13}}
    kernel.conv2d_dots_s8 "l" ins(%x, %w : memref<1x8x8x3xi8>, memref<60xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<13xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_patches_s8_c1 {
  kernel.global weights @s = dense<0> : tensor<28xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<28xi32>
    %s = kernel.buffer scratch "s" : memref<480xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x6xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_patches_s8' op expects a window that a kernel takes, but got 3x3 with strides 1x1 from 4 to 6 channels}}
    kernel.depthwise_conv2d_patches_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<28xi32>) outs(%y : memref<1x6x6x6xi8>) scratch(%s : memref<480xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_patches_s8_c2 {
  kernel.global weights @s = dense<0> : tensor<27xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<27xi32>
    %s = kernel.buffer scratch "s" : memref<480xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_patches_s8' op expects 28 elements in the stream, but got 27}}
    kernel.depthwise_conv2d_patches_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<27xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<480xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_patches_s8_c3 {
  kernel.global weights @s = dense<0> : tensor<28xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<28xi32>
    %s = kernel.buffer scratch "s" : memref<480xi32>
    %y = kernel.buffer output "y" : memref<1x9x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_patches_s8' op expects every window to touch the image, but of 9 output rows the first begins at 0 and the last at 8 of 8}}
    kernel.depthwise_conv2d_patches_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<28xi32>) outs(%y : memref<1x9x6x4xi8>) scratch(%s : memref<480xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @depthwise_conv2d_patches_s8_c4 {
  kernel.global weights @s = dense<0> : tensor<28xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<28xi32>
    %s = kernel.buffer scratch "s" : memref<480xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_patches_s8' op expects activation_min <= activation_max, but got 4 and 3}}
    kernel.depthwise_conv2d_patches_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<28xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<480xi32>) {kernel = array<i64: 3, 3>, activation_min = 4, activation_max = 3}
  }
}

// -----

kernel.model @depthwise_conv2d_patches_s8_c5 {
  kernel.global weights @s = dense<0> : tensor<28xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x20x8x4xi8>
    %w = kernel.get_global @s : memref<28xi32>
    %s = kernel.buffer scratch "s" : memref<480xi32>
    %y = kernel.buffer output "y" : memref<1x4x8x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_patches_s8' op expects a kernel of at most 16 and a stride of at most 16 rows, but got 17 and 1}}
    kernel.depthwise_conv2d_patches_s8 "l" ins(%x, %w : memref<1x20x8x4xi8>, memref<28xi32>) outs(%y : memref<1x4x8x4xi8>) scratch(%s : memref<480xi32>) {kernel = array<i64: 17, 1>}
  }
}

// -----

kernel.model @depthwise_conv2d_patches_s8_c6 {
  kernel.global weights @s = dense<0> : tensor<28xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x8x4xi8>
    %w = kernel.get_global @s : memref<28xi32>
    %s = kernel.buffer scratch "s" : memref<479xi32>
    %y = kernel.buffer output "y" : memref<1x6x6x4xi8>
    // expected-error @below {{'kernel.depthwise_conv2d_patches_s8' op expects at least 480 elements in the scratch memory, but got 479}}
    kernel.depthwise_conv2d_patches_s8 "l" ins(%x, %w : memref<1x8x8x4xi8>, memref<28xi32>) outs(%y : memref<1x6x6x4xi8>) scratch(%s : memref<479xi32>) {kernel = array<i64: 3, 3>}
  }
}

// -----

kernel.model @fully_connected_dots_s8_c1 {
  kernel.global weights @s = dense<0> : tensor<55xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %w = kernel.get_global @s : memref<55xi32>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.fully_connected_dots_s8' op expects 56 elements in the stream, but got 55}}
    kernel.fully_connected_dots_s8 "l" ins(%x, %w : memref<1x8xi8>, memref<55xi32>) outs(%y : memref<1x4xi8>)
  }
}

// -----

kernel.model @fully_connected_dots_s8_c2 {
  kernel.global weights @s = dense<0> : tensor<56xi32>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8xi8>
    %w = kernel.get_global @s : memref<56xi32>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    // expected-error @below {{'kernel.fully_connected_dots_s8' op expects activation_min <= activation_max, but got 4 and 3}}
    kernel.fully_connected_dots_s8 "l" ins(%x, %w : memref<1x8xi8>, memref<56xi32>) outs(%y : memref<1x4xi8>) {activation_min = 4, activation_max = 3}
  }
}

// -----

kernel.model @linear_sum_s8_c4 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x4x4x8xi8>
    %z = kernel.buffer input "z" : memref<8xi8>
    %y = kernel.buffer output "y" : memref<1x4x4x8xi8>
    // expected-error @below {{'kernel.linear_sum_s8' op expects 'vectors' with operands of one size, but got 'memref<8xi8>'}}
    kernel.linear_sum_s8 "l" ins(%x, %z : memref<1x4x4x8xi8>, memref<8xi8>) outs(%y : memref<1x4x4x8xi8>) {lhs_factor = 1 : i32, rhs_factor = 1 : i32, offset = 0 : i32, shift = 1, vectors}
  }
}

// -----

kernel.model @avg_pool2d_s8_c5 {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x16x16x8xi8>
    %y = kernel.buffer output "y" : memref<1x1x1x8xi8>
    // expected-error @below {{'kernel.avg_pool2d_s8' op expects 'vectors' with at most 255 taps, but got 256}}
    kernel.avg_pool2d_s8 "l" ins(%x : memref<1x16x16x8xi8>) outs(%y : memref<1x1x1x8xi8>) {kernel = array<i64: 16, 16>, vectors}
  }
}
