// SPDX-License-Identifier: Apache-2.0
// inspect --flash: prints what a flash dump holds, and what the loader does with it.
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/err.h"
#include "boot/check.h"
#include "cli.h"
#include "host/files/dump.h"
#include "trust/every_kind.h"

enum {
    LINE = 1000,
    SECTOR_MIN = 64,  // below every flash's; the loader's code counts sectors one by one
};

// ---- Options -----------------------------------------------------------------------------

// A number with K or M behind it; *end is where it ends. 0 if there is none.
static uint32_t list_number(const char *text, char **end) {
    unsigned long v = *text >= '0' && *text <= '9' ? strtoul(text, end, 0) : 0;

    if (!v) {
        *end = (char *)text;
        return 0;
    }
    unsigned scale = **end == 'K' || **end == 'k' ? 1024 : **end == 'M' ? 1024 * 1024 : 1;
    *end += scale > 1;
    return v <= TN_FILE_MAX / scale ? (uint32_t)v * scale : 0;
}

// "4*16K,64K,7*128K"
static int read_sectors(struct cli *cli, struct tn_dump_shape *s) {
    const char *text = cli->value[OPT_SECTORS];
    char *end = (char *)text;

    while (end && s->nruns < TN_DUMP_RUNS) {
        struct tn_flash_run *run = &s->runs[s->nruns++];
        *run = (struct tn_flash_run){list_number(end, &end), 1};
        if (*end == '*') {
            run->count = run->sector_size;
            run->sector_size = list_number(end + 1, &end);
        }
        if (run->sector_size < SECTOR_MIN || !run->count || run->count > 65536 ||
                (*end && *end != ',')) {
            break;
        }
        if (!*end) {
            return 0;
        }
        end++;
    }
    return text ? tn_fail(&cli->fault, TN_FAULT_USAGE,
                          "--sectors %s: give sizes, each with its count: 4*16K,64K,7*128K; at "
                          "most %d sizes",
                          text, TN_DUMP_RUNS)
                : 0;
}

// Sets default places: one area behind the other.
static int read_places(struct cli *cli, struct tn_dump_shape *s) {
    bool has_base = cli->given[OPT_BASE] || cli->given[OPT_SLOT_ADDR] || cli->given[OPT_BOARD];
    uint32_t attempts = 1;

    s->checks_addr = s->checks_addr || has_base;
    if (cli_number(cli, OPT_BASE, 0, UINT32_MAX, &s->base)) {
        return -1;
    }
    s->addr[0] = cli->given[OPT_BOARD] ? s->addr[0] : s->base;
    if (cli_number(cli, OPT_SLOT_ADDR, 0, UINT32_MAX, &s->addr[0])) {
        return -1;
    }
    uint32_t spare = s->slot.spare_size ? s->slot.spare_size : s->slot.slot_size;
    s->addr[1] = cli->given[OPT_BOARD] ? s->addr[1] : s->addr[0] + s->slot.slot_size;
    if (cli_number(cli, OPT_SPARE_ADDR, 0, UINT32_MAX, &s->addr[1])) {
        return -1;
    }
    s->addr[2] = s->addr[1] + spare;
    if (cli_number(cli, OPT_SCRATCH_ADDR, 0, UINT32_MAX, &s->addr[2]) ||
            cli_number(cli, OPT_SCRATCH_SIZE, 1, TN_FILE_MAX, &s->scratch_size) ||
            cli_number(cli, OPT_ATTEMPTS, 1, UINT8_MAX, &attempts)) {
        return -1;
    }
    s->attempts = (uint8_t)attempts;
    return 0;
}

