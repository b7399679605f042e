// SPDX-License-Identifier: Apache-2.0
// A request changes the state at once; what takes time is work, which steps do. GETSTATUS tells the
// host how the work stands. An error of the work waits until GETSTATUS asks for it: hosts of both
// protocols read it there.
#include "usb/dfu.h"

#include "base/bytes.h"
#include "base/err.h"
#include "base/text.h"

enum {
    TO_HOST = TN_USB_IN | TN_USB_CLASS | TN_USB_INTERFACE,
    FROM_HOST = TN_USB_CLASS | TN_USB_INTERFACE,

    UNTOLD_MS = 5000,  // the wait for a host that does not ask for the result of its download
};

// tn_dfu.protocol: a download in DFU's blocks, or DfuSe's commands, came last.
enum {
    NEITHER,
    DFU,
    DFUSE,
};

// tn_dfu.work.
enum {
    NOTHING,
    WRITE,    // a block
    COMMAND,  // of DfuSe
    FINISH,
};

// DfuSe's commands, in block 0 (AN3156, section 3.3).
enum {
    SET_ADDRESS = 0x21,
    ERASE = 0x41,
    COMMAND_LEN = 5,  // a byte and an address
    ERASE_ALL_LEN = 1,
    FIRST_BLOCK = 2,  // whose data goes to the address that was set
};

static const uint8_t commands[] = {0x00, SET_ADDRESS, ERASE};

#define BIT(request) (1u << (request))
#define ALWAYS (BIT(TN_DFU_GETSTATUS) | BIT(TN_DFU_GETSTATE))

// The requests that each state accepts (specification, appendix A.2).
static const uint8_t accepts[] = {
        [TN_DFU_IDLE] = ALWAYS | BIT(TN_DFU_DNLOAD) | BIT(TN_DFU_UPLOAD) | BIT(TN_DFU_ABORT) |
                BIT(TN_DFU_DETACH),
        [TN_DFU_DNLOAD_SYNC] = ALWAYS | BIT(TN_DFU_ABORT),
        [TN_DFU_DNBUSY] = ALWAYS,
        [TN_DFU_DNLOAD_IDLE] = ALWAYS | BIT(TN_DFU_DNLOAD) | BIT(TN_DFU_ABORT),
        [TN_DFU_MANIFEST_SYNC] = ALWAYS | BIT(TN_DFU_ABORT),
        [TN_DFU_MANIFEST] = ALWAYS,
        [TN_DFU_MANIFEST_WAIT_RESET] = 0,
        [TN_DFU_UPLOAD_IDLE] = ALWAYS | BIT(TN_DFU_UPLOAD) | BIT(TN_DFU_ABORT),
        [TN_DFU_ERROR] = ALWAYS | BIT(TN_DFU_CLRSTATUS),
};

static void forget(struct tn_dfu *d) {
    d->sink->abort(d->ctx);
    d->protocol = NEITHER;
    d->work = NOTHING;
    d->error = 0;
}

static int stall(struct tn_dfu *d, enum tn_dfu_status status) {
    d->state = TN_DFU_ERROR;
    d->status = (uint8_t)status;
    return TN_USB_STALL;
}

// A request that the state does not accept. It ends a download, but no installation.
static int unexpected(struct tn_dfu *d) {
    if (d->state == TN_DFU_ERROR || d->state == TN_DFU_MANIFEST || d->work == FINISH) {
        return TN_USB_STALL;
    }
    forget(d);
    return stall(d, TN_DFU_ERR_STALLEDPKT);
}

static int refuse(struct tn_dfu *d, int err) {
    d->error = err;
    return stall(d, tn_dfu_status_of(err));
}

static const struct tn_dfu_memory *memory(const struct tn_dfu *d) {
    return &d->memories[d->alt];
}

// ---- Answers -----------------------------------------------------------------------------

// The state that a host sees once the work is done.
static void settle(struct tn_dfu *d) {
    bool manifests = d->state == TN_DFU_MANIFEST_SYNC || d->state == TN_DFU_MANIFEST;

    if (d->error) {
        refuse(d, d->error);
        d->protocol = NEITHER;
    } else if (!manifests) {
        d->state = TN_DFU_DNLOAD_IDLE;
    } else {
        // DfuSe's hosts take dfuMANIFEST for the end, those of DFU 1.1 take dfuIDLE.
        d->state = d->protocol == DFUSE ? TN_DFU_MANIFEST : TN_DFU_IDLE;
        d->is_told = true;
    }
}

