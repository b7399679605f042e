// SPDX-License-Identifier: Apache-2.0
// The sample application with BLE, whose controller is behind the board's serial line (HCI, H4): a
// module with HCI firmware; or, for the emulated board, a virtual controller.
#include "base/version.h"
#include "nimble/h4.h"
#include "service/ble.h"
#include "trust/trust.h"

#include "link/ble.h"

extern const char *chip_id(void);

static void move_bytes(void) {
    tn_h4_poll();
}

// From the chip's own number, so that each device has an address of its own.
static void make_address(uint8_t ret[6]) {
    const char *id = chip_id();

    for (int i = 0; i < 6; i++) {
        ret[i] = (uint8_t)(i * 0x11);
    }
    for (int i = 0; *id; id++, i = i == 5 ? 0 : i + 1) {
        ret[i] = (uint8_t)(ret[i] * 31 + *id);
    }
}

int main(void) {
    static uint8_t address[6];
    const struct tn_service_ble_cfg cfg = {.board = &tn_board,
            .trust = &tn_program_trust,
            .access = &tn_ble_open,
            .name = tn_board.name,
            .id = chip_id(),
            .address = address,
            .is_application = true,
            .wait = move_bytes};

    make_address(address);
    tn_h4_begin(tn_board.serial);
    tn_service_run(tn_service_ble(&cfg));
}
