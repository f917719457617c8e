"""The largest difference of two modules' weights: distance.py A B --at-most=X | --at-least=X"""
import re
import struct
import sys


def read_floats(path):
    values = []
    for line in open(path, encoding="utf-8"):
        match = re.match(r'\s+(\S+\.(?:weight|bias)(?:_\d+)?): "0x([0-9A-F]+)"', line)
        if match:
            data = bytes.fromhex(match[2])[4:]  # Its alignment comes first.
            values.extend(struct.unpack(f"<{len(data) // 4}f", data))
    return values


a, b = read_floats(sys.argv[1]), read_floats(sys.argv[2])
assert a and len(a) == len(b)
distance = max(abs(x - y) for x, y in zip(a, b))
kind, bound = sys.argv[3].split("=")
print(f"largest difference {distance:g} of {len(a)} numbers")
sys.exit(not (distance <= float(bound) if kind == "--at-most" else distance >= float(bound)))
