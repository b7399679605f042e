// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "host/files/inspect.h"

enum {
    PAGE = 4096,
    VECTORS = 0x40,    // where payloads have their reset handlers, a few bytes apart
    SIGNATURE = 160,   // more bytes than the TLVs of a signed image take
    PAYLOAD_LEN = 12,  // offset in an image's header: doc/reference/mcuboot.md section 1
    ERASED = 0xff,
};

_Noreturn static void die(const char *what) {
    fprintf(stderr, "emu: %s\n", what);
    exit(1);
}

// The other flash is a quick one.
static void open_external(struct tn_emu_board *b) {
    const struct tn_emu_layout *l = b->layout;
    struct tn_emu_nor_chip *chip = &b->emu.nor;

    *chip = (struct tn_emu_nor_chip){.len = l->external, .program_us = 1, .erase_us = 1};
    chip->bytes = malloc(chip->len);
    if (!chip->bytes) {
        die("out of memory");
    }
    memset(chip->bytes, ERASED, chip->len);
    b->external_run = (struct tn_flash_run){l->external_sector, l->external / l->external_sector};
    tn_nor_init(&b->external, chip->bytes, &b->external_run, 1, l->chip->unit, ERASED);
    b->slots.area[TN_SECONDARY].flash = &b->external.flash;
}

// Converts the chip's sectors to the form of src/flash. Returns the number of runs.
static uint8_t set_runs(struct tn_emu_board *b) {
    const struct tn_emu_chip *chip = b->layout->chip;
    uint32_t off = 0;
    uint8_t n = 0;

    for (; off < chip->flash_size && n < TN_EMU_RUNS; n++) {
        b->runs[n] = (struct tn_flash_run){chip->sectors[n].size, chip->sectors[n].count};
        off += chip->sectors[n].size * chip->sectors[n].count;
    }
    return n;
}

static uint16_t count_sectors(const struct tn_emu_chip *chip, uint32_t off, uint32_t len) {
    uint16_t n = 0;
    uint32_t size;

    for (uint32_t at = off; at < off + len; at += size, n++) {
        tn_emu_sector_at(chip, at, &at, &size);
    }
    return n;
}

void tn_emu_layout_fit(const struct tn_emu_layout *l, struct tn_emu *e) {
    e->hse_khz = l->hse_khz ? l->hse_khz : e->hse_khz;
    e->card_cs = l->card_cs;
    e->usb_supply_pin = l->usb_supply_pin;
    if (l->has_button) {
        tn_emu_pin(e, l->button_port, l->button_pin, !l->button_high);
    }
}

void tn_emu_board_map(
        struct tn_emu_board *b, const struct tn_emu_layout *layout, const struct tn_layout *slots) {
    const struct tn_emu_chip *chip = layout->chip;

    b->layout = layout;
    tn_nor_init(&b->nor, b->emu.flash, b->runs, set_runs(b), chip->unit, 0xff);
    b->slots.area[TN_PRIMARY] =
            (struct tn_area){&b->nor.flash, layout->primary, layout->primary_size};
    b->slots.area[TN_SECONDARY] =
            (struct tn_area){&b->nor.flash, layout->secondary, layout->secondary_size};
    b->slots.area[TN_SCRATCH] =
            (struct tn_area){&b->nor.flash, layout->scratch, layout->scratch_size};
    b->slots.layout = slots;
    b->slots.max_sectors = layout->external
            ? (uint16_t)(layout->secondary_size / layout->external_sector)
            : count_sectors(chip, layout->secondary, layout->secondary_size);
    b->slots.max_align = chip->unit < 8 ? 8 : chip->unit;
    b->slots.magic = tn_trailer_magic(b->slots.max_align);
}

int tn_emu_board_open(struct tn_emu_board *b, const struct tn_emu_layout *layout,
        const struct tn_layout *slots, const char *loader) {
    const struct tn_emu_chip *chip = layout->chip;

    memset(b, 0, sizeof(*b));
    if (tn_elf_open(&b->loader, loader, chip->flash_base + chip->boot_off, layout->boot_size)) {
        return -1;
    }
    // Only the loader's own bytes may be executed.
    if (tn_emu_open(&b->emu, chip, tn_round_up(b->loader.len, PAGE))) {
        tn_elf_close(&b->loader);
        return -1;
    }
    tn_emu_layout_fit(layout, &b->emu);
    memcpy(b->emu.flash + chip->boot_off, b->loader.image, layout->boot_size);
    tn_emu_board_map(b, layout, slots);
    if (layout->external) {
        open_external(b);
    }
    return 0;
}

void tn_emu_board_close(struct tn_emu_board *b) {
    free(b->emu.nor.bytes);
    tn_emu_close(&b->emu);
    tn_elf_close(&b->loader);
}

// ---- Images ----------------------------------------------------------------------------

static uint32_t reset_handler(const struct tn_emu_layout *layout, uint8_t major) {
    return layout->chip->flash_base + layout->primary + layout->header + VECTORS + 2u * major;
}

static struct tn_buf make_payload(
        const struct tn_emu_layout *layout, uint8_t major, uint32_t seed, size_t len) {
    struct tn_buf payload = {malloc(len), len};

    if (!payload.p) {
        die("out of memory");
    }
    for (size_t i = 0; i < len; i++) {
        payload.p[i] = (uint8_t)tn_emu_random(&seed);
    }
    tn_put_le32(payload.p, layout->chip->ram_base + layout->chip->ram_size);
    tn_put_le32(payload.p + 4, reset_handler(layout, major) | 1);
    return payload;
}

