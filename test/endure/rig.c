// SPDX-License-Identifier: Apache-2.0
// Handles events in the order of their times: bytes and datagrams arrive, the device becomes free,
// the client's next deadline comes. Nothing happens between them, so 90 simulated seconds take no
// time.
#include "rig.h"

#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "client/client.h"
#include "link/detect.h"
#include "nor.h"
#include "serve/image.h"
#include "serve/os.h"
#include "support/device.h"
#include "wire.h"

enum {
    SECTORS = 64,  // sectors of the primary slot
    FLASH = (2 * SECTORS + 1) * RIG_SECTOR,
    PACKET = 4096,
    KERNEL = 4096,        // bytes that a host's serial driver buffers
    SILENCE_US = 100000,  // of silence, after which the device calls the link's idle function
    RECONNECT_US = 500000,
    HEADER = 32,
};

// The device: flash, writer, server, and its end of the line.
struct device {
    struct tn_nor nor;
    struct tn_flash_run run;
    struct tn_slots slots;
    struct tn_update update;
    struct tn_serve_image image;
    struct tn_smp_group group;
    struct tn_smp_server server;
    struct tn_smp_peer peer;
    struct tn_detect link;
    const uint8_t *pkt;  // the packet that is being served, from offset next on
    size_t pkt_len, next;
    uint64_t busy_until, stall_from, stall_until;
    uint64_t heard_us, log_us;
    bool is_listening;  // true if bytes came since the last silence
    uint32_t units;
    size_t ring_in, ring_out;
    uint8_t ring[PACKET];
    uint8_t rsp[512], chunk[PACKET], frame[PACKET], datagram[WIRE_DATAGRAM_MAX];
    uint8_t mem[FLASH];
};

static struct {
    const struct rig_cfg *cfg;
    uint64_t now_us;
    uint32_t seed;
    struct device dev;
    struct wire up, down;
    struct tn_client client;
    struct tn_upload upload;
    struct tn_console console;  // the end of the client
    struct tn_raw raw;
    uint64_t due_us;  // when the client acts if nothing comes before
    uint64_t cut_us;
    unsigned cuts;
    uint8_t frame[PACKET], out[PACKET];
    uint8_t image[RIG_IMAGE_MAX];
} rig;

static uint32_t now_ms(void) {
    return (uint32_t)(rig.now_us / 1000);
}

// ---- The device ------------------------------------------------------------------------

static void on_erase(struct tn_nor *nor) {
    const struct rig_cfg *cfg = rig.cfg;
    struct device *d = &rig.dev;
    uint32_t us = nor->erases == cfg->long_erase ? cfg->long_us : cfg->erase_us;

    d->busy_until = rig.now_us + us;
    if (cfg->stalls) {
        d->stall_from = rig.now_us;
        d->stall_until = d->busy_until;
    }
}

static void device_begin(void) {
    const struct rig_cfg *cfg = rig.cfg;
    struct device *d = &rig.dev;
    uint32_t primary = SECTORS * RIG_SECTOR;

    memset(d, 0, offsetof(struct device, mem));
    memset(d->mem, 0x5a, sizeof(d->mem));  // an older image, so all sectors must be erased
    d->run = (struct tn_flash_run){RIG_SECTOR, 2 * SECTORS + 1};
    tn_nor_init(&d->nor, d->mem, &d->run, 1, 4, 0xff);
    d->nor.on_erase = on_erase;
    d->nor.flash.stalls_cpu = cfg->stalls;
    d->slots.area[TN_PRIMARY] = (struct tn_area){&d->nor.flash, 0, primary};
    d->slots.area[TN_SECONDARY] = (struct tn_area){&d->nor.flash, primary, FLASH - primary};
    d->slots.layout = &tn_layout_swap_offset;
    d->slots.max_sectors = SECTORS + 1;
    d->slots.max_align = 8;
    d->update = (struct tn_update){
            .slots = &d->slots, .trust = &test_trust, .buf = d->chunk, .size = cfg->buf_size + 32};
    d->image = (struct tn_serve_image){&d->update, TN_SLOTS_SPARE};
    d->group = (struct tn_smp_group)TN_SERVE_IMAGE(&d->image);
    d->server = (struct tn_smp_server){
            .groups = &d->group, .ngroups = 1, .rsp = d->rsp, .rsp_size = sizeof(d->rsp)};
    d->peer = (struct tn_smp_peer){
            .buf_size = (uint16_t)cfg->buf_size, .buf_count = (uint8_t)cfg->buf_count};
    d->link.buf = d->frame;
    d->link.size = cfg->buf_size;
}

