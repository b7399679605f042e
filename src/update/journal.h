// SPDX-License-Identifier: Apache-2.0
// The journal of uploads: after a reset or a loss of power, an upload continues where it stopped.
//
// Records the progress of the current upload by the length and hash of its file, sector by sector
// of its slot. It only saves sending bytes again: the complete upload is checked as usual. The
// loader and the application use the same journal, so that each can continue the other's upload.
#ifndef TN_UPDATE_JOURNAL_H
#define TN_UPDATE_JOURNAL_H

#include "base/compiler.h"
#include "flash/ring.h"
#include "update/update.h"

TN_C_BEGIN

// All members are private.
struct tn_journal {
    struct tn_ring ring;
    uint8_t stage;
    uint32_t off;  // bytes of the upload that are in flash, by the last record
};

// Makes u keep a journal in area; NULL: no journal. j and area must outlive u. Writes one record of
// 32 bytes at the start of an upload, one when it continues after a reset, one for each sector, one
// at the end. The records form a ring, whose sectors are erased as needed. If the area has only one
// sector, an upload begins again when the power fails during that erase.
//
// Images of several numbers share an area: call it again after tn_update_use. Only the upload that
// was recorded last continues.
//
// An upload without the hash of its file is not recorded. If the journal cannot be written, the
// upload goes on without it.
void tn_journal_keep(struct tn_journal *j, struct tn_update *u, const struct tn_area *area);

TN_C_END

#endif
