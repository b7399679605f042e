// SPDX-License-Identifier: Apache-2.0
// sign and merge: make files for a device or a programmer from programs.
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "cli.h"
#include "host/base/place.h"
#include "host/files/inspect.h"
#include "host/files/key_list.h"
#include "host/files/payload.h"
#include "host/files/sign.h"
#include "host/files/uf2.h"
#include "options.h"

// ---- Output by suffix ------------------------------------------------------------------

enum form { FORM_BIN, FORM_HEX, FORM_UF2, FORM_DFU };

// The form of a file to write, by its name. A name that promises a form that is not written here is
// refused: a flasher would trust the name.
static int form_of(struct cli *cli, const char *path, enum form *ret) {
    static const char *const hex[] = {".hex", ".ihex", ".ihx"};
    static const char *const others[] = {".elf", ".axf", ".out", ".zip", ".gz", ".s19", ".s28",
            ".s37", ".srec", ".srecord", ".mot", ".mhx", ".pem", ".json", ".txt"};

    for (size_t i = 0; i < TN_LEN(others); i++) {
        if (tn_file_has_suffix(path, others[i])) {
            return tn_fail(&cli->fault, TN_FAULT_USAGE,
                    "%s: %s files are not written here; end the name in .bin, .hex, .uf2 or "
                    "(sign) .dfu",
                    path, others[i]);
        }
    }
    *ret = tn_file_has_suffix(path, ".uf2")                           ? FORM_UF2
            : tn_file_has_suffix(path, ".dfu") || cli->given[OPT_DFU] ? FORM_DFU
                                                                      : FORM_BIN;
    for (size_t i = 0; i < TN_LEN(hex); i++) {
        *ret = tn_file_has_suffix(path, hex[i]) ? FORM_HEX : *ret;
    }
    return 0;
}

// As a .dfu file: DfuSe, if the user gave the image's address.
static int format_dfu(
        struct cli *cli, const struct tn_segments *s, uint8_t fill, struct tn_buf *ret) {
    struct tn_dfu_ids ids = {TN_DFU_ANY, TN_DFU_ANY, TN_DFU_ANY, 0};
    struct tn_buf bytes = {0};
    uint32_t addr;

    if (dfu_ids(cli, &ids)) {
        return -1;
    }
    if (cli->given[OPT_HEX_ADDR]) {
        return tn_dfuse_format(s, 0, NULL, &ids, ret, &cli->fault);
    }
    int err = tn_segments_flatten(s, fill, &addr, &bytes, cli->args[1], &cli->fault) ||
                    tn_dfu_format(&bytes, &ids, ret, &cli->fault)
            ? -1
            : 0;
    tn_buf_free(&bytes);
    return err;
}

// Writes segments as Intel HEX, as UF2, as a .dfu file, or as one run of bytes with gaps filled.
static int write_segments(struct cli *cli, const char *path, enum form form,
        const struct tn_segments *s, uint8_t fill, uint32_t family) {
    struct tn_buf out = {0};
    uint32_t addr;
    int err = form == FORM_HEX ? tn_ihex_format(s, &out, &cli->fault)
            : form == FORM_UF2 ? tn_uf2_format(s, family, &out, &cli->fault)
            : form == FORM_DFU ? format_dfu(cli, s, fill, &out)
                               : tn_segments_flatten(s, fill, &addr, &out, path, &cli->fault);

    if (!err) {
        err = tn_file_write(path, out.p, out.len, TN_FILE_PLAIN, &cli->fault);
    }
    tn_buf_free(&out);
    return err;
}