// Moves the bytes that have arrived to the receiver, which drops those that it cannot hold.
static void receive(struct device *d) {
    struct wire_byte b;

    while (wire_get(&rig.up, rig.now_us, &b)) {
        bool stands = b.at_us >= d->stall_from && b.at_us < d->stall_until;
        size_t holds = stands ? rig.cfg->fifo : rig.cfg->ring;
        if (d->ring_in - d->ring_out < holds) {
            d->ring[d->ring_in++ % PACKET] = b.byte;
        }
        d->heard_us = b.at_us;
        d->is_listening = true;
    }
}

static void answer(struct device *d, size_t len) {
    if (!len) {
        return;
    }
    if (rig.cfg->link == RIG_DATAGRAM) {
        wire_put_datagram(&rig.down, rig.now_us, d->rsp, len);
    } else {
        tn_detect_send(&d->link, d->rsp, len);
    }
}

static void take_packet(struct device *d, const uint8_t *pkt, size_t len) {
    d->pkt = pkt;
    d->pkt_len = len;
    d->next = 0;
}

// Gets the next byte or datagram, if there is one.
static bool take_next(struct device *d) {
    size_t len;

    if (rig.cfg->link == RIG_DATAGRAM) {
        struct wire_datagram *g = wire_get_datagram(&rig.up, rig.now_us);
        if (!g) {
            return false;
        }
        memcpy(d->datagram, g->bytes, g->len);
        take_packet(d, d->datagram, g->len);
        wire_drop(&rig.up, g);
        return true;
    }
    if (d->ring_in == d->ring_out) {
        return false;
    }
    tn_detect_feed(&d->link, &d->ring[d->ring_out++ % PACKET], 1);
    const uint8_t *pkt = tn_detect_packet(&d->link, &len);
    if (pkt) {
        take_packet(d, pkt, len);
    }
    return true;
}

// Log text comes anywhere except between the lines of an answer (channel/line.h).
static void print_log(struct device *d) {
    static const char *const lines[] = {"[00:01:23.456,789] <inf> app: sensor 4 reads 17.5\r\n",
            "wrn: half a line without its end", "\n", "E: \x06 odd bytes \t\x08\n"};
    const char *text = lines[wire_random(&rig.seed) % TN_LEN(lines)];

    if (rig.cfg->log_us && rig.now_us >= d->log_us) {
        d->log_us = rig.now_us + wire_random(&rig.seed) % (2 * rig.cfg->log_us);
        wire_put(&rig.down, rig.now_us, (const uint8_t *)text, strlen(text));
    }
}

// Does the next step, like channel/line.c and prog/service/service.c. False: nothing to do.
static bool device_act(struct device *d) {
    uint8_t line[TN_DETECT_LINE];
    size_t n = rig.cfg->link == RIG_DATAGRAM ? 0 : tn_detect_take(&d->link, line);

    if (n) {
        wire_put(&rig.down, rig.now_us, line, n);
        return true;
    }
    print_log(d);
    if (tn_smp_server_busy(&d->server)) {
        answer(d, tn_smp_resume(&d->server));
        d->busy_until += rig.cfg->step_us;
        return true;
    }
    if (d->next < d->pkt_len) {
        answer(d, tn_smp_serve(&d->server, &d->peer, d->pkt + d->next, d->pkt_len - d->next));
        d->next += tn_smp_server_used(&d->server);
        return true;
    }
    return take_next(d) || tn_update_step(&d->update) == TN_MORE;
}

static void device_run(void) {
    struct device *d = &rig.dev;

    receive(d);
    while (rig.now_us >= d->busy_until) {
        if (rig.cfg->link != RIG_DATAGRAM && rig.down.free_us > rig.now_us) {
            return;  // a line is being sent
        }
        if (d->is_listening && rig.now_us >= d->heard_us + SILENCE_US) {
            d->is_listening = false;
            tn_detect_idle(&d->link);
        }
        d->busy_until = rig.now_us;
        if (!device_act(d)) {
            return;
        }
        d->busy_until += (d->nor.units - d->units) * rig.cfg->word_us;
        d->units = d->nor.units;
    }
}

// Datagrams that the device cannot hold are lost.
static void drop_excess(void) {
    size_t n = 0;

    for (size_t i = 0; rig.up.flying && i < WIRE_DATAGRAMS; i++) {
        struct wire_datagram *g = &rig.up.datagrams[i];
        if (g->len && g->at_us <= rig.now_us && n++ >= rig.cfg->buf_count) {
            wire_drop(&rig.up, g);
        }
    }
}