static int read_log(struct cli *cli, struct tn_dump_shape *s) {
    if (cli->given[OPT_OUTCOME_ADDR] && !s->log_size) {
        s->log_size = 2 * s->slot.sector_size;
    }
    if (cli_number(cli, OPT_OUTCOME_ADDR, 0, UINT32_MAX, &s->log_addr) ||
            cli_number(cli, OPT_OUTCOME_SIZE, 1, TN_FILE_MAX, &s->log_size)) {
        return -1;
    }
    if ((cli->given[OPT_OUTCOME_ADDR] != 0) && !s->log_size) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--outcome-addr: the log's size is not known; give --outcome-size");
    }
    return 0;
}

static int read_shape(struct cli *cli, const struct tn_loaded *file, struct tn_dump_shape *s) {
    s->base = file->addr;
    s->checks_addr = file->has_addr;
    if ((cli->value[OPT_BOARD] && tn_dump_board(cli->value[OPT_BOARD], s, &cli->fault)) ||
            cli_slot_shape(cli, &s->slot, &s->erased) || read_sectors(cli, s) ||
            read_places(cli, s) || read_log(cli, s)) {
        return -1;
    }
    if (s->slot.sector_size && s->slot.sector_size < SECTOR_MIN) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "--sector-size: a sector has %d bytes or more",
                SECTOR_MIN);
    }
    if (s->nruns) {
        s->slot.sector_size = 0;  // the list says it better
    }
    return 0;
}

// ---- Text --------------------------------------------------------------------------------

static const char *const magic_names[] = {"unset", "good", "torn"};
static const char *const flag_names[] = {"unset", "set", "torn"};
static const char *const type_names[] = {"none", "none", "test", "permanent", "revert"};
static const char *const place_names[] = {"running", "candidate", "previous"};

static const char *type_name(uint8_t type) {
    return type <= TN_SWAP_REVERT ? type_names[type] : "torn";
}

static bool has_slot(const struct tn_dump *d, int slot) {
    return slot == 0 || d->slots.area[1].size;
}

static void say_slot(const struct cli *cli, const struct tn_dump *d, int slot) {
    const struct tn_trailer *t = &d->trailer[slot];
    char line[LINE];

    say(cli, "slot %d at 0x%08x, %u bytes", slot, (unsigned)d->shape.addr[slot],
            (unsigned)d->slots.area[slot].size);
    for (int place = 0; place < TN_PLACES; place++) {
        if (d->has_place[place] && tn_place_slot((enum tn_place)place) == (enum tn_slot)slot) {
            flash_image_words(&d->image[place], line, sizeof(line));
            say(cli, "  %-10s 0x%08x: %s", place_names[place], (unsigned)d->image[place].addr,
                    line);
        }
    }
    say(cli, "  %-10s 0x%08x: magic %s, image_ok %s, copy_done %s, swap_info %s", "trailer",
            (unsigned)d->trailer_addr[slot], magic_names[t->magic], flag_names[t->image_ok],
            flag_names[t->copy_done], type_name(t->type));
    say(cli, "  %-10s %s", "it says", flash_trailer_words(d, slot));
    if (slot == 0 && d->records && t->copy_done == TN_FLAG_UNSET) {
        say(cli, "  %-10s %u status records are written; the swap is of %u bytes", "progress",
                (unsigned)d->records, (unsigned)d->swap_size);
    }
}

static void say_log(const struct cli *cli, const struct tn_dump *d) {
    if (!d->shape.log_size) {
        return;
    }
    say(cli, "log at 0x%08x: %zu records, the newest first; security counter %u",
            (unsigned)d->shape.log_addr, d->nlog, (unsigned)d->counter);
    for (size_t i = 0; i < d->nlog; i++) {
        const struct tn_record *r = &d->log[i];
        char version[TN_VERSION_TEXT];
        tn_version_text(version, &r->version);
        say(cli, "  %-12s boots %-3u %s%s%s%s", version, (unsigned)r->attempts,
                flash_record_words(r->code), r->reason ? " (" : "",
                r->reason ? tn_err_text(r->reason) : "", r->reason ? ")" : "");
    }
}

