// SPDX-License-Identifier: Apache-2.0
// The journal of uploads: after a reset or a loss of power, an upload goes on where it was.
//
// Knows how far the upload that is under way has come, sector by sector of its slot, by length and
// hash of its file. It only ever saves bytes: whether what arrived is whole is checked as without
// it. The loader and the application keep the same journal, so that either goes on where the other
// was.
#ifndef TN_UPDATE_JOURNAL_H
#define TN_UPDATE_JOURNAL_H

#include "flash/ring.h"
#include "update/update.h"

// All of it is private: zero, then tn_journal_keep.
struct tn_journal {
    struct tn_ring ring;
    uint8_t stage;
    uint32_t off;  // of the upload: so much of it is in flash, as the last record has it
};

// Lets u keep a journal in area, which may be NULL: then it keeps none. Both live on. Costs one
// record of 32 bytes at the beginning of an upload, one where it goes on, one for each sector, one
// at the end; they lie in a ring, whose sectors are erased when they are due.
//
// An upload without the hash of its file is not noted. A journal that cannot be written ends no
// upload: it is as if there were none.
void tn_journal_keep(struct tn_journal *j, struct tn_update *u, const struct tn_area *area);

#endif
