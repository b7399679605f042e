// SPDX-License-Identifier: Apache-2.0
// Opens a session from options and environment, and prints packets for -v -v.
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "host/transport/ports.h"
#include "many.h"

enum {
    DEFAULT_BAUD = 115200,
    AUTO_MS = 150,  // for one answer at a speed; the probe repeats it
};

enum {
    TRACED = 512,       // bytes of a packet: a list of images stays complete for tenon explain
    TRACED_UPLOAD = 96  // of a chunk, whose data no reader needs
};

// Prints a packet for -v -v: direction, length, header, body.
static void trace(void *ctx, bool sent, const uint8_t *pkt, size_t len) {
    char hex[2 * TRACED + 1];
    struct tn_smp_hdr h = {0};

    (void)ctx;
    tn_smp_hdr_get(&h, pkt, len);
    bool upload = sent && h.group == TN_SMP_IMAGE && h.id == TN_IMG_UPLOAD;
    size_t max = upload ? TRACED_UPLOAD : TRACED;
    size_t n = len < max ? len : max;
    hex_text(hex, pkt, n);
    fprintf(stderr, "  %s %4zu  %.16s %s%s\n", sent ? "->" : "<-", len, hex, n > 8 ? hex + 16 : "",
            len > n ? "..." : "");
}

// ---- mcumgr's words --------------------------------------------------------------------

enum { TEXT_MAX = 512 };

// The meaning of --conntype and --connstring: a port in tenon's form, and what that form cannot
// hold.
struct words {
    char port[TEXT_MAX];
    uint32_t baud;
    uint32_t mtu;  // largest packet; 0: not given
};

static int odd_word(struct cli *cli, const char *word, size_t len, const char *known) {
    return tn_fail(&cli->fault, TN_FAULT_USAGE, "--connstring: %.*s is not valid; give %s",
            (int)len, word, known);
}

// Is text name=value? Then copies the value.
static bool is_pair(const char *word, size_t len, const char *name, char *ret, size_t size) {
    size_t n = strlen(name);

    if (len <= n || memcmp(word, name, n) != 0 || word[n] != '=') {
        return false;
    }
    snprintf(ret, size, "%.*s", (int)(len - n - 1), word + n + 1);
    return true;
}

// dev=PATH,baud=N,mtu=N, or the path alone.
static int serial_word(struct cli *cli, struct words *w, const char *word, size_t len) {
    char number[16];

    if (is_pair(word, len, "dev", w->port, sizeof(w->port))) {
        return 0;
    }
    if (is_pair(word, len, "baud", number, sizeof(number))) {
        w->baud = (uint32_t)strtoul(number, NULL, 10);
        return w->baud ? 0 : odd_word(cli, word, len, "baud=N, such as baud=115200");
    }
    if (is_pair(word, len, "mtu", number, sizeof(number))) {
        w->mtu = (uint32_t)strtoul(number, NULL, 10);
        return w->mtu >= 64 ? 0 : odd_word(cli, word, len, "mtu=N from 64, such as mtu=512");
    }
    if (memchr(word, '=', len)) {
        return odd_word(cli, word, len, "dev=PATH,baud=N,mtu=N");
    }
    snprintf(w->port, sizeof(w->port), "%.*s", (int)len, word);
    return 0;
}

// addr=HOST:PORT, or HOST:PORT, or [HOST]:PORT alone.
static int udp_word(struct cli *cli, struct words *w, const char *word, size_t len) {
    char host[TEXT_MAX - 8];

    if (!is_pair(word, len, "addr", host, sizeof(host))) {
        if (memchr(word, '=', len)) {
            return odd_word(cli, word, len, "addr=HOST:PORT");
        }
        snprintf(host, sizeof(host), "%.*s", (int)len, word);
    }
    snprintf(w->port, sizeof(w->port), "udp:%s", host);
    return 0;
}

static const struct {
    const char *name;
    int (*word)(struct cli *cli, struct words *w, const char *word, size_t len);
} conntypes[] = {{"serial", serial_word}, {"udp", udp_word}};

static int read_connstring(struct cli *cli, struct words *w) {
    const char *type = cli->value[OPT_CONNTYPE] ? cli->value[OPT_CONNTYPE] : "serial";
    const char *p = cli->value[OPT_CONNSTRING];
    size_t i = 0;

    while (i < TN_LEN(conntypes) && strcmp(type, conntypes[i].name) != 0) {
        i++;
    }
    if (i == TN_LEN(conntypes)) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--conntype %s: no such type; it is serial or udp", type);
    }
    while (p && *p) {
        size_t n = strcspn(p, ",");
        if (n && conntypes[i].word(cli, w, p, n)) {
            return -1;
        }
        p += n + (p[n] == ',');
    }
    return 0;
}

// ---- The port --------------------------------------------------------------------------

// Without a port: takes the only one on which SMP answers. A guess among several could update the
// wrong device.
static int find_port(struct cli *cli) {
    static struct found f;  // its texts last as long as the program

    if (find_ports(cli, false, &f)) {
        return -1;
    }
    if (f.n == 1) {
        cli->port = cli->value[OPT_PORT] = f.ports[0].name;
        note(cli, "port:    %s, the only one on which SMP answers", f.ports[0].name);
        return default_profile(cli);
    }
    if (f.n > 1) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "no port given, and SMP answers on %s, %s%s; select one by -p, or all by --all",
                f.ports[0].name, f.ports[1].name, f.n > 2 ? " and others" : "");
    }
    if (f.asked == 0) {
        return tn_fail(&cli->fault, TN_FAULT_NO_DEVICE,
                "no port given, and this machine has no serial port; use --port PATH, or run: "
                "tenon doctor");
    }
    return tn_fail(&cli->fault, f.busy ? TN_FAULT_BUSY : TN_FAULT_NOT_SMP,
            "no port given, and SMP answers on none of this machine's (%s)%s; use --port PATH",
            f.tried, f.busy ? "; another program is using some of them" : "");
}

