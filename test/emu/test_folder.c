// SPDX-License-Identifier: Apache-2.0
// What the emulator reads from a board's folder is what the board's row says, for every board that
// has both.
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "emu/boards/board.h"
#include "test.h"

#ifndef SOURCE_FOLDER
#error "SOURCE_FOLDER: the repository"
#endif

static void check_board(const struct tn_emu_layout *row) {
    char pattern[512];
    struct tn_emu_layout own;
    glob_t g;

    snprintf(pattern, sizeof(pattern), SOURCE_FOLDER "/port/*/boards/%s", row->name);
    CHECK_EQ(glob(pattern, 0, NULL, &g), 0);
    const struct tn_emu_layout *l = tn_emu_layout_find(g.gl_pathv[0], &own);
    globfree(&g);
    CHECK(l == &own);
    CHECK(strcmp(l->name, row->name) == 0);
    CHECK(l->chip == row->chip);
    CHECK_EQ(l->boot_size, row->boot_size);
    CHECK_EQ(l->locked_end, row->locked_end);
    CHECK_EQ(l->primary, row->primary);
    CHECK_EQ(l->primary_size, row->primary_size);
    CHECK_EQ(l->secondary, row->secondary);
    CHECK_EQ(l->secondary_size, row->secondary_size);
    CHECK_EQ(l->scratch, row->scratch);
    CHECK_EQ(l->scratch_size, row->scratch_size);
    CHECK_EQ(l->outcome, row->outcome);
    CHECK_EQ(l->outcome_size, row->outcome_size);
    CHECK(tn_emu_layout_slots(l) == tn_emu_layout_slots(row));
    CHECK_EQ(l->header, row->header);
    CHECK_EQ(l->has_button, row->has_button);
    CHECK_EQ(l->button_high, row->button_high);
    CHECK_EQ(l->button_port, row->button_port);
    CHECK_EQ(l->button_pin, row->button_pin);
}

TEST(a_folder_says_what_the_row_says) {
    size_t n = 0;

    for (const struct tn_emu_layout *const *l = tn_emu_layouts; *l; l++, n++) {
        check_board(*l);
    }
    CHECK(n >= 7);
}

TEST(a_name_finds_the_row) {
    struct tn_emu_layout own;

    CHECK(tn_emu_layout_find("microbit", &own) == &tn_emu_microbit);
    CHECK(tn_emu_layout_find("no_such_board", &own) == NULL);
}

TEST(what_is_no_board_is_no_layout) {
    struct tn_emu_layout own;

    CHECK(tn_emu_layout_find("/nonexistent/board", &own) == NULL);
    CHECK(tn_emu_layout_find(SOURCE_FOLDER "/doc", &own) == NULL);
    CHECK(tn_emu_layout_find("/", &own) == NULL);
    CHECK(tn_emu_layout_find("", &own) == NULL);
    // The template is a board, but of no chip that is emulated.
    CHECK(tn_emu_layout_find(SOURCE_FOLDER "/port/template/boards/template", &own) == NULL);
}
