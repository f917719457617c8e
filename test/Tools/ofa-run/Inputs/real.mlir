// Clamps int8 and halves a float; the int8 tensors were real before.
!a = !quant.uniform<i8:f32, 5.000000e-01:-3>
module {
  func.func @clamp(%x: tensor<1x8x!a> {ofa.name = "x", ofa.real})
      -> (tensor<1x8x!a> {ofa.name = "y", ofa.real}, tensor<1x2xf32> {ofa.name = "half"}) {
    %half = ofa.constant "half" : tensor<1x2xf32> = dense<0.5>
    %y = ofa.relu6 "relu6" %x : (tensor<1x8x!a>) -> tensor<1x8x!a>
    %two = ofa.slice "two" %y {begin = array<i64: 0, 0>, sizes = array<i64: 1, 2>, strides = array<i64: 1, 1>} : (tensor<1x8x!a>) -> tensor<1x2x!a>
    %real = ofa.dequantize "real" %two : (tensor<1x2x!a>) -> tensor<1x2xf32>
    %scaled = ofa.mul "scaled" %real, %half : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    return %y, %scaled : tensor<1x8x!a>, tensor<1x2xf32>
  }
}
