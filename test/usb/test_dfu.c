// SPDX-License-Identifier: Apache-2.0
// The DFU machine: every request in every state, against a table that is written from the class
// specification; and whole sessions of both protocols, with a sink in memory.
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/text.h"
#include "test.h"
#include "usb/dfu.h"

enum {
    ADDR = 0x08004000,
    SIZE = 4096,
    BLOCK = 256,
};

// A sink that keeps what it gets, works for a few steps after each call, and fails on request.
static struct {
    uint8_t mem[SIZE];
    uint32_t end;
    unsigned steps;  // of work that are left
    unsigned work;   // steps that each call costs
    int write_error;
    int finish_error;
    int step_error;
    unsigned erased, erased_all, finished, aborted, left;
} sink;

static int sink_write(void *ctx, uint8_t alt, uint32_t off, const uint8_t *data, uint32_t len) {
    (void)ctx;
    CHECK_EQ(alt, 0);
    CHECK(off + len <= SIZE);
    if (sink.write_error) {
        return sink.write_error;
    }
    if (off && off != sink.end) {
        return TN_ERANGE;
    }
    len = tn_min(len, 100);  // in pieces
    memcpy(sink.mem + off, data, len);
    sink.end = off + len;
    sink.steps = sink.work;
    return (int)len;
}

static int sink_erase(void *ctx, uint8_t alt, uint32_t off) {
    (void)ctx;
    CHECK_EQ(alt, 0);
    CHECK(off < SIZE);
    sink.erased++;
    return 0;
}

static int sink_erase_all(void *ctx, uint8_t alt) {
    (void)ctx;
    CHECK_EQ(alt, 0);
    sink.erased_all++;
    sink.steps = sink.work;
    return 0;
}

static int sink_finish(void *ctx) {
    (void)ctx;
    sink.finished++;
    sink.steps = sink.work;
    return sink.finish_error;
}

static int sink_step(void *ctx) {
    (void)ctx;
    if (sink.steps) {
        sink.steps--;
        return TN_MORE;
    }
    return sink.step_error;
}

static uint32_t sink_remaining(void *ctx) {
    (void)ctx;
    return 20 * sink.steps;
}

static int sink_read(void *ctx, uint8_t alt, uint32_t off, uint8_t *buf, uint32_t len) {
    (void)ctx;
    (void)alt;
    if (!sink.end) {
        return TN_ENOTSUP;
    }
    len = tn_min(len, sink.end - tn_min(off, sink.end));
    memcpy(buf, sink.mem + off, len);
    return (int)len;
}

static void sink_abort(void *ctx) {
    (void)ctx;
    sink.aborted++;
}

static void sink_leave(void *ctx) {
    (void)ctx;
    sink.left++;
}

static const struct tn_dfu_sink sink_row = {sink_write, sink_erase, sink_erase_all, sink_finish,
        sink_step, sink_remaining, sink_read, sink_abort, sink_leave};
static const struct tn_dfu_memory memory = {ADDR, SIZE};
static uint8_t buf[BLOCK];
static struct tn_dfu dfu;
static uint32_t now;

static const char *words(int err) {
    return err == TN_ERANGE ? "no place" : "something";
}

static void begin(unsigned work) {
    memset(&sink, 0, sizeof(sink));
    sink.work = work;
    memset(&dfu, 0, sizeof(dfu));
    dfu = (struct tn_dfu){
            .state = TN_DFU_IDLE,
            .nmemories = 1,
            .block = BLOCK,
            .memories = &memory,
            .sink = &sink_row,
            .buf = buf,
            .text_index = 7,
            .words = words,
    };
    now = 1000;
}

// ---- A host ------------------------------------------------------------------------------

// A request from the host. data NULL: none is sent. Returns whether the device took it.
static bool out(uint8_t request, uint16_t value, const void *data, uint16_t len) {
    const struct tn_usb_request rq = {0x21, request, value, 0, len};
    uint8_t *at = NULL;
    int n = tn_dfu_setup(&dfu, &rq, &at);

    if (n < 0) {
        return false;
    }
    CHECK_EQ(n, len);
    if (!n) {
        return true;
    }
    memcpy(at, data, len);
    return tn_dfu_received(&dfu, &rq);
}

