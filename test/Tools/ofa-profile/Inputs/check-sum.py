"""check-sum.py TABLE RUN: compares the entries' sum with what ofa-run counted.

For a network each of whose layers has a key of its own.
"""

import re
import sys

with open(sys.argv[1]) as file:
    total = sum(float(mean) for mean in re.findall(r"mean: ([0-9.]+)", file.read()))
with open(sys.argv[2]) as file:
    counted = int(re.search(r"instructions per inference: (\d+)", file.read()).group(1))
print("sum and run differ by %.2f %%" % (100 * abs(total / counted - 1)))
