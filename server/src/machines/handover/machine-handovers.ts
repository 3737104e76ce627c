// A machine hands its aliases, and if wanted its readings, to its successor. Readings are moved in the background. What was
// interrupted continues, on this node or on another one.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Handover, isoTime } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import type { GroupCommit } from '../../readings/group-commit.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import { withTimeout } from '../../with-timeout.ts';
import type { MachineService } from '../machine-service.ts';
import type { HandoverRecord, HandoverRepository, HandoverResult } from './handover-repository.ts';
import { countReadings, type MoveDeps, moveHistory } from './move-history.ts';

/** How often a node looks for handovers that no other node continues. */
const LOOK_EVERY_MS = 30_000;
/** Without progress for so long, a handover of another node is continued here. Two nodes that copy the same readings do no harm. */
const ABANDONED_AFTER_MS = 60_000;
/** After that, every node stores new readings of the former machine for its successor, also one that the bus did not reach. */
const SETTLE_MS = 15_000;
const RETRY_MS = 5_000;
const STOP_WITHIN_MS = 500;

export interface HandoverDeps {
  repository: HandoverRepository;
  machines: MachineService;
  readings: MoveDeps['readings'] & Pick<ReadingStore, 'latest'>;
  commit: GroupCommit;
  bus: EventBus;
  clock: Clock;
  log: Logger;
  /** Whether other nodes store readings too. */
  isShared: boolean;
}

export class MachineHandovers {
  readonly #deps: HandoverDeps;
  readonly #repository: HandoverRepository;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: HandoverDeps) {
    this.#deps = deps;
    this.#repository = deps.repository;
  }

  /** Continues what was interrupted, now and whenever another node stops doing so. */
  start(): void {
    this.#timer = setInterval(() => void this.#continueAbandoned(), LOOK_EVERY_MS);
    this.#timer.unref();
    void this.#continueAbandoned();
  }

  /** What is under way continues after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    await withTimeout(Promise.allSettled(this.#running.values()), STOP_WITHIN_MS);
  }

  /**
   * Hands aliases over, and begins to move the readings if `history` says so. Repeating it is harmless, and continues what failed.
   * `otherAliases` belong to no machine, because theirs was deleted; `inUse` are those that another machine has by now. Rejects as
   * `HandoverRepository.begin`.
   */
  async begin(
    handover: Parameters<HandoverRepository['begin']>[0],
  ): Promise<{ aliases: string[]; inUse: string[]; history: Handover | null }> {
    const { machineId, successorId } = handover;
    if (machineId === successorId) throw new AppError('conflict', 'A machine cannot be its own successor');
    const earlier = await this.#repository.of(machineId);
    const isRepeated = earlier !== null && earlier.successorId === successorId;
    if (isRepeated && earlier.state === 'running') return { aliases: [], inUse: [], history: shown(earlier) };
    const isMoved =
      isRepeated && earlier.state === 'completed' && (await countReadings(this.#deps.readings, machineId)) === 0;
    const history = handover.history && !isMoved;
    const handed = await this.#repository.begin({ ...handover, history });
    await this.#announce([machineId, successorId]);
    if (history) this.#run(machineId);
    return { ...handed, history: handover.history ? await this.of(machineId) : null };
  }

  /** The newest handover of the readings of a machine; null if there is none. */
  async of(machineId: string): Promise<Handover | null> {
    const record = await this.#repository.of(machineId);
    return record && shown(record);
  }

  async #continueAbandoned(): Promise<void> {
    try {
      for (const { machineId, updatedAtMs } of await this.#repository.running()) {
        const isAbandoned = this.#deps.clock.nowMs() - updatedAtMs > ABANDONED_AFTER_MS;
        if (isAbandoned || !this.#deps.isShared) this.#run(machineId);
      }
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'Handovers of readings cannot be read; reading them is retried');
    }
  }

  #run(machineId: string): void {
    if (this.#running.has(machineId) || this.#stopping.signal.aborted) return;
    const run = this.#untilFinished(machineId).finally(() => this.#running.delete(machineId));
    this.#running.set(machineId, run);
  }

  /** Never rejects. */
  async #untilFinished(machineId: string): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#attempt(machineId);
        return;
      } catch (err) {
        if (this.#stopping.signal.aborted || isAppError(err, 'closed')) return;
        this.#deps.log.warn({ err, machineId }, 'Readings cannot be handed to another machine yet; this is retried');
        await this.#pause(RETRY_MS);
      }
    }
  }

  async #attempt(machineId: string): Promise<void> {
    const record = await this.#repository.of(machineId);
    if (record?.state !== 'running') return;
    const { isShared, clock, commit } = this.#deps;
    if (isShared) await this.#pause(record.startedAtMs + SETTLE_MS - clock.nowMs());
    // From now on new readings are stored for the successor. This waits for those that were on their way before.
    await commit.barrier();
    const result = await this.#move(record);
    if (result !== null) await this.#finish(record, result);
  }

  async #move(record: HandoverRecord): Promise<HandoverResult | null> {
    const onProgress: MoveDeps['onProgress'] = async (progress) =>
      (await this.#repository.saveProgress(record.machineId, progress)) && !this.#stopping.signal.aborted;
    try {
      const kept = await moveHistory({ ...this.#deps, onProgress }, record);
      return kept === 'stopped' ? null : { state: 'completed', kept };
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error;
      return { state: 'failed', fault: error.message };
    }
  }

  async #finish({ machineId, successorId }: HandoverRecord, result: HandoverResult): Promise<void> {
    const { machines, readings, bus, log } = this.#deps;
    const machineIds = [machineId, successorId];
    const latest = await readings.latest();
    await this.#repository.finish(machineId, result);
    if (result.state === 'failed')
      log.error({ machineIds, ...result }, 'Readings could not be handed to another machine');
    else log.info({ machineIds, ...result }, 'Readings were handed to another machine');
    machines.replaceLatest(machineIds, latest);
    bus.publish({ kind: 'machine_history', machineIds });
    await this.#announce(machineIds);
  }

  /** Brings the machines up to date here and on the other nodes. */
  async #announce(machineIds: readonly string[]): Promise<void> {
    for (const [machineId, change] of await this.#deps.machines.reload(machineIds)) {
      this.#deps.bus.publish({ kind: 'machine', change, machineId });
    }
  }

  /** Ends at once when the node stops. */
  async #pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { ref: false, signal: this.#stopping.signal }).catch(() => {});
  }
}

const shown = (record: HandoverRecord): Handover => ({
  machine_id: record.machineId,
  successor_id: record.successorId,
  state: record.state,
  total_readings: record.totalReadings,
  copied_readings: record.copiedReadings,
  overlapping_values: record.overlappingValues,
  kept: record.kept,
  fault: record.fault,
  started_at: isoTime(record.startedAtMs),
  finished_at: record.finishedAtMs === null ? null : isoTime(record.finishedAtMs),
});
