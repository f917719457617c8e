// RUN: ofa-opt %s --split-input-file --verify-diagnostics

// model_c1
// expected-error @below {{'kernel.model' op expects a C identifier as its name, but got '1net'}}
kernel.model @"1net" {
  kernel.entry @run {
  }
}

// -----

// model_c2
// expected-error @below {{'kernel.model' op expects at least one 'kernel.entry'}}
kernel.model @model_c2 {
}

// -----

kernel.model @model_c3 {
  kernel.entry @run {
  }
  // expected-error @below {{'kernel.model' op expects 'kernel.global' and 'kernel.entry' only in a 'kernel.model'}}
  kernel.model @inner {
    kernel.entry @run {
    }
  }
}

// -----

kernel.model @global_c1 {
  // expected-error @below {{'kernel.global' op expects elements of type i8, i16, i32 or f32, but got 'i64'}}
  kernel.global weights @g = dense<1> : tensor<4xi64>
  kernel.entry @run {
  }
}

// -----

kernel.model @global_c2 {
  // expected-error @below {{'kernel.global' op expects 4 bytes in resource 'short' for 'tensor<4xi8>', but got 3}}
  kernel.global weights @g = dense_resource<short> : tensor<4xi8>
  kernel.entry @run {
  }
}

{-#
  dialect_resources: {
    builtin: {
      short: "0x01000000010203"
    }
  }
#-}

// -----

kernel.model @global_c2_absent {
  // expected-error @below {{'kernel.global' op expects data for resource 'absent', but the module holds none; is it cut?}}
  kernel.global weights @g = dense_resource<absent> : tensor<4xi8>
  kernel.entry @run {
  }
}

// -----

kernel.model @entry_c1 {
  kernel.entry @run {
    // expected-error @below {{'builtin.unrealized_conversion_cast' op expects buffers, references to constants, views, kernels and segments only in a 'kernel.entry'}}
    %0 = builtin.unrealized_conversion_cast to memref<1xi8>
  }
}

// -----

kernel.model @entry_c2 {
  kernel.entry @run arena 64 {
    // expected-error @below {{'kernel.buffer' op expects an offset, because its entry has an arena size}}
    %0 = kernel.buffer input "x" : memref<8xi8>
  }
}

// -----

kernel.model @entry_c2_offset {
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op has an offset, but its entry has no arena size}}
    %0 = kernel.buffer input "x" at 0 : memref<8xi8>
  }
}

// -----

kernel.model @entry_c3 {
  kernel.entry @run arena 64 {
    // expected-error @below {{'kernel.buffer' op 'x' expects to end inside the arena of 64 bytes, but ends at 68}}
    %0 = kernel.buffer input "x" at 60 : memref<8xi8>
  }
}

// -----

kernel.model @entry_c3_state {
  kernel.entry @run arena 64 state 8 {
    // expected-error @below {{'kernel.buffer' op 'h' expects to end inside the state of 8 bytes, but ends at 12}}
    %0 = kernel.buffer state "h" at 4 initial(0 : i8) : memref<8xi8>
  }
}

// -----

kernel.model @entry_c4 {
  // expected-error @below {{'kernel.entry' op expects a size of its state, because it has planned buffers of kind 'state'}}
  kernel.entry @run arena 64 {
    %0 = kernel.buffer state "h" at 0 initial(0 : i8) : memref<8xi8>
  }
}

// -----

kernel.model @entry_c4_none {
  // expected-error @below {{'kernel.entry' op has a size of its state, but no planned buffer of kind 'state'}}
  kernel.entry @run arena 64 state 8 {
  }
}

// -----

kernel.model @buffer_c3 {
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op expects initial contents of a state}}
    %0 = kernel.buffer state "h" : memref<8xi8>
  }
}

// -----

kernel.model @buffer_c3_internal {
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op has initial contents, but is no state}}
    %0 = kernel.buffer internal "h" initial(0 : i8) : memref<8xi8>
  }
}

// -----

kernel.model @buffer_c4 {
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op expects @absent to be a 'kernel.global' of its model}}
    %0 = kernel.buffer state "h" initial(@absent) : memref<8xi8>
  }
}

// -----

kernel.model @buffer_c4_count {
  // expected-note @below {{the global is here}}
  kernel.global table @g = dense<1> : tensor<4xi8>
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op expects initial contents of 8 elements of 'i8', but got 4 of 'i8'}}
    %0 = kernel.buffer state "h" initial(@g) : memref<8xi8>
  }
}

// -----

kernel.model @buffer_c4_number {
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op expects an initial number of 'i8', but got 0.000000e+00 : f32}}
    %0 = kernel.buffer state "h" initial(0.0 : f32) : memref<8xi8>
  }
}

// -----

kernel.model @empty {
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op result #0 must be statically shaped memref of 8-bit signless integer or 8-bit unsigned integer or 16-bit signless integer or 32-bit signless integer or 32-bit float values with elements, but got 'memref<1x0xi8>'}}
    %0 = kernel.buffer internal "x" : memref<1x0xi8>
  }
}

// -----

kernel.model @buffer_c1 {
  kernel.entry @run {
    // expected-error @below {{'kernel.buffer' op expects the identity layout, or that of a ring in a buffer of kind 'internal' or 'input', but got 'memref<8xi8, strided<[2]>>'}}
    %0 = kernel.buffer input "x" : memref<8xi8, strided<[2]>>
  }
}

// -----

kernel.model @buffer_c2 {
  kernel.entry @run arena 64 {
    // expected-error @below {{'kernel.buffer' op expects an offset that is a multiple of 4, but got 2}}
    %0 = kernel.buffer input "x" at 2 : memref<8xi8>
  }
}

// -----

kernel.model @get_global_c1 {
  kernel.entry @run {
    // expected-error @below {{'kernel.get_global' op expects 'absent' to be a 'kernel.global' of its model}}
    %0 = kernel.get_global @absent : memref<8xi8>
  }
}

// -----

kernel.model @get_global_c2 {
  // expected-note @below {{the global is here}}
  kernel.global weights @g = dense<1> : tensor<4xi8>
  kernel.entry @run {
    // expected-error @below {{'kernel.get_global' op expects result type 'memref<4xi8>', but got 'memref<8xi8>'}}
    %0 = kernel.get_global @g : memref<8xi8>
  }
}

// -----

kernel.model @view_c1 {
  kernel.entry @run {
    %0 = kernel.buffer input "x" : memref<8xi8>
    // expected-error @below {{'kernel.view' op expects as many elements of the same width in the result, but got 'memref<8xi8>' and 'memref<4xi8>'}}
    %1 = kernel.view %0 : memref<8xi8> to memref<4xi8>
  }
}

// -----

// Parameters point at constants.
kernel.model @constant {
  kernel.entry @run {
    %0 = kernel.buffer input "x" : memref<8xi8>
    %1 = kernel.buffer input "t" : memref<256xi8>
    %y = kernel.buffer output "y" : memref<8xi8>
    // expected-error @below {{'kernel.lut_s8' op expects constant data from 'kernel.get_global' as table}}
    kernel.lut_s8 "x" ins(%0, %1 : memref<8xi8>, memref<256xi8>) outs(%y : memref<8xi8>)
  }
}
