// Whether this server's clock may decide what is old. While it disagrees with the stored data, nothing is deleted because of its age.

import { type ClockFault, MAX_AHEAD_MS } from '@gonsters/contract';
import type { Clock, MonotonicClock, TrustedClock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import { spokenDuration } from '../spoken-duration.ts';
import { withTimeout } from '../with-timeout.ts';
import { ClockAgreement } from './clock-agreement.ts';
import type { ClockHold, ClockRecords, NodeHold } from './clock-records.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The clock may move by so much against the monotonic one. */
const MOVED_MS = HOUR_MS;
/** Between the newest arrival that was recorded and a start. */
const AHEAD_AT_START_MS = 7 * DAY_MS;
const BEHIND_AT_START_MS = 5 * MINUTE_MS;
const LONGEST_HOLD_MS = DAY_MS;
const LOOK_EVERY_MS = 10_000;
const SAVE_EVERY_MS = MINUTE_MS;
const STOP_WITHIN_MS = 500;

/** The clock less the monotonic clock lies between these as long as it is trusted. */
interface Accepted {
  readonly fromMs: number;
  readonly toMs: number;
  /** What lies outside is said to be ahead or behind by its distance from here. */
  readonly referenceMs: number;
  readonly faults: readonly [ahead: ClockFault, behind: ClockFault];
}

interface Hold {
  readonly sinceMs: number;
  /** Of the process before. */
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
  /** null as long as nothing is stored that the clock could disagree with. */
  #accepted: Accepted | null = null;
  #hold: Hold | null = null;
  #hasRecord = false;
  /** When readings came last, and when that was recorded last, on the monotonic clock. */
  #arrivedMs: number | null = null;
  #savedMs = Number.NEGATIVE_INFINITY;
  #isArrivalSaved = true;
  /** The recorded arrival may be of a clock that was wrong. */
  #isCorrectionDue = false;
  #isHoldRecorded = false;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;

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
    this.#everyMs = deps.everyMs ?? LOOK_EVERY_MS;
  }

  /** `newestReadingMs` stands for the newest arrival where an older version recorded none; null where it is not known. */
  async start(newestReadingMs: number | null): Promise<void> {
    const { newestArrivalMs, heldMs } = await this.#records.load();
    this.#hasRecord = newestArrivalMs !== null;
    this.#isHoldRecorded = heldMs !== null;
    if (newestArrivalMs !== null) this.#compareWith(newestArrivalMs, heldMs);
    else if (newestReadingMs !== null) this.compareWithReading(newestReadingMs, heldMs);
    this.#timer = setInterval(() => void this.look(), this.#everyMs);
    this.#timer.unref();
  }

  /** As `start` does with the newest reading, where the store could not be asked for it by then. */
  compareWithReading(newestReadingMs: number, heldMs: number | null = null): void {
    // A reading may be ahead of its arrival.
    if (!this.#hasRecord) this.#compareWith(newestReadingMs - MAX_AHEAD_MS, heldMs, MAX_AHEAD_MS);
  }

  /** Records what a start compares with. Safe twice. */
  async stop(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#savedMs = Number.NEGATIVE_INFINITY;
    await withTimeout(this.look(), STOP_WITHIN_MS);
  }

  trustedNowMs(): number | null {
    const nowMs = this.#clock.nowMs();
    this.#judge(nowMs);
    return this.#hold === null ? nowMs : null;
  }

  /** Why nothing is deleted because of its age at the moment; null where the clock is trusted. */
  get hold(): ClockHold | null {
    const nowMs = this.#clock.nowMs();
    this.#judge(nowMs);
    const hold = this.#hold;
    if (hold === null) return null;
    const heldMs = hold.heldBeforeMs + this.#monotonic.elapsedMs() - hold.sinceMs;
    return { ...this.#faultAt(nowMs - this.#monotonic.elapsedMs()), heldMs, clockMs: nowMs };
  }

  /** Of all nodes, this one first. Rejects with `store_unavailable`. */
  async holds(): Promise<NodeHold[]> {
    const others = await this.#records.holdsOfOthers();
    const { hold } = this;
    return hold === null ? others : [{ ...hold, ...this.#records.node }, ...others];
  }

  /** Readings have been stored. Called for each commit. */
  noteArrival(): void {
    this.#arrivedMs = this.#monotonic.elapsedMs();
    this.#isArrivalSaved = false;
    // From the first reading on there is something to lose.
    if (this.#accepted === null) this.#trust();
  }

  /** Readings that another node took: their times are those of the devices, or of that node's clock. */
  noteTimes({ machineIds, timestampsMs }: ReadingColumns): void {
    if (this.#hold === null) return;
    for (const [row, machineId] of machineIds.entries()) this.noteOwnTime(machineId, timestampsMs[row] as number);
  }

  /** A reading came with a time that its device gave it. Costs nothing while the clock is trusted. */
  noteOwnTime(machineId: string, timestampMs: number): void {
    if (this.#hold === null || Number.isNaN(timestampMs)) return;
    const agrees = Math.abs(timestampMs - this.#clock.nowMs()) <= MAX_AHEAD_MS;
    this.#hold.agreement.note(machineId, agrees, this.#monotonic.elapsedMs());
  }

  /** A person says that the clocks of all nodes are right. Rejects with `store_unavailable`. */
  async confirm(): Promise<void> {
    await this.#records.confirmAll();
    if (this.hold !== null) this.#end('a person confirmed the clock');
    await this.look();
  }

  #compareWith(arrivalMs: number, heldMs: number | null, toleranceMs = 0): void {
    const startMs = this.#monotonic.elapsedMs();
    // A hold that a restart interrupts goes on, unless the clock is as right as one can tell.
    const aheadMs = heldMs === null ? AHEAD_AT_START_MS : MOVED_MS;
    this.#accepted = {
      fromMs: arrivalMs - BEHIND_AT_START_MS - startMs,
      toMs: arrivalMs + toleranceMs + aheadMs - startMs,
      referenceMs: arrivalMs - startMs,
      faults: ['ahead_of_data', 'behind_data'],
    };
    this.#judge(this.#clock.nowMs(), heldMs ?? 0);
    if (this.#hold === null) this.#trust();
  }

  #judge(nowMs: number, heldBeforeMs = 0): void {
    const accepted = this.#accepted;
    if (accepted === null) return;
    const elapsedMs = this.#monotonic.elapsedMs();
    const offsetMs = nowMs - elapsedMs;
    if (offsetMs >= accepted.fromMs && offsetMs <= accepted.toMs) {
      if (this.#hold !== null) this.#agreeAgain();
      return;
    }
    if (this.#hold === null) {
      this.#hold = { sinceMs: elapsedMs, heldBeforeMs, offsetMs, agreement: new ClockAgreement() };
      this.#say(offsetMs);
    } else if (Math.abs(offsetMs - this.#hold.offsetMs) > MOVED_MS) {
      // Who agreed with it agreed with another time.
      this.#hold.offsetMs = offsetMs;
      this.#hold.agreement = new ClockAgreement();
      this.#say(offsetMs);
    }
  }

  #say(offsetMs: number): void {
    const { fault, byMs } = this.#faultAt(offsetMs);
    this.#log.error({ fault, bySeconds: Math.round(byMs / 1000) }, holdReason({ fault, byMs }));
  }

  #faultAt(offsetMs: number): { fault: ClockFault; byMs: number } {
    const { referenceMs, faults } = this.#accepted as Accepted;
    const byMs = offsetMs - referenceMs;
    return { fault: faults[byMs > 0 ? 0 : 1], byMs: Math.abs(byMs) };
  }

  #agreeAgain(): void {
    this.#log.warn('Retention goes on: the clock agrees with the stored data again');
    this.#hold = null;
    // What was trusted before stays the measure: a clock that goes to and fro gets no further than in one step.
    if (this.#accepted?.faults[0] === 'ahead_of_data') this.#trust();
  }

  /** The clock as it is now is trusted, whatever was recorded. */
  #end(why: string): void {
    this.#log.warn(`Retention goes on: ${why}`);
    this.#hold = null;
    this.#isCorrectionDue = true;
    this.#trust();
  }

  #trust(): void {
    const referenceMs = this.#clock.nowMs() - this.#monotonic.elapsedMs();
    const [fromMs, toMs] = [referenceMs - MOVED_MS, referenceMs + MOVED_MS];
    this.#accepted = { fromMs, toMs, referenceMs, faults: ['moved_ahead', 'moved_back'] };
  }

  /** Ends a hold that is over, and records what a start compares with. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#lookOnce()
      .catch((error: unknown) => this.#log.warn({ err: error }, 'What is known of the clock cannot be recorded yet'))
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const hold = this.hold;
    if (hold !== null) {
      if (this.#hold?.agreement.look(this.#monotonic.elapsedMs())) {
        this.#end('the times of fresh readings have agreed with the clock for an hour');
      } else if (hold.heldMs >= LONGEST_HOLD_MS) {
        this.#end('nobody said within 24 hours that the clock is wrong');
      } else {
        this.#isHoldRecorded = true;
        if (await this.#records.saveHold(hold)) this.#end('a person confirmed the clock');
      }
    }
    if (this.#hold === null) await this.#saveArrival();
  }

  async #saveArrival(): Promise<void> {
    const elapsedMs = this.#monotonic.elapsedMs();
    const arrivedMs = this.#arrivedMs ?? elapsedMs;
    const arrivalMs = this.#clock.nowMs() - (elapsedMs - arrivedMs);
    if (this.#isCorrectionDue) {
      // Also where nothing has come since: the next start must not hold for the same reason.
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
  moved_ahead: (by) => `has moved ${by} ahead while the server ran`,
  moved_back: (by) => `has moved ${by} back while the server ran`,
  ahead_of_data: (by) => `is ${by} ahead of the newest arrival of readings that was recorded`,
  behind_data: (by) => `is ${by} behind the newest arrival of readings that was recorded`,
};

export function holdReason({ fault, byMs }: Pick<ClockHold, 'fault' | 'byMs'>): string {
  const unitMs = byMs >= 2 * DAY_MS ? HOUR_MS : byMs >= 2 * HOUR_MS ? MINUTE_MS : 1000;
  const by = spokenDuration((Math.round(byMs / unitMs) * unitMs) / 1000);
  return `The clock of this server ${FAULT_TEXTS[fault](by)}. Nothing is deleted because of its age.`;
}
