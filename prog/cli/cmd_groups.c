// SPDX-License-Identifier: Apache-2.0
// os taskstat, mpstat, datetime, groups; stat; shell; storage.
#include <string.h>

#include "cli.h"
#include "host/device/groups.h"

// ---- os ----------------------------------------------------------------------------------

static void show_task(void *ctx, const struct tn_device_task *t) {
    const struct cli *cli = ctx;

    say(cli, "%-16s  %4d  %5u  %7u of %u bytes  %u", t->name, (int)t->prio, (unsigned)t->state,
            4 * (unsigned)t->stack_used, 4 * (unsigned)t->stack_size, (unsigned)t->runtime);
    emit(cli, "task",
            json_pack("{sssisIsIsIsI}", "name", t->name, "priority", (int)t->prio, "state",
                    (json_int_t)t->state, "stack_used", 4 * (json_int_t)t->stack_used, "stack_size",
                    4 * (json_int_t)t->stack_size, "runtime", (json_int_t)t->runtime));
}

static int tasks(struct cli *cli, struct tn_session *s) {
    say(cli, "task              prio  state    stack            runtime");
    return tn_session_probe(s, &cli->fault) ? -1 : tn_device_tasks(s, show_task, cli, &cli->fault);
}

int cmd_os_taskstat(struct cli *cli) {
    return with_device(cli, tasks);
}

static void show_pool(void *ctx, const struct tn_device_pool *p) {
    const struct cli *cli = ctx;

    say(cli, "%-16s  %u of %u blocks of %u bytes free, minimum %u", p->name, (unsigned)p->free,
            (unsigned)p->blocks, (unsigned)p->block_size, (unsigned)p->min_free);
    emit(cli, "pool",
            json_pack("{sssIsIsIsI}", "name", p->name, "block_size", (json_int_t)p->block_size,
                    "blocks", (json_int_t)p->blocks, "free", (json_int_t)p->free, "min_free",
                    (json_int_t)p->min_free));
}

static int pools(struct cli *cli, struct tn_session *s) {
    return tn_session_probe(s, &cli->fault) ? -1 : tn_device_pools(s, show_pool, cli, &cli->fault);
}

int cmd_os_mpstat(struct cli *cli) {
    return with_device(cli, pools);
}

static int datetime(struct cli *cli, struct tn_session *s) {
    char text[64];

    if (tn_session_probe(s, &cli->fault) ||
            (cli->nargs && tn_device_set_time(s, cli->args[0], &cli->fault)) ||
            tn_device_get_time(s, text, sizeof(text), &cli->fault)) {
        return -1;
    }
    say(cli, "%s", text);
    emit(cli, "datetime", json_pack("{ss}", "datetime", text));
    return 0;
}

int cmd_os_datetime(struct cli *cli) {
    return with_device(cli, datetime);
}

// A Tenon server reports its capabilities, which are printed behind the list. Other servers are not
// queried.
static int groups(struct cli *cli, struct tn_session *s) {
    struct tn_device_groups g;
    struct tn_capabilities c;

    if (tn_session_probe(s, &cli->fault) || tn_device_groups(s, &g, &cli->fault)) {
        return -1;
    }
    for (size_t i = 0; i < g.n; i++) {
        say(cli, "%5u  %s", (unsigned)g.groups[i].id, g.groups[i].name);
        emit(cli, "group",
                json_pack("{sIss}", "group", (json_int_t)g.groups[i].id, "name", g.groups[i].name));
    }
    if (s->is_tenon && !tn_device_capabilities(s, &c, &cli->fault)) {
        say(cli, "Tenon %s%s%s", c.version, c.history ? "; keeps a history of updates" : "",
                c.resume ? "; an upload goes on after a reset" : "");
        emit(cli, "capabilities",
                json_pack("{sssbsb}", "version", c.version, "history", c.history, "resume",
                        c.resume));
    }
    return 0;
}

int cmd_os_groups(struct cli *cli) {
    return with_device(cli, groups);
}

// ---- stat --------------------------------------------------------------------------------

static void show_name(void *ctx, const char *name) {
    const struct cli *cli = ctx;

    say(cli, "%s", name);
    emit(cli, "stat_group", json_pack("{ss}", "name", name));
}

static int stat_list(struct cli *cli, struct tn_session *s) {
    return tn_session_probe(s, &cli->fault) ? -1
                                            : tn_device_stat_groups(s, show_name, cli, &cli->fault);
}

int cmd_stat_list(struct cli *cli) {
    return with_device(cli, stat_list);
}

static void show_number(void *ctx, const char *name, uint64_t value) {
    const struct cli *cli = ctx;

    say(cli, "%-24s  %llu", name, (unsigned long long)value);
    emit(cli, "stat", json_pack("{sssI}", "name", name, "value", (json_int_t)value));
}

static int stat_show(struct cli *cli, struct tn_session *s) {
    return tn_session_probe(s, &cli->fault)
            ? -1
            : tn_device_stat(s, cli->args[0], show_number, cli, &cli->fault);
}

int cmd_stat_show(struct cli *cli) {
    return with_device(cli, stat_show);
}

// ---- shell, storage ----------------------------------------------------------------------

static int shell(struct cli *cli, struct tn_session *s) {
    char out[4096];
    int32_t rc;
    bool raw = cli->given[OPT_RAW] && !cli->json;

    if (tn_session_probe(s, &cli->fault) ||
            tn_device_shell(
                    s, cli->args, (size_t)cli->nargs, raw, out, sizeof(out), &rc, &cli->fault)) {
        return -1;
    }
    size_t len = strlen(out);
    say(cli, "%.*s", (int)(len && out[len - 1] == '\n' ? len - 1 : len), out);
    emit(cli, "shell", json_pack("{sssi}", "output", out, "ret", (int)rc));
    return rc
            ? tn_fail(&cli->fault, TN_FAULT_REFUSED, "the device's command ended with %d", (int)rc)
            : 0;
}

int cmd_shell_exec(struct cli *cli) {
    return with_device(cli, shell);
}

static int storage(struct cli *cli, struct tn_session *s) {
    if (tn_session_probe(s, &cli->fault) || tn_device_erase_storage(s, &cli->fault)) {
        return -1;
    }
    say(cli, "the storage is erased");
    emit(cli, "result", json_pack("{ssss}", "command", "storage erase", "result", "erased"));
    return 0;
}

int cmd_storage_erase(struct cli *cli) {
    return with_device(cli, storage);
}
