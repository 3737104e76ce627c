// Devices that publish several readings a second, whatever happens to the servers. Some of the values exceed a limit.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, vi } from 'vitest';
import type { ProcessNode } from './process-nodes.ts';

const EVERY_MS = 250;
const NORMAL = 60;
const HOT = 99;

export interface Reading {
  readonly machine_id: string;
  readonly timestamp: number;
  readonly temperature: number;
}

export interface Excursion {
  readonly machineId: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

export class Devices {
  readonly #publish: (reading: Reading, device: number) => Promise<unknown>;
  readonly #acknowledged = new Map<string, number[]>();
  readonly #excursions: Excursion[] = [];
  readonly #waiting = new Set<Promise<void>>();
  #working: Promise<unknown> = Promise.resolve();
  #isOver = false;

  /** `publish` resolves when the reading is acknowledged. */
  constructor(machineIds: readonly string[], publish: (reading: Reading, device: number) => Promise<unknown>) {
    this.#publish = publish;
    for (const machineId of machineIds) this.#acknowledged.set(machineId, []);
  }

  start(): void {
    onTestFinished(() => {
      this.#isOver = true;
    });
    this.#working = Promise.all([...this.#acknowledged.keys()].map((machineId, i) => this.#measure(machineId, i)));
  }

  /** Whether the excursion ends by itself or lasts. One for each machine. */
  excurse(machineId: string, forMs = Number.POSITIVE_INFINITY): void {
    const fromMs = Date.now();
    this.#excursions.push({ machineId, fromMs, untilMs: fromMs + forMs });
  }

  get excursions(): readonly Excursion[] {
    return this.#excursions;
  }

  /** Stops the devices. Resolves when every reading is acknowledged. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#working;
    await Promise.all(this.#waiting);
  }

  /** Expects that every acknowledged reading is stored once. */
  async expectStored(node: ProcessNode, token: string): Promise<void> {
    // A broker acknowledges messages before it delivers them.
    await vi.waitFor(
      async () => {
        for (const [machineId, timestamps] of this.#acknowledged) {
          const stored = await node.storedTimesOf(token, machineId);
          expect(new Set(stored).size).toBe(stored.length);
          expect(timestamps.length).toBeGreaterThan(10);
          expect(timestamps.filter((timestamp) => !stored.includes(timestamp))).toEqual([]);
        }
      },
      { timeout: 30_000, interval: 500 },
    );
  }

  /** Expects one alert for each excursion, active where it lasts, and no other alerts. */
  async expectRaisedOnce(node: ProcessNode, token: string): Promise<void> {
    const lasting = new Map(this.#excursions.map(({ machineId, untilMs }) => [machineId, !Number.isFinite(untilMs)]));
    const wrong: Record<string, string[]> = {};
    await vi.waitFor(
      async () => {
        for (const machineId of this.#acknowledged.keys()) {
          const alerts = await node.alertsOf(token, machineId);
          const found = alerts
            .filter((alert) => alert.metric === 'temperature')
            .map((alert) => (alert.state === 'active_unacked' ? 'active' : 'over'));
          const isLasting = lasting.get(machineId);
          const expected = isLasting === undefined ? [] : isLasting ? ['active'] : ['over'];
          if (String(found) === String(expected)) delete wrong[machineId];
          else {
            const shown = alerts.map(
              ({ state, late, raised_at }) => `${state}${late ? ', late' : ''}, raised ${raised_at}`,
            );
            wrong[machineId] = [`expected ${expected.length === 0 ? 'none' : expected}`, ...shown];
          }
        }
        expect(wrong).toEqual({});
      },
      { timeout: 20_000, interval: 500 },
    );
  }

  async #measure(machineId: string, device: number): Promise<void> {
    const acknowledged = this.#acknowledged.get(machineId) as number[];
    // The devices do not publish at the same moment.
    await sleep((device * EVERY_MS) / this.#acknowledged.size);
    while (!this.#isOver) {
      const timestamp = Date.now();
      const isHot = this.#excursions.some(
        (each) => each.machineId === machineId && timestamp >= each.fromMs && timestamp < each.untilMs,
      );
      const reading = { machine_id: machineId, timestamp, temperature: isHot ? HOT : NORMAL };
      const sending = this.#publish(reading, device)
        // A reading that is not acknowledged may be lost.
        .then(
          () => void acknowledged.push(timestamp),
          () => {},
        )
        .finally(() => this.#waiting.delete(sending));
      this.#waiting.add(sending);
      await sleep(EVERY_MS);
    }
  }
}
