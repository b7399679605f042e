// SPDX-License-Identifier: Apache-2.0
// Silence on all links of a service.
#include "service/service.h"

// Calls quiet if there was silence for long enough. Only a request that was answered breaks it, or
// the work of an update: no noise, no half frame, and no upload whose sender has gone.
void tn_service_listen(struct tn_service *s) {
    uint32_t now = s->board->now_ms();
    uint32_t answers = 1;  // the first round counts as one

    tn_service_tell_time(s);
    for (const struct tn_channel *c = s->links; c; c = c->next) {
        answers += c->answers;
    }
    if (answers != s->answers || tn_update_waits(s->update)) {
        s->answered = now;
        s->answers = answers;
    } else if (s->quiet_ms && now - s->answered >= s->quiet_ms) {
        s->answered = now;
        s->quiet(s->quiet_ctx);
    }
}
