// RUN: ofa-opt %S/Inputs/tiny.mlir --verify-roundtrip -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: diff %t.mlir %S/Inputs/tiny.mlir
// RUN: ofa-opt %S/Inputs/tiny.mlir --emit-bytecode | ofa-opt | diff - %t.mlir

// Every elastic operation in its own syntax. The file holds a whole trained
// module in small: weights, calibration images and a predictor.

// CHECK: ofa.supernet @tiny subnet <{resolution = 8, s1.b0.expand = 1, s1.b0.kernel = 5, s1.depth = 2}> attributes {class_names = ["a", "b", "c"], preprocessing = #ofa.preprocessing<
// CHECK: choice @resolution of [6, 8]
// CHECK: forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x3xf32> resolution @resolution {
// CHECK: constant "stem.weight" : tensor<4x3x3x3xf32> = dense_resource<stem_weight>
// CHECK: stage "s1" depth @s1.depth (%{{.*}} = %{{.*}} : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
// CHECK: block "s1.b0" (%{{.*}} = %{{.*}} : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
// CHECK: conv2d "s1.b0.expand" {{.*}} {width = #ofa.width<[@s1.b0.expand] : [4, 8]>}
// CHECK: depthwise_conv2d "s1.b0.depthwise" {{.*}} transforms(%s1.b0.depthwise.5to3) {kernel_choice = @s1.b0.kernel,
// CHECK: yield
// CHECK: ofa.calibration dense_resource<images> : tensor<2x8x8x3xui8>
// CHECK: ofa.predictor @accuracy of @tiny features [@resolution, @s1.depth, @s1.b0.expand] base 5.000000e-01 layers [
