// SPDX-License-Identifier: Apache-2.0
// The loader with serial recovery. It starts a genuine image at once.
#include "loader.h"

int main(void) {
    tn_loader_full(NULL, 0, NULL);
}
