// SPDX-License-Identifier: Apache-2.0
// The commands of the other groups, and the rarer ones of os, as calls over a session: tasks, pools
// and time, counters, settings, shell, enumeration, storage, and the capabilities of a Tenon
// server.
//
// Source: doc/reference/smp.md sections 4 to 6. Most devices have few of these. A missing command
// is a fault REFUSED. All calls return 0, or -1 with the fault filled; then outputs are untouched.
#ifndef TN_HOST_DEVICE_GROUPS_H
#define TN_HOST_DEVICE_GROUPS_H

#include "host/device/session.h"

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_DEVICE_GROUPS = 32,
    TN_DEVICE_NAME = 64,  // characters of a name, with its final 0; longer names are cut
};

// ---- os ----------------------------------------------------------------------------------

// A task. Stack sizes are in words of 4 bytes, as in SMP.
struct tn_device_task {
    char name[TN_DEVICE_NAME];
    int32_t prio;
    uint32_t id, state, stack_used, stack_size, runtime;
};

struct tn_device_pool {
    char name[TN_DEVICE_NAME];
    uint32_t block_size, blocks, free, min_free;
};

// Calls take for each task or pool.
int tn_device_tasks(struct tn_session *s,
        void (*take)(void *ctx, const struct tn_device_task *task), void *ctx, struct tn_fault *f);
int tn_device_pools(struct tn_session *s,
        void (*take)(void *ctx, const struct tn_device_pool *pool), void *ctx, struct tn_fault *f);

// "2026-11-21T18:00:00.000": the device's local time, without a zone.
int tn_device_get_time(struct tn_session *s, char *ret, size_t size, struct tn_fault *f);
int tn_device_set_time(struct tn_session *s, const char *text, struct tn_fault *f);

// ---- enum, ours, storage -----------------------------------------------------------------

struct tn_device_group {
    uint32_t id;
    char name[TN_DEVICE_NAME];  // "" if not reported
};

struct tn_device_groups {
    struct tn_device_group groups[TN_DEVICE_GROUPS];
    size_t n;
};

int tn_device_groups(struct tn_session *s, struct tn_device_groups *ret, struct tn_fault *f);

// Group 64, command 1 (serve/tenon.h).
struct tn_capabilities {
    char version[TN_DEVICE_NAME];
    bool history;
    bool resume;
};

int tn_device_capabilities(struct tn_session *s, struct tn_capabilities *ret, struct tn_fault *f);

// Erases what the application has stored (Zephyr: "erase storage").
int tn_device_erase_storage(struct tn_session *s, struct tn_fault *f);

// ---- stat --------------------------------------------------------------------------------

int tn_device_stat_groups(struct tn_session *s, void (*take)(void *ctx, const char *name),
        void *ctx, struct tn_fault *f);
int tn_device_stat(struct tn_session *s, const char *group,
        void (*take)(void *ctx, const char *name, uint64_t value), void *ctx, struct tn_fault *f);

// ---- settings ----------------------------------------------------------------------------

enum { TN_SETTING_MAX = 256 };

// *ret_len: the length of the value. ret gets at most TN_SETTING_MAX bytes of it.
int tn_device_setting_get(
        struct tn_session *s, const char *name, uint8_t *ret, size_t *ret_len, struct tn_fault *f);
int tn_device_setting_set(
        struct tn_session *s, const char *name, const void *value, size_t len, struct tn_fault *f);
int tn_device_setting_delete(struct tn_session *s, const char *name, struct tn_fault *f);
int tn_device_settings_commit(struct tn_session *s, struct tn_fault *f);
int tn_device_settings_load(struct tn_session *s, struct tn_fault *f);

// name NULL: all settings.
int tn_device_settings_save(struct tn_session *s, const char *name, struct tn_fault *f);

// ---- shell -------------------------------------------------------------------------------

// Runs words as a command line in the device's shell. out gets its output, *ret_rc its return
// value. raw: keeps control sequences in the output.
int tn_device_shell(struct tn_session *s, char *const *words, size_t n, bool raw, char *out,
        size_t size, int32_t *ret_rc, struct tn_fault *f);

TN_C_END

#endif
