// SPDX-License-Identifier: Apache-2.0
// The options that say how a device's slots are made.
#include "boot/check.h"
#include "cli.h"
#include "options.h"

static int read_strategy(struct cli *cli, struct tn_slot_shape *s) {
    const char *name = cli->value[OPT_STRATEGY];

    if (!name) {
        return 0;
    }
    s->layout = tn_layout_by_name(name);
    return s->layout ? 0
                     : tn_fail(&cli->fault, TN_FAULT_USAGE, "--strategy %s: not one of: %s", name,
                               option_values(OPT_STRATEGY));
}

// Reads all the numbers. tn_slot_check checks whether they fit together.
int cli_slot_shape(struct cli *cli, struct tn_slot_shape *s, uint8_t *ret_erased) {
    uint32_t erased = 0xff;

    if (cli_number(cli, OPT_SLOT_SIZE, 1, TN_FILE_MAX, &s->slot_size) ||
            cli_number(cli, OPT_SPARE_SIZE, 1, TN_FILE_MAX, &s->spare_size) ||
            cli_number(cli, OPT_SECTOR_SIZE, 1, TN_FILE_MAX, &s->sector_size) ||
            cli_number(cli, OPT_MAX_SECTORS, 1, 65536, &s->max_sectors) ||
            cli_number(cli, OPT_ALIGN, 1, 512, &s->align) ||
            cli_number(cli, OPT_MAX_ALIGN, 8, 512, &s->max_align) ||
            cli_number(cli, OPT_ERASED, 0, 255, &erased)) {
        return -1;
    }
    if (erased != 0 && erased != 0xff) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "--erased-val is 0 or 0xff");
    }
    *ret_erased = (uint8_t)erased;
    return read_strategy(cli, s);
}
