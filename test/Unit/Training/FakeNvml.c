/* Stands in for NVIDIA's library of counters: two devices, of which number i has
 * used 1000 i mJ when it is first read, and 500 mJ more every time after. */
#include <stddef.h>

static unsigned long long millijoules[2] = {0, 1000};
static int isStarted;

int nvmlInit_v2(void) {
  isStarted = 1;
  return 0;
}

int nvmlDeviceGetCount_v2(unsigned *count) {
  *count = 2;
  return !isStarted;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
  *device = &millijoules[index];
  return 0;
}

int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *used) {
  *used = *(unsigned long long *)device;
  *(unsigned long long *)device += 500;
  return 0;
}