static int in(uint8_t request, uint16_t value, uint8_t *to, uint16_t len) {
    const struct tn_usb_request rq = {0xa1, request, value, 0, len};
    uint8_t *at = NULL;
    int n = tn_dfu_setup(&dfu, &rq, &at);

    if (n > 0) {
        CHECK(n <= len);
        memcpy(to, at, (size_t)n);
    }
    return n;
}

static uint8_t status[TN_DFU_STATUS_LEN];

// GETSTATUS. Returns the state.
static uint8_t get_status(void) {
    CHECK_EQ(in(TN_DFU_GETSTATUS, 0, status, sizeof(status)), TN_DFU_STATUS_LEN);
    CHECK_EQ(status[3], 0);
    return status[4];
}

static uint32_t poll_ms(void) {
    return tn_get_le16(status + 1);
}

static void steps(unsigned n) {
    while (n--) {
        tn_dfu_step(&dfu, now);
    }
}

// GETSTATUS until the device is no longer busy. Returns the state.
static uint8_t await(void) {
    uint8_t state = 0;

    for (int i = 0; i < 100; i++) {
        state = get_status();
        bool is_busy = state == TN_DFU_DNBUSY || state == TN_DFU_MANIFEST_SYNC ||
                (state == TN_DFU_MANIFEST && poll_ms());
        if (!is_busy) {
            return state;
        }
        CHECK(poll_ms() > 0 && poll_ms() != 100);
        steps(3);
    }
    return state;
}

static bool command(uint8_t code, uint32_t addr) {
    uint8_t bytes[5] = {code};

    tn_put_le32(bytes + 1, addr);
    return out(TN_DFU_DNLOAD, 0, bytes, sizeof(bytes));
}

static void fill(uint8_t *data, size_t len) {
    for (size_t i = 0; i < len; i++) {
        data[i] = (uint8_t)(0x3d + i * 7);
    }
}

static void check_left_after(uint32_t ms) {
    now += ms - 1;
    steps(1);
    CHECK_EQ(sink.left, 0);
    now += 1;
    steps(1);
    CHECK_EQ(sink.left, 1);
}

// ---- The table of states -----------------------------------------------------------------

// Brings a new machine to a state by requests alone.
static void reach(enum tn_dfu_state state) {
    uint8_t data[BLOCK];

    begin(5);
    fill(data, sizeof(data));
    switch (state) {
    case TN_DFU_DNLOAD_SYNC:
    case TN_DFU_DNBUSY:
    case TN_DFU_DNLOAD_IDLE:
    case TN_DFU_MANIFEST_SYNC:
    case TN_DFU_MANIFEST:
        CHECK(out(TN_DFU_DNLOAD, 0, data, sizeof(data)));
        if (state == TN_DFU_DNLOAD_SYNC) {
            break;
        }
        CHECK_EQ(get_status(), TN_DFU_DNBUSY);
        if (state == TN_DFU_DNBUSY) {
            break;
        }
        CHECK_EQ(await(), TN_DFU_DNLOAD_IDLE);
        if (state == TN_DFU_DNLOAD_IDLE) {
            break;
        }
        CHECK(out(TN_DFU_DNLOAD, 1, NULL, 0));
        if (state == TN_DFU_MANIFEST) {
            CHECK_EQ(get_status(), TN_DFU_MANIFEST);
        }
        break;
    case TN_DFU_UPLOAD_IDLE:
        sink.end = SIZE;
        CHECK_EQ(in(TN_DFU_UPLOAD, 0, data, BLOCK), BLOCK);
        break;
    case TN_DFU_ERROR:
        CHECK(!out(TN_DFU_CLRSTATUS, 0, NULL, 0));
        break;
    default:
        break;
    }
    CHECK_EQ(dfu.state, state);
}

