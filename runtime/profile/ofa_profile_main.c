/*===- ofa_profile_main.c - The shortest program that profiles ----*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Leave it out and call ofa_profile_run() from your own main() where the board
 * has to be set up first.
 */
#include "ofa_profile.h"

int main(void) {
  ofa_profile_run();
  return 0;
}
