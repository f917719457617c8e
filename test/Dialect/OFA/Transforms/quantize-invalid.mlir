// RUN: ofa-opt %s --ofa-quantize --split-input-file --verify-diagnostics
// RUN: not ofa-opt %s --ofa-quantize=calibration=best 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: error: ofa-quantize expects calibration 'minmax', 'percentile' or 'mse' and rounding 'single' or 'double', but got 'best' and 'single'

ofa.calibration dense<1> : tensor<1x1x1x1xui8>
func.func @batch_norm(%image: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [0.0], scale = [1.0]>} {
  %bn = ofa.constant "bn" : tensor<4x1xf32> = dense<1.0>
  // expected-error @below {{has no int8 form: run ofa-fold-batch-norm first}}
  %0 = ofa.batch_norm "bn" %image, %bn : (tensor<1x1x1x1xf32>, tensor<4x1xf32>) -> tensor<1x1x1x1xf32>
  return %0 : tensor<1x1x1x1xf32>
}

// -----

ofa.calibration dense<2> : tensor<1x1x1x1xui8>
func.func @infinite(%image: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [0.0], scale = [1.0]>} {
  %w = ofa.constant "w" : tensor<1x1x1x1xf32> = dense<3.0e38>
  // expected-error @below {{measures values that are no finite numbers on the calibration images}}
  %0 = ofa.conv2d "c" %image, %w : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %0 : tensor<1x1x1x1xf32>
}

// -----

// expected-error @below {{expects calibration images, but has no ofa.calibration}}
module {
  func.func @no_images(%image: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
    %0 = ofa.relu "relu" %image : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
    return %0 : tensor<1x1x1x1xf32>
  }
}