// A bootloader ignores a UF2 without its family, or with another one.
static int read_family(struct cli *cli, const char *out, enum form form, uint32_t *ret) {
    const char *text = cli->value[OPT_FAMILY];

    if (form != FORM_UF2 || (text && tn_uf2_family(text, ret) == 0)) {
        return 0;
    }
    return tn_fail(&cli->fault, TN_FAULT_USAGE,
            "%s: %s; give the chip's family by --family, as a number or a name such as nrf52840, "
            "rp2040, samd21, stm32f4",
            text ? text : out, text ? "not a UF2 family" : "a UF2 file must name its chip");
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

static int read_dependencies(struct cli *cli, struct tn_sign_opts *o) {
    const char *text = cli->value[OPT_DEPENDENCIES];

    return text && tn_sign_dependencies_parse(text, o)
            ? tn_fail(&cli->fault, TN_FAULT_USAGE,
                      "--dependencies '%s': not images and versions; write for example '(1, "
                      "1.2.3)' "
                      "or '(1, 1.2.3), (2, 4.0.0)'; %d at most",
                      text, TN_SIGN_DEPENDENCIES)
            : 0;
}

static int read_sizes(struct cli *cli, struct tn_sign_opts *o) {
    o->hdr_size = TN_IMAGE_HDR_LEN;
    return cli_number(cli, OPT_HDR_SIZE, TN_IMAGE_HDR_LEN, UINT16_MAX, &o->hdr_size) ||
                    cli_number(cli, OPT_ROM_FIXED, 0, UINT32_MAX, &o->load_addr)
            ? -1
            : cli_slot_shape(cli, &o->slot, &o->erased);
}

// What of key and hash the image gets.
static int read_signing(struct cli *cli, struct tn_sign_opts *o) {
    const char *sha = cli->value[OPT_SHA];
    const char *format = cli->value[OPT_PUBLIC_KEY_FORMAT];

    // "auto" is imgtool's word.
    o->sha = !sha || strcmp(sha, "auto") == 0 ? 0 : (unsigned)strtoul(sha, NULL, 10);
    if (sha && strcmp(sha, "auto") && strcmp(sha, "256") && strcmp(sha, "384") &&
            strcmp(sha, "512")) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "--sha %s: one of 256, 384 and 512", sha);
    }
    if (format && strcmp(format, "hash") && strcmp(format, "full")) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "--public-key-format %s: hash or full", format);
    }
    o->whole_key = format && strcmp(format, "full") == 0;
    o->pure = cli->given[OPT_PURE];
    o->random = cli->given[OPT_RANDOM_NONCE];
    return 0;
}

static int read_opts(struct cli *cli, struct tn_sign_opts *o) {
    const char *version = cli->value[OPT_IMAGE_VERSION];

    if (!version || tn_version_parse(version, &o->version)) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: give --version as maj.min.rev+build or maj.min.rev.build, such as 1.2.3+4",
                version ? version : "no version");
    }
    o->pad_header = cli->given[OPT_PAD_HEADER];
    o->rom_fixed = cli->given[OPT_ROM_FIXED];
    o->pad = cli->given[OPT_PAD_CONFIRM] ? TN_SIGN_CONFIRM
            : cli->given[OPT_PAD]        ? TN_SIGN_PAD
                                         : TN_SIGN_NO_PAD;
    return read_sizes(cli, o) || read_counter(cli, o) || read_dependencies(cli, o) ||
                    read_signing(cli, o)
            ? -1
            : 0;
}

// The address of the image in a .hex or .uf2 file: --hex-addr, or the input's own; in a .dfu file,
// --hex-addr. In any other file the slot starts at the file's start.
static int slot_addr(struct cli *cli, const struct tn_sign_opts *o, enum form form,
        const struct tn_loaded *in, uint32_t *ret) {
    uint32_t head = o->pad_header ? o->hdr_size : 0;

    *ret = 0;
    if (form == FORM_BIN) {
        return 0;
    }
    if (cli->value[OPT_HEX_ADDR]) {
        return cli_number(cli, OPT_HEX_ADDR, 0, UINT32_MAX, ret);
    }
    if (form == FORM_DFU) {
        return 0;
    }
    if (!in->has_addr || in->addr < head) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: the input does not say where the slot is; give its address by --hex-addr",
                cli->args[1]);
    }
    *ret = in->addr - head;
    return 0;
}

static void report_image(struct cli *cli, const struct tn_buf *image) {
    struct tn_inspect in;
    struct tn_fault ignored;
    char hash[2 * TN_HASH_MAX + 1];
    char version[TN_VERSION_TEXT];

    // Reads the image back, so that the output shows what is really in it.
    tn_inspect(image->p, image->len, NULL, 0, "", &in, &ignored);
    hex_text(hash, in.hash, in.hash_len);
    tn_version_text(version, &in.hdr.version);
    say(cli, "%s: version %s, %zu bytes, %s%s\nhash: %s", cli->args[1], version, image->len,
            in.sig == TN_SIG_NONE ? "not signed" : "signed", in.is_sealed ? ", encrypted" : "",
            hash);
    emit(cli, "image",
            json_pack("{sssssisssb}", "file", cli->args[1], "version", version, "size",
                    (int)image->len, "hash", hash, "signed", in.sig != TN_SIG_NONE));
    if (in.sig == TN_SIG_NONE) {
        warn(cli, "%s is not signed: no device will run it; give --key", cli->args[1]);
    }
}

