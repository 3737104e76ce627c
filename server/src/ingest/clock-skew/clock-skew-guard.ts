// A server whose clock is behind refuses what is right: then it says so, and keeps what came over MQTT until the clock is right.

import { MAX_AHEAD_MS } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { ReadingColumns } from '../../readings/reading-columns.ts';
import { ClockSkewDetector } from './clock-skew-detector.ts';
import { type KeptPayload, PayloadSpool } from './payload-spool.ts';

/** Long enough for devices that send once a minute. */
const JUDGE_EVERY_MS = 60_000;
const TIMES_FINE = 2;
/** Kept payloads that are on their way to the store at a time. */
const AT_ONCE = 100;

/** Takes a payload as if it came now; `done` is called when its readings are stored. */
export type TakeAgain = (kept: KeptPayload, done: () => void) => void;

export class ClockSkewGuard {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #payloads: PayloadSpool;
  readonly #doubt = new ClockSkewDetector();
  readonly #everyMs: number;
  #takeAgain: TakeAgain = () => {};
  #isBehind = false;
  /** In a row: devices that begin at the end of a judged time are few in it and many in the next. */
  #timesFine = 0;
  #isFullTold = false;
  #timer: NodeJS.Timeout | null = null;
  #isWorking = false;
  #isStopped = false;

  constructor(parts: { dataDir: string; clock: Clock; log: Logger; everyMs: number | undefined }) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#payloads = new PayloadSpool(parts.dataDir);
    this.#everyMs = parts.everyMs ?? JUDGE_EVERY_MS;
  }

  /** Most devices say so, since the last time that any could tell. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** What an earlier process kept is taken again, where it can be by now. */
  async start(takeAgain: TakeAgain): Promise<void> {
    this.#takeAgain = takeAgain;
    await this.#payloads.open();
    // A process that kept something took the clock for wrong, or was just about to find out.
    this.#isBehind = !this.#payloads.isEmpty;
    this.#timer = setInterval(() => void this.#look(), this.#everyMs);
    this.#timer.unref();
  }

  /** What has not been taken again by now is at the next start. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** A reading of `device` was refused as from the future. */
  refused(device: string, timestampMs: number): void {
    // Whoever is in time is noted only from now on, and must get as long to be heard.
    if (this.#isCalm) this.#timer?.refresh();
    this.#doubt.ahead(device, timestampMs - this.#clock.nowMs());
  }

  /** Costs nothing while nobody is ahead. */
  stored(readings: ReadingColumns): void {
    if (this.#isCalm) return;
    const nowMs = this.#clock.nowMs();
    for (let row = 0; row < readings.length; row++) {
      const isOfNow = Math.abs((readings.timestampsMs[row] as number) - nowMs) <= MAX_AHEAD_MS;
      if (isOfNow) this.#doubt.withTimeout(readings.machineIds[row] as string);
    }
  }

  /** Resolves when the payload may be acknowledged: it is on the disk, or is among the dead letters only. Never rejects. */
  async keep(kept: KeptPayload): Promise<void> {
    try {
      if ((await this.#payloads.keep(kept)) || this.#isFullTold) return;
      this.#isFullTold = true;
      this.#log.error('There is no room for more that is ahead of the clock: from now on it is lost');
    } catch (error) {
      this.#log.error({ err: error }, 'A payload that is ahead of the clock could not be kept');
    }
  }

  get #isCalm(): boolean {
    return !this.#isBehind && !this.#doubt.hasAhead && this.#payloads.isEmpty;
  }

  async #look(): Promise<void> {
    if (this.#isWorking || this.#isStopped) return;
    this.#isWorking = true;
    try {
      await this.#judge();
    } catch (error) {
      this.#log.error({ err: error }, 'What is ahead of the clock cannot be looked at');
    } finally {
      this.#isWorking = false;
    }
  }

  async #judge(): Promise<void> {
    const verdict = this.#doubt.judge();
    if (verdict.kind === 'behind') {
      if (!this.#isBehind) {
        this.#log.error(
          { behindBySeconds: Math.round(verdict.byMs / 1000) },
          "This server's clock is behind that of most devices: their readings are refused, and kept until it is right",
        );
      }
      this.#isBehind = true;
      this.#timesFine = 0;
      return;
    }
    if (this.#payloads.isEmpty) {
      if (verdict.kind === 'fine') this.#isBehind = false;
      return;
    }
    // The clock was set, here or before this process began. What is too far ahead all the same is kept anew.
    if (this.#isBehind && this.#payloads.oldestMs <= this.#clock.nowMs() + MAX_AHEAD_MS) {
      await this.#takeAllAgain();
      return;
    }
    if (verdict.kind === 'none' || (verdict.kind === 'few' && this.#isBehind)) return;
    if (++this.#timesFine < TIMES_FINE) return;
    this.#timesFine = 0;
    if (!this.#isBehind) {
      await this.#payloads.discard();
      return;
    }
    const file = await this.#payloads.putAside();
    this.#log.warn({ file }, 'It was the clocks of devices that were wrong: what they sent is refused');
    this.#isBehind = false;
  }

  async #takeAllAgain(): Promise<void> {
    let count = 0;
    let some: Promise<void>[] = [];
    for await (const kept of this.#payloads.take()) {
      if (this.#isStopped) return;
      count++;
      some.push(new Promise((done) => this.#takeAgain(kept, done)));
      if (some.length < AT_ONCE) continue;
      await Promise.all(some);
      some = [];
    }
    await Promise.all(some);
    if (this.#isStopped) return;
    await this.#payloads.forgetTaken();
    this.#isFullTold = false;
    this.#isBehind = !this.#payloads.isEmpty;
    this.#log.warn({ payloads: count }, 'The clock is right again: what was kept meanwhile has been taken');
  }
}
