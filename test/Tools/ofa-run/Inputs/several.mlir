// Two inputs of different types and three outputs, computed in another order than
// they are returned.
!a = !quant.uniform<i8:f32, 5.000000e-01:-3>
module {
  func.func @mix(%left: tensor<1x6x!a> {ofa.name = "Left:0"},
                 %right: tensor<1x6x!a> {ofa.name = "left/0"},
                 %real: tensor<1x2xf32>)
      -> (tensor<1x2xf32> {ofa.name = "clipped"}, tensor<1x6x!a>, tensor<1x6x!a> {ofa.name = "sum"}) {
    %sum = ofa.add "sum" %left, %right : (tensor<1x6x!a>, tensor<1x6x!a>) -> tensor<1x6x!a>
    %product = ofa.mul "product" %sum, %right : (tensor<1x6x!a>, tensor<1x6x!a>) -> tensor<1x6x!a>
    %clipped = ofa.relu6 "clipped" %real : (tensor<1x2xf32>) -> tensor<1x2xf32>
    return %clipped, %product, %sum : tensor<1x2xf32>, tensor<1x6x!a>, tensor<1x6x!a>
  }
}
