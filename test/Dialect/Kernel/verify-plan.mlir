// RUN: ofa-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(kernel.model(kernel.entry(kernel-verify-plan)))'

// In place, and a buffer in the place of a dead one.
kernel.model @good {
  kernel.entry @run arena 32 {
    %x = kernel.buffer input "x" at 0 : memref<1x16xi8>
    %t = kernel.buffer internal "t" at 0 : memref<1x16xi8>
    %y = kernel.buffer output "y" at 16 : memref<1x16xi8>
    kernel.requantize_s8 "one" ins(%x : memref<1x16xi8>) outs(%t : memref<1x16xi8>) {multiplier = 1073741824, shift = 1}
    kernel.requantize_s8 "two" ins(%t : memref<1x16xi8>) outs(%y : memref<1x16xi8>) {multiplier = 1073741824, shift = 1}
  }
}

// -----

kernel.model @needed {
  kernel.entry @run arena 32 {
    // expected-note @below {{'x' is here}}
    %x = kernel.buffer input "x" at 0 : memref<1x16xi8>
    // expected-note @below {{'t' is here}}
    %t = kernel.buffer internal "t" at 0 : memref<1x16xi8>
    %y = kernel.buffer output "y" at 16 : memref<1x16xi8>
    // expected-error @below {{'kernel.requantize_s8' op 'one' writes buffer 't' at bytes 0 to 15 over buffer 'x' at bytes 0 to 15, which is needed later}}
    kernel.requantize_s8 "one" ins(%x : memref<1x16xi8>) outs(%t : memref<1x16xi8>) {multiplier = 1073741824, shift = 1}
    kernel.add_s8 "two" ins(%x, %t : memref<1x16xi8>, memref<1x16xi8>) outs(%y : memref<1x16xi8>) {lhs_multiplier = 1073741824, lhs_shift = 0, rhs_multiplier = 1073741824, rhs_shift = 0, output_multiplier = 1073741824, output_shift = -18}
  }
}

// -----

// A view keeps its buffer alive.
kernel.model @view {
  kernel.entry @run arena 32 {
    // expected-note @below {{'x' is here}}
    %x = kernel.buffer input "x" at 0 : memref<1x16xi8>
    // expected-note @below {{'t' is here}}
    %t = kernel.buffer internal "t" at 12 : memref<1x4x1x4xi8>
    %y = kernel.buffer output "y" at 16 : memref<1x4x1x4xi8>
    %v = kernel.view %x : memref<1x16xi8> to memref<1x4x1x4xi8>
    // expected-error @below {{'one' writes buffer 't' at bytes 12 to 27 over buffer 'x' at bytes 0 to 15, which is needed later}}
    kernel.requantize_s8 "one" ins(%x : memref<1x16xi8>) outs(%t : memref<1x4x1x4xi8>) {multiplier = 1073741824, shift = 1}
    kernel.requantize_s8 "two" ins(%v : memref<1x4x1x4xi8>) outs(%y : memref<1x4x1x4xi8>) {multiplier = 1073741824, shift = 1}
  }
}

// -----

// A 1x1 convolution makes two pixels at a time: with as many channels in as
// out, the input must start two pixels after the output.
kernel.model @distance {
  kernel.global weights @w = dense<1> : tensor<16xi8>
  kernel.global weights @b = dense<1> : tensor<4xi32>
  kernel.global table @s = dense<1> : tensor<4xi8>
  kernel.entry @run arena 72 {
    // expected-note @below {{'x' is here}}
    %x = kernel.buffer input "x" at 4 : memref<1x4x4x4xi8>
    // expected-note @below {{'y' is here}}
    %y = kernel.buffer output "y" at 0 : memref<1x4x4x4xi8>
    %w = kernel.get_global @w : memref<16xi8>
    %b = kernel.get_global @b : memref<4xi32>
    %s = kernel.get_global @s : memref<4xi8>
    // expected-error @below {{'conv' writes buffer 'y' at bytes 0 to 63 over buffer 'x' at bytes 4 to 67, which it still reads at that distance}}
    kernel.conv2d_s8 "conv" ins(%x, %w, %b, %b, %s : memref<1x4x4x4xi8>, memref<16xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x4x4x4xi8>) {kernel = array<i64: 1, 1>}
  }
}

