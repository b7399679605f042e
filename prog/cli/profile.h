// SPDX-License-Identifier: Apache-2.0
// Connection profiles: named sets of options, in a file that the user may edit.
//
//   [bench-3]
//   port = /dev/serial/by-id/usb-ACME_Board_17-if00
//   baud = 921600
//   key = keys/acme.pub.pem
//
// The form is INI, as inih reads it. The file is $TENON_CONFIG, or tenon/config in $XDG_CONFIG_HOME
// (by default ~/.config). Relative paths in it begin at the file's folder.
#ifndef TN_CLI_PROFILE_H
#define TN_CLI_PROFILE_H

#include "cli.h"

enum { PROFILES_MAX = 1000 };

struct profile {
    char *name;
    char *value[OPT_COUNT];  // NULL: not set
};

struct profiles {
    char path[4096];  // of the file
    struct profile *list;
    size_t n;
};

// Reads the file; no file means no profiles. Faults: READ; MALFORMED with the line's number.
// Free ret with profiles_free.
int profiles_read(struct profiles *ret, struct tn_fault *f);
void profiles_free(struct profiles *p);

// NULL if there is none of this name.
const struct profile *profile_find(const struct profiles *p, const char *name);

// True if the text can be a profile's name: letters, digits, '-', '_' and '.', at most 63 of them.
// So no name looks like a path or like udp:HOST.
bool is_profile_name(const char *text);

// The options that a profile can set. OPT_END is the last.
extern const uint8_t profile_opts[];

// The option that a profile's line names: "port". OPT_END if a profile cannot set it.
enum opt profile_option(const char *name);

#endif
