// SPDX-License-Identifier: Apache-2.0
// The power-fail proof: every story on every geometry under every strategy, with cuts everywhere.
//
//     powerfail [--json | --short] [--stop] [--seed N] [--real] [--encrypted] [--several]
//               [--only GEOMETRY[/STRATEGY[/STORY[/CUT[+CUT]]]]]
//
// CUT is OPERATION.KIND.NTH, as a failure prints it. Two processes share the stories. Signatures
// use a fast replacement for P-256. Geometries that say so repeat some cuts with P-256 by
// micro-ecc.
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "bench.h"
#include "emu/workers.h"
#include "signers.h"

enum {
    TASKS_MAX = 4096,
    REAL = 6,  // about how many cuts of a story run with P-256
};

struct run {
    struct options opts;
    bool json;
    bool real;         // all with P-256: repeats cuts that failed with it
    bool encrypted;    // encrypted images only
    bool several;      // several images only
    const char *only;  // NULL: all
    struct task tasks[TASKS_MAX];
    unsigned ntasks;
    struct counts *counts;  // of each task, in shared memory
};

static void usage(void) {
    fputs("usage: powerfail [--json | --short] [--stop] [--seed N] [--real] [--encrypted]\n"
          "                 [--several]\n"
          "                 [--only GEOMETRY[/STRATEGY[/STORY[/CUT[+CUT]]]]]\n",
            stderr);
    exit(64);
}

// ---- The tasks -----------------------------------------------------------------------------

static void parse_cut(const char *text, struct chosen *ret) {
    char kind[8];
    struct cut *c = &ret->cut[ret->n];

    if (ret->n == DEPTH || sscanf(text, "%u.%7[a-z].%u", &c->op, kind, &c->nth) != 3) {
        usage();
    }
    while (c->kind < CUT_KINDS && strcmp(cut_names[c->kind], kind)) {
        c->kind++;
    }
    if (c->kind == CUT_KINDS) {
        usage();
    }
    ret->n++;
}

// Cuts the power cuts off the end of --only's argument.
static void parse_cuts(char *only, struct chosen *ret) {
    char *p = only;

    for (int slashes = 0; p && slashes < 3; slashes++) {
        p = strchr(p + 1, '/');
    }
    if (!p) {
        return;
    }
    *p = 0;
    for (char *cut = strtok(p + 1, "+"); cut; cut = strtok(NULL, "+")) {
        parse_cut(cut, ret);
    }
}

static atomic_uint *next_task;  // shared; TASKS_MAX: no more tasks

// At the first failure: ends this worker at once, the other one after its current story.
static void stop(void) {
    atomic_store(next_task, TASKS_MAX);
    _exit(0);
}

static void parse(int argc, char **argv, struct run *ret) {
    static struct chosen chosen;

    ret->opts.seed = 1;
    ret->opts.only = &chosen;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (!strcmp(argv[i], "--json")) {
            ret->json = true;
        } else if (!strcmp(argv[i], "--short")) {
            ret->opts.is_short = true;
        } else if (!strcmp(argv[i], "--stop")) {
            ret->opts.stop = stop;
        } else if (!strcmp(argv[i], "--real")) {
            ret->real = true;
        } else if (!strcmp(argv[i], "--encrypted")) {
            ret->encrypted = true;
        } else if (!strcmp(argv[i], "--several")) {
            ret->several = true;
        } else if (!strcmp(argv[i], "--seed") && more) {
            ret->opts.seed = (uint32_t)strtoul(argv[++i], NULL, 0);
        } else if (!strcmp(argv[i], "--only") && more) {
            parse_cuts(argv[++i], &chosen);
            ret->only = argv[i];
        } else {
            usage();
        }
    }
}

// True if --only names this task, or a group with this task.
static bool is_chosen(const struct run *run, const struct task *t) {
    char name[192];
    char lineup[96];
    size_t len = run->only ? strlen(run->only) : 0;

    lineup_name(&t->lineup, lineup, sizeof(lineup));
    snprintf(name, sizeof(name), "%s/%s%s/%s/", t->geometry->name, lineup,
            secrecy_names[t->secrecy], t->story->name);
    return !len || (!strncmp(name, run->only, len) && name[len] == '/');
}

