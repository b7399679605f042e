// SPDX-License-Identifier: Apache-2.0
// The image group's handlers, for tables that check a request before they call them.
#ifndef TN_SERVE_IMAGE_PRIV_H
#define TN_SERVE_IMAGE_PRIV_H

#include "serve/image.h"

int tn_serve_image_list(void *ctx, struct tn_smp_req *rq);
int tn_serve_image_mark(void *ctx, struct tn_smp_req *rq);
int tn_serve_image_upload(void *ctx, struct tn_smp_req *rq);
int tn_serve_image_erase(void *ctx, struct tn_smp_req *rq);
int tn_serve_image_slots(void *ctx, struct tn_smp_req *rq);

#endif
