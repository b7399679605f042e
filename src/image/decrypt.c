// SPDX-License-Identifier: Apache-2.0
#include "image/decrypt.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/wipe.h"

static const struct tn_unwrap *row_of(const struct tn_secrets *secrets, uint16_t type) {
    for (size_t i = 0; i < secrets->nunwraps; i++) {
        if (secrets->unwraps[i]->tlv == type) {
            return secrets->unwraps[i];
        }
    }
    return NULL;
}

int tn_image_find_key(const struct tn_secrets *secrets, const struct tn_image_src *src,
        const struct tn_image_hdr *h, struct tn_tlv *ret) {
    struct tn_tlvs tlvs;
    int rc = tn_tlv_begin(&tlvs, src, h);

    while (!rc) {
        rc = tn_tlv_next(&tlvs, ret);
        if (rc <= 0) {
            return rc ? rc : TN_EUNWRAP;
        }
        if (row_of(secrets, ret->type)) {
            return ret->len <= TN_WRAP_MAX ? 0 : TN_EUNWRAP;
        }
        rc = 0;
    }
    return rc;
}

int tn_image_get_key(const struct tn_secrets *secrets, const struct tn_image_src *src,
        const struct tn_image_hdr *h, struct tn_image_key *ret) {
    uint8_t data[TN_WRAP_MAX];
    struct tn_tlv tlv;

    ret->begin = h->hdr_size;
    ret->end = h->hdr_size + h->img_size;
    ret->len = 0;
    int rc = tn_image_find_key(secrets, src, h, &tlv);
    if (!rc) {
        rc = tn_image_get(src, tlv.off, data, tlv.len);
    }
    if (!rc) {
        const struct tn_unwrap *u = row_of(secrets, tlv.type);
        rc = u->unwrap(u, data, tlv.len, ret->bytes);
    }
    if (rc < 0) {
        return rc;
    }
    ret->len = (uint8_t)rc;
    return 0;
}

void tn_image_convert(const struct tn_secrets *secrets, const struct tn_image_key *key,
        uint32_t off, uint8_t *buf, uint32_t len) {
    uint32_t from = tn_max(off, key->begin);
    uint32_t to = tn_min(off + len, key->end);

    if (from < to) {
        secrets->cipher->convert(
                key->bytes, key->len, from - key->begin, buf + (from - off), to - from);
    }
}

int tn_image_read_decrypted(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    const struct tn_decrypted *d = src->ctx;
    int err = tn_image_get(&d->stored, off, buf, len);

    if (!err) {
        tn_image_convert(d->secrets, &d->key, off, buf, len);
    }
    return err;
}

int tn_image_decrypt(
        struct tn_decrypted *d, const struct tn_secrets *secrets, struct tn_image_src *src) {
    struct tn_image_hdr hdr;
    int err = tn_image_open(src, &hdr);

    if (err || !(hdr.flags & TN_IMAGE_ENCRYPTED)) {
        return err;
    }
    d->stored = *src;
    d->secrets = secrets;
    err = tn_image_get_key(secrets, src, &hdr, &d->key);
    if (!err) {
        src->read = tn_image_read_decrypted;
        src->ctx = d;
    }
    return err;
}
