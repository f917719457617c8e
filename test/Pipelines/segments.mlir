// A network that does not fit layer by layer runs row by row, as little of it as the
// budget of SRAM asks for.

// RUN: ofa-opt --specialize='cortex-m4 sram=16KiB' %s -o - 2>&1 | FileCheck %s --check-prefix=LAYERS
// RUN: ofa-opt --specialize='cortex-m4 sram=3200B' %s -o - 2>&1 | FileCheck %s --check-prefix=FIT
// RUN: ofa-opt --specialize='cortex-m4 sram=16KiB segments=smallest' %s -o - 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not ofa-opt --specialize='cortex-m4 sram=3200B segments=none' %s -o - 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not ofa-opt --specialize='cortex-m4 sram=1KiB' %s -o - 2>&1 | FileCheck %s --check-prefix=NEVER
// RUN: not ofa-opt --specialize='cortex-m4 segments=all' %s -o - 2>&1 | FileCheck %s --check-prefix=WRONG
// RUN: ofa-opt --specialize='cortex-m4 sram=16KiB segments=smallest input=rows' %s -o - 2>&1 | FileCheck %s --check-prefix=PUSHED
// RUN: not ofa-opt --specialize='cortex-m4 input=row' %s -o - 2>&1 | FileCheck %s --check-prefix=INPUT
// RUN: not ofa-opt --specialize='cortex-m4 input=rows segments=none' %s -o - 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not ofa-opt --specialize='cortex-m55 input=rows' %s -o - 2>&1 | FileCheck %s --check-prefix=HELIUM

// LAYERS: ofa: SRAM [[#]] bytes (budget 16384 bytes)
// LAYERS-NOT: row by row
// LAYERS-NOT: kernel.segment
// FIT: ofa: SRAM [[#]] bytes (budget 3200 bytes)
// FIT-NEXT: ofa: 3 of 3 layers run row by row, in 1 segment
// FIT: kernel.segment "segment1"
// ROWS: ofa: SRAM [[#]] bytes (budget 16384 bytes)
// ROWS: kernel.segment "segment1"
// ROWS-NEXT: kernel.conv2d_paired_s8 "one"
// ROWS-NEXT: kernel.conv2d_paired_s8 "two"
// ROWS-NEXT: kernel.conv2d_paired_s8 "three"
// PUSHED: ofa: SRAM [[#]] bytes (budget 16384 bytes)
// PUSHED: kernel.buffer input "image" at [[#]] {{.*}}#kernel.ring<3>>
// PUSHED: kernel.segment "segment1" counters(
// INPUT: error: {{.*}}expects 'input' to be 'image' or 'rows', but got 'row'
// BOTH: error: {{.*}}expects 'segments' to be 'fit' or 'smallest' with 'input=rows', because rows are taken by a segment
// HELIUM: error: expects a kernel with a form for rows, so that the input 'image' can come row by row, but 'one' has none
// NONE: error: the compiled network needs [[#]] bytes of SRAM, but the budget is 3200
// NONE: note: [[#]] bytes are in use while 'two' runs: 
// NONE-NOT: note:
// NEVER: error: the compiled network needs [[#]] bytes of SRAM, even row by row, but the budget is 1024
// NEVER: note: [[#]] bytes are in use while 'one' to 'three' run row by row: {{.*}}'image' (1024 bytes)
// NEVER: note: no row is computed twice
// WRONG: error: {{.*}}expects 'segments' to be 'none', 'fit' or 'smallest', but got 'all'
!x = !quant.uniform<i8:f32, 0.5:3>
!w = !quant.uniform<i8:f32, 0.1>

func.func @network(%x: tensor<1x16x16x4x!x> {ofa.name = "image"}) -> (tensor<1x8x8x4x!x> {ofa.name = "map"}) {
  %w1 = ofa.constant "w1" : tensor<16x3x3x4x!w> = dense<1>
  %w2 = ofa.constant "w2" : tensor<16x3x3x16x!w> = dense<2>
  %w3 = ofa.constant "w3" : tensor<4x3x3x16x!w> = dense<1>
  %0 = ofa.conv2d "one" %x, %w1 {pad = array<i64: 1, 1, 1, 1>, rounding = #ofa.rounding<double>} : (tensor<1x16x16x4x!x>, tensor<16x3x3x4x!w>) -> tensor<1x16x16x16x!x>
  %1 = ofa.conv2d "two" %0, %w2 {pad = array<i64: 1, 1, 1, 1>, rounding = #ofa.rounding<double>} : (tensor<1x16x16x16x!x>, tensor<16x3x3x16x!w>) -> tensor<1x16x16x16x!x>
  %2 = ofa.conv2d "three" %1, %w3 {pad = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>, rounding = #ofa.rounding<double>} : (tensor<1x16x16x16x!x>, tensor<4x3x3x16x!w>) -> tensor<1x8x8x4x!x>
  return %2 : tensor<1x8x8x4x!x>
}
