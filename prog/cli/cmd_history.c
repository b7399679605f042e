// SPDX-License-Identifier: Apache-2.0
// image history: the outcomes of updates, and of a card's file.
#include "base/err.h"
#include "cli.h"

// A device that installs files from a card says what became of the last one.
static int card(struct cli *cli, struct tn_session *s) {
    char text[TN_DEVICE_RESULT];
    int rc = tn_device_result(s, text, &cli->fault);

    if (rc == 0) {
        say(cli, "%s", text);
        emit(cli, "card", json_pack("{ss}", "result", text));
    }
    return rc < 0 ? -1 : 0;
}

static int history(struct cli *cli, struct tn_session *s) {
    struct tn_history h;
    uint32_t image = 0;

    if (cli_number(cli, OPT_IMAGE, 0, 255, &image) || tn_session_probe(s, &cli->fault) ||
            tn_device_history(s, image, &h, &cli->fault)) {
        return -1;
    }
    if (h.n) {
        say(cli, "version       boots  outcome");
    } else {
        say(cli,
                "no update is recorded: the loader records swaps; an image that recovery or a "
                "programmer wrote to the slot it runs from has no record");
    }
    for (size_t i = 0; i < h.n; i++) {
        const struct tn_outcome_entry *e = &h.entries[i];
        const char *text = tn_outcome_text(e->outcome);
        const char *why = e->reason ? tn_err_text(e->reason) : NULL;
        say(cli, "%-12s  %-5u  %s%s%s%s", e->version, (unsigned)e->attempts, text, why ? " (" : "",
                why ? why : "", why ? ")" : "");
        json_t *data = json_pack("{sisssssi}", "code", (int)e->outcome, "outcome", text, "version",
                e->version, "attempts", (int)e->attempts);
        if (why) {
            json_object_set_new(data, "reason", json_string(why));
        }
        emit(cli, "outcome", data);
    }
    if (h.counter) {
        say(cli, "security counter: %u", (unsigned)h.counter);
    }
    emit(cli, "counter", json_pack("{sI}", "security_counter", (json_int_t)h.counter));
    return card(cli, s);
}

int cmd_image_history(struct cli *cli) {
    return with_device(cli, history);
}
