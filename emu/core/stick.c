// SPDX-License-Identifier: Apache-2.0
#include "emu/core/stick.h"

#include <string.h>

#include "base/bytes.h"

// USB 2.0, sections 9.3 and 9.4; "Bulk-Only Transport", sections 3 and 5.
enum {
    TO_HOST = 0x80,
    CLEAR_FEATURE = 0x0001,  // bmRequestType, bRequest
    SET_ADDRESS = 5,
    GET_DESCRIPTOR = 6,
    SET_CONFIGURATION = 9,
    GET_MAX_LUN = 0xfe,
    DEVICE = 1,
    CONFIGURATION = 2,
    ENDPOINT_HALT = 0,
    IN_ENDPOINT = 1,
    OUT_ENDPOINT = 2,
    PASSED = 0,
    FAILED = 1,
};

// SPC-3, SBC-2: commands, sense keys and additional sense codes.
enum {
    TEST_UNIT_READY = 0x00,
    REQUEST_SENSE = 0x03,
    INQUIRY = 0x12,
    READ_CAPACITY = 0x25,
    READ = 0x28,
    NOT_READY = 2,
    MEDIUM_ERROR = 3,
    ILLEGAL_REQUEST = 5,
    BECOMING_READY = 0x04,
    UNRECOVERED = 0x11,
    INVALID_COMMAND = 0x20,
    OUT_OF_RANGE = 0x21,
    SENSE_LEN = 18,
    INQUIRY_LEN = 36,
    CAPACITY_LEN = 8,
};

enum {
    SLOW_POLLS = 3,
    SLOW_NAKS = 2,
    LARGE_BLOCK = 4096,
};

const char *const tn_emu_stick_words[TN_EMU_STICK_KINDS] = {
        "good", "slow", "never", "worn", "silent", "pulled", "large", "keyboard", "long"};

static uint32_t get_be32(const uint8_t *p) {
    return (uint32_t)tn_get_be16(p) << 16 | tn_get_be16(p + 2);
}

static void put_be32(uint8_t *p, uint32_t v) {
    tn_put_be16(p, (uint16_t)(v >> 16));
    tn_put_be16(p + 2, (uint16_t)v);
}

static bool is_connected(void *ctx) {
    const struct tn_emu_stick *s = ctx;

    return s->image && (s->kind != TN_EMU_STICK_PULLED || s->reads < s->after);
}

static void reset(void *ctx) {
    struct tn_emu_stick *s = ctx;

    *s = (struct tn_emu_stick){.image = s->image,
            .len = s->len,
            .kind = s->kind,
            .after = s->after,
            .config = s->config,
            .nconfig = s->nconfig,
            .reads = s->reads};
}

// ---- Endpoint 0 ------------------------------------------------------------------------

static void reply(struct tn_emu_stick *s, const uint8_t *p, uint32_t len) {
    uint32_t most = tn_get_le16(s->setup + 6);

    s->ncontrol = len < most ? len : most;
    s->ncontrol = s->ncontrol < sizeof(s->control) ? s->ncontrol : sizeof(s->control);
    memcpy(s->control, p, s->ncontrol);
}

static void describe(struct tn_emu_stick *s) {
    static const uint8_t device[] = {
            18, DEVICE, 0, 2, 0, 0, 0, 64, 0x09, 0x12, 0x10, 0x00, 0, 1, 0, 0, 0, 1};
    // An interface of mass storage, SCSI, bulk-only transport, and its two endpoints.
    static const uint8_t stick[] = {9, CONFIGURATION, 32, 0, 1, 1, 0, 0x80, 50,  //
            9, 4, 0, 0, 2, 8, 6, 0x50, 0,                                        //
            7, 5, 0x80 | IN_ENDPOINT, 2, 64, 0, 0,                               //
            7, 5, OUT_ENDPOINT, 2, 64, 0, 0};
    // One of a boot keyboard, and its interrupt endpoint.
    static const uint8_t keyboard[] = {9, CONFIGURATION, 34, 0, 1, 1, 0, 0x80, 50,  //
            9, 4, 0, 0, 1, 3, 1, 1, 0,                                              //
            9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0,                                    //
            7, 5, 0x80 | IN_ENDPOINT, 3, 8, 0, 10};

    switch (s->setup[3]) {
    case DEVICE:
        reply(s, device, sizeof(device));
        break;
    case CONFIGURATION:
        if (s->config) {
            reply(s, s->config, s->nconfig);
        } else if (s->kind == TN_EMU_STICK_KEYBOARD) {
            reply(s, keyboard, sizeof(keyboard));
        } else {
            reply(s, stick, sizeof(stick));
        }
        break;
    default:
        s->control_stalls = true;
        break;
    }
}

