// RUN: ofa-opt %s --ofa-fold-batch-norm --split-input-file --verify-diagnostics | FileCheck %s

// Factors 3 / sqrt(3 + 1) = 1.5 and 1 / sqrt(1) = 1; offsets 1 - 2 * 1.5 = -2
// and 0. Weights 2 and 4 become 3 and 4; the biases are -2 and 0.

// CHECK-LABEL: func.func @conv
func.func @conv(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x2xf32> {
  %w = ofa.constant "w" : tensor<2x1x1x1xf32> = dense<[[[[2.0]]], [[[4.0]]]]>
  %bn = ofa.constant "bn" : tensor<4x2xf32> = dense<[[3.0, 1.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]>
  // CHECK-DAG: %[[W:.*]] = ofa.constant "c.weight" : tensor<2x1x1x1xf32> = dense_resource<c.weight>
  // CHECK-DAG: %[[B:.*]] = ofa.constant "c.bias" : tensor<2xf32> = dense_resource<c.bias>
  // CHECK: %[[Y:.*]] = ofa.conv2d "c" %{{.*}}, %[[W]], %[[B]]
  // CHECK-NEXT: return %[[Y]]
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x1x1x2xf32>
  %1 = ofa.batch_norm "bn" %0, %bn {epsilon = 1.0} : (tensor<1x1x1x2xf32>, tensor<4x2xf32>) -> tensor<1x1x1x2xf32>
  return %1 : tensor<1x1x1x2xf32>
}
// CHECK-DAG: c.weight: "0x{{[0-9A-F]+}}0000404000008040"
// CHECK-DAG: c.bias: "0x{{[0-9A-F]+}}000000C000000000"

// -----

// A bias is scaled, too: 2 * 1.5 - 2 = 1. Depthwise channels are the last axis.

// CHECK-LABEL: func.func @depthwise
func.func @depthwise(%x: tensor<1x2x1x2xf32>) -> tensor<1x1x1x2xf32> {
  %w = ofa.constant "w" : tensor<1x2x1x2xf32> = dense<[[[[2.0, 4.0]], [[6.0, 8.0]]]]>
  %b = ofa.constant "b" : tensor<2xf32> = dense<[2.0, 3.0]>
  %bn = ofa.constant "bn" : tensor<4x2xf32> = dense<[[3.0, 1.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]>
  // CHECK-NOT: batch_norm
  %0 = ofa.depthwise_conv2d "d" %x, %w, %b : (tensor<1x2x1x2xf32>, tensor<1x2x1x2xf32>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  %1 = ofa.batch_norm "bn" %0, %bn {epsilon = 1.0} : (tensor<1x1x1x2xf32>, tensor<4x2xf32>) -> tensor<1x1x1x2xf32>
  return %1 : tensor<1x1x1x2xf32>
}
// CHECK-DAG: d.weight: "0x{{[0-9A-F]+}}00004040000080400000104100000041"
// CHECK-DAG: d.bias: "0x{{[0-9A-F]+}}0000803F00004040"

// -----

// What cannot be folded becomes a layer of its own.

// CHECK-LABEL: func.func @alone
func.func @alone(%x: tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32> {
  %bn = ofa.constant "bn" : tensor<4x2xf32> = dense<[[3.0, 1.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]>
  // CHECK: ofa.depthwise_conv2d "bn" %{{.*}}, %bn.weight, %bn.bias : (tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<2xf32>)
  // expected-remark @below {{'bn' becomes a depthwise convolution: no layer with weights makes its input}}
  %0 = ofa.batch_norm "bn" %x, %bn {epsilon = 1.0} : (tensor<1x1x1x2xf32>, tensor<4x2xf32>) -> tensor<1x1x1x2xf32>
  return %0 : tensor<1x1x1x2xf32>
}
// CHECK-DAG: bn.weight: "0x{{[0-9A-F]+}}0000C03F0000803F"
// CHECK-DAG: bn.bias: "0x{{[0-9A-F]+}}000000C000000000"

// -----

// CHECK-LABEL: func.func @other_readers
func.func @other_readers(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = ofa.constant "w" : tensor<1x1x1x1xf32> = dense<2.0>
  %bn = ofa.constant "bn" : tensor<4x1xf32> = dense<1.0>
  // CHECK: ofa.conv2d "c"
  // CHECK: ofa.depthwise_conv2d "bn"
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  // expected-remark @below {{'bn' becomes a depthwise convolution: its input has other readers}}
  %1 = ofa.batch_norm "bn" %0, %bn : (tensor<1x1x1x1xf32>, tensor<4x1xf32>) -> tensor<1x1x1x1xf32>
  %2 = ofa.add "sum" %0, %1 : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %2 : tensor<1x1x1x1xf32>
}

// -----

func.func @absent(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = ofa.constant "w" : tensor<1x1x1x1xf32>
  %bn = ofa.constant "bn" : tensor<4x1xf32> = dense<1.0>
  // expected-error @below {{expects its parameters to be constants with elements, but some are absent}}
  %0 = ofa.conv2d "c" %x, %w : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  %1 = ofa.batch_norm "bn" %0, %bn : (tensor<1x1x1x1xf32>, tensor<4x1xf32>) -> tensor<1x1x1x1xf32>
  return %1 : tensor<1x1x1x1xf32>
}
