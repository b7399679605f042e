// SPDX-License-Identifier: Apache-2.0
// inspect: prints the content of an image file, as text and as JSON.
#include <string.h>

#include "base/bytes.h"
#include "cli.h"
#include "host/files/inspect.h"
#include "image/key_list.h"

static const char *const sig_words[] = {
        [TN_SIG_NOT_READ] = "not checked",
        [TN_SIG_NONE] = "none",
        [TN_SIG_UNCHECKED] = "present, not checked (give --key to check it)",
        [TN_SIG_GENUINE] = "genuine",
        [TN_SIG_FOREIGN] = "by a different key than the given one",
        [TN_SIG_WRONG] = "wrong",
        [TN_SIG_OTHER] = "of a kind that is not supported",
};

static const char *const sig_names[] = {
        [TN_SIG_NOT_READ] = "not-read",
        [TN_SIG_NONE] = "none",
        [TN_SIG_UNCHECKED] = "unchecked",
        [TN_SIG_GENUINE] = "genuine",
        [TN_SIG_FOREIGN] = "foreign-key",
        [TN_SIG_WRONG] = "wrong",
        [TN_SIG_OTHER] = "unsupported",
};

// ---- Text ------------------------------------------------------------------------------

// Prints a name if there is one; damage may have set any number.
static void say_flags(const struct cli *cli, uint32_t flags) {
    char line[200] = "";

    for (int bit = 0; bit < 32; bit++) {
        uint32_t flag = flags & 1u << bit;
        const char *name = tn_image_flag_name(flag);
        size_t n = strlen(line);
        if (flag && name) {
            snprintf(line + n, sizeof(line) - n, " %s", name);
        } else if (flag) {
            snprintf(line + n, sizeof(line) - n, " 0x%x", (unsigned)flag);
        }
    }
    say(cli, "  flags      %s", flags ? line + 1 : "none");
}

// Text output cuts long values; JSON has them whole.
static void say_tlv(const struct cli *cli, const uint8_t *image, const struct tn_inspect_tlv *t) {
    enum { SHOWN = 32 };
    char bytes[2 * SHOWN + 1];
    char type[16];
    const char *name = tn_tlv_name(t->type);

    hex_text(bytes, image + t->off, t->len < SHOWN ? t->len : SHOWN);
    snprintf(type, sizeof(type), "0x%04x", t->type);
    say(cli, "  %-10s %-11s %3u bytes  %s%s", t->is_protected ? "protected" : "tlv",
            name ? name : type, t->len, bytes, t->len > SHOWN ? "..." : "");
}

// The image does not say for which key, only for which kind of key.
static void say_encryption(const struct cli *cli, const struct tn_inspect *in) {
    const char *wrap = tn_encrypt_words(in->wrap_type);

    if (in->hdr.flags & TN_IMAGE_ENCRYPTED) {
        say(cli, "  encrypted  %s, key wrapped by %s%s",
                in->hdr.flags & TN_IMAGE_ENCRYPTED_AES256 ? "AES-256" : "AES-128",
                wrap ? wrap : "nothing: no device can decrypt it",
                in->is_sealed ? "" : "; this is the clear form");
    }
}

// Prints what could be read: a damaged file up to the damage.
static void say_all(const struct cli *cli, const char *path, const uint8_t *image,
        const struct tn_inspect *in) {
    char version[TN_VERSION_TEXT];
    char hash[2 * TN_HASH_MAX + 1];
    struct tn_key_list list;

    say(cli, "%s", path);
    if (!in->has_header) {
        return;
    }
    tn_version_text(version, &in->hdr.version);
    say(cli, "  version    %s", version);
    say(cli, "  size       %zu bytes (header %u, program %u, TLVs %zu)",
            in->image_len ? in->image_len : in->file_len, in->hdr.hdr_size,
            (unsigned)in->hdr.img_size,
            in->image_len ? in->image_len - in->hdr.hdr_size - in->hdr.img_size : (size_t)0);
    if (in->hdr.flags & TN_IMAGE_ROM_FIXED) {
        say(cli, "  built for  address 0x%08x", (unsigned)in->hdr.load_addr);
    }
    say_flags(cli, in->hdr.flags);
    for (size_t i = 0; i < in->ntlvs; i++) {
        say_tlv(cli, image, &in->tlvs[i]);
    }
    if (!keylist_of_image(image, in, &list)) {
        keylist_say(cli, &list, "  ");
    }
    if (in->has_hash) {
        hex_text(hash, in->hash, in->hash_len);
        say(cli, "  hash       %s, %s", hash,
                in->is_sealed ? "of the clear form: not checked"
                        : memcmp(in->hash, in->computed, in->hash_len) == 0 ? "right"
                                                                            : "WRONG");
        say(cli, "  signature  %s",
                in->is_sealed && in->sig == TN_SIG_UNCHECKED
                        ? "present, not checked: tenon decrypt gives the clear form"
                        : sig_words[in->sig]);
        say_encryption(cli, in);
    }
    if (in->is_padded) {
        say(cli, "  padded     to a slot of %zu bytes, %s", in->file_len,
                in->is_confirmed ? "confirmed" : "requests a test at the next reset");
    }
}

