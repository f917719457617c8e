// RUN: ofa-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(ofa-int8-io))' | FileCheck %s

!q = !quant.uniform<i8:f32, 0.5:3>

// CHECK-LABEL: func.func @both_ends
// CHECK-SAME: (%[[X:.*]]: tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:3>> {ofa.name = "in", ofa.real})
// CHECK-SAME: -> (tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:3>> {ofa.name = "out", ofa.real})
func.func @both_ends(%x: tensor<1x4xf32> {ofa.name = "in"}) -> (tensor<1x4xf32> {ofa.name = "out"}) {
  // CHECK-NEXT: %[[Y:.*]] = ofa.relu "relu" %[[X]]
  %0 = ofa.quantize "q" %x : (tensor<1x4xf32>) -> tensor<1x4x!q>
  %1 = ofa.relu "relu" %0 : (tensor<1x4x!q>) -> tensor<1x4x!q>
  %2 = ofa.dequantize "d" %1 : (tensor<1x4x!q>) -> tensor<1x4xf32>
  // CHECK-NEXT: return %[[Y]]
  return %2 : tensor<1x4xf32>
}

// CHECK-LABEL: func.func @int8_already
// CHECK-NOT: ofa.real
func.func @int8_already(%x: tensor<1x4x!q>) -> tensor<1x4x!q> {
  %1 = ofa.relu "relu" %x : (tensor<1x4x!q>) -> tensor<1x4x!q>
  return %1 : tensor<1x4x!q>
}

// -----

// expected-error @below {{'func.func' op expects input 'input' to be quantised by its only reader for int8-io, but it is read as 'tensor<1x4xf32>'}}
func.func @real(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = ofa.relu "r" %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

// -----

// expected-error @below {{'func.func' op expects output 'output' to be dequantised at the end for int8-io, but it is made as 'tensor<1x4xf32>'}}
func.func @real_result(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4xf32> {
  %0 = ofa.dequantize "d" %x : (tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4xf32>
  %1 = ofa.relu "r" %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %1 : tensor<1x4xf32>
}
