// SPDX-License-Identifier: Apache-2.0
// Any bytes as an image file. All offsets that inspect reports are within the file. Without a fault
// the hash is right, and without a key no signature is genuine. Each file has exactly one kind, and
// a kind that does not fit has a name and an advice.
#include <ctype.h>

#include "fuzz.h"
#include "host/files/inspect.h"
#include "host/files/kind.h"

static void check_kind(const uint8_t *p, size_t len) {
    struct tn_kind_found k;
    struct tn_fault f = {.kind = TN_FAULT_NONE};

    memset(&k, 0xa5, sizeof(k));
    tn_kind_find(p, len, &k);
    PROMISE(k.kind < TN_KIND_COUNT && (k.kind == TN_KIND_EMPTY) == (len == 0));
    PROMISE(k.off == 0 || k.off < len);
    PROMISE(memchr(k.member, 0, sizeof(k.member)));
    for (const char *c = k.member; *c; c++) {
        PROMISE(isprint((unsigned char)*c));
    }
    for (int use = 0; use <= TN_KIND_FOR_MERGE; use++) {
        if (!tn_kind_fits(&k, (enum tn_kind_use)use)) {
            PROMISE(tn_kind_refuse(&k, 0, (enum tn_kind_use)use, "file", &f) == -1);
            PROMISE(f.kind != TN_FAULT_NONE && strchr(f.text, ';'));
        }
    }
}

// The input's bytes may follow a valid header.
static size_t make_file(struct fuzz_in *in, uint8_t *file, size_t room) {
    uint8_t how = fuzz_u8(in);
    struct tn_image_hdr h = {.hdr_size = (uint16_t)(32 + (how & 8 ? fuzz_u8(in) : 0)),
            .img_size = fuzz_u8(in),
            .protect_tlv_size = how & 1 ? fuzz_u8(in) : 0,
            .flags = how & 2 ? fuzz_u16(in) : 0};

    if (how & 4) {
        return fuzz_take(in, file, room);
    }
    memset(file, 0, room);
    tn_image_hdr_put(file, &h);
    size_t at = (size_t)h.hdr_size + h.img_size;
    return at + fuzz_take(in, file + at, room - at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};
    size_t room = size + 600;
    uint8_t *file = malloc(room);
    struct tn_inspect got;
    struct tn_fault f = {.kind = TN_FAULT_NONE};

    PROMISE(file);
    size_t len = make_file(&in, file, room);
    uint8_t *copy = malloc(len ? len : 1);  // so that ASan notices a read behind the end
    PROMISE(copy);
    memcpy(copy, file, len);
    check_kind(copy, len);
    memset(&got, 0xa5, sizeof(got));
    int err = tn_inspect(copy, len, NULL, 0, "file", &got, &f);
    PROMISE(got.file_len == len && got.image_len <= len && got.ntlvs <= TN_INSPECT_TLVS);
    for (size_t i = 0; i < got.ntlvs; i++) {
        PROMISE(got.tlvs[i].off <= len && got.tlvs[i].len <= len - got.tlvs[i].off);
    }
    if (err) {
        PROMISE(f.kind != TN_FAULT_NONE && f.text[0]);
    } else {
        PROMISE(got.has_header && got.has_hash && !memcmp(got.hash, got.computed, TN_HASH_LEN));
    }
    PROMISE(got.sig != TN_SIG_GENUINE && got.sig != TN_SIG_WRONG);
    free(copy);
    free(file);
    return 0;
}
