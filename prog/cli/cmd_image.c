// SPDX-License-Identifier: Apache-2.0
// image list, upload, test, confirm, erase, slots.
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "cli.h"

// ---- list ------------------------------------------------------------------------------

// The probe comes first: it distinguishes a port without an SMP device from a device that refuses.
static int list(struct cli *cli, struct tn_session *s) {
    struct tn_slot_list l;

    if (tn_session_probe(s, &cli->fault) || tn_device_list(s, &l, &cli->fault)) {
        return -1;
    }
    show_slots(cli, &l);
    return 0;
}

int cmd_image_list(struct cli *cli) {
    return with_device(cli, list);
}

// Devices answer "no slot" for any slot that must not be written. If the slot holds the running
// image, this prints the right cause. Slot UINT32_MAX: the user named none.
static int refused_slot(struct cli *cli, struct tn_session *s, uint32_t slot) {
    struct tn_fault refusal = cli->fault;
    struct tn_fault why;
    struct tn_slot_list l;

    if (refusal.kind != TN_FAULT_REFUSED || slot == UINT32_MAX || tn_device_list(s, &l, &why)) {
        return -1;
    }
    const struct tn_slot_state *active = tn_slot_active(&l);
    if (active && active->slot == slot) {
        tn_fail(&cli->fault, TN_FAULT_REFUSED,
                "slot %u holds the running image, which cannot be overwritten while it runs; take "
                "--slot %u, or let the bootloader do it: tenon os reset --mode recovery",
                (unsigned)slot, (unsigned)(slot ^ 1));
        cli->fault.group = refusal.group;
        cli->fault.rc = refusal.rc;
    }
    return -1;
}

// ---- upload ----------------------------------------------------------------------------

// --deadline ends all that follows.
static int limit_time(struct cli *cli, struct tn_session *s) {
    uint32_t ms = 0;

    if (device_deadline(cli, &ms)) {
        return -1;
    }
    tn_session_limit(s, ms);
    return 0;
}

struct sending {
    struct image_file file;
    struct progress progress;
    uint32_t image;
    uint32_t slot;  // UINT32_MAX: not given by number
};

static void on_progress(void *ctx, const struct tn_progress *p) {
    progress_show(&((struct sending *)ctx)->progress, p);
}

enum { AWAY_MS = 30000 };  // how long a device that went away is waited for, without --deadline

// Uploads over one connection and, each time it is lost, over the next one.
static int send_file(struct cli *cli, struct tn_session *s, struct sending *u) {
    uint32_t best = 0;

    for (;;) {
        progress_begin(&u->progress);
        int err = tn_session_upload(s, u->file.bytes.p, u->file.len, u->image, &cli->fault);
        progress_break(&u->progress);
        bool further = s->client.acked > best;
        if (!err || cli->fault.kind != TN_FAULT_LINK || !further) {
            return err;
        }
        best = s->client.acked;
        uint32_t deadline = cli->given[OPT_DEADLINE] ? tn_session_left(s) : AWAY_MS;
        note(cli, "lost the device at byte %u: waiting up to %u s for it to come back",
                (unsigned)best, (unsigned)(deadline / 1000));
        struct tn_fault why;
        if (tn_session_reopen(s, deadline, &why) || tn_session_probe(s, &why)) {
            return -1;
        }
    }
}

// What an uploaded image needs next.
enum next { NEXT_NOTHING, NEXT_TEST, NEXT_RESET };

// It runs already and has no other copy: then the upload sent nothing. It is in the slot that the
// bootloader, which is serving, starts: a reset. Else a test.
static enum next next_of(
        struct tn_session *s, const struct image_file *file, const struct sending *u) {
    struct tn_slot_list l;
    struct tn_fault why;
    const struct tn_slot_state *found = NULL;

    if (tn_device_list(s, &l, &why)) {
        return NEXT_TEST;
    }
    for (size_t i = 0; i < l.n; i++) {
        const struct tn_slot_state *t = &l.slots[i];
        if (t->hash_len == file->in.hash_len &&
                memcmp(t->hash, tn_inspect_id(&file->in), file->in.hash_len) == 0) {
            found = found && !found->active ? found : t;
        }
    }
    if (found && found->active) {
        return NEXT_NOTHING;
    }
    bool in_first = found ? found->slot == 0 : u->slot == 0 || !l.tells_hashes;
    return in_first && !tn_slot_active(&l) ? NEXT_RESET : NEXT_TEST;
}

// The image that is uploaded, by its number. An application takes image numbers, recovery those of
// slots.
static uint32_t image_of(struct tn_session *s, const struct sending *u) {
    struct tn_slot_list l;
    struct tn_fault why;

    if (!u->image || tn_device_list(s, &l, &why)) {
        return 0;
    }
    return tn_slot_active(&l) ? u->image : (u->image - 1) / 2;
}

