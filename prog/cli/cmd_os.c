// SPDX-License-Identifier: Apache-2.0
// os echo, reset, params, info.
#include <string.h>

#include "cli.h"

static int echo(struct cli *cli, struct tn_session *s) {
    char text[512];
    uint32_t start = tn_now_ms();

    if (tn_device_echo(s, cli->args[0], text, sizeof(text), &cli->fault)) {
        return -1;
    }
    uint32_t ms = tn_now_ms() - start;
    say(cli, "%s", text);
    detail(cli, "round trip: %u ms", (unsigned)ms);
    emit(cli, "echo", json_pack("{sssi}", "text", text, "ms", (int)ms));
    return 0;
}

int cmd_os_echo(struct cli *cli) {
    return with_device(cli, echo);
}

// What --mode names, by enum tn_device_mode. Each but normal is a request that the device keeps
// across the reset.
static const struct {
    const char *name, *says;
} modes[] = {
        [TN_DEVICE_NORMAL] = {"normal", "the device resets"},
        [TN_DEVICE_RECOVERY] = {"recovery", "the device resets into recovery"},
        [TN_DEVICE_SAFE] = {"safe", "the device resets; its application starts in safe mode"},
        [TN_DEVICE_ROM] = {"rom", "the device resets into the loader in its chip's ROM"},
};

// The mode that the command line names; -1 if it is none.
static int wanted_mode(const struct cli *cli) {
    const char *name = cli->value[OPT_MODE] ? cli->value[OPT_MODE] : "normal";

    for (size_t i = 0; i < TN_LEN(modes); i++) {
        if (!strcmp(name, modes[i].name)) {
            return (int)i;
        }
    }
    return -1;
}

static int reset(struct cli *cli, struct tn_session *s) {
    enum tn_device_mode mode = (enum tn_device_mode)wanted_mode(cli);

    if (tn_session_probe(s, &cli->fault) ||
            tn_device_reset(s, mode, cli->given[OPT_FORCE], &cli->fault) < 0) {
        return -1;
    }
    say(cli, "%s", modes[mode].says);
    emit(cli, "result",
            json_pack("{ssssss}", "command", "os reset", "result", "reset", "mode",
                    modes[mode].name));
    return 0;
}

int cmd_os_reset(struct cli *cli) {
    if (wanted_mode(cli) < 0) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--mode %s: no such mode; give --mode normal or --mode recovery, safe or rom",
                cli->value[OPT_MODE]);
    }
    return with_device(cli, reset);
}

// The probe has queried them already.
static int params(struct cli *cli, struct tn_session *s) {
    if (tn_session_probe(s, &cli->fault)) {
        return -1;
    }
    if (!s->buf_size) {
        say(cli, "the device does not report its buffers");
    } else {
        say(cli, "buffers: %u of %u bytes", (unsigned)s->buf_count, (unsigned)s->buf_size);
    }
    emit(cli, "params",
            json_pack("{sIsI}", "buf_size", (json_int_t)s->buf_size, "buf_count",
                    (json_int_t)s->buf_count));
    return 0;
}

int cmd_os_params(struct cli *cli) {
    return with_device(cli, params);
}

// The letters, or all of them. A server that does not know "all" may still know the short form.
static int ask_info(struct cli *cli, struct tn_session *s, char *ret, size_t size) {
    const char *letters = cli->value[OPT_FORMAT];

    if (tn_device_info(s, letters ? letters : "a", ret, size, &cli->fault) == 0) {
        return 0;
    }
    bool refused = cli->fault.kind == TN_FAULT_REFUSED && !letters;
    return refused ? tn_device_info(s, NULL, ret, size, &cli->fault) : -1;
}

// A second request queries the bootloader. Many servers lack it, which is not a fault.
static int info(struct cli *cli, struct tn_session *s) {
    char text[400];
    char loader[64];
    int mode = -1;

    if (tn_session_probe(s, &cli->fault) || ask_info(cli, s, text, sizeof(text))) {
        return -1;
    }
    int unknown = tn_device_bootloader(s, loader, sizeof(loader), &mode, &cli->fault);
    if (unknown < 0) {
        return -1;
    }
    if (!unknown && tn_device_has_our_loader(s)) {
        snprintf(loader, sizeof(loader), "Tenon");
    }
    json_t *data = json_pack("{ss}", "info", text);
    say(cli, "device      %s", text);
    if (unknown) {
        detail(cli, "the device does not report its bootloader");
        cli->fault = (struct tn_fault){0};
    } else {
        say(cli, "bootloader  %s, %s", loader, tn_bootloader_mode(mode));
        json_object_update_new(data, json_pack("{sssi}", "bootloader", loader, "mode", mode));
    }
    emit(cli, "info", data);
    return 0;
}

int cmd_os_info(struct cli *cli) {
    return with_device(cli, info);
}
