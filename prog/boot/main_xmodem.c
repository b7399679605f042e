// SPDX-License-Identifier: Apache-2.0
// The small loader with recovery from any terminal program: files by XMODEM and YMODEM, and an
// update by SMP in console framing.
#include "loader.h"
#include "service/xmodem.h"

static void take_files(struct tn_service *s) {
    static struct tn_service_xmodem xmodem;

    tn_service_xmodem(&xmodem, s, (struct tn_line *)s->links, TN_SWAP_TEST);
}

int main(void) {
    tn_loader_small(take_files);
}
