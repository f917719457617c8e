// Blocks of one depthwise convolution each. Its result starts a little before its
// input, so that each further block lifts the first ones higher: what no part shows
// that is planned alone.
module {
  ofa.supernet @chain attributes {preprocessing = #ofa.preprocessing<mean = [128.0], scale = [0.0078125]>} {
    ofa.choice @depth of [1, 2, 3, 4, 5]
    ofa.forward (%image: tensor<1x8x8x3xf32>) -> tensor<1x4xf32> {
      %w = ofa.constant "w" : tensor<16x1x1x3xf32> = dense<0.3>
      %0 = ofa.conv2d "stem" %image, %w : (tensor<1x8x8x3xf32>, tensor<16x1x1x3xf32>) -> tensor<1x8x8x16xf32>
      %1 = ofa.stage "stage" depth @depth (%x = %0 : tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
        %b0 = ofa.block "b0" (%y0 = %x : tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
          %d0 = ofa.constant "d0" : tensor<1x3x3x16xf32> = dense<0.11>
          %r0 = ofa.depthwise_conv2d "depthwise0" %y0, %d0 {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x8x8x16xf32>, tensor<1x3x3x16xf32>) -> tensor<1x8x8x16xf32>
          ofa.yield %r0 : tensor<1x8x8x16xf32>
        }
        %b1 = ofa.block "b1" (%y1 = %b0 : tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
          %d1 = ofa.constant "d1" : tensor<1x3x3x16xf32> = dense<0.11>
          %r1 = ofa.depthwise_conv2d "depthwise1" %y1, %d1 {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x8x8x16xf32>, tensor<1x3x3x16xf32>) -> tensor<1x8x8x16xf32>
          ofa.yield %r1 : tensor<1x8x8x16xf32>
        }
        %b2 = ofa.block "b2" (%y2 = %b1 : tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
          %d2 = ofa.constant "d2" : tensor<1x3x3x16xf32> = dense<0.11>
          %r2 = ofa.depthwise_conv2d "depthwise2" %y2, %d2 {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x8x8x16xf32>, tensor<1x3x3x16xf32>) -> tensor<1x8x8x16xf32>
          ofa.yield %r2 : tensor<1x8x8x16xf32>
        }
        %b3 = ofa.block "b3" (%y3 = %b2 : tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
          %d3 = ofa.constant "d3" : tensor<1x3x3x16xf32> = dense<0.11>
          %r3 = ofa.depthwise_conv2d "depthwise3" %y3, %d3 {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x8x8x16xf32>, tensor<1x3x3x16xf32>) -> tensor<1x8x8x16xf32>
          ofa.yield %r3 : tensor<1x8x8x16xf32>
        }
        %b4 = ofa.block "b4" (%y4 = %b3 : tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
          %d4 = ofa.constant "d4" : tensor<1x3x3x16xf32> = dense<0.11>
          %r4 = ofa.depthwise_conv2d "depthwise4" %y4, %d4 {pad = array<i64: 1, 1, 1, 1>} : (tensor<1x8x8x16xf32>, tensor<1x3x3x16xf32>) -> tensor<1x8x8x16xf32>
          ofa.yield %r4 : tensor<1x8x8x16xf32>
        }
        ofa.yield %b4 : tensor<1x8x8x16xf32>
      }
      %2 = ofa.mean "mean" %1 : (tensor<1x8x8x16xf32>) -> tensor<1x16xf32>
      %c = ofa.constant "c" : tensor<4x16xf32> = dense<0.2>
      %3 = ofa.fully_connected "classifier" %2, %c : (tensor<1x16xf32>, tensor<4x16xf32>) -> tensor<1x4xf32>
      ofa.yield %3 : tensor<1x4xf32>
    }
  }
  ofa.calibration dense<"0xA54DCA182530BB1D6D132CDED6237B2ED91E3F721FCB1971174494D6493C9D5C3460BE31201E69FEDAA0EEE8B9997F5C7C2999FDAFE593253CD654AF4DFAD71427A0AEB3FEE9232F8AF2211F9EE491C5B10BECB5563BFC1E6F93427ECBC8FE2955E5CD8E46DC8ED4B7C2764D2A5A4D767706F85D8690024AD6BDA3401BE9C8CBCCC935F6CD1F61226AE15338AE1A34004D33BA0D246AC04C81B1BAF23E3BF9EEF5F79F2B4934AF87F5520B69B94B0D982E85BB55B672A872637ACD7466FCB60E0E8FF18463B0E4B2BA29703474F064AC68F700F5B02B3DC666F45BDEAA2CCAEDCD2B5157410E4DEE4AF2B34F430A073447DE636C0E806C957BA684D6431FB5EAD7424D09E15D024C5848F23D1FA6F7361D7F618D1532E70E20E2A6668DE7F47E8467E546D53EC8E2A1257BDB256C9B3E4FBB498146EF7030CBF9537252DCCEADD764B6A32FBB09ADEAE109C4A997203975352B878B145C8A42D884CF4CFDA72D8E1D5DD92589082D852A7122873EE805ADD58942167A385286195C679F9C6994"> : tensor<2x8x8x3xui8>
}
