// SPDX-License-Identifier: Apache-2.0
// The sample application, for any board.
#include "app.h"

int main(void) {
    tn_app_serial(&tn_board, NULL);
    return 0;
}
