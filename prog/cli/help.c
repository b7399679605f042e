// SPDX-License-Identifier: Apache-2.0
// Help is made from the tables that the parser reads, so each option has a line of help, and each
// line of help has an option.
#include <string.h>

#include "options.h"

void help_option(FILE *out, enum opt o) {
    const struct option_row *r = &option_rows[o];
    char left[48];
    int n = r->letter ? snprintf(left, sizeof(left), "-%c, --%s", r->letter, r->name)
                      : snprintf(left, sizeof(left), "    --%s", r->name);

    if (r->arg) {
        snprintf(left + n, sizeof(left) - (size_t)n, " %s", r->arg);
    }
    fprintf(out, "  %-27s %s\n", left, r->help);
}

static void help_options(FILE *out, const char *title, const uint8_t *opts) {
    fprintf(out, "\n%s:\n", title);
    for (; *opts != OPT_END; opts++) {
        help_option(out, (enum opt) * opts);
    }
}

void help_command(FILE *out, const struct command *cmd) {
    fprintf(out, "Usage: tenon %s [options]%s%s\n\n%s.\n", cmd->name, *cmd->args ? " " : "",
            cmd->args, cmd->summary);
    if (cmd->details) {
        fprintf(out, "\n%s\n", cmd->details);
    }
    if (cmd->opts && *cmd->opts != OPT_END) {
        help_options(out, "Options", cmd->opts);
    }
    if (cmd->on_device) {
        help_options(out, "Device", port_opts);
    }
    help_options(out, "Common", common_opts);
}

// Is this word the first of the two words of the command's name?
static bool is_of(const struct command *cmd, const char *group) {
    size_t n = strlen(group);
    return strncmp(cmd->name, group, n) == 0 && cmd->name[n] == ' ';
}

bool is_group(const char *word) {
    for (size_t i = 0; i < ncommands; i++) {
        if (is_of(&commands[i], word)) {
            return true;
        }
    }
    return false;
}

// Prints a line for each command, or for each command of a group.
static void help_list(FILE *out, const char *group) {
    for (size_t i = 0; i < ncommands; i++) {
        char left[48];
        snprintf(left, sizeof(left), "%s %s", commands[i].name, commands[i].args);
        if (!group || is_of(&commands[i], group)) {
            fprintf(out, "  %-27s %s\n", left, commands[i].summary);
        }
    }
}

void help_group(FILE *out, const char *group) {
    fprintf(out, "Usage: tenon %s COMMAND [options] [arguments]\n\n", group);
    help_list(out, group);
    fprintf(out, "\nHelp for one command: tenon %s COMMAND --help\n", group);
}

void help_overview(FILE *out) {
    fprintf(out,
            "tenon " TN_VERSION ": firmware updates for microcontrollers\n\n"
            "Usage: tenon COMMAND [options] [arguments]\n\n");
    help_list(out, NULL);
    fprintf(out,
            "\nHelp for one command: tenon COMMAND --help\n"
            "Exit codes:           tenon help exit-codes\n"
            "Every option has a variable: TENON_PORT for --port, TENON_SLOT_SIZE for "
            "--slot-size\n\n"
            "A first update: tenon upgrade -p /dev/ttyACM0 app.signed.bin\n");
}

const struct command *command_named(char **args, int n) {
    char name[64];
    snprintf(name, sizeof(name), n > 1 ? "%s %s" : "%s", args[0], n > 1 ? args[1] : "");
    for (size_t i = 0; i < ncommands; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

// ---- Suggestions -----------------------------------------------------------------------

enum { WORD = 40 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

// The edit distance of Damerau and Levenshtein, restricted to neighbours: how many letters to
// insert, remove, replace or swap.
static size_t distance(const char *a, const char *b) {
    size_t rows[3][WORD + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    size_t na = least(strlen(a), WORD);
    size_t nb = least(strlen(b), WORD);

    for (size_t k = 0; k <= nb; k++) {
        above[k] = k;
    }
    for (size_t i = 1; i <= na; i++) {
        row[0] = i;
        for (size_t k = 1; k <= nb; k++) {
            row[k] = least(least(above[k], row[k - 1]) + 1, above[k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) {
                row[k] = least(row[k], before[k - 2] + 1);
            }
        }
        size_t *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[nb];
}

// How much a command's name differs from the user's words: the whole name, or its last word alone,
// since "list" may mean "image list".
static size_t difference(const char *name, const char *words, const char *first) {
    const char *last = strrchr(name, ' ');
    size_t whole = distance(name, words);

    return last ? least(whole, distance(last + 1, first)) : least(whole, distance(name, first));
}

const char *command_like(const char *first, const char *second) {
    char words[2 * WORD + 2];
    size_t best = strlen(first) / 3 + 1;  // more changes than this: another word
    const char *like = NULL;

    snprintf(words, sizeof(words), "%s%s%s", first, second ? " " : "", second ? second : "");
    for (size_t i = 0; i < ncommands; i++) {
        size_t n = difference(commands[i].name, words, first);
        if (n < best) {
            best = n;
            like = commands[i].name;
        }
    }
    return like;
}

// ----------------------------------------------------------------------------------------

int cmd_help(struct cli *cli) {
    const char *topic = cli->args[0];

    if (cli->nargs == 0) {
        help_overview(stdout);
        return 0;
    }
    if (cli->nargs == 1 && strcmp(topic, "exit-codes") == 0) {
        exit_codes_print(stdout);
        return 0;
    }
    if (cli->nargs == 1 && is_group(topic)) {
        help_group(stdout, topic);
        return 0;
    }
    const struct command *cmd = command_named(cli->args, cli->nargs);
    if (!cmd) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "no command %s%s%s; see: tenon --help", topic,
                cli->nargs > 1 ? " " : "", cli->nargs > 1 ? cli->args[1] : "");
    }
    help_command(stdout, cmd);
    return 0;
}

int cmd_version(struct cli *cli) {
    say(cli, "tenon " TN_VERSION);
    emit(cli, "version", json_pack("{ss}", "version", TN_VERSION));
    return 0;
}
