// RUN: ofa-opt %s --split-input-file --verify-diagnostics

// segment_c1
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    kernel.segment "s" {
      // expected-error @below {{'kernel.mean_s8' op expects kernels with a form for rows only in a 'kernel.segment'}}
      kernel.mean_s8 "mean" ins(%x : memref<1x8x4x4xi8>)
          outs(%y : memref<1x8x4x4xi8>) {multiplier = 1073741824, shift = 1, batches = 32}
    }
  }
}

// -----

// segment_c2
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    kernel.segment "s" {
      kernel.max_pool2d_s8 "one" ins(%x : memref<1x8x4x4xi8>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 1, 1>, padding = array<i64: 0, 0>}
      // expected-error @below {{'kernel.max_pool2d_s8' op writes what another kernel of its 'kernel.segment' writes}}
      kernel.max_pool2d_s8 "two" ins(%x : memref<1x8x4x4xi8>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// segment_c2
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8>
    %a = kernel.buffer internal "a" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    %v = kernel.view %a : memref<1x8x4x4xi8> to memref<1x8x4x4xi8>
    kernel.segment "s" {
      kernel.max_pool2d_s8 "one" ins(%x : memref<1x8x4x4xi8>)
          outs(%a : memref<1x8x4x4xi8>)
          {kernel = array<i64: 1, 1>, padding = array<i64: 0, 0>}
      // expected-error @below {{'kernel.max_pool2d_s8' op expects no view of what its 'kernel.segment' writes}}
      kernel.max_pool2d_s8 "two" ins(%v : memref<1x8x4x4xi8>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// segment_c3
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8>
    %a = kernel.buffer internal "a" : memref<1x8x4x4xi8, #kernel.ring<2>>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    kernel.segment "s" {
      // expected-error @below {{'kernel.max_pool2d_s8' op expects a result with places for 3 rows, which are needed at a time, but got 'memref<1x8x4x4xi8, #kernel.ring<2>>'}}
      kernel.max_pool2d_s8 "one" ins(%x : memref<1x8x4x4xi8>)
          outs(%a : memref<1x8x4x4xi8, #kernel.ring<2>>)
          {kernel = array<i64: 1, 1>, padding = array<i64: 0, 0>}
      kernel.max_pool2d_s8 "two" ins(%a : memref<1x8x4x4xi8, #kernel.ring<2>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// segment_c3
kernel.model @net {
  kernel.entry @run {
    %a = kernel.buffer internal "a" : memref<1x8x4x4xi8, #kernel.ring<3>>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    kernel.segment "s" {
      // expected-error @below {{'kernel.max_pool2d_s8' op reads a ring that no kernel before it in its 'kernel.segment' writes}}
      kernel.max_pool2d_s8 "two" ins(%a : memref<1x8x4x4xi8, #kernel.ring<3>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// buffer_c1
kernel.model @net {
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op expects the identity layout, or that of a ring in a buffer of kind 'internal' or 'input'}}
    %x = kernel.buffer output "x" : memref<1x8x4x4xi8, #kernel.ring<3>>
  }
}

// -----

// segment_c3
kernel.model @net {
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op expects places for 3 rows, which are needed at a time, but got 'memref<1x8x4x4xi8, #kernel.ring<2>>'}}
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8, #kernel.ring<2>>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    %n = kernel.buffer counters "rows" : memref<2xi16>
    kernel.segment "s" counters(%n : memref<2xi16>) {
      kernel.max_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8, #kernel.ring<2>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// segment_c4
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8, #kernel.ring<3>>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    // expected-error @below {{'kernel.segment' op expects counters, because its input is a ring}}
    kernel.segment "s" {
      kernel.max_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8, #kernel.ring<3>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// segment_c4
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    %n = kernel.buffer counters "rows" : memref<2xi16>
    // expected-error @below {{'kernel.segment' op has counters, but no input that is a ring}}
    kernel.segment "s" counters(%n : memref<2xi16>) {
      kernel.max_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// segment_c4
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8, #kernel.ring<3>>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    %n = kernel.buffer counters "rows" : memref<1xi16>
    // expected-error @below {{'kernel.segment' op expects 2 counters of its own, one for the input and one for each kernel}}
    kernel.segment "s" counters(%n : memref<1xi16>) {
      kernel.max_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8, #kernel.ring<3>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// entry_c5
kernel.model @net {
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op expects to be the only input, because it is a ring, but its entry has 2}}
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8, #kernel.ring<3>>
    %z = kernel.buffer input "z" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    %n = kernel.buffer counters "rows" : memref<2xi16>
    kernel.segment "s" counters(%n : memref<2xi16>) {
      kernel.max_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8, #kernel.ring<3>>)
          outs(%y : memref<1x8x4x4xi8>)
          {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
    }
  }
}

// -----

// entry_c5
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8, #kernel.ring<8>>
    %y = kernel.buffer output "y" : memref<1x8x4x4xi8>
    // expected-error @below {{'kernel.max_pool2d_s8' op reads 'x', an input that is a ring, which only the first step may read, a 'kernel.segment'}}
    kernel.max_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8, #kernel.ring<8>>)
        outs(%y : memref<1x8x4x4xi8>)
        {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>}
  }
}

// -----

// expected-error @below {{expects a ring of 1 to 'rows' places in a memref of shape [1, rows, columns, channels], but got 9 and [1, 8, 4, 4]}}
func.func private @f(memref<1x8x4x4xi8, #kernel.ring<9>>)

// -----

// avg_pool2d_s8_c6
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x1x4x4xi8>
    kernel.segment "s" {
      // expected-error @below {{'kernel.avg_pool2d_s8' op expects memory for sums, because it adds up rows in a 'kernel.segment'}}
      kernel.avg_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8>)
          outs(%y : memref<1x1x4x4xi8>) {kernel = array<i64: 8, 1>}
    }
  }
}

// -----

// avg_pool2d_s8_c6
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x1x4x4xi8>
    %s = kernel.buffer scratch "sums" : memref<16xi32>
    // expected-error @below {{'kernel.avg_pool2d_s8' op has memory for sums, but adds up no rows}}
    kernel.avg_pool2d_s8 "pool" ins(%x : memref<1x8x4x4xi8>)
        outs(%y : memref<1x1x4x4xi8>) sums(%s : memref<16xi32>)
        {kernel = array<i64: 8, 1>}
  }
}

// -----

// mean_s8_c4
kernel.model @net {
  kernel.entry @run {
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8>
    %y = kernel.buffer output "y" : memref<1x4xi8>
    %s = kernel.buffer scratch "sums" : memref<3xi32>
    kernel.segment "s" {
      // expected-error @below {{'kernel.mean_s8' op expects scratch memory of its own for 4 sums, but got 'memref<3xi32>'}}
      kernel.mean_s8 "mean" ins(%x : memref<1x8x4x4xi8>) outs(%y : memref<1x4xi8>)
          sums(%s : memref<3xi32>) {multiplier = 1073741824, shift = -3}
    }
  }
}
