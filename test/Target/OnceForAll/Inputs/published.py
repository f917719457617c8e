"""Imports all published configurations.

  published.py networks SHARED FOLDER   as networks of their own: prints those
                                        with other multiply-accumulates
  published.py subnets SHARED FOLDER    as subnets of the published spaces:
                                        prints those that are none, too

FOLDER is for intermediate files.
"""

import os
import re
import subprocess
import sys

# Millions of multiply-accumulates, computed from the configurations by the
# authors' rule; they agree with the published ones but for one misprint (75.8,
# published as 79).
NETWORKS = """
1080ti_gpu64-12ms_top1-72.6_finetune-25 proxyless-1.3 128 165.0
1080ti_gpu64-15ms_top1-73.8_finetune-25 proxyless-1.3 144 225.8
1080ti_gpu64-22ms_top1-75.3_finetune-25 proxyless-1.3 188 312.8
1080ti_gpu64-27ms_top1-76.4_finetune-25 proxyless-1.3 188 396.7
LG-G8_lat-11ms_top1-73.0_finetune-25 mbv3-1.0 156 103.4
LG-G8_lat-16ms_top1-74.7_finetune-25 mbv3-1.0 176 151.1
LG-G8_lat-24ms_top1-76.4_finetune-25 mbv3-1.0 220 229.8
LG-G8_lat-8ms_top1-71.1_finetune-25 mbv3-1.0 144 73.5
cpu_lat-10ms_top1-71.1_finetune-25 proxyless-1.3 144 143.2
cpu_lat-11ms_top1-72.0_finetune-25 proxyless-1.3 144 160.3
cpu_lat-15ms_top1-74.6_finetune-25 proxyless-1.3 188 301.0
cpu_lat-17ms_top1-75.7_finetune-25 proxyless-1.3 208 364.5
flops-389M_top1-79.1_finetune-75 mbv3-1.2 224 389.5
flops-482M_top1-79.6_finetune-75 mbv3-1.2 224 482.4
flops-595M_top1-80.0_finetune-75 mbv3-1.2 236 595.2
note10_lat-11ms_top1-73.6_finetune-25 mbv3-1.0 176 109.6
note10_lat-16ms_top1-75.5_finetune-25 mbv3-1.0 192 162.5
note10_lat-22ms_top1-76.6_finetune-25 mbv3-1.0 224 237.1
note10_lat-30ms_top1-78.4_finetune-75 mbv3-1.2 224 339.4
note10_lat-41ms_top1-79.3_finetune-75 mbv3-1.2 220 457.3
note10_lat-50ms_top1-79.7_finetune-75 mbv3-1.2 220 554.4
note10_lat-64ms_top1-80.2_finetune-75 mbv3-1.2 260 743.1
note10_lat-8ms_top1-71.4_finetune-25 mbv3-1.0 160 75.8
note8_lat-22ms_top1-70.4_finetune-25 mbv3-1.0 140 67.2
note8_lat-31ms_top1-72.8_finetune-25 mbv3-1.0 152 100.5
note8_lat-49ms_top1-74.9_finetune-25 mbv3-1.0 176 163.7
note8_lat-65ms_top1-76.1_finetune-25 mbv3-1.0 204 219.9
pixel1_lat-132ms_top1-79.8_finetune-75 mbv3-1.2 228 592.7
pixel1_lat-143ms_top1-80.1_finetune-75 mbv3-1.2 240 641.8
pixel1_lat-20ms_top1-71.4_finetune-25 mbv3-1.0 152 76.7
pixel1_lat-28ms_top1-73.3_finetune-25 mbv3-1.0 160 108.6
pixel1_lat-40ms_top1-74.9_finetune-25 mbv3-1.0 172 162.3
pixel1_lat-58ms_top1-76.9_finetune-75 mbv3-1.0 220 229.8
pixel1_lat-79ms_top1-78.7_finetune-75 mbv3-1.2 224 355.5
pixel2_lat-25ms_top1-71.5_finetune-25 mbv3-1.0 144 79.3
pixel2_lat-35ms_top1-73.4_finetune-25 mbv3-1.0 160 113.0
pixel2_lat-50ms_top1-74.7_finetune-25 mbv3-1.0 208 166.0
pixel2_lat-62ms_top1-75.8_finetune-25 mbv3-1.0 208 207.9
s7edge_lat-29ms_top1-70.5_finetune-25 mbv3-1.0 144 66.4
s7edge_lat-41ms_top1-73.1_finetune-25 mbv3-1.0 160 95.9
s7edge_lat-58ms_top1-74.7_finetune-25 mbv3-1.0 192 144.7
s7edge_lat-88ms_top1-76.3_finetune-25 mbv3-1.0 192 219.3
tx2_gpu16-35ms_top1-70.3_finetune-25 proxyless-1.3 128 121.2
tx2_gpu16-47ms_top1-72.9_finetune-25 proxyless-1.3 144 179.3
tx2_gpu16-80ms_top1-75.4_finetune-25 proxyless-1.3 188 312.8
tx2_gpu16-96ms_top1-75.8_finetune-25 proxyless-1.3 172 348.9
v100_gpu64-11ms_top1-76.1_finetune-25 proxyless-1.3 192 351.8
v100_gpu64-5ms_top1-71.6_finetune-25 proxyless-1.3 128 141.2
v100_gpu64-6ms_top1-73.0_finetune-25 proxyless-1.3 144 179.3
v100_gpu64-9ms_top1-75.3_finetune-25 proxyless-1.3 188 312.8
"""

