// How far housekeeping has come, as every node must know it: kept in InfluxDB, read again when it may be old.

import { type InfluxdbClient, quoteName } from './influxdb-client.ts';
import type { Source } from './influxql.ts';
import { END_MS, FIRST_MS, where } from './influxql.ts';
import { nanoseconds, ROLLUP_STATE } from './line-protocol.ts';

export interface RollupState {
  /** Hours before it are summarised, but for those with a dirty mark. */
  readonly rolledUpUntilMs: number;
  /** Late dirtyHours up to it are dealt with. */
  readonly dirtyProcessedUntilMs: number;
  /** What is older has been dropped, or is about to be. */
  readonly retainedFromMs: Readonly<Record<Source, number>>;
}

const FIELDS = ['settled_until', 'marks_until', 'raw_from', '1m_from', '1h_from', '1d_from'] as const;
const NOTHING_YET: RollupState = {
  rolledUpUntilMs: FIRST_MS,
  dirtyProcessedUntilMs: FIRST_MS,
  retainedFromMs: { raw: FIRST_MS, '1m': FIRST_MS, '1h': FIRST_MS, '1d': FIRST_MS },
};
/** An older state only means that more is read from single readings, and that more is marked as dirty. */
const GOOD_FOR_MS = 10_000;

export class RollupStateStore {
  readonly #client: InfluxdbClient;
  #current = NOTHING_YET;
  /** Time of the newest stored point: the next one stands behind it, whatever the clock says. */
  #storedAtMs = FIRST_MS;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(client: InfluxdbClient) {
    this.#client = client;
  }

  /** At most some seconds old. */
  async recent(): Promise<RollupState> {
    if (performance.now() - this.#readAtMs > GOOD_FOR_MS) await this.load();
    return this.#current;
  }

  load(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async save(next: Partial<RollupState>, nowMs: number): Promise<RollupState> {
    const state = { ...this.#current, ...next };
    const { raw, ...rollups } = state.retainedFromMs;
    const values = [
      state.rolledUpUntilMs,
      state.dirtyProcessedUntilMs,
      raw,
      rollups['1m'],
      rollups['1h'],
      rollups['1d'],
    ];
    const fields = FIELDS.map((field, i) => `${field}=${values[i]}i`).join(',');
    const atMs = Math.min(Math.max(nowMs, this.#storedAtMs + 1), END_MS - 1);
    await this.#client.write(`${ROLLUP_STATE} ${fields} ${nanoseconds(atMs)}\n`);
    this.#storedAtMs = atMs;
    this.#current = state;
    return state;
  }

  async #read(): Promise<void> {
    const everything = where({ fromMs: FIRST_MS, toMs: END_MS });
    const fields = FIELDS.map(quoteName).join(', ');
    const statement = `SELECT ${fields} FROM ${quoteName(ROLLUP_STATE)} WHERE ${everything} ORDER BY time DESC LIMIT 1`;
    const storedBeforeMs = this.#storedAtMs;
    let isStored = false;
    for await (const { values } of this.#client.query(statement)) {
      for (const row of values) {
        isStored = true;
        const [atMs, rolledUpUntilMs, dirtyProcessedUntilMs, raw, minutes, hours, days] = row as number[] as [
          number,
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        if (atMs < this.#storedAtMs) continue;
        this.#storedAtMs = atMs;
        this.#current = {
          rolledUpUntilMs,
          dirtyProcessedUntilMs,
          retainedFromMs: { raw, '1m': minutes, '1h': hours, '1d': days },
        };
      }
    }
    // Also where somebody has dropped the database: then there are no summaries either.
    if (!isStored && this.#storedAtMs === storedBeforeMs) this.#current = NOTHING_YET;
    this.#readAtMs = performance.now();
  }
}
