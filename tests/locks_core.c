/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/locks_core.c - locked instructions that calls of the allocator execute, counted one by one.
 *
 * The processor's trap flag stops after each instruction; a handler looks at the next one, when it
 * is in the core's own text (section lab_core, see run.sh). x86 only: elsewhere, steps are counted
 * at the seam. A hit of a room must execute no locked instruction, but for the ledger's in
 * LAB_HARDENED.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ucontext.h>

#include "../core/labyrinth.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define HITS 7u /* more than the list of the room holds */
#define TRAP_FLAG 0x100
#ifdef LAB_HARDENED
#define LEDGER_LOCKS 1u
#else
#define LEDGER_LOCKS 0u
#endif

#if defined(__x86_64__)
#define COUNTER REG_RIP
#else
#define COUNTER REG_EIP
#endif

/* The linker names the ends of the section that holds the core's text. */
extern const unsigned char __start_lab_core[];
extern const unsigned char __stop_lab_core[];

static volatile struct {
	bool running;
	uint64_t instructions; /* of the core */
	uint64_t locked;       /* of these */
} traced;

static bool is_prefix(unsigned char byte)
{
	static const unsigned char prefixes[] = {0x66, 0x67, 0x2e, 0x36, 0x3e,
						 0x26, 0x64, 0x65, 0xf2, 0xf3};

#if defined(__x86_64__)
	if (byte >= 0x40 && byte <= 0x4f)
		return true;
#endif
	for (size_t i = 0; i < sizeof(prefixes); i++)
		if (byte == prefixes[i])
			return true;
	return false;
}

/* A lock prefix, or an exchange with memory, which locks without one. */
static bool is_locked(const unsigned char *at)
{
	while (is_prefix(*at))
		at++;
	return *at == 0xf0 || ((*at == 0x86 || *at == 0x87) && at[1] < 0xc0);
}

/* The first trap is raised by begin(): it sets the flag in the state that is returned to. */
static void on_trap(int signal_number, siginfo_t *info, void *context)
{
	ucontext_t *user = context;
	const unsigned char *at =
		(const unsigned char *)(uintptr_t)user->uc_mcontext.gregs[COUNTER];

	(void)signal_number;
	(void)info;
	if (!traced.running) {
		user->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
		return;
	}
	user->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
	if (at < __start_lab_core || at >= __stop_lab_core)
		return;
	traced.instructions++;
	traced.locked += is_locked(at);
}

static void begin(void)
{
	traced.instructions = 0;
	traced.locked = 0;
	traced.running = true;
	(void)raise(SIGTRAP);
}

static uint64_t end(void)
{
	traced.running = false;
	return traced.locked;
}

static uint64_t locks_of_alloc(struct rig *rig, lab_context *context, lab_grant *grant)
{
	lab_status status;

	begin();
	status = lab_alloc(rig->lab, context, 0, grant);
	(void)end();
	CHECK_STATUS(status, LAB_OK);
	CHECK(traced.instructions > 0);
	return traced.locked;
}

static uint64_t locks_of_free(struct rig *rig, lab_context *context, const lab_grant *grant)
{
	lab_status status;

	begin();
	status = lab_free(rig->lab, context, grant);
	(void)end();
	CHECK_STATUS(status, LAB_OK);
	CHECK(traced.instructions > 0);
	return traced.locked;
}

/* The method itself: claims and releases on a zone lock, once each. */
static void r4_the_counter_sees_locked_instructions(void)
{
	uint32_t frame = 0;
	lab_batch batch = {0, 0};
	struct pool p;

	pool_make(&p, B, 0);
	begin();
	(void)zone_claim_one(p.zone, 0, &frame);
	CHECK_EQ(end(), 1);
	begin();
	(void)zone_release_one(p.zone, frame);
	CHECK_EQ(end(), 1);
	begin();
	(void)zone_claim_word(p.zone, 0, &batch);
	CHECK_EQ(end(), 1);
	begin();
	(void)zone_release_word(p.zone, &batch);
	CHECK_EQ(end(), 1);
	begin();
	(void)lab_zone_reserve_left(p.zone);
	CHECK_EQ(end(), 0);
	pool_free(&p);
}

