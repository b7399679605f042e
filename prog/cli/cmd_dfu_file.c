// SPDX-License-Identifier: Apache-2.0
// dfu-file: makes .dfu files, checks them, and takes them apart.
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "host/files/load.h"
#include "options.h"

// ---- Ids -------------------------------------------------------------------------------

// An id of USB, as lsusb and dfu-util print it: up to four hex digits, also behind 0x.
static int read_id(struct cli *cli, enum opt o, uint16_t *ret) {
    const char *text = cli->value[o];
    char *end;

    if (!text) {
        return 0;
    }
    unsigned long v = strtoul(text, &end, 16);
    if (*end || end == text || *text == '-' || *text == '+' || v > UINT16_MAX) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s %s: not up to four hex digits, such as 1209; ffff fits every device",
                option_name(o), text);
    }
    *ret = (uint16_t)v;
    return 0;
}

int dfu_ids(struct cli *cli, struct tn_dfu_ids *ret) {
    return read_id(cli, OPT_VID, &ret->vid) || read_id(cli, OPT_PID, &ret->pid) ||
                    read_id(cli, OPT_DEVICE, &ret->device)
            ? -1
            : 0;
}

static void put_id(char ret[8], uint16_t id) {
    snprintf(ret, 8, id == TN_DFU_ANY ? "any" : "%04x", id);
}

void dfu_ids_text(char ret[DFU_IDS_TEXT], const struct tn_dfu_ids *ids) {
    char vid[8], pid[8], device[8];

    put_id(vid, ids->vid);
    put_id(pid, ids->pid);
    put_id(device, ids->device);
    if (ids->vid == TN_DFU_ANY && ids->pid == TN_DFU_ANY) {
        snprintf(ret, DFU_IDS_TEXT, "every device");
    } else {
        snprintf(ret, DFU_IDS_TEXT, "%s:%s%s%s", vid, pid,
                ids->device == TN_DFU_ANY ? "" : ", release ",
                ids->device == TN_DFU_ANY ? "" : device);
    }
}

// ---- make ------------------------------------------------------------------------------

static int format_plain(const struct cli *cli, const struct tn_buf *bytes,
        const struct tn_dfu_ids *ids, struct tn_buf *ret, struct tn_fault *f) {
    if (cli->given[OPT_ALT]) {
        return tn_fail(f, TN_FAULT_USAGE,
                "--alt is for a DfuSe file, whose bytes have addresses; give --address too, or a "
                ".hex");
    }
    return tn_dfu_format(bytes, ids, ret, f);
}

// Bytes with an address make a DfuSe file, others a plain one.
static int make(struct cli *cli, struct tn_segments *s, struct tn_load_found *in,
        const struct tn_dfu_ids *ids, struct tn_buf *ret) {
    uint32_t addr = 0;
    uint32_t alt = 0;

    if (cli_number(cli, OPT_ADDRESS, 0, UINT32_MAX, &addr) ||
            cli_number(cli, OPT_ALT, 0, UINT8_MAX, &alt)) {
        return -1;
    }
    if (in->has_addr && cli->given[OPT_ADDRESS]) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: has addresses of its own; leave out --address", cli->args[0]);
    }
    if (cli->given[OPT_ADDRESS] &&
            tn_segments_add(s, addr, in->file.p, in->file.len, cli->args[0], &cli->fault)) {
        return -1;
    }
    if (in->has_addr ? s->n == 0 : in->file.len == 0) {
        return tn_fail(&cli->fault, TN_FAULT_TRUNCATED, "%s: holds no firmware; build it again",
                cli->args[0]);
    }
    return in->has_addr || cli->given[OPT_ADDRESS]
            ? tn_dfuse_format(s, (uint8_t)alt, NULL, ids, ret, &cli->fault)
            : format_plain(cli, &in->file, ids, ret, &cli->fault);
}

int cmd_dfu_file_make(struct cli *cli) {
    struct tn_dfu_ids ids = {TN_DFU_ANY, TN_DFU_ANY, TN_DFU_ANY, 0};
    const char *out = cli->args[1];
    struct tn_segments s = {0};
    struct tn_load_found in;
    struct tn_buf file = {0};
    char who[DFU_IDS_TEXT];

    if (dfu_ids(cli, &ids) || tn_load_segments(cli->args[0], &s, &in, &cli->fault)) {
        tn_segments_free(&s);
        return -1;
    }
    int err = make(cli, &s, &in, &ids, &file) ||
                    tn_file_write(out, file.p, file.len, TN_FILE_PLAIN, &cli->fault)
            ? -1
            : 0;
    if (!err) {
        dfu_ids_text(who, &ids);
        say(cli, "%s: %s for %s, %zu bytes", out, s.n ? "a DfuSe file" : "a DFU file", who,
                file.len);
        emit(cli, "result",
                json_pack("{sssssI}", "command", "dfu-file make", "file", out, "size",
                        (json_int_t)file.len));
    }
    tn_buf_free(&file);
    tn_buf_free(&in.file);
    tn_segments_free(&s);
    return err;
}

