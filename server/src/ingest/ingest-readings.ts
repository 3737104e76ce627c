// The one way in for readings: store → evaluate → announce.

import type { AlertBook } from '../alerts/alert-book.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { MachineDirectory } from '../machines/machine-directory.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import type { GroupCommit } from '../readings/group-commit.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';

export type IngestSource = 'mqtt' | 'http';

export declare class IngestReadings {
  constructor(parts: {
    commit: GroupCommit;
    machines: MachineDirectory;
    alerts: AlertBook;
    bus: LiveBus;
    metrics: ProcessMetrics;
  });
  start(): void;
  /** Resolves when durable. Rejects with `busy` or `store_unavailable`: then nothing was stored or announced. */
  take(readings: ReadingColumns, source: IngestSource): Promise<void>;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
}
