"""Writes vectors of real.mlir into the current folder."""

import struct


def write(name, values, form):
    open(name + ".bin", "wb").write(struct.pack("<%d%s" % (len(values), form), *values))


# Halves of the scale go away from zero; what is out of range, to the ends.
first = [0.25, -0.25, 0.74, 0.76, 6.3, 1e30, -1e30, float("nan")]
second = [4.0, 3.0, 0.0, 0.5, 1.0, 1.5, -1.5, 5.75]
integers = [-2, -4, -2, -1, 10, 127, -128, -128]
y = [[0.5, 0.0, 0.5, 1.0, 6.0, 6.0, 0.0, 0.0], [4.0, 3.0, 0.0, 0.5, 1.0, 1.5, 0.0, 6.0]]
write("in-real", first + second, "f")
write("in-int8", integers, "b")
write("out-real", y[0] + y[1], "f")
write("out-real1", y[0], "f")
write("half", [v / 2 for v in y[0][:2] + y[1][:2]], "f")
write("half1", [v / 2 for v in y[0][:2]], "f")
write("near", [0.25, 0.0, 2.0 + 2.0**-19, 1.5], "f")
write("odd", [0, 0, 0], "f")
