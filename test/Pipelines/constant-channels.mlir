// A network without choices loses its dead channels before it is judged, with the
// rounding that is asked for; once.
//
// RUN: ofa-opt %s --specialize='cortex-m3 rounding=double' -o %t.mlir 2> %t.summary
// RUN: FileCheck %s --check-prefix=SUMMARY --implicit-check-not=loses < %t.summary
// RUN: FileCheck %s < %t.mlir
// SUMMARY: remark: 'a' loses 1 of 3 output channels: 1 is constant
// SUMMARY: ofa: 0.00 M MACs, 9 parameters{{$}}
// CHECK: kernel.fully_connected_s8 "a" {{.*}}outs(%{{.*}} : memref<1x2xi8>)

// As it stands in the file:
// RUN: ofa-opt %s --ofa-describe -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHOLE
// WHOLE: network @net: 9 MACs (0.0 M), 12 parameters

!q = !quant.uniform<i8:f32, 1.0>
!w = !quant.uniform<i8:f32, 0.25>

func.func @net(%x: tensor<1x2x!q>) -> tensor<1x1x!q> {
  %aw = ofa.constant "aw" : tensor<3x2x!w> = dense<[[1, 2], [0, 0], [3, 4]]>
  %ab = ofa.constant "ab" : tensor<3xi32> = dense<[0, -2, 0]>
  %bw = ofa.constant "bw" : tensor<1x3x!w> = dense<3>
  %a = ofa.fully_connected "a" %x, %aw, %ab : (tensor<1x2x!q>, tensor<3x2x!w>, tensor<3xi32>) -> tensor<1x3x!q>
  %b = ofa.fully_connected "b" %a, %bw : (tensor<1x3x!q>, tensor<1x3x!w>) -> tensor<1x1x!q>
  return %b : tensor<1x1x!q>
}