// ---- JSON ------------------------------------------------------------------------------

static json_t *tlvs_json(const uint8_t *image, const struct tn_inspect *in) {
    json_t *list = json_array();

    for (size_t i = 0; i < in->ntlvs; i++) {
        const struct tn_inspect_tlv *t = &in->tlvs[i];
        const char *name = tn_tlv_name(t->type);
        json_array_append_new(list,
                json_pack("{siss*sbso}", "type", t->type, "name", name, "protected",
                        t->is_protected, "value", json_hex(image + t->off, t->len)));
    }
    return list;
}

static void emit_all(const struct cli *cli, const char *path, const struct tn_buf *file,
        const struct tn_inspect *in, const struct tn_fault *fault) {
    char version[TN_VERSION_TEXT];
    struct tn_kind_found kind;

    tn_kind_find(file->p, file->len, &kind);
    json_t *data = json_pack("{sssssI}", "file", path, "kind", tn_kind_name(kind.kind), "file_size",
            (json_int_t)in->file_len);

    if (in->has_header) {
        tn_version_text(version, &in->hdr.version);
        json_object_update_new(data,
                json_pack("{sssIsIsIsIso}", "version", version, "size", (json_int_t)in->image_len,
                        "header_size", (json_int_t)in->hdr.hdr_size, "flags",
                        (json_int_t)in->hdr.flags, "load_address", (json_int_t)in->hdr.load_addr,
                        "tlvs", tlvs_json(file->p, in)));
    }
    if (in->has_hash) {
        json_object_update_new(data,
                json_pack("{sosbss}", "hash", json_hex(in->hash, in->hash_len), "hash_ok",
                        memcmp(in->hash, in->computed, in->hash_len) == 0, "signature",
                        sig_names[in->sig]));
    }
    if (in->hdr.flags & TN_IMAGE_ENCRYPTED) {
        json_object_update_new(data,
                json_pack("{ss?sb}", "wrap", tn_encrypt_words(in->wrap_type), "encrypted",
                        in->is_sealed));
    }
    struct tn_key_list list;
    if (!keylist_of_image(file->p, in, &list)) {
        json_object_set_new(data, "key_list", keylist_json(&list));
    }
    if (in->is_padded) {
        json_object_set_new(data, "confirmed", json_boolean(in->is_confirmed));
    }
    json_object_set_new(data, "verdict", json_string(fault ? exit_name(fault->kind) : "sound"));
    emit(cli, "image", data);
}

// ----------------------------------------------------------------------------------------

static int inspect_file(struct cli *cli, const char *path, const struct tn_key_pair *key) {
    struct tn_inspect in;
    struct tn_loaded file;

    if (tn_load(path, &file, &cli->fault)) {
        return -1;
    }
    int err = tn_inspect_loaded(&file, key, key ? 1 : 0, path, &in, &cli->fault);
    say_all(cli, path, file.bytes.p, &in);
    emit_all(cli, path, &file.bytes, &in, err ? &cli->fault : NULL);
    warn_dependencies(cli, path, file.bytes.p, &in);
    tn_buf_free(&file.bytes);
    return err;
}

int cmd_inspect(struct cli *cli) {
    struct tn_key_pair key = {0};
    const char *path = cli->value[OPT_KEY];
    int err = 0;

    if (cli->given[OPT_FLASH]) {
        return cmd_inspect_flash(cli);
    }
    if (path && cli_key_load(cli, path, &key)) {
        return -1;
    }
    // Inspects all files and prints all faults; the exit code is that of the first bad file.
    struct tn_fault first = {0};
    for (int i = 0; i < cli->nargs; i++) {
        if (inspect_file(cli, cli->args[i], path ? &key : NULL)) {
            complain(cli);
            first = err ? first : cli->fault;
            err = -1;
        }
    }
    cli->complained = err != 0;
    cli->fault = first;
    tn_key_free(&key);
    return err;
}
