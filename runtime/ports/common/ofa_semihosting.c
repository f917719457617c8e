/*===- ofa_semihosting.c - Files and exit through the emulator ----*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_semihosting.h"

enum {
  SYS_OPEN = 0x01,
  SYS_CLOSE = 0x02,
  SYS_WRITE0 = 0x04,
  SYS_WRITE = 0x05,
  SYS_READ = 0x06,
  SYS_GET_CMDLINE = 0x15,
  SYS_EXIT_EXTENDED = 0x20
};
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

static uintptr_t call(uintptr_t operation, const void *argument) {
#if defined(__arm__)
  register uintptr_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
#elif defined(__riscv)
  register uintptr_t a0 __asm__("a0") = operation;
  register const void *a1 __asm__("a1") = argument;
  /* The three instructions must be uncompressed and in one page. */
  __asm__ volatile(".option push\n"
                   ".option norvc\n"
                   ".balign 16\n"
                   "slli zero, zero, 0x1f\n"
                   "ebreak\n"
                   "srai zero, zero, 7\n"
                   ".option pop\n"
                   : "+r"(a0)
                   : "r"(a1)
                   : "memory");
  return a0;
#else
#error "no semihosting on this architecture"
#endif
}

static size_t length(const char *text) {
  size_t n = 0;
  while (text[n])
    ++n;
  return n;
}

int32_t ofa_sh_open(const char *path, int mode) {
  uintptr_t block[3];
  block[0] = (uintptr_t)path;
  block[1] = (uintptr_t)mode;
  block[2] = length(path);
  return (int32_t)call(SYS_OPEN, block);
}

void ofa_sh_close(int32_t handle) {
  uintptr_t block[1];
  block[0] = (uintptr_t)handle;
  (void)call(SYS_CLOSE, block);
}

size_t ofa_sh_read(int32_t handle, void *data, size_t bytes) {
  uintptr_t block[3];
  uintptr_t missing;
  block[0] = (uintptr_t)handle;
  block[1] = (uintptr_t)data;
  block[2] = bytes;
  missing = call(SYS_READ, block);
  return missing > bytes ? 0 : bytes - missing;
}

size_t ofa_sh_write(int32_t handle, const void *data, size_t bytes) {
  uintptr_t block[3];
  uintptr_t missing;
  block[0] = (uintptr_t)handle;
  block[1] = (uintptr_t)data;
  block[2] = bytes;
  missing = call(SYS_WRITE, block);
  return missing > bytes ? 0 : bytes - missing;
}

void ofa_sh_print(const char *text) { (void)call(SYS_WRITE0, text); }

void ofa_sh_print_number(uint32_t value) {
  char digits[11];
  char *p = digits + sizeof digits;
  *--p = '\0';
  do {
    *--p = (char)('0' + (char)(value % 10u));
    value /= 10u;
  } while (value);
  ofa_sh_print(p);
}

int ofa_sh_command_line(char *text, size_t capacity) {
  uintptr_t block[2];
  block[0] = (uintptr_t)text;
  block[1] = capacity;
  return call(SYS_GET_CMDLINE, block) == 0 ? 0 : -1;
}

void ofa_sh_exit(int status) {
  uintptr_t block[2];
  block[0] = ADP_STOPPED_APPLICATION_EXIT;
  block[1] = (uintptr_t)status;
  (void)call(SYS_EXIT_EXTENDED, block);
  for (;;) {
  }
}
