"""The network of tiny.mlir from the definitions of its operations."""

import sys

step = int(sys.argv[1])


def scale(x, multiplier, shift):
    """Rounding `single`."""
    return (x * multiplier + (1 << (30 - shift))) >> (31 - shift)


def clamp(x, low=-128, high=127):
    return max(low, min(high, x))


image = [((i * step + 7) & 255) - 128 for i in range(48)]

# Packed weights: [input channel][4 output channels].
weights = [[1 + 4 * i + o for i in range(3)] for o in range(4)]
bias, shift = [1, -2, 3, -4], [-5, -6, -6, -7]
conv = [[clamp(scale(bias[o] + sum(weights[o][i] * image[3 * p + i] for i in range(3)),
                     1 << 30, shift[o])) for o in range(4)] for p in range(16)]

depthwise = []
for y in range(4):
    for x in range(4):
        pixel = []
        for c in range(4):
            taps = [conv[4 * v + u][c] for v in range(y - 1, y + 2) for u in range(x - 1, x + 2)
                    if 0 <= v < 4 and 0 <= u < 4]
            pixel.append(clamp(scale(bias[c] + sum(taps), 1 << 30, shift[c]) + 1, 0))
        depthwise.append(pixel)

add = [[clamp(scale(scale(a << 20, 1 << 30, 0) + scale(b << 20, 1 << 30, 0), 1 << 30, -18))
        for a, b in zip(p, q)] for p, q in zip(conv, depthwise)]
table = [((0x80 + i) & 255) for i in range(256)]
table = [t - 256 if t > 127 else t for t in table]
act = [[table[v + 128] for v in p] for p in add]
pool = [clamp(scale(sum(p[c] for p in act), 1 << 30, -3)) for c in range(4)]

# Packed weights: a block of three output channels, [input][3].
fc_bias = [-2147480000, 0, 5]
fc_multiplier = [0, 1 << 30, 1 << 30]
out = [clamp(scale(fc_bias[o] + sum((1 + 3 * i + o) * pool[i] for i in range(4)),
                   fc_multiplier[o], -5)) for o in range(3)]
print(*out)