# The spaces as published; the larger widths were trained from 160 pixels on.
SPACES = {
    "mbv3-1.0": ["--make-supernet=mbv3"],
    "mbv3-1.2": [
        "--make-supernet=mbv3",
        "--width=1.2",
        "--resolutions=" + ",".join(map(str, range(160, 225, 4))),
    ],
    "proxyless-1.3": ["--make-supernet=proxyless"],
}


def run(*command, check=True):
    return subprocess.run(command, check=check, capture_output=True, text=True)


def describe(path, line):
    """Millions of multiply-accumulates and the input's height."""
    text = run("ofa-opt", path, "--ofa-describe", "-o", os.devnull).stderr
    match = re.search(line + r".*\((\d+\.\d) M\).*input (\d+)x", text)
    return match[1], match[2]


def networks(shared, folder):
    path = os.path.join(folder, "network.mlir")
    for name, space, resolution, macs in read():
        run("ofa-translate", "--import-ofa-config", os.path.join(shared, name), "-o", path)
        found = describe(path, "network @" + space.split("-")[0] + ":")
        if found != (macs, resolution):
            print(f"{name}: {found}, not {macs}, {resolution}")
        yield name


def subnets(shared, folder):
    path = os.path.join(folder, "subnet.mlir")
    for space, options in SPACES.items():
        run("ofa-translate", "--weights=absent", "-o", os.path.join(folder, space), *options)
    for name, space, resolution, macs in read():
        members = []
        for candidate in SPACES:
            option = "--ofa-import-subnet=config=" + os.path.join(shared, name)
            result = run("ofa-opt", option, os.path.join(folder, candidate), "-o", path, check=False)
            if result.returncode == 0:
                members.append(candidate)
                found = describe(path, "chosen:")
                if found != (macs, resolution):
                    print(f"{name}: {found}, not {macs}, {resolution}")
            elif len(re.findall("error:", result.stderr)) != 1:
                print(f"{name}: expects one diagnostic, but got {result.stderr}")
        if not members:
            print(f"{name}: no subnet, resolution {resolution}")
        elif members != [space]:
            print(f"{name}: of {members}, not {space}")
        else:
            yield name


def read():
    return [line.split() for line in NETWORKS.split("\n") if line]


command, shared, folder = sys.argv[1:]
shared = os.path.join(shared, "models", "ofa", "specialized")
assert sorted(row[0] for row in read()) == sorted(os.listdir(shared))
count = len(list(globals()[command](shared, folder)))
print(f"{count} {command}")
