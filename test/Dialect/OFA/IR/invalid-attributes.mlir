// RUN: ofa-opt %s --split-input-file --verify-diagnostics

// Each test is named after the constraint it breaks.

ofa.supernet @width_c1 attributes {
  // expected-error @+2 {{expected attribute value}}
  // expected-error @below {{failed to parse OFA_WidthAttr parameter 'choices'}}
  test.width = #ofa.width<[] : [8]>} {
}

// -----

ofa.supernet @width_c2_empty attributes {
  // expected-error @+2 {{expected integer value}}
  // expected-error @below {{failed to parse OFA_WidthAttr parameter 'channels'}}
  test.width = #ofa.width<[@a] : []>} {
}

// -----

ofa.supernet @width_c2 attributes {
  // expected-error @below {{expects positive channel counts, but got 0}}
  test.width = #ofa.width<[@a] : [0, 8]>} {
}

// -----

ofa.supernet @width_c3 attributes {
  // expected-error @below {{expects the last channel count to be the largest, but 16 exceeds 8}}
  test.width = #ofa.width<[@a] : [16, 8]>} {
}

// -----

ofa.supernet @preprocessing_c1 attributes {
  // expected-error @below {{expects as many means as scales, at least one, but got 1 and 3}}
  preprocessing = #ofa.preprocessing<mean = [128.0], scale = [1.0, 1.0, 1.0]>} {
}

// -----

ofa.supernet @preprocessing_c2 attributes {
  // expected-error @below {{expects finite means and positive scales}}
  preprocessing = #ofa.preprocessing<mean = [128.0], scale = [0.0]>} {
}

// -----

ofa.supernet @preprocessing_c2_infinite attributes {
  // expected-error @below {{expects finite means and positive scales}}
  preprocessing = #ofa.preprocessing<mean = [0x7FF0000000000000 : f64], scale = [1.0]>} {
}

// -----

ofa.supernet @preprocessing_c3 attributes {
  // expected-error @below {{expects means and scales of f64}}
  preprocessing = #ofa.preprocessing<mean = [128.0 : f32], scale = [1.0 : f32]>} {
}

// -----

// expected-error @below {{expects 'ofa.preprocessing' to be #ofa.preprocessing}}
func.func @preprocessing_attribute() attributes {ofa.preprocessing = 1 : i32} {
  return
}

// -----

// expected-error @below {{expects 'ofa.class_names' to be an array of strings}}
func.func @class_names_attribute() attributes {ofa.class_names = [1 : i32]} {
  return
}

// -----

// expected-error @below {{expects 'ofa.specialization' to be #ofa.specialization}}
module attributes {ofa.specialization = "cortex-m7"} {
}

// -----

// expected-error @below {{expects 'ofa.training' to be a dictionary}}
module attributes {ofa.training = "8 epochs"} {
}

// -----

// expected-error @below {{expects 'ofa.name' to be a string}}
func.func @number_name(%x: tensor<1x8xf32> {ofa.name = 1}) -> tensor<1x8xf32> {
  return %x : tensor<1x8xf32>
}

// -----

// expected-error @below {{expects 'ofa.real' to be a unit attribute}}
func.func @real_result(%x: tensor<1x8xf32>) -> (tensor<1x8xf32> {ofa.real = true}) {
  return %x : tensor<1x8xf32>
}

// -----

func.func @source_tensor(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  // expected-error @below {{expects 'ofa.source_tensor' to be an integer}}
  %1 = ofa.relu "act" %x {ofa.source_tensor = "t"} : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return %1 : tensor<1x8xf32>
}