// -----

kernel.model @distance_enough {
  kernel.global weights @w = dense<1> : tensor<16xi8>
  kernel.global weights @b = dense<1> : tensor<4xi32>
  kernel.global table @s = dense<1> : tensor<4xi8>
  kernel.entry @run arena 72 {
    %x = kernel.buffer input "x" at 8 : memref<1x4x4x4xi8>
    %y = kernel.buffer output "y" at 0 : memref<1x4x4x4xi8>
    %w = kernel.get_global @w : memref<16xi8>
    %b = kernel.get_global @b : memref<4xi32>
    %s = kernel.get_global @s : memref<4xi8>
    kernel.conv2d_s8 "conv" ins(%x, %w, %b, %b, %s : memref<1x4x4x4xi8>, memref<16xi8>, memref<4xi32>, memref<4xi32>, memref<4xi8>) outs(%y : memref<1x4x4x4xi8>) {kernel = array<i64: 1, 1>}
  }
}

// -----

kernel.model @unwritten {
  kernel.entry @run arena 32 {
    %x = kernel.buffer internal "x" at 0 : memref<1x16xi8>
    %y = kernel.buffer output "y" at 16 : memref<1x16xi8>
    // expected-error @below {{'one' reads buffer 'x', which nothing has written}}
    kernel.requantize_s8 "one" ins(%x : memref<1x16xi8>) outs(%y : memref<1x16xi8>) {multiplier = 1073741824, shift = 1}
  }
}

// -----

kernel.model @no_output {
  kernel.entry @run arena 32 {
    %x = kernel.buffer input "x" at 0 : memref<1x16xi8>
    // expected-error @below {{'y' expects a kernel that writes this output}}
    %y = kernel.buffer output "y" at 16 : memref<1x16xi8>
  }
}

// -----

kernel.model @unplanned {
  // expected-error @below {{expects planned buffers; run 'kernel-plan-memory' first}}
  kernel.entry @run {
  }
}

// -----

kernel.model @states_share {
  kernel.entry @run arena 16 state 16 {
    %x = kernel.buffer input "x" at 0 : memref<1x16xi8>
    %a = kernel.buffer state "a" at 0 initial(0 : i8) : memref<1x8xi8>
    // expected-error @below {{'b' and state 'a' share bytes}}
    %b = kernel.buffer state "b" at 4 initial(0 : i8) : memref<1x8xi8>
  }
}

// -----

// A state at the same offset as a tensor of the arena is somewhere else, holds
// data before the first kernel, and is needed after the last.
kernel.model @state_apart {
  kernel.entry @run arena 16 state 16 {
    %x = kernel.buffer input "x" at 0 : memref<1x16xi8>
    %a = kernel.buffer state "a" at 0 initial(0 : i8) : memref<1x16xi8>
    %y = kernel.buffer output "y" at 0 : memref<1x16xi8>
    kernel.requantize_s8 "one" ins(%a : memref<1x16xi8>) outs(%y : memref<1x16xi8>) {multiplier = 1073741824, shift = 1}
  }
}

// -----

