// A server whose clock is behind refuses correct readings as from the future. Then it reports that, and spools the payloads that
// came over MQTT until the clock is right.

import { MAX_AHEAD_MS } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { ReadingBatch } from '../../readings/reading-batch.ts';
import { ClockSkewDetector } from './clock-skew-detector.ts';
import { PayloadSpool, type SpooledPayload } from './payload-spool.ts';
import { zoneOffsetOf } from './zone-offset.ts';

/** Long enough for devices that send once a minute. */
const JUDGE_EVERY_MS = 60_000;
const FINE_VERDICTS = 2;
/** Spooled payloads that are ingested at the same time. */
const MAX_IN_FLIGHT = 100;

/** Ingests a spooled payload. `done` is called when its readings are stored. */
export type ReplayPayload = (payload: SpooledPayload, done: () => void) => void;

export class ClockSkewGuard {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #spool: PayloadSpool;
  readonly #detector = new ClockSkewDetector();
  readonly #everyMs: number;
  #replayPayload: ReplayPayload = () => {};
  #isBehind = false;
  /** Consecutive verdicts. One is not enough: devices that start late in an interval are few in it and many in the next. */
  #fineVerdicts = 0;
  #isFullLogged = false;
  #timer: NodeJS.Timeout | null = null;
  #isWorking = false;
  #isStopped = false;

  constructor(deps: { dataDir: string; clock: Clock; log: Logger; everyMs: number | undefined }) {
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#spool = new PayloadSpool(deps.dataDir);
    this.#everyMs = deps.everyMs ?? JUDGE_EVERY_MS;
  }

  /** The last verdict that devices allowed. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Opens the spool. Payloads that an earlier process spooled are ingested once the clock is no longer behind. */
  async start(replayPayload: ReplayPayload): Promise<void> {
    this.#replayPayload = replayPayload;
    await this.#spool.open();
    // A process that spooled payloads had detected that the clock was behind, or was about to.
    this.#isBehind = !this.#spool.isEmpty;
    this.#timer = setInterval(() => void this.#check(), this.#everyMs);
    this.#timer.unref();
  }

  /** Payloads that are not ingested by now are ingested after the next start. Safe to call twice. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** A reading of `device` was refused because its timestamp is in the future. */
  noteAhead(device: string, timestampMs: number): void {
    const byMs = timestampMs - this.#clock.nowMs();
    // A device that sends its local time says nothing about the clock of this server.
    if (zoneOffsetOf(byMs) !== null) return;
    // Devices on time are recorded only from now on, and need a whole interval to be counted.
    if (this.#isIdle) this.#timer?.refresh();
    this.#detector.noteAhead(device, byMs);
  }

  /** Readings were stored. Cheap while no device is ahead. */
  noteStored(readings: ReadingBatch): void {
    if (this.#isIdle) return;
    const nowMs = this.#clock.nowMs();
    for (let row = 0; row < readings.length; row++) {
      const isOfNow = Math.abs((readings.timestampsMs[row] as number) - nowMs) <= MAX_AHEAD_MS;
      if (isOfNow) this.#detector.noteOnTime(readings.machineIds[row] as string);
    }
  }

  /** Resolves when the payload may be acknowledged: it is on disk, or it could not be spooled and is a dead letter only. Never rejects. */
  async spool(payload: SpooledPayload): Promise<void> {
    try {
      if ((await this.#spool.append(payload)) || this.#isFullLogged) return;
      this.#isFullLogged = true;
      this.#log.error('The spool of payloads that are ahead of the clock is full: from now on such payloads are lost');
    } catch (error) {
      this.#log.error({ err: error }, 'A payload that is ahead of the clock could not be spooled');
    }
  }

  get #isIdle(): boolean {
    return !this.#isBehind && !this.#detector.hasAhead && this.#spool.isEmpty;
  }

  async #check(): Promise<void> {
    if (this.#isWorking || this.#isStopped) return;
    this.#isWorking = true;
    try {
      await this.#judge();
    } catch (error) {
      this.#log.error({ err: error }, 'The spool of payloads that are ahead of the clock cannot be read');
    } finally {
      this.#isWorking = false;
    }
  }

  async #judge(): Promise<void> {
    const verdict = this.#detector.judge();
    if (verdict.kind === 'behind') {
      if (!this.#isBehind) {
        this.#log.error(
          { behindBySeconds: Math.round(verdict.byMs / 1000) },
          "This server's clock is behind the clocks of most devices: their readings are refused, and spooled until the clock is right",
        );
      }
      this.#isBehind = true;
      this.#fineVerdicts = 0;
      return;
    }
    if (this.#spool.isEmpty) {
      if (verdict.kind === 'fine') this.#isBehind = false;
      return;
    }
    // The clock was corrected, now or before this process started. Payloads that are still too far ahead are spooled again.
    if (this.#isBehind && this.#spool.oldestMs <= this.#clock.nowMs() + MAX_AHEAD_MS) {
      await this.#replayAll();
      return;
    }
    if (verdict.kind === 'none' || (verdict.kind === 'few' && this.#isBehind)) return;
    if (++this.#fineVerdicts < FINE_VERDICTS) return;
    this.#fineVerdicts = 0;
    if (!this.#isBehind) {
      await this.#spool.discard();
      return;
    }
    const file = await this.#spool.moveToRefused();
    this.#log.warn(
      { file },
      'The clocks of devices were wrong, not the clock of this server: their spooled payloads are refused',
    );
    this.#isBehind = false;
  }

  async #replayAll(): Promise<void> {
    let count = 0;
    let inFlight: Promise<void>[] = [];
    for await (const payload of this.#spool.read()) {
      if (this.#isStopped) return;
      count++;
      inFlight.push(new Promise((done) => this.#replayPayload(payload, done)));
      if (inFlight.length < MAX_IN_FLIGHT) continue;
      await Promise.all(inFlight);
      inFlight = [];
    }
    await Promise.all(inFlight);
    if (this.#isStopped) return;
    await this.#spool.removeRead();
    this.#isFullLogged = false;
    this.#isBehind = !this.#spool.isEmpty;
    this.#log.warn({ payloads: count }, 'The clock is right again: the spooled payloads have been ingested');
  }
}
