// RUN: ofa-opt %s --verify-roundtrip | FileCheck %s
// RUN: ofa-opt %s --emit-bytecode | ofa-opt | FileCheck %s

!q = !quant.uniform<i8:f32, 0.5:-3>

// CHECK: ofa.state @history : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:-3>> = dense<-3>
ofa.state @history : tensor<1x2x!q> = dense<-3>
// CHECK: ofa.state @count : tensor<1xf32> = dense<1.000000e+00> {note = "kept"}
ofa.state @count : tensor<1xf32> = dense<1.0> {note = "kept"}

// CHECK-LABEL: func.func @f
func.func @f(%x: tensor<1x2x!q>) -> (tensor<1x2x!q>, tensor<1x2x!q>) {
  // CHECK: %[[OLD:.*]] = ofa.read_state "old" @history : tensor<1x2x!quant
  // CHECK: ofa.write_state "new" %{{.*}}, @history : tensor<1x2x!quant
  // CHECK: %[[NEW:.*]] = ofa.read_state "again" @history : tensor<1x2x!quant
  // CHECK: return %[[OLD]], %[[NEW]]
  %0 = ofa.read_state "old" @history : tensor<1x2x!q>
  ofa.write_state "new" %x, @history : tensor<1x2x!q>
  %1 = ofa.read_state "again" @history : tensor<1x2x!q>
  return %0, %1 : tensor<1x2x!q>, tensor<1x2x!q>
}