static int setup(void *ctx, const uint8_t request[8]) {
    struct tn_emu_stick *s = ctx;
    static const uint8_t one_unit = 0;

    memcpy(s->setup, request, sizeof(s->setup));
    s->ncontrol = s->control_at = 0;
    s->control_stalls = false;
    if (request[0] == TO_HOST && request[1] == GET_DESCRIPTOR) {
        describe(s);
    } else if (request[1] == GET_MAX_LUN && s->kind != TN_EMU_STICK_KEYBOARD) {
        reply(s, &one_unit, 1);
    } else if (!request[0] && request[1] == SET_CONFIGURATION) {
        s->is_configured = true;
    } else if (request[0] == 2 && request[1] == CLEAR_FEATURE && request[2] == ENDPOINT_HALT) {
        *(request[4] & TO_HOST ? &s->in_halted : &s->out_halted) = false;
    } else if (request[0] || request[1] != SET_ADDRESS) {
        s->control_stalls = true;
    }
    return 0;
}

static int control_in(struct tn_emu_stick *s, uint8_t *buf, size_t size) {
    uint32_t n = s->ncontrol - s->control_at;

    if (s->control_stalls) {
        return TN_CABLE_STALL;
    }
    n = n < size ? n : (uint32_t)size;
    memcpy(buf, s->control + s->control_at, n);
    s->control_at += n;
    return (int)n;
}

// ---- Commands --------------------------------------------------------------------------

static void fail(struct tn_emu_stick *s, uint8_t key, uint8_t code) {
    s->sense_key = key;
    s->sense_code = code;
    s->csw[12] = FAILED;
}

static void sense(struct tn_emu_stick *s) {
    memset(s->answer, 0, SENSE_LEN);
    s->answer[0] = 0x70;
    s->answer[2] = s->sense_key;
    s->answer[7] = SENSE_LEN - 8;
    s->answer[12] = s->sense_code;
    s->data = s->answer;
    s->left = SENSE_LEN;
    s->sense_key = s->sense_code = 0;
}

static void inquire(struct tn_emu_stick *s) {
    static const char words[] = "Tenon   emulated stick  1.00";

    memset(s->answer, 0, INQUIRY_LEN);
    s->answer[1] = 0x80;  // removable
    s->answer[2] = 5;
    s->answer[3] = 2;
    s->answer[4] = INQUIRY_LEN - 5;
    memcpy(s->answer + 8, words, sizeof(words) - 1);
    s->data = s->answer;
    s->left = INQUIRY_LEN;
}

static void capacity(struct tn_emu_stick *s) {
    uint32_t block = s->kind == TN_EMU_STICK_LARGE ? LARGE_BLOCK : TN_EMU_STICK_BLOCK;

    put_be32(s->answer, (uint32_t)(s->len / block) - 1);
    put_be32(s->answer + 4, block);
    s->data = s->answer;
    s->left = CAPACITY_LEN;
}

static void read_blocks(struct tn_emu_stick *s, const uint8_t *command) {
    uint64_t at = (uint64_t)get_be32(command + 2) * TN_EMU_STICK_BLOCK;
    uint32_t n = tn_get_be16(command + 7);

    if (at + (uint64_t)n * TN_EMU_STICK_BLOCK > s->len) {
        fail(s, ILLEGAL_REQUEST, OUT_OF_RANGE);
    } else if (s->kind == TN_EMU_STICK_WORN && at >= s->len / 2) {
        fail(s, MEDIUM_ERROR, UNRECOVERED);
    } else {
        s->data = s->image + at;
        s->left = n * TN_EMU_STICK_BLOCK;
        s->reads += n;
    }
}

