// SPDX-License-Identifier: Apache-2.0
// The words behind the ROM: OTP, and the unique number of a chip (UID), 96 bits at 0x1fff7590 (ST,
// RM0351 section 49.1, RM0461 section 36.1). Every emulated chip has the same number. Which writes
// OTP takes, its flash controller says.
#include <string.h>

#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    UID_L4 = 0x590,  // [manual: RM0351 section 49.1, RM0461 section 36.1]
    WRP1A = 0x818,   // stored option bytes [manual: RM0351 and RM0461, "Option byte organization"]
    UID_F4 = 0xa10,  // [manual: RM0033 and RM0090, "Unique device ID register"]
    OTP_F4 = 0x800,  // [manual: RM0033 and RM0090, "One-time programmable bytes"]
    OTP_L4 = 0x000,  // [manual: RM0351 and RM0461, "Flash module organization"]
    WORDS = 3,
};

// The offset in flash, behind its end, of a word of OTP. False: it is none.
static bool is_otp(const struct tn_emu *e, uint32_t off, uint32_t *ret) {
    uint32_t begin = tn_emu_stm32_is_f4(e) ? OTP_F4 : OTP_L4;

    *ret = e->chip->flash_size + off - begin;
    return off >= begin && off - begin < e->chip->otp_size;
}

static const struct tn_emu_device *controller(const struct tn_emu *e) {
    return tn_emu_stm32_is_f4(e)    ? &tn_emu_stm32f4_flash
            : tn_emu_stm32_is_wl(e) ? &tn_emu_stm32wl_flash
                                    : &tn_emu_stm32l4_flash;
}

static uint32_t load_otp(struct tn_emu *e, uint32_t off, unsigned size) {
    const struct tn_emu_device *d = controller(e);
    uint32_t value = 0;

    if (e->writes[off / e->chip->unit] & TN_EMU_BAD) {
        d->load_bad(e, tn_emu_state(e, d), off);
    }
    memcpy(&value, e->flash + off, size);
    return value;
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    const struct tn_emu_device *d = controller(e);
    uint32_t at;

    (void)state;
    if (is_otp(e, off, &at)) {
        d->store_flash(e, tn_emu_state(e, d), at, size, value);
    }
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    // [none: UID, made up]
    static const uint32_t words[WORDS] = {0x00320041, 0x4e535012, 0x20313452};
    uint32_t otp;
    uint32_t n = (off - (tn_emu_stm32_is_f4(e) ? UID_F4 : UID_L4)) / 4;

    (void)state;
    if (is_otp(e, off, &otp)) {
        return load_otp(e, otp, size);
    }
    if (off == WRP1A && !tn_emu_stm32_is_f4(e)) {
        return e->options[0];
    }
    return n < WORDS ? words[n] >> 8 * (off % 4) & (size < 4 ? (1u << 8 * size) - 1 : UINT32_MAX)
                     : 0;
}

const struct tn_emu_device tn_emu_stm32_id = {
        .name = "UID",
        .base = 0x1fff7000,
        .size = 0x1000,
        .load = load,
        .store = store,
};