enum {
    SAME = 0xff,     // taken; the state stays
    REFUSED = 0xfe,  // a stall, and dfuERROR with errSTALLEDPKT
    KEPT = 0xfd,     // a stall, and the state stays
};

// What follows each request. DNLOAD has a block of data, the next one; END is DNLOAD without data.
// Columns: DETACH, DNLOAD, UPLOAD, GETSTATUS, CLRSTATUS, GETSTATE, ABORT, END, unknown.
static const struct {
    uint8_t state;
    uint8_t next[9];
} table[] = {
        {TN_DFU_IDLE,
                {SAME, TN_DFU_DNLOAD_SYNC, TN_DFU_UPLOAD_IDLE, SAME, REFUSED, SAME, SAME, REFUSED,
                        REFUSED}},
        {TN_DFU_DNLOAD_SYNC,
                {REFUSED, REFUSED, REFUSED, TN_DFU_DNBUSY, REFUSED, SAME, TN_DFU_IDLE, REFUSED,
                        REFUSED}},
        {TN_DFU_DNBUSY,
                {REFUSED, REFUSED, REFUSED, SAME, REFUSED, SAME, REFUSED, REFUSED, REFUSED}},
        {TN_DFU_DNLOAD_IDLE,
                {REFUSED, TN_DFU_DNLOAD_SYNC, REFUSED, SAME, REFUSED, SAME, TN_DFU_IDLE,
                        TN_DFU_MANIFEST_SYNC, REFUSED}},
        // An installation that has begun goes on: nothing that a host sends ends it.
        {TN_DFU_MANIFEST_SYNC,
                {KEPT, KEPT, KEPT, TN_DFU_MANIFEST, KEPT, SAME, TN_DFU_IDLE, KEPT, KEPT}},
        {TN_DFU_MANIFEST, {KEPT, KEPT, KEPT, SAME, KEPT, SAME, KEPT, KEPT, KEPT}},
        {TN_DFU_UPLOAD_IDLE,
                {REFUSED, REFUSED, SAME, SAME, REFUSED, SAME, TN_DFU_IDLE, REFUSED, REFUSED}},
        {TN_DFU_ERROR, {KEPT, KEPT, KEPT, SAME, TN_DFU_IDLE, SAME, KEPT, KEPT, KEPT}},
};

static bool send(unsigned column, uint8_t state) {
    uint8_t data[BLOCK];

    fill(data, sizeof(data));
    switch (column) {
    case TN_DFU_DNLOAD:
        return out(TN_DFU_DNLOAD, state == TN_DFU_DNLOAD_IDLE, data, sizeof(data));
    case TN_DFU_UPLOAD:
        sink.end = SIZE;
        return in(TN_DFU_UPLOAD, 0, data, BLOCK) >= 0;
    case TN_DFU_GETSTATUS:
        return in(TN_DFU_GETSTATUS, 0, data, 6) == 6;
    case TN_DFU_GETSTATE:
        return in(TN_DFU_GETSTATE, 0, data, 1) == 1;
    case 7:
        return out(TN_DFU_DNLOAD, 9, NULL, 0);
    case 8:
        return out(0x42, 0, NULL, 0);
    default:
        return out((uint8_t)column, 0, NULL, 0);
    }
}

TEST(every_request_in_every_state_does_what_the_table_says) {
    for (size_t i = 0; i < TN_LEN(table); i++) {
        for (unsigned column = 0; column < 9; column++) {
            uint8_t from = table[i].state;
            uint8_t to = table[i].next[column];
            reach((enum tn_dfu_state)from);
            bool taken = send(column, from);
            bool wanted = to != REFUSED && to != KEPT;
            if (to == SAME || to == KEPT) {
                to = from;
            } else if (to == REFUSED) {
                to = TN_DFU_ERROR;
                CHECK_EQ(dfu.status, TN_DFU_ERR_STALLEDPKT);
            }
            if (taken != wanted || dfu.state != to) {
                printf("state %u, request %u: taken %d, state %u\n", from, column, taken,
                        dfu.state);
            }
            CHECK_EQ(taken, wanted);
            CHECK_EQ(dfu.state, to);
        }
    }
}

