/*===- ofa_count.c - Counts instructions between two functions ----*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 *   qemu-system-arm ... -plugin libofa_count.so,elf=fw.elf,out=counts.txt
 *
 * For each pair of calls of ofa_marker_begin() and ofa_marker_end(), one line
 * with the number of instructions from the first instruction of the one
 * (counted) to the first instruction of the other (not counted) goes to
 * counts.txt. The count is exact and repeats: a block counts its instructions
 * when it starts, and blocks are left in the middle by exceptions alone. A
 * conditional instruction counts whether or not its condition holds.
 *
 * histogram=FILE adds one line "address count" for each executed halfword
 * address of the ELF file's code, summed over all pairs.
 *
 * blocks=FILE adds one line "block instructions block instructions count" for each
 * block that was executed after each other one, both with their address and their
 * number of instructions (0 0 before the first block of a pair), summed over all
 * pairs. A block ends at a branch, or where QEMU ends it; others may begin in it.
 *
 * layers=FILE,model=NAME splits each pair's count by the kernels that the model
 * calls: one line "function count" for each call, in order, and then "run count"
 * with the rest. The model's code are the functions whose names begin with
 * "NAME_"; what it calls is a kernel, up to the model's next instruction. The
 * instructions that prepare a call belong to it, but for the first one's, which
 * the compiler mixes with the model's prologue: they belong to the rest.
 */
#include "qemu_plugin_api.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                           const qemu_info_t *info, int argc,
                                           char **argv);

enum { BEGIN, END, MARKERS };
static const char *const marker_names[MARKERS] = {"ofa_marker_begin",
                                                  "ofa_marker_end"};
static uint64_t marker_address[MARKERS];
static FILE *out_file;
static const char *histogram_path;

static uint64_t executed;      /* counted ahead, by blocks */
static uint64_t begin_count;   /* executed before the begin marker */
static int active;

/* Halfword addresses [code_begin, code_end), counted since the start, at the
 * last begin marker, and summed between markers. */
static uint64_t code_begin, code_end;
static uint64_t *code_count, *code_snapshot, *code_sum;

/* Code from an address on that ran in one piece, and what ran before it. */
typedef struct block {
  uint64_t address;
  size_t instructions;
  struct step *steps;
  struct block *next;
} block_t;

typedef struct step {
  const block_t *from; /* null before the first block */
  uint64_t count;
  struct step *next;
} step_t;

static const char *blocks_path;
static block_t *blocks;
static const block_t *last_block; /* since the begin marker */

/* A function of the ELF file. */
typedef struct function {
  uint64_t begin, end;
  const char *name;
  int is_model;
} function_t;

static function_t *functions;
static size_t function_count;
static const char *model_name;
static FILE *layers_file;

static const function_t *kernel; /* that runs now, or null */
static uint64_t kernel_begin;    /* executed before the call was prepared */
static uint64_t kernel_sum;      /* of all kernels since the begin marker */
static int kernel_seen;          /* any since the begin marker */

/* Where a callback stands: what is counted ahead there, and the function that
 * begins there. Lives as long as the code that QEMU translated. */
typedef struct place {
  uint64_t ahead;
  const function_t *function;
} place_t;

static void finish_kernel(uint64_t now) {
  uint64_t count = now - kernel_begin;
  fprintf(layers_file, "%s %" PRIu64 "\n", kernel->name, count);
  kernel_sum += count;
  kernel_begin = now;
  kernel = NULL;
}

static void on_function(unsigned int vcpu, void *userdata) {
  const place_t *place = userdata;
  (void)vcpu;
  if (!active || kernel)
    return;
  if (!kernel_seen)
    kernel_begin = executed - place->ahead;
  kernel_seen = 1;
  kernel = place->function;
}

/* The first instruction of a block of the model's code. */
static void on_model(unsigned int vcpu, void *userdata) {
  (void)vcpu;
  if (active && kernel)
    finish_kernel(executed - (uint64_t)(uintptr_t)userdata);
}

