// SPDX-License-Identifier: Apache-2.0
// Two ways to sign the images of a story, each with the trust that accepts them.
#ifndef TN_TEST_POWER_SIGNERS_H
#define TN_TEST_POWER_SIGNERS_H

#include "bench.h"

// With the replacement of support/device.h, which costs a hash.
void signers_fake(struct options *o);

// With P-256, by a key that is made for this run; micro-ecc checks.
void signers_real(struct options *o);

#endif
