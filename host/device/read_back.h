// SPDX-License-Identifier: Apache-2.0
// Reads an image back from a device that offers it (serve/tenon.h, group 64, command 4).
#ifndef TN_HOST_DEVICE_READ_BACK_H
#define TN_HOST_DEVICE_READ_BACK_H

#include "host/base/file.h"
#include "host/device/session.h"

#include "base/compiler.h"

TN_C_BEGIN

// Reads the image in a slot, from its header to its last TLV, into buf, which may hold its
// beginning from an earlier call: then it continues behind that. If that is not the beginning of
// this image, reads it from byte 0. Calls s->progress. Free buf with tn_buf_free.
//
// Returns 0, or -1 with a fault: then buf holds what arrived so far. REFUSED if the device does not
// offer it, or holds no image there; TOO_LARGE beyond TN_FILE_MAX. The caller checks the hash.
int tn_device_read_image(
        struct tn_session *s, uint32_t slot, struct tn_buf *buf, struct tn_fault *f);

TN_C_END

#endif
