/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * trace.h - tracepoints, off until somebody turns them on.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM labyrinth

#if !defined(LABYRINTH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define LABYRINTH_TRACE_H

#include <linux/mm.h>
#include <linux/tracepoint.h>
#include "compat.h"

DECLARE_EVENT_CLASS(labyrinth_page,

	TP_PROTO(const char *pool, struct page *page, unsigned long caller),
	TP_ARGS(pool, page, caller),
	TP_STRUCT__entry(
		__string(pool, pool)
		__field(unsigned long, pfn)
		__field(unsigned long, caller)
	),
	TP_fast_assign(
		labyrinth_assign_str(pool, pool);
		__entry->pfn = page ? page_to_pfn(page) : 0;
		__entry->caller = caller;
	),
	TP_printk("pool=%s pfn=0x%lx caller=%pS", __get_str(pool), __entry->pfn,
		  (void *)__entry->caller)
);

DEFINE_EVENT(labyrinth_page, labyrinth_alloc,

	TP_PROTO(const char *pool, struct page *page, unsigned long caller),
	TP_ARGS(pool, page, caller)
);

DEFINE_EVENT(labyrinth_page, labyrinth_free,

	TP_PROTO(const char *pool, struct page *page, unsigned long caller),
	TP_ARGS(pool, page, caller)
);

TRACE_EVENT(labyrinth_refused,

	TP_PROTO(const char *pool, const char *why, int error),
	TP_ARGS(pool, why, error),
	TP_STRUCT__entry(
		__string(pool, pool)
		__string(why, why)
		__field(int, error)
	),
	TP_fast_assign(
		labyrinth_assign_str(pool, pool);
		labyrinth_assign_str(why, why);
		__entry->error = error;
	),
	TP_printk("pool=%s error=%d: %s", __get_str(pool), __entry->error, __get_str(why))
);

TRACE_EVENT(labyrinth_worker,

	TP_PROTO(const char *pool, unsigned int added, unsigned int returned),
	TP_ARGS(pool, added, returned),
	TP_STRUCT__entry(
		__string(pool, pool)
		__field(unsigned int, added)
		__field(unsigned int, returned)
	),
	TP_fast_assign(
		labyrinth_assign_str(pool, pool);
		__entry->added = added;
		__entry->returned = returned;
	),
	TP_printk("pool=%s added=%u returned=%u", __get_str(pool), __entry->added,
		  __entry->returned)
);

#endif /* LABYRINTH_TRACE_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