// What a port is, before it is opened.
struct target {
    const char *port;
    uint32_t baud;
    uint32_t mtu;  // 0: not given
    bool is_auto;  // the speed is not known
};

// An option overrides --connstring, which overrides the environment.
static int find_target(struct cli *cli, struct target *ret) {
    struct words w = {.baud = DEFAULT_BAUD};
    bool is_auto = cli->value[OPT_BAUD] && strcmp(cli->value[OPT_BAUD], "auto") == 0;

    if (read_connstring(cli, &w) ||
            (!is_auto && cli_number(cli, OPT_BAUD, 50, 12000000, &w.baud))) {
        return -1;
    }
    if (!cli->value[OPT_PORT] && *w.port) {
        cli->port = cli->value[OPT_PORT] = strdup(w.port);
    }
    if (!cli->value[OPT_PORT] && find_port(cli)) {
        return -1;
    }
    *ret = (struct target){cli->value[OPT_PORT], w.baud, w.mtu, is_auto};
    return 0;
}

// --baud auto: the first of the usual speeds at which SMP answers.
static int find_baud(struct cli *cli, struct target *t) {
    static const uint32_t usual[] = {
            115200, 921600, 1000000, 460800, 230400, 57600, 38400, 19200, 9600};

    for (size_t i = 0; i < TN_LEN(usual); i++) {
        struct tn_session s = {.timeout_ms = AUTO_MS, .stop = stop_flag()};
        if (tn_transport_from(t->port, usual[i], &s.transport, &cli->fault)) {
            return -1;
        }
        int err = tn_session_open(&s, &cli->fault) || tn_session_probe(&s, &cli->fault) ? -1 : 0;
        device_close(&s);
        if (!err) {
            t->baud = usual[i];
            note(cli, "baud:    %u: SMP answers at this speed", (unsigned)usual[i]);
            return 0;
        }
        if (cli->fault.kind != TN_FAULT_NOT_SMP) {
            return -1;
        }
    }
    return tn_fail(&cli->fault, TN_FAULT_NOT_SMP,
            "%s: SMP answers at none of the usual speeds, 9600 to 1000000", t->port);
}

int device_port(struct cli *cli, const char **ret_port, uint32_t *ret_baud) {
    struct target t;

    if (find_target(cli, &t) || (t.is_auto && find_baud(cli, &t))) {
        return -1;
    }
    *ret_port = t.port;
    *ret_baud = t.baud;
    return 0;
}

static int make_transport(struct cli *cli, struct tn_transport **ret) {
    struct target t;

    if (find_target(cli, &t) || (t.is_auto && find_baud(cli, &t)) ||
            tn_transport_from(t.port, t.baud, ret, &cli->fault)) {
        return -1;
    }
    if (t.mtu && t.mtu < (*ret)->max_packet) {
        (*ret)->max_packet = t.mtu;
    }
    return 0;
}

// The number that tells this device from its siblings: its own answer, or that of its USB port.
static int learn_id(struct cli *cli, struct tn_session *s) {
    struct tn_port port;

    if (tn_session_probe(s, &cli->fault) ||
            tn_device_id(s, cli->id, sizeof(cli->id), &cli->fault)) {
        return -1;
    }
    if (!cli->id[0]) {
        tn_port_look(s->transport->name, &port);
        snprintf(cli->id, sizeof(cli->id), "%s", port.serial);
    }
    return 0;
}

// Seconds may have a fraction.
static int read_seconds(struct cli *cli, enum opt o, uint32_t *ret_ms) {
    const char *text = cli->value[o];
    char *end;

    if (!text) {
        return 0;
    }
    double s = strtod(text, &end);
    if (*end || end == text || !(s > 0) || s > 86400) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "%s %s: not a number of seconds",
                option_name(o), text);
    }
    *ret_ms = (uint32_t)(s * 1000);
    return 0;
}

int device_timeout(struct cli *cli, uint32_t *ret_ms) {
    return read_seconds(cli, OPT_TIMEOUT, ret_ms);
}

int device_deadline(struct cli *cli, uint32_t *ret_ms) {
    return read_seconds(cli, OPT_DEADLINE, ret_ms);
}

static void on_note(void *cli, const char *text) {
    note(cli, "%s", text);
}

int device_open(struct cli *cli, struct tn_session *s) {
    uint32_t window = 0;

    *s = (struct tn_session){.stop = stop_flag(), .note = on_note, .note_ctx = cli};
    catch_stop();
    if (read_seconds(cli, OPT_TIMEOUT, &s->timeout_ms) ||
            cli_number(cli, OPT_WINDOW, 0, TN_CLIENT_FLIGHT, &window) ||
            make_transport(cli, &s->transport)) {
        return -1;
    }
    s->max_window = (uint8_t)window;
    s->trace = cli->given[OPT_VERBOSE] > 1 ? trace : NULL;
    bool needs_id = (cli->several || cli->trail.is_open) && !cli->id[0];
    if (tn_session_open(s, &cli->fault) || (needs_id && learn_id(cli, s))) {
        device_close(s);
        return -1;
    }
    return 0;
}

void device_close(struct tn_session *s) {
    tn_session_close(s);
    if (s->transport) {
        s->transport->ops->free(s->transport);
        s->transport = NULL;
    }
}

int with_device(struct cli *cli, int (*work)(struct cli *cli, struct tn_session *s)) {
    struct tn_session s;

    if (device_open(cli, &s)) {
        return -1;
    }
    int err = work(cli, &s);
    device_close(&s);
    return err;
}
