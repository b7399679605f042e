// SPDX-License-Identifier: Apache-2.0
// The driver of an SD card over a bus that plays the card: what it sends, and what it makes of each
// wrong answer. Numbers of sections: as in port/sdcard/sd.c.
#include "base/bytes.h"
#include "base/crc.h"
#include "base/err.h"
#include "sdcard/sd.h"
#include "test.h"

enum {
    CMDS = 64,
    NONE = 0xff,  // no answer
    FOREVER = 1 << 30,
    R1_IDLE = 0x01,
    R1_ILLEGAL = 0x05,
    R1_CRC = 0x08,
};

// The card, and what the driver did to it.
static struct {
    uint8_t r1[CMDS];   // answers to commands
    uint32_t echo;      // of CMD8
    uint32_t ocr;       // of CMD58
    unsigned polls;     // ACMD41, until it is ready
    unsigned late;      // 0xff in front of a response: section 7.5.1.1 permits 8
    unsigned pause;     // 0xff in front of a block
    uint8_t token;      // in front of a block's data
    unsigned bad_crcs;  // of the next blocks

    uint8_t out[600];
    size_t nout, at;
    bool selected;
    uint8_t commands[400];  // that were sent
    size_t ncommands;
    uint32_t argument[CMDS];  // the last one of each
    unsigned clocks;          // before the first command, not selected
    uint32_t khz, first_khz;
    uint32_t now;
    unsigned alive, begun;
    unsigned wrong;  // frames with a wrong form
} card;

static uint8_t data[TN_DISK_BLOCK];

static void queue(const void *bytes, size_t len) {
    memcpy(card.out + card.nout, bytes, len);
    card.nout += len;
}

static void queue_ff(unsigned n) {
    while (n--) {
        queue("\xff", 1);
    }
}

static void queue_be32(uint32_t v) {
    uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};

    queue(b, 4);
}

static void queue_block(void) {
    uint16_t crc = tn_crc16(0, data, sizeof(data));
    uint8_t end[2];

    queue_ff(card.pause);
    queue(&card.token, 1);
    if (card.bad_crcs) {
        card.bad_crcs--;
        crc ^= 1;
    }
    end[0] = (uint8_t)(crc >> 8);
    end[1] = (uint8_t)crc;
    queue(data, sizeof(data));
    queue(end, 2);
}

static void obey(const uint8_t *frame) {
    uint8_t number = frame[0] & 0x3f;
    uint8_t r1 = card.r1[number];

    // The CRCs of CMD0 and CMD8 by a bit-serial CRC-7 in Python (section 4.5).
    card.wrong += (frame[0] & 0xc0) != 0x40 || !(frame[5] & 1) ||
            (number == 0 && frame[5] != 0x95) || (number == 8 && frame[5] != 0x87);
    card.commands[card.ncommands++ % sizeof(card.commands)] = number;
    card.argument[number] = (uint32_t)frame[1] << 24 | (uint32_t)frame[2] << 16 |
            (uint32_t)frame[3] << 8 | frame[4];
    card.nout = card.at = 0;
    if (r1 == NONE) {
        return;
    }
    if (number == 41 && card.polls) {
        card.polls -= card.polls != FOREVER;
        r1 = R1_IDLE;
    }
    queue_ff(card.late);
    queue(&r1, 1);
    if (number == 8 && !(r1 & ~R1_IDLE)) {
        queue_be32(card.echo);
    } else if (number == 58) {
        queue_be32(card.ocr);
    } else if (number == 17 && !r1) {
        queue_block();
    }
}

static void transfer(const uint8_t *out, uint8_t *in, uint32_t len) {
    if (out) {
        card.wrong += len != 6 || !card.selected;
        obey(out);
        return;
    }
    for (uint32_t i = 0; i < len; i++) {
        in[i] = card.selected && card.at < card.nout ? card.out[card.at++] : 0xff;
    }
    if (!card.selected && !card.ncommands) {
        card.clocks += 8 * len;
    }
}

static void begin(void) {
    card.begun++;
}

static void speed(uint32_t khz) {
    card.khz = khz;
    card.first_khz = card.first_khz ? card.first_khz : khz;
}

