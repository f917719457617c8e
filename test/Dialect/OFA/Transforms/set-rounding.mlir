// RUN: ofa-opt %s --pass-pipeline='builtin.module(func.func(ofa-set-rounding{rounding=double}))' | FileCheck %s --check-prefix=DOUBLE
// RUN: ofa-opt %s --pass-pipeline='builtin.module(func.func(ofa-set-rounding{rounding=single}))' | FileCheck %s --check-prefix=SINGLE
// RUN: not ofa-opt %s --pass-pipeline='builtin.module(func.func(ofa-set-rounding{rounding=up}))' 2>&1 | FileCheck %s --check-prefix=UP

// UP: error: ofa-set-rounding expects 'single' or 'double', but got 'up'

!q = !quant.uniform<i8:f32, 0.5:-1>
!p = !quant.uniform<i8:f32, 0.00390625:-128>
func.func @network(%x: tensor<1x8x!q>) -> tensor<1x8x!p> {
  // DOUBLE: ofa.add "a" {{.*}}rounding = #ofa.rounding<double>
  // SINGLE: ofa.add "a"
  // SINGLE-NOT: double
  %0 = ofa.add "a" %x, %x : (tensor<1x8x!q>, tensor<1x8x!q>) -> tensor<1x8x!q>
  // DOUBLE: ofa.relu "b" {{.*}}rounding = #ofa.rounding<double>
  // SINGLE: ofa.relu "b"
  // SINGLE-NOT: double
  %1 = ofa.relu "b" %0 {rounding = #ofa.rounding<double>} : (tensor<1x8x!q>) -> tensor<1x8x!q>
  // What has no rounding gets none.
  // DOUBLE: ofa.softmax "c"
  // DOUBLE-NOT: rounding
  // DOUBLE: return
  // SINGLE: ofa.softmax "c"
  // SINGLE-NOT: double
  // SINGLE: return
  %2 = ofa.softmax "c" %1 {beta = 1.0} : (tensor<1x8x!q>) -> tensor<1x8x!p>
  return %2 : tensor<1x8x!p>
}
