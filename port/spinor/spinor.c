// SPDX-License-Identifier: Apache-2.0
#include "spinor/spinor.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "spinor/sfdp.h"

enum {
    PROGRAM = 0x02,
    READ = 0x03,
    READ_STATUS = 0x05,
    WRITE_ENABLE = 0x06,
    PROGRAM_4 = 0x12,
    READ_4 = 0x13,
    READ_SFDP = 0x5a,  // an address of three bytes in every mode, and eight clocks more
    READ_ID = 0x9f,
    WAKE = 0xab,     // from deep power-down, where a chip drives no line
    ENTER_4 = 0xb7,  // addresses of four bytes
};

enum {
    BUSY = 0x01,     // of the status
    ENABLED = 0x02,  // a write may follow
    // All bits set: no chip, as the line is pulled up. A chip that writes has blocks without
    // protection, so some bits are 0.
    NOBODY = 0xff,
    COMMAND_MAX = 5,
    WAKE_MS = 2,        // data sheets: 20 to 100 us, and a clock that is about to step
    PROGRAM_MS = 100,   // data sheets: 5 ms at most
    ERASE_MS = 10000,   // data sheets: 4 s at most, for 256 KiB
    LIMIT_3 = 1 << 24,  // bytes that an address of three bytes reaches
};

enum state {
    UNKNOWN,
    OPEN,
    OUT,
};

static struct tn_spinor *chip_of(const struct tn_flash *f) {
    return f->ctx;
}

// ---- Commands ------------------------------------------------------------------------------

static void exchange(
        const struct tn_spinor *s, const uint8_t *out, uint32_t nout, uint8_t *in, uint32_t nin) {
    s->bus->select(true);
    s->bus->transfer(out, NULL, nout);
    while (nin) {
        uint32_t n = tn_min(nin, TN_SPINOR_TRANSFER_MAX);
        s->bus->transfer(NULL, in, n);
        in += n;
        nin -= n;
    }
    s->bus->select(false);
}

static void send(const struct tn_spinor *s, uint8_t command) {
    exchange(s, &command, 1, NULL, 0);
}

static uint8_t status(const struct tn_spinor *s) {
    uint8_t command = READ_STATUS;
    uint8_t got = NOBODY;

    exchange(s, &command, 1, &got, 1);
    return got;
}

// A command and an address. Returns their length.
static uint32_t put_address(uint8_t *buf, uint8_t command, uint32_t addr, uint32_t address_len) {
    *buf++ = command;
    for (uint32_t i = address_len; i--;) {
        *buf++ = (uint8_t)(addr >> (8 * i));
    }
    return 1 + address_len;
}

static void pause(const struct tn_spinor *s, uint32_t ms) {
    uint32_t since = s->bus->now_ms();

    while (s->bus->now_ms() - since < ms) {
    }
}

// Waits until the chip is not busy. Returns its status, or TN_ETIMEOUT.
static int await(const struct tn_spinor *s, uint32_t limit_ms) {
    uint32_t since = s->bus->now_ms();

    for (;;) {
        uint8_t now = status(s);
        if (!(now & BUSY)) {
            return now;
        }
        if (now == NOBODY || s->bus->now_ms() - since > limit_ms) {
            return TN_ETIMEOUT;
        }
        if (s->bus->alive) {
            s->bus->alive();
        }
    }
}

static void read_id(const struct tn_spinor *s, uint8_t ret[TN_SPINOR_ID_LEN]) {
    uint8_t command = READ_ID;

    exchange(s, &command, 1, ret, TN_SPINOR_ID_LEN);
}

// A chip that has gone is out of use: what was read or written is nothing.
static int check_presence(struct tn_spinor *s) {
    uint8_t id[TN_SPINOR_ID_LEN];

    read_id(s, id);
    return memcmp(id, s->id, sizeof(id)) ? TN_ETIMEOUT : 0;
}

// True if the chip permits the write that follows.
static bool enable(const struct tn_spinor *s) {
    send(s, WRITE_ENABLE);
    return (status(s) & (ENABLED | BUSY)) == ENABLED;
}

// Waits for the end of a write. A chip that refuses one stays enabled.
static int finish(const struct tn_spinor *s, uint32_t limit_ms) {
    int rc = await(s, limit_ms);

    if (rc < 0) {
        return rc;
    }
    return rc & ENABLED ? TN_EIO : 0;
}

// ---- Opening -------------------------------------------------------------------------------

static int read_sfdp(void *ctx, uint32_t addr, void *buf, uint32_t len) {
    const struct tn_spinor *s = ctx;
    uint8_t command[COMMAND_MAX] = {0};
    uint32_t n = put_address(command, READ_SFDP, addr, 3);

    exchange(s, command, n + 1, buf, len);
    return 0;
}

// True if size divides each of the flash's sectors.
static bool divides(const struct tn_flash *f, uint32_t size) {
    for (unsigned i = 0; i < f->nruns; i++) {
        if (f->runs[i].sector_size & (size - 1)) {
            return false;
        }
    }
    return true;
}