static const char *decision_words(const char *decision) {
    static const char *const words[][2] = {
            {"run", "runs what is there"},
            {"test", "swaps in the new image for a test"},
            {"permanent", "brings in the new image for good"},
            {"revert", "reverts to the previous image"},
            {"resume", "goes on with a swap"},
            {"fallback", "falls back to the image in slot 1"},
            {"refuse", "refuses the requested image"},
            {"recover", "starts recovery"},
    };

    for (size_t i = 0; i < TN_LEN(words); i++) {
        if (strcmp(words[i][0], decision) == 0) {
            return words[i][1];
        }
    }
    return decision;
}

static void say_boot(const struct cli *cli, const struct tn_dump *d) {
    char line[LINE];
    size_t i = 0;

    say(cli, "the next boot %s:", decision_words(flash_decision(d)));
    for (; i < d->nsteps; i++) {
        flash_step_words(d, &d->steps[i], line, sizeof(line));
        say(cli, "  %zu. %s", i + 1, line);
    }
    flash_end_words(d, line, sizeof(line));
    say(cli, "  %zu. %s", i + 1, line);
    flash_next_words(d, line, sizeof(line));
    if (*line) {
        say(cli, "%s.", line);
    }
}

static void say_dump(const struct cli *cli, const char *path, const struct tn_dump *d) {
    say(cli, "%s: %zu bytes from 0x%08x; %s", path, d->len, (unsigned)d->shape.base,
            tn_layout_name(d->shape.slot.layout));
    for (int slot = 0; slot < 2; slot++) {
        if (has_slot(d, slot)) {
            say_slot(cli, d, slot);
        }
    }
    say_log(cli, d);
    say_boot(cli, d);
}

// What makes all of the above worthless.
static void warn_dump(
        const struct cli *cli, const char *path, const struct tn_dump *d, const struct tn_buf *b) {
    struct tn_kind_found kind;
    bool has_image = false;

    for (int place = 0; place < TN_PLACES; place++) {
        has_image = has_image || d->image[place].has_header;
    }
    if (d->is_blank) {
        warn(cli,
                "%s: every byte is 0x%02x: the flash is erased, or the chip is locked and the "
                "debugger did not read it",
                path, b->len ? b->p[0] : 0);
        return;
    }
    if (d->stray_magic) {
        warn(cli,
                "%s: a trailer ends at 0x%08x, where no slot ends; check addresses and sizes of "
                "the slots",
                path, (unsigned)d->stray_magic + TN_MAGIC_LEN);
    }
    tn_kind_find(b->p, b->len, &kind);
    if (!has_image && (kind.kind == TN_KIND_IMAGE_BEHIND || kind.kind == TN_KIND_IMAGE)) {
        warn(cli,
                "%s: an image begins at 0x%08x, where no place of a slot begins; check the slots' "
                "addresses",
                path, (unsigned)(d->shape.base + (uint32_t)kind.off));
    }
}

// ---- JSON --------------------------------------------------------------------------------

static json_t *image_json(const struct tn_dump_image *i, int place) {
    char version[TN_VERSION_TEXT];
    json_t *o = json_pack("{sssIsb}", "place", place_names[place], "address", (json_int_t)i->addr,
            "genuine", i->reason == 0);

    if (i->reason) {
        json_object_set_new(o, "reason", json_string(flash_reason_words(i)));
    }
    if (i->has_header) {
        tn_version_text(version, &i->version);
        json_object_update_new(
                o, json_pack("{sssI}", "version", version, "size", (json_int_t)i->size));
    }
    if (i->has_header && i->hash_len) {
        json_object_set_new(o, "hash", json_hex(i->hash, i->hash_len));
    }
    return o;
}

