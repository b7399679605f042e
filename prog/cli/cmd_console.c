// SPDX-License-Identifier: Apache-2.0
// console: shows the device's text on the line that SMP uses, too, and sends what is typed.
//
// The line has one reader, so this program holds the port and serves other commands through a local
// socket (host/transport/share.h): SMP's console lines go there, everything else to the terminal.
// What a command sends goes to the port in whole lines, so that typed bytes never cut a packet.
//
// What waits, and how keys are read, is the system's: keys.c, keys_win.c.
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "host/transport/share.h"
#include "host/transport/split.h"
#include "host/transport/transport.h"
#include "host/transport/tty.h"
#include "keys.h"

enum {
    TICK_MS = 200,     // between two looks at Ctrl-C, the deadline and a port that is gone
    OUT_MAX = 131072,  // bytes that wait for the port: more than the longest packet in lines
    LINE_MAX_LEN = 512,
    END_KEY = 0x1d,  // Ctrl-]
};

struct console {
    struct cli *cli;
    struct tn_tty tty;
    bool raw;
    uint32_t deadline_ms, started_ms;

    int listener, client;  // -1: none
    char socket_path[200];
    bool has_keys;  // standard input is open
    bool is_typed;  // and a terminal
    bool is_over;

    struct tn_split split;
    struct tn_clean clean;
    char line[LINE_MAX_LEN];  // the device's unfinished line, for --json and --log
    size_t line_len;

    uint8_t out[OUT_MAX];  // to the port: whole lines of the client, and keys
    size_t out_len;
    uint8_t part[OUT_MAX];  // the client's line that has no end yet
    size_t part_len;
};

// ---- From the device -------------------------------------------------------------------

static void end_line(struct console *c) {
    c->line[c->line_len] = 0;
    if (c->line_len) {
        trail_event(c->cli, "text", c->line);
    }
    emit(c->cli, "text", json_pack("{ss}", "text", c->line));
    c->line_len = 0;
}

// Collects the text as lines. A longer line is cut into several.
static void collect(struct console *c, const char *text, size_t n) {
    if (n == 1 && *text == '\n') {
        end_line(c);
        return;
    }
    if (c->line_len + n >= sizeof(c->line)) {
        end_line(c);
    }
    memcpy(c->line + c->line_len, text, n);
    c->line_len += n;
}

static void show_text(struct console *c, uint8_t byte) {
    char text[TN_CLEAN_OUT];
    size_t n = tn_clean_byte(&c->clean, byte, text);

    if (n) {
        collect(c, text, n);
    }
    if (c->cli->json) {
        return;
    }
    if (c->raw) {
        putchar(byte);
    } else {
        fwrite(text, 1, n, stdout);
    }
}

static void drop_client(struct console *c) {
    if (c->client >= 0) {
        tn_share_close(c->client);
    }
    c->client = -1;
    c->part_len = 0;
}

static void pass_to_client(struct console *c, const uint8_t *p, size_t n) {
    if (c->client >= 0 && n && tn_share_write(c->client, p, (unsigned)n) != (int)n) {
        drop_client(c);  // it has ended, or it does not read
    }
}

static void from_device(struct console *c, const uint8_t *p, size_t len) {
    uint8_t smp[4096 + 2];
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        struct tn_split_out o = tn_split_byte(&c->split, p[i]);
        for (size_t k = 0; k < o.len; k++) {
            if (o.is_smp) {
                smp[n++] = o.bytes[k];
            } else {
                show_text(c, o.bytes[k]);
            }
        }
    }
    pass_to_client(c, smp, n);
    fflush(stdout);
}

// A device in its reset, or unplugged, comes back under the same path.
static void lose_device(struct console *c) {
    tn_tty_close(&c->tty);
    c->split = (struct tn_split){.in_line = false};
    c->out_len = 0;
    drop_client(c);
    note(c->cli, "%s: the device is gone; waiting for it", c->tty.path);
}

static void read_device(struct console *c) {
    uint8_t bytes[4096];
    int n = tn_tty_read(&c->tty, bytes, sizeof(bytes));

    if (n > 0) {
        from_device(c, bytes, (size_t)n);
    } else if (n < 0) {
        lose_device(c);
    }
}

// ---- To the device ---------------------------------------------------------------------

static void queue(struct console *c, const uint8_t *p, size_t n) {
    if (n <= sizeof(c->out) - c->out_len) {
        memcpy(c->out + c->out_len, p, n);
        c->out_len += n;
    }
}

static void write_device(struct console *c) {
    int n = tn_tty_write(&c->tty, c->out, c->out_len);

    if (n > 0) {
        c->out_len -= (size_t)n;
        memmove(c->out, c->out + n, c->out_len);
    } else if (n < 0) {
        lose_device(c);
    }
}