/* The function that `address` is in, or null. */
static const function_t *find_function(uint64_t address) {
  size_t i;
  for (i = 0; i < function_count; ++i)
    if (address >= functions[i].begin && address < functions[i].end)
      return &functions[i];
  return NULL;
}

static void watch_layers(struct qemu_plugin_insn *insn, uint64_t address,
                         size_t ahead, int is_first) {
  const function_t *function = find_function(address);
  if (!function)
    return;
  if (function->is_model) {
    if (is_first)
      qemu_plugin_register_vcpu_insn_exec_cb(insn, on_model,
                                             QEMU_PLUGIN_CB_NO_REGS,
                                             (void *)(uintptr_t)ahead);
  } else if (address == function->begin) {
    place_t *place = malloc(sizeof *place);
    if (!place)
      abort();
    place->ahead = ahead;
    place->function = function;
    qemu_plugin_register_vcpu_insn_exec_cb(insn, on_function,
                                           QEMU_PLUGIN_CB_NO_REGS, place);
  }
}

static void write_histogram(void) {
  size_t i, n = (size_t)(code_end - code_begin) / 2;
  FILE *file = fopen(histogram_path, "w");
  if (!file)
    return;
  for (i = 0; i < n; ++i)
    if (code_sum[i])
      fprintf(file, "%08" PRIx64 " %" PRIu64 "\n", code_begin + 2 * i,
              code_sum[i]);
  fclose(file);
}

static void on_block(unsigned int vcpu, void *userdata) {
  block_t *block = userdata;
  step_t *step = block->steps;
  (void)vcpu;
  if (!active)
    return;
  while (step && step->from != last_block)
    step = step->next;
  if (!step) {
    step = calloc(1, sizeof *step);
    if (!step)
      abort();
    step->from = last_block;
    step->next = block->steps;
    block->steps = step;
  }
  ++step->count;
  last_block = block;
}

/* QEMU may translate a block several times. */
static block_t *find_block(uint64_t address, size_t instructions) {
  block_t *block = blocks;
  while (block && (block->address != address ||
                   block->instructions != instructions))
    block = block->next;
  if (!block) {
    block = calloc(1, sizeof *block);
    if (!block)
      abort();
    block->address = address;
    block->instructions = instructions;
    block->next = blocks;
    blocks = block;
  }
  return block;
}

static void write_blocks(void) {
  const block_t *block;
  const step_t *step;
  FILE *file = fopen(blocks_path, "w");
  if (!file)
    return;
  for (block = blocks; block; block = block->next)
    for (step = block->steps; step; step = step->next)
      fprintf(file, "%08" PRIx64 " %zu %08" PRIx64 " %zu %" PRIu64 "\n",
              step->from ? step->from->address : 0,
              step->from ? step->from->instructions : 0, block->address,
              block->instructions, step->count);
  fclose(file);
}

/* userdata: instructions of the block from this one on, counted already. */
static void on_begin(unsigned int vcpu, void *userdata) {
  (void)vcpu;
  begin_count = executed - (uint64_t)(uintptr_t)userdata;
  active = 1;
  kernel = NULL;
  kernel_seen = 0;
  kernel_sum = 0;
  last_block = NULL;
  if (code_count)
    memcpy(code_snapshot, code_count,
           (size_t)(code_end - code_begin) / 2 * sizeof(uint64_t));
}

