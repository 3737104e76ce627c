// The day rollups of the time zone of the plant: made when such a day has ended, made again after late readings, and made for
// all stored hours when the zone changes. One node at a time does this, with the other rollups.

import type { Logger } from '../../../log.ts';
import { bucketGrid, LOCAL_DAYS_WITHIN, type LocalDays, localDaysOf } from '../../bucket-grid.ts';
import { firstStart } from '../../local-days.ts';
import { bucketStart, DAY_MS } from '../../time-buckets.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { FIRST_MS, quoteName, quoteText, type TimeRange } from './influxql.ts';
import { COUNTED, LOCAL_DAYS } from './line-protocol.ts';
import { LocalDayWriter } from './local-day-writer.ts';
import { isUnsupported } from './retention.ts';
import type { LocalDaysState, RollupState, RollupStateStore } from './rollup-state.ts';
import type { RollupWriter } from './rollup-writer.ts';

/** Days that are made between two records of the progress. */
const STEP_MS = 30 * DAY_MS;
/** One run begins no further step after this time, so that other background jobs are not delayed for long. */
const RUN_FOR_MS = 10_000;

export class LocalDayRollups {
  readonly #client: InfluxdbClient;
  readonly #states: RollupStateStore;
  readonly #rollupWriter: RollupWriter;
  readonly #writer: LocalDayWriter;
  readonly #plantZone: () => string;
  readonly #log: Logger;
  /** The zone beside which there are no days of another one any more. */
  #onlyZone: string | null = null;

  constructor(deps: {
    client: InfluxdbClient;
    states: RollupStateStore;
    rollupWriter: RollupWriter;
    /** The time zone of the plant at present. */
    plantZone: () => string;
    log: Logger;
  }) {
    this.#client = deps.client;
    this.#states = deps.states;
    this.#rollupWriter = deps.rollupWriter;
    this.#writer = new LocalDayWriter(deps.client, deps.rollupWriter);
    this.#plantZone = deps.plantZone;
    this.#log = deps.log;
  }

  /** Makes the days that end while rollups advance from `range.fromMs` to `range.toMs`. Rejects with InfluxdbError. */
  async end(range: TimeRange, { localDays }: RollupState): Promise<void> {
    const days = localDays && localDaysOf(localDays.zone);
    if (!days || range.toMs <= LOCAL_DAYS_WITHIN.fromMs) return;
    const fromMs = Math.max(range.fromMs, LOCAL_DAYS_WITHIN.fromMs);
    // Between two steps there are no readings, so that only the days around the first one can have some.
    for (const startMs of new Set([days.startOf(fromMs - 1), days.startOf(fromMs)])) {
      const endMs = days.endOf(startMs);
      if (startMs < LOCAL_DAYS_WITHIN.fromMs || endMs <= range.fromMs || endMs > range.toMs) continue;
      await this.#writer.write(days, { fromMs: startMs, toMs: endMs });
    }
  }

  /** Makes the days of a machine again that overlap a range, as far as they were made and their hours are stored. */
  async renew(machineId: string, range: TimeRange, state: RollupState): Promise<void> {
    const { localDays, retainedFromMs, rolledUpUntilMs } = state;
    const days = localDays && localDaysOf(localDays.zone);
    if (!days) return;
    const firstMs = firstStart(days, retainedFromMs[bucketGrid('1d', days.zone).rollup]);
    const fromMs = Math.max(
      days.startOf(Math.max(range.fromMs, LOCAL_DAYS_WITHIN.fromMs)),
      Math.max(localDays.builtFromMs, firstMs),
    );
    const toMs = Math.min(firstStart(days, range.toMs), days.startOf(rolledUpUntilMs));
    if (fromMs < toMs) await this.#writer.write(days, { fromMs, toMs }, machineId);
  }

