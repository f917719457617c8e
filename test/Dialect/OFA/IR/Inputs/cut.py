"""Cuts a module at every line (text) or every 64 bytes (bytecode), and checks
that a command refuses each part: it exits with 1 after one diagnostic, without
a crash, and writes no output.

  cut.py MODULE WORKFILE -- COMMAND... -o OUTPUT    (the part is appended)
"""

import os
import subprocess
import sys

module, work = sys.argv[1:3]
command = sys.argv[4:]
output = command[command.index("-o") + 1]

with open(module, "rb") as file:
    whole = file.read().rstrip(b"\n") + b"\n"
assert len(whole) <= 64 * 1024, "the module is too large to be cut everywhere"
if whole.startswith(b"ML\xefR"):
    lengths = range(0, len(whole), 64)
else:
    lengths = [0] + [i + 1 for i, byte in enumerate(whole) if byte == 10][:-1]

failures = 0
for length in lengths:
    with open(work, "wb") as file:
        file.write(whole[:length])
    if os.path.exists(output):
        os.remove(output)
    result = subprocess.run(command + [work], capture_output=True, text=True,
                            errors="replace")
    errors = result.stderr.count("error: ")
    if result.returncode != 1 or errors != 1 or os.path.exists(output):
        failures += 1
        print(f"cut after {length} bytes: exit {result.returncode}, {errors} "
              f"errors, output {'left' if os.path.exists(output) else 'absent'}")
        print(result.stderr)
if failures:
    sys.exit(f"{failures} of {len(lengths)} cuts are not refused as they should be")
print(f"{len(lengths)} cuts, all refused")
