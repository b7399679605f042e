// SPDX-License-Identifier: Apache-2.0
// sign and merge: make files for a device or a programmer from programs.
#include <stdlib.h>
#include <string.h>

#include "boot/check.h"
#include "cli.h"
#include "host/files/inspect.h"
#include "host/files/sign.h"

// ---- Output by suffix ------------------------------------------------------------------

// Writes segments as Intel HEX to a .hex file, or as one run of bytes to any other.
static int write_segments(
        struct cli *cli, const char *path, const struct tn_segments *s, uint8_t fill) {
    struct tn_buf out = {0};
    uint32_t addr;
    int err = tn_file_has_suffix(path, ".hex")
            ? tn_ihex_format(s, &out, &cli->fault)
            : tn_segments_flatten(s, fill, &addr, &out, path, &cli->fault);

    if (!err) {
        err = tn_file_write(path, out.p, out.len, TN_FILE_PLAIN, &cli->fault);
    }
    tn_buf_free(&out);
    return err;
}

// ---- sign ------------------------------------------------------------------------------

// "auto" is imgtool's word: a higher version gets a higher counter.
static int read_counter(struct cli *cli, struct tn_sign_opts *o) {
    const char *text = cli->value[OPT_COUNTER];

    o->has_counter = text != NULL;
    if (text && strcmp(text, "auto") == 0) {
        o->counter = (uint32_t)o->version.major << 24 | (uint32_t)o->version.minor << 16 |
                o->version.revision;
        return 0;
    }
    return cli_number(cli, OPT_COUNTER, 0, UINT32_MAX, &o->counter);
}

static int read_strategy(struct cli *cli, struct tn_slot_shape *s) {
    const char *name = cli->value[OPT_STRATEGY];

    s->layout = name ? tn_layout_by_name(name) : NULL;
    // If two flash devices have different sectors, the sizes of the slots do not show what fits.
    if (name && (!s->layout || s->layout == &tn_layout_swap_scratch)) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--strategy %s: not one of swap-offset, swap-move, overwrite-only, direct-xip, "
                "direct-xip-revert, ram-load, single-slot",
                name);
    }
    return 0;
}

// Reads all the numbers. tn_sign checks whether they fit together.
static int read_sizes(struct cli *cli, struct tn_sign_opts *o) {
    struct tn_slot_shape *s = &o->slot;
    uint32_t erased = 0xff;

    o->hdr_size = TN_IMAGE_HDR_LEN;
    if (cli_number(cli, OPT_HDR_SIZE, TN_IMAGE_HDR_LEN, UINT16_MAX, &o->hdr_size) ||
            cli_number(cli, OPT_SLOT_SIZE, 1, TN_FILE_MAX, &s->slot_size) ||
            cli_number(cli, OPT_SPARE_SIZE, 1, TN_FILE_MAX, &s->spare_size) ||
            cli_number(cli, OPT_SECTOR_SIZE, 1, TN_FILE_MAX, &s->sector_size) ||
            cli_number(cli, OPT_MAX_SECTORS, 1, 65536, &s->max_sectors) ||
            cli_number(cli, OPT_ALIGN, 1, 512, &s->align) ||
            cli_number(cli, OPT_MAX_ALIGN, 8, 512, &s->max_align) ||
            cli_number(cli, OPT_ROM_FIXED, 0, UINT32_MAX, &o->load_addr) ||
            cli_number(cli, OPT_ERASED, 0, 255, &erased)) {
        return -1;
    }
    if (erased != 0 && erased != 0xff) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "--erased-val is 0 or 0xff");
    }
    o->erased = (uint8_t)erased;
    return read_strategy(cli, s);
}

static int read_opts(struct cli *cli, struct tn_sign_opts *o) {
    const char *version = cli->value[OPT_IMAGE_VERSION];

    if (!version || tn_version_parse(version, &o->version)) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: give --version as maj.min.rev or maj.min.rev+build, such as 1.2.3+4",
                version ? version : "no version");
    }
    o->pad_header = cli->given[OPT_PAD_HEADER];
    o->rom_fixed = cli->given[OPT_ROM_FIXED];
    o->pad = cli->given[OPT_PAD_CONFIRM] ? TN_SIGN_CONFIRM
            : cli->given[OPT_PAD]        ? TN_SIGN_PAD
                                         : TN_SIGN_NO_PAD;
    return read_sizes(cli, o) || read_counter(cli, o) ? -1 : 0;
}

// The address of the image in a .hex file: --hex-addr, or the input's own address. In any other
// file the slot starts at the file's start.
static int slot_addr(
        struct cli *cli, const struct tn_sign_opts *o, uint32_t in_addr, uint32_t *ret) {
    const char *in = cli->args[0];
    uint32_t head = o->pad_header ? o->hdr_size : 0;

    *ret = 0;
    if (!tn_file_has_suffix(cli->args[1], ".hex")) {
        return 0;
    }
    if (cli->value[OPT_HEX_ADDR]) {
        return cli_number(cli, OPT_HEX_ADDR, 0, UINT32_MAX, ret);
    }
    *ret = in_addr - head;
    if (!tn_file_has_suffix(in, ".hex") || in_addr < head) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: the input does not say where the slot is; give its address by --hex-addr",
                cli->args[1]);
    }
    return 0;
}

