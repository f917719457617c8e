"""Divides counted instructions by MACs and holds the quotient to a limit.

usage: instructions-per-mac.py <specialised module> <output of ofa-run> <limit>
"""

import re
import sys

module, report, limit = sys.argv[1:]
macs = int(re.search(r"\bmacs = (\d+)", open(module).read()).group(1))
count = re.search(r"instructions per inference: (\d+)", open(report).read())
if not count:
    sys.exit("ofa-run counted no instructions")
quotient = int(count.group(1)) / macs
print(f"{count.group(1)} instructions / {macs} MACs = {quotient:.3f}")
sys.exit(not 1 < quotient <= float(limit))
