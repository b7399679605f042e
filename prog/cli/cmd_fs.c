// SPDX-License-Identifier: Apache-2.0
// fs download, upload, status, hash, types, close.
#include <string.h>

#include "cli.h"
#include "host/device/fs.h"

static void on_progress(void *ctx, const struct tn_progress *now) {
    progress_show(ctx, now);
}

// Sends or fetches a file in pieces, with a progress bar.
static int with_bar(struct cli *cli, struct tn_session *s, struct progress *bar, const char *task) {
    uint32_t deadline = 0;

    if (device_deadline(cli, &deadline)) {
        return -1;
    }
    *bar = (struct progress){.cli = cli, .task = task};
    progress_begin(bar);
    s->progress = on_progress;
    s->ctx = bar;
    tn_session_limit(s, deadline);
    return tn_session_probe(s, &cli->fault);
}

static int told(struct cli *cli, const char *name, const char *what, size_t bytes) {
    say(cli, "%s: %zu bytes %s", name, bytes, what);
    emit(cli, "result",
            json_pack("{sssssssI}", "command", cli->cmd->name, "name", name, "result", what, "size",
                    (json_int_t)bytes));
    return 0;
}

static int download(struct cli *cli, struct tn_session *s) {
    struct progress bar;
    struct tn_buf buf = {0};
    int err = with_bar(cli, s, &bar, "download") ||
            tn_device_file_get(s, cli->args[0], &buf, &cli->fault) ||
            tn_file_write(cli->args[1], buf.p, buf.len, TN_FILE_PLAIN, &cli->fault);

    progress_break(&bar);
    if (!err) {
        told(cli, cli->args[1], "downloaded", buf.len);
    }
    tn_buf_free(&buf);
    return err ? -1 : 0;
}

int cmd_fs_download(struct cli *cli) {
    return with_device(cli, download);
}

static int upload(struct cli *cli, struct tn_session *s) {
    struct progress bar;
    struct tn_buf buf = {0};
    int err = tn_file_read(cli->args[0], &buf, &cli->fault);

    if (err) {
        return err;
    }
    err = with_bar(cli, s, &bar, NULL) ||
            tn_device_file_put(s, cli->args[1], buf.p, buf.len, &cli->fault);
    progress_break(&bar);
    if (!err) {
        told(cli, cli->args[1], "uploaded", buf.len);
    }
    tn_buf_free(&buf);
    return err ? -1 : 0;
}

int cmd_fs_upload(struct cli *cli) {
    return with_device(cli, upload);
}

static int status(struct cli *cli, struct tn_session *s) {
    uint32_t size;

    if (tn_session_probe(s, &cli->fault) ||
            tn_device_file_size(s, cli->args[0], &size, &cli->fault)) {
        return -1;
    }
    say(cli, "%s: %u bytes", cli->args[0], (unsigned)size);
    emit(cli, "file", json_pack("{sssI}", "name", cli->args[0], "size", (json_int_t)size));
    return 0;
}

int cmd_fs_status(struct cli *cli) {
    return with_device(cli, status);
}

static int hash(struct cli *cli, struct tn_session *s) {
    struct tn_file_sum sum;
    char text[2 * TN_FS_SUM_MAX + 1];
    const char *type = cli->nargs > 1 ? cli->args[1] : NULL;

    if (tn_session_probe(s, &cli->fault) ||
            tn_device_file_sum(s, cli->args[0], type, &sum, &cli->fault)) {
        return -1;
    }
    if (sum.sum_len) {
        hex_text(text, sum.sum, sum.sum_len);
    } else {
        snprintf(text, sizeof(text), "%08x", (unsigned)sum.number);
    }
    say(cli, "%s  %s  (%s of %u bytes)", text, cli->args[0], sum.type, (unsigned)sum.len);
    emit(cli, "file_hash",
            json_pack("{sssssssI}", "name", cli->args[0], "type", sum.type, "hash", text, "size",
                    (json_int_t)sum.len));
    return 0;
}

int cmd_fs_hash(struct cli *cli) {
    return with_device(cli, hash);
}

static void show_type(void *ctx, const char *type, uint32_t size) {
    const struct cli *cli = ctx;

    say(cli, "%-12s  %u bytes", type, (unsigned)size);
    emit(cli, "hash_type", json_pack("{sssI}", "type", type, "size", (json_int_t)size));
}

static int types(struct cli *cli, struct tn_session *s) {
    return tn_session_probe(s, &cli->fault) ? -1
                                            : tn_device_file_sums(s, show_type, cli, &cli->fault);
}

int cmd_fs_types(struct cli *cli) {
    return with_device(cli, types);
}

static int close_file(struct cli *cli, struct tn_session *s) {
    if (tn_session_probe(s, &cli->fault) || tn_device_file_close(s, &cli->fault)) {
        return -1;
    }
    emit(cli, "result", json_pack("{ssss}", "command", "fs close", "result", "closed"));
    return 0;
}

int cmd_fs_close(struct cli *cli) {
    return with_device(cli, close_file);
}