TEST(a_bus_reset_ends_every_state_but_no_installation) {
    for (size_t i = 0; i < TN_LEN(table); i++) {
        reach((enum tn_dfu_state)table[i].state);
        unsigned finished = sink.finished;
        tn_dfu_reset(&dfu);
        CHECK_EQ(get_status(), TN_DFU_IDLE);
        CHECK_EQ(status[0], TN_DFU_OK);
        CHECK(finished || sink.aborted);
        steps(20);
        now += 5000;
        steps(2);
        CHECK_EQ(sink.left, finished);
    }
}

TEST(requests_with_a_wrong_direction_or_recipient_are_refused) {
    static const uint8_t types[] = {0x20, 0x22, 0x01, 0x41, 0xa0, 0xa2, 0x81, 0xc1};
    uint8_t *at = NULL;

    for (size_t i = 0; i < TN_LEN(types); i++) {
        for (uint8_t request = 0; request < 7; request++) {
            begin(0);
            const struct tn_usb_request rq = {types[i], request, 0, 0, 0};
            CHECK_EQ(tn_dfu_setup(&dfu, &rq, &at), TN_USB_STALL);
        }
    }
    begin(0);
    const struct tn_usb_request from = {0x21, TN_DFU_GETSTATUS, 0, 0, 6};
    CHECK_EQ(tn_dfu_setup(&dfu, &from, &at), TN_USB_STALL);
    begin(0);
    const struct tn_usb_request to = {0xa1, TN_DFU_DNLOAD, 0, 0, 6};
    CHECK_EQ(tn_dfu_setup(&dfu, &to, &at), TN_USB_STALL);
}

// ---- DFU 1.1 -----------------------------------------------------------------------------

static void download(const uint8_t *data, uint32_t len) {
    uint16_t block = 0;

    for (uint32_t off = 0; off < len; off += BLOCK) {
        CHECK(out(TN_DFU_DNLOAD, block++, data + off, (uint16_t)tn_min(BLOCK, len - off)));
        CHECK_EQ(await(), TN_DFU_DNLOAD_IDLE);
    }
}

TEST(a_download_in_blocks_arrives_and_the_device_leaves_afterwards) {
    uint8_t data[1000];

    begin(3);
    fill(data, sizeof(data));
    download(data, sizeof(data));
    CHECK(out(TN_DFU_DNLOAD, 4, NULL, 0));
    CHECK_EQ(get_status(), TN_DFU_MANIFEST);
    CHECK(poll_ms());
    CHECK_EQ(await(), TN_DFU_IDLE);
    CHECK_EQ(status[0], TN_DFU_OK);
    CHECK_EQ(sink.end, sizeof(data));
    CHECK(!memcmp(sink.mem, data, sizeof(data)));
    CHECK_EQ(sink.finished, 1);
    steps(1);
    check_left_after(TN_DFU_LINGER_MS);
}

TEST(a_host_that_keeps_asking_delays_the_reset) {
    uint8_t data[BLOCK];

    begin(0);
    fill(data, sizeof(data));
    download(data, sizeof(data));
    CHECK(out(TN_DFU_DNLOAD, 1, NULL, 0));
    CHECK_EQ(await(), TN_DFU_IDLE);
    for (int i = 0; i < 10; i++) {
        steps(1);
        now += TN_DFU_LINGER_MS - 1;
        steps(1);
        CHECK_EQ(get_status(), TN_DFU_IDLE);
    }
    CHECK_EQ(sink.left, 0);
    steps(1);
    check_left_after(TN_DFU_LINGER_MS);
}

TEST(a_host_that_never_asks_for_the_result_is_not_awaited_for_ever) {
    uint8_t data[BLOCK];

    begin(4);
    fill(data, sizeof(data));
    download(data, sizeof(data));
    CHECK(out(TN_DFU_DNLOAD, 1, NULL, 0));
    steps(10);
    check_left_after(5000);
}

