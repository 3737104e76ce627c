// Puts retention on hold while the server's clock disagrees with the stored data: then nothing is deleted because of its age.

import { type ClockFault, MAX_AHEAD_MS } from '@gonsters/contract';
import type { Clock, MonotonicClock, TrustedClock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { ReadingBatch } from '../readings/reading-batch.ts';
import { spokenDuration } from '../spoken-duration.ts';
import { withTimeout } from '../with-timeout.ts';
import { ClockAgreement } from './clock-agreement.ts';
import type { ClockHold, ClockRecords, NodeHold } from './clock-records.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The clock may deviate from the monotonic clock by this much. */
const MAX_DEVIATION_MS = HOUR_MS;
/** Deviations from the newest recorded arrival that are accepted at a start. */
const MAX_AHEAD_AT_START_MS = 7 * DAY_MS;
const MAX_BEHIND_AT_START_MS = 5 * MINUTE_MS;
const MAX_HOLD_MS = DAY_MS;
const CHECK_EVERY_MS = 10_000;
const SAVE_EVERY_MS = MINUTE_MS;
const STOP_WITHIN_MS = 500;

/** The accepted difference between the clock and the monotonic clock. */
interface AcceptedOffset {
  readonly fromMs: number;
  readonly toMs: number;
  /** The deviation is reported as the distance from here. */
  readonly referenceMs: number;
  readonly faults: readonly [ahead: ClockFault, behind: ClockFault];
}

interface Hold {
  /** On the monotonic clock. */
  readonly sinceMs: number;
  /** How long the hold had lasted before this process started. */
  readonly heldBeforeMs: number;
  offsetMs: number;
  agreement: ClockAgreement;
}

export class ClockGuard implements TrustedClock {
  readonly #clock: Clock;
  readonly #monotonic: MonotonicClock;
  readonly #records: ClockRecords;
  readonly #log: Logger;
  readonly #everyMs: number;
  /** null while nothing is stored with which the clock could disagree. */
  #accepted: AcceptedOffset | null = null;
  #hold: Hold | null = null;
  #hasRecordedArrival = false;
  /** When readings arrived last, and when that was recorded last, on the monotonic clock. */
  #arrivedMs: number | null = null;
  #savedMs = Number.NEGATIVE_INFINITY;
  #isArrivalSaved = true;
  /** The recorded arrival may have been taken from a wrong clock. */
  #isCorrectionDue = false;
  #isHoldRecorded = false;
  #timer: NodeJS.Timeout | null = null;
  #checking: Promise<void> | null = null;

  constructor(deps: {
    clock: Clock;
    monotonic: MonotonicClock;
    records: ClockRecords;
    log: Logger;
    everyMs?: number | undefined;
  }) {
    this.#clock = deps.clock;
    this.#monotonic = deps.monotonic;
    this.#records = deps.records;
    this.#log = deps.log;
    this.#everyMs = deps.everyMs ?? CHECK_EVERY_MS;
  }

  /**
   * Compares the clock with the newest recorded arrival. `newestReadingMs` is used instead where none is recorded; null where
   * it is unknown. Rejects with `store_unavailable`.
   */
  async start(newestReadingMs: number | null): Promise<void> {
    const { newestArrivalMs, heldMs } = await this.#records.load();
    this.#hasRecordedArrival = newestArrivalMs !== null;
    this.#isHoldRecorded = heldMs !== null;
    if (newestArrivalMs !== null) this.#compareWith(newestArrivalMs, heldMs);
    else if (newestReadingMs !== null) this.compareWithReading(newestReadingMs, heldMs);
    this.#timer = setInterval(() => void this.check(), this.#everyMs);
    this.#timer.unref();
  }

  /** For a store of readings that did not answer before `start`: compares the clock with its newest reading. */
  compareWithReading(newestReadingMs: number, heldMs: number | null = null): void {
    // The timestamp of a reading may be after its arrival.
    if (!this.#hasRecordedArrival) this.#compareWith(newestReadingMs - MAX_AHEAD_MS, heldMs, MAX_AHEAD_MS);
  }

  /** Records the newest arrival for the next start. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#savedMs = Number.NEGATIVE_INFINITY;
    await withTimeout(this.check(), STOP_WITHIN_MS);
  }

  trustedNowMs(): number | null {
    const nowMs = this.#clock.nowMs();
    this.#update(nowMs);
    return this.#hold === null ? nowMs : null;
  }

  /** The current hold; null while the clock is trusted. */
  get hold(): ClockHold | null {
    const nowMs = this.#clock.nowMs();
    this.#update(nowMs);
    const hold = this.#hold;
    if (hold === null) return null;
    const heldMs = hold.heldBeforeMs + this.#monotonic.elapsedMs() - hold.sinceMs;
    return { ...this.#faultAt(nowMs - this.#monotonic.elapsedMs()), heldMs, clockMs: nowMs };
  }

  /** The holds of all nodes, this one first. Rejects with `store_unavailable`. */
  async holds(): Promise<NodeHold[]> {
    const others = await this.#records.holdsOfOthers();
    const { hold } = this;
    return hold === null ? others : [{ ...hold, ...this.#records.node }, ...others];
  }

  /** Readings have been stored. Called after each commit. */
  noteArrival(): void {
    this.#arrivedMs = this.#monotonic.elapsedMs();
    this.#isArrivalSaved = false;
    // From the first reading on there is data with which the clock can be compared.
    if (this.#accepted === null) this.#trust();
  }

  /** Readings that another node received: their timestamps come from devices, or from that node's clock. */
  noteTimes({ machineIds, timestampsMs }: ReadingBatch): void {
    if (this.#hold === null) return;
    for (const [row, machineId] of machineIds.entries()) this.noteOwnTime(machineId, timestampsMs[row] as number);
  }

  /** A reading arrived with a timestamp of its device. Cheap while the clock is trusted. */
  noteOwnTime(machineId: string, timestampMs: number): void {
    if (this.#hold === null || Number.isNaN(timestampMs)) return;
    const agrees = Math.abs(timestampMs - this.#clock.nowMs()) <= MAX_AHEAD_MS;
    this.#hold.agreement.note(machineId, agrees, this.#monotonic.elapsedMs());
  }

  /** A person confirms that the clocks of all nodes are right. Rejects with `store_unavailable`. */
  async confirm(): Promise<void> {
    await this.#records.confirmAll();
    if (this.hold !== null) this.#endHold('a person confirmed the clock');
    await this.check();
  }

  #compareWith(arrivalMs: number, heldMs: number | null, toleranceMs = 0): void {
    const startMs = this.#monotonic.elapsedMs();
    // A hold continues after a restart, unless the clock is now within the narrow limits.
    const aheadMs = heldMs === null ? MAX_AHEAD_AT_START_MS : MAX_DEVIATION_MS;
    this.#accepted = {
      fromMs: arrivalMs - MAX_BEHIND_AT_START_MS - startMs,
      toMs: arrivalMs + toleranceMs + aheadMs - startMs,
      referenceMs: arrivalMs - startMs,
      faults: ['ahead_of_data', 'behind_data'],
    };
    this.#update(this.#clock.nowMs(), heldMs ?? 0);
    if (this.#hold === null) this.#trust();
  }

  #update(nowMs: number, heldBeforeMs = 0): void {
    const accepted = this.#accepted;
    if (accepted === null) return;
    const elapsedMs = this.#monotonic.elapsedMs();
    const offsetMs = nowMs - elapsedMs;
    if (offsetMs >= accepted.fromMs && offsetMs <= accepted.toMs) {
      if (this.#hold !== null) this.#endHoldAfterAgreement();
      return;
    }
    if (this.#hold === null) {
      this.#hold = { sinceMs: elapsedMs, heldBeforeMs, offsetMs, agreement: new ClockAgreement() };
      this.#logHold(offsetMs);
    } else if (Math.abs(offsetMs - this.#hold.offsetMs) > MAX_DEVIATION_MS) {
      // The clock was set again: the agreement so far was with another time.
      this.#hold.offsetMs = offsetMs;
      this.#hold.agreement = new ClockAgreement();
      this.#logHold(offsetMs);
    }
  }

  #logHold(offsetMs: number): void {
    const { fault, byMs } = this.#faultAt(offsetMs);
    this.#log.error({ fault, bySeconds: Math.round(byMs / 1000) }, holdReason({ fault, byMs }));
  }

  #faultAt(offsetMs: number): { fault: ClockFault; byMs: number } {
    const { referenceMs, faults } = this.#accepted as AcceptedOffset;
    const byMs = offsetMs - referenceMs;
    return { fault: faults[byMs > 0 ? 0 : 1], byMs: Math.abs(byMs) };
  }

  #endHoldAfterAgreement(): void {
    this.#log.warn('Retention continues: the clock agrees with the stored data again');
    this.#hold = null;
    // The limits stay as they were, so that a clock that moves back and forth cannot drift away in small steps.
    if (this.#accepted?.faults[0] === 'ahead_of_data') this.#trust();
  }

  /** From now on the clock is trusted as it is, whatever was recorded. */
  #endHold(reason: string): void {
    this.#log.warn(`Retention continues: ${reason}`);
    this.#hold = null;
    this.#isCorrectionDue = true;
    this.#trust();
  }

  #trust(): void {
    const referenceMs = this.#clock.nowMs() - this.#monotonic.elapsedMs();
    const [fromMs, toMs] = [referenceMs - MAX_DEVIATION_MS, referenceMs + MAX_DEVIATION_MS];
    this.#accepted = { fromMs, toMs, referenceMs, faults: ['moved_ahead', 'moved_back'] };
  }

  /** Ends a hold whose reason is gone, and records the newest arrival. Never rejects. */
  check(): Promise<void> {
    this.#checking ??= this.#checkOnce()
      .catch((error: unknown) =>
        this.#log.warn({ err: error }, 'The state of the clock guard could not be recorded; it will be tried again'),
      )
      .finally(() => {
        this.#checking = null;
      });
    return this.#checking;
  }

  async #checkOnce(): Promise<void> {
    const hold = this.hold;
    if (hold !== null) {
      if (this.#hold?.agreement.hasLastedAnHour(this.#monotonic.elapsedMs())) {
        this.#endHold('the timestamps of new readings have agreed with the clock for an hour');
      } else if (hold.heldMs >= MAX_HOLD_MS) {
        this.#endHold('the hold has lasted 24 hours and the clock was not corrected');
      } else {
        this.#isHoldRecorded = true;
        if (await this.#records.saveHold(hold)) this.#endHold('a person confirmed the clock');
      }
    }
    if (this.#hold === null) await this.#saveArrival();
  }

  async #saveArrival(): Promise<void> {
    const elapsedMs = this.#monotonic.elapsedMs();
    const arrivedMs = this.#arrivedMs ?? elapsedMs;
    const arrivalMs = this.#clock.nowMs() - (elapsedMs - arrivedMs);
    if (this.#isCorrectionDue) {
      // Also when nothing has arrived since, so that the next start does not hold for the same reason.
      await this.#records.saveArrival(arrivalMs, true);
      this.#isCorrectionDue = false;
    } else if (!this.#isArrivalSaved && elapsedMs - this.#savedMs >= SAVE_EVERY_MS) {
      await this.#records.saveArrival(arrivalMs, false);
      this.#savedMs = elapsedMs;
      if (this.#arrivedMs === arrivedMs) this.#isArrivalSaved = true;
    }
    if (!this.#isHoldRecorded) return;
    await this.#records.endHold();
    this.#isHoldRecorded = false;
  }
}

const FAULT_TEXTS: Record<ClockFault, (by: string) => string> = {
  moved_ahead: (by) => `moved ${by} ahead while the server ran`,
  moved_back: (by) => `moved ${by} back while the server ran`,
  ahead_of_data: (by) => `is ${by} ahead of the newest recorded arrival of readings`,
  behind_data: (by) => `is ${by} behind the newest recorded arrival of readings`,
};

export function holdReason({ fault, byMs }: Pick<ClockHold, 'fault' | 'byMs'>): string {
  const unitMs = byMs >= 2 * DAY_MS ? HOUR_MS : byMs >= 2 * HOUR_MS ? MINUTE_MS : 1000;
  const by = spokenDuration((Math.round(byMs / unitMs) * unitMs) / 1000);
  return `The clock of this server ${FAULT_TEXTS[fault](by)}. Nothing is deleted because of its age.`;
}
