// SPDX-License-Identifier: Apache-2.0
#include "elf.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *path, const char *why) {
    fprintf(stderr, "emu: %s: %s\n", path, why);
    return -1;
}

// Copies one segment to its load address (not to where it runs). -1: it does not fit.
static int add_segment(
        struct tn_elf *ret, Elf *file, const GElf_Phdr *seg, uint32_t base, uint32_t max) {
    size_t size;
    uint64_t at = seg->p_paddr - base;
    const char *raw = elf_rawfile(file, &size);

    if (seg->p_type != PT_LOAD || seg->p_filesz == 0) {
        return 0;
    }
    if (!raw || seg->p_offset > size || seg->p_filesz > size - seg->p_offset || at > max ||
            seg->p_filesz > max - at) {
        return -1;
    }
    memcpy(ret->image + at, raw + seg->p_offset, seg->p_filesz);
    uint32_t end = (uint32_t)(at + seg->p_filesz);
    ret->len = end > ret->len ? end : ret->len;
    return 0;
}

static int add_segments(struct tn_elf *ret, Elf *file, uint32_t base, uint32_t max) {
    size_t n;
    GElf_Phdr seg;

    if (elf_getphdrnum(file, &n)) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (!gelf_getphdr(file, (int)i, &seg) || add_segment(ret, file, &seg, base, max)) {
            return -1;
        }
    }
    return ret->len ? 0 : -1;
}

static int by_addr(const void *a, const void *b) {
    const struct tn_elf_function *x = a;
    const struct tn_elf_function *y = b;

    return (x->addr > y->addr) - (x->addr < y->addr);
}

static int add_functions(struct tn_elf *ret, Elf *file, Elf_Scn *section, const GElf_Shdr *head) {
    Elf_Data *data = elf_getdata(section, NULL);
    size_t n = head->sh_entsize ? head->sh_size / head->sh_entsize : 0;
    GElf_Sym sym;

    ret->functions = calloc(n ? n : 1, sizeof(*ret->functions));
    if (!data || !ret->functions) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (!gelf_getsym(data, (int)i, &sym) || GELF_ST_TYPE(sym.st_info) != STT_FUNC) {
            continue;
        }
        const char *name = elf_strptr(file, head->sh_link, sym.st_name);
        struct tn_elf_function *f = &ret->functions[ret->nfunctions];
        f->addr = (uint32_t)sym.st_value & ~1u;
        f->size = (uint32_t)sym.st_size;
        f->name = name ? strdup(name) : NULL;
        if (!f->name) {
            return -1;
        }
        ret->nfunctions++;
    }
    qsort(ret->functions, ret->nfunctions, sizeof(*ret->functions), by_addr);
    return 0;
}

static int add_symbols(struct tn_elf *ret, Elf *file) {
    GElf_Shdr head;

    for (Elf_Scn *s = NULL; (s = elf_nextscn(file, s)) != NULL;) {
        if (gelf_getshdr(s, &head) && head.sh_type == SHT_SYMTAB) {
            return add_functions(ret, file, s, &head);
        }
    }
    return 0;
}

static int read_all(struct tn_elf *ret, Elf *file, uint32_t base, uint32_t max) {
    GElf_Ehdr head;

    if (!file || elf_kind(file) != ELF_K_ELF || !gelf_getehdr(file, &head) ||
            head.e_machine != EM_ARM) {
        return -1;
    }
    return add_segments(ret, file, base, max) || add_symbols(ret, file) ? -1 : 0;
}

int tn_elf_open(struct tn_elf *ret, const char *path, uint32_t base, uint32_t max) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    memset(ret, 0, sizeof(*ret));
    if (fd < 0) {
        return fail(path, "cannot be read");
    }
    elf_version(EV_CURRENT);
    Elf *file = elf_begin(fd, ELF_C_READ, NULL);
    ret->image = malloc(max);
    int err = ret->image ? 0 : -1;
    if (!err) {
        memset(ret->image, 0xff, max);
        err = read_all(ret, file, base, max);
    }
    elf_end(file);
    close(fd);
    if (err) {
        tn_elf_close(ret);
        return fail(path, "is no program for Arm, or not for this flash");
    }
    return 0;
}

void tn_elf_close(struct tn_elf *elf) {
    for (size_t i = 0; i < elf->nfunctions; i++) {
        free(elf->functions[i].name);
    }
    free(elf->functions);
    free(elf->image);
    memset(elf, 0, sizeof(*elf));
}

const struct tn_elf_function *tn_elf_at(const struct tn_elf *elf, uint32_t addr) {
    for (size_t i = elf->nfunctions; i--;) {
        const struct tn_elf_function *f = &elf->functions[i];
        if (addr >= f->addr && addr - f->addr < f->size) {
            return f;
        }
    }
    return NULL;
}

const struct tn_elf_function *tn_elf_find(const struct tn_elf *elf, const char *name) {
    for (size_t i = 0; i < elf->nfunctions; i++) {
        if (!strcmp(elf->functions[i].name, name)) {
            return &elf->functions[i];
        }
    }
    return NULL;
}
