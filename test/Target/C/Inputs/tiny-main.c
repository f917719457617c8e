/* Runs the model `tiny` on an input in steps of `argv[1]`, on its own arena and
 * on a caller's, and prints the output. */
#include "tiny.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill(uint8_t *input, int step) {
  int i;
  for (i = 0; i < TINY_INPUT_BYTES; ++i)
    input[i] = (uint8_t)(i * step + 7);
}

static void print(const int8_t *output) {
  int i;
  for (i = 0; i < TINY_OUTPUT_COUNT; ++i)
    printf("%s%d", i ? " " : "", output[i]);
  printf("\n");
}

int main(int argc, char **argv) {
  OFA_ALIGNED(TINY_ARENA_ALIGNMENT) static uint8_t own[TINY_ARENA_BYTES + 1];
  int step = argc > 1 ? atoi(argv[1]) : 1;
  if (tiny_init() != OFA_OK)
    return 1;
  fill(tiny_input(), step);
  if (tiny_run() != OFA_OK)
    return 1;
  print(tiny_output());

  if (tiny_init_in(NULL, sizeof(own)) != OFA_ERR_ARGUMENT ||
      tiny_run_in(own + 1, TINY_ARENA_BYTES) != OFA_ERR_ARGUMENT ||
      tiny_run_in(own, TINY_ARENA_BYTES - 1) != OFA_ERR_ARENA ||
      tiny_init_in(own, TINY_ARENA_BYTES) != OFA_OK)
    return 1;
  fill(tiny_input_in(own), step);
  if (tiny_run_in(own, TINY_ARENA_BYTES) != OFA_OK)
    return 1;
  if (memcmp(tiny_output_in(own), tiny_output(), TINY_OUTPUT_BYTES) != 0)
    return 1;
  printf("%s %s\n", tiny_class_names[0], tiny_class_names[TINY_CLASSES - 1]);
  return 0;
}