static void select(bool on) {
    card.selected = on;
}

static uint32_t now_ms(void) {
    return card.now++;
}

static void alive(void) {
    card.alive++;
}

static const struct tn_sd_bus bus = {begin, speed, select, transfer, now_ms, alive};
static struct tn_sd sd;

// A card of high capacity, which is ready at the third look.
static void insert(void) {
    memset(&card, 0, sizeof(card));
    memset(card.r1, NONE, sizeof(card.r1));
    card.r1[0] = card.r1[8] = card.r1[55] = R1_IDLE;
    card.r1[41] = card.r1[58] = card.r1[16] = card.r1[17] = 0;
    card.echo = 0x1aa;
    card.ocr = 0xc0ff8000;
    card.polls = 2;
    card.late = 1;
    card.pause = 3;
    card.token = 0xfe;
    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = (uint8_t)(i * 7);
    }
    sd = (struct tn_sd){.bus = &bus};
}

static void insert_small(void) {
    insert();
    card.ocr = 0x80ff8000;
}

static unsigned sent(uint8_t number) {
    unsigned n = 0;

    for (size_t i = 0; i < card.ncommands && i < sizeof(card.commands); i++) {
        n += card.commands[i] == number;
    }
    return n;
}

// ---- Identification ------------------------------------------------------------------------

TEST(a_card_of_high_capacity_is_identified) {
    insert();
    CHECK_EQ(tn_sd_open(&sd), 0);
    CHECK_EQ(card.wrong, 0);
    CHECK_EQ(card.begun, 1);
    CHECK(card.clocks >= 74 && card.first_khz <= 400 && card.khz > 400);
    CHECK_EQ(card.argument[8], 0x1aa);
    CHECK_EQ(card.argument[41], 1u << 30);
    CHECK_EQ(sent(41), 3);
    CHECK_EQ(sent(16), 0);  // its blocks have 512 bytes
    CHECK(card.alive && !card.selected);
}

TEST(small_and_old_cards_get_a_block_length) {
    insert_small();
    CHECK_EQ(tn_sd_open(&sd), 0);
    CHECK_EQ(card.argument[16], 512);
    insert();
    card.r1[8] = R1_ILLEGAL;  // version 1
    CHECK_EQ(tn_sd_open(&sd), 0);
    CHECK_EQ(card.argument[41], 0);
    CHECK_EQ(sent(58), 0);
    CHECK_EQ(card.argument[16], 512);
}

TEST(no_card_is_told_from_a_bad_one) {
    insert();
    card.r1[0] = NONE;
    CHECK_EQ(tn_sd_open(&sd), TN_ENOENT);
    CHECK_EQ(sent(0), 10);
    insert();
    card.r1[0] = 0;  // an answer, but not of a card in SPI mode
    CHECK_EQ(tn_sd_open(&sd), TN_ENOENT);
}

TEST(a_response_may_come_late_and_not_too_late) {
    insert();
    card.late = 8;
    CHECK_EQ(tn_sd_open(&sd), 0);
    insert();
    card.late = 9;
    CHECK_EQ(tn_sd_open(&sd), TN_ENOENT);
}

TEST(a_card_for_another_voltage_is_refused) {
    static const uint32_t echoes[] = {0x1ab, 0x0aa, 0x2aa, 0};

    for (size_t i = 0; i < TN_LEN(echoes); i++) {
        insert();
        card.echo = echoes[i];
        CHECK_EQ(tn_sd_open(&sd), TN_EIO);
        CHECK_EQ(sent(41), 0);
    }
}

TEST(each_wrong_answer_of_the_identification_ends_it) {
    static const struct {
        uint8_t number, r1;
    } wrong[] = {{8, NONE}, {8, R1_CRC}, {55, R1_CRC}, {55, NONE}, {41, R1_CRC}, {41, NONE},
            {58, R1_CRC}, {58, NONE}, {58, R1_IDLE}};

    for (size_t i = 0; i < TN_LEN(wrong); i++) {
        insert();
        card.polls = 0;
        card.r1[wrong[i].number] = wrong[i].r1;
        CHECK_EQ(tn_sd_open(&sd), TN_EIO);
        CHECK(!card.selected);
    }
    insert_small();
    card.r1[16] = 0x40;  // a parameter error
    CHECK_EQ(tn_sd_open(&sd), TN_EIO);
}