static const uint8_t *last_newline(const uint8_t *p, size_t len) {
    while (len && p[len - 1] != '\n') {
        len--;
    }
    return len ? p + len - 1 : NULL;
}

// A client's packet ends with a newline. Only whole lines go on.
static void read_client(struct console *c) {
    int n = tn_share_read(
            c->client, c->part + c->part_len, (unsigned)(sizeof(c->part) - c->part_len));

    if (n <= 0) {
        if (n < 0) {
            drop_client(c);
        }
        return;
    }
    c->part_len += (size_t)n;
    const uint8_t *end = last_newline(c->part, c->part_len);
    size_t whole = end ? (size_t)(end - c->part) + 1 : 0;
    queue(c, c->part, whole);
    c->part_len -= whole;
    memmove(c->part, c->part + whole, c->part_len);
    if (c->part_len == sizeof(c->part)) {
        drop_client(c);  // no packet of ours is that long
    }
}

static void read_keys(struct console *c) {
    uint8_t keys[256];
    int n = keys_read(keys, sizeof(keys));

    if (n <= 0) {
        c->has_keys = false;
        return;
    }
    const uint8_t *end = c->is_typed ? memchr(keys, END_KEY, (size_t)n) : NULL;
    c->is_over = end != NULL;
    queue(c, keys, end ? (size_t)(end - keys) : (size_t)n);
}

static void accept_client(struct console *c) {
    int fd = tn_share_accept(c->listener, c->client < 0);

    if (fd >= 0) {
        c->client = fd;
    }
}

// ---- The loop --------------------------------------------------------------------------

static void turn(struct console *c) {
    bool has_room = c->tty.is_open && c->out_len < sizeof(c->out) / 2;
    const struct keys_wait wait = {.tty = &c->tty,
            .wants_write = c->out_len > 0,
            .wants_keys = c->has_keys && has_room,
            .listener = c->listener,
            .client = has_room ? c->client : -1};
    unsigned ready = keys_wait(&wait, TICK_MS);

    if (ready & KEYS_CLIENT) {
        read_client(c);
    }
    if (ready & KEYS_TYPED) {
        read_keys(c);
    }
    if (ready & KEYS_TTY_WRITE) {
        write_device(c);
    }
    if (c->tty.is_open && ready & KEYS_TTY_READ) {
        read_device(c);
    }
    if (ready & KEYS_LISTENER) {
        accept_client(c);
    }
}

// A console of another program that shares the port would show nothing here.
static int reopen(struct console *c, struct tn_fault *f) {
    return tn_tty_open(&c->tty, false, f);
}

// Without the socket the console still works, alone.
static void begin_sharing(struct console *c) {
    struct tn_fault f;

    c->listener = tn_share_listen(c->tty.path, c->socket_path, sizeof(c->socket_path), &f);
    if (c->listener < 0) {
        warn(c->cli, "%s; other commands cannot use the port meanwhile", f.text);
    }
}

static void end_sharing(struct console *c) {
    drop_client(c);
    if (c->listener >= 0) {
        tn_share_unlisten(c->listener, c->socket_path);
    }
}

static int run(struct console *c) {
    struct tn_fault f;

    while (!c->is_over && !is_stopped()) {
        turn(c);
        if (!c->tty.is_open && reopen(c, &f) == 0) {
            end_sharing(c);  // the path may lead to another terminal now
            begin_sharing(c);
            note(c->cli, "%s: the device is back", c->tty.path);
        }
        if (c->deadline_ms && tn_now_ms() - c->started_ms >= c->deadline_ms) {
            break;
        }
        if (ferror(stdout)) {
            return 0;  // cli_end names the fault
        }
    }
    return 0;
}

// ---- Begin and end ---------------------------------------------------------------------

static int work(struct console *c) {
    if (reopen(c, &c->cli->fault)) {
        return -1;
    }
    begin_sharing(c);
    c->has_keys = true;
    c->is_typed = keys_begin();
    note(c->cli, "console: %s at %u baud%s", c->tty.path, (unsigned)c->tty.baud,
            c->is_typed ? "; Ctrl-] ends it" : "");
    int err = run(c);
    if (c->line_len) {
        end_line(c);
    }
    keys_end();
    end_sharing(c);
    tn_tty_close(&c->tty);
    return err;
}

int cmd_console(struct cli *cli) {
    static struct console c;
    const char *port;
    uint32_t baud;

    c = (struct console){.cli = cli, .listener = -1, .client = -1, .raw = cli->given[OPT_RAW]};
    c.started_ms = tn_now_ms();
    catch_stop();
    if (device_deadline(cli, &c.deadline_ms) || device_port(cli, &port, &baud) ||
            tn_tty_from(port, baud, &c.tty, &cli->fault)) {
        return -1;
    }
    int err = work(&c);
    free(c.tty.path);
    return err;
}
