// SPDX-License-Identifier: Apache-2.0
// What kind of file this is. The content decides, never the name. Hostile bytes are expected.
#ifndef TN_HOST_FILES_KIND_H
#define TN_HOST_FILES_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/base/fault.h"

#include "base/compiler.h"

TN_C_BEGIN

enum tn_kind {
    TN_KIND_UNKNOWN,  // none of those below; maybe a program for another core than Cortex-M
    TN_KIND_EMPTY,
    TN_KIND_BLANK,         // erased flash: all 0xff or all 0
    TN_KIND_IMAGE,         // begins with MCUboot's magic
    TN_KIND_OLD_IMAGE,     // MCUboot's first format
    TN_KIND_IMAGE_BEHIND,  // a whole image behind other bytes, such as a bootloader
    TN_KIND_PROGRAM,       // a Cortex-M vector table, maybe behind zeros
    TN_KIND_HEX,           // Intel HEX text
    TN_KIND_UNIVERSAL_HEX,
    TN_KIND_SREC,
    TN_KIND_UF2,
    TN_KIND_DFUSE,
    TN_KIND_DFU,  // ends with a DFU suffix
    TN_KIND_ELF,
    TN_KIND_ZIP,
    TN_KIND_ZIP_DFU,      // with manifest.json, of the nRF Connect SDK
    TN_KIND_ZIP_NRFUTIL,  // with manifest.json and init packets (.dat): Nordic's own bootloaders
    TN_KIND_GZIP,
    TN_KIND_HTML,
    TN_KIND_LFS,  // a pointer of Git LFS
    TN_KIND_PRIVATE_KEY,
    TN_KIND_PUBLIC_KEY,
    TN_KIND_CERTIFICATE,
    TN_KIND_TEXT,  // any other text
    TN_KIND_COUNT,
};

enum {
    TN_KIND_MEMBER = 64,  // bytes of a zip member's name, with its 0; a longer name is cut
};

struct tn_kind_found {
    enum tn_kind kind;
    size_t off;                   // IMAGE_BEHIND: of the first image; PROGRAM: of the vector table
    uint32_t reset;               // PROGRAM: the reset vector, an address with the Thumb bit
    bool is_behind_program;       // IMAGE_BEHIND: the file begins with a vector table
    char member[TN_KIND_MEMBER];  // zips: the first member that ends in .bin, safe to print; or ""
};

// Examines a file of len bytes. Cannot fail.
void tn_kind_find(const uint8_t *p, size_t len, struct tn_kind_found *ret);

// A name for programs: "zip-dfu". It never changes.
const char *tn_kind_name(enum tn_kind kind);

// What the file was given for.
enum tn_kind_use {
    TN_KIND_FOR_DEVICE,  // as an image: inspect, upgrade, upload
    TN_KIND_FOR_SIGN,    // as a program
    TN_KIND_FOR_MERGE,   // as bytes at addresses
};

// Can the file be used so? For a device only an image can. sign and merge accept what they do not
// know, since not every program is for a Cortex-M.
bool tn_kind_fits(const struct tn_kind_found *k, enum tn_kind_use use);

// Fills the fault: what the file is, and the way out. addr is the address of the file's first byte,
// 0 if it has none. Returns -1.
int tn_kind_refuse(const struct tn_kind_found *k, uint32_t addr, enum tn_kind_use use,
        const char *name, struct tn_fault *f);

TN_C_END

#endif