// Chooses the largest erase that divides the flash's sectors. Commands with addresses of four bytes
// come first: their meaning does not depend on a mode that the chip may forget.
static int choose(struct tn_spinor *s, const struct tn_flash *f, const struct tn_sfdp *d) {
    bool is_large = d->size > LIMIT_3;

    s->block = 0;
    for (unsigned i = 0; i < TN_SFDP_ERASES; i++) {
        const struct tn_sfdp_erase *e = &d->erase[i];
        if (e->size > s->block && divides(f, e->size)) {
            s->block = e->size;
            s->erase = e->command;
            s->address_len = 3;
            if (is_large && d->reads_4 && e->command4) {
                s->erase = e->command4;
                s->address_len = 4;
            }
        }
    }
    bool has_command = s->address_len == 4;
    s->read = has_command ? READ_4 : READ;
    s->program = has_command ? PROGRAM_4 : PROGRAM;
    s->page = d->page;
    if (!s->block || d->size < f->size) {
        return TN_ENOTSUP;
    }
    if (has_command || (f->size <= LIMIT_3 && d->address != TN_SFDP_ADDRESS_4)) {
        return 0;
    }
    s->address_len = 4;
    if (d->address == TN_SFDP_ADDRESS_4) {
        return 0;
    }
    if (!d->enter && !d->enter_enabled) {
        return TN_ENOTSUP;
    }
    if (!d->enter && !enable(s)) {
        return TN_EIO;
    }
    send(s, ENTER_4);
    return 0;
}

static int identify(struct tn_spinor *s) {
    uint8_t first;

    if (status(s) == NOBODY) {
        send(s, WAKE);
        pause(s, WAKE_MS);
    }
    int rc = await(s, ERASE_MS);  // what a program before a reset has begun
    if (rc < 0) {
        return rc;
    }
    read_id(s, s->id);
    first = s->id[0];
    // The maker's number has an odd parity bit (JEDEC, JEP106): it is neither 00h nor ffh.
    return first == 0 || first == NOBODY ? TN_ETIMEOUT : check_presence(s);
}

int tn_spinor_open(const struct tn_flash *flash) {
    struct tn_spinor *s = chip_of(flash);
    struct tn_sfdp d;

    s->next = 0;
    s->address_len = 0;
    if (s->bus->begin) {
        s->bus->begin();
    }
    int err = identify(s);
    if (!err) {
        err = tn_sfdp_get(read_sfdp, s, &d);
    }
    if (!err) {
        err = choose(s, flash, &d);
    }
    s->state = err ? OUT : OPEN;
    return err;
}

bool tn_spinor_is_out(const struct tn_flash *flash) {
    return chip_of(flash)->state == OUT;
}

// The error of a chip that is out of use is always the same: nothing is lost, but not to be had.
static int begin(const struct tn_flash *f) {
    struct tn_spinor *s = chip_of(f);

    if (s->state == UNKNOWN) {
        tn_spinor_open(f);
    }
    return s->state == OPEN ? 0 : TN_ETIMEOUT;
}

static int end(struct tn_spinor *s, int err) {
    if (!err) {
        err = check_presence(s);
    }
    if (err == TN_ETIMEOUT) {
        s->state = OUT;
    }
    return err;
}

// ---- The flash's operations ------------------------------------------------------------------

static int read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    struct tn_spinor *s = chip_of(f);
    uint8_t command[COMMAND_MAX];
    int err = len ? begin(f) : 0;

    if (err || !len) {
        return err;
    }
    exchange(s, command, put_address(command, s->read, off, s->address_len), buf, len);
    return end(s, 0);
}

// Bytes of one page. They are copied, since a controller may not reach where they are.
static int program(const struct tn_spinor *s, uint32_t off, const uint8_t *p, uint32_t len) {
    uint8_t buf[TN_SPINOR_TRANSFER_MAX];

    if (!enable(s)) {
        return TN_ETIMEOUT;
    }
    s->bus->select(true);
    s->bus->transfer(buf, NULL, put_address(buf, s->program, off, s->address_len));
    while (len) {
        uint32_t n = tn_min(len, sizeof(buf));
        memcpy(buf, p, n);
        s->bus->transfer(buf, NULL, n);
        p += n;
        len -= n;
    }
    s->bus->select(false);
    return finish(s, PROGRAM_MS);
}

static int prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    struct tn_spinor *s = chip_of(f);
    const uint8_t *p = buf;
    int err = begin(f);

    if (err) {
        return err;
    }
    s->next = 0;
    while (len && !err) {
        uint32_t n = tn_min(len, s->page - (off & (s->page - 1)));
        err = program(s, off, p, n);
        p += n;
        off += n;
        len -= n;
    }
    return end(s, err);
}

// Bytes of the sector that begins at off; 0: none does.
static uint32_t sector_at(const struct tn_flash *f, uint32_t off) {
    for (unsigned i = 0; i < f->nruns; i++) {
        uint32_t size = f->runs[i].sector_size * f->runs[i].count;
        if (off < size) {
            return f->runs[i].sector_size;
        }
        off -= size;
    }
    return 0;
}

// One block of the sector in each call.
static int erase(const struct tn_flash *f, uint32_t off) {
    struct tn_spinor *s = chip_of(f);
    uint32_t size = sector_at(f, off);
    uint8_t command[COMMAND_MAX];
    int err = begin(f);

    if (err) {
        return err;
    }
    if (s->next <= off || s->next - off >= size) {
        s->next = off;
    }
    if (!enable(s)) {
        return end(s, TN_ETIMEOUT);
    }
    exchange(s, command, put_address(command, s->erase, s->next, s->address_len), NULL, 0);
    err = end(s, finish(s, ERASE_MS));
    s->next = err ? 0 : s->next + s->block;
    if (!err && s->next - off < size) {
        return TN_MORE;
    }
    s->next = 0;
    return err;
}

const struct tn_flash_ops tn_spinor_ops = {read, prog, erase};