// The time of its next step.
static uint64_t device_next_us(void) {
    const struct device *d = &rig.dev;
    uint64_t next = wire_next_us(&rig.up);

    if (d->busy_until > rig.now_us) {
        return d->busy_until;
    }
    if (rig.cfg->link != RIG_DATAGRAM && rig.down.free_us > rig.now_us) {
        return rig.down.free_us;
    }
    if (d->is_listening && d->heard_us + SILENCE_US < next) {
        next = d->heard_us + SILENCE_US;
    }
    return next;
}

// ---- The client ------------------------------------------------------------------------

static void client_link_begin(void) {
    rig.console = (struct tn_console){.buf = rig.frame, .size = sizeof(rig.frame)};
    rig.raw = (struct tn_raw){.buf = rig.frame, .size = sizeof(rig.frame), .client = true};
}

static int client_start(struct rig_result *ret) {
    ret->uploads++;
    rig.due_us = 0;
    ret->retries += rig.client.retries;
    return tn_client_upload(&rig.client, &rig.upload);
}

static void client_send(const uint8_t *pkt, size_t len) {
    uint8_t line[TN_CONSOLE_LINE];
    size_t n;

    if (rig.cfg->link == RIG_DATAGRAM) {
        wire_put_datagram(&rig.up, rig.now_us, pkt, len);
        return;
    }
    if (rig.cfg->link == RIG_RAW) {
        if (rig.client.flush) {
            tn_raw_idle(&rig.raw);
        }
        wire_put(&rig.up, rig.now_us, pkt, len);
        return;
    }
    if (rig.client.flush) {
        wire_put(&rig.up, rig.now_us, (const uint8_t *)"\n", 1);
    }
    tn_console_send(&rig.console, pkt, len);
    while ((n = tn_console_take(&rig.console, line)) > 0) {
        wire_put(&rig.up, rig.now_us, line, n);
    }
}

static int client_feed(uint8_t byte) {
    size_t len;
    const uint8_t *pkt;

    if (rig.cfg->link == RIG_RAW) {
        tn_raw_feed(&rig.raw, &byte, 1);
        pkt = tn_raw_packet(&rig.raw, &len);
    } else {
        tn_console_feed(&rig.console, &byte, 1);
        pkt = tn_console_packet(&rig.console, &len);
    }
    return pkt ? tn_client_input(&rig.client, pkt, len, now_ms()) : 0;
}

static int client_hear(void) {
    struct wire_byte b;
    struct wire_datagram *g;
    int end = 0;

    while (!end && (g = wire_get_datagram(&rig.down, rig.now_us)) != NULL) {
        end = tn_client_input(&rig.client, g->bytes, g->len, now_ms());
        wire_drop(&rig.down, g);
    }
    while (!end && wire_get(&rig.down, rig.now_us, &b)) {
        end = client_feed(b.byte);
    }
    return end;
}

// Like host/device/session.c: polls the client for packets while the driver accepts them.
static int client_run(void) {
    int end = client_hear();

    while (!end && wire_backlog(&rig.up, rig.now_us) < KERNEL) {
        int n = tn_client_poll(&rig.client, now_ms(), rig.out, sizeof(rig.out));
        if (n <= 0) {
            return n;
        }
        client_send(rig.out, (size_t)n);
    }
    return end;
}

// The time of its next step, if nothing comes before.
static uint64_t client_due_us(void) {
    uint64_t due = (uint64_t)(now_ms() + tn_client_wait(&rig.client, now_ms())) * 1000;

    if (due <= rig.now_us) {  // the client waits for the driver
        due = rig.up.free_us > rig.now_us ? rig.now_us + 1000 : rig.now_us + 1;
    }
    return due;
}

// ---- The world -------------------------------------------------------------------------

static void make_image(uint32_t len) {
    struct tn_image_hdr hdr = {.hdr_size = HEADER, .img_size = len - HEADER - 40};
    struct tn_hash h;
    uint8_t *p = rig.image + len - 40;

    hdr.version.major = 2;
    for (uint32_t i = HEADER; i < len; i++) {
        uint32_t r = wire_random(&rig.seed);
        rig.image[i] = r & 0x300 ? (uint8_t)r : 0;  // a quarter of zeros, as in real images
    }
    tn_image_hdr_put(rig.image, &hdr);
    tn_put_le16(p, TN_TLV_MAGIC);
    tn_put_le16(p + 2, 40);
    tn_put_le16(p + 4, TN_TLV_SHA256);
    tn_put_le16(p + 6, TN_HASH_LEN);
    tn_hash_begin(&h, &tn_sha256_bearssl);
    tn_hash_add(&h, rig.image, len - 40);
    tn_hash_end(&h, p + 8);
    tn_hash_begin(&h, &tn_sha256_bearssl);
    tn_hash_add(&h, rig.image, len);
    tn_hash_end(&h, rig.upload.sha);
}

