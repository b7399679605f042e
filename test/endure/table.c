// scratch: prints ratios
#include "rig.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int brief;
static void show(const char *name, struct rig_cfg c, int seeds) {
    if (brief && !strstr(name, "10% l") && !strstr(name, "2% l"))
        return;
    struct rig_result r;
    struct rig_cfg k = c;
    k.loss = k.damage = k.twice = k.late = k.log_us = k.cuts = k.long_erase = 0;
    k.seed = 1;
    rig_run(&k, &r);
    if (r.retries)
        printf("   clean retries %u\n", r.retries);
    double clean = r.took_ms, sum = 0, worst = 0;
    int bad = 0;
    unsigned ret = 0, ups = 0;
    if (!r.right)
        printf("CLEAN FAILS %d %d\n", r.end, r.rc);
    for (int s = 1; s <= seeds; s++) {
        c.seed = (uint32_t)s;
        rig_run(&c, &r);
        if (!r.right || r.violations) {
            bad++;
            printf("  seed %d end %d rc %d took %u wrong %d viol %u\n", s, r.end, r.rc, r.took_ms,
                    r.wrong, r.violations);
        }
        double x = r.took_ms / clean;
        sum += x;
        if (x > worst)
            worst = x;
        ret += r.retries;
        ups += r.uploads;
    }
    printf("%-34s clean %7.2f s  mean %5.2f worst %5.2f  retries %4u ups %u bad %d\n", name,
            clean / 1000, sum / seeds, worst, ret / (unsigned)seeds, ups / (unsigned)seeds, bad);
    fflush(stdout);
}
int main(int argc, char **argv) {
    int n = argc > 1 ? atoi(argv[1]) : 20;
    brief = argc > 2;
    struct rig_cfg board = {.link = RIG_CONSOLE,
            .baud = 115200,
            .delay_us = 1000,
            .image_len = 48 * 1024,
            .buf_size = 1028,
            .buf_count = 1,
            .ring = 256,
            .stalls = true,
            .fifo = 6,
            .erase_us = 85000,
            .word_us = 41};
    struct rig_cfg c;
    for (int b = 0; b < 3; b++) {
        c = board;
        if (b == 1)
            c.baud = 921600;
        if (b == 2) {
            c.stalls = false;
            c.buf_count = 2;
            c.erase_us = 0;
            c.word_us = 0;
        }
        printf("--- %s\n",
                b == 0           ? "nrf52 115200"
                        : b == 1 ? "nrf52 921600"
                                 : "no flash times, 115200");
        struct rig_cfg k = c;
        k.loss = 100;
        show("10% lines lost", k, n);
        k = c;
        k.loss = 20;
        show("2% lines lost", k, n);
        k = c;
        k.damage = 50;
        show("5% lines damaged", k, n);
        k = c;
        k.log_us = 50000;
        show("logs", k, n);
        k = c;
        k.cuts = 100;
        show("100 cuts", k, n);
        k = c;
        k.long_erase = 5;
        k.long_us = 90000000;
        show("90 s", k, n);
        k = c;
        k.link = RIG_RAW;
        k.image_len = 8192;
        k.damage = 50;
        k.again = 1000;
        show("raw 5% damage", k, n);
        k = c;
        k.link = RIG_RAW;
        k.cuts = 100;
        show("raw 100 cuts", k, n);
    }
    struct rig_cfg udp = {.link = RIG_DATAGRAM,
            .baud = 100000000,
            .delay_us = 5000,
            .image_len = 200 * 1024,
            .buf_size = 2048,
            .buf_count = 4,
            .erase_us = 0,
            .word_us = 0};
    for (int b = 0; b < 8; b++) {
        c = udp;
        c.delay_us = (uint32_t[]){100, 5000, 25000, 100}[b & 3];
        if (b >= 4)
            c.buf_count = 2;
        if ((b & 3) == 3) {
            c.erase_us = 85000;
            c.word_us = 41;
            c.stalls = true;
        }
        printf("--- udp one way %u us, count %u%s\n", c.delay_us, c.buf_count,
                c.stalls ? " nrf52 flash" : "");
        struct rig_cfg k = c;
        k.loss = 100;
        show("10% lost", k, n);
        k = c;
        k.damage = 50;
        show("5% damaged", k, n);
        k = c;
        k.loss = 50;
        k.twice = 100;
        k.late = 100;
        show("5% lost, 10% twice, 10% late", k, n);
        k = c;
        k.cuts = 100;
        show("100 cuts", k, n);
        k = c;
        k.long_erase = 5;
        k.long_us = 90000000;
        show("90 s", k, n);
    }
    return 0;
}