// Signatures in DER vary by a few bytes with the payload: tries payloads until the length is right.
static void make(const struct tn_emu_layout *layout, const struct tn_key_pair *key,
        const struct tn_encrypt *device, uint8_t major, uint32_t counter, uint32_t len,
        struct tn_buf *ret) {
    const struct tn_sign_opts opts = {.key = key,
            .encrypt = device,
            .has_counter = counter != 0,
            .counter = counter,
            .version = {.major = major},
            .hdr_size = layout->header,
            .pad_header = true,
            .erased = 0xff};
    struct tn_fault fault = {0};
    size_t payload_len = len - layout->header - SIGNATURE;

    for (int tries = 0; tries < 1000; tries++) {
        struct tn_buf payload =
                make_payload(layout, major, major + 256u * (uint32_t)tries, payload_len);
        int err = tn_sign(&payload, &opts, "payload", ret, &fault);
        tn_buf_free(&payload);
        if (err) {
            die(fault.text);
        }
        if (ret->len == len) {
            return;
        }
        payload_len += len - ret->len;
        tn_buf_free(ret);
    }
    die("no signature of the wanted length");
}

void tn_emu_image_make(const struct tn_emu_layout *layout, const struct tn_key_pair *key,
        uint8_t major, uint32_t len, struct tn_buf *ret) {
    make(layout, key, NULL, major, 0, len, ret);
}

void tn_emu_image_make_counted(const struct tn_emu_layout *layout, const struct tn_key_pair *key,
        uint8_t major, uint32_t counter, uint32_t len, struct tn_buf *ret) {
    make(layout, key, NULL, major, counter, len, ret);
}

void tn_emu_image_key(const struct tn_buf *image, const struct tn_encrypt *device,
        struct tn_image_secret *ret, struct tn_wrapped *ret_wrapped) {
    struct tn_fault fault = {0};
    struct tn_inspect in;

    if (tn_inspect(image->p, image->len, NULL, 0, "image", &in, &fault)) {
        die(fault.text);
    }
    ret_wrapped->len = 0;
    for (size_t i = 0; i < in.ntlvs; i++) {
        const struct tn_inspect_tlv *t = &in.tlvs[i];
        if (t->type == in.wrap_type && t->len <= sizeof(ret_wrapped->bytes)) {
            ret_wrapped->type = t->type;
            ret_wrapped->len = t->len;
            memcpy(ret_wrapped->bytes, image->p + t->off, t->len);
        }
    }
    if (tn_encrypt_open(device, ret_wrapped, ret, &fault)) {
        die(fault.text);
    }
}

// Both forms have the same header and TLVs.
void tn_emu_image_make_encrypted(const struct tn_emu_layout *layout, const struct tn_key_pair *key,
        const struct tn_encrypt *device, uint8_t major, uint32_t len, struct tn_buf *ret_stored,
        struct tn_buf *ret_clear) {
    struct tn_image_secret secret;
    struct tn_wrapped wrapped;
    struct tn_fault fault = {0};

    make(layout, key, device, major, 0, len, ret_stored);
    tn_emu_image_key(ret_stored, device, &secret, &wrapped);
    *ret_clear = (struct tn_buf){malloc(len), len};
    if (!ret_clear->p) {
        die("out of memory");
    }
    memcpy(ret_clear->p, ret_stored->p, len);
    uint32_t payload = tn_get_le32(ret_clear->p + PAYLOAD_LEN);
    if (tn_encrypt_payload(&secret, ret_clear->p + layout->header, payload, &fault)) {
        die(fault.text);
    }
}

// ---- Slots -----------------------------------------------------------------------------

// Where the place is in memory.
static uint8_t *place_of(const struct tn_emu_board *b, enum tn_place place) {
    const struct tn_nor *nor;
    struct tn_image_src src;

    tn_slots_source(&b->slots, place, &src);
    nor = src.area->flash->ctx;
    return nor->mem + src.area->off + src.off;
}

void tn_emu_board_place(struct tn_emu_board *b, enum tn_place place, const struct tn_buf *image) {
    const struct tn_area *area = &b->slots.area[tn_place_slot(place)];
    const struct tn_nor *nor = area->flash->ctx;

    memset(nor->mem + area->off, ERASED, area->size);
    memcpy(place_of(b, place), image->p, image->len);
}

bool tn_emu_board_holds(
        const struct tn_emu_board *b, enum tn_place place, const struct tn_buf *image) {
    return memcmp(place_of(b, place), image->p, image->len) == 0;
}

void tn_emu_board_request(struct tn_emu_board *b, enum tn_swap_type type) {
    int rc;

    while ((rc = tn_boot_request(&b->slots, type)) == TN_MORE) {
    }
    if (rc) {
        die("the request was refused");
    }
}

enum tn_swap_type tn_emu_board_pending(const struct tn_emu_board *b) {
    return tn_boot_pending(&b->slots);
}

bool tn_emu_board_runs_in(
        const struct tn_emu_board *b, enum tn_place place, const struct tn_buf *image) {
    uint32_t entry = tn_get_le32(image->p + b->layout->header + 4);

    return b->emu.pc == (entry & ~1u) && tn_emu_board_holds(b, place, image);
}

bool tn_emu_board_runs(const struct tn_emu_board *b, const struct tn_buf *image) {
    return tn_emu_board_runs_in(b, TN_RUNNING, image);
}
