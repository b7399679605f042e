// SPDX-License-Identifier: Apache-2.0
// Asks on all ports at once, by a process for each.
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "find_priv.h"

int add_pattern(struct found *list, const char *pattern, struct tn_fault *f) {
    glob_t g;
    int err = 0;

    if (glob(pattern, 0, NULL, &g) != 0) {
        return 0;  // no such path now
    }
    for (size_t i = 0; i < g.gl_pathc && !err; i++) {
        err = found_add(list, g.gl_pathv[i], false, f);
    }
    globfree(&g);
    return err;
}

static pid_t ask(struct cli *cli, const char *port) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    _exit(ask_port(cli, port));
}

// codes holds the processes meanwhile.
void ask_ports(struct cli *cli, const struct found *list, int *codes) {
    for (size_t i = 0; i < list->n; i++) {
        codes[i] = ask(cli, list->ports[i].name);
    }
    for (size_t i = 0; i < list->n; i++) {
        int status = 0;
        waitpid(codes[i], &status, 0);
        codes[i] = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    }
}
