// SPDX-License-Identifier: Apache-2.0
// A program for a PC: names the serial ports, and reports why a device cannot be opened.
#include <stdio.h>

#include "base/version.h"
#include "host/device/session.h"
#include "host/files/inspect.h"

int main(void) {
    struct tn_fault fault;
    struct tn_inspect found;

    if (!tn_inspect((const uint8_t *)"?", 1, NULL, 0, "nothing", &found, &fault)) {
        return 1;
    }
    puts(fault.text);
    puts(TN_VERSION);
    return 0;
}
