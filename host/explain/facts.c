// SPDX-License-Identifier: Apache-2.0
// Judges each answer by its request. Success is what the device shows afterwards, not what it
// answers.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "host/base/smp_words.h"
#include "host/explain/explain_priv.h"

void tn_explain_facts_add(struct facts *f, enum tn_finding_kind kind, const char *id,
        unsigned packet, const char *advice, const char *format, ...) {
    struct finding new = {.kind = kind, .id = id, .packet = packet, .times = 1, .advice = advice};
    va_list args;

    va_start(args, format);
    vsnprintf(new.what, sizeof(new.what), format, args);
    va_end(args);
    for (unsigned i = 0; i < f->nfindings; i++) {
        struct finding *old = &f->findings[i];
        if (strcmp(old->id, id) == 0 && strcmp(old->what, new.what) == 0) {
            old->times++;
            return;
        }
    }
    if (f->nfindings < FINDINGS) {
        f->findings[f->nfindings++] = new;
    }
}

static bool is_command(const struct tn_smp_hdr *h, uint16_t group, uint8_t id) {
    return h->group == group && h->id == id;
}

static bool is_upload(const struct tn_smp_hdr *h) {
    return is_command(h, TN_SMP_IMAGE, TN_IMG_UPLOAD);
}

static bool number_of(struct tn_cbor_in body, const char *name, uint32_t *ret) {
    struct item item;

    if (!tn_explain_body_member(body, name, &item) || item.type != TN_CBOR_UINT ||
            item.value > UINT32_MAX) {
        return false;
    }
    *ret = (uint32_t)item.value;
    return true;
}

// ---- Requests --------------------------------------------------------------------------

static void take_mark(struct request *q, struct tn_cbor_in body) {
    struct item item;

    q->confirm = tn_explain_body_member(body, "confirm", &item) && item.type == TN_CBOR_SIMPLE &&
            item.info == 21;
    if (tn_explain_body_member(body, "hash", &item) && item.type == TN_CBOR_BYTES &&
            item.bytes.len <= sizeof(q->hash)) {
        memcpy(q->hash, item.bytes.ptr, item.bytes.len);
        q->hash_len = item.bytes.len;
    }
}

static void take_chunk(struct facts *f, struct request *q, struct tn_cbor_in body) {
    struct item data;
    uint32_t off = 0;
    uint32_t len = 0;

    number_of(body, "off", &off);
    if (tn_explain_body_member(body, "data", &data) && data.type == TN_CBOR_BYTES &&
            data.value < UINT16_MAX) {
        len = (uint32_t)data.value;
    }
    q->end = off + len;
    f->upload_at = q->number;
    if (off == 0 && number_of(body, "len", &f->upload_len)) {
        f->is_uploading = true;
        f->upload_off = 0;
    }
}

void tn_explain_facts_request(struct facts *f, unsigned number, const struct tn_smp_hdr *h,
        struct tn_cbor_in body, size_t len) {
    struct request *q = &f->requests[f->nrequests++ % REQUESTS];

    *q = (struct request){.number = number, .hdr = *h, .waits = true};
    if (is_command(h, TN_SMP_IMAGE, TN_IMG_STATE) && h->op == TN_SMP_WRITE) {
        take_mark(q, body);
    } else if (is_upload(h)) {
        take_chunk(f, q, body);
    } else if (is_command(h, TN_SMP_OS, TN_OS_RESET)) {
        f->reset_at = number;
        f->before = f->list;
    }
    if (f->buf_size && len > f->buf_size) {
        tn_explain_facts_add(f, TN_FINDING_FAULT, "packet-too-large", number,
                "send smaller packets: the tool's setting for chunks, or for the MTU",
                "packets of %zu bytes were sent, and the device takes %u at most: it drops them",
                len, (unsigned)f->buf_size);
    }
}

// ---- Errors ----------------------------------------------------------------------------

// Advice that is more specific than the table of codes.
static const struct {
    uint8_t id;  // of the image group
    int8_t group;
    uint8_t rc;
    const char *advice;
} special[] = {
        {TN_IMG_STATE, TN_SMP_IMAGE, 8,
                "the image is not on the device under this hash: upload it first; the hash is the "
                "image's own (tenon inspect FILE), not the file's SHA-256"},
        {TN_IMG_STATE, TN_SMP_IMAGE, 28,
                "an image is marked already: reset the device, which tries it, then confirm what "
                "runs: tenon os reset, tenon image confirm"},
        {TN_IMG_STATE, -1, 6,
                "an image is marked already: reset the device, which tries it, then confirm what "
                "runs: tenon os reset, tenon image confirm"},
        {TN_IMG_UPLOAD, TN_SMP_IMAGE, 9,
                "an image is on test or waits for its reset: confirm what runs (tenon image "
                "confirm), or reset the device; then upload again"},
        {TN_IMG_UPLOAD, -1, 6,
                "either an image is on test (confirm it, or reset), or the device takes only newer "
                "versions: look at tenon image list"},
        {TN_IMG_UPLOAD, TN_SMP_IMAGE, 27,
                "the tool asked for newer versions only: build it with a higher version, or leave "
                "that option out"},
};

static const char *advice_for(const struct tn_smp_hdr *h, const struct tn_reply *r) {
    for (size_t i = 0; h->group == TN_SMP_IMAGE && i < TN_LEN(special); i++) {
        if (special[i].id == h->id && special[i].group == r->group && special[i].rc == r->rc) {
            return special[i].advice;
        }
    }
    return tn_smp_code_words(r->group, r->rc)->fix;
}

