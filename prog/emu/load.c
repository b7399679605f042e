// SPDX-License-Identifier: Apache-2.0
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/core/elf.h"
#include "host/files/segments.h"

enum {
    UICR = 0x10001000,  // "nRF51 Series Reference Manual", version 3.0, chapter 8
    PATH_ROOM = 4096,
};

static int fail(const char *text) {
    fprintf(stderr, "tenon-emu: %s\n", text);
    return -1;
}

// Puts bytes at an address. Code may run from an alias of the flash at 0.
static int put(struct tn_emu *e, uint8_t *uicr, const struct tn_segment *s, const char *name) {
    const struct tn_emu_chip *c = e->chip;
    uint32_t off = s->addr - c->flash_base;
    uint32_t len = (uint32_t)s->bytes.len;

    if (off < c->flash_size && len <= c->flash_size - off) {
        memcpy(e->flash + off, s->bytes.p, len);
        return 0;
    }
    off = s->addr - UICR;
    if (off < LOAD_UICR_SIZE && len <= LOAD_UICR_SIZE - off) {
        memcpy(uicr + off, s->bytes.p, len);
        return 0;
    }
    fprintf(stderr,
            "tenon-emu: %s: %u bytes at 0x%08x are not in the flash of the %s (0x%08x to 0x%08x)\n",
            name, (unsigned)len, (unsigned)s->addr, c->name, (unsigned)c->flash_base,
            (unsigned)(c->flash_base + c->flash_size));
    return -1;
}

// "x.bin@0x8000" is "x.bin" for the address 0x8000.
static int split(const char *file, char path[PATH_ROOM], uint32_t *ret_addr) {
    const char *at = strrchr(file, '@');
    char *end;

    if (strlen(file) >= PATH_ROOM) {
        return fail("a path that is too long");
    }
    strcpy(path, file);
    if (at) {
        unsigned long addr = strtoul(at + 1, &end, 0);
        if (!at[1] || *end || addr > UINT32_MAX) {
            fprintf(stderr, "tenon-emu: %s: '%s' is no address\n", file, at + 1);
            return -1;
        }
        path[at - file] = 0;
        *ret_addr = (uint32_t)addr;
    }
    return 0;
}

static bool is_elf(const struct tn_buf *b) {
    return b->len > 4 &&
            !memcmp(b->p,
                    "\x7f"
                    "ELF",
                    4);
}

static int load_elf(struct tn_emu *e, const char *path) {
    struct tn_elf elf;
    const struct tn_emu_chip *c = e->chip;

    if (tn_elf_open(&elf, path, c->flash_base, c->flash_size)) {
        return -1;
    }
    for (uint32_t i = 0; i < c->flash_size; i++) {
        e->flash[i] &= elf.image[i];
    }
    tn_elf_close(&elf);
    return 0;
}

int load_file(struct tn_emu *e, uint8_t uicr[LOAD_UICR_SIZE], const char *file) {
    char path[PATH_ROOM];
    uint32_t addr = e->chip->flash_base;
    struct tn_segments segments = {0};
    struct tn_buf b;
    struct tn_fault f;

    if (split(file, path, &addr)) {
        return -1;
    }
    if (tn_file_read(path, &b, &f)) {
        return fail(f.text);
    }
    int bad = 0;
    if (is_elf(&b)) {
        bad = load_elf(e, path);
    } else if (tn_file_has_suffix(path, ".hex")
                    ? tn_ihex_parse(&segments, (const char *)b.p, b.len, path, &f)
                    : tn_segments_add(&segments, addr, b.p, b.len, path, &f)) {
        bad = fail(f.text);
    }
    for (size_t i = 0; i < segments.n && !bad; i++) {
        bad = put(e, uicr, &segments.list[i], path);
    }
    tn_segments_free(&segments);
    tn_buf_free(&b);
    return bad;
}

int load_save(const struct tn_emu *e, const char *path) {
    struct tn_fault f;

    return tn_file_write(path, e->flash, e->chip->flash_size, TN_FILE_PLAIN, &f) ? fail(f.text) : 0;
}
