/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/misuse.c - frees that must not happen, and what the ledger says to each.
 *
 * A grant is a frame and the tag it was handed out with. A free is accepted once, from the last
 * grant of its frame; everything else is refused by its cause and changes nothing. Build the core
 * with LAB_HARDENED, and that holds even when two contexts free copies of a grant at once.
 *
 * The exit code is 1 if a misuse is not refused, or is refused for another cause than its own.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "../core/labyrinth.h"
#include "common.h"

#define NAME "misuse"
#define FRAMES 256u
#define ROOM 8u
#define RACERS 2u
#define LOOKS 2000u

static lab_allocator lab;
static lab_word words[LAB_ZONE_WORDS(FRAMES, 0)];
static uint32_t tags[FRAMES];
static uint32_t slots[ROOM];
static lab_context mine;   /* with a room */
static lab_context theirs; /* of another CPU */
static lab_context unmade; /* never set up */

static bool make_context(lab_context *context, uint32_t cpu, uint32_t *list)
{
	const lab_context_config config = {
		.cpu = cpu, .slot = list, .capacity = list != NULL ? ROOM : 0};

	return lab_context_init(context, &lab, &config) == LAB_OK;
}

static bool set_up(void)
{
	const lab_zone_config zone = {.words = words,
				      .words_size = sizeof(words),
				      .tags = tags,
				      .frame_count = FRAMES,
				      .type = LAB_ZONE_NORMAL};

	return lab_init(&lab) == LAB_OK && lab_add_zone(&lab, &zone) == LAB_OK &&
	       make_context(&mine, 0, slots) && make_context(&theirs, 1, NULL);
}

static lab_grant grant_from(lab_context *context)
{
	lab_grant grant;

	labyrinth_void_alloc_page_gfp_atomic_exclusive(&lab, context, &grant);
	if (grant.status != LAB_OK) {
		fprintf(stderr, NAME ": no frame: %s\n", status_text(grant.status));
		exit(1);
	}
	return grant;
}

/* ---- one misuse after the other ---- */

/* One free that must be refused, for this cause. */
static bool refused(const char *what, lab_context *context, const lab_grant *grant,
		    lab_status cause)
{
	lab_status status = lab_free(&lab, context, grant);

	if (status == cause) {
		printf("  %-26s refused  %s\n", what, status_text(status));
		return true;
	}
	printf("  %-26s %s\n", what, status == LAB_OK ? "ACCEPTED" : "refused for a WRONG CAUSE");
	fprintf(stderr, NAME ": FAILED: %s: %s\n", what, status_text(status));
	fprintf(stderr, NAME ": expected %s\n", status_text(cause));
	return false;
}

static bool accepted(const char *what, lab_context *context, const lab_grant *grant)
{
	return require(NAME, lab_free(&lab, context, grant) == LAB_OK, what);
}

static bool free_again(void)
{
	lab_grant grant = grant_from(&mine);
	bool good = accepted("the first free of a grant is accepted", &mine, &grant);

	good &= refused("double free", &mine, &grant, LAB_ERR_FREED);
	good &= refused("double free, other context", &theirs, &grant, LAB_ERR_FREED);
	return good;
}

/* The room hands the frame that came last out first, so the next grant is of the same frame. */
static bool free_late(void)
{
	lab_grant old = grant_from(&mine);
	bool good = accepted("the first free of a grant is accepted", &mine, &old);
	lab_grant now = grant_from(&mine);

	good &= require(NAME, now.frame == old.frame, "the room hands the same frame out again");
	good &= refused("stale free", &mine, &old, LAB_ERR_STALE);
	good &= refused("stale free, other context", &theirs, &old, LAB_ERR_STALE);
	good &= accepted("the holder's free is accepted after the stale ones", &mine, &now);
	return good;
}

static bool free_wildly(void)
{
	lab_grant held = grant_from(&mine);
	lab_grant wild = held;
	bool good;

	wild.frame = FRAMES;
	good = refused("wild free: no such frame", &mine, &wild, LAB_ERR_FRAME_RANGE);
	wild = held;
	wild.zone = 1;
	good &= refused("wild free: no such zone", &mine, &wild, LAB_ERR_ZONE);
	good &= refused("context never set up", &unmade, &held, LAB_ERR_CONTEXT);
	wild = (lab_grant){.frame = held.frame, .zone = held.zone};
	good &= refused("a grant of nothing", &mine, &wild, LAB_ERR_GRANT_EMPTY);
	good &= accepted("the holder's free is accepted after the wild ones", &mine, &held);
	return good;
}

