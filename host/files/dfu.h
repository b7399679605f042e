// SPDX-License-Identifier: Apache-2.0
// .dfu files: firmware with a suffix that names the USB device it is for.
//
// A plain one is the firmware's bytes and the suffix. A DfuSe file, ST's extension, holds bytes at
// addresses: a prefix, targets (one for each memory, by its alternate setting), their elements, and
// the suffix. Hostile bytes are expected.
//
// Sources: USB Device Class Specification for Device Firmware Upgrade 1.1, appendix B (suffix); ST
// UM0391, "DfuSe file format specification", sections 2.1 (prefix), 2.3.2 (target) and 2.3.3
// (element). The CRC's start and end values: dfu-util 0.11, which the tests compare with.
#ifndef TN_HOST_FILES_DFU_H
#define TN_HOST_FILES_DFU_H

#include "host/files/segments.h"

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_DFU_ANY = 0xffff,  // an id that fits every device
    TN_DFU_SUFFIX = 16,   // bytes of the suffix that is written
    TN_DFU_PLAIN = 0x0110,
    TN_DFU_DFUSE = 0x011a,
    TN_DFU_NAME = 255,  // bytes of a target's name
    TN_DFU_TARGETS = 255,
};

// Whom the file is for. bcd_dfu says which specification the file follows.
struct tn_dfu_ids {
    uint16_t vid, pid, device;  // TN_DFU_ANY: every one
    uint16_t bcd_dfu;
};

// A file that was checked.
struct tn_dfu_file {
    struct tn_dfu_ids ids;
    uint32_t crc;
    bool is_dfuse;
    size_t len;        // bytes in front of the suffix
    unsigned targets;  // of DfuSe
};

// One element of a DfuSe file. The pointers lead into the file.
struct tn_dfu_element {
    unsigned target;   // its index, from 0
    uint8_t alt;       // alternate setting of the memory
    const char *name;  // of the target, safe to print, or ""; valid during the call
    uint32_t addr;
    const uint8_t *bytes;
    uint32_t len;
};

// Does the file end as .dfu files do, or begin as DfuSe files do? Then tn_dfu_read reads it or says
// what is wrong with it.
bool tn_dfu_is(const uint8_t *p, size_t len);

// Checks everything: suffix, CRC and, of a DfuSe file, that prefix, targets and elements fill it
// exactly. Calls each, which may be NULL, for every element, in the order of the file; it returns
// 0, or -1 with a fault, which ends the reading. Faults: MAGIC if it is no .dfu file, TRUNCATED,
// DAMAGED (its CRC is wrong), MALFORMED.
int tn_dfu_read(const uint8_t *p, size_t len, const char *name, struct tn_dfu_file *ret,
        int (*each)(void *ctx, const struct tn_dfu_element *e, struct tn_fault *f), void *ctx,
        struct tn_fault *f);

// The elements of a DfuSe file as segments. All must be for one memory: two memories may have the
// same addresses. Fault, besides those of tn_dfu_read: UNSUPPORTED.
int tn_dfu_segments(
        const uint8_t *p, size_t len, const char *name, struct tn_segments *s, struct tn_fault *f);

// Makes a plain .dfu file, on the heap. bcd_dfu of the ids is not looked at, here and below.
int tn_dfu_format(const struct tn_buf *firmware, const struct tn_dfu_ids *ids, struct tn_buf *ret,
        struct tn_fault *f);

// Makes a DfuSe file of one target with an element for each segment. target NULL: without a name; a
// longer one than TN_DFU_NAME - 1 bytes is cut.
int tn_dfuse_format(const struct tn_segments *s, uint8_t alt, const char *target,
        const struct tn_dfu_ids *ids, struct tn_buf *ret, struct tn_fault *f);

TN_C_END

#endif
