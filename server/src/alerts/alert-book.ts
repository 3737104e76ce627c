// All open alerts and the state of every condition, in memory; every change is stored, then announced.

import type { EffectiveLimits, MetricName, Severity } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { Logger } from '../log.ts';
import type { MachineDirectory } from '../machines/machine-directory.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { SettingBook } from '../settings/setting-book.ts';
import type { AlertQuery, AlertRecord, AlertRepository } from './alert-repository.ts';

export type LimitsLookup = (machineId: string) => Record<MetricName, EffectiveLimits>;

export declare class AlertBook {
  constructor(parts: {
    repository: AlertRepository;
    machines: MachineDirectory;
    settings: SettingBook;
    bus: LiveBus;
    clock: Clock;
    metrics: ProcessMetrics;
    log: Logger;
  });
  start(): Promise<void>;
  /** Waits until every change is stored. */
  stop(): Promise<void>;
  /** Hot path, synchronous: evaluates stored readings; what changes is stored and then published in order. */
  evaluate(stored: ReadingColumns): void;
  /** Resolves when every change so far is stored and published. */
  settled(): Promise<void>;
  /** Rejects with `not_found`; acknowledging twice answers the alert as it is. */
  acknowledge(id: string, by: string, note: string | null): Promise<AlertRecord>;
  /** Rejects with `not_found`, `invalid_state`, `validation_failed` (over 24 h, or in the past). */
  shelve(id: string, by: string, untilMs: number, reason: string): Promise<AlertRecord>;
  unshelve(id: string, by: string): Promise<AlertRecord>;
  page(query: AlertQuery): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }>;
  changedSince(seq: number, limit: number): Promise<{ complete: boolean; alerts: AlertRecord[] }>;
  /** Worst active, unshelved, unsuppressed alert of a machine. */
  severityOf(machineId: string): Severity | null;
  /** Active alerts by severity. */
  counts(): Record<Severity, number>;
}
