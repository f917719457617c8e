# ===- tflite_schema.py - Reads FlatBuffers by their schema -----------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""Reads a FlatBuffer into dictionaries, by the text of its .fbs schema.

flatc's own JSON will not do: it prints floats with six decimals, and a scale
of 0.0039 has more.
"""

import re
import struct

SCALARS = {
    "bool": "?", "byte": "b", "ubyte": "B", "int": "i", "uint": "I",
    "long": "q", "ulong": "Q", "float": "f",
}


class Schema:
    """The tables, enums and unions of a schema, as far as TFLite's uses them."""

    def __init__(self, text):
        text = re.sub(r"//[^\n]*", "", text)
        self.enums = {}  # name -> (format, names)
        self.unions = {}  # name -> names, from number 1 on
        self.tables = {}  # name -> [(field, type, default)]
        for name, kind, body in re.findall(r"enum (\w+) *: *(\w+) *{([^}]*)}", text):
            self.enums[name] = (SCALARS[kind], re.findall(r"\w+", body))
        for name, body in re.findall(r"union (\w+) *{([^}]*)}", text):
            self.unions[name] = re.findall(r"\w+", body)
        for name, body in re.findall(r"table (\w+) *{([^}]*)}", text):
            self.tables[name] = re.findall(r"(\w+) *: *([\[\]\w]+)(?: *= *(\w+))?", body)
        self.root = re.search(r"root_type (\w+)", text).group(1)

    def read(self, data):
        """The root table of a buffer as a dictionary of its fields."""
        return self._table(data, _offset(data, 0), self.root)

    def _table(self, data, at, name):
        vtable = at - struct.unpack_from("<i", data, at)[0]
        size = struct.unpack_from("<H", data, vtable)[0]
        result, slot = {}, 4

        def next_field():
            """Where the next field lies, or None if it is absent."""
            nonlocal slot
            place = struct.unpack_from("<H", data, vtable + slot)[0] if slot < size else 0
            slot += 2
            return at + place if place else None

        for field, kind, default in self.tables[name]:
            place = next_field()
            if kind in self.unions:
                number = data[place] if place else 0
                place = next_field()
                member = self.unions[kind][number - 1] if number else None
                result[field + "_type"] = member
                result[field] = self._table(data, _offset(data, place), member) if member else {}
            elif place is None:
                result[field] = self._default(kind, default)
            else:
                result[field] = self._value(data, place, kind)
        return result

    def _default(self, kind, default):
        if kind in self.enums:
            return self.enums[kind][1][0]
        if kind == "float":
            return float(default or 0)
        if kind == "bool":
            return default == "true"
        if kind in SCALARS:
            return int(default or 0)
        return [] if kind.startswith("[") else None

    def _value(self, data, at, kind):
        if kind in self.enums:
            code, names = self.enums[kind]
            return names[struct.unpack_from("<" + code, data, at)[0]]
        if kind in SCALARS:
            return struct.unpack_from("<" + SCALARS[kind], data, at)[0]
        at = _offset(data, at)
        if kind == "string":
            length = struct.unpack_from("<I", data, at)[0]
            return data[at + 4:at + 4 + length].decode()
        if not kind.startswith("["):
            return self._table(data, at, kind)
        element = kind[1:-1]
        count, at = struct.unpack_from("<I", data, at)[0], at + 4
        if element == "ubyte":
            return data[at:at + count]
        if element in SCALARS:
            return list(struct.unpack_from(f"<{count}{SCALARS[element]}", data, at))
        return [self._table(data, _offset(data, at + 4 * i), element) for i in range(count)]


def _offset(data, at):
    return at + struct.unpack_from("<I", data, at)[0]