static void obey(struct tn_emu_stick *s, const uint8_t *command) {
    switch (command[0]) {
    case TEST_UNIT_READY:
        if (s->kind == TN_EMU_STICK_NEVER ||
                (s->kind == TN_EMU_STICK_SLOW && s->polls++ < SLOW_POLLS)) {
            fail(s, NOT_READY, BECOMING_READY);
        }
        break;
    case REQUEST_SENSE:
        sense(s);
        break;
    case INQUIRY:
        inquire(s);
        break;
    case READ_CAPACITY:
        capacity(s);
        break;
    case READ:
        read_blocks(s, command);
        break;
    default:
        fail(s, ILLEGAL_REQUEST, INVALID_COMMAND);
        break;
    }
}

// A command: valid and meaningful, or both bulk endpoints halt ("Bulk-Only Transport", section
// 6.6.1).
static int take_command(struct tn_emu_stick *s, const uint8_t *p, size_t len) {
    if (len != TN_EMU_STICK_CBW || memcmp(p, "USBC", 4) || p[13] || !p[14] || p[14] > 16 ||
            s->has_csw) {
        s->in_halted = s->out_halted = true;
        return 0;
    }
    uint32_t wanted = tn_get_le32(p + 8);
    memcpy(s->csw, "USBS", 4);
    memcpy(s->csw + 4, p + 4, 4);
    s->csw[12] = PASSED;
    s->has_csw = true;
    s->left = 0;
    obey(s, p + 15);
    s->left = s->left < wanted ? s->left : wanted;
    tn_put_le32(s->csw + 8, wanted - s->left);
    s->in_halted = wanted && !s->left;  // section 6.7.2: the host expects data, and none comes
    return 0;
}

// ---- The cable -------------------------------------------------------------------------

static bool answers_later(struct tn_emu_stick *s) {
    bool now = s->kind != TN_EMU_STICK_SLOW || s->naks++ == SLOW_NAKS;

    if (now) {
        s->naks = 0;
    }
    return !now || (s->kind == TN_EMU_STICK_SILENT && s->left >= TN_EMU_STICK_BLOCK);
}

static int in(void *ctx, uint8_t ep, uint8_t *buf, size_t size) {
    struct tn_emu_stick *s = ctx;

    if (!is_connected(s) || (ep && (ep != IN_ENDPOINT || !s->is_configured))) {
        return TN_CABLE_NONE;
    }
    if (answers_later(s)) {
        return TN_CABLE_NAK;
    }
    if (!ep) {
        return control_in(s, buf, size);
    }
    if (s->in_halted) {
        return TN_CABLE_STALL;
    }
    if (s->kind == TN_EMU_STICK_KEYBOARD || !s->has_csw) {
        return TN_CABLE_NAK;
    }
    uint32_t n = s->left < size ? s->left : (uint32_t)size;
    if (n) {
        memcpy(buf, s->data, n);
        s->data += n;
        s->left -= n;
        return (int)n;
    }
    memcpy(buf, s->csw, sizeof(s->csw));
    s->has_csw = false;
    if (s->kind == TN_EMU_STICK_LONG) {
        memset(buf + sizeof(s->csw), 0xff, size - sizeof(s->csw));
        return (int)size;
    }
    return sizeof(s->csw);
}

static int out(void *ctx, uint8_t ep, const uint8_t *data, size_t len) {
    struct tn_emu_stick *s = ctx;
    bool has_it = s->is_configured && s->kind != TN_EMU_STICK_KEYBOARD && ep == OUT_ENDPOINT;

    if (!is_connected(s) || (ep && !has_it)) {
        return TN_CABLE_NONE;
    }
    if (ep ? s->out_halted : s->control_stalls) {
        return TN_CABLE_STALL;
    }
    return ep ? take_command(s, data, len) : 0;
}

const struct tn_usb_cable tn_emu_stick_cable = {
        .is_connected = is_connected, .reset = reset, .setup = setup, .in = in, .out = out};
