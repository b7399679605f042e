// SPDX-License-Identifier: Apache-2.0
// What the files of this room share. system.c knows Linux, system_win.c Windows.
#ifndef TN_HOST_DOCTOR_PRIV_H
#define TN_HOST_DOCTOR_PRIV_H

#include "host/doctor/doctor.h"

// Reports a check. Arguments as of struct tn_check; format and what follows make its text.
void tn_doctor_tell(const struct tn_doctor *d, enum tn_check_level level, const char *id,
        const char *next, const char *format, ...) __attribute__((format(printf, 5, 6)));

// Where to look if no port is listed, for the advice behind "see also: ".
extern const char tn_doctor_port_log[];

// Reports whether only its owner can read the private key in file. path: its name for the user.
void tn_doctor_private_key(const struct tn_doctor *d, const char *file, const char *path);

#endif