// Moves to the state that GETSTATUS reports. Returns the time until the next one, in ms.
static uint32_t advance(struct tn_dfu *d) {
    bool is_first = d->is_first;

    d->is_first = false;
    switch (d->state) {
    case TN_DFU_DNLOAD_SYNC:
    case TN_DFU_DNBUSY:
        if (!is_first && !d->work) {
            settle(d);
            return 0;
        }
        d->state = TN_DFU_DNBUSY;
        break;
    case TN_DFU_MANIFEST_SYNC:
    case TN_DFU_MANIFEST:
        if (d->is_told) {
            return 0;
        }
        if (!d->work) {
            settle(d);
            return 0;
        }
        d->state = d->protocol == DFUSE ? TN_DFU_MANIFEST_SYNC : TN_DFU_MANIFEST;
        break;
    default:
        return 0;
    }
    uint32_t ms = d->work ? d->sink->remaining_ms(d->ctx) : 0;
    ms = tn_min(tn_max(ms, 1), TN_DFU_POLL_MAX_MS);
    return ms == 100 ? 101 : ms;  // dfu-util takes 100 for a defect of ST's loader, and waits 35 s
}

static int get_status(struct tn_dfu *d, const struct tn_usb_request *rq, uint8_t **ret) {
    uint32_t poll_ms = advance(d);

    d->answer[0] = d->status;
    tn_put_le16(d->answer + 1, (uint16_t)poll_ms);
    d->answer[3] = 0;
    d->answer[4] = d->state;
    d->answer[5] = d->state == TN_DFU_ERROR ? d->text_index : 0;
    *ret = d->answer;
    return (int)tn_min(rq->length, TN_DFU_STATUS_LEN);
}

static int get_state(struct tn_dfu *d, const struct tn_usb_request *rq, uint8_t **ret) {
    *ret = &d->state;
    return (int)tn_min(rq->length, 1);
}

// ---- Downloads ---------------------------------------------------------------------------

// Work begins. The state tells the host to ask for its result.
static void begin(struct tn_dfu *d, uint8_t work, enum tn_dfu_state state) {
    d->work = work;
    d->state = (uint8_t)state;
    d->error = 0;
    d->status = TN_DFU_OK;
}

// A request without data: the download is complete.
static int end_download(struct tn_dfu *d) {
    bool may_end = d->protocol == DFUSE || d->state == TN_DFU_DNLOAD_IDLE;

    if (!may_end) {
        return unexpected(d);
    }
    d->is_done = d->is_told = false;
    int err = d->sink->finish(d->ctx);
    if (err) {
        return refuse(d, err);
    }
    begin(d, FINISH, TN_DFU_MANIFEST_SYNC);
    return 0;
}

static int download(struct tn_dfu *d, const struct tn_usb_request *rq, uint8_t **ret) {
    if (!rq->length) {
        return end_download(d);
    }
    if (rq->length > d->block) {
        return unexpected(d);
    }
    *ret = d->buf;
    return rq->length;
}

static bool is_inside(const struct tn_dfu *d, uint32_t addr) {
    return addr - memory(d)->addr < memory(d)->size;
}

// A DfuSe command. Its error, if any, is the result of its work.
static int command(struct tn_dfu *d, uint32_t len) {
    uint32_t addr = len == COMMAND_LEN ? tn_get_le32(d->buf + 1) : 0;

    if (d->buf[0] == ERASE && len == ERASE_ALL_LEN) {
        return d->sink->erase_all(d->ctx, d->alt);
    }
    if (len != COMMAND_LEN || (d->buf[0] != SET_ADDRESS && d->buf[0] != ERASE)) {
        return TN_ENOTSUP;
    }
    if (!is_inside(d, addr)) {
        d->where = addr;
        return TN_ERANGE;
    }
    if (d->buf[0] == ERASE) {
        return d->sink->erase(d->ctx, d->alt, addr - memory(d)->addr);
    }
    d->pointer = addr;
    return 0;
}

// True for a command: no image begins with one of these bytes.
static bool is_command(const struct tn_dfu *d, const struct tn_usb_request *rq) {
    bool goes_on = d->protocol == DFU && d->state == TN_DFU_DNLOAD_IDLE;

    return !rq->value && !goes_on && rq->length <= COMMAND_LEN;
}

