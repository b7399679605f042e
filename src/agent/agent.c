// SPDX-License-Identifier: Apache-2.0
#include "agent/agent.h"

#include "base/err.h"

// When a reset is due, only unsent answers delay it: a client that keeps sending does not.
bool tn_agent_poll(struct tn_agent *a) {
    enum tn_channel_did waits_for = a->reset_is_due ? TN_CHANNEL_ANSWERED : TN_CHANNEL_HEARD;
    uint32_t now_ms = a->now_ms();

    tn_channel_tell_time(a->links, now_ms);
    if (!a->is_leaving &&
            (tn_channel_step_all(a->links) >= waits_for || tn_update_step(a->update) == TN_MORE)) {
        return true;
    }
    if (a->reset_is_due && !a->is_leaving) {
        a->is_leaving = true;
        a->leaving_ms = now_ms;
    }
    if (a->is_leaving && now_ms - a->leaving_ms >= TN_AGENT_LINGER_MS) {
        a->reset();
    }
    return false;
}

int tn_agent_reset(void *agent, uint32_t mode) {
    struct tn_agent *a = agent;

    int next = tn_run_mode_of(mode);

    if (next < 0) {
        return TN_EINVAL;
    }
    if (next == TN_RUN_ROM) {
        return TN_ENOTSUP;
    }
    if (next) {
        tn_request_put(a->request, (enum tn_run_mode)next, 0);
    }
    a->reset_is_due = true;
    return 0;
}
