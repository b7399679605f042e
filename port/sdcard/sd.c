// SPDX-License-Identifier: Apache-2.0
#include "sdcard/sd.h"

#include <stddef.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/err.h"

// Commands: section 7.3.1.3, table 7-3. The 'A' ones follow CMD55.
enum {
    GO_IDLE = 0,
    SEND_IF_COND = 8,
    SET_BLOCKLEN = 16,
    READ_BLOCK = 17,
    APP_OP_COND = 41,  // A
    APP_CMD = 55,
    READ_OCR = 58,
};

enum {
    IDLE = 0x01,  // of R1: section 7.3.2.1
    ILLEGAL = 0x04,
    NO_R1 = 0x80,     // set in what is no R1 yet
    TOKEN = 0xfe,     // in front of a block's data: section 7.3.3.2
    NCR = 8,          // bytes until a response, at most: section 7.5.1.1
    PATTERN = 0x1aa,  // of SEND_IF_COND: 2.7 to 3.6 V, and what comes back: section 4.3.13
    HCS = 1 << 30,    // the host knows high capacity; in the OCR: the card has it
    TRIES = 3,
    IDLE_TRIES = 10,
    READY_MS = 1000,  // section 4.2.3
    BLOCK_MS = 100,   // section 4.6.2.1
    SLOW_KHZ = 400,   // during the identification: section 4.2
    FAST_KHZ = 8000,
};

static uint8_t get(const struct tn_sd *sd) {
    uint8_t byte = 0xff;

    sd->bus->transfer(NULL, &byte, 1);
    return byte;
}

static void alive(const struct tn_sd *sd) {
    if (sd->bus->alive) {
        sd->bus->alive();
    }
}

// Polynomial x^7 + x^3 + 1, then the end bit.
static uint8_t crc7(const uint8_t *p, uint32_t len) {
    unsigned crc = 0;

    while (len--) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 0x80 ? (crc << 1) ^ (0x09 << 1) : crc << 1;
        }
    }
    return (uint8_t)(crc | 1);
}

// The card lets go of its line with the clock that follows.
static void release(const struct tn_sd *sd) {
    sd->bus->select(false);
    get(sd);
}

// Sends a command; the card stays selected. Returns R1, or a value with NO_R1: no answer.
static uint8_t command(const struct tn_sd *sd, uint8_t number, uint32_t argument) {
    uint8_t frame[6] = {0x40 | number, (uint8_t)(argument >> 24), (uint8_t)(argument >> 16),
            (uint8_t)(argument >> 8), (uint8_t)argument};
    uint8_t r1 = NO_R1;

    frame[5] = crc7(frame, 5);
    sd->bus->select(true);
    get(sd);
    sd->bus->transfer(frame, NULL, sizeof(frame));
    for (int i = 0; i <= NCR && r1 & NO_R1; i++) {
        r1 = get(sd);
    }
    return r1;
}

// A command whose response is R1 alone.
static uint8_t short_command(const struct tn_sd *sd, uint8_t number, uint32_t argument) {
    uint8_t r1 = command(sd, number, argument);

    release(sd);
    return r1;
}

// A command whose response has four bytes more: R3, R7.
static uint8_t long_command(
        const struct tn_sd *sd, uint8_t number, uint32_t argument, uint32_t *ret) {
    uint8_t more[4];
    uint8_t r1 = command(sd, number, argument);

    if (!(r1 & ~IDLE)) {
        sd->bus->transfer(NULL, more, sizeof(more));
        *ret = (uint32_t)tn_get_be16(more) << 16 | tn_get_be16(more + 2);
    }
    release(sd);
    return r1;
}

// Into SPI mode. False: no card.
static bool reset_card(const struct tn_sd *sd) {
    for (int i = 0; i < IDLE_TRIES; i++) {
        if (short_command(sd, GO_IDLE, 0) == IDLE) {
            return true;
        }
        alive(sd);
    }
    return false;
}

static int await_ready(const struct tn_sd *sd, uint32_t argument) {
    uint32_t since = sd->bus->now_ms();
    uint8_t r1 = IDLE;

    while (r1 == IDLE && sd->bus->now_ms() - since <= READY_MS) {
        alive(sd);
        r1 = short_command(sd, APP_CMD, 0);
        if (!(r1 & ~IDLE)) {
            r1 = short_command(sd, APP_OP_COND, argument);
        }
    }
    return r1 ? TN_EIO : 0;
}

// Section 7.2.1, figure 7-2.
static int identify(struct tn_sd *sd) {
    uint32_t answer = 0;
    uint8_t r1 = long_command(sd, SEND_IF_COND, PATTERN, &answer);
    bool is_new = !(r1 & ~IDLE);

    if (is_new ? (answer & 0xfff) != PATTERN : r1 & NO_R1 || !(r1 & ILLEGAL)) {
        return TN_EIO;
    }
    int err = await_ready(sd, is_new ? HCS : 0);
    if (!err && is_new) {
        err = long_command(sd, READ_OCR, 0, &answer) ? TN_EIO : 0;
        sd->counts_blocks = !err && answer & HCS;
    }
    if (!err && !sd->counts_blocks) {
        err = short_command(sd, SET_BLOCKLEN, TN_DISK_BLOCK) ? TN_EIO : 0;
    }
    return err;
}

int tn_sd_open(void *ctx) {
    struct tn_sd *sd = ctx;
    uint8_t dropped[10];  // 80 clocks: at least 74 after power-up, section 6.4.1.1

    if (sd->bus->begin) {
        sd->bus->begin();
    }
    sd->counts_blocks = false;
    sd->bus->speed(SLOW_KHZ);
    sd->bus->select(false);
    sd->bus->transfer(NULL, dropped, sizeof(dropped));
    if (!reset_card(sd)) {
        return TN_ENOENT;
    }
    int err = identify(sd);
    sd->bus->speed(FAST_KHZ);
    return err;
}

// Waits for the token, and takes the data and their CRC.
static int take_block(const struct tn_sd *sd, uint8_t *buf) {
    uint32_t since = sd->bus->now_ms();
    uint8_t crc[2];
    uint8_t token = 0xff;

    while (token == 0xff && sd->bus->now_ms() - since <= BLOCK_MS) {
        alive(sd);
        token = get(sd);
    }
    if (token != TOKEN) {
        return TN_EIO;  // an error token, or none
    }
    sd->bus->transfer(NULL, buf, TN_DISK_BLOCK);
    sd->bus->transfer(NULL, crc, sizeof(crc));
    return tn_crc16(0, buf, TN_DISK_BLOCK) == tn_get_be16(crc) ? 0 : TN_EIO;
}

static int read_block(const struct tn_sd *sd, uint32_t block, uint8_t *buf) {
    uint32_t addr = sd->counts_blocks ? block : block * TN_DISK_BLOCK;
    int err = TN_EIO;

    if (!sd->counts_blocks && block > UINT32_MAX / TN_DISK_BLOCK) {
        return TN_EIO;
    }
    for (int i = 0; err && i < TRIES; i++) {
        err = command(sd, READ_BLOCK, addr) ? TN_EIO : take_block(sd, buf);
        release(sd);
    }
    return err;
}

int tn_sd_read(void *ctx, uint32_t block, void *buf, uint32_t count) {
    uint8_t *to = buf;
    int err = 0;

    for (; count && !err; count--) {
        err = read_block(ctx, block++, to);
        to += TN_DISK_BLOCK;
    }
    return err;
}
