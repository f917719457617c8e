// RUN: ofa-opt %s --ofa-quantize=assume-ranges --split-input-file --verify-diagnostics | FileCheck %s

// Nothing is run, and no images are needed: measured scales are 1, others are what
// they always are.

// CHECK-LABEL: func.func @net(%{{.*}}: tensor<1x1x2x1x!quant.uniform<i8:f32, 7.812500e-03>>)
// CHECK-SAME: -> tensor<1x1x2x1x!quant.uniform<i8:f32, 3.906250e-03:-128>>
func.func @net(%image: tensor<1x1x2x1xf32>) -> tensor<1x1x2x1xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [128.0], scale = [0.0078125]>} {
  %w = ofa.constant "w" : tensor<1x1x1x1xf32> = dense<0.0>
  // CHECK: ofa.conv2d "conv" {{.*}} -> tensor<1x1x2x1x!quant.uniform<i8:f32, 1.000000e+00:-128>>
  %0 = ofa.conv2d "conv" %image, %w : (tensor<1x1x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x1xf32>
  %1 = ofa.logistic "logistic" %0 : (tensor<1x1x2x1xf32>) -> tensor<1x1x2x1xf32>
  return %1 : tensor<1x1x2x1xf32>
}

// -----

func.func @norm(%image: tensor<1x1x2x1xf32>) -> tensor<1x1x2x1xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [128.0], scale = [0.0078125]>} {
  %p = ofa.constant "p" : tensor<4x1xf32> = dense<1.0>
  // expected-error @below {{has no int8 form: run ofa-fold-batch-norm first}}
  %0 = ofa.batch_norm "norm" %image, %p : (tensor<1x1x2x1xf32>, tensor<4x1xf32>) -> tensor<1x1x2x1xf32>
  return %0 : tensor<1x1x2x1xf32>
}
