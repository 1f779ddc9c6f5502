/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/status.h - layer 0: what a call answers.
 *
 * One status per cause, so that an error names what was wrong. The list is an X macro: a caller
 * that wants texts expands it with a macro of its own, and the core carries no strings.
 */
#pragma once

#define LAB_STATUS_LIST(X)                                                                         \
	X(LAB_OK, "done")                                                                          \
	X(LAB_EMPTY, "no free frame: every frame was seen taken during this call")                 \
	X(LAB_CONTENDED, "others had emptied every word this call went to; the limit is reached")  \
	X(LAB_RESERVED, "frames are left, but only in reserves, for LAB_GFP_ATOMIC")               \
	X(LAB_ERR_NULL, "a pointer is null; every pointer must name an object")                    \
	X(LAB_ERR_FRAMES_ZERO, "frame_count is 0; a zone has at least one frame")                  \
	X(LAB_ERR_FRAMES_MAX, "frame_count is over LAB_FRAMES_MAX")                                \
	X(LAB_ERR_RESERVE_MAX, "reserve_words is over LAB_SWEEP_WORDS")                            \
	X(LAB_ERR_RESERVE_ALL, "the reserve leaves no word for ordinary requests")                 \
	X(LAB_ERR_STORAGE_SIZE, "storage has fewer words than LAB_ZONE_WORDS() of this zone")      \
	X(LAB_ERR_STORAGE_ALIGN, "storage is not aligned to a lab_word")                           \
	X(LAB_ERR_STORAGE_OVERLAP, "storage overlaps the zone structure")                          \
	X(LAB_ERR_ZONE, "the zone number is not below the number of zones")                        \
	X(LAB_ERR_FRAME_RANGE, "the frame number is not below the zone's frame_count")             \
	X(LAB_ERR_NOT_HELD, "nobody holds the frame: it is in the pool")                           \
	X(LAB_ERR_NEVER_HELD, "the frame was never handed out")                                    \
	X(LAB_ERR_FREED, "this grant was freed already")                                           \
	X(LAB_ERR_STALE, "the frame was handed out again since this grant")                        \
	X(LAB_ERR_GRANT_EMPTY, "the grant names no frame")                                         \
	X(LAB_ERR_AWAY, "the frame was reclaimed; lab_donate() brings it back")                    \
	X(LAB_ERR_NOT_AWAY, "the frame is the allocator's own; only a reclaimed one is donated")   \
	X(LAB_ERR_CONTEXT, "the context was not made for this allocator")                          \
	X(LAB_ERR_BUSY, "the context is in a call already; each place that calls needs its own")   \
	X(LAB_ERR_FLAGS, "unknown gfp flags, or both LAB_GFP_DMA and LAB_GFP_HIGHMEM")             \
	X(LAB_ERR_NO_ZONE, "no zone is on the path of these flags")                                \
	X(LAB_ERR_ZONES_MAX, "the allocator has LAB_ZONES_MAX zones already")                      \
	X(LAB_ERR_ZONE_TWICE, "the node has a zone of this type already")                          \
	X(LAB_ERR_NODE, "the node is not below LAB_NODES_MAX")                                     \
	X(LAB_ERR_TYPE, "the zone's type is not DMA, NORMAL or HIGHMEM")                           \
	X(LAB_ERR_WATERMARKS, "the watermarks are not low < high <= frame_count")                  \
	X(LAB_ERR_CPU, "cpu is not below LAB_CPUS_MAX")                                            \
	X(LAB_ERR_LEVEL, "level is not below LAB_LEVELS_MAX")                                      \
	X(LAB_ERR_CLIENT, "client is not below LAB_CLIENTS_MAX")

#define LAB_STATUS_NAME(name, text) name,
typedef enum lab_status { LAB_STATUS_LIST(LAB_STATUS_NAME) LAB_STATUS_COUNT } lab_status;
