# ===- import.py - Imports a model that stands in JSON -----------------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""import.py FLATC SCHEMA [option of ofa-translate]... < model.json

Makes model.tflite of the JSON and runs `ofa-translate --import-tflite` on it.
"""

import pathlib
import subprocess
import sys
import tempfile

flatc, schema, *options = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "model.json").write_text(sys.stdin.read())
    subprocess.run([flatc, "--binary", pathlib.Path(schema).resolve(), "model.json"],
                   cwd=folder, check=True)
    sys.exit(subprocess.run(["ofa-translate", "--import-tflite", "model.tflite", *options],
                            cwd=folder).returncode)
