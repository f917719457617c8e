// RUN: ofa-opt %s --ofa-recalibrate-batch-norm --split-input-file | FileCheck %s

// Two images, of 0.5 and of -0.5: mean 0 and variance 1/4. With epsilon 3/4 the
// first normalisation is x * 2 + 1, so that the second one sees 2 and 0: mean 1
// and variance 1. Its own old statistics play no part.

ofa.calibration dense<"0xC0C0C0C040404040"> : tensor<2x2x2x1xui8>
// CHECK-LABEL: func.func @layers
func.func @layers(%image: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [128.0], scale = [0.0078125]>} {
  %bn1 = ofa.constant "bn1" : tensor<4x1xf32> = dense<[[2.0], [1.0], [9.0], [9.0]]>
  %bn2 = ofa.constant "bn2" : tensor<4x1xf32> = dense<[[5.0], [6.0], [9.0], [9.0]]>
  // CHECK: %[[BN1:.*]] = ofa.constant "bn1" : tensor<4x1xf32> = dense_resource<bn1>
  // CHECK-NEXT: ofa.batch_norm "bn1" %{{.*}}, %[[BN1]]
  %0 = ofa.batch_norm "bn1" %image, %bn1 {epsilon = 0.75} : (tensor<1x2x2x1xf32>, tensor<4x1xf32>) -> tensor<1x2x2x1xf32>
  %1 = ofa.batch_norm "bn2" %0, %bn2 {epsilon = 0.75} : (tensor<1x2x2x1xf32>, tensor<4x1xf32>) -> tensor<1x2x2x1xf32>
  return %1 : tensor<1x2x2x1xf32>
}
// Scale, offset, mean, variance.
// CHECK: bn1: "0x{{[0-9A-F]+}}000000400000803F000000000000803E"
// CHECK: bn2: "0x{{[0-9A-F]+}}0000A0400000C0400000803F0000803F"

// -----

// Images are resized to the function's input: 4x4 of two halves to 2x2.

ofa.calibration dense<"0xC0C04040C0C04040C0C04040C0C04040"> : tensor<1x4x4x1xui8>
// CHECK-LABEL: func.func @resized
func.func @resized(%image: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [0.0], scale = [1.0]>} {
  %bn = ofa.constant "half" : tensor<4x1xf32> = dense<0.0>
  %0 = ofa.batch_norm "half" %image, %bn : (tensor<1x1x1x1xf32>, tensor<4x1xf32>) -> tensor<1x1x1x1xf32>
  return %0 : tensor<1x1x1x1xf32>
}
// The mean is 128.
// CHECK: half: "0x{{[0-9A-F]+}}00000000000000000000004300000000"

// -----

// Nothing to do needs no images.
// CHECK-LABEL: func.func @none
func.func @none(%image: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %0 = ofa.relu "relu" %image : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}
