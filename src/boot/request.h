// SPDX-License-Identifier: Apache-2.0
// What to run after the next reset. Software writes it before the reset; the loader takes it once.
//
// Knows a record of 16 bytes and where it may be kept. Does not reset anything.
// DESIGN.md, Boot, and SPEC.md, Request and hand-over, have its guarantees.
#ifndef TN_BOOT_REQUEST_H
#define TN_BOOT_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_REQUEST_LEN = 16,
};

enum tn_run_mode {
    TN_RUN_NORMAL = 0,
    TN_RUN_SAFE = 1,      // the application, which may leave out what failed last time
    TN_RUN_RECOVERY = 2,  // the loader's server
    TN_RUN_ROM = 3,       // the chip's own loader; arg names the interface
    TN_RUN_MODES,
};

// The mode that boot_mode of an SMP reset asks for (doc/reference/smp.md section 4): 0 normal, 1
// recovery; Tenon's own are 2 safe and 3 ROM. -1: none.
static inline int tn_run_mode_of(uint32_t boot_mode) {
    static const uint8_t modes[] = {TN_RUN_NORMAL, TN_RUN_RECOVERY, TN_RUN_SAFE, TN_RUN_ROM};

    return boot_mode < sizeof(modes) ? modes[boot_mode] : -1;
}

enum tn_reset_cause {
    TN_RESET_UNKNOWN = 0,  // the chip does not say: the record's CRC decides
    TN_RESET_POWER = 1,    // power-on or brown-out: RAM holds random bytes
    TN_RESET_PIN = 2,
    TN_RESET_SOFTWARE = 3,
    TN_RESET_WATCHDOG = 4,
};

// Memory that survives a reset, but not the loss of power. Calls do not fail and do not block.
struct tn_retained {
    void (*load)(const struct tn_retained *r, void *buf, size_t len);
    void (*store)(const struct tn_retained *r, const void *buf, size_t len);
    void *ctx;
};

// Leaves a request. The caller resets when it is ready to. 0, or TN_EINVAL for an unknown mode.
int tn_request_put(const struct tn_retained *r, enum tn_run_mode mode, uint32_t arg);

// The request that is there, which stays: TN_RUN_NORMAL if there is none, or if a bit of it is
// wrong. Whoever calls this has looked at the cause. ret_arg may be NULL.
enum tn_run_mode tn_request_look(const struct tn_retained *r, uint32_t *ret_arg);

// Takes the request and erases it, so that it is carried out once. TN_RUN_NORMAL if
// there is none, if a bit of it is wrong, or if the cause was power. ret_arg may be NULL.
enum tn_run_mode tn_request_take(
        const struct tn_retained *r, enum tn_reset_cause cause, uint32_t *ret_arg);

TN_C_END

#endif
