// RUN: ofa-opt %s --ofa-quantize=calibration=minmax --split-input-file | FileCheck %s
// RUN: ofa-opt %s --ofa-quantize='calibration=minmax rounding=double' --split-input-file | FileCheck %s --check-prefix=DOUBLE

// One image with pixels 0 and 255, which are -1 and 0.9921875 to the network.

ofa.calibration dense<"0x00FF"> : tensor<1x1x2x1xui8>
// The input absorbs the preprocessing: scale 1/128, zero point 0.
// CHECK-LABEL: func.func @net(%{{.*}}: tensor<1x1x2x1x!quant.uniform<i8:f32, 7.812500e-03>>)
// CHECK-SAME: -> tensor<1x1x1x2x!quant.uniform<i8:f32, 3.906250e-03:-128>>
func.func @net(%image: tensor<1x1x2x1xf32>) -> tensor<1x1x1x2xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [128.0], scale = [0.0078125]>} {
  // Weights 127 and -254 have scales 1 and 2; biases have scale input * weight:
  // 64 / (1 / 128) = 8192 and 0.
  // CHECK: %[[W:.*]] = ofa.constant "w" : tensor<2x1x1x1x![[CHANNELS:.*]]> = dense_resource<w>
  // CHECK: %[[B:.*]] = ofa.constant "b" : tensor<2xi32> = dense_resource<b>
  // Results are in [-252, 254] + {64, 0}: -63 to 190, and -252 to 254.
  // CHECK: ofa.conv2d "c" %{{.*}}, %[[W]], %[[B]]{{.*}} -> tensor<1x1x2x2x![[C:quant.uniform<i8:f32, 1.98[0-9]+:-1>]]>
  // DOUBLE: ofa.conv2d "c" {{.*}}rounding = #ofa.rounding<double>
  %w = ofa.constant "w" : tensor<2x1x1x1xf32> = dense<[[[[127.0]]], [[[-254.0]]]]>
  %b = ofa.constant "b" : tensor<2xf32> = dense<[64.0, 0.0]>
  %0 = ofa.conv2d "c" %image, %w, %b : (tensor<1x1x2x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x1x2x2xf32>
  // Pads, pools and reshapes keep the scale.
  // CHECK: ofa.pad {{.*}} -> tensor<1x2x2x2x![[C]]>
  %1 = ofa.pad "pad" %0 {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>} : (tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  // CHECK: ofa.max_pool2d {{.*}} -> tensor<1x1x2x2x![[C]]>
  %2 = ofa.max_pool2d "pool" %1 {filter = array<i64: 2, 1>} : (tensor<1x2x2x2xf32>) -> tensor<1x1x2x2xf32>
  // CHECK: ofa.reshape {{.*}} -> tensor<1x2x1x2x![[C]]>
  %3 = ofa.reshape "reshape" %2 {shape = array<i64: 1, 2, 1, 2>} : (tensor<1x1x2x2xf32>) -> tensor<1x2x1x2xf32>
  // A mean has its own.
  // CHECK: ofa.mean {{.*}} -> tensor<1x1x1x2x!quant.uniform<i8:f32, {{[^>]*}}:-128>>
  // DOUBLE: ofa.mean {{.*}}rounding = #ofa.rounding<double>
  %4 = ofa.mean "mean" %3 {keep_dims} : (tensor<1x2x1x2xf32>) -> tensor<1x1x1x2xf32>
  %5 = ofa.softmax "softmax" %4 : (tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32>
  return %5 : tensor<1x1x1x2xf32>
}
// CHECK-DAG: w: "0x{{[0-9A-F]+}}7F81"
// CHECK-DAG: b: "0x{{[0-9A-F]+}}0020000000000000"

// -----

// What no zero point can absorb gets a measured scale: (0 to 255 - 127.5) / 127.5.

ofa.calibration dense<"0x00FF"> : tensor<1x1x2x1xui8>
// CHECK-LABEL: func.func @measured(%{{.*}}: tensor<1x1x2x1x!quant.uniform<i8:f32, 0.0078{{[0-9]+}}:-1>>)
func.func @measured(%image: tensor<1x1x2x1xf32>) -> tensor<1x1x2x1xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [127.5], scale = [0.00784313725]>} {
  // A constant summand is quantised by its own range.
  // CHECK: %[[K:.*]] = ofa.constant "k" : tensor<1x1x1x1x!quant.uniform<i8:f32, 1.000000e+00:-128>> = dense_resource<k>
  // CHECK: ofa.add "sum" %{{.*}}, %[[K]]
  %k = ofa.constant "k" : tensor<1x1x1x1xf32> = dense<255.0>
  %0 = ofa.add "sum" %image, %k : (tensor<1x1x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x1xf32>
  return %0 : tensor<1x1x2x1xf32>
}

// -----

// Dead channels and values that are always zero have scale 1; a bias without
// weights has a scale that holds it.

ofa.calibration dense<"0x00FF"> : tensor<1x1x2x1xui8>
// CHECK: !channels = !quant.uniform<i8<-127:127>:f32:0, {1.000000e+00,{{.*}}}>
// CHECK-LABEL: func.func @dead
func.func @dead(%image: tensor<1x1x2x1xf32>) -> tensor<1x1x2x2xf32>
    attributes {ofa.preprocessing = #ofa.preprocessing<mean = [0.0], scale = [1.0]>} {
  // CHECK: ofa.conv2d {{.*}} -> tensor<1x1x2x2x!quant.uniform<i8:f32, 1.000000e+00:-128>>
  %w = ofa.constant "w" : tensor<2x1x1x1xf32> = dense<0.0>
  %b = ofa.constant "b" : tensor<2xf32> = dense<[0.0, -5.0]>
  %0 = ofa.conv2d "c" %image, %w, %b {activation = #ofa.activation<relu>} : (tensor<1x1x2x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x1x2x2xf32>
  return %0 : tensor<1x1x2x2xf32>
}