// ---- check -----------------------------------------------------------------------------

struct listing {
    const struct cli *cli;
    json_t *elements;
    unsigned shown;  // targets
};

static int list_element(void *ctx, const struct tn_dfu_element *e, struct tn_fault *f) {
    struct listing *l = ctx;

    (void)f;
    if (e->target >= l->shown) {
        l->shown = e->target + 1;
        say(l->cli, "  target     alternate %u%s%s", e->alt, *e->name ? ", " : "", e->name);
    }
    say(l->cli, "  element    0x%08x, %u bytes", (unsigned)e->addr, (unsigned)e->len);
    json_array_append_new(l->elements,
            json_pack("{sisssIsI}", "alternate", e->alt, "name", e->name, "address",
                    (json_int_t)e->addr, "size", (json_int_t)e->len));
    return 0;
}

static json_t *id_json(uint16_t id) {
    return id == TN_DFU_ANY ? json_null() : json_integer(id);
}

// Prints nothing about a file that is damaged: what it says is worth nothing.
static int check_file(struct cli *cli, const char *path) {
    struct tn_dfu_file d;
    struct tn_buf file;
    char who[DFU_IDS_TEXT];

    if (tn_file_read(path, &file, &cli->fault)) {
        return -1;
    }
    if (tn_dfu_read(file.p, file.len, path, &d, NULL, NULL, &cli->fault)) {
        tn_buf_free(&file);
        return -1;
    }
    struct listing l = {cli, json_array(), 0};
    dfu_ids_text(who, &d.ids);
    say(cli, "%s", path);
    say(cli, "  for        %s", who);
    say(cli, "  format     %s (%x.%02x), %zu bytes and a suffix", d.is_dfuse ? "DfuSe" : "DFU",
            d.ids.bcd_dfu >> 8, d.ids.bcd_dfu & 0xff, d.len);
    say(cli, "  crc        %08x, right", (unsigned)d.crc);
    tn_dfu_read(file.p, file.len, path, &d, list_element, &l, &cli->fault);
    emit(cli, "dfu_file",
            json_pack("{sssosososbsIsiso}", "file", path, "vid", id_json(d.ids.vid), "pid",
                    id_json(d.ids.pid), "device", id_json(d.ids.device), "dfuse", d.is_dfuse,
                    "size", (json_int_t)d.len, "targets", (int)d.targets, "elements", l.elements));
    tn_buf_free(&file);
    return 0;
}

// Checks all files; the exit code is that of the first bad one.
int cmd_dfu_file_check(struct cli *cli) {
    struct tn_fault first = {0};
    int err = 0;

    for (int i = 0; i < cli->nargs; i++) {
        if (check_file(cli, cli->args[i])) {
            complain(cli);
            first = err ? first : cli->fault;
            err = -1;
        }
    }
    cli->complained = err != 0;
    cli->fault = first;
    return err;
}

// ---- strip -----------------------------------------------------------------------------

static int strip(
        struct cli *cli, struct tn_segments *s, struct tn_load_found *in, struct tn_buf *ret) {
    uint32_t addr;

    if (!in->is_dfu) {
        return tn_fail(&cli->fault, TN_FAULT_MAGIC,
                "%s: not a .dfu file: it has no suffix to take off", cli->args[0]);
    }
    if (!in->has_addr) {
        *ret = in->file;
        in->file = (struct tn_buf){0};
        return 0;
    }
    return tn_file_has_suffix(cli->args[1], ".hex")
            ? tn_ihex_format(s, ret, &cli->fault)
            : tn_segments_flatten(s, 0xff, &addr, ret, cli->args[0], &cli->fault);
}

int cmd_dfu_file_strip(struct cli *cli) {
    const char *out = cli->args[1];
    struct tn_segments s = {0};
    struct tn_load_found in;
    struct tn_buf bytes = {0};

    if (tn_load_segments(cli->args[0], &s, &in, &cli->fault)) {
        tn_segments_free(&s);
        return -1;
    }
    int err = strip(cli, &s, &in, &bytes) ||
                    tn_file_write(out, bytes.p, bytes.len, TN_FILE_PLAIN, &cli->fault)
            ? -1
            : 0;
    if (!err) {
        say(cli, "%s: %zu bytes", out, bytes.len);
        emit(cli, "result",
                json_pack("{sssssI}", "command", "dfu-file strip", "file", out, "size",
                        (json_int_t)bytes.len));
    }
    tn_buf_free(&bytes);
    tn_buf_free(&in.file);
    tn_segments_free(&s);
    return err;
}
