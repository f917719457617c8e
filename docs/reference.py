#!/usr/bin/env python3
"""Writes the reference documentation from the TableGen descriptions.

  docs/reference.py --tblgen mlir-tblgen --mlir-include DIR [--out docs/reference]

The build's target ofa-doc runs it; a test checks that what is committed is what
it writes.
"""

import argparse
import os
import subprocess

source = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

DIALECT = "-gen-dialect-doc"
INTERFACES = "-gen-op-interface-docs"
PASSES = "-gen-pass-doc"
# File, title, generator and its options, input.
PAGES = [
    ("kernel.md", None, [DIALECT, "-dialect=kernel"],
     "include/ofa/Dialect/Kernel/IR/KernelOps.td"),
    ("kernel-interfaces.md", "Interfaces of the kernel dialect", [INTERFACES],
     "include/ofa/Dialect/Kernel/IR/KernelInterfaces.td"),
    ("kernel-passes.md", "Passes of the kernel dialect", [PASSES],
     "include/ofa/Dialect/Kernel/Transforms/Passes.td"),
    ("ofa.md", None, [DIALECT, "-dialect=ofa"],
     "include/ofa/Dialect/OFA/IR/OFAOps.td"),
    ("ofa-interfaces.md", "Interfaces of the ofa dialect", [INTERFACES],
     "include/ofa/Dialect/OFA/IR/OFAInterfaces.td"),
    ("ofa-passes.md", "Passes of the ofa dialect", [PASSES],
     "include/ofa/Dialect/OFA/Transforms/Passes.td"),
    ("conversion-passes.md", "Conversions", [PASSES],
     "include/ofa/Conversion/Passes.td"),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tblgen", required=True, help="path of mlir-tblgen")
    parser.add_argument("--mlir-include", required=True,
                        help="folder that holds mlir/IR/OpBase.td")
    parser.add_argument("--out", default=os.path.join(source, "docs", "reference"))
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    index = ["# Reference", "",
             "Generated from TableGen by the target `ofa-doc`; do not edit.", ""]
    for name, title, options, path in PAGES:
        if not os.path.exists(os.path.join(source, path)):
            continue
        text = subprocess.run(
            [args.tblgen, *options, "-I", args.mlir_include,
             "-I", os.path.join(source, "include"), os.path.join(source, path)],
            check=True, capture_output=True, text=True).stdout
        if title:
            text = f"# {title}\n\n{text}"
        lines = [line.rstrip() for line in text.splitlines()]
        heading = next(line[2:] for line in lines if line.startswith("# "))
        index.append(f"- [{heading}]({name})")
        with open(os.path.join(args.out, name), "w", newline="\n") as page:
            page.write("\n".join(lines).strip("\n") + "\n")
    with open(os.path.join(args.out, "README.md"), "w", newline="\n") as page:
        page.write("\n".join(index) + "\n")


main()