// The strategies of the members, as a set.
static unsigned strategies_of(const struct lineup *l) {
    unsigned ret = 0;

    for (unsigned i = 0; i < l->n; i++) {
        ret |= 1u << l->strategy[i];
    }
    return ret;
}

// Can these images play the story? A cut between what an application does to one image and to the
// next leaves half of it done, which only images tell that need each other.
static bool suits(const struct story *s, const struct lineup *l) {
    if (strategies_of(l) & ~s->strategies) {
        return false;
    }
    if (l->n == 1) {
        return !(s->strategies & SETS);
    }
    return !strpbrk(s->before, "mn") && (s->act == 'b' || (l->needs && !strchr("wy", s->act)));
}

// Encrypted images run in the primary slot, or in RAM. Of the short form, in some geometries.
static bool can_decrypt(const struct run *run, const struct task *t) {
    unsigned strategies = strategies_of(&t->lineup);

    if (t->secrecy == PLAIN) {
        return !run->encrypted;
    }
    return !(strategies & ~(unsigned)(SWAPS | OVERWRITE | RAM_LOAD)) &&
            (t->secrecy != BARE_KEYS || strategies & SWAPS) && !t->lineup.needs &&
            t->story->spare != UNMET && (!run->opts.is_short || t->geometry->real);
}

static void list_stories(struct run *run, struct task t) {
    if (refusal(t.geometry, &t.lineup)) {
        return;
    }
    for (size_t s = 0; s < nstories; s++) {
        t.story = &stories[s];
        if (suits(t.story, &t.lineup) && can_decrypt(run, &t) && is_chosen(run, &t) &&
                run->ntasks < TASKS_MAX) {
            run->tasks[run->ntasks++] = t;
        }
    }
}

// Numbers of strategies (rig.h).
enum {
    BY_OFFSET,
    BY_MOVE,
    BY_SCRATCH,
    BY_OVERWRITE,
};

static const struct lineup several[] = {
        {2, {BY_OFFSET, BY_OFFSET}, false},
        {2, {BY_OFFSET, BY_OFFSET}, true},
        {2, {BY_MOVE, BY_MOVE}, false},
        {2, {BY_MOVE, BY_MOVE}, true},
        {2, {BY_SCRATCH, BY_SCRATCH}, false},
        {2, {BY_SCRATCH, BY_SCRATCH}, true},
        {2, {BY_OVERWRITE, BY_OVERWRITE}, false},
        {2, {BY_OVERWRITE, BY_OVERWRITE}, true},
        {2, {BY_OFFSET, BY_OVERWRITE}, true},
        {3, {BY_OFFSET, BY_MOVE, BY_SCRATCH}, false},
        {3, {BY_SCRATCH, BY_OFFSET, BY_MOVE}, true},
};

// The short form has several images in some geometries.
static void list_lineups(struct run *run, const struct geometry *g) {
    unsigned first = run->several ? STRATEGIES : 0;
    bool some = !run->opts.is_short || (g->real && g->nested);

    for (unsigned k = first; k < (some ? STRATEGIES + TN_LEN(several) : STRATEGIES); k++) {
        struct task t = {.geometry = g, .lineup = {1, {(uint8_t)k}, false}};
        if (k >= STRATEGIES) {
            t.lineup = several[k - STRATEGIES];
        }
        for (unsigned i = 0; i < SECRECIES; i++) {
            t.secrecy = (enum secrecy)i;
            list_stories(run, t);
        }
    }
}

static void list_tasks(struct run *run) {
    for (size_t g = 0; g < ngeometries; g++) {
        list_lineups(run, &geometries[g]);
    }
}

