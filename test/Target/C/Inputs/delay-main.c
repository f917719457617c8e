/* Runs the model `delay` (test/Tools/ofa-run/Inputs/stateful.mlir) on its own
 * memory and on a caller's, resets both, and checks what is kept. */
#include "delay.h"

#include <stdio.h>
#include <string.h>

/* The float output counts the runs since the last reset from -1 by halves. */
static int is_run(const float *runs, int n) {
  return runs[0] == -1.0f + 0.5f * (float)n;
}

static int check(int condition, const char *what) {
  if (!condition)
    printf("wrong: %s\n", what);
  return condition;
}

int main(void) {
  OFA_ALIGNED(DELAY_ARENA_ALIGNMENT) static uint8_t arena[DELAY_ARENA_BYTES];
  OFA_ALIGNED(DELAY_ARENA_ALIGNMENT)
  static uint8_t state[2][DELAY_STATE_BYTES + 16 - DELAY_STATE_BYTES % 16];
  int ok = 1;
  int i;
  ok &= check(delay_init() == OFA_OK, "init");
  for (i = 1; i <= 3; ++i) {
    memset(delay_input(), 10 * i, DELAY_INPUT_BYTES);
    ok &= check(delay_run() == OFA_OK && is_run(delay_output_runs(), i), "run");
  }
  ok &= check(delay_output_sum()[0] == 33 + 10 + 20 + 30, "sum");
  delay_reset();
  memset(delay_input(), 0, DELAY_INPUT_BYTES);
  ok &= check(delay_run() == OFA_OK && is_run(delay_output_runs(), 1), "reset");
  for (i = 0; i < DELAY_OUTPUT_BEFORE_COUNT; ++i)
    ok &= check(delay_output_before()[i] == i + 1, "first contents");

  /* Two states on one arena, in turns; a run leaves the other state alone. */
  ok &= check(delay_init_in(arena, sizeof arena, state[0], DELAY_STATE_BYTES) ==
                  OFA_OK,
              "init_in");
  ok &= check(delay_reset_in(state[1], DELAY_STATE_BYTES) == OFA_OK, "reset_in");
  for (i = 1; i <= 4; ++i) {
    memset(arena, 0x55, sizeof arena);
    memset(delay_input_in(arena), i, DELAY_INPUT_BYTES);
    ok &= check(delay_run_in(arena, sizeof arena, state[i % 2],
                             DELAY_STATE_BYTES) == OFA_OK,
                "run_in");
    ok &= check(is_run(delay_output_runs_in(arena), (i + 1) / 2), "turns");
  }
  ok &= check(delay_output_sum_in(arena)[0] == 17 + 33 + 2 + 4, "sum_in");

  ok &= check(delay_run_in(arena, sizeof arena, NULL, DELAY_STATE_BYTES) ==
                      OFA_ERR_ARGUMENT &&
                  delay_run_in(NULL, sizeof arena, state[0],
                               DELAY_STATE_BYTES) == OFA_ERR_ARGUMENT &&
                  delay_run_in(arena, sizeof arena, state[0] + 1,
                               DELAY_STATE_BYTES) == OFA_ERR_ARGUMENT &&
                  delay_run_in(arena, sizeof arena, state[0],
                               DELAY_STATE_BYTES - 1) == OFA_ERR_ARENA &&
                  delay_init_in(arena, sizeof arena - 1, state[0],
                                DELAY_STATE_BYTES) == OFA_ERR_ARENA &&
                  delay_reset_in(state[0], 0) == OFA_ERR_ARENA,
              "errors");
  return ok ? 0 : 1;
}
