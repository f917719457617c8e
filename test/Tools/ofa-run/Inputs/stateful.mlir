// The sum of this input and the three before it, which a state keeps, and a float
// that counts the runs by halves. See stateful-vectors.py.
!a = !quant.uniform<i8:f32, 5.000000e-01>
module {
  ofa.state @history : tensor<1x3x16x!a> = dense<"0x0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F30">
  ofa.state @runs : tensor<1x1xf32> = dense<-1.0>
  func.func @delay(%frame: tensor<1x1x16x!a>) -> (tensor<1x1x16x!a> {ofa.name = "sum"}, tensor<1x1xf32> {ofa.name = "runs"}, tensor<1x3x16x!a> {ofa.name = "before"}) {
    %half = ofa.constant "half" : tensor<1x1xf32> = dense<0.5>
    %old = ofa.read_state "old" @history : tensor<1x3x16x!a>
    %a = ofa.slice "first" %old {begin = array<i64: 0, 0, 0>, sizes = array<i64: 1, 1, 16>, strides = array<i64: 1, 1, 1>} : (tensor<1x3x16x!a>) -> tensor<1x1x16x!a>
    %b = ofa.slice "second" %old {begin = array<i64: 0, 1, 0>, sizes = array<i64: 1, 1, 16>, strides = array<i64: 1, 1, 1>} : (tensor<1x3x16x!a>) -> tensor<1x1x16x!a>
    %c = ofa.slice "third" %old {begin = array<i64: 0, 2, 0>, sizes = array<i64: 1, 1, 16>, strides = array<i64: 1, 1, 1>} : (tensor<1x3x16x!a>) -> tensor<1x1x16x!a>
    %new = ofa.concat "new" %b, %c, %frame {axis = 1 : i64} : (tensor<1x1x16x!a>, tensor<1x1x16x!a>, tensor<1x1x16x!a>) -> tensor<1x3x16x!a>
    ofa.write_state "keep" %new, @history : tensor<1x3x16x!a>
    %1 = ofa.add "add1" %a, %b {ofa.source_tensor = 11 : i64} : (tensor<1x1x16x!a>, tensor<1x1x16x!a>) -> tensor<1x1x16x!a>
    %2 = ofa.add "add2" %c, %frame {ofa.source_tensor = 2 : i64} : (tensor<1x1x16x!a>, tensor<1x1x16x!a>) -> tensor<1x1x16x!a>
    %sum = ofa.add "sum" %1, %2 {ofa.source_tensor = 3 : i64} : (tensor<1x1x16x!a>, tensor<1x1x16x!a>) -> tensor<1x1x16x!a>
    %before = ofa.read_state "runs" @runs : tensor<1x1xf32>
    %after = ofa.add "count" %before, %half : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
    ofa.write_state "keep_runs" %after, @runs : tensor<1x1xf32>
    %now = ofa.read_state "runs_now" @runs : tensor<1x1xf32>
    return %sum, %now, %old : tensor<1x1x16x!a>, tensor<1x1xf32>, tensor<1x3x16x!a>
  }
}
