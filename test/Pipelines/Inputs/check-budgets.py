"""Holds the figures recorded in a specialised module to budgets.

usage: check-budgets.py <module> <key>=<limit>...
keys: sram, flash (data and kernel code), latency (s), energy (J)
"""

import re
import sys

line = next(l for l in open(sys.argv[1]) if "ofa.specialization" in l)
line = re.sub(r"relaxed = \{[^}]*\}", "", line)
facts = {k: float(v) for k, v in re.findall(r"(\w+) = ([-+.e\d]+) : (?:i64|f64)", line)}
facts["flash"] = facts["flash_data"] + facts["flash_code"]
for word in sys.argv[2:]:
    key, limit = word.split("=")
    if not 0 < facts[key] <= float(limit):
        sys.exit(f"{key} is {facts[key]}, but the budget is {limit}")
    if key in ("sram", "flash") and facts[key + "_budget"] != float(limit):
        sys.exit(f"{key}_budget is {facts[key + '_budget']}, expected {limit}")
