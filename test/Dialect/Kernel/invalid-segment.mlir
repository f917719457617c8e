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
    // expected-error @below {{'kernel.buffer' op expects the identity layout, or that of a ring in a buffer of kind 'internal'}}
    %x = kernel.buffer input "x" : memref<1x8x4x4xi8, #kernel.ring<3>>
  }
}

// -----

// expected-error @below {{expects a ring of 1 to 'rows' places in a memref of shape [1, rows, columns, channels], but got 9 and [1, 8, 4, 4]}}
func.func private @f(memref<1x8x4x4xi8, #kernel.ring<9>>)