static bool is_there(void) {
    struct tn_image_src src;

    tn_slots_source(&rig.dev.slots, TN_CANDIDATE, &src);
    return memcmp(rig.dev.mem + src.area->off + src.off, rig.image, rig.cfg->image_len) == 0;
}

static void begin(const struct rig_cfg *cfg) {
    uint32_t framing = cfg->link == RIG_CONSOLE ? TN_CONSOLE_OVERHEAD : 0;

    rig.cfg = cfg;
    rig.seed = cfg->seed * 2654435761u + 1;
    rig.now_us = 5000000;
    rig.cuts = 0;
    rig.up.cfg = rig.down.cfg = cfg;
    rig.up.seed = rig.down.seed = &rig.seed;
    rig.up.carried = 0;
    wire_clear(&rig.up);
    wire_clear(&rig.down);
    device_begin();
    client_link_begin();
    rig.client = (struct tn_client){.max_packet = tn_min(cfg->buf_size - framing,
                                            cfg->link == RIG_DATAGRAM ? 1472 : PACKET),
            .version = 1,
            .tenon = true};
    if (cfg->link != RIG_DATAGRAM) {
        bool console = cfg->link == RIG_CONSOLE;
        rig.client.piece = console ? 90 : 0;
        rig.client.with_crc = rig.cfg->with_crc;
        rig.client.kib_ms = (uint16_t)(10240000u / cfg->baud * (console ? 11 : 8) / 8);
        rig.client.quiet_ms = console ? 0 : 150;
    }
    rig.upload = (struct tn_upload){.data = {rig.image, cfg->image_len},
            .window = (uint8_t)(cfg->buf_count > 1 ? cfg->buf_count - 1 : 1),
            .first_timeout_ms = cfg->link == RIG_DATAGRAM ? 100 : 300};
    make_image(cfg->image_len);
}

// Both ends lose the connection. The client starts again when there is a new one.
static int cut(struct rig_result *ret) {
    struct device *d = &rig.dev;

    if (rig.cuts == rig.cfg->cuts || rig.now_us < rig.cut_us) {
        return 0;
    }
    rig.cuts++;
    wire_clear(&rig.up);
    wire_clear(&rig.down);
    d->link = (struct tn_detect){.buf = d->frame, .size = rig.cfg->buf_size};
    d->ring_in = d->ring_out = d->pkt_len = d->next = 0;
    client_link_begin();
    rig.now_us += RECONNECT_US;
    rig.cut_us = rig.now_us + 100000 + wire_random(&rig.seed) % 400 * 1000;
    return client_start(ret);
}

// Handles the next event. Returns the result of the client.
static int step(struct rig_result *ret) {
    int end = cut(ret);

    drop_excess();
    device_run();
    if (!end && (rig.now_us >= rig.due_us || rig.now_us >= wire_next_us(&rig.down))) {
        end = client_run();
        rig.due_us = client_due_us();
    }
    uint64_t a = wire_next_us(&rig.down);
    uint64_t b = device_next_us();
    uint64_t next = a < b ? a : b;
    next = rig.due_us < next ? rig.due_us : next;
    rig.now_us = next > rig.now_us ? next : rig.now_us + 1;
    return end;
}

// Damage may have caused an answer that ends the upload without success.
static bool may_repeat(struct rig_result *ret) {
    ret->refused += ret->end == 1 && ret->rc != 0;
    bool bad = ret->end == 1 ? ret->rc != 0 : ret->end == TN_ECORRUPT || ret->end == TN_EHASH;

    return bad && ret->uploads <= rig.cfg->again + rig.cuts && client_start(ret) == 0;
}

void rig_run(const struct rig_cfg *cfg, struct rig_result *ret) {
    uint64_t limit = cfg->limit_us ? cfg->limit_us : 3600000000u;

    memset(ret, 0, sizeof(*ret));
    begin(cfg);
    uint64_t start = rig.now_us;
    rig.cut_us = start + 100000;
    ret->end = client_start(ret);
    do {
        ret->end = 0;
        while (!ret->end && rig.now_us - start < limit) {
            ret->end = step(ret);
        }
        ret->rc = ret->end == 1 ? rig.client.reply.rc : 0;
    } while (may_repeat(ret));
    ret->done = ret->end == 1 && ret->rc == 0;
    ret->right = ret->done && is_there();
    ret->wrong = ret->done && !ret->right;
    ret->took_ms = (uint32_t)((rig.now_us - start) / 1000);
    ret->retries += rig.client.retries;
    ret->violations = rig.dev.nor.violations;
    ret->cuts = rig.cuts;
    ret->wire_bytes = rig.up.carried;
}
