/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/status.h - layer 0: what a call answers.
 *
 * One status per cause, so that an error names what was wrong. The list is an X macro: a caller
 * that wants texts expands it with a macro of its own, and the core carries no strings.
 */
#ifndef LAB_STATUS_H
#define LAB_STATUS_H

#define LAB_STATUS_LIST(X)                                                                         \
	X(LAB_OK, "done")                                                                          \
	X(LAB_EMPTY, "no free frame: every frame was seen taken during this call")                 \
	X(LAB_CONTENDED, "others took every frame this call went for; the visit limit is reached") \
	X(LAB_ERR_NULL, "a pointer is null; every pointer must name an object")                    \
	X(LAB_ERR_FRAMES_ZERO, "frame_count is 0; a zone has at least one frame")                  \
	X(LAB_ERR_FRAMES_MAX, "frame_count is over LAB_FRAMES_MAX")                                \
	X(LAB_ERR_RESERVE_MAX, "reserve_words is over LAB_SWEEP_WORDS")                            \
	X(LAB_ERR_RESERVE_ALL, "the reserve leaves no word for ordinary requests")                 \
	X(LAB_ERR_STORAGE_SIZE, "storage_size is under lab_zone_storage_size() for this zone")     \
	X(LAB_ERR_STORAGE_ALIGN, "storage is not aligned to a lab_word")                           \
	X(LAB_ERR_STORAGE_OVERLAP, "storage overlaps the zone structure")                          \
	X(LAB_ERR_FRAME_RANGE, "the frame number is not below the zone's frame_count")             \
	X(LAB_ERR_BATCH_EMPTY, "the batch names no frame")                                         \
	X(LAB_ERR_BATCH_BASE, "the batch's base is not a multiple of LAB_WORD_BITS")               \
	X(LAB_ERR_NOT_HELD, "nobody holds the frame: freed twice, or never handed out")

#define LAB_STATUS_NAME(name, text) name,
typedef enum lab_status { LAB_STATUS_LIST(LAB_STATUS_NAME) LAB_STATUS_COUNT } lab_status;
#undef LAB_STATUS_NAME

#endif /* LAB_STATUS_H */
