//===- DeviceTest.cpp - Device files and built-in devices -------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Device/Device.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "gtest/gtest.h"
#include <fstream>

using namespace mlir::ofa;
using llvm::StringRef;

static const char *const plainBoard = R"(name: my-board
description: a board
core: cortex-m4
isa: [dsp]
clock: 80MHz
memory:
  - {name: ram, kind: sram, size: 96KiB}
  - {name: rom, kind: flash, size: 1MiB, wait_states: 3, speed: 0.5}
toolchain: {prefix: arm-none-eabi-, flags: [-mcpu=cortex-m4]}
latency:
  basis: measured
  source: cycle counter
  cycles:
    default: {mac: 2, output: 10, call: 100}
    softmax: {mac: 0, output: 300, call: 50}
)";

static std::string replaced(StringRef from, StringRef to) {
  std::string text = plainBoard;
  size_t at = text.find(from.str());
  EXPECT_NE(at, std::string::npos) << from.str();
  return text.replace(at, from.size(), to.str());
}

static llvm::Expected<Device> read(StringRef text) {
  return parseDevice(llvm::MemoryBufferRef(text, "board.yaml"));
}

static std::string refuse(StringRef text) {
  llvm::Expected<Device> device = read(text);
  EXPECT_FALSE(bool(device)) << text.str();
  return device ? "" : llvm::toString(device.takeError());
}

TEST(DeviceTest, BuiltinsAreCompleteAndConsistent) {
  std::vector<StringRef> names = getBuiltinDeviceNames();
  EXPECT_TRUE(llvm::is_sorted(names));
  for (StringRef expected :
       {"cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33",
        "cortex-m55", "rv32imac", "stm32f746", "stm32h743", "nucleo-l4r5zi",
        "rp2040", "x86-64-v3", "x86-64-vnni", "cortex-a76"})
    EXPECT_TRUE(llvm::is_contained(names, expected)) << expected.str();
  for (StringRef name : names) {
    llvm::Expected<Device> device = lookupDevice(name);
    ASSERT_TRUE(bool(device)) << llvm::toString(device.takeError());
    EXPECT_EQ(device->name, name);
    EXPECT_GE(device->getSramBytes(), 96 * 1024);
    EXPECT_GE(device->getFlashBytes(), 512 * 1024);
    EXPECT_GE(device->clockHz, 1e6);
    EXPECT_FALSE(device->toolchain.flags.empty());
    EXPECT_TRUE(device->emulator.has_value() || device->toolchain.hosted);
    EXPECT_TRUE(device->activePowerWatts.has_value());
    EXPECT_EQ(device->latency.kernels.size(), kernelKinds().size());
    EXPECT_TRUE(device->latency.isEstimate());
    // A bare core has a board behind it, a board has none.
    EXPECT_EQ(device->referenceBoard.empty(), device->core != name)
        << name.str();
  }
}

TEST(DeviceTest, BareCoreStandsForItsReferenceBoard) {
  llvm::Expected<Device> core = lookupDevice("cortex-m7");
  ASSERT_TRUE(bool(core));
  EXPECT_EQ(core->getSramBytes(), 320 * 1024);
  EXPECT_EQ(core->getFlashBytes(), 1024 * 1024);
  EXPECT_EQ(core->clockHz, 216e6);
  EXPECT_NE(core->referenceBoard.find("STM32F746"), std::string::npos);
  EXPECT_TRUE(core->hasFeature("dsp"));
  EXPECT_FALSE(core->hasFeature("mve"));
}

TEST(DeviceTest, UnknownNameListsNearAndKnownOnes) {
  llvm::Expected<Device> device = lookupDevice("cortex-m8");
  ASSERT_FALSE(bool(device));
  std::string message = llvm::toString(device.takeError());
  EXPECT_NE(message.find("unknown device 'cortex-m8'; did you mean "
                         "'cortex-m3', 'cortex-m4' or 'cortex-m7'?"),
            std::string::npos)
      << message;
  for (StringRef name : getBuiltinDeviceNames())
    EXPECT_NE(message.find(name.str()), std::string::npos);
  llvm::Expected<Device> part = lookupDevice("H743");
  EXPECT_NE(llvm::toString(part.takeError()).find("'stm32h743'?"),
            std::string::npos);
  llvm::Expected<Device> far = lookupDevice("zx81");
  EXPECT_EQ(llvm::toString(far.takeError()).find("did you mean"),
            std::string::npos);
}

