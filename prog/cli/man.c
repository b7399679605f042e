// SPDX-License-Identifier: Apache-2.0
// man: prints manual pages, made from the tables of the parser and the help. One page is for the
// program, and one for each command: tenon-image-list(1).
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "host/base/file.h"
#include "host/base/memory.h"
#include "options.h"

// When commands or options last changed. Pages have a date, but builds must be reproducible.
#define MAN_DATE "2026-11-29"

// Escapes text for roff, which would print a hyphen as a typographic one, and read a dot at the
// beginning of a line as a request.
static void put(FILE *out, const char *text) {
    bool first = true;

    for (; *text; text++) {
        if (first && (*text == '.' || *text == '\'')) {
            fputs("\\&", out);
        }
        if (*text == '-') {
            fputs("\\-", out);
        } else if (*text == '\\') {
            fputs("\\e", out);
        } else {
            fputc(*text, out);
        }
        first = *text == '\n';
    }
}

static void heading(FILE *out, const char *title) {
    fprintf(out, ".SH %s\n", title);
}

// Converts "image list" to "tenon-image-list".
static void page_name(char *ret, size_t size, const struct command *cmd) {
    snprintf(ret, size, "tenon%s%s", cmd ? "-" : "", cmd ? cmd->name : "");
    for (char *p = ret; *p; p++) {
        *p = *p == ' ' ? '-' : *p;
    }
}

static void begin_page(FILE *out, const struct command *cmd, const char *summary) {
    char name[64];
    char title[64];

    page_name(name, sizeof(name), cmd);
    size_t i = 0;
    for (; name[i]; i++) {
        title[i] = (char)toupper((unsigned char)name[i]);
    }
    title[i] = 0;
    fputs(".\\\" Made by: tenon man\n.TH ", out);
    put(out, title);
    fputs(" 1 " MAN_DATE " \"tenon " TN_VERSION "\" Tenon\n", out);
    heading(out, "NAME");
    put(out, name);
    fprintf(out, " \\- %c", tolower((unsigned char)summary[0]));
    put(out, summary + 1);
    fputc('\n', out);
}

static void option(FILE *out, const struct option_use *use) {
    const struct option_row *r = &option_rows[use->opt];

    fputs(".TP\n", out);
    if (use->letter) {
        fprintf(out, "\\fB\\-%c\\fR, ", use->letter);
    }
    fputs("\\fB\\-\\-", out);
    put(out, r->name);
    fputs("\\fR", out);
    if (r->arg) {
        fprintf(out, " \\fI%s\\fR", r->arg);
    }
    fputc('\n', out);
    put(out, r->help);
    fputc('\n', out);
}

static void command_page(FILE *out, const struct command *cmd) {
    struct option_use uses[OPT_COUNT];
    size_t n = options_of(cmd, uses);

    begin_page(out, cmd, cmd->summary);
    heading(out, "SYNOPSIS");
    fprintf(out, "\\fBtenon %s\\fR [\\fIoptions\\fR]%s", cmd->name, *cmd->args ? " " : "");
    put(out, cmd->args);
    fputc('\n', out);
    heading(out, "DESCRIPTION");
    put(out, cmd->summary);
    fputs(".\n", out);
    if (cmd->details) {
        fputs(".PP\n", out);
        put(out, cmd->details);
        fputc('\n', out);
    }
    heading(out, "OPTIONS");
    for (size_t i = 0; i < n; i++) {
        option(out, &uses[i]);
    }
    heading(out, "EXIT STATUS");
    fputs("See\n.BR tenon (1).\n", out);
    heading(out, "SEE ALSO");
    fputs(".BR tenon (1)\n", out);
}

static void variable(FILE *out, const char *name, const char *text) {
    fprintf(out, ".TP\n\\fB%s\\fR\n", name);
    put(out, text);
    fputc('\n', out);
}

static void environment(FILE *out) {
    heading(out, "ENVIRONMENT");
    put(out,
            "Every option has a variable, in capitals and with _ for -: TENON_PORT for --port,\n"
            "TENON_SLOT_SIZE for --slot-size. 1 sets an option that takes no value. The command\n"
            "line wins, then the profile, then the variable.\n");
    variable(out, "TENON_PORTS",
            "the ports that --all uses, also a call without a port: paths, patterns such as\n"
            "/dev/ttyACM*, profiles and udp:HOST:PORT, separated by blanks. With --all a port "
            "that\n"
            "is named here and does not answer is a failure.");
    variable(out, "TENON_CONFIG", "the file of profiles (~/.config/tenon/config)");
    variable(out, "NO_COLOR", "if it is set and not empty, no colours");
}

static void exit_status(FILE *out) {
    struct tn_memory m;

    if (tn_memory_open(&m)) {
        return;
    }
    exit_codes_print(m.out);
    if (tn_memory_close(&m)) {
        return;
    }
    heading(out, "EXIT STATUS");
    fputs(".nf\n", out);
    put(out, m.text);
    fputs(".fi\n", out);
    free(m.text);
}

static void program_page(FILE *out) {
    begin_page(out, NULL, "firmware updates for microcontrollers");
    heading(out, "SYNOPSIS");
    fputs("\\fBtenon\\fR \\fIcommand\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n", out);
    heading(out, "DESCRIPTION");
    put(out,
            "Makes keys and signed images, and installs images on devices that speak SMP "
            "(mcumgr).\n"
            "Prints results to standard output and everything else to standard error. With "
            "--json,\n"
            "standard output is one object a line.\n");
    heading(out, "COMMANDS");
    for (size_t i = 0; i < ncommands; i++) {
        char name[64];
        page_name(name, sizeof(name), &commands[i]);
        fputs(".TP\n\\fB", out);
        put(out, name);
        fputs("\\fR(1)\n", out);
        put(out, commands[i].summary);
        fputc('\n', out);
    }
    environment(out);
    exit_status(out);
    heading(out, "EXAMPLES");
    fputs(".nf\n", out);
    put(out,
            "tenon devices\ntenon upgrade -p /dev/ttyACM0 app.signed.bin\ntenon explain log.txt\n");
    fputs(".fi\n", out);
}

// ----------------------------------------------------------------------------------------

static void page(FILE *out, const struct command *cmd) {
    if (cmd) {
        command_page(out, cmd);
    } else {
        program_page(out);
    }
}

static int write_page(struct cli *cli, const char *folder, const struct command *cmd) {
    char name[64];
    char path[512];
    struct tn_memory m;

    if (tn_memory_open(&m)) {
        return tn_fail_memory(&cli->fault);
    }
    page(m.out, cmd);
    if (tn_memory_close(&m)) {
        return tn_fail_memory(&cli->fault);
    }
    page_name(name, sizeof(name), cmd);
    snprintf(path, sizeof(path), "%s/%s.1", folder, name);
    int err = tn_file_write(path, m.text, m.len, TN_FILE_PLAIN, &cli->fault);
    free(m.text);
    return err;
}

int cmd_man(struct cli *cli) {
    const char *folder = cli->value[OPT_OUTPUT_DIR];
    const struct command *cmd = cli->nargs ? command_named(cli->args, cli->nargs) : NULL;

    if (cli->nargs && (!cmd || folder)) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "%s %s; see: tenon --help",
                cmd ? "--output writes all pages; it takes no command:" : "no command",
                cli->args[0]);
    }
    if (!folder) {
        page(stdout, cmd);
        return 0;
    }
    int err = write_page(cli, folder, NULL);
    for (size_t i = 0; i < ncommands && !err; i++) {
        err = write_page(cli, folder, &commands[i]);
    }
    return err;
}
