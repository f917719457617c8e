// RUN: ofa-opt %s --pass-pipeline='builtin.module(func.func(ofa-set-rounding{rounding=double}))' | FileCheck %s
// RUN: ofa-opt %s --pass-pipeline='builtin.module(func.func(ofa-set-rounding{rounding=double},ofa-set-rounding))' | FileCheck %s --check-prefix=SINGLE
// RUN: not ofa-opt %s --pass-pipeline='builtin.module(func.func(ofa-set-rounding{rounding=up}))' 2>&1 | FileCheck %s --check-prefix=BAD

// BAD: error: ofa-set-rounding expects 'single' or 'double', but got 'up'

!q = !quant.uniform<i8:f32, 0.5:3>
!r = !quant.uniform<i8:f32, 0.25>

// SINGLE-NOT: double
// CHECK-LABEL: func.func @network
func.func @network(%x: tensor<1x4x!q>) -> tensor<1x4x!r> {
  // CHECK: ofa.relu {{.*}}rounding = #ofa.rounding<double>
  %0 = ofa.relu "relu" %x : (tensor<1x4x!q>) -> tensor<1x4x!q>
  // Moves, tables of reals and softmax have none.
  // CHECK: ofa.reshape "reshape" %{{.*}} {shape = array<i64: 4, 1>}
  %1 = ofa.reshape "reshape" %0 {shape = array<i64: 4, 1>} : (tensor<1x4x!q>) -> tensor<4x1x!q>
  %2 = ofa.reshape "back" %1 {shape = array<i64: 1, 4>} : (tensor<4x1x!q>) -> tensor<1x4x!q>
  // CHECK: ofa.quantize {{.*}}rounding = #ofa.rounding<double>
  %3 = ofa.quantize "requantize" %2 : (tensor<1x4x!q>) -> tensor<1x4x!r>
  return %3 : tensor<1x4x!r>
}