TEST(blocks_out_of_order_end_a_download) {
    uint8_t data[BLOCK];

    fill(data, sizeof(data));
    for (uint16_t block = 0; block < 5; block++) {
        begin(0);
        CHECK(out(TN_DFU_DNLOAD, 0, data, BLOCK));
        CHECK_EQ(await(), TN_DFU_DNLOAD_IDLE);
        CHECK_EQ(out(TN_DFU_DNLOAD, block, data, BLOCK), block == 1);
        CHECK_EQ(get_status() == TN_DFU_ERROR, block != 1);
    }
}

TEST(data_behind_the_memory_is_refused_with_its_address) {
    uint8_t data[SIZE + 1];
    char text[TN_DFU_TEXT_MAX];
    struct tn_text t = {text, sizeof(text), 0};

    begin(0);
    fill(data, sizeof(data));
    download(data, SIZE);
    CHECK(out(TN_DFU_DNLOAD, SIZE / BLOCK, data, 1));
    CHECK_EQ(await(), TN_DFU_ERROR);
    CHECK_EQ(status[0], TN_DFU_ERR_ADDRESS);
    CHECK_EQ(status[5], 7);
    tn_dfu_text(&dfu, &t);
    CHECK(t.len == 20 && !memcmp(text, "no place: 0x08005000", 20));
    CHECK(out(TN_DFU_CLRSTATUS, 0, NULL, 0));
    CHECK_EQ(get_status(), TN_DFU_IDLE);
    CHECK_EQ(status[0], TN_DFU_OK);
    CHECK_EQ(status[5], 0);
    memset(sink.mem, 0, SIZE);
    download(data, SIZE);  // the next download knows nothing of the error
    CHECK_MEM(sink.mem, data, SIZE);
}

TEST(errors_of_the_sink_are_reported_by_the_next_status) {
    static const struct {
        int err;
        uint8_t status;
    } rows[] = {
            {TN_EMAGIC, TN_DFU_ERR_FILE},
            {TN_EKEY, TN_DFU_ERR_FIRMWARE},
            {TN_ESIG, TN_DFU_ERR_VERIFY},
            {TN_EADDR, TN_DFU_ERR_ADDRESS},
            {TN_EIO, TN_DFU_ERR_PROG},
            {TN_EINVAL, TN_DFU_ERR_UNKNOWN},
    };
    uint8_t data[BLOCK];

    fill(data, sizeof(data));
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        begin(2);
        sink.write_error = rows[i].err;
        CHECK(out(TN_DFU_DNLOAD, 0, data, BLOCK));
        CHECK_EQ(await(), TN_DFU_ERROR);
        CHECK_EQ(status[0], rows[i].status);

        begin(2);
        download(data, sizeof(data));
        sink.step_error = rows[i].err;
        CHECK(out(TN_DFU_DNLOAD, 1, NULL, 0));
        CHECK_EQ(await(), TN_DFU_ERROR);
        CHECK_EQ(status[0], rows[i].status);
        now += 10000;
        steps(3);
        CHECK_EQ(sink.left, 0);  // nothing was installed
    }
    begin(0);
    sink.finish_error = TN_ESTATE;
    download(data, sizeof(data));
    CHECK(!out(TN_DFU_DNLOAD, 1, NULL, 0));
    CHECK_EQ(get_status(), TN_DFU_ERROR);
    CHECK_EQ(status[0], TN_DFU_ERR_NOTDONE);
}

