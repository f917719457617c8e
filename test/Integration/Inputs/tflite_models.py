#!/usr/bin/env python3
# ===- tflite_models.py - Real TFLite models against golden vectors --------=== #
#
# Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------=== #
"""Compiles every model of the shared data and compares what it computes with the
vectors that TFLite Micro's reference kernels gave for it, byte for byte.

  tflite_models.py check SHARED FOLDER [MODEL...] -- DEVICE...
      on the host and on each emulated device: all 16 inputs; for the first one
      every operator; and the other rounding, which must fail
  tflite_models.py table SHARED FOLDER [MODEL...]
      prints memory and instructions beside TFLite Micro's, as Markdown; fails
      where a limit is not kept
  tflite_models.py memory SHARED FOLDER [MODEL...]
      prints SRAM and instructions layer by layer and row by row (segments=smallest);
      fails where the share or the instructions are more than what was reached
  tflite_models.py rows SHARED FOLDER [MODEL...]
      prints SRAM and instructions of models that take their input row by row
      (input=rows), and those of the rows that cost most; fails where SRAM is more
      than what was reached
  tflite_models.py cycles SHARED FOLDER [MODEL...]
      prints the cycles that runtime/ports/cycles.py estimates for the M7; fails where
      they are more than what was reached
  tflite_models.py planning SHARED FOLDER [MODEL...]
      prints the milliseconds that segments and offsets take to find; they depend
      on the machine and on what else it does

  tflite_models.py layers SHARED FOLDER [MODEL...] -- DEVICE...
      prints instructions of single layers, for each MAC or else for each output
      element, of those that take most on the first device

FOLDER takes what is made. ofa-opt, ofa-translate, ofa-run and
ofa-profile come from PATH.
"""

import concurrent.futures
import glob
import math
import os
import re
import subprocess
import sys

# TFLite Micro's figures (shared/mcu-baselines.md): executed instructions in millions
# of its reference kernels on the M7 and of CMSIS-NN on the M7, M4, M3 and M55; its
# arena and its flash in bytes.
CORES = ("cortex-m7", "cortex-m4", "cortex-m3", "cortex-m55")
BASELINES = {
    #                          M7 ref   CMSIS-NN: M7, M4, M3, M55       arena   flash
    "pretrainedResnet_quant": (134.2, (29.94, 29.87, 41.76, 4.811), 54340, 183684),
    "vww_96_int8": (117.4, (24.48, 24.72, 32.08, 6.434), 100660, 420320),
    "kws_ref_model": (49.3, (7.761, 7.845, 10.54, 1.785), 22772, 140968),
    "ad01_int8": (1.947, (0.583, 0.582, 0.956, 0.150), 2260, 309496),
    "str_ww_ref_model": (10.37, (2.188, 2.226, 4.266, 0.411), 15252, 158344),
    "person_detect": (111.1, (23.22, 23.53, 30.49, 6.383), 82292, 373952),
    "micro_speech_quantized": (7.98, (1.487, None, None, None), 6788, None),
    "hello_world_int8": (0.00513, (0.00355, None, None, None), 676, None),
    "mcunet_vww": (209.7, (48.40, 49.30, 67.47, 11.83), 219744, 721376),
}
LIMIT = 0.6  # of the reference kernels' instructions

# In millions of executed instructions: on the M4, where the M7 needs hardly less, and
# there with prefer=speed.
LIMITS_M4 = {
    "pretrainedResnet_quant": 11.62, "vww_96_int8": 5.22, "kws_ref_model": 2.955,
    "ad01_int8": 0.266, "str_ww_ref_model": 0.86, "person_detect": 8.2,
    "micro_speech_quantized": 0.585, "hello_world_int8": 0.0013, "mcunet_vww": 14.8,
}
LIMITS_SPEED = {"pretrainedResnet_quant": 7.9}

# Estimated cycles of the M7 per MAC, and those with prefer=speed.
LIMITS_CYCLES = {"pretrainedResnet_quant": 0.68}
LIMITS_CYCLES_SPEED = {"pretrainedResnet_quant": 0.5}

CYCLES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      *3 * [os.pardir], "runtime", "ports", "cycles.py")

# Golden vectors of this model are the same in both roundings.
SAME_IN_BOTH_ROUNDINGS = {"micro_speech_quantized"}