static void r4_a_hit_has_no_locked_instruction(void)
{
	static const struct rig_zone zone = {0, LAB_ZONE_NORMAL, 3 * LAB_WORD_BITS, 0, 1, 2};
	lab_grant grants[HITS];
	uint64_t alloc_instructions = 0;
	uint64_t free_instructions = 0;
	struct rig rig;
	lab_context *context;

	rig_begin(&rig, &zone, 1);
	context = rig_context(&rig, 0, 4);
	/* The miss: an exchange, a hint that goes, and the gauge. */
	CHECK_EQ(locks_of_alloc(&rig, context, &grants[0]), 3);
	for (uint32_t i = 1; i < HITS; i++) {
		CHECK_EQ(locks_of_alloc(&rig, context, &grants[i]), 0);
		alloc_instructions = traced.instructions;
	}
	for (uint32_t i = 0; i < HITS; i++) {
		CHECK_EQ(locks_of_free(&rig, context, &grants[i]), LEDGER_LOCKS);
		free_instructions = traced.instructions;
	}
	printf("    instructions of a hit: alloc %" PRIu64 ", free %" PRIu64 "\n",
	       alloc_instructions, free_instructions);
	rig_check_rest(&rig);
	rig_end(&rig);
}

static void r4_without_a_room_one_claim_locks_once(void)
{
	static const struct rig_zone zone = {0, LAB_ZONE_NORMAL, 3 * LAB_WORD_BITS, 0, 0, 0};
	struct rig rig;
	lab_context *context;
	lab_grant grant;

	rig_begin(&rig, &zone, 1);
	context = rig_context(&rig, 0, 0);
	CHECK_EQ(locks_of_alloc(&rig, context, &grant), 1);
	CHECK_EQ(locks_of_free(&rig, context, &grant), 1 + LEDGER_LOCKS);
	rig_check_rest(&rig);
	rig_end(&rig);
}

/* The gauge locks once for each visit of the zone, and once more where its flag changes. */
static void r4_the_gauge_locks_once_and_for_its_flag(void)
{
	const struct rig_zone zone = {0, LAB_ZONE_NORMAL, 3 * B, 0, 3 * B - 2, 3 * B - 1};
	static const uint64_t locks[] = {2, 3, 2};
	lab_grant grants[3];
	struct rig rig;
	lab_context *context;

	rig_begin(&rig, &zone, 1);
	context = rig_context(&rig, 0, 0);
	for (uint32_t lap = 0; lap < 2; lap++) {
		for (uint32_t i = 0; i < 3; i++) {
			CHECK_EQ(locks_of_alloc(&rig, context, &grants[i]), locks[i]);
			CHECK_EQ(grants[i].low, i == 1);
		}
		/* Nobody looks at the flag that is taken back: compilers may store it plainly. */
		for (uint32_t i = 0; i < 3; i++) {
			uint64_t got = locks_of_free(&rig, context, &grants[i]);

			CHECK(got == locks[i] + LEDGER_LOCKS || got == 2 + LEDGER_LOCKS);
		}
	}
	rig_check_rest(&rig);
	rig_end(&rig);
}

/* A bulk of k words locks for the words and their hints, not for the frames. */
static void r4_a_bulk_locks_by_the_word(void)
{
	static const struct rig_zone zone = {0, LAB_ZONE_NORMAL, 6 * LAB_WORD_BITS, 0, 0, 0};
	static lab_grant grants[2 * LAB_WORD_BITS];
	struct rig rig;
	lab_context *context;
	uint32_t done;

	rig_begin(&rig, &zone, 1);
	context = rig_context(&rig, 0, 0);
	for (uint32_t words = 1; words <= 2; words++) {
		check_note("words", words);
		begin();
		(void)lab_alloc_bulk(rig.lab, context, 0, grants, words * B, &done);
		CHECK_EQ(end(), words * 2);
		CHECK_EQ(done, words * B);
		begin();
		(void)lab_free_bulk(rig.lab, context, grants, words * B, &done);
		CHECK_EQ(end(), words * 2 + words * B * LEDGER_LOCKS);
		CHECK_EQ(done, words * B);
	}
	rig_check_rest(&rig);
	rig_end(&rig);
}

int main(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_sigaction = on_trap;
	action.sa_flags = SA_SIGINFO;
	if (sigaction(SIGTRAP, &action, NULL) != 0) {
		printf("locks_core: sigaction refuses SIGTRAP\n");
		return EXIT_FAILURE;
	}
	RUN(r4_the_counter_sees_locked_instructions);
	RUN(r4_a_hit_has_no_locked_instruction);
	RUN(r4_without_a_room_one_claim_locks_once);
	RUN(r4_the_gauge_locks_once_and_for_its_flag);
	RUN(r4_a_bulk_locks_by_the_word);
	return check_finish();
}
