#include "moves.h"

#include <string.h>

int main(void) {
  static const int8_t input[4] = {1, 2, 3, 4};
  static const int8_t turned[6] = {-5, 2, 4, -5, 1, 3};
  static const int8_t sum[2] = {2 * 1 + 2 * 2 + 4 * 3, 2 * 1 + 4 * 2 + 4 * 3};
  static const int8_t far[2] = {2 * 1 + 4 * 2, 2 * 1 + 4 * 2};
  memcpy(moves_input(), input, sizeof input);
  if (moves_init() != OFA_OK || moves_run() != OFA_OK)
    return 1;
  if (memcmp(moves_output_turned(), turned, sizeof turned) != 0)
    return 2;
  if (memcmp(moves_output_sum(), sum, sizeof sum) != 0)
    return 3;
  return memcmp(moves_output_far(), far, sizeof far) != 0 ? 4 : 0;
}
