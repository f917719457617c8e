//===- Device.h - What a target can do and hold -----------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Devices are YAML files (docs/devices.md). Those of lib/Device/devices are
// part of the library; others are loaded from disk.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DEVICE_DEVICE_H
#define OFA_DEVICE_DEVICE_H

#include "ofa/Device/LatencyTable.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class MemoryBufferRef;
} // namespace llvm

namespace mlir::ofa {

/// Arenas and state live in `Sram`, weights, tables and code in `Flash`.
enum class MemoryKind { Sram, Flash };

struct MemoryRegion {
  std::string name;
  MemoryKind kind = MemoryKind::Sram;
  int64_t bytes = 0;
  /// Extra cycles of an access at the device's clock, as its manual says.
  unsigned waitStates = 0;
  /// Throughput of sequential reads relative to a memory without wait states:
  /// 1 is full speed. Caches and prefetch buffers count.
  double speed = 1.0;
};

/// How to build firmware: `<prefix>gcc <flags> ...`.
struct Toolchain {
  std::string prefix;
  std::vector<std::string> flags;
  /// Programs run under an operating system: on this machine, or with an
  /// emulator of programs alone. Otherwise they are firmware.
  bool hosted = false;
};

/// The emulated machine that runs this device's firmware. Its core executes
/// the device's instructions; its memories need not be the device's.
struct Emulator {
  std::string program; ///< Such as qemu-system-arm.
  std::string machine; ///< Such as mps2-an500; of programs, linux-user.
  std::string core;    ///< The core that `machine` has.
};

/// What the cycles of a kernel call are derived from, as indices of KernelWork
/// and KernelCycles. The portable kernels with windows compute in steps of up to
/// four adjacent pixels of a row, and in a step only the kernel rows that lie
/// inside the image; the last three terms follow that.
enum KernelTerm : unsigned {
  MacTerm,     ///< Multiply-accumulates, those on padding counted, too.
  OutputTerm,  ///< Elements of the result.
  CallTerm,    ///< Always 1.
  InputTerm,   ///< Elements of the first operand.
  StepTerm,    ///< Steps, times channels of the result.
  StepMacTerm, ///< Weights that all steps load.
  BorderTerm,  ///< Inputs that steps load whose columns pass the image's sides.
  NumKernelTerms
};
using KernelWork = std::array<double, NumKernelTerms>;
/// Cycles per unit of each term.
struct KernelCycles : std::array<double, NumKernelTerms> {};

/// Names of the terms in device files: mac, output, call, input, step,
/// step_mac, border.
llvm::ArrayRef<llvm::StringRef> kernelTerms();

/// What kernels cost on this device with the portable C kernels: by a table, if
/// there is one, else by coefficients per kind of kernel.
struct LatencyModel {
  /// Where the coefficients come from.
  enum class Basis {
    Estimate, ///< Reasoned, measured nowhere.
    Emulator, ///< Instruction counts of the emulator times assumed cycles.
    Measured  ///< Cycle counter of this device.
  };
  Basis basis = Basis::Estimate;
  /// One sentence for people: how the coefficients were made.
  std::string source;
  /// Indexed as `kernelKinds()`; kinds that the file leaves out have the
  /// coefficients of `default`.
  std::vector<KernelCycles> kernels;
  /// Assumed, for latency tables of counted instructions.
  double cyclesPerInstruction = 1;
  /// Those of the files under `tables`; the ones for any image are one.
  std::vector<LatencyTable> tables;

  /// All figures but `Measured` ones are printed as estimates.
  bool isEstimate() const { return basis != Basis::Measured; }
};

/// Names of the kinds of kernels that a latency model tells apart, in the order
/// of `LatencyModel::kernels`: conv2d, pointwise_conv2d (1x1, stride 1),
/// depthwise_conv2d, fully_connected, elementwise (add, mul), table
/// (activations by look-up), pool (average, maximum, mean), softmax, move (pad,
/// copy, quantize), default.
llvm::ArrayRef<llvm::StringRef> kernelKinds();

struct Device {
  std::string name;
  std::string description;
  std::string core;
  /// Of `isaFeatures()`.
  std::vector<std::string> isa;
  double clockHz = 0;
  /// In order of preference: the first of each kind is the one that budgets
  /// and arenas mean.
  std::vector<MemoryRegion> memory;
  /// Of the whole chip while it computes, in watt; absent where unknown.
  std::optional<double> activePowerWatts;
  /// One sentence: where the figure comes from.
  std::string activePowerSource;
  Toolchain toolchain;
  std::optional<Emulator> emulator;
  /// For a bare core name: the board whose memories and clock were taken.
  std::string referenceBoard;
  LatencyModel latency;
  /// Not of the device but asked for: kernels may take more flash for speed.
  bool prefersSpeed = false;

  bool hasFeature(llvm::StringRef feature) const;
  /// The first region of `kind`, or null.
  const MemoryRegion *findMemory(MemoryKind kind) const;
  int64_t getSramBytes() const;
  int64_t getFlashBytes() const;

  /// Cycles of one call of a kernel: the sum over the terms. An unknown `kind`
  /// counts as `default`.
  double estimateCycles(llvm::StringRef kind, const KernelWork &work) const;
  double toSeconds(double cycles) const { return cycles / clockHz; }
  /// The table for networks whose image has that height, or null.
  const LatencyTable *findTable(int64_t image) const;
  /// Seconds of `amount` in the unit of `table`.
  double toSeconds(const LatencyTable &table, double amount) const;
  /// Active power times time; absent where the power is unknown.
  std::optional<double> toJoules(double seconds) const;
  /// `estimate (portable kernels, ...)` or `measured (...)`: the words that go
  /// beside every latency figure.
  std::string describeLatency() const;
};

/// Instruction-set features that a device may name.
llvm::ArrayRef<llvm::StringRef> isaFeatures();

/// Names of the built-in devices, sorted.
std::vector<llvm::StringRef> getBuiltinDeviceNames();

/// A built-in device by name. An unknown name gives an error that lists the
/// nearest names and all known ones.
llvm::Expected<Device> lookupDevice(llvm::StringRef name);

/// Reads one device from YAML text; latency tables that it names are read from
/// the folder of the buffer's file, unless they are only to be made
/// (`readTables` is false). Errors are one sentence that begins with
/// `file:line:column: `.
llvm::Expected<Device> parseDevice(llvm::MemoryBufferRef buffer,
                                   bool readTables = true);

/// Reads one device from a file.
llvm::Expected<Device> loadDeviceFile(llvm::StringRef path,
                                      bool readTables = true);

} // namespace mlir::ofa

#endif // OFA_DEVICE_DEVICE_H
