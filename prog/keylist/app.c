// SPDX-License-Identifier: Apache-2.0
// The sample application for a loader that takes key lists. It checks an upload with the keys that
// are not revoked, and tells all of them.
#include "app/app.h"
#include "keylist.h"

int main(void) {
    struct tn_keyring *keyring = tn_keylist_open();

    tn_app_open(&tn_board, NULL);
    tn_service_serial_keys(keyring, true);
    tn_app_serve();
    return 0;
}
