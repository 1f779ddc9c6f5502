/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/text.c - an input as a text: one line for each of its parts, both ways.
 *
 *   zones two-words            the set of zones, by its name in interleave/plans.c
 *   rooms 1                    the set of capacities, 0 to 3
 *   cpus 2
 *   old-tags                   each generation is near its greatest
 *   call alloc 1               a call of the next CPU in turn: its kind and its argument
 *   isr alloc 1 after 5 repeat 3    an interrupt after 5 yield points, and at 3 more of them
 *   nmi free 0 after 2
 *   isr2 alloc 1               an interrupt of two calls
 *   cpu 1 after 3              let another CPU run: the next one is 0, the one after it 1
 *   # ...                      a comment
 */
#include <stdlib.h>
#include <string.h>

#include "interleave/calls.h"
#include "trace.h"

static const char *const calls[CALL_KINDS] = {[CALL_ALLOC] = "alloc",
					      [CALL_ATOMIC] = "atomic",
					      [CALL_FREE] = "free",
					      [CALL_FREE_OLDEST] = "free-oldest",
					      [CALL_ALLOC_BULK] = "alloc-bulk",
					      [CALL_FREE_BULK] = "free-bulk",
					      [CALL_DRAIN] = "drain",
					      [CALL_RECLAIM] = "reclaim",
					      [CALL_DONATE] = "donate",
					      [CALL_HOLDER] = "holder",
					      [CALL_DOUBLE_FREE] = "double-free",
					      [CALL_WILD_FREE] = "wild-free",
					      [CALL_WILD_DONATE] = "wild-donate",
					      [CALL_BAD_CALL] = "bad-call",
					      [CALL_STATS] = "stats",
					      [CALL_SET_UP] = "set-up"};

static const char *const actions[4] = {"isr", "nmi", "isr2", "cpu"};

const char *trace_call_name(uint32_t kind)
{
	return kind < CALL_KINDS ? calls[kind] : NULL;
}

/* ---- bytes to text ---- */

static void print_pair(FILE *file, uint8_t action, uint8_t pace)
{
	fprintf(file, "%s ", actions[action >> 6]);
	if (action >> 6 == 3)
		fprintf(file, "%u", action & 3u);
	else
		fprintf(file, "%s %u", calls[action >> 2 & 15u], action & 3u);
	if ((pace & 15u) != 0)
		fprintf(file, " after %u", pace & 15u);
	if (pace >> 4 != 0)
		fprintf(file, " repeat %u", pace >> 4);
	fprintf(file, "\n");
}

/* The second encoding has no words of its own: it is printed as its bytes. */
static void print_schedule(FILE *file, const struct input *input)
{
	const uint8_t *byte = input->schedule;

	if (input->by_byte) {
		fprintf(file, "bytes");
		for (size_t i = 0; i < input->schedule_size; i++)
			fprintf(file, " %u", byte[i]);
		fprintf(file, "\n");
		return;
	}
	for (size_t i = 0; i + 2 <= input->schedule_size; i += 2)
		print_pair(file, byte[i], byte[i + 1]);
}

void trace_input(FILE *file, const uint8_t *bytes, size_t size)
{
	struct input input;
	uint32_t count = 0;

	if (!input_read(&input, bytes, size)) {
		fprintf(file, "# nothing: an input has at least %u bytes\n", INPUT_HEAD + 1);
		return;
	}
	fprintf(file, "zones %s\nrooms %u\ncpus %u\n", world_plan_name(input.plan.zones),
		input.plan.rooms, input.plan.cpus);
	if (input.plan.old_tags)
		fprintf(file, "old-tags\n");
	for (const uint8_t *at = bytes + INPUT_HEAD; at < input.schedule; at++)
		fprintf(file, "call %s %u\t# cpu %u\n", calls[*at >> 4], *at & 15u,
			count++ % input.plan.cpus);
	print_schedule(file, &input);
}

/* ---- text to bytes ---- */

struct text {
	uint8_t head[INPUT_HEAD];
	uint8_t call[16];
	uint32_t call_count;
	uint8_t schedule[INPUT_SIZE_MAX];
	uint32_t size; /* of the schedule */
	const char *wrong;
};

static uint32_t find(const char *const *names, uint32_t count, const char *word)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(names[i], word) == 0)
			return i;
	return count;
}

/* The next word as a number of at most `max`. */
static uint32_t number(struct text *text, uint32_t max)
{
	const char *word = strtok(NULL, " \t\n");
	char *end = NULL;
	unsigned long value = word != NULL ? strtoul(word, &end, 10) : 0;

	if (word == NULL || *word < '0' || *word > '9' || *end != '\0' || value > max)
		text->wrong = "a number is missing, or too large for its place";
	return text->wrong == NULL ? (uint32_t)value : 0;
}

