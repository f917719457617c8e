// Kernels that move data, and convolutions of one column.
kernel.model @moves {
  kernel.global table @rows = dense<[0, 0, 1, 1]> : tensor<4xi16>
  kernel.global table @columns = dense<[1, 0]> : tensor<2xi16>
  kernel.global weights @weights = dense<[1, 2, 3]> : tensor<3xi8>
  kernel.global weights @two = dense<[1, 2]> : tensor<2xi8>
  kernel.global weights @bias = dense<0> : tensor<1xi32>
  kernel.global table @multiplier = dense<1073741824> : tensor<1xi32>
  kernel.global table @shift = dense<1> : tensor<1xi8>
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x2x2x1xi8>
    %padded = kernel.buffer internal "padded" : memref<1x3x2x1xi8>
    %turned = kernel.buffer output "turned" : memref<1x2x3x1xi8>
    %large = kernel.buffer internal "large" : memref<1x4x2x1xi8>
    %column = kernel.buffer internal "column" : memref<1x4x1x1xi8>
    %sum = kernel.buffer output "sum" : memref<1x2x1x1xi8>
    %far = kernel.buffer output "far" : memref<1x2x1x1xi8>
    %rows = kernel.get_global @rows : memref<4xi16>
    %columns = kernel.get_global @columns : memref<2xi16>
    %weights = kernel.get_global @weights : memref<3xi8>
    %two = kernel.get_global @two : memref<2xi8>
    %bias = kernel.get_global @bias : memref<1xi32>
    %multiplier = kernel.get_global @multiplier : memref<1xi32>
    %shift = kernel.get_global @shift : memref<1xi8>
    kernel.fill_s8 "pad.fill" outs(%padded : memref<1x3x2x1xi8>) {value = -5}
    kernel.copy "pad" ins(%x : memref<1x2x2x1xi8>) outs(%padded : memref<1x3x2x1xi8>) {output_offset = 2, run = 4}
    kernel.copy "turn" ins(%padded : memref<1x3x2x1xi8>) outs(%turned : memref<1x2x3x1xi8>) {counts = array<i64: 2, 3>, input_strides = array<i64: -1, 2>, output_strides = array<i64: 3, 1>, input_offset = 1}
    kernel.resize_nearest "resize" ins(%x, %rows, %columns : memref<1x2x2x1xi8>, memref<4xi16>, memref<2xi16>) outs(%large : memref<1x4x2x1xi8>)
    kernel.copy "slice" ins(%large : memref<1x4x2x1xi8>) outs(%column : memref<1x4x1x1xi8>) {counts = array<i64: 4>, input_strides = array<i64: 2>, output_strides = array<i64: 1>}
    kernel.depthwise_conv2d_s8 "conv" ins(%column, %weights, %bias, %multiplier, %shift : memref<1x4x1x1xi8>, memref<3xi8>, memref<1xi32>, memref<1xi32>, memref<1xi8>) outs(%sum : memref<1x2x1x1xi8>) {kernel = array<i64: 3, 1>, rounding = #kernel.rounding<double>}
    kernel.conv2d_s8 "dilated" ins(%column, %two, %bias, %multiplier, %shift : memref<1x4x1x1xi8>, memref<2xi8>, memref<1xi32>, memref<1xi32>, memref<1xi8>) outs(%far : memref<1x2x1x1xi8>) {kernel = array<i64: 2, 1>, dilation = array<i64: 2, 1>}
  }
}