// What is no program, or does not fit the options. --force makes it a warning.
static int check_payload(
        struct cli *cli, const struct tn_sign_opts *o, const struct tn_loaded *payload) {
    if (tn_payload_check(payload, o, cli->args[0], &cli->fault) == 0) {
        return 0;
    }
    if (!cli->given[OPT_FORCE] || payload->bytes.len == 0) {
        return -1;
    }
    warn(cli, "%s (signed anyway: --force)", cli->fault.text);
    cli->fault = (struct tn_fault){0};
    return 0;
}

static void warn_payload(
        struct cli *cli, const struct tn_sign_opts *o, const struct tn_loaded *payload) {
    struct tn_payload_place place = {.has_slot = cli->given[OPT_HEX_ADDR]};
    char text[TN_PAYLOAD_WARNING];

    if (!cli_number(cli, OPT_HEX_ADDR, 0, UINT32_MAX, &place.slot)) {
        tn_payload_warn(payload, o, &place, cli->args[0], text);
    }
    if (*text) {
        warn(cli, "%s", text);
    }
}

// Makes the image of the payload, and writes it to its place in the output.
static int sign_payload(struct cli *cli, const struct tn_sign_opts *o, enum form form,
        uint32_t family, const struct tn_loaded *payload) {
    struct tn_buf image;
    struct tn_segments placed;
    uint32_t addr;

    if (check_payload(cli, o, payload) || slot_addr(cli, o, form, payload, &addr) ||
            tn_sign(&payload->bytes, o, cli->args[0], &image, &cli->fault)) {
        return -1;
    }
    int err = tn_sign_place(&image, o, addr, &placed, &cli->fault);
    if (!err) {
        err = write_segments(cli, cli->args[1], form, &placed, o->erased, family);
        tn_segments_free(&placed);
    }
    if (!err) {
        report_image(cli, &image);
        warn_payload(cli, o, payload);
    }
    tn_buf_free(&image);
    return err;
}

// The program would be gone, and a second call would sign an image.
static int is_same_file(struct cli *cli) {
    if (!tn_is_same_file(cli->args[0], cli->args[1])) {
        return 0;
    }
    return tn_fail(&cli->fault, TN_FAULT_USAGE,
            "%s: input and output are the same file; give another name for the image",
            cli->args[1]);
}

// To the file of the second argument.
static int sign_file(struct cli *cli, const struct tn_sign_opts *o) {
    struct tn_loaded payload;
    enum form form;
    uint32_t family = 0;

    if (form_of(cli, cli->args[1], &form) || is_same_file(cli) ||
            read_family(cli, cli->args[1], form, &family)) {
        return -1;
    }
    if (tn_load(cli->args[0], &payload, &cli->fault)) {
        return -1;
    }
    int err = sign_payload(cli, o, form, family, &payload);
    tn_buf_free(&payload.bytes);
    return err;
}

static int digest_of_file(struct cli *cli, const struct tn_sign_opts *o) {
    struct tn_loaded payload;

    if (cli->nargs > 1 || cli->given[OPT_SIGNATURE]) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--digest-out writes no image: leave out OUT and --signature");
    }
    if (tn_load(cli->args[0], &payload, &cli->fault)) {
        return -1;
    }
    int err = check_payload(cli, o, &payload) || write_digest(cli, o, &payload.bytes) ? -1 : 0;
    tn_buf_free(&payload.bytes);
    return err;
}

// The key is read already.
static int sign_to(struct cli *cli, struct tn_sign_opts *o) {
    struct tn_buf signature = {0};

    if (cli->given[OPT_DIGEST_OUT]) {
        return digest_of_file(cli, o);
    }
    if (cli->nargs < 2) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "missing: OUT; see: tenon sign --help");
    }
    if (cli->given[OPT_SIGNATURE] && read_signature(cli, &signature)) {
        return -1;
    }
    o->signature = cli->given[OPT_SIGNATURE] ? &signature : NULL;
    int err = sign_file(cli, o);
    tn_buf_free(&signature);
    return err;
}

static int read_key_list(struct cli *cli, struct tn_buf *ret) {
    const char *path = cli->value[OPT_KEY_LIST];
    struct tn_key_list l;

    if (tn_file_read(path, ret, &cli->fault)) {
        return -1;
    }
    if (tn_key_list_open(ret->p, ret->len, path, &l, &cli->fault)) {
        tn_buf_free(ret);
        return -1;
    }
    return 0;
}

// A list that revokes the key of the image that brings it would never be taken.
static void warn_key_list(
        struct cli *cli, const struct tn_buf *list, const struct tn_key_pair *key) {
    struct tn_key_list l;
    struct tn_key_entry e;

    if (!tn_key_list_get(&l, list->p, list->len) && tn_key_list_find(&l, key->hash, &e) &&
            e.is_revoked) {
        warn(cli,
                "%s revokes the key that signs this image: the device will not take the list from "
                "it; sign the image with a key that remains",
                cli->value[OPT_KEY_LIST]);
    }
}