TEST(an_upload_reads_what_the_download_wrote) {
    uint8_t data[1000];
    uint8_t back[BLOCK];

    begin(0);
    fill(data, sizeof(data));
    download(data, sizeof(data));
    CHECK(out(TN_DFU_DNLOAD, 4, NULL, 0));
    CHECK_EQ(await(), TN_DFU_IDLE);
    for (uint32_t off = 0, block = 0; off < sizeof(data); off += BLOCK, block++) {
        int n = in(TN_DFU_UPLOAD, (uint16_t)block, back, BLOCK);
        CHECK_EQ(n, (int)tn_min(BLOCK, sizeof(data) - off));
        CHECK(!memcmp(back, data + off, (size_t)n));
        CHECK_EQ(get_status(), n == BLOCK ? TN_DFU_UPLOAD_IDLE : TN_DFU_IDLE);
    }
    begin(0);
    CHECK_EQ(in(TN_DFU_UPLOAD, 0, back, BLOCK), TN_USB_STALL);
    CHECK_EQ(get_status(), TN_DFU_ERROR);
    CHECK_EQ(status[0], TN_DFU_ERR_VENDOR);
}

// ---- DfuSe -------------------------------------------------------------------------------

static void command_done(uint8_t code, uint32_t addr, uint8_t state) {
    CHECK(command(code, addr));
    steps(addr & 256 ? 5 : 0);              // the work may be done before the host asks
    CHECK_EQ(get_status(), TN_DFU_DNBUSY);  // dfu-util wants to see it
    steps(3);
    CHECK_EQ(await(), state);
}

// As dfu-util does: erases, then sets the address for each block.
static void dfuse_download(const uint8_t *data, uint32_t len) {
    for (uint32_t off = 0; off < len; off += 1024) {
        command_done(0x41, ADDR + off, TN_DFU_DNLOAD_IDLE);
    }
    for (uint32_t off = 0; off < len; off += BLOCK) {
        command_done(0x21, ADDR + off, TN_DFU_DNLOAD_IDLE);
        CHECK(out(TN_DFU_DNLOAD, 2, data + off, (uint16_t)tn_min(BLOCK, len - off)));
        CHECK_EQ(await(), TN_DFU_DNLOAD_IDLE);
    }
    CHECK(out(TN_DFU_ABORT, 0, NULL, 0));
    CHECK_EQ(get_status(), TN_DFU_IDLE);
}

TEST(a_dfuse_download_arrives_and_leaves_on_request) {
    uint8_t data[1000];

    begin(2);
    fill(data, sizeof(data));
    dfuse_download(data, sizeof(data));
    CHECK_EQ(sink.erased, 1);
    CHECK_EQ(sink.end, sizeof(data));
    CHECK(!memcmp(sink.mem, data, sizeof(data)));
    CHECK_EQ(sink.finished, 0);
    now += 100000;
    steps(2);
    CHECK_EQ(sink.left, 0);  // nobody has asked to leave
    command_done(0x21, ADDR, TN_DFU_DNLOAD_IDLE);
    CHECK(out(TN_DFU_DNLOAD, 2, NULL, 0));
    CHECK_EQ(await(), TN_DFU_MANIFEST);
    CHECK_EQ(status[0], TN_DFU_OK);
    steps(1);
    check_left_after(TN_DFU_MANIFEST_MS);
}

TEST(dfuse_blocks_follow_the_address) {
    uint8_t data[3 * BLOCK];
    uint8_t back[BLOCK];

    begin(0);
    fill(data, sizeof(data));
    command_done(0x21, ADDR, TN_DFU_DNLOAD_IDLE);
    for (uint16_t i = 0; i < 3; i++) {
        CHECK(out(TN_DFU_DNLOAD, (uint16_t)(2 + i), data + i * BLOCK, BLOCK));
        CHECK_EQ(await(), TN_DFU_DNLOAD_IDLE);
    }
    CHECK(out(TN_DFU_ABORT, 0, NULL, 0));
    CHECK_EQ(in(TN_DFU_UPLOAD, 0, back, BLOCK), 3);
    CHECK(back[0] == 0 && back[1] == 0x21 && back[2] == 0x41);
    CHECK_EQ(in(TN_DFU_UPLOAD, 3, back, BLOCK), BLOCK);
    CHECK(!memcmp(back, data + BLOCK, BLOCK));
    CHECK_EQ(in(TN_DFU_UPLOAD, 5, back, BLOCK), 0);
    CHECK_EQ(get_status(), TN_DFU_IDLE);
    CHECK_EQ(in(TN_DFU_UPLOAD, 1, back, BLOCK), TN_USB_STALL);
}

