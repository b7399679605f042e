// SPDX-License-Identifier: Apache-2.0
// MCUboot's figures: doc/reference/mcuboot.md section 4. Those of the M4 include a simulation of
// flash in RAM. It has its own erases and words, so these are left out.
#include "variants.h"

// The names of a loader, and its board.
#define M0(name) "boot-m0-" name, name, "m0", &tn_emu_microbit_even
#define M4(name) "boot-m4-" name, name, "m4", &tn_emu_rak4631_even

// The same loader for images of another kind of key: the price of a signature.
#define KEY_M0(kind, most)                                                                         \
    M0(kind), &tn_layout_swap_offset, TN_RUNNING, NULL, {most, 0, 0}, {                            \
        { 0 }                                                                                      \
    }
#define KEY_M4(kind, most)                                                                         \
    M4(kind), &tn_layout_swap_offset, TN_RUNNING, NULL, {most, 0, 0}, {                            \
        { 0 }                                                                                      \
    }

const struct variant variants[] = {
        {"boot-m0", NULL, "m0", &tn_emu_microbit, &tn_layout_swap_offset, TN_RUNNING,
                "swap using offset", {23300000, 29400000, 29400000},
                {{46424176, 0, 0}, {97330156, 204, 51922}, {95762303, 207, 51931}}},
        {M0("swap-move"), &tn_layout_swap_move, TN_RUNNING, "swap using move",
                {24500000, 34000000, 34000000},
                {{46426506, 0, 0}, {98804166, 307, 77878}, {97236701, 309, 77885}}},
        {M0("swap-scratch"), &tn_layout_swap_scratch, TN_RUNNING, "swap using scratch",
                {24500000, 43000000, 43000000},
                {{46433477, 0, 0}, {98763966, 318, 77620}, {97171693, 318, 77621}}},
        {M0("overwrite-only"), &tn_layout_overwrite_only, TN_RUNNING, "overwrite only",
                {24500000, 34000000, 0}, {{46403063, 0, 0}, {95921233, 110, 27648}}},
        {M0("direct-xip"), &tn_layout_direct_xip, TN_CANDIDATE, NULL, {24500000, 24500000, 0},
                {{0}}},
        {M0("direct-xip-revert"), &tn_layout_direct_xip_revert, TN_CANDIDATE, NULL,
                {24500000, 24500000, 24500000}, {{0}}},
        {M0("single-slot"), &tn_layout_single_slot, TN_RUNNING, NULL, {24500000, 0, 0}, {{0}}},
        {"boot-m4", NULL, "m4", &tn_emu_rak4631, &tn_layout_swap_offset, TN_RUNNING,
                "swap using offset", {5500000, 8000000, 8000000},
                {{21621478, 0, 0}, {44536459, 0, 0}, {43887200, 0, 0}}},
        {M4("swap-move"), &tn_layout_swap_move, TN_RUNNING, "swap using move",
                {5500000, 9500000, 9500000},
                {{21623915, 0, 0}, {44874568, 0, 0}, {44225213, 0, 0}}},
        {M4("swap-scratch"), &tn_layout_swap_scratch, TN_RUNNING, "swap using scratch",
                {5500000, 12200000, 12200000},
                {{21629562, 0, 0}, {44868431, 0, 0}, {44196222, 0, 0}}},
        {M4("overwrite-only"), &tn_layout_overwrite_only, TN_RUNNING, "overwrite only",
                {5500000, 13000000, 0}, {{21602928, 0, 0}, {44201786, 0, 0}}},
        {M4("direct-xip"), &tn_layout_direct_xip, TN_CANDIDATE, NULL, {5500000, 5500000, 0}, {{0}}},
        {M4("direct-xip-revert"), &tn_layout_direct_xip_revert, TN_CANDIDATE, NULL,
                {5500000, 5500000, 5500000}, {{0}}},
        {M4("ram-load"), &tn_layout_ram_load, TN_CANDIDATE, NULL, {5500000, 5500000, 0}, {{0}}},
        {M4("single-slot"), &tn_layout_single_slot, TN_RUNNING, NULL, {5500000, 0, 0}, {{0}}},
        {"boot-m0-mark", "mark", "m0", &tn_emu_microbit, &tn_layout_swap_offset, TN_RUNNING, NULL,
                {9200000, 29400000, 29400000}, {{0}}},
        {KEY_M0("p384", 245000000)},
        {KEY_M0("ed25519", 32000000)},
        {KEY_M0("rsa2048", 25000000)},
        {KEY_M0("rsa3072", 52000000)},
        {KEY_M4("p384", 75000000)},
        {KEY_M4("ed25519", 7000000)},
        {KEY_M4("rsa2048", 8000000)},
        {KEY_M4("rsa3072", 13500000)},
};
const size_t nvariants = sizeof(variants) / sizeof(variants[0]);
