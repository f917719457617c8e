"""compare-tables.py A B: the means of two latency tables agree within 1 % or 250.

Prints how many entries were compared and the largest relative difference of
those above 25000, of which a resolution of 40 instructions is nothing.
"""

import re
import sys


def read(path):
    entries = {}
    with open(path) as file:
        for line in file:
            match = re.match(r"\s+'?([^' ]+?)'?:\s+\{ mean: ([0-9.]+)", line)
            if match:
                entries[match.group(1)] = float(match.group(2))
    return entries


a, b = read(sys.argv[1]), read(sys.argv[2])
if a.keys() != b.keys():
    sys.exit("keys differ: " + ", ".join(sorted(a.keys() ^ b.keys())))
largest = 0
for key, value in a.items():
    difference = abs(b[key] - value)
    if difference > max(0.01 * value, 250):
        sys.exit("%s: %g and %g" % (key, value, b[key]))
    if value > 25000:
        largest = max(largest, difference / value)
print("%d entries agree; largest difference %.2f %%" % (len(a), 100 * largest))