TEST(addresses_outside_of_the_memory_are_refused) {
    static const uint32_t wrong[] = {0, ADDR - 1, ADDR + SIZE, 0xffffffff};
    uint8_t data[BLOCK];

    for (size_t i = 0; i < TN_LEN(wrong); i++) {
        for (uint8_t code = 0x21; code <= 0x41; code += 0x20) {
            begin(0);
            command_done(code, wrong[i], TN_DFU_ERROR);
            CHECK_EQ(status[0], TN_DFU_ERR_ADDRESS);
            CHECK_EQ(dfu.where, wrong[i]);
        }
    }
    // A block that begins inside and ends outside, and numbers that wrap around.
    fill(data, sizeof(data));
    begin(0);
    command_done(0x21, ADDR + SIZE - 1, TN_DFU_DNLOAD_IDLE);
    CHECK(out(TN_DFU_DNLOAD, 2, data, 2));
    CHECK_EQ(await(), TN_DFU_ERROR);
    CHECK_EQ(status[0], TN_DFU_ERR_ADDRESS);
    begin(0);
    command_done(0x21, ADDR, TN_DFU_DNLOAD_IDLE);
    CHECK(out(TN_DFU_DNLOAD, 0xffff, data, BLOCK));
    CHECK_EQ(await(), TN_DFU_ERROR);
    CHECK_EQ(status[0], TN_DFU_ERR_ADDRESS);
    begin(0);
    command_done(0x21, ADDR, TN_DFU_DNLOAD_IDLE);
    CHECK(!out(TN_DFU_DNLOAD, 1, data, BLOCK));  // reserved
}

TEST(a_mass_erase_says_how_long_it_takes) {
    static const uint8_t erase_all = 0x41;
    uint32_t polls = 0;

    for (unsigned work = 0; work < 60; work++) {
        begin(work);
        CHECK(out(TN_DFU_DNLOAD, 0, &erase_all, 1));
        CHECK_EQ(get_status(), TN_DFU_DNBUSY);
        while (dfu.state == TN_DFU_DNBUSY) {
            CHECK(poll_ms() >= 1 && poll_ms() <= TN_DFU_POLL_MAX_MS && poll_ms() != 100);
            CHECK(sink.steps > 50 || poll_ms() >= 20 * sink.steps);
            steps(1);
            get_status();
            polls++;
        }
        CHECK_EQ(dfu.state, TN_DFU_DNLOAD_IDLE);
        CHECK_EQ(sink.erased_all, 1);
    }
    CHECK(polls > 100);
}

TEST(unknown_commands_are_refused) {
    static const uint8_t unprotect[] = {0x92};
    static const uint8_t short_address[] = {0x21, 0, 0x40};

    begin(0);
    CHECK(out(TN_DFU_DNLOAD, 0, unprotect, sizeof(unprotect)));
    CHECK_EQ(get_status(), TN_DFU_DNBUSY);
    steps(2);
    CHECK_EQ(get_status(), TN_DFU_ERROR);
    CHECK_EQ(status[0], TN_DFU_ERR_VENDOR);
    begin(0);
    CHECK(out(TN_DFU_DNLOAD, 0, short_address, sizeof(short_address)));
    CHECK_EQ(await(), TN_DFU_ERROR);
}

TEST(a_block_larger_than_announced_is_refused) {
    uint8_t data[BLOCK + 1] = {0};

    begin(0);
    CHECK(!out(TN_DFU_DNLOAD, 0, data, sizeof(data)));
    CHECK_EQ(get_status(), TN_DFU_ERROR);
}

TEST(detach_leaves_without_a_download) {
    begin(0);
    CHECK(out(TN_DFU_DETACH, 1000, NULL, 0));
    steps(1);
    check_left_after(TN_DFU_LINGER_MS);
    CHECK_EQ(sink.finished, 0);
}