// A segment: its result may follow close behind what it has read of its input.
kernel.model @net {
  kernel.entry @run arena 176 {
    %x = kernel.buffer input "x" at 0 : memref<1x8x4x4xi8>
    %a = kernel.buffer internal "a" at 128 : memref<1x8x4x4xi8, #kernel.ring<3>>
    %y = kernel.buffer output "y" at 0 : memref<1x8x4x4xi8>
    kernel.segment "s" {
      kernel.max_pool2d_s8 "one" ins(%x : memref<1x8x4x4xi8>)
          outs(%a : memref<1x8x4x4xi8, #kernel.ring<3>>)
          {kernel = array<i64: 1, 1>, padding = array<i64: 0, 0>}
      kernel.max_pool2d_s8 "two" ins(%a : memref<1x8x4x4xi8, #kernel.ring<3>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// Ahead of it, it may not.
kernel.model @net {
  kernel.entry @run arena 208 {
    %x = kernel.buffer input "x" at 0 : memref<1x8x4x4xi8>
    %a = kernel.buffer internal "a" at 160 : memref<1x8x4x4xi8, #kernel.ring<3>>
    %y = kernel.buffer output "y" at 32 : memref<1x8x4x4xi8>
    kernel.segment "s" {
      // expected-error @below {{'kernel.max_pool2d_s8' op 'one' reads row 2 of buffer 'x' for row 2, but other data has taken its place}}
      kernel.max_pool2d_s8 "one" ins(%x : memref<1x8x4x4xi8>)
          outs(%a : memref<1x8x4x4xi8, #kernel.ring<3>>)
          {kernel = array<i64: 1, 1>, padding = array<i64: 0, 0>}
      kernel.max_pool2d_s8 "two" ins(%a : memref<1x8x4x4xi8, #kernel.ring<3>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// A ring must not lie over what the segment still reads.
kernel.model @net {
  kernel.entry @run arena 288 {
    %x = kernel.buffer input "x" at 0 : memref<1x8x4x4xi8>
    %a = kernel.buffer internal "a" at 112 : memref<1x8x4x4xi8, #kernel.ring<3>>
    %y = kernel.buffer output "y" at 160 : memref<1x8x4x4xi8>
    kernel.segment "s" {
      // expected-error @below {{'kernel.max_pool2d_s8' op 'one' reads row 7 of buffer 'x' for row 7, but other data has taken its place}}
      kernel.max_pool2d_s8 "one" ins(%x : memref<1x8x4x4xi8>)
          outs(%a : memref<1x8x4x4xi8, #kernel.ring<3>>)
          {kernel = array<i64: 1, 1>, padding = array<i64: 0, 0>}
      kernel.max_pool2d_s8 "two" ins(%a : memref<1x8x4x4xi8, #kernel.ring<3>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// Rows of an input that come one by one: each has its place when it comes.
kernel.model @net {
  kernel.entry @run arena 180 {
    %x = kernel.buffer input "x" at 128 : memref<1x8x4x4xi8, #kernel.ring<3>>
    %y = kernel.buffer output "y" at 0 : memref<1x8x4x4xi8>
    %n = kernel.buffer counters "rows" at 176 : memref<2xi16>
    kernel.segment "s" counters(%n : memref<2xi16>) {
      kernel.max_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8, #kernel.ring<3>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// The result must not lie over them, however late they come.
kernel.model @net {
  kernel.entry @run arena 148 {
    %x = kernel.buffer input "x" at 96 : memref<1x8x4x4xi8, #kernel.ring<3>>
    %y = kernel.buffer output "y" at 0 : memref<1x8x4x4xi8>
    %n = kernel.buffer counters "rows" at 144 : memref<2xi16>
    kernel.segment "s" counters(%n : memref<2xi16>) {
      // expected-error @below {{'kernel.max_pool2d_s8' op 'pool' reads row 6 of buffer 'x' for row 6, but other data has taken its place}}
      kernel.max_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8, #kernel.ring<3>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 1, 3>, padding = array<i64: 0, 1>}
    }
  }
}

// -----

// Counters are needed until the end.
kernel.model @net {
  kernel.entry @run arena 176 {
    // expected-note @below {{'y' is here}}
    %y = kernel.buffer output "y" at 0 : memref<1x8x4x4xi8>
    %x = kernel.buffer input "x" at 128 : memref<1x8x4x4xi8, #kernel.ring<3>>
    // expected-note @below {{'rows' is here}}
    %n = kernel.buffer counters "rows" at 120 : memref<2xi16>
    kernel.segment "s" counters(%n : memref<2xi16>) {
      // expected-error @below {{'kernel.max_pool2d_s8' op 'pool' writes buffer 'y' at bytes 0 to 127 over buffer 'rows' at bytes 120 to 123, which is needed later}}
      kernel.max_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8, #kernel.ring<3>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// Sums lie apart from all else; what makes rows for them comes and goes.
kernel.model @net {
  kernel.entry @run arena 180 {
    %x = kernel.buffer input "x" at 0 : memref<1x8x4x4xi8>
    %a = kernel.buffer internal "a" at 128 : memref<1x8x4x4xi8, #kernel.ring<1>>
    %y = kernel.buffer output "y" at 176 : memref<1x4xi8>
    %s = kernel.buffer scratch "sums" at 160 : memref<4xi32>
    kernel.segment "s" {
      kernel.max_pool2d_s8 "one" ins(%x : memref<1x8x4x4xi8>)
          outs(%a : memref<1x8x4x4xi8, #kernel.ring<1>>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
      kernel.mean_s8 "mean" ins(%a : memref<1x8x4x4xi8, #kernel.ring<1>>)
          outs(%y : memref<1x4xi8>) sums(%s : memref<4xi32>)
          {multiplier = 1073741824, shift = -3}
    }
  }
}

// -----

kernel.model @net {
  kernel.entry @run arena 164 {
    %x = kernel.buffer input "x" at 0 : memref<1x8x4x4xi8>
    %a = kernel.buffer internal "a" at 128 : memref<1x8x4x4xi8, #kernel.ring<1>>
    %y = kernel.buffer output "y" at 160 : memref<1x4xi8>
    %s = kernel.buffer scratch "sums" at 140 : memref<4xi32>
    kernel.segment "s" {
      kernel.max_pool2d_s8 "one" ins(%x : memref<1x8x4x4xi8>)
          outs(%a : memref<1x8x4x4xi8, #kernel.ring<1>>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
      // expected-error @below {{'kernel.mean_s8' op 'mean' reads row 0 of buffer 'a' for row 0, but other data has taken its place}}
      kernel.mean_s8 "mean" ins(%a : memref<1x8x4x4xi8, #kernel.ring<1>>)
          outs(%y : memref<1x4xi8>) sums(%s : memref<4xi32>)
          {multiplier = 1073741824, shift = -3}
    }
  }
}

// -----

kernel.model @net {
  kernel.entry @run arena 180 {
    %x = kernel.buffer input "x" at 0 : memref<1x8x4x4xi8>
    %a = kernel.buffer internal "a" at 128 : memref<1x8x4x4xi8, #kernel.ring<1>>
    %t = kernel.buffer scratch "scratch" at 152 : memref<4xi32>
    %b = kernel.buffer internal "b" at 144 : memref<1x8x4x1xi8, #kernel.ring<1>>
    %y = kernel.buffer output "y" at 176 : memref<1x1xi8>
    %s = kernel.buffer scratch "sums" at 164 : memref<1xi32>
    %w = kernel.get_global @w : memref<13xi32>
    kernel.segment "s" {
      kernel.max_pool2d_s8 "one" ins(%x : memref<1x8x4x4xi8>)
          outs(%a : memref<1x8x4x4xi8, #kernel.ring<1>>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
      kernel.conv2d_paired_s8 "two" ins(%a, %w : memref<1x8x4x4xi8, #kernel.ring<1>>, memref<13xi32>)
          outs(%b : memref<1x8x4x1xi8, #kernel.ring<1>>)
          scratch(%t : memref<4xi32>) {kernel = array<i64: 1, 1>}
      // expected-error @below {{'kernel.mean_s8' op 'mean' adds row 1 to its sums, but other data has taken their place}}
      kernel.mean_s8 "mean" ins(%b : memref<1x8x4x1xi8, #kernel.ring<1>>)
          outs(%y : memref<1x1xi8>) sums(%s : memref<1xi32>)
          {multiplier = 1073741824, shift = -3}
    }
  }
  kernel.global weights @w = dense<0> : tensor<13xi32>
}
