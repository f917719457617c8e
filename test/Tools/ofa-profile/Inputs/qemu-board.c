/* The emulator as a board: what docs/new-device.md asks a board's file for.
 * QEMU's Cortex-M boards have no CYCCNT. With -icount shift=0 an instruction
 * takes 1 ns and SysTick, at 25 MHz, counts every 40th one. On RISC-V mcycle
 * counts instructions. */
#include "ofa_port.h"
#include "ofa_profile.h"
#include "ofa_semihosting.h"

void ofa_profile_write(const char *text) { ofa_sh_print(text); }

#if defined(__arm__) && !defined(WITHOUT_COUNTER)
#define SYST_CSR (*(volatile uint32_t *)0xe000e010u)
#define SYST_RVR (*(volatile uint32_t *)0xe000e014u)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018u)

uint32_t ofa_profile_cycles(void) {
  static uint32_t total, last;
  uint32_t now;
  if (SYST_CSR == 0) {
    SYST_RVR = 0xffffffu;
    SYST_CVR = 0;
    SYST_CSR = 5;
  }
  now = SYST_CVR;
  total += (last - now) & 0xffffffu;
  last = now;
  return total * 40u;
}
#endif

/* What the port's start-up code calls. */
int ofa_port_main(void) {
  ofa_profile_run();
  return 0;
}
