// SPDX-License-Identifier: Apache-2.0
// Every error that Tenon's core can return.
//
// A call returns 0 or a positive number on success, and one of these on failure. Their texts are in
// one table that only hosts link (base/err_text.c). SMP codes, DFU status and exit codes are mapped
// from them at the edges only.
#ifndef TN_BASE_ERR_H
#define TN_BASE_ERR_H

#include "base/compiler.h"

TN_C_BEGIN

// Results of a call that works in steps, until it is done and returns 0.
enum {
    TN_MORE = 1,   // call again
    TN_LATER = 2,  // the answer comes later: call the group's late (smp/server.h)
};

enum tn_err {
    TN_EINVAL = -1,     // a value out of its range, or of the wrong type
    TN_ENOSPC = -2,     // the result does not fit its destination
    TN_EIO = -3,        // a device failed: ECC, absent, write failed
    TN_ERANGE = -4,     // outside of the area, or not aligned as the flash requires
    TN_ENOENT = -5,     // no such thing
    TN_ESTATE = -6,     // not possible in this state
    TN_ENOTSUP = -7,    // not supported
    TN_ECORRUPT = -8,   // a packet that contradicts itself
    TN_EBUSY = -9,      // in use by another job or link
    TN_ETIMEOUT = -10,  // no answer in time
    TN_ENEWER = -11,    // a protocol version that is newer than ours

    // Errors of an image.
    TN_EMAGIC = -20,      // does not begin with an image header's magic
    TN_EHEADER = -21,     // header fields that contradict each other, or fewer than 32 bytes
    TN_EFLAGS = -22,      // requires what this device cannot do: encrypted, compressed, RAM load
    TN_ESIZE = -23,       // larger than the slot holds
    TN_EADDR = -24,       // linked for another address
    TN_ETLV = -25,        // the TLV area is malformed, or holds a type that is not allowed there
    TN_EHASH = -26,       // content and hash differ
    TN_ENOSIG = -27,      // no signature
    TN_EKEY = -28,        // signed, but with no key that this device has
    TN_ESIG = -29,        // signed with a known key, and the signature is wrong
    TN_EDOWNGRADE = -30,  // not newer than the running image, although newer was required
    TN_EROLLBACK = -31,   // its security counter is below the device's
    TN_EUNWRAP = -32,     // encrypted, but not for a key that this device has
    TN_EREVOKED = -33,    // signed with a key that a key list has revoked
    TN_EDEPENDS = -64,    // needs another version of image 0; -65: of image 1, and so on

    // Errors of an image request.
    TN_ENOSLOT = -40,   // no slot may be written now
    TN_EPENDING = -41,  // another image already waits for the next reset
    TN_EACTIVE = -42,   // cannot be tested: the running image
    TN_ENOOFF = -43,    // a chunk without an offset
    TN_ENOLEN = -44,    // a first chunk without a length
    TN_EOVERRUN = -45,  // more data than was announced
    TN_ENOHASH = -46,   // no image with this hash
    TN_EBADHASH = -47,  // not a hash: its length is wrong, or it is missing
    TN_ESLOT = -49,     // no slot with this number
};

enum {
    TN_DEPENDS_MAX = 15,  // TN_EDEPENDS - 15: of an image that this device does not have
};

// The text of one error: its cause, one line, in lower case, without a full stop. Never NULL. Hosts
// only.
const char *tn_err_text(int err);

TN_C_END

#endif
