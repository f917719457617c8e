//===- Program.cpp - Builds and runs emitted C ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same commands as runtime/ports/firmware, with the device's own compiler
// and flags; the port's files are embedded so that the installed tools need no
// source tree.
//
//===----------------------------------------------------------------------===//

#include "Program.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Engine/LayerCounts.h"
#include "ofa/Target/C/EmitC.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/xxhash.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::ofa;

static const GeneratedFile portFiles[] = {
#include "PortFiles.inc"
};

/// Seconds after which a program that still runs is stopped.
static constexpr unsigned timeout = 900;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

/// Whether it is a program under an operating system, not firmware.
static bool isHosted(const Device *device) {
  return !device || device->toolchain.hosted;
}

static bool isArm(const Device &device) {
  return StringRef(device.emulator->program).contains("arm");
}

/// Fails if this machine's processor cannot run programs for `device`.
static llvm::Error checkProcessor(const Device &device) {
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  for (const std::string &feature : device.isa)
    if (!features.lookup(feature))
      return makeError("this machine's processor has no '" + feature +
                       "', which programs for device '" + device.name +
                       "' need");
  return llvm::Error::success();
}

std::string Program::getPath(StringRef name) const {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

static std::string readText(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

/// Runs a program found on PATH with its output in the file `log`.
static llvm::Error execute(ArrayRef<std::string> arguments, StringRef log) {
  llvm::ErrorOr<std::string> program =
      llvm::sys::findProgramByName(arguments.front());
  if (!program)
    return makeError("cannot find '" + arguments.front() +
                     "'; tools/dependencies lists the packages to install");
  SmallVector<StringRef> words(arguments.begin(), arguments.end());
  std::optional<StringRef> redirects[] = {StringRef(""), log, log};
  std::string message;
  int status = llvm::sys::ExecuteAndWait(*program, words, std::nullopt,
                                         redirects, timeout, 0, &message);
  if (status == 0)
    return llvm::Error::success();
  std::string text = readText(log);
  return makeError("'" + arguments.front() + "' failed (" +
                   (message.empty() ? "exit status " + Twine(status).str()
                                    : message) +
                   "):\n" + StringRef(text).trim());
}

/// The counting plugin, which is built beside the tools.
static std::string findCountPlugin() {
  static int anchor;
  SmallString<128> path(llvm::sys::path::parent_path(
      llvm::sys::fs::getMainExecutable(nullptr, &anchor)));
  llvm::sys::path::append(path, "..", "lib", "libofa_count.so");
  return llvm::sys::fs::exists(path) ? path.str().str() : std::string();
}

ArrayRef<StringRef> ofa::getFirmwareFlags() {
  // What kernel_figures.inc and the tests of the runtime are made with, too.
  static const StringRef flags[] = {"-std=c99", "-O2", "-ffp-contract=off",
                                    "-fno-math-errno"};
  return flags;
}

std::string ofa::getCompilerVersion(const Device &device) {
  llvm::SmallString<128> log;
  if (llvm::sys::fs::createTemporaryFile("ofa-compiler", "log", log))
    return "";
  llvm::Error error = execute({device.toolchain.prefix + "gcc", "--version"}, log);
  std::string text = error ? "" : readText(log);
  llvm::consumeError(std::move(error));
  llvm::sys::fs::remove(log);
  return StringRef(text).split('\n').first.trim().str();
}

/// Compiles the file `path` by `command`, unless an object is there already of
/// the same command and `content`.
static llvm::Expected<std::string> compileOnce(std::vector<std::string> command,
                                               StringRef path,
                                               StringRef content) {
  std::string all = llvm::join(command, " ") + "\n" + content.str();
  std::string object =
      (path + "." + llvm::utohexstr(llvm::xxh3_64bits(all)) + ".o").str();
  if (llvm::sys::fs::exists(object))
    return object;
  // A compiler that is stopped leaves no object that looks whole.
  std::string partial = object + ".part";
  for (StringRef word : {StringRef("-c"), path, StringRef("-o")})
    command.push_back(word.str());
  command.push_back(partial);
  if (llvm::Error error = execute(command, object + ".log"))
    return std::move(error);
  if (std::error_code error = llvm::sys::fs::rename(partial, object))
    return makeError("cannot write '" + object + "': " + error.message());
  return object;
}

/// Calls of the model in one inference.
static int64_t countCalls(kernel::ModelOp model) {
  kernel::EntryOp entry = *model.getEntries().begin();
  for (kernel::BufferOp buffer : entry.getBuffers())
    if (buffer.isPushed())
      return buffer.getMemRefType().getDimSize(1);
  return 1;
}

llvm::Expected<Program> Program::build(ArrayRef<GeneratedFile> files,
                                       kernel::ModelOp op, const Device *device,
                                       StringRef folder, bool traces,
                                       bool keepObjects) {
  bool hosted = isHosted(device);
  if (!hosted && !device->emulator)
    return makeError("device '" + device->name +
                     "' has no emulator: its device file names none");
  if (device && !device->emulator)
    if (llvm::Error error = checkProcessor(*device))
      return std::move(error);
  // It passes words to the firmware, separated by blanks, in a list.
  if (!hosted && folder.find_first_of(" ,") != StringRef::npos)
    return makeError("the emulator takes no blanks or commas in '" + folder +
                     "'; choose a folder with --build-folder");
  StringRef model = op.getSymName();
  int64_t calls = countCalls(op);
  Program program(folder.str(), model.str(), calls, device, traces);
  std::vector<GeneratedFile> all(files.begin(), files.end());
  all.insert(all.end(), std::begin(portFiles), std::end(portFiles));
  if (llvm::Error error = writeFileSet(folder, all))
    return std::move(error);

  std::vector<std::string> command = {device ? device->toolchain.prefix + "gcc"
                                             : std::string("cc")};
  if (device) {
    llvm::append_range(command, device->toolchain.flags);
    for (StringRef flag : getScheduleFlags(device->core))
      command.push_back(flag.str());
  }
  for (StringRef flag : getFirmwareFlags())
    command.push_back(flag.str());
  for (StringRef flag :
       {"-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections"})
    command.push_back(flag.str());
  command.push_back("-I" + folder.str());
  command.push_back("-I" + program.getPath("runtime"));
  command.push_back(("-DOFA_MODEL=" + model).str());
  command.push_back("-DOFA_MODEL_MACRO=" + model.upper());
  if (calls > 1)
    command.push_back("-DOFA_MODEL_ROWS=1");
  if (traces)
    command.push_back("-DOFA_PORT_TRACE=1");
  if (!hosted) {
    bool arm = isArm(*device);
    command.push_back(arm ? "--specs=nano.specs" : "--specs=picolibc.specs");
    if (!arm)
      command.push_back("-mcmodel=medany");
  }
  std::string headers;
  for (const GeneratedFile &file : files)
    if (StringRef(file.name).starts_with("runtime/") &&
        StringRef(file.name).ends_with(".h"))
      headers += file.content;
  std::vector<std::string> compile = command;
  for (const GeneratedFile &file : files) {
    if (!StringRef(file.name).ends_with(".c"))
      continue;
    std::string path = program.getPath(file.name);
    if (keepObjects && StringRef(file.name).starts_with("runtime/")) {
      llvm::Expected<std::string> object =
          compileOnce(compile, path, headers + file.content);
      if (!object)
        return object.takeError();
      path = *object;
    }
    command.push_back(path);
  }
  for (StringRef file : {"ofa_port_model.c", "ofa_port_main.c"})
    command.push_back(program.getPath(file));
  if (hosted) {
    command.push_back("-DOFA_PORT_HOST=1");
    command.push_back(program.getPath("startup_host.c"));
  } else {
    bool arm = isArm(*device);
    command.push_back(program.getPath("ofa_semihosting.c"));
    command.push_back(
        program.getPath(arm ? "startup_arm.c" : "startup_riscv.c"));
    for (StringRef flag : {"-nostartfiles", "-Wl,--no-warn-rwx-segments"})
      command.push_back(flag.str());
    command.push_back("-L" + folder.str());
    command.push_back("-T" + program.getPath(device->emulator->machine + ".ld"));
  }
  command.push_back("-o");
  command.push_back(program.getPath("program"));
  if (llvm::Error error = execute(command, program.getPath("build.log")))
    return std::move(error);
  return program;
}

/// The number after `key=` in a line of the harness.
static std::optional<int64_t> findNumber(StringRef text, StringRef key) {
  size_t place = text.find(key);
  int64_t number;
  if (place == StringRef::npos ||
      text.drop_front(place + key.size()).consumeInteger(10, number))
    return std::nullopt;
  return number;
}

std::vector<std::string> Program::getArguments() const {
  std::vector<std::string> arguments = {getPath("inputs.bin"),
                                        getPath("outputs.bin")};
  if (traces)
    arguments.push_back(getPath("traces.bin"));
  return arguments;
}

llvm::Expected<RunResult> Program::runEmulated(bool countKernels) const {
  // The harness takes names without blanks; paths are relative to the folder.
  std::vector<std::string> command = {device->emulator->program, "-M",
                                      device->emulator->machine};
  bool arm = isArm(*device);
  if (!arm)
    for (StringRef word : {"-bios", "none", "-icount", "shift=0"})
      command.push_back(word.str());
  for (StringRef word : {"-nographic", "-monitor", "none", "-serial", "none"})
    command.push_back(word.str());
  command.push_back("-semihosting-config");
  std::string semihosting = "enable=on,target=native,arg=firmware";
  for (const std::string &argument : getArguments())
    semihosting += ",arg=" + argument;
  command.push_back(semihosting);
  command.push_back("-kernel");
  command.push_back(getPath("program"));
  // A RISC-V core counts its instructions itself, but not those of kernels.
  std::string plugin = arm || countKernels ? findCountPlugin() : std::string();
  if (plugin.empty() && countKernels)
    return makeError("cannot find libofa_count.so, the emulator's plugin that "
                     "counts instructions, in ../lib of the program");
  std::string counts = getPath("counts.txt");
  if (!plugin.empty()) {
    command.push_back("-plugin");
    command.push_back(plugin + ",elf=" + getPath("program") + ",out=" + counts);
    if (countKernels)
      command.back() += ",layers=" + getPath("kernels.txt") + ",model=" + model;
  }
  std::string log = getPath("run.log");
  if (llvm::Error error = execute(command, log))
    return std::move(error);
  std::string text = readText(log);
  RunResult result;
  result.stackBytes = findNumber(text, " stack=");
  result.instructions = findNumber(text, " instructions=");
  if (!plugin.empty()) {
    std::string text = readText(counts);
    StringRef lines = text;
    int64_t sum = 0, most = 0, count = 0, call = 0;
    for (; call < calls && !lines.ltrim().consumeInteger(10, count); ++call) {
      sum += count;
      most = call + 1 < calls ? std::max(most, count) : most;
      lines = lines.split('\n').second;
    }
    if (call == calls)
      result.instructions = sum;
    if (call == calls && calls > 1) {
      result.rowInstructions = most;
      result.lastRowInstructions = count;
    }
  }
  return result;
}

llvm::Expected<std::vector<KernelCount>>
Program::countKernels(ArrayRef<uint8_t> input) const {
  if (llvm::Expected<RunResult> result = run(input, /*countKernels=*/true);
      !result)
    return result.takeError();
  std::string text = readText(getPath("kernels.txt"));
  std::vector<KernelCount> counts;
  for (StringRef line : llvm::split(StringRef(text).trim(), '\n')) {
    auto [function, number] = line.split(' ');
    KernelCount &count = counts.emplace_back();
    count.function = function.str();
    if (number.getAsInteger(10, count.instructions))
      return makeError("the emulator's plugin wrote '" + line +
                       "' instead of a function and a count");
  }
  if (counts.back().function != "run")
    return makeError("the emulator ended before the model returned");
  return counts;
}

llvm::Expected<RunResult> Program::run(ArrayRef<uint8_t> inputs,
                                       bool countKernels) const {
  std::vector<std::string> arguments = getArguments();
  if (llvm::Error error = writeFile(
          arguments[0], StringRef(reinterpret_cast<const char *>(inputs.data()),
                                  inputs.size())))
    return std::move(error);
  std::vector<std::string> command = {getPath("program")};
  llvm::append_range(command, arguments);
  if (device && device->emulator)
    command.insert(command.begin(), device->emulator->program);
  RunResult result;
  if (!isHosted(device)) {
    llvm::Expected<RunResult> emulated = runEmulated(countKernels);
    if (!emulated)
      return emulated.takeError();
    result = std::move(*emulated);
  } else if (llvm::Error error = execute(command, getPath("run.log"))) {
    return std::move(error);
  }
  std::string bytes = readText(arguments[1]);
  result.outputs.assign(bytes.begin(), bytes.end());
  return result;
}

std::vector<uint8_t> Program::readTraces() const {
  std::string bytes = readText(getPath("traces.bin"));
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}
