// Simulates the machines: first the requested history, then each reading when it is due.

import { setTimeout as delay } from 'node:timers/promises';
import { MachineModel } from './physics/machine-model.ts';
import { mixSeed } from './physics/random.ts';
import type { KnownMachine, Publisher } from './publisher.ts';
import type { SampleMachine } from './sample-machines.ts';

const TICK_MS = 25;
/**
 * If the simulation lags behind by more than this, because the server is slow or the computer slept, it omits readings.
 */
const LONGEST_LAG_MS = 5_000;

interface PlayedMachine {
  readonly known: KnownMachine;
  readonly model: MachineModel;
  /** When its next reading is due. */
  nextMs: number;
}

export class LivePlant {
  readonly #machines: PlayedMachine[];
  readonly #periodMs: number;
  readonly #startMs: number;
  /** Readings that were omitted because the server was too slow. */
  skipped = 0;

  /** Live readings begin at `startMs`. History begins `backfillMs` earlier. */
  constructor(
    machines: readonly { known: KnownMachine; sample: SampleMachine }[],
    options: {
      rate: number;
      seed: number;
      faultsPerHour: number;
      backfillMs: number;
      startMs: number;
      metrics: 'basic' | 'all';
    },
  ) {
    this.#periodMs = 1000 / options.rate;
    this.#startMs = options.startMs;
    const earliestMs = options.startMs - options.backfillMs;
    this.#machines = machines.map(({ known, sample }, index) => {
      // Spreads the machines over the period, so that they do not all send at the same time.
      const phaseMs = (this.#periodMs * index) / machines.length;
      const storedMs = Number.isNaN(known.latestMs) ? 0 : known.latestMs;
      const fromMs = Math.min(Math.max(earliestMs, storedMs + this.#periodMs), options.startMs) + phaseMs;
      return {
        known,
        nextMs: fromMs,
        model: new MachineModel({
          type: sample.sensor_type,
          seed: mixSeed(options.seed, index),
          startMs: fromMs,
          faultsPerHour: options.faultsPerHour,
          all: options.metrics === 'all',
          ...(sample.firstFaultAfterS === undefined || options.faultsPerHour === 0
            ? {}
            : { firstFaultMs: options.startMs + sample.firstFaultAfterS * 1000 }),
        }),
      };
    });
  }

  /** Publishes the history, oldest readings first. */
  async backfill(publisher: Publisher, signal: AbortSignal): Promise<void> {
    for (let remaining = true; remaining && !signal.aborted; ) {
      remaining = false;
      const horizonMs = this.#machines.reduce((least, { nextMs }) => Math.min(least, nextMs), this.#startMs);
      for (const machine of this.#machines) {
        // Publishes one minute of each machine at a time, so that the machines stay together and batches are large.
        const untilMs = Math.min(horizonMs + 60_000, this.#startMs);
        while (machine.nextMs < untilMs && !signal.aborted) await this.#publish(machine, publisher);
        remaining ||= machine.nextMs < this.#startMs;
      }
    }
  }

  /** Publishes live readings until the signal aborts. */
  async run(publisher: Publisher, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const nowMs = Date.now();
      for (const machine of this.#machines) {
        if (nowMs - machine.nextMs > LONGEST_LAG_MS) this.#replay(machine, nowMs);
        while (machine.nextMs <= nowMs && !signal.aborted) await this.#publish(machine, publisher);
      }
      await delay(Math.max(0, TICK_MS - (Date.now() - nowMs)));
    }
  }

  async #publish(machine: PlayedMachine, publisher: Publisher): Promise<void> {
    const timestampMs = Math.floor(machine.nextMs);
    machine.nextMs += this.#periodMs;
    await publisher.publish(machine.known, timestampMs, machine.model.measure(timestampMs));
  }

  #replay(machine: PlayedMachine, nowMs: number): void {
    const behind = Math.floor((nowMs - machine.nextMs) / this.#periodMs);
    this.skipped += behind;
    machine.nextMs += behind * this.#periodMs;
  }
}
