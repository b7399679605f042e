// SPDX-License-Identifier: Apache-2.0
// completion: prints scripts that complete commands, options and values. They are made from the
// parser's own tables, and hold the tables as plain cases. Only serial ports are queried at run
// time.
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "host/transport/ports.h"
#include "options.h"
#include "profile.h"

// Escapes text for fish's single quotes.
static void quoted(const char *text) {
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') {
            putchar('\\');
        }
        putchar(*text);
    }
}

#define VALUE_COMMAND "@command"

// What an argument of a command can be, in the terms of option_values.
static const char *arg_values(const struct command *cmd) {
    if (strcmp(cmd->name, "completion") == 0) {
        return "bash zsh fish ports";
    }
    if (strcmp(cmd->name, "help") == 0 || strcmp(cmd->name, "man") == 0) {
        return VALUE_COMMAND;
    }
    if (strstr(cmd->args, "PORT")) {
        return VALUE_PORT;
    }
    return strstr(cmd->args, "FILE") || strstr(cmd->args, "KEY") || strstr(cmd->args, "IN")
            ? VALUE_FILE
            : "";
}

// The length of the command's first word, or 0 if an earlier command has the same word.
static size_t new_first_word(size_t i) {
    size_t n = strcspn(commands[i].name, " ");

    for (size_t k = 0; k < i; k++) {
        if (strncmp(commands[k].name, commands[i].name, n) == 0 &&
                (commands[k].name[n] == ' ' || commands[k].name[n] == 0)) {
            return 0;
        }
    }
    return n;
}

static bool is_two_words(const struct command *cmd) {
    return strchr(cmd->name, ' ') != NULL;
}

// Options before the command that take a value: "-p|--port|...".
static void value_options(void) {
    bool any = false;

    for (const uint8_t *o = port_opts; *o != OPT_END; o++) {
        const struct option_row *r = &option_rows[*o];
        printf("%s--%s", any ? "|" : "", r->name);
        if (r->letter) {
            printf("|-%c", r->letter);
        }
        any = true;
    }
}

// ---- bash and zsh: the tables as functions ---------------------------------------------

// Maps "command option" to what its value can be.
static void values_of(const struct command *cmd) {
    struct option_use uses[OPT_COUNT];
    size_t n = options_of(cmd, uses);

    for (size_t i = 0; i < n; i++) {
        const struct option_row *r = &option_rows[uses[i].opt];
        if (!r->arg) {
            continue;
        }
        printf("    '%s --%s'", cmd->name, r->name);
        if (uses[i].letter) {
            printf("|'%s -%c'", cmd->name, uses[i].letter);
        }
        printf(") echo '%s' ;;\n", option_values(uses[i].opt));
    }
}

static void words_of(const struct command *cmd) {
    struct option_use uses[OPT_COUNT];
    size_t n = options_of(cmd, uses);

    printf("    '%s') echo '", cmd->name);
    for (size_t i = 0; i < n; i++) {
        printf("%s--%s", i ? " " : "", option_rows[uses[i].opt].name);
        if (uses[i].letter) {
            printf(" -%c", uses[i].letter);
        }
    }
    printf("' ;;\n");
}

// The second words of a group, or all first words.
static void next_words(const char *group, size_t len) {
    bool any = false;

    for (size_t i = 0; i < ncommands; i++) {
        const char *name = commands[i].name;
        size_t n = len ? strlen(name) : new_first_word(i);
        if (len && (strncmp(name, group, len) != 0 || name[len] != ' ')) {
            continue;
        }
        if (n) {
            size_t from = len ? len + 1 : 0;
            printf("%s%.*s", any ? " " : "", (int)(n - from), name + from);
            any = true;
        }
    }
}

// Functions for both shells. They print the words that may follow, a command's options, the values
// of an option (status 1: it takes none), and the kind of a command's arguments.
static void tables(void) {
    printf("_tenon_words() {\n    case $1 in\n    '') echo '");
    next_words("", 0);
    printf("' ;;\n");
    for (size_t i = 0; i < ncommands; i++) {
        size_t n = is_two_words(&commands[i]) ? new_first_word(i) : 0;
        if (n) {
            printf("    '%.*s') echo '", (int)n, commands[i].name);
            next_words(commands[i].name, n);
            printf("' ;;\n");
        }
    }
    printf("    esac\n}\n\n_tenon_options() {\n    case $1 in\n");
    for (size_t i = 0; i < ncommands; i++) {
        words_of(&commands[i]);
    }
    printf("    esac\n}\n\n_tenon_values() {\n    case $1 in\n");
    for (size_t i = 0; i < ncommands; i++) {
        values_of(&commands[i]);
    }
    printf("    *) return 1 ;;\n    esac\n}\n\n_tenon_args() {\n    case $1 in\n");
    for (size_t i = 0; i < ncommands; i++) {
        if (*arg_values(&commands[i])) {
            printf("    '%s') echo '%s' ;;\n", commands[i].name, arg_values(&commands[i]));
        }
    }
    printf("    esac\n}\n\n");
}

