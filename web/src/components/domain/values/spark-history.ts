// Loads the recent readings for sparklines: requests made within a moment are combined into few.

import { type CompareReply, MAX_COMPARED_MACHINES } from '@gonsters/contract';
import type { Api } from '../../../api/api.ts';
import type { SparkPoint } from '../../../charts/sparkline-path.ts';

export const SPARK_SPAN_MS = 30 * 60_000;
/** About what a sparkline has pixels for. */
const POINTS = 60;
const COLLECT_MS = 30;

interface Asked {
  machineId: string;
  answer: (points: SparkPoint[]) => void;
  refuse: (error: unknown) => void;
}

export class SparkHistory {
  readonly #compare: Api['compareReadings'];
  readonly #asked = new Map<string, Asked[]>();
  #planned = false;

  constructor(compare: Api['compareReadings']) {
    this.#compare = compare;
  }

  /** Of one metric since `SPARK_SPAN_MS` before `nowMs`, ascending. */
  load(machineId: string, metric: string, nowMs: number): Promise<SparkPoint[]> {
    return new Promise((answer, refuse) => {
      const asked = this.#asked.get(metric) ?? [];
      asked.push({ machineId, answer, refuse });
      this.#asked.set(metric, asked);
      if (this.#planned) return;
      this.#planned = true;
      setTimeout(() => this.#send(nowMs), COLLECT_MS);
    });
  }

  #send(nowMs: number): void {
    this.#planned = false;
    const all = [...this.#asked];
    this.#asked.clear();
    for (const [metric, asked] of all) {
      for (let from = 0; from < asked.length; from += MAX_COMPARED_MACHINES) {
        void this.#ask(metric, asked.slice(from, from + MAX_COMPARED_MACHINES), nowMs);
      }
    }
  }

  async #ask(metric: string, asked: readonly Asked[], nowMs: number): Promise<void> {
    try {
      const reply = await this.#compare(
        asked.map(({ machineId }) => machineId),
        metric,
        { fromMs: nowMs - SPARK_SPAN_MS, toMs: null },
        'auto',
        POINTS,
      );
      const points = pointsOf(reply);
      for (const { machineId, answer } of asked) answer(points.get(machineId) ?? []);
    } catch (error) {
      for (const { refuse } of asked) refuse(error);
    }
  }
}

function pointsOf({ timestamps, series }: CompareReply): Map<string, SparkPoint[]> {
  const timesMs = timestamps.map((timestamp) => Date.parse(timestamp));
  return new Map(
    series.map(({ machine_id, values }) => [
      machine_id,
      values.flatMap((value, i) => (value === null ? [] : [{ timeMs: timesMs[i] as number, value }])),
    ]),
  );
}