# Operators whose tensors no kernel makes, by the number of the tensor: pads that
# are part of the convolution after them, reshapes, which are views, and what has
# lost constant channels.
FEWER = "fewer channels"
NOT_COMPARED = {
    "kws_ref_model": {32: "RESHAPE"},
    "mcunet_vww": dict.fromkeys((15, 17, 27, 33, 38, 49, 52, 57, 58, 62, 86, 87, 113, 114,
                                 128, 137, 147, 157), FEWER)
                  | {11: "PAD", 134: "PAD", 156: "PAD", 25: "PAD", 4: "RESHAPE"},
    "micro_speech_quantized": {4: "RESHAPE"},
    "person_detect": {27: FEWER, 31: "RESHAPE", 50: FEWER},
    "pretrainedResnet_float": {35: "RESHAPE"},
    "pretrainedResnet_quant": {35: "RESHAPE"},
    "str_ww_ref_model": {28: "RESHAPE"},
    "vww_96_int8": dict.fromkeys(range(68, 86), FEWER) | {86: "RESHAPE"},
}

# Of the SRAM that the M4 needs layer by layer, what row by row is enough.
SHARE_OF_SRAM = {"kws_ref_model": 0.63, "mcunet_vww": 0.31, "person_detect": 0.41,
                 "pretrainedResnet_quant": 0.49, "vww_96_int8": 0.72}

# More instructions than layer by layer, where they are more than MORE_BY_ROWS: rows of
# five pixels are short.
MORE_BY_ROWS = 0.12
MORE_BY_SHORT_ROWS = {"kws_ref_model": 0.54}

# Models whose first layer has rows, and the SRAM in bytes that the M4 needs when they
# come one by one.
PUSHED_SRAM = {"kws_ref_model": 5178, "mcunet_vww": 16994, "person_detect": 15218,
               "pretrainedResnet_quant": 13692, "vww_96_int8": 15786}


def run(*command, fails=False):
    """Runs a command; returns what it printed."""
    done = subprocess.run(command, capture_output=True, text=True)
    text = done.stdout + done.stderr
    if (done.returncode != 0) != fails:
        raise RuntimeError(f"{' '.join(command)}\nexit {done.returncode}\n{text}")
    return text


class Model:
    def __init__(self, shared, folder, path):
        self.path = path
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.golden = os.path.join(shared, "golden", self.name)
        self.folder = os.path.join(folder, self.name)
        os.makedirs(self.folder, exist_ok=True)
        self.is_float = "float" in self.name

    def imported(self, rounding="double"):
        """The network as IR."""
        output = os.path.join(self.folder, f"{rounding}.mlirbc")
        run("ofa-translate", "--import-tflite", f"--rounding={rounding}", self.path,
            "-o", output)
        return output

    def compiled(self, device, network, more=""):
        """The network compiled for a device, whatever memory its board has."""
        output = os.path.join(self.folder, f"{device}{re.sub('[^a-z0-9]', '-', more)}.mlir")
        run("ofa-opt", f"--specialize={device} sram=1MiB flash=4MiB quiet=true {more}",
            network, "-o", output)
        return output

    def golden_options(self, vectors):
        options = [] if not self.is_float else ["--tolerance=1e-5"]
        for vector in range(vectors):
            options += [f"--golden-input={self.golden}/in_v{vector:02}.bin",
                        f"--golden-output={self.golden}/out_v{vector:02}_0.bin"]
        return options

    def tensor_options(self):
        return self.golden_options(1) + [f"--tensors={self.golden}/tensors"]

    def check_tensors(self, text, reshapes_too):
        """Every golden tensor was compared, but for those listed above."""
        wanted = {int(re.search(r"t(\d+)_v00", file)[1])
                  for file in glob.glob(f"{self.golden}/tensors/t*_v00.bin")}
        compared = {int(number) for number in
                    re.findall(r"\(tensor (\d+)\): equal", text)}
        skipped = set(NOT_COMPARED.get(self.name, {}))
        missing = wanted - compared - (set() if reshapes_too else skipped)
        if missing or (not reshapes_too and skipped & compared):
            raise RuntimeError(f"{self.name}: compared {sorted(compared)} of "
                               f"{sorted(wanted)}\n{text}")


