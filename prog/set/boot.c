// SPDX-License-Identifier: Apache-2.0
// The loader of two images, whose spare slots are in the external flash.
#include "boot.h"

int main(void) {
    tn_pair_boot(NULL, NULL, NULL);
}