TEST(DeviceTest, ReadsAFile) {
  llvm::Expected<Device> device = read(plainBoard);
  ASSERT_TRUE(bool(device)) << llvm::toString(device.takeError());
  EXPECT_EQ(device->getSramBytes(), 96 * 1024);
  EXPECT_EQ(device->findMemory(MemoryKind::Flash)->waitStates, 3u);
  EXPECT_EQ(device->findMemory(MemoryKind::Flash)->speed, 0.5);
  EXPECT_FALSE(device->activePowerWatts.has_value());
  EXPECT_FALSE(device->emulator.has_value());
  EXPECT_FALSE(device->toJoules(1).has_value());
  EXPECT_EQ(device->estimateCycles("conv2d", {1000, 10, 1}), 2200);
  EXPECT_EQ(device->estimateCycles("softmax", {0, 10, 1}), 3050);
  EXPECT_EQ(device->estimateCycles("something_new", {1, 1, 1}), 112);
  EXPECT_EQ(device->toSeconds(80e6), 1);
  EXPECT_EQ(device->describeLatency(), "measured (cycle counter)");
}

TEST(DeviceTest, LikeInheritsWhatIsNotSaid) {
  llvm::Expected<Device> device =
      read("name: mine\nlike: stm32f746\nclock: 100MHz\nactive_power: 0.1W\n");
  ASSERT_TRUE(bool(device)) << llvm::toString(device.takeError());
  EXPECT_EQ(device->name, "mine");
  EXPECT_EQ(device->clockHz, 100e6);
  EXPECT_EQ(device->getSramBytes(), 320 * 1024);
  EXPECT_EQ(device->toJoules(2), 0.2);
  EXPECT_NE(refuse("name: mine\nlike: stm32f747\n").find("did you mean"),
            std::string::npos);
}

TEST(DeviceTest, BadFilesNameThePlaceAndWhatWasExpected) {
  EXPECT_EQ(refuse(replaced("96KiB", "-96KiB")),
            "board.yaml:7:35: expects a positive size such as 320KiB, but got "
            "'-96KiB' (negative)");
  EXPECT_EQ(refuse(replaced("80MHz", "80ms")),
            "board.yaml:5:8: expects a positive frequency such as 216MHz, but "
            "got '80ms'; units: Hz, kHz, MHz, GHz");
  EXPECT_EQ(refuse(replaced("clock:", "clok:")),
            "board.yaml:1:1: missing required key 'clock'");
  EXPECT_EQ(refuse(replaced("wait_states: 3", "wait_state: 3")),
            "board.yaml:8:42: unknown key 'wait_state'; did you mean "
            "'wait_states'?; known keys: name, kind, size, wait_states, speed");
  EXPECT_EQ(refuse(std::string(plainBoard) + "colour: red\n").substr(0, 39),
            "board.yaml:16:1: unknown key 'colour'; ");
  EXPECT_EQ(refuse(replaced("[dsp]", "[sse2]")).substr(0, 63),
            "board.yaml:4:7: unknown ISA feature 'sse2'; known features: dsp");
  EXPECT_EQ(refuse(replaced("kind: flash", "kind: disk")).substr(0, 30),
            "board.yaml:8:23: unknown value");
  EXPECT_EQ(refuse(replaced("mac: 2", "mac: -2")),
            "board.yaml:14:20: expects a number from 0 to 1e9, but got '-2'");
  EXPECT_EQ(refuse(replaced("  - {name: ram, kind: sram, size: 96KiB}\n", "")),
            "board.yaml:1:1: expects 'memory' to hold at least one region of "
            "kind sram");
  EXPECT_EQ(refuse(replaced("name: rom", "name: ram")),
            "board.yaml:1:1: expects memory regions of different names, but "
            "'ram' occurs twice");
  EXPECT_NE(refuse("").find("board.yaml:1:1: "), std::string::npos);
  EXPECT_NE(refuse("- a\n- b\n").find("board.yaml:1:1: "), std::string::npos);
  EXPECT_NE(refuse("name: [\n").find("board.yaml:"), std::string::npos);
  EXPECT_NE(refuse(std::string(plainBoard) + "---\nname: two\n")
                .find("several YAML documents"),
            std::string::npos);
}

TEST(DeviceTest, FileCutAnywhereIsRefusedOrComplete) {
  StringRef text = plainBoard;
  for (size_t length = 0; length < text.size() - 1; ++length) {
    llvm::Expected<Device> device = read(text.take_front(length));
    if (device) {
      // Only the optional last entry may be missing.
      EXPECT_GE(length, text.find("softmax") - 5);
      continue;
    }
    std::string message = llvm::toString(device.takeError());
    EXPECT_TRUE(StringRef(message).starts_with("board.yaml:")) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(DeviceTest, LoadsFromDisk) {
  std::string path = testing::TempDir() + "ofa-device-test.yaml";
  std::ofstream(path) << plainBoard;
  llvm::Expected<Device> device = loadDeviceFile(path);
  ASSERT_TRUE(bool(device)) << llvm::toString(device.takeError());
  EXPECT_EQ(device->name, "my-board");
  std::remove(path.c_str());
  llvm::Expected<Device> missing = loadDeviceFile(path);
  EXPECT_EQ(llvm::toString(missing.takeError()),
            "cannot read the device file '" + path +
                "': No such file or directory");
}
