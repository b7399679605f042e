// SPDX-License-Identifier: Apache-2.0
#include "serve/file_words.h"

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

const char *tn_serve_file_words(int err) {
    static const struct {
        int8_t err;
        const char *text;
    } words[] = {
            {TN_EMAGIC, "not a firmware image: sign the file first"},
            {TN_EHEADER, "the image's header is malformed"},
            {TN_ETLV, "the image's TLVs are malformed"},
            {TN_EFLAGS, "encrypted, compressed or for RAM: not supported here"},
            {TN_ESIZE, "the image is larger than the slot holds"},
            {TN_EADDR, "the image is linked for another address"},
            {TN_EDOWNGRADE, "the image is older than the running one"},
            {TN_EROLLBACK, "the image's security counter is too low"},
            {TN_EKEY, "signed with a key that this device does not know"},
            {TN_ENOSIG, "the image is not signed"},
            {TN_EUNWRAP, "encrypted for another device"},
            {TN_EHASH, "the image is damaged: its hash differs"},
            {TN_ESIG, "the image's signature is wrong"},
            {TN_EIO, "the flash failed"},
            {TN_ESTATE, "the image is not complete"},
            {TN_ENOSLOT, "the spare slot is needed for going back"},
            {TN_EACTIVE, "slot 0 holds a genuine image: use @Update"},
            {TN_EBUSY, "another link is updating the device"},
            {TN_ENOTSUP, "not allowed here"},
            {TN_ERANGE, "no place for this data"},
    };

    for (size_t i = 0; i < TN_LEN(words); i++) {
        if (words[i].err == err) {
            return words[i].text;
        }
    }
    return NULL;
}