static json_t *slot_json(const struct tn_dump *d, int slot) {
    const struct tn_trailer *t = &d->trailer[slot];
    json_t *images = json_array();

    for (int place = 0; place < TN_PLACES; place++) {
        if (d->has_place[place] && tn_place_slot((enum tn_place)place) == (enum tn_slot)slot) {
            json_array_append_new(images, image_json(&d->image[place], place));
        }
    }
    return json_pack("{sisIsos{sIssssssss}ss}", "slot", slot, "address",
            (json_int_t)d->shape.addr[slot], "images", images, "trailer", "address",
            (json_int_t)d->trailer_addr[slot], "magic", magic_names[t->magic], "image_ok",
            flag_names[t->image_ok], "copy_done", flag_names[t->copy_done], "swap_info",
            type_name(t->type), "says", flash_trailer_words(d, slot));
}

static json_t *log_json(const struct tn_dump *d) {
    json_t *list = json_array();

    for (size_t i = 0; i < d->nlog; i++) {
        const struct tn_record *r = &d->log[i];
        char version[TN_VERSION_TEXT];
        tn_version_text(version, &r->version);
        json_array_append_new(list,
                json_pack("{sisssssi}", "code", r->code, "outcome", flash_record_words(r->code),
                        "version", version, "attempts", r->attempts));
    }
    return list;
}

static void emit_dump(const struct cli *cli, const char *path, const struct tn_dump *d) {
    json_t *slots = json_array();
    json_t *steps = json_array();
    char line[LINE];

    for (int slot = 0; slot < 2; slot++) {
        if (has_slot(d, slot)) {
            json_array_append_new(slots, slot_json(d, slot));
        }
    }
    for (size_t i = 0; i < d->nsteps; i++) {
        flash_step_words(d, &d->steps[i], line, sizeof(line));
        json_array_append_new(steps, json_string(line));
    }
    flash_end_words(d, line, sizeof(line));
    json_array_append_new(steps, json_string(line));
    json_t *data = json_pack("{sssIsssosIsssosb}", "file", path, "base", (json_int_t)d->shape.base,
            "strategy", tn_layout_name(d->shape.slot.layout), "slots", slots, "status_records",
            (json_int_t)d->records, "decision", flash_decision(d), "steps", steps, "recovery",
            d->end.action != TN_PLAN_RUN);
    if (d->end.action == TN_PLAN_RUN) {
        json_object_set_new(data, "runs", image_json(&d->running, (int)d->end.place));
        json_object_set_new(data, "on_test", json_boolean(d->next == TN_SWAP_REVERT));
    }
    if (d->shape.log_size) {
        json_object_set_new(data, "log", log_json(d));
        json_object_set_new(data, "security_counter", json_integer(d->counter));
    }
    emit(cli, "flash", data);
}

// ----------------------------------------------------------------------------------------

static int inspect_dump(struct cli *cli, const char *path, const struct tn_trust *trust) {
    struct tn_dump_shape shape = {0};
    struct tn_loaded file;
    struct tn_dump d;

    if (tn_load(path, &file, &cli->fault)) {
        return -1;
    }
    int err = read_shape(cli, &file, &shape) ||
                    tn_dump_boot(file.bytes.p, file.bytes.len, &shape, trust, path, &d, &cli->fault)
            ? -1
            : 0;
    if (!err) {
        warn_dump(cli, path, &d, &file.bytes);
        say_dump(cli, path, &d);
        emit_dump(cli, path, &d);
        tn_dump_free(&d);
    }
    tn_buf_free(&file.bytes);
    return err;
}

int cmd_inspect_flash(struct cli *cli) {
    struct tn_key_pair key;
    const char *path = cli->value[OPT_KEY];
    int err = 0;

    if (!path) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "give the loader's key by --key: without it no image is genuine");
    }
    if (cli_key_load(cli, path, &key)) {
        return -1;
    }
    const struct tn_key keys[] = {tn_key_for_device(&key), {0}};
    const struct tn_trust trust = tn_trust_every_kind(keys);
    for (int i = 0; i < cli->nargs && !err; i++) {
        err = inspect_dump(cli, cli->args[i], &trust);
    }
    tn_key_free(&key);
    return err;
}
