// SPDX-License-Identifier: Apache-2.0
// The lock of nRF52833 and nRF52840: an access control list of eight regions; only a reset clears
// it. "nRF52840 Product Specification", version 1.1, section 4.7 (ACL).
#include "chip.h"
#include "nrf5x.h"

void chip_lock(uint32_t begin, uint32_t end) {
    ACL_ADDR(0) = begin;
    ACL_SIZE(0) = end - begin;
    ACL_PERM(0) = ACL_PERM_WRITE;
}

bool chip_is_locked(uint32_t begin, uint32_t end) {
    return ACL_ADDR(0) == begin && ACL_SIZE(0) == end - begin && ACL_PERM(0) == ACL_PERM_WRITE;
}
