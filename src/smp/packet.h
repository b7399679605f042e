// SPDX-License-Identifier: Apache-2.0
// The eight bytes at the start of every SMP packet, and the numbers that client and server share.
//
// Knows the header of versions 1 and 2 and the tables of codes. Knows no command.
// Source: Zephyr SMP protocol specification; doc/reference/smp.md sections 1 and 3.
#ifndef TN_SMP_PACKET_H
#define TN_SMP_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_SMP_HDR_LEN = 8,

    TN_SMP_READ = 0,
    TN_SMP_READ_RSP = 1,
    TN_SMP_WRITE = 2,
    TN_SMP_WRITE_RSP = 3,
};

// Groups.
enum {
    TN_SMP_OS = 0,
    TN_SMP_IMAGE = 1,
    TN_SMP_STAT = 2,
    TN_SMP_SETTINGS = 3,
    TN_SMP_FS = 8,
    TN_SMP_SHELL = 9,
    TN_SMP_ENUM = 10,
    TN_SMP_BASIC = 63,
    TN_SMP_TENON = 64,
};

// Commands of the os group.
enum {
    TN_OS_ECHO = 0,
    TN_OS_TASKSTAT = 2,
    TN_OS_MPSTAT = 3,
    TN_OS_DATETIME = 4,
    TN_OS_RESET = 5,
    TN_OS_PARAMS = 6,
    TN_OS_INFO = 7,
    TN_OS_BOOTLOADER = 8,
};

// Commands of the stat group.
enum {
    TN_STAT_SHOW = 0,
    TN_STAT_LIST = 1,
};

// Commands of the settings group.
enum {
    TN_SETTINGS_VALUE = 0,
    TN_SETTINGS_DELETE = 1,
    TN_SETTINGS_COMMIT = 2,
    TN_SETTINGS_STORE = 3,  // read: load, write: save
};

// Commands of the fs group.
enum {
    TN_FS_FILE = 0,  // read: download, write: upload
    TN_FS_STATUS = 1,
    TN_FS_HASH = 2,
    TN_FS_TYPES = 3,
    TN_FS_CLOSE = 4,
};

// Commands of the shell group.
enum {
    TN_SHELL_EXEC = 0,
};

// Commands of the enum group.
enum {
    TN_ENUM_COUNT = 0,
    TN_ENUM_LIST = 1,
    TN_ENUM_SINGLE = 2,
    TN_ENUM_DETAILS = 3,
};

// Commands of Zephyr's basic group.
enum {
    TN_BASIC_ERASE = 0,
};

// Commands of Tenon's group.
enum {
    TN_TENON_HISTORY = 0,
    TN_TENON_CAPABILITIES = 1,
    TN_TENON_FACTS = 2,
    TN_TENON_TAKE_BACK = 3,
    TN_TENON_READ_BACK = 4,
    TN_TENON_RESULT = 5,
    TN_TENON_KEY_LIST = 6,
};

// Commands of the image group.
enum {
    TN_IMG_STATE = 0,
    TN_IMG_UPLOAD = 1,
    TN_IMG_ERASE = 5,
    TN_IMG_SLOTS = 6,
};

// Codes that any command may answer ("rc").
enum tn_smp_rc {
    TN_RC_OK = 0,
    TN_RC_UNKNOWN = 1,
    TN_RC_NOMEM = 2,
    TN_RC_INVALID = 3,
    TN_RC_TIMEOUT = 4,
    TN_RC_NOENT = 5,
    TN_RC_BADSTATE = 6,
    TN_RC_TOOLARGE = 7,
    TN_RC_NOTSUP = 8,
    TN_RC_CORRUPT = 9,
    TN_RC_BUSY = 10,
    TN_RC_ACCESS = 11,
    TN_RC_OLD = 12,
    TN_RC_NEW = 13,
};

struct tn_smp_hdr {
    uint8_t op;
    uint8_t version;  // of the wire: 0 is SMP version 1, 1 is version 2, 2 and 3 are reserved
    uint8_t seq;
    uint8_t id;
    uint16_t group;
    uint16_t len;  // bytes behind the header
};

// Reads a header. Ignores reserved bits and flags. Returns 0, or TN_ECORRUPT if there are fewer
// than 8 bytes. The caller checks that len bytes really follow.
int tn_smp_hdr_get(struct tn_smp_hdr *ret, const uint8_t *pkt, size_t len);

// Writes the 8 bytes.
void tn_smp_hdr_put(uint8_t *pkt, const struct tn_smp_hdr *h);

TN_C_END

#endif
