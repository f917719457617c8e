"""doc_commands.py DOC FOLDER: makes what a page of documentation describes.

Writes each file whose text is the block after a line that ends with "`NAME`:"
into FOLDER, and commands.sh with the lines that begin with "$ ", in order.
"""

import os
import re
import sys

doc, folder = sys.argv[1:]
commands, files, name = [], {}, None
with open(doc) as page:
    for line in page:
        line = line.rstrip("\n")
        if line.startswith("    $ "):
            commands.append(line[6:])
        elif line.startswith("    ") and name:
            files[name].append(line[4:])
        elif line:
            match = re.search(r"`([^` ]+)`:$", line)
            name = match.group(1) if match else None
            if name:
                files[name] = []
for name, lines in files.items():
    with open(os.path.join(folder, name), "w") as file:
        file.write("\n".join(lines) + "\n")
with open(os.path.join(folder, "commands.sh"), "w") as file:
    file.write("set -e\n" + "\n".join(commands) + "\n")
print("%d commands, files: %s" % (len(commands), ", ".join(files)))
