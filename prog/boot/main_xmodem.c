// SPDX-License-Identifier: Apache-2.0
// The loader with recovery that takes files by XMODEM and YMODEM from any terminal program, besides
// SMP.
#include "loader.h"
#include "service/xmodem.h"

static void take_files(struct tn_service *s) {
    static struct tn_service_xmodem xmodem;

    tn_service_xmodem(&xmodem, s, (struct tn_line *)s->links, TN_SWAP_TEST);
}

int main(void) {
    tn_loader_full(NULL, 0, take_files);
}
