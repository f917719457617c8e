"""Writes inputs of stateful.mlir and, computed here, what they must give, run
after run; and the results of some layers in the first run."""

import os
import random
import struct
import sys

folder = sys.argv[1]
random.seed(5)


def write(name, values, form="b"):
    with open("%s/%s.bin" % (folder, name), "wb") as file:
        file.write(struct.pack("<%d%s" % (len(values), form), *values))


frames = [[random.randint(-30, 30) for _ in range(16)] for _ in range(7)]
history = [list(range(16 * i + 1, 16 * i + 17)) for i in range(3)]
first = history
sums, before = [], []
for frame in frames:
    before += sum(history, [])
    sums += [sum(column) for column in zip(*history, frame)]
    history = history[1:] + [frame]
write("frames", sum(frames, []))
write("sum", sums)
write("runs", [-1 + 0.5 * (i + 1) for i in range(len(frames))], "f")
write("before", before)

os.makedirs(folder + "/tensors", exist_ok=True)
write("tensors/t011_v00", [a + b for a, b in zip(first[0], first[1])])
write("tensors/t002_v00", [a + b for a, b in zip(first[2], frames[0])])
write("tensors/count", [-0.5], "f")
