/* Two builds of pushed.mlir on the same frames: `whole` takes images, `rows` takes
 * rows. */
#include "rows.h"
#include "whole.h"

#include <stdio.h>
#include <string.h>

enum { FRAMES = 5, ROWS = WHOLE_INPUT_HEIGHT };

static uint8_t frames[FRAMES][ROWS][ROWS_INPUT_ROW_BYTES];
OFA_ALIGNED(ROWS_ARENA_ALIGNMENT) static uint8_t arena[ROWS_ARENA_BYTES];
OFA_ALIGNED(ROWS_ARENA_ALIGNMENT) static uint8_t state[ROWS_STATE_BYTES];

static int check(int condition, const char *what) {
  if (!condition)
    printf("wrong: %s\n", what);
  return condition;
}

static int equals_whole(const int8_t *map, const int8_t *mean) {
  return memcmp(map, whole_output_map(), WHOLE_OUTPUT_MAP_BYTES) == 0 &&
         memcmp(mean, whole_output_mean(), WHOLE_OUTPUT_MEAN_BYTES) == 0;
}

/* Rows of a frame that is not there; then the frame. */
static int push(int frame) {
  int y, ok = 1;
  for (y = 0; y < 3 * frame; ++y) {
    memset(rows_input_row(), 17 * y, ROWS_INPUT_ROW_BYTES);
    ok &= check(rows_push_row() == OFA_MORE, "a frame that is dropped");
  }
  if (frame > 0) /* Without: the next frame begins by itself. */
    rows_begin();
  for (y = 0; y < ROWS; ++y) {
    memcpy(rows_input_row(), frames[frame][y], ROWS_INPUT_ROW_BYTES);
    ok &= check(rows_push_row() == (y + 1 < ROWS ? OFA_MORE : OFA_OK), "push");
  }
  return ok;
}

int main(void) {
  uint32_t seed = 1;
  int ok = 1, i, y;
  size_t k;
  for (k = 0; k < sizeof frames; ++k) {
    seed = seed * 1664525u + 1013904223u;
    (&frames[0][0][0])[k] = (uint8_t)(seed >> 24);
  }
  ok &= check(whole_init() == OFA_OK && rows_init() == OFA_OK, "init");
  for (i = 0; i < FRAMES; ++i) {
    memcpy(whole_input(), frames[i], WHOLE_INPUT_BYTES);
    ok &= check(whole_run() == OFA_OK, "run");
    ok &= push(i) && check(equals_whole(rows_output_map(), rows_output_mean()),
                           "rows");
  }

  /* On the caller's memory, which others use between frames. */
  whole_reset();
  rows_reset();
  ok &= check(rows_init_in(arena, sizeof arena, state, sizeof state) == OFA_OK,
              "init_in");
  for (i = 0; i < FRAMES; ++i) {
    memcpy(whole_input(), frames[i], WHOLE_INPUT_BYTES);
    ok &= check(whole_run() == OFA_OK, "run after reset");
    ok &= check(rows_run(&frames[i][0][0]) == OFA_OK &&
                    equals_whole(rows_output_map(), rows_output_mean()),
                "an image elsewhere");
    if (i % 2) {
      memset(arena, 0x55, sizeof arena);
      ok &= check(rows_run_in(arena, sizeof arena, state, sizeof state,
                              &frames[i][0][0]) == OFA_OK,
                  "run_in");
    } else {
      memset(arena, 0x55, sizeof arena);
      rows_begin_in(arena);
      for (y = 0; y < ROWS; ++y) {
        memcpy(rows_input_row_in(arena), frames[i][y], ROWS_INPUT_ROW_BYTES);
        ok &= check(rows_push_row_in(arena, sizeof arena, state, sizeof state) ==
                        (y + 1 < ROWS ? OFA_MORE : OFA_OK),
                    "push_row_in");
      }
    }
    ok &= check(equals_whole(rows_output_map_in(arena), rows_output_mean_in(arena)),
                "rows on the caller's memory");
  }

  ok &= check(rows_push_row_in(NULL, sizeof arena, state, sizeof state) ==
                      OFA_ERR_ARGUMENT &&
                  rows_push_row_in(arena, sizeof arena - 1, state,
                                   sizeof state) == OFA_ERR_ARENA &&
                  rows_push_row_in(arena, sizeof arena, state,
                                   sizeof state - 1) == OFA_ERR_ARENA &&
                  rows_run_in(arena, sizeof arena, state + 1, sizeof state,
                              &frames[0][0][0]) == OFA_ERR_ARGUMENT &&
                  rows_init_in(arena, 0, state, sizeof state) == OFA_ERR_ARENA,
              "errors");
  return ok ? 0 : 1;
}
