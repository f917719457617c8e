/*===- ofa_semihosting.h - Files and exit through the emulator ----*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Arm's semihosting interface, which QEMU offers on Arm M-profile and RISC-V
 * with -semihosting-config enable=on,target=native.
 */
#ifndef OFA_SEMIHOSTING_H
#define OFA_SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

/* File modes of ofa_sh_open. */
#define OFA_SH_READ 1  /* "rb" */
#define OFA_SH_WRITE 5 /* "wb" */

/* Returns a handle, or a negative number. */
int32_t ofa_sh_open(const char *path, int mode);
void ofa_sh_close(int32_t handle);
/* Both return the number of bytes transferred. */
size_t ofa_sh_read(int32_t handle, void *data, size_t bytes);
size_t ofa_sh_write(int32_t handle, const void *data, size_t bytes);
/* Writes text to the emulator's standard output. */
void ofa_sh_print(const char *text);
void ofa_sh_print_number(uint32_t value);
/* The arg= values of -semihosting-config, separated by blanks. Returns 0 and
 * a terminated string of at most capacity - 1 characters, or -1. */
int ofa_sh_command_line(char *text, size_t capacity);
/* Ends the emulation with this status. */
void ofa_sh_exit(int status);

#endif /* OFA_SEMIHOSTING_H */
