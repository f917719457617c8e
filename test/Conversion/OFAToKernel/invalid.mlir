// RUN: ofa-opt %s --split-input-file --verify-diagnostics --convert-ofa-to-kernel

func.func @absent(%x: tensor<1x8x8x2xf32>) -> tensor<1x6x6x2xf32> {
  %w = ofa.constant "w" : tensor<2x3x3x2xf32>
  // expected-error @below {{expects parameters that are constants with elements}}
  %1 = ofa.conv2d "conv" %x, %w : (tensor<1x8x8x2xf32>, tensor<2x3x3x2xf32>) -> tensor<1x6x6x2xf32>
  return %1 : tensor<1x6x6x2xf32>
}

// -----

// expected-error @below {{expects one input to preprocess, but has 2}}
func.func @two(%x: tensor<1x2x2x1xf32>, %y: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> attributes {
    ofa.preprocessing = #ofa.preprocessing<mean = [100.0], scale = [0.01]>} {
  %1 = ofa.add "add" %x, %y : (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  return %1 : tensor<1x2x2x1xf32>
}

// -----

// Scales that no 32-bit arithmetic holds.

func.func @overflow(%x: tensor<1x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x4x!quant.uniform<i8:f32, 1.0e-9>> {
  // expected-error @below {{has scales whose ratio makes sums of up to 255 times 2^30, which 32 bits do not hold: is the result's scale right?}}
  %0 = ofa.quantize "q" %x : (tensor<1x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x4x!quant.uniform<i8:f32, 1.0e-9>>
  return %0 : tensor<1x4x!quant.uniform<i8:f32, 1.0e-9>>
}
