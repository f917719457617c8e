/*===- startup.c - The harness as a program of the host -----------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * ofa_semihosting.h on the C library, so that the same harness serves here.
 */
#include "ofa_port.h"
#include "ofa_semihosting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILES 16
static FILE *files[MAX_FILES];
static int argument_count;
static char **arguments;

int32_t ofa_sh_open(const char *path, int mode) {
  int32_t i;
  for (i = 0; i < MAX_FILES; ++i)
    if (!files[i]) {
      files[i] = fopen(path, mode == OFA_SH_READ ? "rb" : "wb");
      return files[i] ? i : -1;
    }
  return -1;
}

void ofa_sh_close(int32_t handle) {
  (void)fclose(files[handle]);
  files[handle] = NULL;
}

size_t ofa_sh_read(int32_t handle, void *data, size_t bytes) {
  return fread(data, 1, bytes, files[handle]);
}

size_t ofa_sh_write(int32_t handle, const void *data, size_t bytes) {
  return fwrite(data, 1, bytes, files[handle]);
}

void ofa_sh_print(const char *text) { (void)fputs(text, stdout); }

void ofa_sh_print_number(uint32_t value) {
  (void)printf("%lu", (unsigned long)value);
}

int ofa_sh_command_line(char *text, size_t capacity) {
  size_t used = 0;
  int i;
  for (i = 0; i < argument_count; ++i) {
    size_t n = strlen(arguments[i]);
    if (used + n + 2 > capacity)
      return -1;
    memcpy(text + used, arguments[i], n);
    used += n;
    text[used++] = ' ';
  }
  text[used] = '\0';
  return 0;
}

void ofa_sh_exit(int status) { exit(status); }

int main(int argc, char **argv) {
  argument_count = argc;
  arguments = argv;
  return ofa_port_main();
}
