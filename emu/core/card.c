// SPDX-License-Identifier: Apache-2.0
#include "emu/core/card.h"

#include <string.h>

enum {
    IDLE = 0x01,
    ILLEGAL = 0x04,
    ADDRESS = 0x20,
    TOKEN = 0xfe,
    OUT_OF_RANGE = 0x08,  // an error token
    CLOCKS = 74,
    SLOW_KHZ = 400,
    BUSY_POLLS = 3,
    ACCESS_BYTES = 5,  // between R1 and the token
};

const char *const tn_emu_card_words[TN_EMU_CARD_KINDS] = {
        "sdhc", "sdsc", "old", "never", "silent", "crc", "worn"};

static void put(struct tn_emu_card *c, uint8_t byte) {
    c->out[c->nout++] = byte;
}

static void put_word(struct tn_emu_card *c, uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        put(c, (uint8_t)(v >> shift));
    }
}

static void answer(struct tn_emu_card *c, uint8_t errors) {
    put(c, 0xff);  // one byte of NCR
    put(c, errors | (c->is_idle ? IDLE : 0));
}

static bool has_right_crc(const struct tn_emu_card *c) {
    unsigned crc = 0;

    for (int i = 0; i < 40; i++) {
        unsigned bit = c->in[i / 8] >> (7 - i % 8) & 1;
        crc = crc << 1 ^ ((crc >> 6 ^ bit) & 1 ? 0x09 : 0);
        crc &= 0x7f;
    }
    return c->in[5] == (crc << 1 | 1);
}

static uint16_t crc16(const uint8_t *p, size_t len) {
    unsigned crc = 0;

    for (size_t i = 0; i < len * 8; i++) {
        unsigned bit = p[i / 8] >> (7 - i % 8) & 1;
        crc = (crc << 1 ^ ((crc >> 15 ^ bit) & 1 ? 0x1021 : 0)) & 0xffff;
    }
    return (uint16_t)crc;
}

static void read_block(struct tn_emu_card *c, const struct tn_emu_medium *m, uint32_t argument) {
    uint64_t at = m->kind == TN_EMU_CARD_SDHC || m->kind > TN_EMU_CARD_OLD
            ? (uint64_t)argument * TN_EMU_CARD_BLOCK
            : argument;

    if (at % TN_EMU_CARD_BLOCK) {
        answer(c, ADDRESS);
        return;
    }
    answer(c, 0);
    for (int i = 0; i < ACCESS_BYTES; i++) {
        put(c, 0xff);
    }
    if (m->kind == TN_EMU_CARD_SILENT) {
        return;
    }
    if (at + TN_EMU_CARD_BLOCK > m->len || (m->kind == TN_EMU_CARD_WORN && at > m->len / 2)) {
        put(c, OUT_OF_RANGE);
        return;
    }
    put(c, TOKEN);
    memcpy(c->out + c->nout, m->image + at, TN_EMU_CARD_BLOCK);
    c->nout += TN_EMU_CARD_BLOCK;
    unsigned crc = crc16(m->image + at, TN_EMU_CARD_BLOCK);
    crc ^= m->kind == TN_EMU_CARD_CRC && c->reads++ % 2 == 0;
    put(c, (uint8_t)(crc >> 8));
    put(c, (uint8_t)crc);
}

static void app_op_cond(struct tn_emu_card *c, const struct tn_emu_medium *m, uint32_t argument) {
    bool fits = m->kind == TN_EMU_CARD_OLD || m->kind == TN_EMU_CARD_SDSC || argument >> 30 & 1;

    if (fits && m->kind != TN_EMU_CARD_NEVER && ++c->polls > BUSY_POLLS) {
        c->is_idle = false;
        c->is_ready = true;
    }
    answer(c, 0);
}

static void obey(struct tn_emu_card *c, const struct tn_emu_medium *m) {
    uint32_t argument = (uint32_t)c->in[1] << 24 | (uint32_t)c->in[2] << 16 |
            (uint32_t)c->in[3] << 8 | c->in[4];
    unsigned number = c->in[0] & 0x3f;
    bool was_app = c->is_app;

    c->is_app = false;
    if (!c->is_spi && (number || !has_right_crc(c))) {
        return;
    }
    if (number == 0) {
        c->is_spi = c->is_idle = true;
        c->is_ready = false;
        answer(c, 0);
    } else if (number == 8 && m->kind != TN_EMU_CARD_OLD && has_right_crc(c)) {
        answer(c, 0);
        put_word(c, argument & 0xfff);
    } else if (number == 55) {
        c->is_app = true;
        answer(c, 0);
    } else if (number == 41 && was_app) {
        app_op_cond(c, m, argument);
    } else if (number == 58) {
        bool is_large = m->kind == TN_EMU_CARD_SDHC || m->kind > TN_EMU_CARD_OLD;
        answer(c, 0);
        put_word(c, 0x80ff8000 | (uint32_t)(is_large && c->is_ready) << 30);
    } else if (number == 16 && c->is_ready && argument == TN_EMU_CARD_BLOCK) {
        answer(c, 0);
    } else if (number == 17 && c->is_ready) {
        read_block(c, m, argument);
    } else {
        answer(c, ILLEGAL);
    }
}

uint8_t tn_emu_card_exchange(struct tn_emu_card *c, const struct tn_emu_medium *m, bool selected,
        uint32_t khz, uint8_t byte) {
    if (!m->image || !selected) {
        c->nin = 0;
        c->at = c->nout = 0;
        c->clocks += m->image ? 8 : 0;
        return 0xff;
    }
    if (c->clocks < CLOCKS || (!c->is_ready && khz > SLOW_KHZ)) {
        return 0xff;
    }
    if (c->at < c->nout) {
        return c->out[c->at++];
    }
    if (c->nin || (byte & 0xc0) == 0x40) {
        c->in[c->nin++] = byte;
    }
    if (c->nin == sizeof(c->in)) {
        c->nin = 0;
        c->at = c->nout = 0;
        obey(c, m);
    }
    return 0xff;
}
