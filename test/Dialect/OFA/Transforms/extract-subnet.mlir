// RUN: ofa-opt %s --ofa-extract-subnet=subnet=smallest | FileCheck %s --check-prefix=SMALL
// RUN: ofa-opt %s --ofa-extract-subnet=subnet=largest | FileCheck %s --check-prefix=LARGE
// RUN: ofa-opt %s --ofa-extract-subnet=subnet={resolution=4,s1.depth=1,s1.b0.kernel=3,s1.b0.expand=1} | FileCheck %s --check-prefix=SMALL
// RUN: not ofa-opt %s --ofa-extract-subnet 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not ofa-opt %s --ofa-extract-subnet=subnet=largst 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: not ofa-opt %s --ofa-extract-subnet=subnet={resolution=4} 2>&1 | FileCheck %s --check-prefix=PART
// RUN: not ofa-opt %s --ofa-extract-subnet=subnet={resolution=5,s1.depth=1,s1.b0.kernel=3,s1.b0.expand=1} 2>&1 | FileCheck %s --check-prefix=OUTSIDE
// RUN: not ofa-opt %s --ofa-extract-subnet=subnet={resolution=4,s1.depth=1,s1.b0.kernel=3,s1.b0.expand=1,s9=1} 2>&1 | FileCheck %s --check-prefix=MORE

// Names keep what they name; preprocessing moves to the function.
// SMALL-LABEL: func.func @net(%{{.*}}: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
// SMALL-SAME: ofa.class_names = ["a"]
// SMALL-SAME: ofa.preprocessing = #ofa.preprocessing
// The first row of the expansion.
// SMALL: ofa.constant "expand.weight" : tensor<1x1x1x1xf32> = dense_resource<expand.weight>
// SMALL: ofa.conv2d "expand" %{{[^ ]*}}, %expand.weight :
// The centre of the first channel (channels are innermost), times the matrix.
// SMALL: ofa.constant "depthwise.weight" : tensor<1x3x3x1xf32> = dense_resource<depthwise.weight>
// SMALL: ofa.depthwise_conv2d "depthwise" {{.*}} {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x3x3x1xf32>)
// SMALL: ofa.constant "bn.params" : tensor<4x1xf32>
// SMALL: ofa.batch_norm "bn"
// SMALL-NOT: ofa.add
// SMALL: return
// SMALL-NOT: ofa.predictor
// SMALL: expand.weight: "0x040000000000803F"
// 6.5, 7.5, 8.5, the first row of the centre, doubled by the matrix: 13, 15, 17.
// SMALL: depthwise.weight: "0x04000000000050410000704100008841

// LARGE-LABEL: func.func @net(%{{.*}}: tensor<1x6x6x1xf32>) -> tensor<1x6x6x1xf32>
// LARGE: ofa.conv2d "expand" {{.*}} : (tensor<1x6x6x1xf32>, tensor<2x1x1x1xf32>)
// LARGE: ofa.depthwise_conv2d "depthwise" {{.*}} {pad = array<i64: 2, 2, 2, 2>} : (tensor<1x6x6x2xf32>, tensor<1x5x5x2xf32>) -> tensor<1x6x6x2xf32>
// LARGE: ofa.add "add"
// LARGE: return

// NONE: error: 'ofa.supernet' op expects a 'subnet' attribute: run ofa-search first, or give the option 'subnet'
// BAD: error: 'ofa.supernet' op expects option 'subnet' to be 'largest', 'smallest' or a dictionary, but got 'largst'
// PART: error: 'ofa.supernet' op expects the subnet to give choice 's1.depth' a value
// OUTSIDE: error: 'ofa.supernet' op expects choice 'resolution' to have one of the values [4, 6], but got 5
// MORE: error: 'ofa.supernet' op expects only choices of the supernet, but got 's9'

ofa.supernet @net attributes {class_names = ["a"], preprocessing = #ofa.preprocessing<mean = [128.0], scale = [0.0078125]>} {
  ofa.choice @resolution of [4, 6]
  ofa.choice @s1.depth of [1, 2]
  ofa.choice @s1.b0.kernel of [3, 5]
  ofa.choice @s1.b0.expand of [1, 2]
  ofa.forward (%image: tensor<1x6x6x1xf32>) -> tensor<1x6x6x1xf32> resolution @resolution {
    %we = ofa.constant "expand.weight" : tensor<2x1x1x1xf32> = dense<[[[[1.0]]], [[[2.0]]]]>
    %wd = ofa.constant "depthwise.weight" : tensor<1x5x5x2xf32> = dense<[[
      [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [3.0, 1.0], [4.0, 1.0]],
      [[5.0, 1.0], [6.5, 1.0], [7.5, 1.0], [8.5, 1.0], [9.0, 1.0]],
      [[5.0, 1.0], [6.0, 1.0], [7.0, 1.0], [8.0, 1.0], [9.0, 1.0]],
      [[5.0, 1.0], [6.0, 1.0], [7.0, 1.0], [8.0, 1.0], [9.0, 1.0]],
      [[5.0, 1.0], [6.0, 1.0], [7.0, 1.0], [8.0, 1.0], [9.0, 1.0]]]]>
    // Twice the identity.
    %m = ofa.constant "matrix" : tensor<9x9xf32> = dense<[
      [2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      [0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      [0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      [0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      [0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0],
      [0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0],
      [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0],
      [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0],
      [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0]]>
    %wp = ofa.constant "project.weight" : tensor<1x1x1x2xf32> = dense<1.0>
    %bn = ofa.constant "bn.params" : tensor<4x1xf32> = dense<1.0>
    %s = ofa.stage "s1" depth @s1.depth (%x = %image : tensor<1x6x6x1xf32>) -> tensor<1x6x6x1xf32> {
      %b0 = ofa.block "s1.b0" (%y = %x : tensor<1x6x6x1xf32>) -> tensor<1x6x6x1xf32> {
        %0 = ofa.conv2d "expand" %y, %we {width = #ofa.width<[@s1.b0.expand] : [1, 2]>} : (tensor<1x6x6x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x6x6x2xf32>
        %1 = ofa.depthwise_conv2d "depthwise" %0, %wd transforms(%m) {kernel_choice = @s1.b0.kernel, pad = array<i64: 2, 2, 2, 2>} : (tensor<1x6x6x2xf32>, tensor<1x5x5x2xf32>, tensor<9x9xf32>) -> tensor<1x6x6x2xf32>
        %2 = ofa.conv2d "project" %1, %wp : (tensor<1x6x6x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x6x6x1xf32>
        %3 = ofa.batch_norm "bn" %2, %bn : (tensor<1x6x6x1xf32>, tensor<4x1xf32>) -> tensor<1x6x6x1xf32>
        ofa.yield %3 : tensor<1x6x6x1xf32>
      }
      %b1 = ofa.block "s1.b1" (%y = %b0 : tensor<1x6x6x1xf32>) -> tensor<1x6x6x1xf32> {
        %0 = ofa.add "add" %y, %y : (tensor<1x6x6x1xf32>, tensor<1x6x6x1xf32>) -> tensor<1x6x6x1xf32>
        ofa.yield %0 : tensor<1x6x6x1xf32>
      }
      ofa.yield %b1 : tensor<1x6x6x1xf32>
    }
    ofa.yield %s : tensor<1x6x6x1xf32>
  }
}
ofa.predictor @accuracy of @net features [@s1.depth] layers [dense<1.0> : tensor<1x2xf32>, dense<0.0> : tensor<1xf32>]
