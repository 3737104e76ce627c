// How far rollups and retention have come. Stored in InfluxDB for all nodes, and read again when it may be outdated.

import type { InfluxdbClient } from './influxdb-client.ts';
import type { Source } from './influxql.ts';
import { END_MS, FIRST_MS, quoteName, where } from './influxql.ts';
import { nanoseconds, quoteField, ROLLUP_STATE } from './line-protocol.ts';

export interface RollupState {
  /** Hours before this time are rolled up, except for dirty ones. */
  readonly rolledUpUntilMs: number;
  /** Records of dirty hours up to this time have been processed. */
  readonly dirtyProcessedUntilMs: number;
  /** Older data has been deleted or is about to be. */
  readonly retainedFromMs: Readonly<Record<Source, number>>;
  /** The time zone whose days have rollups; null for that of UTC alone. */
  readonly localDays: LocalDaysState | null;
}

export interface LocalDaysState {
  readonly zone: string;
  /** Days from here on are made that end before `rolledUpUntilMs`. `FIRST_MS` when all are made for which there are hours. */
  readonly builtFromMs: number;
  /** The first day for which there were hours when they were made; `FIRST_MS` if there was nothing before. */
  readonly firstMs: number;
}

const FIELDS = ['settled_until', 'marks_until', 'raw_from', '1m_from', '1h_from', '1d_from'] as const;
const LOCAL_FIELDS = ['local_from', 'local_first', 'local_zone'] as const;
const NOTHING_YET: RollupState = {
  rolledUpUntilMs: FIRST_MS,
  dirtyProcessedUntilMs: FIRST_MS,
  retainedFromMs: { raw: FIRST_MS, '1m': FIRST_MS, '1h': FIRST_MS, '1d': FIRST_MS },
  localDays: null,
};
/** An older state only means that more is read from single readings and that more hours are recorded as dirty. */
const GOOD_FOR_MS = 10_000;

export class RollupStateStore {
  readonly #client: InfluxdbClient;
  #current = NOTHING_YET;
  /** Time of the newest stored point. The next point is written after it, whatever the clock says. */
  #storedAtMs = FIRST_MS;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(client: InfluxdbClient) {
    this.#client = client;
  }

  /** The newest state that this node has read or written. */
  get known(): RollupState {
    return this.#current;
  }

  /** The state, at most 10 seconds old. */
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
    const { localDays } = state;
    const local = localDays && [localDays.builtFromMs, localDays.firstMs].map((ms, i) => `${LOCAL_FIELDS[i]}=${ms}i`);
    const fields = [
      ...FIELDS.map((field, i) => `${field}=${values[i]}i`),
      ...(local === null ? [] : [...local, `local_zone=${quoteField((localDays as LocalDaysState).zone)}`]),
    ].join(',');
    const atMs = Math.min(Math.max(nowMs, this.#storedAtMs + 1), END_MS - 1);
    await this.#client.write(`${ROLLUP_STATE} ${fields} ${nanoseconds(atMs)}\n`);
    this.#storedAtMs = atMs;
    this.#current = state;
    return state;
  }

  async #read(): Promise<void> {
    const everything = where({ fromMs: FIRST_MS, toMs: END_MS });
    const fields = [...FIELDS, ...LOCAL_FIELDS].map(quoteName).join(', ');
    const statement = `SELECT ${fields} FROM ${quoteName(ROLLUP_STATE)} WHERE ${everything} ORDER BY time DESC LIMIT 1`;
    const storedBeforeMs = this.#storedAtMs;
    let isStored = false;
    for await (const { values } of this.#client.query(statement)) {
      for (const row of values) {
        isStored = true;
        const [atMs, rolledUpUntilMs, dirtyProcessedUntilMs, raw, minutes, hours, days] = row as [
          ...[number, number, number, number, number, number, number],
        ];
        const [builtFromMs, firstMs, zone] = row.slice(1 + FIELDS.length) as [number, number, string | null];
        if (atMs < this.#storedAtMs) continue;
        this.#storedAtMs = atMs;
        this.#current = {
          rolledUpUntilMs,
          dirtyProcessedUntilMs,
          retainedFromMs: { raw, '1m': minutes, '1h': hours, '1d': days },
          localDays: zone ? { zone, builtFromMs, firstMs } : null,
        };
      }
    }
    // If the database was dropped, there are no rollups either.
    if (!isStored && this.#storedAtMs === storedBeforeMs) this.#current = NOTHING_YET;
    this.#readAtMs = performance.now();
  }
}