static void on_end(unsigned int vcpu, void *userdata) {
  uint64_t now = executed - (uint64_t)(uintptr_t)userdata;
  (void)vcpu;
  if (!active)
    return;
  active = 0;
  if (layers_file) {
    if (kernel)
      finish_kernel(now);
    fprintf(layers_file, "run %" PRIu64 "\n", now - begin_count - kernel_sum);
    fflush(layers_file);
  }
  fprintf(out_file, "%" PRIu64 "\n", now - begin_count);
  fflush(out_file);
  if (code_count) {
    size_t i, n = (size_t)(code_end - code_begin) / 2;
    for (i = 0; i < n; ++i)
      code_sum[i] += code_count[i] - code_snapshot[i];
    write_histogram();
  }
  if (blocks_path)
    write_blocks();
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
  size_t i, n = qemu_plugin_tb_n_insns(tb);
  (void)id;
  qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
                                           &executed, n);
  for (i = 0; i < n; ++i) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
    uint64_t address = qemu_plugin_insn_vaddr(insn);
    void *ahead = (void *)(uintptr_t)(n - i);
    if (address == marker_address[BEGIN])
      qemu_plugin_register_vcpu_insn_exec_cb(insn, on_begin,
                                             QEMU_PLUGIN_CB_NO_REGS, ahead);
    if (address == marker_address[END])
      qemu_plugin_register_vcpu_insn_exec_cb(insn, on_end,
                                             QEMU_PLUGIN_CB_NO_REGS, ahead);
    /* After the markers: the first one's block counts, the last one's does not. */
    if (blocks_path && i == 0)
      qemu_plugin_register_vcpu_insn_exec_cb(
          insn, on_block, QEMU_PLUGIN_CB_NO_REGS, find_block(address, n));
    if (layers_file)
      watch_layers(insn, address, n - i, i == 0);
    if (code_count && address >= code_begin && address < code_end)
      qemu_plugin_register_vcpu_insn_exec_inline(
          insn, QEMU_PLUGIN_INLINE_ADD_U64,
          &code_count[(address - code_begin) / 2], 1);
  }
}

/* Remembers a function, unless it is a marker, which is no kernel. */
static void add_function(const Elf32_Sym *symbol, const char *name) {
  function_t *function = &functions[function_count];
  size_t length = strlen(model_name);
  if (ELF32_ST_TYPE(symbol->st_info) != STT_FUNC ||
      strcmp(name, marker_names[BEGIN]) == 0 ||
      strcmp(name, marker_names[END]) == 0)
    return;
  function->begin = symbol->st_value & ~(uint64_t)1;
  /* Functions in assembler have no size. */
  function->end = function->begin + (symbol->st_size ? symbol->st_size : 2);
  function->name = strdup(name);
  function->is_model =
      strncmp(name, model_name, length) == 0 && name[length] == '_';
  function_count += function->name != NULL;
}

/* Finds the markers, the functions if a model is named, and the extent of the
 * code in a 32-bit little-endian ELF file. Returns 0 on success. */