static void bash(void) {
    printf("# bash completion of tenon, made by: tenon completion bash\n\n");
    tables();
    printf("_tenon() {\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
           "    local command= values i=1\n"
           "    COMPREPLY=()\n"
           "    if [ \"$cur\" = = ]; then\n"
           "        cur=\n"
           "    elif [ \"$prev\" = = ]; then\n"
           "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
           "    fi\n"
           "    # Options in front of the command, then its one or two words.\n"
           "    while [ $i -lt $COMP_CWORD ]; do\n"
           "        case ${COMP_WORDS[i]} in\n        ");
    value_options();
    printf(") i=$((i + 1)) ;;\n"
           "        -*) ;;\n"
           "        *) break ;;\n"
           "        esac\n"
           "        i=$((i + 1))\n"
           "    done\n"
           "    while [ $i -lt $COMP_CWORD ] && [ -n \"$(_tenon_words \"$command\")\" ]; do\n"
           "        command=\"${command:+$command }${COMP_WORDS[i]}\"\n"
           "        i=$((i + 1))\n"
           "    done\n"
           "    if ! values=$(_tenon_values \"${command:-upgrade} $prev\"); then\n"
           "        values=$(_tenon_words \"$command\")\n"
           "        case $cur in\n"
           "        -*) values=$(_tenon_options \"${command:-help}\") ;;\n"
           "        *) values=${values:-$(_tenon_args \"$command\")} ;;\n"
           "        esac\n"
           "    fi\n"
           "    case $values in\n"
           "    " VALUE_COMMAND ")\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"$(_tenon_words '')\" -- \"$cur\")\n"
           "        ;;\n"
           "    " VALUE_FILE ") mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
           "    " VALUE_PORT ")\n"
           "        values=$(tenon completion ports 2>/dev/null)\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$cur\"\n"
           "            compgen -f -- \"$cur\")\n"
           "        ;;\n"
           "    *) mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$cur\") ;;\n"
           "    esac\n"
           "}\n\n"
           "complete -o filenames -o bashdefault -F _tenon tenon\n");
}

static void zsh(void) {
    printf("#compdef tenon\n# zsh completion of tenon, made by: tenon completion zsh\n\n");
    tables();
    printf("_tenon() {\n"
           "    local command= values prev=${words[CURRENT-1]}\n"
           "    local -i i=2\n"
           "    while (( i < CURRENT )); do\n"
           "        case ${words[i]} in\n        ");
    value_options();
    printf(") (( i += 1 )) ;;\n"
           "        -*) ;;\n"
           "        *) break ;;\n"
           "        esac\n"
           "        (( i += 1 ))\n"
           "    done\n"
           "    while (( i < CURRENT )) && [[ -n \"$(_tenon_words \"$command\")\" ]]; do\n"
           "        command=\"${command:+$command }${words[i]}\"\n"
           "        (( i += 1 ))\n"
           "    done\n"
           "    if ! values=$(_tenon_values \"${command:-upgrade} $prev\"); then\n"
           "        values=$(_tenon_words \"$command\")\n"
           "        case ${words[CURRENT]} in\n"
           "        -*) values=$(_tenon_options \"${command:-help}\") ;;\n"
           "        *) values=${values:-$(_tenon_args \"$command\")} ;;\n"
           "        esac\n"
           "    fi\n"
           "    case $values in\n"
           "    " VALUE_COMMAND ") compadd -- ${=$(_tenon_words '')} ;;\n"
           "    " VALUE_FILE ") _files ;;\n"
           "    " VALUE_PORT ") compadd -- ${(f)\"$(tenon completion ports 2>/dev/null)\"}; _files "
           ";;\n"
           "    *) compadd -- ${=values} ;;\n"
           "    esac\n"
           "}\n\n"
           "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
           "    _tenon \"$@\"\n"
           "else\n"
           "    compdef _tenon tenon\n"
           "fi\n");
}

// ---- fish: a line for each thing -------------------------------------------------------