def check(model, devices):
    """One line on what was seen; raises at the first difference."""
    network = model.imported()
    text = run("ofa-run", network, *model.tensor_options())
    model.check_tensors(text, reshapes_too=True)
    run("ofa-run", network, *model.golden_options(16))
    host = model.compiled("cortex-m7", network)
    model.check_tensors(run("ofa-run", host, *model.tensor_options()), False)
    run("ofa-run", host, *model.golden_options(16))
    for device in devices:
        compiled = model.compiled(device, network)
        run("ofa-run", compiled, f"--emulate={device}", *model.golden_options(16))
    text = run("ofa-run", host, "--emulate=cortex-m7", *model.tensor_options())
    model.check_tensors(text, False)

    rows = model.compiled("cortex-m4", network, "segments=smallest")
    run("ofa-run", rows, *model.golden_options(16))
    if SHARE_OF_SRAM.get(model.name):
        run("ofa-run", rows, "--emulate=cortex-m4", *model.golden_options(2))
    if LIMITS_SPEED.get(model.name):
        fast = model.compiled("cortex-m4", network, "prefer=speed")
        run("ofa-run", fast, *model.golden_options(16))
        run("ofa-run", fast, "--emulate=cortex-m4", *model.tensor_options())

    if model.name in PUSHED_SRAM:
        for device in ("cortex-m4", "cortex-m7"):
            pushed = model.compiled(device, network, "segments=smallest input=rows")
            run("ofa-run", pushed, *model.golden_options(16))
            run("ofa-run", pushed, f"--emulate={device}", *model.golden_options(2))

    other = "no other rounding"
    if not model.is_float:
        fails = model.name not in SAME_IN_BOTH_ROUNDINGS
        text = run("ofa-run", model.compiled("cortex-m7", model.imported("single")),
                   *model.golden_options(16), fails=fails)
        if fails and "differs at element" not in text:
            raise RuntimeError(f"{model.name}: failed, but not by a difference:\n{text}")
        other = f"the other rounding {'fails' if fails else 'is the same'}"
    return f"{model.name}: equal on host, {', '.join(devices)}; {other}"


def find_facts(path):
    """What a compiled module says of itself."""
    decision = re.search(r"#ofa\.specialization<\{(.*?)\}>", open(path).read())[1]
    return {fact: int(re.search(rf"\b{fact} = (\d+)", decision)[1])
            for fact in ("sram", "flash_data", "flash_code", "macs")}


def emulate(model, path, device):
    return run("ofa-run", path, f"--emulate={device}", f"--input={model.golden}/in_v00.bin")


def count_instructions(model, path, device):
    return int(re.search(r"instructions per inference: (\d+)", emulate(model, path, device))[1])


def measure_memory(model):
    """SRAM and instructions on the M4, layer by layer and row by row."""
    network = model.imported()
    plans = []
    for plan in ("none", "smallest"):
        path = model.compiled("cortex-m4", network, f"int8-io=true segments={plan}")
        plans.append((find_facts(path)["sram"],
                      count_instructions(model, path, "cortex-m4")))
    return plans


def print_memory(models):
    print("| model | SRAM layer by layer | row by row | share | M instructions layer by layer "
          "| row by row | more |")
    print("|---|---|---|---|---|---|---|")
    faults = []
    for model, ((layers, slow), (rows, fast)) in models:
        share, more = rows / layers, fast / slow - 1
        print(f"| {model.name} | {layers:,} | {rows:,} | {share:.0%} | {slow / 1e6:.3f} "
              f"| {fast / 1e6:.3f} | {more:.1%} |")
        if (share > SHARE_OF_SRAM.get(model.name, 1)
                or more > MORE_BY_SHORT_ROWS.get(model.name, MORE_BY_ROWS)):
            faults.append(f"{model.name}: {share:.2f} of the SRAM, {more:.1%} more instructions")
    if faults:
        raise RuntimeError("\n".join(faults))


def measure_rows(model):
    """SRAM on the M4 when rows come one by one, and instructions: all, of the row
    before the last one that takes most, and of the last one."""
    path = model.compiled("cortex-m4", model.imported(),
                          "int8-io=true segments=smallest input=rows")
    text = emulate(model, path, "cortex-m4")
    rows = re.search(r"instructions per row: at most (\d+), and (\d+) with", text)
    return (find_facts(path)["sram"],
            int(re.search(r"instructions per inference: (\d+)", text)[1]),
            int(rows[1]), int(rows[2]))


def print_rows(models):
    print("| model | SRAM | M instructions | of a row at most | of the last row |")
    print("|---|---|---|---|---|")
    faults = []
    for model, (sram, *counts) in models:
        cells = [model.name, f"{sram:,}"] + [f"{count / 1e6:.3f}" for count in counts]
        print("| " + " | ".join(cells) + " |")
        if sram > PUSHED_SRAM[model.name]:
            faults.append(f"{model.name} needs {sram} bytes of SRAM")
    return faults


