"""Writes inputs of several.mlir and, computed here, what they must give."""

import random
import struct
import sys

folder = sys.argv[1]
random.seed(3)


def clamp(value):
    return max(-128, min(127, value))


def write(name, vectors, form):
    """`name`.bin has all vectors, `name`N.bin vector N."""
    tensors = [struct.pack("<%d%s" % (len(v), form), *v) for v in vectors]
    for i, tensor in enumerate(tensors):
        open("%s/%s%d.bin" % (folder, name, i), "wb").write(tensor)
    open("%s/%s.bin" % (folder, name), "wb").write(b"".join(tensors))


left = [[random.randint(-128, 127) for _ in range(6)] for _ in range(3)]
# Even numbers less the zero point: products are whole numbers of 0.5.
right = [[2 * random.randint(-6, 6) - 3 for _ in range(6)] for _ in range(3)]
real = [[random.uniform(-9, 9) for _ in range(2)] for _ in range(3)]
total = [[clamp(a + b + 3) for a, b in zip(*v)] for v in zip(left, right)]
product = [[clamp((a + 3) * (b + 3) // 2 - 3) for a, b in zip(*v)] for v in zip(total, right)]
write("left", left, "b")
write("right", right, "b")
write("real", real, "f")
write("clipped", [[max(0, min(6, a)) for a in v] for v in real], "f")
write("product", product, "b")
write("sum", total, "b")
