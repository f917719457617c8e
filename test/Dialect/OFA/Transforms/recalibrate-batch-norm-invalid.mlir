// RUN: ofa-opt %s --ofa-recalibrate-batch-norm --split-input-file --verify-diagnostics

// expected-error @below {{expects calibration images, but has no ofa.calibration: ofa-train writes them}}
module {
  func.func @no_images(%image: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
    %bn = ofa.constant "bn" : tensor<4x1xf32> = dense<0.0>
    %0 = ofa.batch_norm "bn" %image, %bn : (tensor<1x2x2x1xf32>, tensor<4x1xf32>) -> tensor<1x2x2x1xf32>
    return %0 : tensor<1x2x2x1xf32>
  }
}

// -----

ofa.calibration dense<1> : tensor<1x2x2x1xui8>
// expected-error @below {{expects 'ofa.preprocessing', which says how pixels become its input}}
func.func @no_preprocessing(%image: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %bn = ofa.constant "bn" : tensor<4x1xf32> = dense<0.0>
  %0 = ofa.batch_norm "bn" %image, %bn : (tensor<1x2x2x1xf32>, tensor<4x1xf32>) -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// -----

ofa.calibration dense<1> : tensor<1x2x2x3xui8>
// expected-error @below {{expects images of 1 channels, but got 3}}
func.func @channels(%image: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [0.0], scale = [1.0]>} {
  %bn = ofa.constant "bn" : tensor<4x1xf32> = dense<0.0>
  %0 = ofa.batch_norm "bn" %image, %bn : (tensor<1x2x2x1xf32>, tensor<4x1xf32>) -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// -----

ofa.calibration dense<1> : tensor<1x1x1x1xui8>
func.func @absent(%image: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [0.0], scale = [1.0]>} {
  %w = ofa.constant "w" : tensor<1x1x1x1xf32>
  %bn = ofa.constant "bn" : tensor<4x1xf32> = dense<0.0>
  // expected-error @below {{expects parameters to be constants with elements}}
  %0 = ofa.conv2d "c" %image, %w : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  %1 = ofa.batch_norm "bn" %0, %bn : (tensor<1x1x1x1xf32>, tensor<4x1xf32>) -> tensor<1x1x1x1xf32>
  return %1 : tensor<1x1x1x1xf32>
}

// -----

ofa.calibration dense<[[[[1]]], [[[2]]]]> : tensor<2x1x1x1xui8>
func.func @infinite(%image: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [0.0], scale = [1.0]>} {
  %w = ofa.constant "w" : tensor<1x1x1x1xf32> = dense<3.0e38>
  %bn = ofa.constant "bn" : tensor<4x1xf32> = dense<0.0>
  %0 = ofa.conv2d "c" %image, %w : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  // expected-error @below {{measures a mean or variance that is no finite number in channel 0: the weights before it are too large}}
  %1 = ofa.batch_norm "bn" %0, %bn : (tensor<1x1x1x1xf32>, tensor<4x1xf32>) -> tensor<1x1x1x1xf32>
  return %1 : tensor<1x1x1x1xf32>
}