def measure_planning(model):
    """Milliseconds that kernel-form-segments and kernel-plan-memory take together,
    the least of five runs each."""
    network = model.imported()
    cells = []
    for plan in ("none", "smallest", "smallest input=rows"):
        if "input" in plan and model.name not in PUSHED_SRAM:
            cells.append("")
            continue
        times = []
        for _ in range(5):
            text = run("ofa-opt", "--mlir-timing", "--specialize=cortex-m4 sram=1MiB "
                       f"flash=4MiB quiet=true int8-io=true segments={plan}", network,
                       "-o", os.devnull)
            times.append(sum(float(seconds) for seconds in re.findall(
                r"([\d.]+) \( *[\d.]+%\) +(?:FormSegments|PlanMemory)Pass", text)))
        cells.append(f"{1e3 * min(times):.1f}")
    return cells


def print_planning(models):
    print("| model | layer by layer | row by row | rows in |")
    print("|---|---|---|---|")
    for model in models:
        print("| " + " | ".join([model.name, *measure_planning(model)]) + " |")


def estimate_cycles(model, more=""):
    """MACs, and estimated cycles and instructions on the M7."""
    path = model.compiled("cortex-m7", model.imported(), more)
    build = path.removesuffix(".mlir") + ".build"
    run("ofa-run", path, "--emulate=cortex-m7", f"--input={model.golden}/in_v00.bin",
        f"--build-folder={build}")
    text = run(CYCLES, "cortex-m7", f"{build}/program", f"{build}/inputs.bin",
               f"{build}/estimated.bin")
    counts = re.search(r"^\| all \| ([\d,]+) \| ([\d,]+)", text, re.MULTILINE).groups()
    return find_facts(path)["macs"], *(int(count.replace(",", "")) for count in counts)


def measure_cycles(model):
    return [(limits, more, estimate_cycles(model, more))
            for limits, more in ((LIMITS_CYCLES, ""), (LIMITS_CYCLES_SPEED, "prefer=speed"))
            if more == "" or model.name in limits]


