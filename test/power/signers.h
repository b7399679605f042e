// SPDX-License-Identifier: Apache-2.0
// Two ways to sign the images of a story, and whom to believe then.
#ifndef TN_TEST_POWER_SIGNERS_H
#define TN_TEST_POWER_SIGNERS_H

#include "bench.h"

// By the stand-in of support/device.h, which costs a hash.
void signers_fake(struct options *o);

// By P-256, with a key that is made for this run; checked by micro-ecc.
void signers_real(struct options *o);

#endif
