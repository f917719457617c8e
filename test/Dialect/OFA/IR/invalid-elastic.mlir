// RUN: ofa-opt %s --split-input-file --verify-diagnostics

// Each test is named after the constraint it breaks.

// expected-error @below {{'ofa.supernet' op expects one 'ofa.forward', but got 0}}
ofa.supernet @supernet_c1 {
}

// -----

// expected-error @below {{'ofa.supernet' op expects choice 'resolution' to have one of the values [24, 32], but got 28}}
ofa.supernet @supernet_c2 subnet #ofa.subnet<{resolution = 28}> {
  ofa.choice @resolution of [24, 32]
  ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x32x32x3xf32> resolution @resolution {
    ofa.yield %image : tensor<1x32x32x3xf32>
  }
}

// -----

// expected-error @below {{'ofa.supernet' op expects the subnet to give choice 'resolution' a value}}
ofa.supernet @supernet_c2_missing subnet #ofa.subnet<{}> {
  ofa.choice @resolution of [24, 32]
  ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x32x32x3xf32> resolution @resolution {
    ofa.yield %image : tensor<1x32x32x3xf32>
  }
}

// -----

// expected-error @below {{'ofa.supernet' op expects only choices of the supernet, but got 'depth'}}
ofa.supernet @supernet_c2_unknown subnet #ofa.subnet<{depth = 1}> {
  ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x32x32x3xf32> {
    ofa.yield %image : tensor<1x32x32x3xf32>
  }
}

// -----

