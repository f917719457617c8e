!q = !quant.uniform<i8:f32, 0.5:3>
!w = !quant.uniform<i8:f32, 0.1>

func.func @network(%x: tensor<1x8xf32> {ofa.name = "features"}) -> (tensor<1x4xf32> {ofa.name = "scores"}) {
  %w = ofa.constant "w" : tensor<4x8x!w> = dense<1>
  %0 = ofa.quantize "quantize" %x : (tensor<1x8xf32>) -> tensor<1x8x!q>
  %1 = ofa.fully_connected "dense" %0, %w {rounding = #ofa.rounding<double>} : (tensor<1x8x!q>, tensor<4x8x!w>) -> tensor<1x4x!q>
  %2 = ofa.dequantize "dequantize" %1 : (tensor<1x4x!q>) -> tensor<1x4xf32>
  return %2 : tensor<1x4xf32>
}
