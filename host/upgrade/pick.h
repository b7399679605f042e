// SPDX-License-Identifier: Apache-2.0
// Files of one image that are linked for the device's two slots (direct-XIP): which one is to be
// sent.
#ifndef TN_HOST_UPGRADE_PICK_H
#define TN_HOST_UPGRADE_PICK_H

#include "base/compiler.h"
#include "host/device/session.h"
#include "host/files/inspect.h"

TN_C_BEGIN

// Of n files that are linked for different addresses, finds the one that runs already, or the one
// for the slot that an upload goes to: by the slots' addresses, which a Tenon device reports; else
// the lower address is slot 0's. Sets *ret to its number, or to -1 if the device has several
// images: then the files are an image each. Fault: ADDRESS if none is for that slot; those of a
// session, which is open.
int tn_upgrade_pick(struct tn_session *s, const struct tn_inspect *const *files, size_t n, int *ret,
        struct tn_fault *f);

TN_C_END

#endif