int cmd_sign(struct cli *cli) {
    struct tn_sign_opts o = {0};
    struct tn_key_pair key = {0};
    struct tn_buf list = {0};
    struct cli_encrypt by;
    const char *path = cli->value[OPT_KEY];

    if (read_opts(cli, &o) || cli_encrypt_options(cli, &by)) {
        return -1;
    }
    if (cli->given[OPT_KEY_LIST] && read_key_list(cli, &list)) {
        cli_encrypt_free(&by);
        return -1;
    }
    o.key_list = cli->given[OPT_KEY_LIST] ? &list : NULL;
    o.key = path ? &key : NULL;
    o.encrypt = cli->given[OPT_ENCRYPT] ? &by.encrypt : NULL;
    o.clear = cli->given[OPT_CLEAR];
    int err = (path && cli_key_load(cli, path, &key)) || sign_to(cli, &o) ? -1 : 0;
    if (!err && path && o.key_list) {
        warn_key_list(cli, &list, &key);
    }
    tn_buf_free(&list);
    tn_key_free(&key);
    cli_encrypt_free(&by);
    return err;
}

// ---- merge -----------------------------------------------------------------------------

// Adds the file at path: at addr if has_addr, else at the addresses that the file has.
static int merge_at(
        struct cli *cli, struct tn_segments *s, const char *path, bool has_addr, uint32_t addr) {
    struct tn_load_found in;

    if (tn_load_segments(path, s, &in, &cli->fault)) {
        return -1;
    }
    int err = 0;
    if (!in.has_addr && !tn_kind_fits(&in.kind, TN_KIND_FOR_MERGE)) {
        err = tn_kind_refuse(&in.kind, 0, TN_KIND_FOR_MERGE, path, &cli->fault);
    } else if (in.has_addr == has_addr) {
        err = tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: give .hex, .uf2 and DfuSe files as they are, and others with an address: "
                "FILE.bin@0x8000",
                path);
    } else if (!in.has_addr) {
        if (in.kind.kind ==
                TN_KIND_PRIVATE_KEY) {  // of the unit, maybe; the one that signs, hardly
            warn(cli, "%s: a private key, which whoever has the file can read", path);
        }
        err = tn_segments_add(s, addr, in.file.p, in.file.len, path, &cli->fault);
    }
    tn_buf_free(&in.file);
    return err;
}

// FILE, or FILE@ADDRESS.
static int merge_file(struct cli *cli, struct tn_segments *s, const char *arg) {
    char *path = strdup(arg);
    char *at = path ? strrchr(path, '@') : NULL;
    char *end = NULL;

    if (!path) {
        return tn_fail_memory(&cli->fault);
    }
    unsigned long long addr = at && at[1] ? strtoull(at + 1, &end, 0) : 0;
    // Without a number behind it, '@' is part of the name.
    bool has_addr = end && !*end && addr <= UINT32_MAX;
    if (has_addr) {
        *at = 0;
    }
    int err = merge_at(cli, s, path, has_addr, (uint32_t)addr);
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

static int no_dfu(struct cli *cli, const char *out, enum form form) {
    return form != FORM_DFU
            ? 0
            : tn_fail(&cli->fault, TN_FAULT_USAGE,
                      "%s: merge writes .bin, .hex and .uf2; write a .hex, then: tenon dfu-file "
                      "make FILE.hex %s",
                      out, out);
}

int cmd_merge(struct cli *cli) {
    const char *out = cli->value[OPT_OUTPUT];
    struct tn_segments s = {0};
    enum form form;
    uint32_t family = 0;
    int err = 0;

    if (!out) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "give the file to write by --output FILE.hex");
    }
    if (form_of(cli, out, &form) || no_dfu(cli, out, form) ||
            read_family(cli, out, form, &family)) {
        return -1;
    }
    for (int i = 0; i < cli->nargs && !err; i++) {
        err = merge_file(cli, &s, cli->args[i]);
    }
    if (!err && s.n == 0) {
        err = tn_fail(&cli->fault, TN_FAULT_MALFORMED,
                "%s: the files given hold no data; %s is left as it is", cli->args[0], out);
    }
    if (!err) {
        err = write_segments(cli, out, form, &s, 0xff, family);
    }
    if (!err) {
        report_merge(cli, out, &s);
    }
    tn_segments_free(&s);
    return err;
}
