// SPDX-License-Identifier: Apache-2.0
// Upgrades a device: upgrade_example PORT IMAGE. Done when the device says that the image runs.
//
//     cc upgrade_example.c -o upgrade_example $(pkg-config --cflags --libs --static tenon)
#include <stdio.h>
#include <string.h>

#include "host/files/inspect.h"
#include "host/upgrade/upgrade.h"

static void on_event(void *ctx, enum tn_upgrade_phase phase, const char *text) {
    (void)ctx;
    printf("%s%s%s\n", tn_phase_name(phase), text ? ": " : "", text ? text : "");
}

// What is wrong with the file is known before anything is sent.
static int upgrade(const char *port, const char *path, struct tn_buf *file, struct tn_fault *f) {
    struct tn_session session = {0};
    struct tn_inspect in;
    uint32_t addr;

    if (tn_image_load(path, file, &addr, f) ||
            tn_inspect(file->p, file->len, NULL, 0, path, &in, f) ||
            tn_transport_from(port, 115200, &session.transport, f)) {
        return -1;
    }
    struct tn_upgrade u = {.session = &session,
            .name = path,
            .file = file->p,
            .len = in.image_len,
            .event = on_event};
    memcpy(u.hash, in.computed, sizeof(u.hash));
    tn_version_text(u.version, &in.hdr.version);
    int err = tn_session_open(&session, f) || tn_upgrade(&u, f) ? -1 : 0;
    tn_session_close(&session);
    session.transport->ops->free(session.transport);
    return err;
}

int main(int argc, char **argv) {
    struct tn_buf file = {0};
    struct tn_fault fault;

    if (argc != 3) {
        fprintf(stderr, "usage: upgrade_example PORT IMAGE\n");
        return 64;
    }
    int err = upgrade(argv[1], argv[2], &file, &fault);
    tn_buf_free(&file);
    if (err) {
        fprintf(stderr, "error: %s\n", fault.text);
        return 1;
    }
    printf("%s runs and is confirmed\n", argv[2]);
    return 0;
}
