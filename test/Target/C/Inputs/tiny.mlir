// A planned int8 network that uses the common kernels. The weights are such
// that outputs are easy to follow: see tiny-main.c.
module {
  kernel.model @tiny attributes {class_names = ["cat", "dog\22", "a\\b"], device = "cortex-m7", core = "cortex-m7", preprocessing = "(byte - 128) / 128"} {
    kernel.global weights @conv_weights = dense<"0x0102030405060708090A0B0C"> : tensor<12xi8>
    kernel.global weights @conv_bias = dense<[1, -2, 3, -4]> : tensor<4xi32>
    kernel.global table @conv_multiplier = dense<1073741824> : tensor<4xi32>
    kernel.global table @conv_shift = dense<[-5, -6, -6, -7]> : tensor<4xi8>
    kernel.global weights @dw_weights = dense<1> : tensor<36xi8>
    kernel.global table @swish = dense<"0x808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDFE0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F"> : tensor<256xi8>
    kernel.global weights @fc_weights = dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]> : tensor<12xi8>
    kernel.global weights @fc_bias = dense<[-2147480000, 0, 5]> : tensor<3xi32>
    kernel.global table @fc_multiplier = dense<[0, 1073741824, 1073741824]> : tensor<3xi32>
    kernel.global table @fc_shift = dense<-5> : tensor<3xi8>
    kernel.entry @run {
      %image = kernel.buffer input "image" quantization <scale = 7.8125e-03 : f64, zero_point = 128> : memref<1x4x4x3xui8>
      %x = kernel.buffer internal "image.s8" : memref<1x4x4x3xi8>
      %y = kernel.buffer internal "conv" : memref<1x4x4x4xi8>
      %z = kernel.buffer internal "dw" : memref<1x4x4x4xi8>
      %s = kernel.buffer internal "add" : memref<1x4x4x4xi8>
      %a = kernel.buffer internal "act" : memref<1x4x4x4xi8>
      %g = kernel.buffer internal "pool" : memref<1x1x1x4xi8>
      %l = kernel.buffer output "logits" quantization <scale = 0.5 : f64, zero_point = -3> : memref<1x3xi8>
      %w = kernel.get_global @conv_weights : memref<12xi8>
      %b = kernel.get_global @conv_bias : memref<4xi32>
      %m = kernel.get_global @conv_multiplier : memref<4xi32>
      %h = kernel.get_global @conv_shift : memref<4xi8>
      %dw = kernel.get_global @dw_weights : memref<36xi8>
      %fw = kernel.get_global @fc_weights : memref<12xi8>
      %fb = kernel.get_global @fc_bias : memref<3xi32>
      %fm = kernel.get_global @fc_multiplier : memref<3xi32>
      %fh = kernel.get_global @fc_shift : memref<3xi8>
      %t = kernel.get_global @swish : memref<256xi8>
      kernel.convert_u8_s8 "image" ins(%image : memref<1x4x4x3xui8>) outs(%x : memref<1x4x4x3xi8>)
      kernel.conv2d_s8 "conv" ins(%x, %w, %b, %m, %h : memref<1x4x4x3xi8>, memref<12xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x4x4x4xi8>) {kernel = array<i64: 1, 1>}
      kernel.depthwise_conv2d_s8 "dw" ins(%y, %dw, %b, %m, %h : memref<1x4x4x4xi8>, memref<36xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%z : memref<1x4x4x4xi8>) {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, activation_min = 0, output_zero_point = 1}
      kernel.add_s8 "add" ins(%y, %z : memref<1x4x4x4xi8>, memref<1x4x4x4xi8>) outs(%s : memref<1x4x4x4xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = -18}
      kernel.lut_s8 "act */ // \\" ins(%s, %t : memref<1x4x4x4xi8>, memref<256xi8>) outs(%a : memref<1x4x4x4xi8>)
      kernel.mean_s8 "pool" ins(%a : memref<1x4x4x4xi8>) outs(%g : memref<1x1x1x4xi8>) {multiplier = 1073741824, shift = -3}
      kernel.fully_connected_s8 "logits" ins(%g, %fw, %fb, %fm, %fh : memref<1x1x1x4xi8>, memref<12xi8>, memref<3xi32>, memref<3xi32>, memref<3xi8>) outs(%l : memref<1x3xi8>)
    }
  }
}