def print_cycles(models):
    print("| model | M MACs | M cycles | M instructions | instructions per cycle "
          "| cycles per MAC | limit |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    faults = []
    for model, estimates in models:
        for limits, more, (macs, cycles, instructions) in estimates:
            name = f"{model.name}, `{more}`" if more else model.name
            limit = limits.get(model.name)
            print(f"| {name} | {macs / 1e6:.4g} | {cycles / 1e6:.4g} "
                  f"| {instructions / 1e6:.4g} | {instructions / cycles:.2f} "
                  f"| {cycles / macs:.3f} | {limit or ''} |")
            if limit and cycles / macs > limit:
                faults.append(f"{name} needs {cycles / macs:.3f} cycles per MAC, not {limit}")
    return faults


def measure(model):
    """Facts of a model: SRAM, flash and instructions on four cores."""
    network = model.imported()
    facts = {}
    for device in CORES:
        compiled = model.compiled(device, network)
        facts[device] = count_instructions(model, compiled, device)
        if device == "cortex-m7":
            facts.update(find_facts(compiled))
    if LIMITS_SPEED.get(model.name):
        fast = model.compiled("cortex-m4", network, "prefer=speed")
        facts["speed"] = count_instructions(model, fast, "cortex-m4")
    return facts


def print_table(models):
    """Ours, with TFLite Micro's in brackets."""
    print("| model | M MACs | SRAM (arena) | flash | M7 (reference, CMSIS-NN) | share of reference "
          "| M4 (CMSIS-NN) | M3 (CMSIS-NN) | M55 (CMSIS-NN) |")
    print("|---|---|---|---|---|---|---|---|---|")
    faults = []
    for model, facts in models:
        reference, peers, arena, flash = BASELINES[model.name]
        total = facts["flash_data"] + facts["flash_code"]
        share = facts["cortex-m7"] / 1e6 / reference
        counts = [f"{facts[core] / 1e6:.4g}" for core in CORES]
        peers = [str(peer or "-") for peer in peers]
        cells = [model.name, f"{facts['macs'] / 1e6:.4g}", f"{facts['sram']:,} ({arena:,})",
                 f"{total:,} ({f'{flash:,}' if flash else '-'})",
                 f"{counts[0]} ({reference}, {peers[0]})", f"{100 * share:.1f} %"]
        cells += [f"{count} ({peer})" for count, peer in zip(counts[1:], peers[1:])]
        print("| " + " | ".join(cells) + " |")
        for what, limit in (("cortex-m4", LIMITS_M4[model.name]),
                            ("speed", LIMITS_SPEED.get(model.name))):
            if limit and facts[what] / 1e6 > limit:
                faults.append(f"{model.name} needs {facts[what]:,} instructions ({what}), "
                              f"not {limit} million")
        if share > LIMIT:
            faults.append(f"{model.name} needs {100 * share:.1f} % of the reference's instructions")
        if facts["sram"] >= arena:
            faults.append(f"{model.name} needs more SRAM than TFLite Micro's arena")
        if flash and total >= flash:
            faults.append(f"{model.name} needs more flash than TFLite Micro")
    return faults


# Of a network's instructions on the first device, what makes a layer worth a line.
SHARE_OF_LAYER = 0.02


def profile(model, devices):
    """Instructions of each distinct layer, by its key, on each device."""
    network = model.imported()
    layers = {}
    for device in devices:
        table = os.path.join(model.folder, f"{device}.yaml")
        run("ofa-profile", network, f"--device={device}", "--restart", "-o", table)
        for key, mean in re.findall(r"^  '?([^' ]+)'?: +\{ mean: (\d+) \}$",
                                    open(table).read(), re.MULTILINE):
            layers.setdefault(key, []).append(int(mean))
    return layers


def describe_layer(key):
    """A layer's key as one reads it, and its work: MACs, or else output elements."""
    kind, *parts = key.split("-")
    facts = dict(part.split(":") for part in parts)
    shapes = {name: [int(extent) for extent in fact.split("x")] for name, fact in facts.items()}
    work = math.prod(shapes["output"])
    text = f"{kind} {facts['input']} -> {facts['output']}"
    if "kernel" in facts:
        text += f" k{facts['kernel']} s{shapes['stride'][0]}"
        if "pool" not in kind:
            work *= math.prod(shapes["kernel"])
    if kind in ("conv2d", "pointwise_conv2d", "fully_connected"):
        work *= shapes["input"][-1]
    return text, work


def print_layers(tables, devices):
    print("| layer | MACs or elements | " + " | ".join(devices) + " |")
    print("|---|---:|" + "---:|" * len(devices))
    lines = {}
    for layers in tables:
        least = SHARE_OF_LAYER * sum(counts[0] for counts in layers.values())
        lines.update((key, counts) for key, counts in layers.items()
                     if "output:" in key and counts[0] >= least)
    for key, counts in sorted(lines.items()):
        text, work = describe_layer(key)
        print(f"| {text} | {work:,} | " +
              " | ".join(f"{count / work:.3g}" for count in counts) + " |")


def main():
    action, shared, folder, *rest = sys.argv[1:]
    split = rest.index("--") if "--" in rest else len(rest)
    names, devices = rest[:split], rest[split + 1:]
    paths = sorted(glob.glob(os.path.join(shared, "models", "*", "*.tflite")))
    models = [Model(shared, folder, path) for path in paths]
    models = [model for model in models if not names or model.name in names]
    faults = []
    # Processes wait for compilers and the emulator: threads are enough.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        if action in ("table", "memory", "layers", "planning", "cycles"):
            models = [model for model in models if model.name in BASELINES]
        if action == "rows":
            models = [model for model in models if model.name in PUSHED_SRAM]
        if action == "table":
            faults = print_table(zip(models, pool.map(measure, models)))
        elif action == "rows":
            faults = print_rows(zip(models, pool.map(measure_rows, models)))
        elif action == "cycles":
            faults = print_cycles(zip(models, pool.map(measure_cycles, models)))
        elif action == "layers":
            print_layers(pool.map(lambda model: profile(model, devices), models), devices)
        elif action == "planning":
            print_planning(models)
        elif action == "memory":
            print_memory(zip(models, pool.map(measure_memory, models)))
        else:
            futures = [pool.submit(check, model, devices) for model in models]
            for future in futures:
                try:
                    print(future.result(), flush=True)
                except RuntimeError as error:
                    faults.append(str(error))
    for fault in faults:
        print(f"FAILED: {fault}")
    sys.exit(1 if faults or not models else 0)


if __name__ == "__main__":
    main()
