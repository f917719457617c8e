// RUN: ofa-opt %s --split-input-file --verify-diagnostics --ofa-int8-io | FileCheck %s

!q = !quant.uniform<i8:f32, 0.5:-1>

// CHECK-LABEL: func.func @both_ends
// CHECK-SAME: (%[[X:.*]]: tensor<1x8x!quant.uniform<i8:f32, 5.000000e-01:-1>> {ofa.name = "x", ofa.real})
// CHECK-SAME: -> (tensor<1x8x!quant.uniform<i8:f32, 5.000000e-01:-1>> {ofa.name = "y", ofa.real})
func.func @both_ends(%x: tensor<1x8xf32> {ofa.name = "x"})
    -> (tensor<1x8xf32> {ofa.name = "y"}) {
  // CHECK-NEXT: %[[R:.*]] = ofa.relu "relu" %[[X]]
  // CHECK-NEXT: return %[[R]]
  %0 = ofa.quantize "q" %x : (tensor<1x8xf32>) -> tensor<1x8x!q>
  %1 = ofa.relu "relu" %0 : (tensor<1x8x!q>) -> tensor<1x8x!q>
  %2 = ofa.dequantize "d" %1 : (tensor<1x8x!q>) -> tensor<1x8xf32>
  return %2 : tensor<1x8xf32>
}

// What is int8 already was never real.
// CHECK-LABEL: func.func @int8
// CHECK-SAME: (%[[X:.*]]: tensor<1x8x!quant.uniform<i8:f32, 5.000000e-01:-1>>) -> (tensor<1x8x!quant.uniform<i8:f32, 5.000000e-01:-1>>, tensor<1x8x!quant.uniform<i8:f32, 5.000000e-01:-1>> {ofa.real}, tensor<1x8x!quant.uniform<i8:f32, 5.000000e-01:-1>> {ofa.real})
func.func @int8(%x: tensor<1x8x!q>)
    -> (tensor<1x8x!q>, tensor<1x8xf32>, tensor<1x8xf32>) {
  // CHECK-NEXT: return %[[X]], %[[X]], %[[X]]
  %0 = ofa.dequantize "d" %x : (tensor<1x8x!q>) -> tensor<1x8xf32>
  return %x, %0, %0 : tensor<1x8x!q>, tensor<1x8xf32>, tensor<1x8xf32>
}

// -----

!q = !quant.uniform<i8:f32, 0.5:-1>
// expected-error @below {{'func.func' op expects input 'x' to be quantised by its only reader for int8-io, but it is read as 'tensor<1x8xf32>'}}
func.func @two_readers(%x: tensor<1x8xf32> {ofa.name = "x"})
    -> (tensor<1x8x!q>, tensor<1x8x!q>) {
  %0 = ofa.quantize "q" %x : (tensor<1x8xf32>) -> tensor<1x8x!q>
  %1 = ofa.quantize "r" %x : (tensor<1x8xf32>) -> tensor<1x8x!q>
  return %0, %1 : tensor<1x8x!q>, tensor<1x8x!q>
}

// -----

!q = !quant.uniform<i8:f32, 0.5:-1>
// expected-error @below {{'func.func' op expects output 'output' to be dequantised at the end for int8-io, but it is made as 'tensor<1x8xf32>'}}
func.func @real_end(%x: tensor<1x8x!q>) -> tensor<1x8xf32> {
  %0 = ofa.dequantize "d" %x : (tensor<1x8x!q>) -> tensor<1x8xf32>
  %1 = ofa.relu "relu" %0 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return %1 : tensor<1x8xf32>
}
