// A camera's frames under a light that fades: a network with a state, which its first
// kernels, made for rows, read.
kernel.model @NAME {
  kernel.global weights @w = dense<[
    3, -2, 5, 1, -4, 7, 2, -6, 1, 0, 3, -1, 6, 2, -5, 4, -3, 2, 1, 5, -7, 3, 2, -1, 4, -2, 6,
    1, 3, -5, 2, 4, -1, 7, -2, 3, 5, -6, 1, 2, -3, 4, 6, -1, 2, 5, -4, 3, 1, -2, 7, 2, -5, 4,
    2, 6, -3, 1, 5, -2, 3, 4, -7, 1, 2, -1, 5, 3, -4, 2, 6, 1, -3, 5, 2, -6, 4, 1, 3, -2, 7,
    -1, 4, 2, 5, -3, 6, 1, -2, 3, 7, -4, 2, 1, 5, -6, 3, 2, -1, 4, 5, -3, 2, 6, 1, -7, 3, 2
  ]> : tensor<108xi8>
  kernel.global table @b = dense<[100, -50, 7, 0]> : tensor<4xi32>
  kernel.global table @m = dense<1273741824> : tensor<4xi32>
  kernel.global table @s = dense<[-5, -4, -5, -6]> : tensor<4xi8>
  kernel.entry @run {
    %image = kernel.buffer input "image" : memref<1x13x10x3xui8>
    %bytes = kernel.buffer internal "bytes" : memref<1x13x10x3xi8>
    %light = kernel.buffer state "light" initial(-90 : i8) : memref<1x7x5x4xi8>
    %next = kernel.buffer internal "next" : memref<1x7x5x4xi8>
    %now = kernel.buffer internal "now" : memref<1x7x5x4xi8>
    %both = kernel.buffer internal "both" : memref<1x7x5x4xi8>
    %map = kernel.buffer output "map" : memref<1x4x3x4xi8>
    %mean = kernel.buffer output "mean" : memref<1x1x1x4xi8>
    %w = kernel.get_global @w : memref<108xi8>
    %b = kernel.get_global @b : memref<4xi32>
    %m = kernel.get_global @m : memref<4xi32>
    %s = kernel.get_global @s : memref<4xi8>
    kernel.convert_u8_s8 "image" ins(%image : memref<1x13x10x3xui8>)
        outs(%bytes : memref<1x13x10x3xi8>)
    kernel.conv2d_s8 "conv" ins(%bytes, %w, %b, %m, %s : memref<1x13x10x3xi8>,
        memref<108xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>)
        outs(%now : memref<1x7x5x4xi8>)
        {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 0>,
         input_zero_point = -3, output_zero_point = 5}
    kernel.linear_sum_s8 "both" ins(%now, %light : memref<1x7x5x4xi8>, memref<1x7x5x4xi8>)
        outs(%both : memref<1x7x5x4xi8>)
        {lhs_factor = 1048576 : i32, rhs_factor = -524288 : i32, offset = 524288 : i32,
         shift = 20}
    kernel.max_pool2d_s8 "pool" ins(%both : memref<1x7x5x4xi8>)
        outs(%map : memref<1x4x3x4xi8>)
        {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1>}
    kernel.mean_s8 "mean" ins(%map : memref<1x4x3x4xi8>)
        outs(%mean : memref<1x1x1x4xi8>) {multiplier = 1431655765, shift = -3}
    kernel.requantize_s8 "fade" ins(%light : memref<1x7x5x4xi8>)
        outs(%next : memref<1x7x5x4xi8>) {multiplier = 1473741824, shift = 0}
    kernel.copy "keep" ins(%next : memref<1x7x5x4xi8>) outs(%light : memref<1x7x5x4xi8>)
        {run = 140 : i64}
  }
}
