// SPDX-License-Identifier: Apache-2.0
// Options that the command line does not give: from the port's profile, then from the environment.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "profile.h"

void env_name(enum opt o, char ret[32]) {
    size_t n = (size_t)snprintf(ret, 32, "TENON_%s", option_rows[o].name);

    for (size_t i = 0; i < n && i < 31; i++) {
        ret[i] = ret[i] == '-' ? '_' : (char)toupper((unsigned char)ret[i]);
    }
}

bool has_env(enum opt o) {
    return o != OPT_HELP && o != OPT_VERSION;
}

// ---- The environment -------------------------------------------------------------------

// An option without a value: "1" sets it.
static int read_flag(struct cli *cli, enum opt o, const char *name, const char *text) {
    static const char *const words[] = {"0", "no", "false", "1", "yes", "true"};

    for (int i = 0; i < 6; i++) {
        if (strcmp(words[i], text) == 0) {
            cli->given[o] = i >= 3;
            return 0;
        }
    }
    return tn_fail(&cli->fault, TN_FAULT_USAGE, "%s=%s: %s is on or off; set it to 1 or 0", name,
            text, option_name(o));
}

int default_from_env(struct cli *cli, enum opt o) {
    char name[32];

    env_name(o, name);
    const char *text = has_env(o) ? getenv(name) : NULL;
    if (!text || !*text || cli->given[o] || cli->value[o]) {
        return 0;
    }
    if (!option_rows[o].arg) {
        return read_flag(cli, o, name, text);
    }
    cli->value[o] = text;
    cli->given[o] = 1;
    return 0;
}

// mcumgr's words and --port say the same thing: those of the command line win.
static bool is_ruled_out(const struct cli *cli, enum opt o) {
    bool words = cli->given[OPT_CONNSTRING] || cli->given[OPT_CONNTYPE];
    bool port = cli->port != NULL;

    return o == OPT_PORT ? words : (o == OPT_CONNSTRING || o == OPT_CONNTYPE) && port;
}

int defaults_from_env(struct cli *cli) {
    struct option_use uses[OPT_COUNT];
    size_t n = options_of(cli->cmd, uses);
    bool out[OPT_COUNT];

    for (size_t i = 0; i < n; i++) {
        out[i] = is_ruled_out(cli, uses[i].opt);
    }
    for (size_t i = 0; i < n; i++) {
        if (!out[i] && default_from_env(cli, uses[i].opt)) {
            return -1;
        }
    }
    return 0;
}

// ---- Profiles --------------------------------------------------------------------------

static bool takes(const struct cli *cli, enum opt o) {
    struct option_use uses[OPT_COUNT];
    size_t n = options_of(cli->cmd, uses);

    for (size_t i = 0; i < n; i++) {
        if (uses[i].opt == o) {
            return true;
        }
    }
    return false;
}

// Copies the values that the command takes and the command line does not give. The values last as
// long as the program.
static void use_profile(struct cli *cli, const struct profile *p) {
    cli->value[OPT_PORT] = p->value[OPT_PORT];
    for (const uint8_t *o = profile_opts; *o != OPT_END; o++) {
        if (p->value[*o] && !cli->value[*o] && takes(cli, (enum opt) * o)) {
            cli->value[*o] = p->value[*o];
            cli->given[*o] = 1;
        }
    }
}

int default_profile(struct cli *cli) {
    static struct profiles profiles;  // its texts last as long as the program

    if (cli->port && !is_profile_name(cli->port)) {
        return 0;
    }
    profiles_free(&profiles);
    if (profiles_read(&profiles, &cli->fault)) {
        return -1;
    }
    const struct profile *p = profile_find(&profiles, cli->port ? cli->port : "default");
    if (p) {
        cli->port = p->name;
        use_profile(cli, p);
    }
    return 0;
}
