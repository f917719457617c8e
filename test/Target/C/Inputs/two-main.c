/* Two models in one program, run in turns: each gives its own results. */
#include "tiny.h"
#include "other.h"

#include <stdio.h>
#include <string.h>

static void run(const char *name, ofa_status_t (*run_model)(void),
                uint8_t *input, size_t bytes, const int8_t *output,
                int step, int count) {
  size_t i;
  int o;
  for (i = 0; i < bytes; ++i)
    input[i] = (uint8_t)((int)i * step + 7);
  if (run_model() != OFA_OK)
    return;
  printf("%s", name);
  for (o = 0; o < count; ++o)
    printf(" %d", output[o]);
  printf("\n");
}

int main(void) {
  int turn;
  if (tiny_init() != OFA_OK || other_init() != OFA_OK)
    return 1;
  for (turn = 0; turn < 2; ++turn) {
    run("tiny", tiny_run, tiny_input(), TINY_INPUT_BYTES, tiny_output(), 37,
        TINY_OUTPUT_COUNT);
    run("other", other_run, other_input(), OTHER_INPUT_BYTES, other_output(), 1,
        OTHER_OUTPUT_COUNT);
  }
  return strcmp(tiny_class_names[0], "cat") == 0 ? 0 : 1;
}