static int read_elf(const char *path) {
  Elf32_Ehdr header;
  Elf32_Shdr *sections = NULL;
  int i, result = -1;
  FILE *file = fopen(path, "rb");
  if (!file) {
    fprintf(stderr, "ofa_count: cannot open '%s'\n", path);
    return -1;
  }
  if (fread(&header, sizeof header, 1, file) != 1 ||
      memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS32 ||
      header.e_shentsize != sizeof(Elf32_Shdr))
    goto done;
  sections = calloc(header.e_shnum, sizeof *sections);
  if (!sections || fseek(file, (long)header.e_shoff, SEEK_SET) ||
      fread(sections, sizeof *sections, header.e_shnum, file) !=
          header.e_shnum)
    goto done;
  code_begin = UINT64_MAX;
  for (i = 0; i < header.e_shnum; ++i) {
    const Elf32_Shdr *s = &sections[i];
    if (!(s->sh_flags & SHF_EXECINSTR) || !s->sh_size)
      continue;
    if (s->sh_addr < code_begin)
      code_begin = s->sh_addr;
    if ((uint64_t)s->sh_addr + s->sh_size > code_end)
      code_end = (uint64_t)s->sh_addr + s->sh_size;
  }
  for (i = 0; i < header.e_shnum; ++i) {
    const Elf32_Shdr *table = &sections[i];
    const Elf32_Shdr *strings;
    Elf32_Sym *symbols;
    char *names;
    size_t k, n;
    if (table->sh_type != SHT_SYMTAB || table->sh_link >= header.e_shnum)
      continue;
    strings = &sections[table->sh_link];
    n = table->sh_size / sizeof(Elf32_Sym);
    symbols = calloc(n + 1, sizeof *symbols);
    names = calloc(strings->sh_size + 1, 1);
    if (model_name && !functions)
      functions = calloc(n + 1, sizeof *functions);
    if (symbols && names && (functions || !model_name) && !fseek(file, (long)table->sh_offset, SEEK_SET) &&
        fread(symbols, sizeof *symbols, n, file) == n &&
        !fseek(file, (long)strings->sh_offset, SEEK_SET) &&
        fread(names, 1, strings->sh_size, file) == strings->sh_size)
      for (k = 0; k < n; ++k) {
        int m;
        if (functions && symbols[k].st_name < strings->sh_size)
          add_function(&symbols[k], names + symbols[k].st_name);
        for (m = 0; m < MARKERS; ++m)
          if (symbols[k].st_name < strings->sh_size &&
              strcmp(names + symbols[k].st_name, marker_names[m]) == 0)
            /* Bit 0 marks Thumb code. */
            marker_address[m] = symbols[k].st_value & ~(uint64_t)1;
      }
    free(symbols);
    free(names);
  }
  if (marker_address[BEGIN] && marker_address[END])
    result = 0;
done:
  if (result)
    fprintf(stderr,
            "ofa_count: '%s' is not a 32-bit ELF file with the functions "
            "'%s' and '%s'\n",
            path, marker_names[BEGIN], marker_names[END]);
  free(sections);
  fclose(file);
  return result;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                           const qemu_info_t *info, int argc,
                                           char **argv) {
  const char *elf = NULL;
  const char *out = NULL;
  const char *layers = NULL;
  int i;
  (void)info;
  for (i = 0; i < argc; ++i) {
    if (strncmp(argv[i], "elf=", 4) == 0)
      elf = argv[i] + 4;
    else if (strncmp(argv[i], "out=", 4) == 0)
      out = argv[i] + 4;
    else if (strncmp(argv[i], "histogram=", 10) == 0)
      histogram_path = strdup(argv[i] + 10);
    else if (strncmp(argv[i], "blocks=", 7) == 0)
      blocks_path = strdup(argv[i] + 7);
    else if (strncmp(argv[i], "layers=", 7) == 0)
      layers = argv[i] + 7;
    else if (strncmp(argv[i], "model=", 6) == 0)
      model_name = strdup(argv[i] + 6);
    else {
      fprintf(stderr, "ofa_count: unknown argument '%s'\n", argv[i]);
      return -1;
    }
  }
  if (!elf || !out) {
    fprintf(stderr, "ofa_count: expects elf=FILE and out=FILE\n");
    return -1;
  }
  if (!layers != !model_name) {
    fprintf(stderr, "ofa_count: expects layers=FILE and model=NAME together\n");
    return -1;
  }
  if (read_elf(elf))
    return -1;
  if (layers && !(layers_file = fopen(layers, "w"))) {
    fprintf(stderr, "ofa_count: cannot write '%s'\n", layers);
    return -1;
  }
  out_file = fopen(out, "w");
  if (!out_file) {
    fprintf(stderr, "ofa_count: cannot write '%s'\n", out);
    return -1;
  }
  if (histogram_path) {
    size_t n = (size_t)(code_end - code_begin) / 2 + 1;
    code_count = calloc(n, sizeof(uint64_t));
    code_snapshot = calloc(n, sizeof(uint64_t));
    code_sum = calloc(n, sizeof(uint64_t));
    if (!code_count || !code_snapshot || !code_sum)
      return -1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
  return 0;
}
