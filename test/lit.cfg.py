"""How lit runs OFA's tests: what counts as a test, and what each may require.

Features (for REQUIRES): arm-gcc, qemu-arm, riscv-gcc, qemu-riscv, aarch64-gcc,
qemu-aarch64, avx2 (the processor has it), clang, llvm-mca (and llvm-objdump), baseline
(ofa-opt was built for the oldest x86-64, too), torch (ofa-train was built), gloo (it
trains in several processes) and shared (the shared data folder is there).
"""

import os

import lit.formats
import lit.util

config.name = "OFA"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "Unit", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.ofa_obj_root, "test")

path = [config.ofa_tools_dir, config.llvm_tools_dir, config.mlir_tools_dir]
config.environment["PATH"] = os.pathsep.join(
    [p for p in path if p] + [config.environment.get("PATH", "")]
)
# FileCheck variables without '$' end at the next CHECK-LABEL.
config.environment["FILECHECK_OPTS"] = "-enable-var-scope"
for variable in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "CI", "HOME", "CCACHE_DIR"):
    if variable in os.environ:
        config.environment[variable] = os.environ[variable]

warnings = "-Wall -Wextra -Wpedantic -Wconversion -Wundef -Werror"
config.substitutions += [
    ("%c_warnings", warnings),
    ("%host_cc", config.host_cc),
    ("%arm_gcc", config.arm_gcc),
    ("%arm_nm", config.arm_nm),
    ("%arm_ar", config.arm_nm.replace("-nm", "-ar")),
    ("%riscv_gcc", config.riscv_gcc),
    ("%clang", config.clang),
    ("%python", config.python),
    ("%mlir_include", config.mlir_include),
    ("%flatc", config.flatc),
    ("%shared", config.shared_dir),
    ("%ofa_src", config.ofa_src_root),
    ("%ofa_opt_baseline", config.opt_baseline),
]

for feature, present in (
    ("arm-gcc", config.arm_gcc),
    ("qemu-arm", config.qemu_arm),
    ("riscv-gcc", config.riscv_gcc),
    ("qemu-riscv", config.qemu_riscv),
    ("aarch64-gcc", config.aarch64_gcc),
    ("qemu-aarch64", config.qemu_aarch64),
    ("clang", config.clang),
    ("torch", config.have_training),
    ("gloo", config.have_processes),
    ("sanitized", config.sanitize),
    ("baseline", config.opt_baseline),
):
    if present and not present.endswith("-NOTFOUND"):
        config.available_features.add(feature)

try:
    with open("/proc/cpuinfo") as processor:
        if " avx2 " in processor.read():
            config.available_features.add("avx2")
except OSError:
    pass

if all(
    os.path.exists(os.path.join(config.llvm_tools_dir, tool))
    for tool in ("llvm-mca", "llvm-objdump")
):
    config.available_features.add("llvm-mca")

if os.path.isdir(os.path.join(config.shared_dir, "models")):
    config.available_features.add("shared")
    config.environment["OFA_SHARED_DIR"] = config.shared_dir
elif os.environ.get("CI", "").lower() == "true":
    # On a machine without the data these tests are unsupported; in continuous
    # integration that would silently test less.
    lit_config.fatal(
        "CI=true, but there is no shared data in '%s': set OFA_SHARED_DIR"
        % config.shared_dir
    )
