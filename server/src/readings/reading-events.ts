// The events of readings.

import type { ReadingBatch } from './reading-batch.ts';

/** Readings were stored. */
export type ReadingEvent = { kind: 'readings'; readings: ReadingBatch };