ofa.supernet @supernet_c3 {
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x8x16xf32> {
    %w = ofa.constant "w" : tensor<16x1x1x3xf32>
    // expected-error @below {{'ofa.conv2d' op expects @expand to be a choice of supernet '@supernet_c3'}}
    %0 = ofa.conv2d "c" %image, %w {width = #ofa.width<[@expand] : [8, 16]>} : (tensor<1x8x8x3xf32>, tensor<16x1x1x3xf32>) -> tensor<1x8x8x16xf32>
    ofa.yield %0 : tensor<1x8x8x16xf32>
  }
}

// -----

ofa.supernet @supernet_c3_table {
  ofa.choice @expand of [3, 4, 6]
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x8x16xf32> {
    %w = ofa.constant "w" : tensor<16x1x1x3xf32>
    // expected-error @below {{'ofa.conv2d' op expects a width table of 3 entries for its choices, but got 2}}
    %0 = ofa.conv2d "c" %image, %w {width = #ofa.width<[@expand] : [8, 16]>} : (tensor<1x8x8x3xf32>, tensor<16x1x1x3xf32>) -> tensor<1x8x8x16xf32>
    ofa.yield %0 : tensor<1x8x8x16xf32>
  }
}

// -----

// expected-error @below {{'ofa.supernet' op expects one class name for each output of 'tensor<1x3xf32>', but got 2}}
ofa.supernet @supernet_c4 attributes {class_names = ["cat", "dog"]} {
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x3xf32> {
    %0 = ofa.mean "pool" %image : (tensor<1x8x8x3xf32>) -> tensor<1x3xf32>
    ofa.yield %0 : tensor<1x3xf32>
  }
}

// -----

// expected-error @below {{'ofa.supernet' op expects preprocessing of 1 or 3 channels, but got 2}}
ofa.supernet @supernet_c5 attributes {preprocessing = #ofa.preprocessing<mean = [0.0, 0.0], scale = [1.0, 1.0]>} {
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x3xf32> {
    %0 = ofa.mean "pool" %image : (tensor<1x8x8x3xf32>) -> tensor<1x3xf32>
    ofa.yield %0 : tensor<1x3xf32>
  }
}

// -----

ofa.supernet @choice_c1 {
  // expected-error @below {{'ofa.choice' op expects at least one value}}
  ofa.choice @a of []
}

// -----

ofa.supernet @choice_c2 {
  // expected-error @below {{'ofa.choice' op expects values that are all i64 or all f64, but got [1, 2.000000e+00]}}
  ofa.choice @a of [1, 2.0]
}

// -----

ofa.supernet @choice_c3 {
  // expected-error @below {{'ofa.choice' op expects values in increasing order, but got [3, 3]}}
  ofa.choice @a of [3, 3]
}

// -----

ofa.supernet @forward_c1 {
  // expected-error @below {{'ofa.forward' op expects one argument, an f32 image [1, height, width, channels]}}
  ofa.forward (%image: tensor<32x32x3xf32>) -> tensor<32x32x3xf32> {
    ofa.yield %image : tensor<32x32x3xf32>
  }
}

// -----

ofa.supernet @forward_c1_dynamic {
  // expected-error @below {{'ofa.forward' op expects one argument, an f32 image [1, height, width, channels]}}
  ofa.forward (%image: tensor<1x?x32x3xf32>) -> tensor<1x?x32x3xf32> {
    "ofa.yield"(%image) : (tensor<1x?x32x3xf32>) -> ()
  }
}

// -----

ofa.supernet @forward_c1_yield {
  // expected-error @below {{'ofa.forward' op expects to yield 'tensor<1x3xf32>'}}
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x3xf32> {
    ofa.yield %image : tensor<1x8x8x3xf32>
  }
}

// -----

ofa.supernet @forward_c2 {
  ofa.choice @resolution of [24, 28]
  // expected-error @below {{'ofa.forward' op expects positive resolutions up to the image's 32x32}}
  ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x32x32x3xf32> resolution @resolution {
    ofa.yield %image : tensor<1x32x32x3xf32>
  }
}

// -----

ofa.supernet @forward_c2_ratio {
  ofa.choice @resolution of [0.5, 1.0]
  // expected-error @below {{'ofa.forward' op expects integers in @resolution, a choice of resolutions, but got [5.000000e-01, 1.000000e+00]}}
  ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x32x32x3xf32> resolution @resolution {
    ofa.yield %image : tensor<1x32x32x3xf32>
  }
}

// -----

ofa.supernet @forward_c2_unknown {
  // expected-error @below {{'ofa.forward' op expects @resolution to be a choice of resolutions}}
  ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x32x32x3xf32> resolution @resolution {
    ofa.yield %image : tensor<1x32x32x3xf32>
  }
}

// -----

ofa.supernet @stage_c1 {
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
    // expected-error @below {{'ofa.stage' op expects only 'ofa.block' inside, but got 'ofa.relu'}}
    %0 = ofa.stage "s1" (%x = %image : tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
      %1 = ofa.relu "r" %x : (tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32>
      ofa.yield %1 : tensor<1x8x8x3xf32>
    }
    ofa.yield %0 : tensor<1x8x8x3xf32>
  }
}

// -----

ofa.supernet @stage_c1_chain {
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
    // expected-error @below {{'ofa.stage' op expects block 's1.b1' to take the value before it}}
    %0 = ofa.stage "s1" (%x = %image : tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
      %1 = ofa.block "s1.b0" (%y = %x : tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
        ofa.yield %y : tensor<1x8x8x3xf32>
      }
      %2 = ofa.block "s1.b1" (%y = %x : tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
        ofa.yield %y : tensor<1x8x8x3xf32>
      }
      ofa.yield %2 : tensor<1x8x8x3xf32>
    }
    ofa.yield %0 : tensor<1x8x8x3xf32>
  }
}

// -----

ofa.supernet @stage_c1_last {
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
    // expected-error @below {{'ofa.stage' op expects to yield the last block's result}}
    %0 = ofa.stage "s1" (%x = %image : tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
      %1 = ofa.block "s1.b0" (%y = %x : tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
        ofa.yield %y : tensor<1x8x8x3xf32>
      }
      ofa.yield %x : tensor<1x8x8x3xf32>
    }
    ofa.yield %0 : tensor<1x8x8x3xf32>
  }
}

// -----

ofa.supernet @stage_c2 {
  ofa.choice @s1.depth of [1, 2]
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
    // expected-error @below {{'ofa.stage' op expects depths from 0 up to its 1 blocks, but got @s1.depth up to 2}}
    %0 = ofa.stage "s1" depth @s1.depth (%x = %image : tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
      %1 = ofa.block "s1.b0" (%y = %x : tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32> {
        ofa.yield %y : tensor<1x8x8x3xf32>
      }
      ofa.yield %1 : tensor<1x8x8x3xf32>
    }
    ofa.yield %0 : tensor<1x8x8x3xf32>
  }
}

// -----

