#!/usr/bin/env python3
"""Writes the tables of performance.md anew.

  docs/performance.py [--list] [HEADING...]

Under each heading (all, or those that begin so) it runs the indented commands, in
the project's root with the release build's tools in PATH, and puts the table that
they print in the place of the one below them. Commands without a table below are
not run. All of it takes about an hour on two cores.
"""

import argparse
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGE = os.path.join(ROOT, "docs", "performance.md")


class Figures:
    """Commands of the page, and the lines [begin, end) of the table below them."""

    def __init__(self, heading, script, begin, end):
        self.heading, self.script, self.begin, self.end = heading, script, begin, end


def take_while(lines, at, condition):
    while at < len(lines) and condition(lines[at]):
        at += 1
    return at


def find_figures(lines):
    """Every indented block with a table before the next block or heading."""
    heading, script, at = "", None, 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("#"):
            heading, script = line.lstrip("# "), None
        elif line.startswith("    "):
            end = take_while(lines, at, lambda text: text.startswith("    "))
            script = "\n".join(text[4:] for text in lines[at:end])
            at = end
            continue
        elif line.startswith("|") and script:
            end = take_while(lines, at, lambda text: text.startswith("|"))
            yield Figures(heading, script, at, end)
            script, at = None, end
            continue
        at += 1


def measure(figures):
    """The table that the commands print."""
    path = os.path.join(ROOT, "build", "release", "bin")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", figures.script], cwd=ROOT, text=True,
                          env={**os.environ, "PATH": f"{path}:{os.environ['PATH']}"},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    table = re.findall(r"^\|.*$", done.stdout, re.MULTILINE)
    if done.returncode or len(table) < 3:
        sys.exit(f"performance.md: under '{figures.heading}', the commands\n{figures.script}\n"
                 f"ended with {done.returncode} and {len(table)} lines of a table:\n"
                 f"{done.stdout}{done.stderr}")
    return table


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("headings", nargs="*", metavar="HEADING")
    parser.add_argument("--list", action="store_true", help="print the commands instead")
    options = parser.parse_args()
    with open(PAGE, encoding="utf-8") as page:
        lines = page.read().split("\n")
    chosen = [figures for figures in find_figures(lines)
              if figures.heading.startswith(tuple(options.headings) or "")]
    if not chosen:
        parser.error(f"no table under a heading that begins with {options.headings}")
    # From the end, so that line numbers stay true; each is kept as it comes.
    for number, figures in enumerate(reversed(chosen), 1):
        print(f"{figures.heading}:\n{figures.script}", flush=True)
        if options.list:
            continue
        begin = time.monotonic()
        lines[figures.begin:figures.end] = measure(figures)
        with open(PAGE + ".tmp", "w", encoding="utf-8") as page:
            page.write("\n".join(lines))
        os.replace(PAGE + ".tmp", PAGE)
        print(f"{number} of {len(chosen)}: {time.monotonic() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