// Prints why no task matches --only.
static void explain(const struct run *run) {
    for (size_t g = 0; g < ngeometries; g++) {
        for (unsigned k = 0; k < STRATEGIES; k++) {
            struct task t = {.geometry = &geometries[g],
                    .lineup = {1, {(uint8_t)k}, false},
                    .story = &(struct story){.name = ""}};
            const char *why = refusal(t.geometry, &t.lineup);
            if (why && is_chosen(run, &t)) {
                fprintf(stderr, "powerfail: %s: %s\n", run->only, why);
                return;
            }
        }
    }
    fprintf(stderr, "powerfail: there is no '%s'\n", run->only);
}

// ---- Running the tasks ----------------------------------------------------------------------

static void run_task(const struct run *run, const struct task *t, struct counts *counts) {
    struct options o = run->opts;

    signers_fake(&o);
    if (!run->real) {
        bench_run(t, &o, counts);
    }
    bool some = t->geometry->real && t->secrecy == PLAIN && !o.only->n && t->lineup.n == 1 &&
            strategies_of(&t->lineup) != RAM_LOAD;
    if (!run->real && (!some || o.is_short)) {
        return;
    }
    struct counts real = {0};
    o.stride = run->real ? 1 : counts->cuts / REAL;
    signers_real(&o);
    bench_run(t, &o, &real);
    counts->real = real.cuts;
    counts->cuts += real.cuts;
    counts->nested += real.nested;
    counts->failures += real.failures;
}

static void work(void *arg, unsigned worker, void *own) {
    const struct run *run = arg;
    unsigned i;

    (void)worker;
    (void)own;
    while ((i = atomic_fetch_add(next_task, 1)) < run->ntasks) {
        run_task(run, &run->tasks[i], &run->counts[i]);
    }
}

// ---- Results -------------------------------------------------------------------------------

static void add(struct counts *to, const struct counts *c) {
    to->cuts += c->cuts;
    to->nested += c->nested;
    to->real += c->real;
    to->failures += c->failures;
}

static void print_row(const char *geometry, const char *strategy, const struct counts *c) {
    printf("%-14s %-35s%10u%10u%8u%10u\n", geometry, strategy, c->cuts, c->nested, c->real,
            c->failures);
}

static void print_table(const struct run *run, const struct counts *total) {
    printf("%-14s %-35s%10s%10s%8s%10s\n", "geometry", "strategy", "cuts", "second", "P-256",
            "failures");
    for (unsigned i = 0; i < run->ntasks;) {
        const struct task *t = &run->tasks[i];
        struct counts sum = {0};
        for (; i < run->ntasks && run->tasks[i].geometry == t->geometry &&
                !memcmp(&run->tasks[i].lineup, &t->lineup, sizeof(t->lineup)) &&
                run->tasks[i].secrecy == t->secrecy;
                i++) {
            add(&sum, &run->counts[i]);
        }
        char lineup[96];
        char strategy[128];
        lineup_name(&t->lineup, lineup, sizeof(lineup));
        snprintf(strategy, sizeof(strategy), "%s%s", lineup, secrecy_names[t->secrecy]);
        print_row(t->geometry->name, strategy, &sum);
    }
    print_row("all", "", total);
}

static void print_json(const char *name, unsigned value) {
    printf("{\"name\": \"%s\", \"value\": %u, \"unit\": \"1\", \"peer\": null, \"peer_value\": "
           "null}\n",
            name, value);
}

int main(int argc, char **argv) {
    static struct run run;
    struct counts total = {0};

    parse(argc, argv, &run);
    list_tasks(&run);
    if (!run.ntasks) {
        explain(&run);
        return 1;
    }
    next_task = shared_memory(sizeof(*next_task));
    run.counts = shared_memory(run.ntasks * sizeof(*run.counts));
    run_workers(work, &run, run.counts, 0);
    for (unsigned i = 0; i < run.ntasks; i++) {
        add(&total, &run.counts[i]);
    }
    if (run.json) {
        print_json("powerfail.cuts", total.cuts);
        print_json("powerfail.failures", total.failures);
    } else {
        print_table(&run, &total);
    }
    return total.failures != 0 || total.cuts == 0;
}