TEST(a_card_that_never_gets_ready_is_waited_for_a_second) {
    insert();
    card.polls = FOREVER;
    CHECK_EQ(tn_sd_open(&sd), TN_EIO);
    CHECK(card.now > 1000 && card.now < 1100);
    CHECK(card.alive > 900);
}

// ---- Blocks --------------------------------------------------------------------------------

static uint8_t got[3 * TN_DISK_BLOCK + 1];

static int read(uint32_t block, uint32_t count) {
    memset(got, 0xa5, sizeof(got));
    card.ncommands = 0;
    return tn_sd_read(&sd, block, got, count);
}

TEST(blocks_are_read_by_number_or_by_address) {
    insert();
    CHECK_EQ(tn_sd_open(&sd), 0);
    CHECK_EQ(read(1000, 3), 0);
    CHECK_EQ(sent(17), 3);
    CHECK_EQ(card.argument[17], 1002);
    for (int i = 0; i < 3; i++) {
        CHECK(memcmp(got + i * TN_DISK_BLOCK, data, sizeof(data)) == 0);
    }
    CHECK_EQ(got[3 * TN_DISK_BLOCK], 0xa5);
    insert_small();
    CHECK_EQ(tn_sd_open(&sd), 0);
    CHECK_EQ(read(1000, 1), 0);
    CHECK_EQ(card.argument[17], 512000);
    CHECK_EQ(read(0x7fffff, 1), 0);
    CHECK_EQ(card.argument[17], 0xfffffe00);
    CHECK_EQ(read(0x800000, 1), TN_EIO);  // the address does not fit
    CHECK_EQ(sent(17), 0);
}

TEST(a_wrong_crc_is_read_again_twice) {
    for (unsigned bad = 0; bad <= 3; bad++) {
        insert();
        CHECK_EQ(tn_sd_open(&sd), 0);
        card.bad_crcs = bad;
        CHECK_EQ(read(5, 1), bad < 3 ? 0 : TN_EIO);
        CHECK_EQ(sent(17), bad < 3 ? bad + 1 : 3);
        CHECK(!card.selected);
    }
}

TEST(a_block_that_fails_ends_the_read) {
    insert();
    CHECK_EQ(tn_sd_open(&sd), 0);
    card.bad_crcs = 3;
    CHECK_EQ(read(5, 3), TN_EIO);
    CHECK_EQ(sent(17), 3);
    CHECK_EQ(got[TN_DISK_BLOCK], 0xa5);  // nothing of the second one
}

TEST(a_command_that_is_refused_is_an_error) {
    insert();
    CHECK_EQ(tn_sd_open(&sd), 0);
    card.r1[17] = 0x20;  // an address error
    CHECK_EQ(read(5, 1), TN_EIO);
    card.r1[17] = NONE;
    CHECK_EQ(read(5, 1), TN_EIO);
}

TEST(an_error_token_is_an_error) {
    insert();
    CHECK_EQ(tn_sd_open(&sd), 0);
    card.token = 0x08;  // out of range: section 7.3.3.3
    CHECK_EQ(read(5, 1), TN_EIO);
    CHECK_EQ(got[0], 0xa5);
}

TEST(data_that_never_come_are_waited_for_a_tenth_of_a_second) {
    insert();
    CHECK_EQ(tn_sd_open(&sd), 0);
    card.token = 0xff;
    memset(data, 0xff, sizeof(data));
    uint32_t since = card.now;
    CHECK_EQ(read(5, 1), TN_EIO);
    CHECK(card.now - since > 300 && card.now - since < 330);  // three tries
    CHECK(card.alive > 250);
}

TEST(a_bus_needs_neither_power_nor_a_watchdog) {
    static const struct tn_sd_bus plain = {NULL, speed, select, transfer, now_ms, NULL};

    insert();
    sd.bus = &plain;
    CHECK_EQ(tn_sd_open(&sd), 0);
    CHECK_EQ(read(5, 1), 0);
}