// Refuses a file that cannot fit before its first byte, unless --force leaves it to the device.
static int upload(struct cli *cli, struct tn_session *s, struct sending *u) {
    char size[16];

    s->progress = on_progress;
    s->ctx = u;
    if (limit_time(cli, s) || tn_session_probe(s, &cli->fault) ||
            (!cli->given[OPT_FORCE] &&
                    tn_device_check_size(
                            s, image_of(s, u), u->file.len, u->file.path, &cli->fault))) {
        return -1;
    }
    if (send_file(cli, s, u)) {
        // Our server's image numbers above 0 mean slots.
        bool by_image = u->slot == UINT32_MAX && s->is_tenon && u->image;
        return refused_slot(cli, s, by_image ? u->image - 1 : u->slot);
    }
    enum next next = next_of(s, &u->file, u);
    if (next == NEXT_NOTHING) {
        say(cli, "%s: already running: version %s, nothing to do", u->file.path, u->file.version);
        emit(cli, "result",
                json_pack("{ssssss}", "command", "image upload", "result", "up-to-date", "version",
                        u->file.version));
        return 0;
    }
    size_text(size, u->file.len);
    say(cli, "%s (version %s, %s) is on the device; next: %s%s", u->file.path, u->file.version,
            size, next == NEXT_RESET ? "tenon os reset" : "tenon image test ",
            next == NEXT_RESET ? "" : u->file.path);
    emit(cli, "result",
            json_pack("{sssssssI}", "command", "image upload", "result", "uploaded", "version",
                    u->file.version, "size", (json_int_t)u->file.len));
    return 0;
}

int cmd_image_upload(struct cli *cli) {
    struct sending u = {.progress = {.cli = cli}, .slot = UINT32_MAX};
    struct tn_session s;

    if (cli_number(cli, OPT_IMAGE, 0, 255, &u.image) ||
            cli_number(cli, OPT_SLOT, 0, 254, &u.slot)) {
        return -1;
    }
    if (u.slot != UINT32_MAX) {
        u.image = u.slot + 1;  // doc/reference/smp.md section 5, Upload, rule 3
    }
    if (image_file_read(cli, cli->args[0], &u.file)) {
        return -1;
    }
    warn_dependencies(cli, u.file.path, u.file.bytes.p, &u.file.in);
    int err = device_open(cli, &s);
    if (!err) {
        err = upload(cli, &s, &u);
        device_close(&s);
    }
    image_file_free(&u.file);
    return err;
}

// ---- test and confirm ------------------------------------------------------------------

// The value of a hex digit, or -1.
static int nibble(char c) {
    const char *digits = "0123456789abcdef";
    const char *at = c ? strchr(digits, c | 0x20) : NULL;
    return at ? (int)(at - digits) : -1;
}

// The first bytes of a hash, from text. Returns their number, or -1 if the text is not a hash.
static int parse_hash(const char *text, uint8_t *out, size_t size) {
    size_t n = strlen(text) / 2;

    if (strlen(text) % 2 || n < 4 || n > size) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        int high = nibble(text[2 * i]);
        int low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return -1;
        }
        out[i] = (uint8_t)(high << 4 | low);
    }
    return (int)n;
}

// The argument's hash: computed from a file, or given as text.
static int read_hash(struct cli *cli, uint8_t *out, size_t size) {
    const char *arg = cli->args[0];
    struct tn_inspect in;
    struct tn_buf file;
    uint32_t addr;
    int n = parse_hash(arg, out, size);

    if (n > 0 && access(arg, F_OK) != 0) {
        return n;
    }
    if (tn_image_load(arg, &file, &addr, &cli->fault)) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: neither a file nor 8 or more digits of a hash", arg);
    }
    int err = tn_inspect(file.p, file.len, NULL, 0, arg, &in, &cli->fault);
    tn_buf_free(&file);
    if (err && (!in.has_hash || memcmp(in.hash, tn_inspect_id(&in), in.hash_len) != 0)) {
        return -1;
    }
    cli->fault = (struct tn_fault){0};
    memcpy(out, in.hash, in.hash_len);
    return in.hash_len;
}

// The image on the device whose hash begins with these bytes.
static int find_hash(struct cli *cli, const struct tn_slot_list *l, const uint8_t *hash, size_t len,
        const struct tn_slot_state **ret) {
    const struct tn_slot_state *found = NULL;

    for (size_t i = 0; i < l->n; i++) {
        const struct tn_slot_state *t = &l->slots[i];
        if (t->hash_len >= len && memcmp(t->hash, hash, len) == 0) {
            if (found && memcmp(found->hash, t->hash, t->hash_len) != 0) {
                return tn_fail(&cli->fault, TN_FAULT_USAGE,
                        "%s: the beginning of two hashes; give more digits", cli->args[0]);
            }
            found = found ? found : t;
        }
    }
    if (!found) {
        return tn_fail(&cli->fault, TN_FAULT_REFUSED,
                "%s: not on the device; look at: tenon image list, or send it by: tenon image "
                "upload",
                cli->args[0]);
    }
    *ret = found;
    return 0;
}