  /** Makes older days, the newest first, until the time of a run is over. Rejects with InfluxdbError. */
  async build(nowMs: number, inTurn: (work: () => Promise<void>) => Promise<void>, ending: AbortSignal): Promise<void> {
    const days = localDaysOf(this.#plantZone());
    const { localDays } = await this.#states.recent();
    if ((localDays?.zone ?? null) !== (days?.zone ?? null)) await this.#begin(days, nowMs);
    // Nodes may use the days of the former zone for some seconds more.
    else await this.#forgetOthers(days?.zone ?? '');
    if (days === null) return;
    const endMs = performance.now() + RUN_FOR_MS;
    while (!ending.aborted && performance.now() < endMs) {
      const known = (await this.#states.recent()).localDays;
      if (known === null || known.builtFromMs <= FIRST_MS) return;
      await inTurn(() => this.#step(days, known, nowMs));
    }
  }

  async #begin(days: LocalDays | null, nowMs: number): Promise<void> {
    const { localDays, rolledUpUntilMs } = await this.#states.recent();
    const begun = days && {
      zone: days.zone,
      builtFromMs: days.startOf(Math.max(rolledUpUntilMs, LOCAL_DAYS_WITHIN.fromMs)),
      firstMs: FIRST_MS,
    };
    this.#onlyZone = null;
    await this.#states.save({ localDays: begun }, nowMs);
    this.#log.info(
      { zone: this.#plantZone(), former: localDays?.zone ?? 'UTC' },
      'The time zone of the plant has changed. The rollups of its days are made in the background',
    );
  }

  async #step(days: LocalDays, known: LocalDaysState, nowMs: number): Promise<void> {
    const { rollup } = bucketGrid('1d', days.zone);
    const earlier = { fromMs: LOCAL_DAYS_WITHIN.fromMs, toMs: known.builtFromMs };
    const lastMs = earlier.fromMs < earlier.toMs ? await this.#rollupWriter.lastRollupMs(rollup, earlier) : null;
    if (lastMs === null) {
      const firstMs = await this.#firstComplete(days);
      await this.#states.save({ localDays: { ...known, builtFromMs: FIRST_MS, firstMs } }, nowMs);
      this.#log.info({ zone: days.zone }, 'The rollups of the days of the plant are complete');
      return;
    }
    const toMs = Math.min(days.endOf(days.startOf(lastMs)), known.builtFromMs);
    const fromMs = Math.max(days.startOf(toMs - STEP_MS), days.startOf(LOCAL_DAYS_WITHIN.fromMs));
    await this.#writer.write(days, { fromMs, toMs });
    await this.#states.save({ localDays: { ...known, builtFromMs: fromMs } }, nowMs);
  }

  /** Start of the first day that finer rollups give completely; `FIRST_MS` if there are no older days of UTC. */
  async #firstComplete(days: LocalDays): Promise<number> {
    const finerMs = await this.#rollupWriter.firstRollupMs(bucketGrid('1d', days.zone).rollup);
    const dayMs = await this.#rollupWriter.firstRollupMs('1d');
    if (finerMs === null || dayMs === null || dayMs >= bucketStart(finerMs, DAY_MS)) return FIRST_MS;
    return firstStart(days, bucketStart(finerMs, DAY_MS));
  }

  /** Where InfluxDB cannot delete, they stay: a query names the zone whose days it reads. */
  async #forgetOthers(zone: string): Promise<void> {
    if (this.#onlyZone === zone) return;
    const others = `FROM ${quoteName(LOCAL_DAYS)} WHERE "zone" <> ${quoteText(zone)}`;
    let isAny = false;
    for await (const { values } of this.#client.query(`SELECT ${quoteName(COUNTED)} ${others} LIMIT 1`)) {
      isAny ||= values.length > 0;
    }
    if (isAny) {
      await this.#client.execute(`DELETE ${others}`).catch((error: unknown) => {
        if (!isUnsupported(error)) throw error;
      });
    }
    this.#onlyZone = zone;
  }
}
