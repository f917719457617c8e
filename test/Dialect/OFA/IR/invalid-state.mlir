// RUN: ofa-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{'ofa.state' op expects a tensor of f32 or of a per-tensor !quant.uniform<i8:f32, ...>, but got '!quant.uniform<i8:f32:1, {5.000000e-01,2.500000e-01}>'}}
ofa.state @state_c1 : tensor<1x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>> = dense<0>

// -----

// expected-error @below {{'ofa.state' op expects elements of 'tensor<1x2xf32>', but got 'tensor<2xf32>'}}
"ofa.state"() {sym_name = "state_c2", type = tensor<1x2xf32>, value = dense<0.0> : tensor<2xf32>} : () -> ()

// -----

// expected-error @below {{'ofa.state' op}}
ofa.state @state_c3 : tensor<2xf32> = dense_resource<absent>

// -----

func.func @read_state_c1() -> tensor<2xf32> {
  // expected-error @below {{'ofa.read_state' op expects 'absent' to be an 'ofa.state' of the module}}
  %0 = ofa.read_state "x" @absent : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// expected-note @below {{the state is here}}
ofa.state @s : tensor<2xf32> = dense<0.0>
func.func @read_state_c2() -> tensor<3xf32> {
  // expected-error @below {{'ofa.read_state' op expects the state's type 'tensor<2xf32>', but got 'tensor<3xf32>'}}
  %0 = ofa.read_state "x" @s : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @write_state_c1(%x: tensor<2xf32>) {
  // expected-error @below {{'ofa.write_state' op expects 'write_state_c1' to be an 'ofa.state' of the module}}
  ofa.write_state "x" %x, @write_state_c1 : tensor<2xf32>
  return
}

// -----

// expected-note @below {{the state is here}}
ofa.state @s : tensor<2xf32> = dense<0.0>
func.func @write_state_c2(%x: tensor<3xf32>) {
  // expected-error @below {{'ofa.write_state' op expects the state's type 'tensor<2xf32>', but got 'tensor<3xf32>'}}
  ofa.write_state "x" %x, @s : tensor<3xf32>
  return
}
