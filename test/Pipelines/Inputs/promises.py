"""Holds what ofa-search promises of sizes to what the finished network has.

usage: promises.py <supernet> <work folder> <subnets> <device>...

Random subnets are specialised, for one device after the other. SRAM, flash data and
kernel code have to be equal, to the byte. A supernet without calibration images gets
four of noise.
"""

import pathlib
import random
import re
import subprocess
import sys

supernet, folder, subnets = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
# Cores stand for boards of any size.
devices = [f"{device} sram=64MiB flash=64MiB" for device in sys.argv[4:]]
generator = random.Random(2026)


def run(*command):
    result = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout, result.stderr


def with_calibration(supernet):
    text, _ = run("ofa-opt", supernet)
    if "ofa.calibration" in text:
        return supernet
    size = int(re.search(r"%image: tensor<1x(\d+)x\1x3xf32>", text).group(1))
    pixels = generator.randbytes(4 * size * size * 3).hex().upper()
    # Before the end of the module, which resources may follow.
    end = text.rindex("\n}", 0, text.find("{-#") if "{-#" in text else None)
    images = f'\n  ofa.calibration dense<"0x{pixels}"> : tensor<4x{size}x{size}x3xui8>'
    plain, path = folder / "space.mlir", folder / "space.mlirbc"
    plain.write_text(text[:end] + images + text[end:])
    run("ofa-opt", plain, "--emit-bytecode", "-o", path)
    return path


def list_choices(supernet):
    """The choices that ofa-describe prints."""
    _, text = run("ofa-opt", supernet, "--ofa-describe", "-o", "/dev/null")
    choices = re.findall(r"^    ([\w.]+): ([\d .]+)$", text, re.MULTILINE)
    if not choices:
        sys.exit("ofa-describe lists no choices:\n" + text)
    # A choice of ratios may print one of them as 1.
    return [(name, [str(float(value)) if "." in values else value
                    for value in values.split()]) for name, values in choices]


def specialize(supernet, device, subnet, output):
    """The facts of the finished module."""
    run("ofa-opt", supernet, "-o", output,
        f"--specialize={device} quiet=true subnet={subnet}")
    line = next(l for l in output.open() if "ofa.specialization" in l)
    return {k: float(v) for k, v in re.findall(r"(\w+) = ([-+.e\d]+) : (?:i64|f64)", line)}


def compare_sizes(facts):
    wrong = [f"{name} is {facts[name]:.0f}, not {facts[name + '_estimate']:.0f}"
             for name in ("sram", "flash_data", "flash_code")
             if facts[name] != facts[name + "_estimate"]]
    return "; ".join(wrong)


folder.mkdir(parents=True, exist_ok=True)
supernet = with_calibration(supernet)
choices = list_choices(supernet)
kept = 0
for number in range(subnets):
    values = (f"{name}={generator.choice(values)}" for name, values in choices)
    subnet = "{" + ",".join(values) + "}"
    facts = specialize(supernet, devices[number % len(devices)], subnet, folder / "net.mlir")
    wrong = compare_sizes(facts)
    kept += not wrong
    if wrong:
        print(f"{subnet}: {wrong}")
print(f"{kept} of {subnets} subnets are what was promised")
sys.exit(kept != subnets)