static uint32_t call_kind(struct text *text)
{
	const char *word = strtok(NULL, " \t\n");
	uint32_t kind = word != NULL ? find(calls, CALL_KINDS, word) : CALL_KINDS;

	if (kind == CALL_KINDS)
		text->wrong = "no such call; fuzz/text.c has the list";
	return kind % CALL_KINDS;
}

static void put(struct text *text, uint32_t byte)
{
	if (text->size == INPUT_SIZE_MAX - INPUT_HEAD - 16)
		text->wrong = "the schedule is too long";
	else
		text->schedule[text->size++] = (uint8_t)byte;
}

static void read_action(struct text *text, uint32_t type)
{
	uint32_t action = type << 6;
	uint32_t pace = 0;
	const char *word;

	if (type != 3)
		action |= call_kind(text) << 2;
	action |= number(text, 3);
	while ((word = strtok(NULL, " \t\n")) != NULL) {
		if (strcmp(word, "after") == 0)
			pace |= number(text, 15);
		else if (strcmp(word, "repeat") == 0)
			pace |= number(text, 15) << 4;
		else
			text->wrong = "an action goes on with \"after N\" or \"repeat N\"";
	}
	put(text, action);
	put(text, pace);
}

static void read_zones(struct text *text)
{
	const char *word = strtok(NULL, " \t\n");

	for (uint32_t i = 0; word != NULL && i < WORLD_PLANS; i++)
		if (strcmp(world_plan_name(i), word) == 0) {
			text->head[0] = (uint8_t)((text->head[0] & ~15u) | i);
			return;
		}
	text->wrong = "no such set of zones; fuzz/interleave/plans.c has the list";
}

static void read_bytes(struct text *text)
{
	const char *word;

	text->head[1] |= 4;
	while ((word = strtok(NULL, " \t\n")) != NULL)
		put(text, (uint32_t)strtoul(word, NULL, 10) & 255u);
}

static void read_call(struct text *text)
{
	uint32_t kind = call_kind(text);

	if (text->call_count == 16)
		text->wrong = "more than 16 calls";
	else
		text->call[text->call_count++] = (uint8_t)(kind << 4 | number(text, 15));
}

static void read_line(struct text *text, const char *word)
{
	uint32_t type = find(actions, 4, word);

	if (type < 4)
		read_action(text, type);
	else if (strcmp(word, "zones") == 0)
		read_zones(text);
	else if (strcmp(word, "rooms") == 0)
		text->head[0] = (uint8_t)(text->head[0] | number(text, 3) << 4);
	else if (strcmp(word, "old-tags") == 0)
		text->head[0] |= 64;
	else if (strcmp(word, "cpus") == 0)
		text->head[1] = (uint8_t)(text->head[1] | ((number(text, 4) + 3) & 3u));
	else if (strcmp(word, "call") == 0)
		read_call(text);
	else if (strcmp(word, "bytes") == 0)
		read_bytes(text);
	else
		text->wrong = "a line begins with zones, rooms, cpus, old-tags, call, isr, nmi, "
			      "isr2, cpu or bytes";
}

static bool is_wrong(const struct text *text, const char *name, uint32_t line)
{
	if (text->wrong != NULL)
		fprintf(stderr, "%s:%u: %s\n", name, line, text->wrong);
	return text->wrong != NULL;
}

size_t trace_assemble(FILE *file, const char *name, uint8_t *bytes)
{
	struct text text = {.wrong = NULL};
	char line[512];
	uint32_t count = 0;

	while (fgets(line, sizeof(line), file) != NULL) {
		char *comment = strchr(line, '#');
		const char *word;

		count++;
		if (comment != NULL)
			*comment = '\0';
		word = strtok(line, " \t\n");
		if (word != NULL)
			read_line(&text, word);
		if (is_wrong(&text, name, count))
			return 0;
	}
	if (text.call_count == 0) {
		text.wrong = "there is no call";
		(void)is_wrong(&text, name, count);
		return 0;
	}
	text.head[1] = (uint8_t)(text.head[1] | (text.call_count - 1) << 4);
	memcpy(bytes, text.head, INPUT_HEAD);
	memcpy(bytes + INPUT_HEAD, text.call, text.call_count);
	memcpy(bytes + INPUT_HEAD + text.call_count, text.schedule, text.size);
	return INPUT_HEAD + text.call_count + text.size;
}
