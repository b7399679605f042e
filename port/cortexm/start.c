// SPDX-License-Identifier: Apache-2.0
// From reset to main. The linker script gives the places (sections.ld).
#include <string.h>

#include "cortexm.h"

extern uint8_t ld_data[], ld_data_end[], ld_bss_end[];
extern const uint8_t ld_data_image[];

int main(void);

void cm_start(void) {
    memcpy(ld_data, ld_data_image, (size_t)(ld_data_end - ld_data));
    memset(ld_data_end, 0, (size_t)(ld_bss_end - ld_data_end));
    board_begin();
    main();
    for (;;) {
        cm_wait();
    }
}
