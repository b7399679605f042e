// SPDX-License-Identifier: Apache-2.0
// A board's layout from its folder's text: layout.h for the map, board.cmake for the chip, pins.h
// for the button and the crystal. So a board that lies outside of this repository can be emulated
// too.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "board.h"

enum {
    PATH_ROOM = 4096,
    WORD_ROOM = 64,
    NO_PIN = 0xff,  // PIN_NONE of the families' headers
    NRF_PORT = 32,  // pins of a port, by the numbers of nrf5x.h
};

static int fail(const char *folder, const char *file, const char *what) {
    fprintf(stderr, "emu: %s%s%s: %s\n", folder, *file ? "/" : "", file, what);
    return -1;
}

// Reads a file of the folder; the text has a 0 behind it. Returns 0, or -1 with a line on stderr.
static int read_text(const char *folder, const char *file, struct tn_buf *ret) {
    char path[PATH_ROOM];
    struct tn_fault f;

    if (snprintf(path, sizeof(path), "%s/%s", folder, file) >= (int)sizeof(path)) {
        return fail(folder, file, "the path is too long");
    }
    if (tn_file_read(path, ret, &f)) {
        fprintf(stderr, "emu: %s\n", f.text);
        return -1;
    }
    return 0;
}

// What follows "name" and blanks at the beginning of a line, or NULL. lead: what stands in front.
static const char *behind(const char *text, const char *lead, const char *name) {
    size_t n = strlen(name);

    for (const char *p = text; p; p = strchr(p, '\n')) {
        p += strspn(p, " \t\n");
        if (strncmp(p, lead, strlen(lead)) == 0 && strncmp(p + strlen(lead), name, n) == 0 &&
                strchr(" \t", p[strlen(lead) + n])) {
            p += strlen(lead) + n;
            return p + strspn(p, " \t=(\\\n");  // a long line goes on behind a backslash
        }
    }
    return NULL;
}

static bool number(const char *text, const char *name, uint32_t *ret) {
    const char *p = behind(text, "#define ", name);

    if (!p || !isdigit((unsigned char)*p)) {
        return false;
    }
    *ret = (uint32_t)strtoul(p, NULL, 0);
    return true;
}

// ---- The map ---------------------------------------------------------------------------

static int set_map(const char *folder, struct tn_emu_layout *l) {
    struct tn_buf file;
    uint32_t base = 0;
    uint32_t boot = 0;
    uint32_t mark = 0;
    uint32_t mark_size = 0;
    uint32_t code, code_size;
    const struct {
        const char *name;
        uint32_t *to;
    } rows[] = {
            {"FLASH_ADDR", &base},
            {"BOOT_ADDR", &boot},
            {"BOOT_SIZE", &l->boot_size},
            {"PRIMARY_ADDR", &l->primary},
            {"PRIMARY_SIZE", &l->primary_size},
            {"SECONDARY_ADDR", &l->secondary},
            {"SECONDARY_SIZE", &l->secondary_size},
            {"IMAGE_HEADER", &l->header},
    };
    const char *lacks = NULL;

    if (read_text(folder, "layout.h", &file)) {
        return -1;
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && !lacks; i++) {
        lacks = number((const char *)file.p, rows[i].name, rows[i].to) ? NULL : rows[i].name;
    }
    number((const char *)file.p, "MARK_ADDR", &mark);  // no number: no mark
    number((const char *)file.p, "MARK_SIZE", &mark_size);
    if (number((const char *)file.p, "CODE_ADDR", &code) &&
            number((const char *)file.p, "CODE_SIZE", &code_size)) {
        l->boot_size = code + code_size - boot;
    }
    if (number((const char *)file.p, "OUTCOME_ADDR", &l->outcome) &&
            number((const char *)file.p, "OUTCOME_SIZE", &l->outcome_size)) {
        l->outcome -= base;
    }
    if (number((const char *)file.p, "SCRATCH_ADDR", &l->scratch) &&
            number((const char *)file.p, "SCRATCH_SIZE", &l->scratch_size)) {
        l->scratch -= base;
        l->slots = &tn_layout_swap_scratch;
    }
    tn_buf_free(&file);
    if (lacks) {
        fprintf(stderr, "emu: %s/layout.h: no line '#define %s NUMBER'\n", folder, lacks);
        return -1;
    }
    l->locked_end = (mark ? mark + mark_size : boot + l->boot_size) - base;
    l->primary -= base;
    l->secondary -= base;
    return 0;
}

