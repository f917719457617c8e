"""Prints the footprint in a model's header beside the sum of nm's symbols.

Arguments: nm, header, object file or ELF of a 32-bit target.
"""

import re
import subprocess
import sys

nm, header, binary = sys.argv[1:]
text = open(header).read()
listing = subprocess.run([nm, "-S", binary], check=True, capture_output=True, text=True)
sums = {"SRAM_BYTES": 0, "FLASH_DATA_BYTES": 0}
kinds = {"b": "SRAM_BYTES", "d": "SRAM_BYTES", "r": "FLASH_DATA_BYTES"}
for line in listing.stdout.splitlines():
    parts = line.split()
    if len(parts) == 4 and parts[2].lower() in kinds:
        sums[kinds[parts[2].lower()]] += int(parts[1], 16)
for name, total in sums.items():
    # The last definition is the one for 32 bits.
    macro, value = re.findall(r"#define (\w+_%s) (\d+)" % name, text)[-1]
    print(f"{macro} {value}, nm {total}")
