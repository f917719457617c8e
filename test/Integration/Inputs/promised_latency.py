"""Holds the latency that ofa-search promises to instructions that were counted.

usage: promised_latency.py <supernet> <device file> <log of ofa-profile>

The log is that of `ofa-profile --validate=<n>`, which counted the instructions of n
random subnets that are in no table; the device file has the table and one cycle for
each instruction. Promises have to be within 5 %.
"""

import re
import subprocess
import sys

supernet, device, log = sys.argv[1:]
text = open(device).read()
if "cycles_per_instruction: 1\n" not in text:
    sys.exit(f"{device}: expects one cycle for each instruction")
clock = 1e6 * float(re.search(r"clock: ([\d.]+)MHz", text).group(1))
counted = re.findall(r"unseen subnet .*?: (\d+) instructions, .* left; (.+)", open(log).read())
kept, largest = 0, 0.0
for count, subnet in counted:
    result = subprocess.run(
        ["ofa-opt", supernet, "-o", "-",
         f"--ofa-search=device-file={device} quiet=true subnet={{{subnet}}}"],
        capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stderr)
    seconds = re.search(r"\blatency = ([-+.eE\d]+) : f64", result.stdout).group(1)
    error = float(seconds) * clock / int(count) - 1
    largest = max(largest, abs(error))
    kept += abs(error) < 0.05
    if abs(error) >= 0.05:
        print(f"{subnet}: {count} instructions, {100 * error:.2f} % off")
print(f"largest error of instructions: {100 * largest:.3f} %")
print(f"{kept} of {len(counted)} subnets are what was promised")
sys.exit(kept != len(counted))