static void take_error(
        struct facts *f, unsigned number, const struct tn_smp_hdr *h, const struct tn_reply *r) {
    char buf[48];
    struct names n = tn_explain_words_names(h, buf, sizeof(buf));
    bool lacks = r->group < 0 && r->rc == TN_RC_NOTSUP;

    if (lacks && n.optional) {
        tn_explain_facts_add(f, TN_FINDING_NOTE, "optional-not-supported", number, "",
                "%s (%s) is not supported by this device: optional, no fault", n.command, n.group);
    } else if (r->group < 0 && r->rc == TN_RC_BUSY) {
        tn_explain_facts_add(f, TN_FINDING_WARNING, "busy", number, "wait, then try again",
                "%s (%s): the device was busy", n.command, n.group);
    } else {
        tn_explain_facts_add(f, TN_FINDING_FAULT, lacks ? "not-supported" : "refused", number,
                advice_for(h, r), "%s (%s) was refused: %s (%s %d%s)", n.command, n.group,
                tn_smp_code_words(r->group, r->rc)->meaning, r->group < 0 ? "rc" : "code",
                (int)r->rc, r->group < 0 ? "" : " of its group");
    }
    f->is_uploading = f->is_uploading && !is_upload(h);
}

// ---- Answers ---------------------------------------------------------------------------

static void confirmed_nothing(struct facts *f, unsigned number, const struct tn_slot_state *t) {
    if (t->active) {
        tn_explain_facts_add(f, TN_FINDING_FAULT, "confirm-did-nothing", number,
                "look at the device's log; until it is confirmed, the next reset reverts it",
                "the confirmation of the running image %s did nothing: the answer says success, "
                "and the image is still on test",
                t->version);
        return;
    }
    tn_explain_facts_add(f, TN_FINDING_FAULT, "confirm-did-nothing", number,
            "the test is still scheduled: a plain reset swaps the image in for trial; when it "
            "runs, confirm it: tenon os reset, tenon image confirm",
            "the confirmation of %s in slot %u did nothing: the answer says success, and the image "
            "stays on test (zephyr#56720: old servers write nothing for an image that is already "
            "marked)",
            t->version, (unsigned)t->slot);
}

// Did a test or a confirmation have its effect?
static void judge_mark(struct facts *f, unsigned number, const struct request *q) {
    const struct tn_slot_state *t = q->hash_len ? tn_slot_by_hash(&f->list, q->hash, q->hash_len)
                                                : tn_slot_active(&f->list);

    if (!t) {
        return;
    }
    bool done = t->active ? t->confirmed : t->pending && (t->permanent || !q->confirm);
    // While the bootloader serves, it starts the image in slot 0 without a mark.
    done = done || (t->slot == 0 && !t->active && !tn_slot_active(&f->list));
    if (q->confirm && !done && (t->pending || t->active)) {
        confirmed_nothing(f, number, t);
    } else if (!q->confirm && !done && !t->active) {
        tn_explain_facts_add(f, TN_FINDING_FAULT, "test-did-nothing", number,
                "look whether the bootloader accepts the image at all: its key, its size, its slot",
                "the device said yes to the test of %s in slot %u and did not mark it", t->version,
                (unsigned)t->slot);
    } else {
        f->mark_at = number;
    }
}

static void take_list(struct facts *f, unsigned number, const struct tn_smp_hdr *h,
        const struct tn_reply *r, const struct request *q) {
    if (tn_slot_list_get(r, &f->list)) {
        tn_explain_facts_add(f, TN_FINDING_WARNING, "list-unreadable", number, "",
                "the list of images cannot be read: a server that does not keep to the protocol");
        return;
    }
    f->has_list = true;
    f->list_at = number;
    if (h->op == TN_SMP_WRITE_RSP && q) {
        judge_mark(f, number, q);
    }
}

static void take_progress(
        struct facts *f, unsigned number, struct tn_cbor_in body, const struct request *q) {
    struct item match;
    uint32_t off;

    if (!number_of(body, "off", &off)) {
        return;
    }
    if (q && q->end && off < q->end && f->upload_off >= off) {
        f->upload_back++;
    }
    f->upload_off = off;
    if (off >= f->upload_len) {
        f->is_uploading = false;
    }
    if (tn_explain_body_member(body, "match", &match) && match.type == TN_CBOR_SIMPLE &&
            match.info == 20) {
        tn_explain_facts_add(f, TN_FINDING_FAULT, "upload-mismatch", number, "upload it again",
                "all bytes arrived, and the device says that they differ from what was announced");
    }
}

static struct request *find_request(struct facts *f, const struct tn_smp_hdr *h) {
    unsigned n = f->nrequests < REQUESTS ? f->nrequests : REQUESTS;

    for (unsigned i = 1; i <= n; i++) {
        struct request *q = &f->requests[(f->nrequests - i) % REQUESTS];
        if (q->waits && q->hdr.seq == h->seq && q->hdr.group == h->group && q->hdr.id == h->id) {
            return q;
        }
    }
    return NULL;
}

unsigned tn_explain_facts_response(struct facts *f, unsigned number, const struct tn_smp_hdr *h,
        struct tn_cbor_in body, const struct tn_reply *r) {
    struct request *q = find_request(f, h);

    f->nresponses++;
    if (q) {
        q->waits = false;
    }
    if (r && r->rc) {
        take_error(f, number, h, r);
    } else if (r && is_command(h, TN_SMP_IMAGE, TN_IMG_STATE)) {
        take_list(f, number, h, r, q);
    } else if (is_upload(h)) {
        take_progress(f, number, body, q);
    } else if (is_command(h, TN_SMP_OS, TN_OS_PARAMS)) {
        number_of(body, "buf_size", &f->buf_size);
    }
    return q ? q->number : 0;
}
