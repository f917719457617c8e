// RUN: ofa-opt %S/../IR/Inputs/tiny.mlir --ofa-describe -o /dev/null 2>&1 | FileCheck %s --strict-whitespace --match-full-lines
// RUN: ofa-opt %S/../IR/Inputs/tiny.mlir --ofa-describe='subnet=smallest,s1.depth=2' -o /dev/null 2>&1 | FileCheck %s --check-prefix=GIVEN
// RUN: ofa-opt %S/../IR/Inputs/tiny.mlir --ofa-describe='subnet={resolution=6,s1.depth=1,s1.b0.kernel=3,s1.b0.expand=2}' -o /dev/null 2>&1 | FileCheck %s --check-prefix=DICTIONARY
// RUN: ofa-opt %S/../IR/Inputs/tiny.mlir --ofa-extract-subnet --ofa-describe -o /dev/null 2>&1 | FileCheck %s --check-prefix=NETWORK
// RUN: not ofa-opt %S/../IR/Inputs/tiny.mlir --ofa-describe='subnet=smallest,s1.depth=3' -o /dev/null 2>&1 | FileCheck %s --check-prefix=VALUE
// RUN: not ofa-opt %S/../IR/Inputs/tiny.mlir --ofa-describe='subnet=smallest,*.width=3' -o /dev/null 2>&1 | FileCheck %s --check-prefix=CHOICE
// RUN: not ofa-opt %S/../IR/Inputs/tiny.mlir --ofa-describe='subnet=small' -o /dev/null 2>&1 | FileCheck %s --check-prefix=TEXT

// The block's choices are read by its first block, which every subnet keeps.

//      CHECK:supernet @tiny
// CHECK-NEXT:  choices: 4
// CHECK-NEXT:    resolution: 6 8
// CHECK-NEXT:    s1.depth: 1 2
// CHECK-NEXT:    s1.b0.kernel: 3 5
// CHECK-NEXT:    s1.b0.expand: 1 2
// CHECK-NEXT:  subnets: 10^1.204, 10^0.903 at one resolution
// CHECK-NEXT:  kernel matrices: 81 parameters
// CHECK-NEXT:  largest: 6988 MACs (0.0 M), 499 parameters (0.000 M), input 8x8x3, predicted accuracy 0.701660
// CHECK-NEXT:  smallest: 1596 MACs (0.0 M), 223 parameters (0.000 M), input 6x6x3, predicted accuracy 0.640625
// CHECK-NEXT:  chosen: 4876 MACs (0.0 M), 351 parameters (0.000 M), input 8x8x3, predicted accuracy 0.691895
//  CHECK-NOT:{{.}}

// The chosen subnet again, as a network of its own.

// NETWORK: network @tiny: 4876 MACs (0.0 M), 351 parameters (0.000 M), input 8x8x3
// NETWORK-NOT: {{.}}

// GIVEN: given: 2172 MACs (0.0 M), 287 parameters (0.000 M), input 6x6x3

// DICTIONARY: given: 2208 MACs (0.0 M), 307 parameters (0.000 M), input 6x6x3

// VALUE: error: 'ofa.supernet' op expects choice 's1.depth' to have one of the values [1, 2], but got '3'
// CHOICE: error: 'ofa.supernet' op expects only choices of the supernet, but got '*.width'
// TEXT: error: 'ofa.supernet' op expects option 'subnet' to be 'largest', 'smallest' or a dictionary, but got 'small'