static void report_image(struct cli *cli, const struct tn_buf *image) {
    struct tn_inspect in;
    struct tn_fault ignored;
    char hash[2 * TN_HASH_LEN + 1];
    char version[TN_VERSION_TEXT];

    // Reads the image back, so that the output shows what is really in it.
    tn_inspect(image->p, image->len, NULL, 0, "", &in, &ignored);
    hex_text(hash, in.hash, TN_HASH_LEN);
    tn_version_text(version, &in.hdr.version);
    say(cli, "%s: version %s, %zu bytes, %s\nhash: %s", cli->args[1], version, image->len,
            in.sig == TN_SIG_NONE ? "not signed" : "signed", hash);
    emit(cli, "image",
            json_pack("{sssssisssb}", "file", cli->args[1], "version", version, "size",
                    (int)image->len, "hash", hash, "signed", in.sig != TN_SIG_NONE));
    if (in.sig == TN_SIG_NONE) {
        warn(cli, "%s is not signed: no device will run it; give --key", cli->args[1]);
    }
}

// Makes the image file from the payload's file. The key is read already.
static int sign_to(struct cli *cli, const struct tn_sign_opts *o) {
    struct tn_buf payload;
    struct tn_buf image;
    struct tn_segments placed;
    uint32_t addr;

    if (tn_image_load(cli->args[0], &payload, &addr, &cli->fault)) {
        return -1;
    }
    int err = slot_addr(cli, o, addr, &addr);
    err = err ? err : tn_sign(&payload, o, cli->args[0], &image, &cli->fault);
    tn_buf_free(&payload);
    if (err) {
        return err;
    }
    err = tn_sign_place(&image, o, addr, &placed, &cli->fault);
    if (!err) {
        err = write_segments(cli, cli->args[1], &placed, o->erased);
        tn_segments_free(&placed);
    }
    if (!err) {
        report_image(cli, &image);
    }
    tn_buf_free(&image);
    return err;
}

int cmd_sign(struct cli *cli) {
    struct tn_sign_opts o = {0};
    struct tn_key_pair key = {0};
    const char *path = cli->value[OPT_KEY];

    if (read_opts(cli, &o)) {
        return -1;
    }
    if (path && tn_key_load(path, &key, &cli->fault)) {
        return -1;
    }
    if (path) {
        warn_dev_key(cli, &key, path);
        o.key = &key;
    }
    int err = sign_to(cli, &o);
    tn_key_free(&key);
    return err;
}

// ---- merge -----------------------------------------------------------------------------

// Adds FILE.hex, or FILE@ADDRESS for bytes.
static int merge_file(struct cli *cli, struct tn_segments *s, const char *arg) {
    char *path = strdup(arg);
    char *at = path ? strrchr(path, '@') : NULL;
    char *end = NULL;
    struct tn_buf file;

    if (!path) {
        return tn_fail_memory(&cli->fault);
    }
    if (at) {
        *at++ = 0;
    }
    bool hex = tn_file_has_suffix(path, ".hex");
    unsigned long long addr = at && *at ? strtoull(at, &end, 0) : 0;
    int err;
    if (hex ? at != NULL : !end || *end || addr > UINT32_MAX) {
        err = tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: give .hex files as they are, and others with an address: FILE.bin@0x8000",
                arg);
    } else if ((err = tn_file_read(path, &file, &cli->fault)) == 0) {
        err = hex ? tn_ihex_parse(s, (char *)file.p, file.len, path, &cli->fault)
                  : tn_segments_add(s, (uint32_t)addr, file.p, file.len, path, &cli->fault);
        tn_buf_free(&file);
    }
    free(path);
    return err;
}

// Prints the memory map, so that the user notices a wrong address.
static void report_merge(struct cli *cli, const char *out, const struct tn_segments *s) {
    json_t *list = json_array();

    for (size_t i = 0; i < s->n; i++) {
        const struct tn_segment *g = &s->list[i];
        say(cli, "%s  0x%08x to 0x%08x  %zu bytes", i ? "  " : "->", (unsigned)g->addr,
                (unsigned)(g->addr + g->bytes.len - 1), g->bytes.len);
        json_array_append_new(list,
                json_pack("{sIsI}", "address", (json_int_t)g->addr, "size",
                        (json_int_t)g->bytes.len));
    }
    emit(cli, "merge", json_pack("{ssso}", "file", out, "segments", list));
}

int cmd_merge(struct cli *cli) {
    const char *out = cli->value[OPT_OUTPUT];
    struct tn_segments s = {0};
    int err = 0;

    if (!out) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "give the file to write by --output FILE.hex");
    }
    for (int i = 0; i < cli->nargs && !err; i++) {
        err = merge_file(cli, &s, cli->args[i]);
    }
    if (!err) {
        err = write_segments(cli, out, &s, 0xff);
    }
    if (!err) {
        report_merge(cli, out, &s);
    }
    tn_segments_free(&s);
    return err;
}