// The place of a block's data: an offset in the memory. False if the block is not the next one.
static bool place(struct tn_dfu *d, const struct tn_usb_request *rq, uint32_t *ret) {
    bool begins = d->state == TN_DFU_IDLE;

    if (begins && rq->value == 0) {
        d->protocol = DFU;
        d->pointer = d->next = 0;
    } else if (begins && d->protocol != DFUSE) {
        d->protocol = DFUSE;
        d->pointer = memory(d)->addr;
    }
    if (d->protocol == DFUSE) {
        *ret = d->pointer - memory(d)->addr + (uint32_t)(rq->value - FIRST_BLOCK) * d->block;
        return rq->value >= FIRST_BLOCK;
    }
    *ret = d->pointer;
    return rq->value == d->next;
}

bool tn_dfu_received(void *dfu, const struct tn_usb_request *rq) {
    struct tn_dfu *d = dfu;

    d->requests++;
    d->touched = true;
    if (is_command(d, rq)) {
        d->protocol = DFUSE;
        begin(d, COMMAND, TN_DFU_DNLOAD_SYNC);
        d->is_done = d->is_told = false;
        d->is_first = true;
        d->result = command(d, rq->length);
        return true;
    }
    if (!place(d, rq, &d->off)) {
        unexpected(d);
        return false;
    }
    begin(d, WRITE, TN_DFU_DNLOAD_SYNC);
    d->is_done = d->is_told = false;
    d->pos = 0;
    d->len = rq->length;
    d->result = 0;
    if (d->off >= memory(d)->size || d->len > memory(d)->size - d->off) {
        d->result = TN_ERANGE;
    } else if (d->protocol == DFU) {
        d->pointer += d->len;
        d->next++;
    }
    return true;
}

// ---- Uploads -----------------------------------------------------------------------------

static int upload(struct tn_dfu *d, const struct tn_usb_request *rq, uint8_t **ret) {
    uint32_t off = d->pointer;
    uint32_t len = tn_min(rq->length, d->block);

    d->requests++;
    if (d->protocol == DFUSE) {
        if (!rq->value) {
            *ret = (uint8_t *)(uintptr_t)commands;  // the stack only reads it
            return (int)tn_min(len, sizeof(commands));
        }
        if (rq->value < FIRST_BLOCK) {
            return unexpected(d);
        }
        off += (uint32_t)(rq->value - FIRST_BLOCK) * d->block - memory(d)->addr;
    } else if (d->state == TN_DFU_IDLE) {
        off = 0;
    }
    if (off > memory(d)->size) {
        d->where = memory(d)->addr + off;
        return refuse(d, TN_ERANGE);
    }
    int n = d->sink->read(d->ctx, d->alt, off, d->buf, tn_min(len, memory(d)->size - off));
    if (n < 0) {
        return refuse(d, n);
    }
    if (d->protocol != DFUSE) {
        d->pointer = off + (uint32_t)n;
    }
    d->state = n == rq->length ? TN_DFU_UPLOAD_IDLE : TN_DFU_IDLE;
    *ret = d->buf;
    return n;
}

// ---- Other requests ----------------------------------------------------------------------

// In DfuSe, a host ends its writing or reading so, and goes on with the same download. It is too
// late to stop an installation.
static int give_up(struct tn_dfu *d) {
    if (d->work == FINISH) {
        d->is_told = true;
    } else if (d->work || d->protocol != DFUSE) {
        forget(d);
    }
    d->state = TN_DFU_IDLE;
    return 0;
}

static int clear_status(struct tn_dfu *d) {
    forget(d);
    d->state = TN_DFU_IDLE;
    d->status = TN_DFU_OK;
    return 0;
}

static int detach(struct tn_dfu *d) {
    d->is_done = d->is_told = true;
    return 0;
}

int tn_dfu_setup(void *dfu, const struct tn_usb_request *rq, uint8_t **ret) {
    struct tn_dfu *d = dfu;
    uint32_t bit = rq->request <= TN_DFU_ABORT ? BIT(rq->request) : 0;
    uint32_t to_host = BIT(TN_DFU_UPLOAD) | ALWAYS;

    d->touched = true;
    if (rq->type != (bit & to_host ? TO_HOST : FROM_HOST) || !(accepts[d->state] & bit)) {
        return unexpected(d);
    }
    switch (rq->request) {
    case TN_DFU_DNLOAD:
        return download(d, rq, ret);
    case TN_DFU_UPLOAD:
        return upload(d, rq, ret);
    case TN_DFU_GETSTATUS:
        return get_status(d, rq, ret);
    case TN_DFU_GETSTATE:
        return get_state(d, rq, ret);
    case TN_DFU_CLRSTATUS:
        return clear_status(d);
    case TN_DFU_ABORT:
        return give_up(d);
    default:
        return detach(d);
    }
}

