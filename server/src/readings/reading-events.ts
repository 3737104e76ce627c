// The events of readings.

import type { ReadingColumns } from './reading-columns.ts';

/** Readings were stored. */
export type ReadingEvent = { kind: 'readings'; readings: ReadingColumns };