static bool free_forged(void)
{
	lab_grant held = grant_from(&theirs);
	lab_grant forged = held;
	bool good;

	forged.tag += LAB_HOLDERS;
	good = refused("forged: next generation", &mine, &forged, LAB_ERR_STALE);
	forged.tag = mine.holder + LAB_TAG_GENERATION(held.tag) * LAB_HOLDERS;
	good &= refused("forged: another holder", &mine, &forged, LAB_ERR_STALE);
	forged = held;
	/* Words are claimed upwards from each context's own start: the last frame was never out. */
	forged.frame = FRAMES - 1;
	good &= refused("forged: never handed out", &mine, &forged, LAB_ERR_NEVER_HELD);
	good &= accepted("the holder's free is accepted after the forged ones", &theirs, &held);
	return good;
}

/* ---- two threads with a copy of the same grant ---- */

static struct {
	lab_grant grant;     /* of this round; both free it */
	atomic_uint arrived; /* at the starts and the ends of rounds, of both racers */
	uint32_t rounds;
	lab_context context[RACERS];
	lab_status status[RACERS];
} race;

/* Go on when both racers are here; wait by looking, and let others run if it takes long. */
static void meet(uint32_t meeting)
{
	atomic_fetch_add(&race.arrived, 1);
	for (uint32_t looks = 1; atomic_load(&race.arrived) < RACERS * meeting; looks++) {
		if (looks % LOOKS == 0)
			(void)sched_yield();
	}
}

static void free_mine(uint32_t number, uint32_t round)
{
	meet(2 * round + 1);
	race.status[number] = lab_free(&lab, &race.context[number], &race.grant);
	meet(2 * round + 2);
}

static void *racer_run(void *unused)
{
	for (uint32_t round = 0; round < race.rounds; round++)
		free_mine(1, round);
	return unused;
}

/* Exactly one of the two frees is accepted, and the other is told that it was too late. */
static bool one_won(void)
{
	lab_status lost = race.status[race.status[0] == LAB_OK ? 1 : 0];

	return (race.status[0] == LAB_OK || race.status[1] == LAB_OK) && lost == LAB_ERR_FREED;
}

static bool free_together(void)
{
	uint32_t wrong_count = 0;
	pthread_t thread;

	if (!make_context(&race.context[0], 2, NULL) || !make_context(&race.context[1], 3, NULL) ||
	    pthread_create(&thread, NULL, racer_run, NULL) != 0) {
		fprintf(stderr, NAME ": cannot start the racing thread\n");
		exit(1);
	}
	for (uint32_t round = 0; round < race.rounds; round++) {
		race.grant = grant_from(&mine);
		free_mine(0, round);
		wrong_count += !one_won();
	}
	(void)pthread_join(thread, NULL);
	printf("  %-26s %s  in %u of %u races: %s\n", "two frees at once",
	       wrong_count == 0 ? "refused" : "ACCEPTED",
	       wrong_count == 0 ? race.rounds : wrong_count, race.rounds,
	       status_text(wrong_count == 0 ? LAB_ERR_FREED : LAB_OK));
	return require(NAME, wrong_count == 0,
		       "two contexts freed the same grant: is the core built with LAB_HARDENED?");
}

/* After all that each frame is still there, once. */
static bool all_frames_left(void)
{
	static bool seen[FRAMES];
	uint32_t frame_count = 0;
	lab_grant grant;

	(void)lab_drain(&lab, &mine);
	while (lab_alloc(&lab, &theirs, LAB_GFP_ATOMIC, &grant) == LAB_OK && !seen[grant.frame]) {
		seen[grant.frame] = true;
		frame_count++;
	}
	printf("  %u of %u frames are left, each once\n", frame_count, FRAMES);
	return require(NAME, frame_count == FRAMES && grant.status == LAB_EMPTY,
		       "a refused free changed the pool");
}

int main(int count, char **argument)
{
	const option_number options[] = {
		{"--rounds", "races of two frees", 1, 100000000, 200000, &race.rounds}};
	bool good = true;

	(void)count;
	if (!options_read(NAME, options, 1, argument))
		return 2;
	if (!require(NAME, set_up(), "the allocator accepts its configuration"))
		return 1;
	printf(NAME ": what the ledger says to frees that must not happen\n");
	good &= free_again();
	good &= free_late();
	good &= free_wildly();
	good &= free_forged();
	good &= free_together();
	good &= all_frames_left();
	printf(NAME ": %s\n", good ? "every misuse was refused" : "at least one was not refused");
	return good ? 0 : 1;
}
