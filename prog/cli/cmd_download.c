// SPDX-License-Identifier: Apache-2.0
// image download: reads an image back, where the device offers that.
//
// What arrived before an interruption stays in FILE.part, and the next run continues it. The
// image's own hash decides in the end: if a continued file does not match, it is read once more
// from byte 0.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "host/base/place.h"
#include "host/device/read_back.h"

enum { AWAY_MS = 30000 };  // how long a device that went away is waited for, without --deadline

struct reading {
    struct progress progress;
    char part[1024];  // path of FILE.part
    uint32_t slot;
    bool told;  // that FILE.part is continued
    struct tn_buf buf;
};

static void on_progress(void *ctx, const struct tn_progress *p) {
    struct reading *r = ctx;
    struct tn_progress now = *p;

    if (now.resumed_at && !r->told) {
        note(r->progress.cli, "%s has %u bytes of it already: going on from there", r->part,
                (unsigned)now.resumed_at);
    }
    r->told = true;
    now.resumed_at = 0;  // progress_show has words for uploads
    progress_show(&r->progress, &now);
}

// Reads over one connection and, each time it is lost, over the next one.
static int read_all(struct cli *cli, struct tn_session *s, struct reading *r) {
    for (;;) {
        size_t had = r->buf.len;
        progress_begin(&r->progress);
        int err = tn_device_read_image(s, r->slot, &r->buf, &cli->fault);
        progress_break(&r->progress);
        if (!err || cli->fault.kind != TN_FAULT_LINK || r->buf.len <= had) {
            return err;
        }
        uint32_t left = cli->given[OPT_DEADLINE] ? tn_session_left(s) : AWAY_MS;
        struct tn_fault why;
        note(cli, "lost the device at byte %zu: waiting up to %u s for it to come back", r->buf.len,
                (unsigned)(left / 1000));
        if (tn_session_reopen(s, left, &why) || tn_session_probe(s, &why)) {
            return -1;
        }
    }
}

// Chooses the slot: the option's, or that of the running image. *ret: the slot's entry of the list,
// or NULL.
static int choose_slot(struct cli *cli, struct tn_session *s, struct reading *r,
        struct tn_slot_list *l, const struct tn_slot_state **ret) {
    if (cli_number(cli, OPT_SLOT, 0, 1, &r->slot) || tn_session_probe(s, &cli->fault) ||
            tn_device_list(s, l, &cli->fault)) {
        return -1;
    }
    const struct tn_slot_state *active = tn_slot_active(l);
    if (!cli->value[OPT_SLOT]) {
        r->slot = active ? active->slot : 0;
    }
    *ret = NULL;
    for (size_t i = 0; i < l->n; i++) {
        *ret = l->slots[i].image == 0 && l->slots[i].slot == r->slot ? &l->slots[i] : *ret;
    }
    return 0;
}

// Is the file sound: its content's hash the one that it holds, and that the device reports? Of an
// encrypted image only the second can be checked, since the hash is of the plain content.
static bool is_sound(
        const struct cli *cli, const struct tn_inspect *in, const struct tn_slot_state *t) {
    bool encrypted = in->hdr.flags & TN_IMAGE_ENCRYPTED;
    bool is_listed = !t || !t->hash_len ||
            (t->hash_len == in->hash_len && memcmp(t->hash, in->hash, in->hash_len) == 0);

    if (encrypted) {
        note(cli,
                "the image is encrypted, and is read as it is stored: its content cannot be "
                "checked "
                "here");
        return true;
    }
    return in->has_hash && is_listed && memcmp(in->hash, in->computed, in->hash_len) == 0;
}

static int finish(struct cli *cli, const struct reading *r, const struct tn_inspect *in) {
    char version[TN_VERSION_TEXT];
    char size[16];

    if (tn_file_write(cli->args[0], r->buf.p, r->buf.len, TN_FILE_PLAIN, &cli->fault)) {
        return -1;
    }
    unlink(r->part);
    tn_version_text(version, &in->hdr.version);
    size_text(size, r->buf.len);
    bool encrypted = in->hdr.flags & TN_IMAGE_ENCRYPTED;
    say(cli, "%s: version %s, %s, from slot %u; %s", cli->args[0], version, size, (unsigned)r->slot,
            encrypted ? "encrypted, so its hash was not checked" : "its hash is right");
    emit(cli, "result",
            json_pack("{sssssssIsIso}", "command", "image download", "result", "downloaded",
                    "version", version, "size", (json_int_t)r->buf.len, "slot", (json_int_t)r->slot,
                    "hash", json_hex(in->hash, in->hash_len)));
    return 0;
}

// Reads the image; once more if what was continued does not match.
static int read_checked(struct cli *cli, struct tn_session *s, struct reading *r,
        const struct tn_slot_state *t, struct tn_inspect *in) {
    for (bool again = r->buf.len > 0;; again = false) {
        if (read_all(cli, s, r)) {
            return -1;
        }
        struct tn_fault why;
        tn_inspect(r->buf.p, r->buf.len, NULL, 0, cli->args[0], in, &why);
        if (is_sound(cli, in, t)) {
            return 0;
        }
        r->buf.len = 0;
        if (!again) {
            return tn_fail(&cli->fault, TN_FAULT_DAMAGED,
                    "slot %u: what was read does not match the image's hash: it is damaged on the "
                    "device, or changed while it was read",
                    (unsigned)r->slot);
        }
        note(cli, "what %s holds does not fit: reading it from the beginning", r->part);
    }
}

// A file that cannot be written is found out before the image is read.
static int check_file(struct cli *cli, const char *part) {
    struct stat st;
    bool is_folder = stat(cli->args[0], &st) == 0 && S_ISDIR(st.st_mode);
    int fd = is_folder ? -1 : tn_place_append(part);

    if (fd < 0) {
        return tn_fail(&cli->fault, TN_FAULT_WRITE, "%s: cannot be written: %s", cli->args[0],
                is_folder ? "it is a folder" : strerror(errno));
    }
    bool is_empty = fstat(fd, &st) == 0 && st.st_size == 0;
    close(fd);
    if (is_empty) {
        unlink(part);
    }
    return 0;
}

static int download(struct cli *cli, struct tn_session *s) {
    struct reading r = {.progress = {.cli = cli, .task = "download"}};
    struct tn_slot_list l;
    const struct tn_slot_state *t;
    struct tn_inspect in;
    struct tn_fault ignored;
    uint32_t deadline = 0;

    snprintf(r.part, sizeof(r.part), "%s.part", cli->args[0]);
    if (device_deadline(cli, &deadline) || check_file(cli, r.part)) {
        return -1;
    }
    tn_session_limit(s, deadline);
    s->progress = on_progress;
    s->ctx = &r;
    if (choose_slot(cli, s, &r, &l, &t)) {
        return -1;
    }
    if (access(r.part, F_OK) == 0 && tn_file_read(r.part, &r.buf, &ignored)) {
        r.buf = (struct tn_buf){0};
    }
    int err = read_checked(cli, s, &r, t, &in);
    if (!err) {
        err = finish(cli, &r, &in);
    } else if (r.buf.len) {
        tn_file_write(r.part, r.buf.p, r.buf.len, TN_FILE_PLAIN, &ignored);
    }
    tn_buf_free(&r.buf);
    return err;
}

int cmd_image_download(struct cli *cli) {
    return with_device(cli, download);
}