// ---- The chip --------------------------------------------------------------------------

// TN_BOARD_CHIP is a folder, whose last part is the chip's name or the beginning of it: nrf51 is
// the nRF51822.
static const struct tn_emu_chip *chip_of(const char *text) {
    const char *p = behind(text, "", "set(TN_BOARD_CHIP");
    char word[WORD_ROOM];
    size_t n = p ? strcspn(p, " \t\n)") : 0;

    size_t from = n;
    while (from && p[from - 1] != '/') {
        from--;
    }
    n -= from;
    if (n == 0 || n >= sizeof(word)) {
        return NULL;
    }
    memcpy(word, p + from, n);
    word[n] = 0;
    for (const struct tn_emu_chip *const *c = tn_emu_chips; *c; c++) {
        if (strncasecmp((*c)->name, word, n) == 0) {
            return *c;
        }
    }
    return NULL;
}

static int set_chip(const char *folder, struct tn_emu_layout *l) {
    struct tn_buf file;

    if (read_text(folder, "board.cmake", &file)) {
        return -1;
    }
    l->chip = chip_of((const char *)file.p);
    tn_buf_free(&file);
    return l->chip ? 0 : fail(folder, "board.cmake", "TN_BOARD_CHIP names no chip of emu/chip");
}

// ---- Button and crystal ----------------------------------------------------------------

// PIN_BUTTON is a number, or STM32_PIN('C', 13).
static bool pin(const char *p, struct tn_emu_layout *l) {
    char port;
    unsigned n;

    if (sscanf(p, "STM32_PIN('%c', %u)", &port, &n) == 2 && port >= 'A') {
        l->button_port = (uint8_t)(port - 'A');
        l->button_pin = (uint8_t)n;
        return true;
    }
    if (sscanf(p, "%u", &n) != 1 || n >= NO_PIN) {
        return false;
    }
    l->button_port = (uint8_t)(n / NRF_PORT);
    l->button_pin = (uint8_t)(n % NRF_PORT);
    return true;
}

static int set_pins(const char *folder, struct tn_emu_layout *l) {
    struct tn_buf file;

    if (read_text(folder, "pins.h", &file)) {
        return -1;
    }
    const char *button = behind((const char *)file.p, "", "PIN_BUTTON");
    const char *high = behind((const char *)file.p, "", "BUTTON_HIGH");
    l->has_button = button && pin(button, l);
    l->button_high = high && *high == '1';
    const char *mhz = behind((const char *)file.p, "", "USB_HSE_MHZ");
    l->hse_khz = mhz ? 1000 * (uint32_t)strtoul(mhz, NULL, 10) : 0;
    tn_buf_free(&file);
    return 0;
}

// ----------------------------------------------------------------------------------------

static int read_folder(const char *folder, struct tn_emu_layout *l) {
    static char name[WORD_ROOM];  // one board a process
    size_t len = strlen(folder);

    while (len > 1 && folder[len - 1] == '/') {
        len--;
    }
    size_t from = len;
    while (from && folder[from - 1] != '/') {
        from--;
    }
    snprintf(name, sizeof(name), "%.*s", (int)(len - from), folder + from);
    *l = (struct tn_emu_layout){.name = name};
    return set_map(folder, l) || set_chip(folder, l) || set_pins(folder, l) ? -1 : 0;
}

static const struct tn_emu_layout *find(const struct tn_emu_layout *const *list, const char *name) {
    while (*list && strcmp((*list)->name, name) != 0) {
        list++;
    }
    return *list;
}

const struct tn_emu_layout *tn_emu_layout_find(const char *word, struct tn_emu_layout *own) {
    if (strchr(word, '/')) {
        return read_folder(word, own) ? NULL : own;
    }
    const struct tn_emu_layout *found = find(tn_emu_layouts, word);
    return found ? found : find(tn_emu_variants, word);
}