bool tn_dfu_select(void *dfu, uint8_t alternate) {
    struct tn_dfu *d = dfu;

    if (alternate >= d->nmemories) {
        return false;
    }
    if (alternate != d->alt) {
        tn_dfu_reset(d);
        d->alt = alternate;
    }
    return true;
}

// What is being installed goes on.
void tn_dfu_reset(void *dfu) {
    struct tn_dfu *d = dfu;

    d->touched = true;
    if (d->work != FINISH && !d->is_done) {
        forget(d);
    }
    d->state = TN_DFU_IDLE;
    d->status = TN_DFU_OK;
    d->alt = 0;
}

// ---- Work --------------------------------------------------------------------------------

static void end_work(struct tn_dfu *d, int result) {
    if (d->work == FINISH) {
        d->is_done = !result;
    }
    d->work = NOTHING;
    d->error = result;
}

static int work_step(struct tn_dfu *d) {
    int rc = d->result ? d->result : d->sink->step(d->ctx);

    if (rc == TN_MORE) {
        return rc;
    }
    if (!rc && d->work == WRITE && d->pos < d->len) {
        rc = d->sink->write(d->ctx, d->alt, d->off + d->pos, d->buf + d->pos, d->len - d->pos);
        if (rc >= 0) {
            d->pos += (uint32_t)rc;
            return TN_MORE;
        }
    }
    if (rc == TN_ERANGE && d->work == WRITE) {
        d->where = memory(d)->addr + d->off;
    }
    end_work(d, rc);
    return TN_MORE;
}

static uint32_t linger_ms(const struct tn_dfu *d) {
    if (!d->is_told) {
        return UNTOLD_MS;
    }
    return d->state == TN_DFU_MANIFEST ? TN_DFU_MANIFEST_MS : TN_DFU_LINGER_MS;
}

int tn_dfu_step(struct tn_dfu *d, uint32_t now_ms) {
    if (d->touched) {
        d->touched = false;
        d->last_ms = now_ms;
    }
    if (d->work) {
        return work_step(d);
    }
    if (d->is_done && now_ms - d->last_ms >= linger_ms(d)) {
        d->is_done = false;
        d->sink->leave(d->ctx);
    }
    return 0;
}

// ---- Errors ------------------------------------------------------------------------------

enum tn_dfu_status tn_dfu_status_of(int err) {
    static const struct {
        int8_t err;
        uint8_t status;
    } rows[] = {
            {0, TN_DFU_OK},
            {TN_EMAGIC, TN_DFU_ERR_FILE},
            {TN_EHEADER, TN_DFU_ERR_FILE},
            {TN_ETLV, TN_DFU_ERR_FILE},
            {TN_EFLAGS, TN_DFU_ERR_TARGET},
            {TN_EDOWNGRADE, TN_DFU_ERR_TARGET},
            {TN_EROLLBACK, TN_DFU_ERR_TARGET},
            {TN_EADDR, TN_DFU_ERR_ADDRESS},
            {TN_EACTIVE, TN_DFU_ERR_ADDRESS},
            {TN_ESIZE, TN_DFU_ERR_ADDRESS},
            {TN_ERANGE, TN_DFU_ERR_ADDRESS},
            {TN_EKEY, TN_DFU_ERR_FIRMWARE},
            {TN_ENOSIG, TN_DFU_ERR_FIRMWARE},
            {TN_EUNWRAP, TN_DFU_ERR_FIRMWARE},
            {TN_EHASH, TN_DFU_ERR_VERIFY},
            {TN_ESIG, TN_DFU_ERR_VERIFY},
            {TN_EIO, TN_DFU_ERR_PROG},
            {TN_ESTATE, TN_DFU_ERR_NOTDONE},
            {TN_ENOSLOT, TN_DFU_ERR_VENDOR},
            {TN_EPENDING, TN_DFU_ERR_VENDOR},
            {TN_ENOTSUP, TN_DFU_ERR_VENDOR},
    };

    for (size_t i = 0; i < TN_LEN(rows); i++) {
        if (rows[i].err == err) {
            return (enum tn_dfu_status)rows[i].status;
        }
    }
    return TN_DFU_ERR_UNKNOWN;
}

void tn_dfu_text(const struct tn_dfu *d, struct tn_text *out) {
    const char *words = d->error && d->words ? d->words(d->error) : NULL;

    if (!words) {
        return;
    }
    tn_text_str(out, words);
    if (d->error == TN_ERANGE) {
        tn_text_str(out, ": 0x");
        tn_text_hex(out, d->where);
    }
}