ofa.supernet @stage_c3 {
  ofa.choice @s1.depth of [0, 1]
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x4x4x3xf32> {
    // expected-error @below {{'ofa.stage' op expects 'tensor<1x4x4x3xf32>' after 0 blocks, but got 'tensor<1x8x8x3xf32>'}}
    %0 = ofa.stage "s1" depth @s1.depth (%x = %image : tensor<1x8x8x3xf32>) -> tensor<1x4x4x3xf32> {
      %1 = ofa.block "s1.b0" (%y = %x : tensor<1x8x8x3xf32>) -> tensor<1x4x4x3xf32> {
        %2 = ofa.max_pool2d "p" %y {filter = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x8x8x3xf32>) -> tensor<1x4x4x3xf32>
        ofa.yield %2 : tensor<1x4x4x3xf32>
      }
      ofa.yield %1 : tensor<1x4x4x3xf32>
    }
    ofa.yield %0 : tensor<1x4x4x3xf32>
  }
}

// -----

ofa.supernet @block_c1 {
  ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x3xf32> {
    %0 = ofa.stage "s1" (%x = %image : tensor<1x8x8x3xf32>) -> tensor<1x3xf32> {
      // expected-error @below {{'ofa.block' op expects to yield 'tensor<1x3xf32>'}}
      %1 = ofa.block "s1.b0" (%y = %x : tensor<1x8x8x3xf32>) -> tensor<1x3xf32> {
        ofa.yield %y : tensor<1x8x8x3xf32>
      }
      ofa.yield %1 : tensor<1x3xf32>
    }
    ofa.yield %0 : tensor<1x3xf32>
  }
}

// -----

// expected-error @below {{'ofa.calibration' op expects ui8 images [images, height, width, channels], but got 'tensor<2x3xui8>'}}
ofa.calibration dense<0> : tensor<2x3xui8>

// -----

// calibration_c1: the images are absent.
// expected-error @below {{'ofa.calibration' op expects the data of resource 'images', but there is none: is the file cut?}}
ofa.calibration dense_resource<images> : tensor<1x2x2x3xui8>

// -----

ofa.supernet @net {
  ofa.choice @resolution of [24, 32]
  ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x32x32x3xf32> resolution @resolution {
    ofa.yield %image : tensor<1x32x32x3xf32>
  }
}
// expected-error @below {{'ofa.predictor' op expects pairs of weights and biases, but got 1 tensors}}
ofa.predictor @predictor_c1 of @net features [@resolution] layers [dense<0.0> : tensor<1x2xf32>]

// -----

// expected-error @below {{'ofa.predictor' op expects layer 1 to have f32 weights [out, in] and a bias [out] that follow from the layer before}}
ofa.predictor @predictor_c2 of @net features [@resolution] layers [
    dense<0.0> : tensor<4x2xf32>, dense<0.0> : tensor<4xf32>,
    dense<0.0> : tensor<1x5xf32>, dense<0.0> : tensor<1xf32>]

// -----

// expected-error @below {{'ofa.predictor' op expects one output, but got 4}}
ofa.predictor @predictor_c2_last of @net features [@resolution] layers [
    dense<0.0> : tensor<4x2xf32>, dense<0.0> : tensor<4xf32>]

// -----

ofa.supernet @net {
  ofa.choice @resolution of [24, 32]
  ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x32x32x3xf32> resolution @resolution {
    ofa.yield %image : tensor<1x32x32x3xf32>
  }
}
// expected-error @below {{'ofa.predictor' op expects a first layer of 2 inputs, one per value of its features, but got 3}}
ofa.predictor @predictor_c3 of @net features [@resolution] layers [
    dense<0.0> : tensor<1x3xf32>, dense<0.0> : tensor<1xf32>]

// -----

ofa.supernet @net {
  ofa.forward (%image: tensor<1x32x32x3xf32>) -> tensor<1x32x32x3xf32> {
    ofa.yield %image : tensor<1x32x32x3xf32>
  }
}
// expected-error @below {{'ofa.predictor' op expects @resolution to be a choice of @net}}
ofa.predictor @predictor_c3_unknown of @net features [@resolution] layers [
    dense<0.0> : tensor<1x2xf32>, dense<0.0> : tensor<1xf32>]

// -----

// expected-error @below {{'ofa.predictor' op expects an error from 0 to 1, but got -1.000000e-01}}
ofa.predictor @predictor_c4 of @net features [@resolution] error -0.1 layers [
    dense<0.0> : tensor<1x2xf32>, dense<0.0> : tensor<1xf32>]
