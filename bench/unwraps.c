// SPDX-License-Identifier: Apache-2.0
// Counts the instructions that unwrap the key of an encrypted image, by each row that a device of
// either core may have: the programs unwraps-m0 and unwraps-m4 of SIZE_FOLDER, on emulated chips.
//
//     unwraps [--json] SIZE_FOLDER KINDS_FOLDER
//
// Keys of P-256 and X25519 are new ones each time; RSA's is a test key.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "emu/boards/board.h"
#include "host/files/encrypt.h"

enum {
    PLACE = 0x1000,  // of arguments in RAM, above the program's data
    RET = PLACE,
    DATA = PLACE + 0x40,
    PRIVATE = PLACE + 0x200,
};
#define OUTSIDE 0x20000800u

static const struct row {
    const char *name;
    uint8_t kind;
    uint64_t max[2];  // instructions, M0 and M4
} rows[] = {
        {"p256", TN_KEY_P256, {14000000, 900000}},
        {"x25519", TN_KEY_X25519, {6300000, 4600000}},
        {"rsa2048", TN_KEY_RSA2048, {270000000, 61000000}},
};

static const struct core {
    const char *name;
    const struct tn_emu_layout *board;
} cores[] = {{"m0", &tn_emu_microbit}, {"m4", &tn_emu_rak4631}};

static bool json;
static uint32_t main_addr;

_Noreturn static void die(const char *what, const char *name) {
    fprintf(stderr, "unwraps: %s %s\n", what, name);
    exit(1);
}

static void stop_at_main(struct tn_emu *e, uint32_t addr, uint32_t size) {
    (void)size;
    if (addr == main_addr) {
        tn_emu_stop(e);
    }
}

static void load_key(const struct row *row, const char *folder, struct tn_key_pair *ret) {
    struct tn_fault fault = {0};
    char path[4096];
    int err = 0;

    if (row->kind == TN_KEY_RSA2048) {
        snprintf(path, sizeof(path), "%s/TEST-KEY-ONLY-rsa2048-private.pem", folder);
        err = tn_key_load(path, ret, &fault);
    } else {
        snprintf(path, sizeof(path), "/tmp/tenon-unwraps-%d.pem", (int)getpid());
        err = tn_key_generate_kind(row->kind, path, true, true, NULL, &fault) ||
                tn_key_load(path, ret, &fault);
        unlink(path);
    }
    if (err) {
        die(fault.text, "");
    }
}

// Calls the row's function. The key must come out.
static uint64_t measure(struct tn_emu_board *b, const struct row *row, const char *folder) {
    struct tn_emu *e = &b->emu;
    struct tn_fault fault = {0};
    struct tn_key_pair key;
    const struct tn_encrypt device = {.key = &key};
    struct tn_image_secret secret;
    struct tn_wrapped wrapped;
    uint32_t regs[TN_EMU_REGS];
    char name[64];
    size_t len;

    load_key(row, folder, &key);
    snprintf(name, sizeof(name), "unwrap_%s", row->name);
    const struct tn_elf_function *f = tn_elf_find(&b->loader, name);
    if (!f || tn_encrypt_make(&device, &secret, &wrapped, &fault) ||
            tn_key_private_for_device(&key, e->ram + PRIVATE, &len, &fault)) {
        die("cannot begin:", f ? fault.text : name);
    }
    memcpy(e->ram + DATA, wrapped.bytes, wrapped.len);
    tn_emu_get_regs(e, regs);
    regs[0] = e->chip->ram_base + PRIVATE;
    regs[1] = e->chip->ram_base + DATA;
    regs[2] = (uint32_t)wrapped.len;
    regs[3] = e->chip->ram_base + RET;
    regs[TN_EMU_LR] = OUTSIDE | 1;
    regs[TN_EMU_PC] = f->addr | 1;
    tn_emu_set_regs(e, regs);
    uint64_t before = e->insns;
    if (tn_emu_run(e) != TN_EMU_LEFT || e->pc != OUTSIDE ||
            tn_emu_reg(e, 0) != (uint32_t)secret.len ||
            memcmp(e->ram + RET, secret.bytes, secret.len) != 0) {
        die("the key does not come out:", row->name);
    }
    tn_key_free(&key);
    return e->insns - before;
}

static void report(const struct row *row, const char *core, uint64_t insns, uint64_t max) {
    if (json) {
        printf("{\"name\": \"unwrap.%s.%s.insn\", \"value\": %llu, \"unit\": \"insn\", \"peer\": "
               "null, \"peer_value\": null}\n",
                row->name, core, (unsigned long long)insns);
    } else {
        printf("%-10s%-4s%14llu%14llu\n", row->name, core, (unsigned long long)insns,
                (unsigned long long)max);
    }
}

int main(int argc, char **argv) {
    bool high = false;
    char path[4096];

    json = argc > 1 && !strcmp(argv[1], "--json");
    if (argc != 3 + json) {
        fprintf(stderr, "usage: unwraps [--json] SIZE_FOLDER KINDS_FOLDER\n");
        return 64;
    }
    if (!json) {
        printf("Instructions to unwrap an image's key\n%-14s%14s%14s\n", "", "Tenon", "ceiling");
    }
    for (size_t c = 0; c < TN_LEN(cores); c++) {
        struct tn_emu_board b;
        snprintf(path, sizeof(path), "%s/unwraps-%s.elf", argv[1 + json], cores[c].name);
        if (tn_emu_board_open(&b, cores[c].board, &tn_layout_swap_offset, path)) {
            return 1;
        }
        const struct tn_elf_function *start = tn_elf_find(&b.loader, "main");
        main_addr = start ? start->addr : 0;
        b.emu.on_insn = stop_at_main;
        if (tn_emu_boot(&b.emu, 1, 0) != TN_EMU_STOPPED) {
            die("no main in", path);
        }
        b.emu.on_insn = NULL;
        for (size_t i = 0; i < TN_LEN(rows); i++) {
            uint64_t insns = measure(&b, &rows[i], argv[2 + json]);
            report(&rows[i], cores[c].name, insns, rows[i].max[c]);
            if (insns > rows[i].max[c]) {
                fprintf(stderr, "unwraps: %s on %s is above its ceiling\n", rows[i].name,
                        cores[c].name);
                high = true;
            }
        }
        tn_emu_board_close(&b);
    }
    return high;
}