static void fish_values(const char *values) {
    if (strcmp(values, VALUE_FILE) == 0) {
        printf(" -r -F");
    } else if (strcmp(values, VALUE_PORT) == 0) {
        printf(" -r -F -a '(tenon completion ports)'");
    } else if (*values) {
        printf(" -x -a '%s'", values);
    } else {
        printf(" -x");
    }
}

static void fish_command(const struct command *cmd) {
    struct option_use uses[OPT_COUNT];
    size_t n = options_of(cmd, uses);

    for (size_t i = 0; i < n; i++) {
        const struct option_row *r = &option_rows[uses[i].opt];
        printf("complete -c tenon -n \"__tenon_is '%s'\" -l %s", cmd->name, r->name);
        if (uses[i].letter) {
            printf(" -s %c", uses[i].letter);
        }
        printf(" -d '");
        quoted(r->help);
        putchar('\'');
        if (r->arg) {
            fish_values(option_values(uses[i].opt));
        }
        putchar('\n');
    }
    const char *args = arg_values(cmd);
    if (strcmp(args, VALUE_COMMAND) == 0) {
        printf("complete -c tenon -n \"__tenon_is '%s'\" -a '", cmd->name);
        next_words("", 0);
        printf("'\n");
    } else if (*args) {
        printf("complete -c tenon -n \"__tenon_is '%s'\"", cmd->name);
        if (strcmp(args, VALUE_PORT) == 0) {
            printf(" -F -a '(tenon completion ports)'\n");
        } else {
            printf(*args == '@' ? " -F\n" : " -a '%s'\n", args);
        }
    }
}

static void fish(void) {
    printf("# fish completion of tenon, made by: tenon completion fish\n\n"
           "function __tenon_command\n"
           "    set -l words (commandline -opc)\n"
           "    set -e words[1]\n"
           "    set -l command\n"
           "    while set -q words[1]\n"
           "        switch $words[1]\n"
           "            case ");
    for (const uint8_t *o = port_opts; *o != OPT_END; o++) {
        printf("%s--%s", o == port_opts ? "" : " ", option_rows[*o].name);
        if (option_rows[*o].letter) {
            printf(" -%c", option_rows[*o].letter);
        }
    }
    printf("\n                set -e words[1]\n"
           "            case '-*'\n"
           "            case '*'\n"
           "                set -a command $words[1]\n"
           "        end\n"
           "        set -e words[1]\n"
           "    end\n"
           "    echo \"$command\"\n"
           "end\n\n"
           "function __tenon_is\n"
           "    string match -q -- \"$argv[1] *\" (__tenon_command)' '\n"
           "end\n\n"
           "function __tenon_at\n"
           "    test (__tenon_command) = \"$argv[1]\"\n"
           "end\n\n"
           "complete -c tenon -f\n");
    for (size_t i = 0; i < ncommands; i++) {
        const struct command *cmd = &commands[i];
        size_t n = new_first_word(i);
        const char *second = strchr(cmd->name, ' ');
        if (n) {
            printf("complete -c tenon -n \"__tenon_at ''\" -a %.*s -d '", (int)n, cmd->name);
            quoted(second ? "several commands" : cmd->summary);
            printf("'\n");
        }
        if (second) {
            printf("complete -c tenon -n \"__tenon_at '%.*s'\" -a %s -d '",
                    (int)(second - cmd->name), cmd->name, second + 1);
            quoted(cmd->summary);
            printf("'\n");
        }
        fish_command(cmd);
    }
}

// ----------------------------------------------------------------------------------------

static void profile_names(void) {
    struct profiles p;
    struct tn_fault f;

    if (profiles_read(&p, &f)) {
        return;  // a shell that completes words must not get a message
    }
    for (size_t i = 0; i < p.n; i++) {
        puts(p.list[i].name);
    }
    profiles_free(&p);
}

static void ports(void) {
    struct tn_port *list;
    struct tn_fault f;
    size_t n;

    profile_names();
    if (tn_ports(&list, &n, &f)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        puts(list[i].path);
    }
    free(list);
}

int cmd_completion(struct cli *cli) {
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}, {"ports", ports}};

    for (size_t i = 0; i < TN_LEN(shells); i++) {
        if (strcmp(cli->args[0], shells[i].name) == 0) {
            shells[i].print();
            return 0;
        }
    }
    return tn_fail(&cli->fault, TN_FAULT_USAGE, "no completion for %s; give bash, zsh or fish",
            cli->args[0]);
}
