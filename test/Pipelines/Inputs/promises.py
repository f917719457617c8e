"""Holds what ofa-search promises to what the finished network has.

usage: promises.py <supernet> <work folder> <subnets> <device>...
       promises.py --latency=<device file> <supernet> <work folder> <subnets>

Random subnets are specialised, for one device after the other. SRAM, flash data and
kernel code have to be equal, to the byte. With --latency, the instructions that the
emulator counts have to be within 5 % of the latency that was promised; the device
file has a latency table of counted instructions. A supernet without calibration
images gets four of noise.
"""

import argparse
import pathlib
import random
import re
import subprocess
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--latency")
parser.add_argument("supernet")
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("subnets", type=int)
parser.add_argument("devices", nargs="*")
options = parser.parse_args()
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
    plain, path = options.folder / "space.mlir", options.folder / "space.mlirbc"
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


def read_instructions_per_second(path):
    text = pathlib.Path(path).read_text()
    scale = {"k": 1e3, "M": 1e6, "G": 1e9}
    number, prefix = re.search(r"clock: ([\d.]+)([kMG])Hz", text).groups()
    cycles = re.search(r"cycles_per_instruction: ([\d.]+)", text).group(1)
    return float(number) * scale[prefix] / float(cycles)


options.folder.mkdir(parents=True, exist_ok=True)
supernet = with_calibration(options.supernet)
choices = list_choices(supernet)
# Cores stand for boards of any size.
devices = ([f"device-file={options.latency}"] if options.latency else
           [f"{device} sram=64MiB flash=64MiB" for device in options.devices])
failures, largest = 0, 0.0
for number in range(options.subnets):
    values = (f"{name}={generator.choice(values)}" for name, values in choices)
    subnet = "{" + ",".join(values) + "}"
    output = options.folder / "net.mlir"
    facts = specialize(supernet, devices[number % len(devices)], subnet, output)
    wrong = compare_sizes(facts)
    if options.latency:
        report, _ = run("ofa-run", output, f"--device-file={options.latency}",
                        "--data=procedural", "--limit=1")
        counted = int(re.search(r"instructions per inference: (\d+)", report).group(1))
        promised = facts["latency"] * read_instructions_per_second(options.latency)
        error = promised / counted - 1
        largest = max(largest, abs(error))
        if abs(error) > 0.05:
            wrong += f"; {counted} instructions, not {promised:.0f}"
    if wrong:
        failures += 1
        print(f"{subnet}: {wrong}")
if options.latency:
    print(f"largest error of instructions: {100 * largest:.3f} %")
print(f"{options.subnets - failures} of {options.subnets} subnets are what was promised")
sys.exit(failures != 0)
