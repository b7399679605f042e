// SPDX-License-Identifier: Apache-2.0
// A second line, with a server of its own and the groups of the first.
#include "base/compiler.h"
#include "link/detect.h"
#include "serve/session.h"
#include "service/usb.h"

enum {
    GROUPS = 12,
    LINK = 2,  // the number of this link; a service's own links have lower ones
};

static struct {
    struct tn_line line;
    struct tn_detect detect;
    struct tn_smp_server server;
    struct tn_serve_session session;
    struct tn_smp_group groups[GROUPS];
    uint8_t response[TN_SERVICE_RESPONSE];
    uint8_t frame[TN_SERVICE_FRAME];
} our;

// The groups of the first link, with the image group for several clients.
static void share_groups(struct tn_smp_server *first) {
    for (size_t i = 0; i < first->ngroups && i < GROUPS; i++) {
        our.groups[i] = first->groups[i];
        if (our.groups[i].cmds == tn_serve_image_cmds) {
            our.session.image = *(struct tn_serve_image *)our.groups[i].ctx;
            our.groups[i] = (struct tn_smp_group)TN_SERVE_SESSION(&our.session);
        }
    }
    first->groups = our.groups;
}

void tn_service_usb_add_line(struct tn_service *s) {
    struct tn_channel *first = s->links;

    share_groups(first->server);
    our.server = (struct tn_smp_server){
            .groups = our.groups,
            .ngroups = first->server->ngroups,
            .rsp = our.response,
            .rsp_size = sizeof(our.response),
            .words = first->server->words,
    };
    our.detect.buf = our.frame;
    our.detect.size = sizeof(our.frame);
    our.line.channel = (struct tn_channel){
            .step = tn_line_step,
            .server = &our.server,
            .peer = {.link = LINK,
                    .buf_size = sizeof(our.frame),
                    .buf_count = first->peer.buf_count,
                    .rights = first->peer.rights},
            .next = first->next,
    };
    our.line.stream = &tn_usb_line;
    our.line.framing = &tn_detect_framing;
    our.line.link = &our.detect;
    first->next = &our.line.channel;
}
