// SPDX-License-Identifier: Apache-2.0
#include "workers.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn static void die(const char *what) {
    perror(what);
    exit(1);
}

void run_workers(
        void (*work)(void *arg, unsigned worker, void *own), void *arg, void *shared, size_t size) {
    pid_t child[WORKERS];

    fflush(NULL);  // else both processes would print the buffered text
    for (unsigned i = 0; i < WORKERS; i++) {
        child[i] = fork();
        if (child[i] < 0) {
            die("fork");
        }
        if (child[i] == 0) {
            work(arg, i, (char *)shared + i * size);
            _exit(0);
        }
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        int status;
        if (waitpid(child[i], &status, 0) < 0) {
            die("waitpid");
        }
        if (status) {
            fprintf(stderr, "a worker failed: %s %d\n",
                    WIFSIGNALED(status) ? "signal" : "exit code",
                    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
            exit(1);
        }
    }
}

void *shared_memory(size_t size) {
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED) {
        die("mmap");
    }
    return p;
}