// A test of the running image makes no sense. Says what does.
static int runs_here(struct cli *cli, const struct tn_slot_state *t) {
    return tn_fail(&cli->fault, TN_FAULT_REFUSED,
            t->confirmed
                    ? "%s is the image that runs, and it is confirmed: there is nothing to test; "
                      "send another one: tenon image upload FILE"
                    : "%s is the image that runs, and its test is under way: keep it by: tenon "
                      "image confirm, or go back by: tenon image rollback",
            t->version);
}

// Marks the image that the argument names, or without an argument the running image.
static int mark(struct cli *cli, struct tn_session *s, bool confirm) {
    uint8_t want[TN_DEVICE_HASH_MAX];
    const struct tn_slot_state *t = NULL;
    struct tn_slot_list l;
    int len = 0;

    if (cli->nargs && (len = read_hash(cli, want, sizeof(want))) < 0) {
        return -1;
    }
    if (tn_session_probe(s, &cli->fault) || tn_device_list(s, &l, &cli->fault)) {
        return -1;
    }
    if (len && find_hash(cli, &l, want, (size_t)len, &t)) {
        return -1;
    }
    if (t && t->active && !confirm) {
        return runs_here(cli, t);
    }
    const struct tn_slot_state *active = tn_slot_active(&l);
    if (t && t->confirmed && !confirm && active && !active->confirmed) {
        return tn_fail(&cli->fault, TN_FAULT_REFUSED,
                "%s is on test, and the next reset brings %s back anyway: tenon image rollback",
                active->version, t->version);
    }
    struct tn_slot_list after;
    if (tn_device_mark(s, t ? t->hash : NULL, t ? t->hash_len : 0, confirm, &after, &cli->fault)) {
        return -1;
    }
    show_slots(cli, &after);
    const struct tn_slot_state *now = t ? tn_slot_by_hash(&after, t->hash, t->hash_len) : NULL;
    if (!confirm && now && now->permanent) {
        warn(cli,
                "%s was left by a swap and cannot be tested where it lies: the next reset "
                "installs it for good",
                now->version);
    }
    return 0;
}

static int test(struct cli *cli, struct tn_session *s) {
    return mark(cli, s, false);
}

static int confirm(struct cli *cli, struct tn_session *s) {
    return mark(cli, s, true);
}

int cmd_image_test(struct cli *cli) {
    return with_device(cli, test);
}

int cmd_image_confirm(struct cli *cli) {
    return with_device(cli, confirm);
}

// ---- erase and slots -------------------------------------------------------------------

static int erase(struct cli *cli, struct tn_session *s) {
    uint32_t slot = UINT32_MAX;

    if (cli_number(cli, OPT_SLOT, 0, 254, &slot)) {
        return -1;
    }
    bool spare = slot == UINT32_MAX;
    if (tn_session_probe(s, &cli->fault)) {
        return -1;
    }
    if (tn_device_erase(s, spare ? -1 : (int)slot, &cli->fault)) {
        return refused_slot(cli, s, slot);
    }
    if (spare) {
        say(cli, "the spare slot is erased");
    } else {
        say(cli, "slot %u is erased", (unsigned)slot);
    }
    emit(cli, "result", json_pack("{ssss}", "command", "image erase", "result", "erased"));
    return 0;
}

int cmd_image_erase(struct cli *cli) {
    return with_device(cli, erase);
}

static void say_max(const struct cli *cli, unsigned image, uint32_t max, bool several) {
    if (several) {
        say(cli, "largest image %u: %u bytes", image, (unsigned)max);
    } else {
        say(cli, "largest image: %u bytes", (unsigned)max);
    }
    emit(cli, "limits",
            json_pack("{sisI}", "image", (int)image, "max_image_size", (json_int_t)max));
}

// The last column is the number for upload's --image: the device's own number, not that of the
// slot.
static int slots(struct cli *cli, struct tn_session *s) {
    struct tn_slot_places p;

    if (tn_session_probe(s, &cli->fault) || tn_device_places(s, &p, &cli->fault)) {
        return -1;
    }
    say(cli, "image  slot  size        upload as");
    for (size_t i = 0; i < p.n; i++) {
        const struct tn_slot_place *t = &p.slots[i];
        char id[32] = "-";
        if (t->has_upload_id) {
            snprintf(id, sizeof(id), "--image %u", (unsigned)t->upload_id);
        }
        say(cli, "%-5u  %-4u  %-10u  %s", (unsigned)t->image, (unsigned)t->slot, (unsigned)t->size,
                t->has_error ? "(the device cannot open it)" : id);
        json_t *data = json_pack("{sisisI}", "image", (int)t->image, "slot", (int)t->slot, "size",
                (json_int_t)t->size);
        if (t->has_upload_id) {
            json_object_set_new(data, "upload_image_id", json_integer(t->upload_id));
        }
        emit(cli, "slot_info", data);
    }
    for (size_t i = 0; i < TN_LEN(p.max_image); i++) {
        if (p.max_image[i]) {
            say_max(cli, (unsigned)i, p.max_image[i], p.slots[p.n - 1].image > 0);
        }
    }
    return 0;
}

int cmd_image_slots(struct cli *cli) {
    return with_device(cli, slots);
}
