// SPDX-License-Identifier: Apache-2.0
// The sample application of a board with two images.
#include "app/app.h"
#include "pair.h"

int main(void) {
    static struct tn_pair pair;
    static struct tn_board board;

    board = tn_pair_board(&pair);
    tn_app_open(&board, NULL);
    tn_pair_serve(&pair);
    tn_app_serve();
    return 0;
}
