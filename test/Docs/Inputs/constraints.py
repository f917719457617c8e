"""Checks that every numbered constraint in the dialect's reference is named in
its verifier (or in ODS) and in a negative test.

  constraints.py REFERENCE.md SOURCE...  --  TEST...
"""

import re
import sys

split = sys.argv.index("--")
reference, sources, tests = sys.argv[1], sys.argv[2:split], sys.argv[split + 1:]


def read(paths):
    return "\n".join(open(path).read() for path in paths)


labels, name = [], None
for line in open(reference):
    heading = re.match(r"### (?:`(?:ofa|kernel)\.(\w+)`|(\w+)Attr$)", line)
    if heading:
        name = heading[1] or re.sub(r"(?<!^)(?=[A-Z])", "_", heading[2]).lower()
    constraint = re.match(r"- \(C(\d+)\)", line)
    if constraint:
        labels.append(f"{name}_c{constraint[1]}")
assert labels, "no constraints found"

faults = 0
for what, text in (("a verifier", read(sources)), ("a negative test", read(tests))):
    for label in labels:
        if not re.search(rf"(?<![a-z0-9]){label}(?![0-9])", text):
            print(f"{label} is named in no {what.split(' ', 1)[1]}")
            faults += 1
    # What is named, but documented nowhere.
    for label in sorted(set(re.findall(r"(?<![\w])[a-z][a-z0-9_]*?_c\d+", text))):
        if label not in labels:
            print(f"{label} is named in {what}, but is no constraint")
            faults += 1
if faults:
    sys.exit(1)
print(f"{len(labels)} constraints, all verified and tested")
