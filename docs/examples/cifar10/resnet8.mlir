// MLPerf Tiny's ResNet-8 for CIFAR-10 (github.com/mlcommons/tiny, image
// classification): the network that the supernet's subnets are compared with. It has
// no choice; ofa-train trains it as any other. Constants without a value start at
// random.
module {
  ofa.supernet @resnet8 attributes {preprocessing = #ofa.preprocessing<mean = [1.280000e+02 : f64], scale = [7.812500e-03 : f64]>} {
    forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x10xf32> {
      %stem.weight = constant "stem.weight" : tensor<16x3x3x3xf32>
      %stem.bn = constant "stem.bn" : tensor<4x16xf32>
      %s1.conv1.weight = constant "s1.conv1.weight" : tensor<16x3x3x16xf32>
      %s1.conv1.bn = constant "s1.conv1.bn" : tensor<4x16xf32>
      %s1.conv2.weight = constant "s1.conv2.weight" : tensor<16x3x3x16xf32>
      %s1.conv2.bn = constant "s1.conv2.bn" : tensor<4x16xf32>
      %s2.conv1.weight = constant "s2.conv1.weight" : tensor<32x3x3x16xf32>
      %s2.conv1.bn = constant "s2.conv1.bn" : tensor<4x32xf32>
      %s2.conv2.weight = constant "s2.conv2.weight" : tensor<32x3x3x32xf32>
      %s2.conv2.bn = constant "s2.conv2.bn" : tensor<4x32xf32>
      %s2.shortcut.weight = constant "s2.shortcut.weight" : tensor<32x1x1x16xf32>
      %s2.shortcut.bias = constant "s2.shortcut.bias" : tensor<32xf32>
      %s3.conv1.weight = constant "s3.conv1.weight" : tensor<64x3x3x32xf32>
      %s3.conv1.bn = constant "s3.conv1.bn" : tensor<4x64xf32>
      %s3.conv2.weight = constant "s3.conv2.weight" : tensor<64x3x3x64xf32>
      %s3.conv2.bn = constant "s3.conv2.bn" : tensor<4x64xf32>
      %s3.shortcut.weight = constant "s3.shortcut.weight" : tensor<64x1x1x32xf32>
      %s3.shortcut.bias = constant "s3.shortcut.bias" : tensor<64xf32>
      %classifier.weight = constant "classifier.weight" : tensor<10x64xf32>
      %classifier.bias = constant "classifier.bias" : tensor<10xf32>
      %0 = conv2d "stem" %image, %stem.weight {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x32x32x3xf32>, tensor<16x3x3x3xf32>) -> tensor<1x32x32x16xf32>
      %1 = batch_norm "stem.bn" %0, %stem.bn : (tensor<1x32x32x16xf32>, tensor<4x16xf32>) -> tensor<1x32x32x16xf32>
      %2 = relu "stem.act" %1 : (tensor<1x32x32x16xf32>) -> tensor<1x32x32x16xf32>
      %3 = conv2d "s1.conv1" %2, %s1.conv1.weight {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x32x32x16xf32>, tensor<16x3x3x16xf32>) -> tensor<1x32x32x16xf32>
      %4 = batch_norm "s1.conv1.bn" %3, %s1.conv1.bn : (tensor<1x32x32x16xf32>, tensor<4x16xf32>) -> tensor<1x32x32x16xf32>
      %5 = relu "s1.conv1.act" %4 : (tensor<1x32x32x16xf32>) -> tensor<1x32x32x16xf32>
      %6 = conv2d "s1.conv2" %5, %s1.conv2.weight {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x32x32x16xf32>, tensor<16x3x3x16xf32>) -> tensor<1x32x32x16xf32>
      %7 = batch_norm "s1.conv2.bn" %6, %s1.conv2.bn : (tensor<1x32x32x16xf32>, tensor<4x16xf32>) -> tensor<1x32x32x16xf32>
      %8 = add "s1.add" %2, %7 : (tensor<1x32x32x16xf32>, tensor<1x32x32x16xf32>) -> tensor<1x32x32x16xf32>
      %9 = relu "s1.act" %8 : (tensor<1x32x32x16xf32>) -> tensor<1x32x32x16xf32>
      %10 = conv2d "s2.conv1" %9, %s2.conv1.weight {pad = array<i64: 0, 0, 1, 1>, strides = array<i64: 2, 2>} : (tensor<1x32x32x16xf32>, tensor<32x3x3x16xf32>) -> tensor<1x16x16x32xf32>
      %11 = batch_norm "s2.conv1.bn" %10, %s2.conv1.bn : (tensor<1x16x16x32xf32>, tensor<4x32xf32>) -> tensor<1x16x16x32xf32>
      %12 = relu "s2.conv1.act" %11 : (tensor<1x16x16x32xf32>) -> tensor<1x16x16x32xf32>
      %13 = conv2d "s2.conv2" %12, %s2.conv2.weight {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x16x16x32xf32>, tensor<32x3x3x32xf32>) -> tensor<1x16x16x32xf32>
      %14 = batch_norm "s2.conv2.bn" %13, %s2.conv2.bn : (tensor<1x16x16x32xf32>, tensor<4x32xf32>) -> tensor<1x16x16x32xf32>
      %15 = conv2d "s2.shortcut" %9, %s2.shortcut.weight, %s2.shortcut.bias {strides = array<i64: 2, 2>} : (tensor<1x32x32x16xf32>, tensor<32x1x1x16xf32>, tensor<32xf32>) -> tensor<1x16x16x32xf32>
      %16 = add "s2.add" %15, %14 : (tensor<1x16x16x32xf32>, tensor<1x16x16x32xf32>) -> tensor<1x16x16x32xf32>
      %17 = relu "s2.act" %16 : (tensor<1x16x16x32xf32>) -> tensor<1x16x16x32xf32>
      %18 = conv2d "s3.conv1" %17, %s3.conv1.weight {pad = array<i64: 0, 0, 1, 1>, strides = array<i64: 2, 2>} : (tensor<1x16x16x32xf32>, tensor<64x3x3x32xf32>) -> tensor<1x8x8x64xf32>
      %19 = batch_norm "s3.conv1.bn" %18, %s3.conv1.bn : (tensor<1x8x8x64xf32>, tensor<4x64xf32>) -> tensor<1x8x8x64xf32>
      %20 = relu "s3.conv1.act" %19 : (tensor<1x8x8x64xf32>) -> tensor<1x8x8x64xf32>
      %21 = conv2d "s3.conv2" %20, %s3.conv2.weight {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x8x8x64xf32>, tensor<64x3x3x64xf32>) -> tensor<1x8x8x64xf32>
      %22 = batch_norm "s3.conv2.bn" %21, %s3.conv2.bn : (tensor<1x8x8x64xf32>, tensor<4x64xf32>) -> tensor<1x8x8x64xf32>
      %23 = conv2d "s3.shortcut" %17, %s3.shortcut.weight, %s3.shortcut.bias {strides = array<i64: 2, 2>} : (tensor<1x16x16x32xf32>, tensor<64x1x1x32xf32>, tensor<64xf32>) -> tensor<1x8x8x64xf32>
      %24 = add "s3.add" %23, %22 : (tensor<1x8x8x64xf32>, tensor<1x8x8x64xf32>) -> tensor<1x8x8x64xf32>
      %25 = relu "s3.act" %24 : (tensor<1x8x8x64xf32>) -> tensor<1x8x8x64xf32>
      %26 = mean "pool" %25 : (tensor<1x8x8x64xf32>) -> tensor<1x64xf32>
      %27 = fully_connected "classifier" %26, %classifier.weight, %classifier.bias : (tensor<1x64xf32>, tensor<10x64xf32>, tensor<10xf32>) -> tensor<1x10xf32>
      yield %27 : tensor<1x10xf32>
    }
  }
}
