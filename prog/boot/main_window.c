// SPDX-License-Identifier: Apache-2.0
// The same loader, which waits half a second after a power-on: one request in the console framing
// opens recovery. For boards that have neither a button nor a reset pin that a user reaches.
#include "loader.h"
#include "service/service.h"

enum {
    WINDOW_MS = 500,
};

int main(void) {
    tn_loader_full(tn_service_serial_window, WINDOW_MS, NULL);
}
