// SPDX-License-Identifier: Apache-2.0
// What a session does before a command, for tables of several images (serve/images.c).
#ifndef TN_SERVE_SESSION_PRIV_H
#define TN_SERVE_SESSION_PRIV_H

#include "serve/session.h"

// Passes on a command that may begin a job, with s as its ctx.
int tn_serve_session_do(struct tn_serve_session *s, struct tn_smp_req *rq, tn_smp_handler *handler);

// The same for a chunk. One that does not begin an upload must not get into the file of another
// kind of link. When that file has ended, its client may start again.
int tn_serve_session_upload(
        struct tn_serve_session *s, struct tn_smp_req *rq, tn_smp_handler *handler);

#endif
