// SPDX-License-Identifier: Apache-2.0
// The texts of enum tn_err. Hosts link this file, devices do not.
#include "base/err.h"

#include "base/compiler.h"

static const struct {
    int err;
    const char *text;
} texts[] = {
        {TN_EINVAL, "a value is out of range or of the wrong type"},
        {TN_ENOSPC, "the result does not fit"},
        {TN_EIO, "the flash or another device failed"},
        {TN_ERANGE, "outside of the area, or not aligned"},
        {TN_ENOENT, "no such thing"},
        {TN_ESTATE, "not possible in this state"},
        {TN_ENOTSUP, "not supported"},
        {TN_ECORRUPT, "the packet contradicts itself"},
        {TN_EBUSY, "busy"},
        {TN_ETIMEOUT, "no answer in time"},
        {TN_ENEWER, "the protocol version is newer than this program supports"},
        {TN_EMAGIC, "not a firmware image: the header's magic is missing"},
        {TN_EHEADER, "the image header is malformed"},
        {TN_EFLAGS,
                "the image needs a feature that is missing (encryption, compression, RAM load)"},
        {TN_ESIZE, "the image is too large"},
        {TN_EADDR, "the image is linked for another address"},
        {TN_ETLV, "the image's TLV area is malformed or cut off"},
        {TN_EHASH, "the content does not match the image's hash"},
        {TN_ENOSIG, "the image is not signed"},
        {TN_EKEY, "the image is signed with an unknown key"},
        {TN_ESIG, "the image's signature is wrong"},
        {TN_EDOWNGRADE, "the image is not newer than the running one"},
        {TN_EROLLBACK, "the image's security counter is below the device's"},
        {TN_EREVOKED, "the image is signed with a key that was revoked"},
        {TN_EUNWRAP, "the image is encrypted, but not for this device"},
        {TN_ENOSLOT, "no slot is free"},
        {TN_EPENDING, "another image already waits for the next reset"},
        {TN_EACTIVE, "this image cannot be tested: it is the running one"},
        {TN_ENOOFF, "the offset is missing"},
        {TN_ENOLEN, "the length is missing"},
        {TN_EOVERRUN, "more data than announced"},
        {TN_ENOHASH, "no image with this hash"},
        {TN_EBADHASH, "the hash is missing or has the wrong length"},
        {TN_ESLOT, "no such slot"},
};

#define NEEDS(n) "the image needs another version of image " n

static const char *const depends[TN_DEPENDS_MAX + 1] = {NEEDS("0"), NEEDS("1"), NEEDS("2"),
        NEEDS("3"), NEEDS("4"), NEEDS("5"), NEEDS("6"), NEEDS("7"), NEEDS("8"), NEEDS("9"),
        NEEDS("10"), NEEDS("11"), NEEDS("12"), NEEDS("13"), NEEDS("14"),
        "the image needs an image that this device does not have"};

const char *tn_err_text(int err) {
    if (err <= TN_EDEPENDS && err >= TN_EDEPENDS - TN_DEPENDS_MAX) {
        return depends[TN_EDEPENDS - err];
    }
    for (size_t i = 0; i < TN_LEN(texts); i++) {
        if (texts[i].err == err) {
            return texts[i].text;
        }
    }
    return err < 0 ? "unknown error" : "no error";
}
