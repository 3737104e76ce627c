import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchBuilder, GOOD, type ReadingBatch } from '../../reading-batch.ts';
import type { RefusalReason } from '../../refused-readings.ts';
import { findRefused } from './find-refused.ts';
import type { PartialWrite } from './influxdb-answers.ts';

const START_MS = Date.UTC(2026, 0, 15);

function batchOf(rows: readonly (readonly number[])[]): ReadingBatch {
  const builder = new BatchBuilder();
  for (const [timestampMs, ...values] of rows) {
    for (const [metric, value] of values.entries()) if (!Number.isNaN(value)) builder.addValue(metric, value, GOOD);
    builder.endReading('m', timestampMs as number);
  }
  return builder.finish();
}

/** A server that refuses the doomed rows. It says how many they are only if `says` is true. */
class Refuser {
  readonly stored = new Set<number>();
  requests = 0;
  readonly #isDoomed: (row: number) => boolean;
  readonly #partial: Omit<PartialWrite, 'dropped'>;
  readonly #says: boolean;

  constructor(isDoomed: (row: number) => boolean, reason: RefusalReason, says: boolean) {
    this.#isDoomed = isDoomed;
    this.#partial = { reason, message: reason };
    this.#says = says;
  }

  write = async (rows: readonly number[]): Promise<PartialWrite | null> => {
    this.requests++;
    const doomed = rows.filter(this.#isDoomed);
    // If it refuses any row, it does not say that the others are durable.
    if (doomed.length === 0) for (const row of rows) this.stored.add(row);
    return doomed.length === 0 ? null : { ...this.#partial, dropped: this.#says ? doomed.length : 1 };
  };
}

async function refusedOf(server: Refuser, batch: ReadingBatch): Promise<number[]> {
  const rows = Array.from({ length: batch.length }, (_, row) => row);
  const partial = await server.write(rows);
  if (partial === null) return [];
  const found = await findRefused(batch, rows, partial, server.write);
  return found.flatMap((each) => each.rows).sort((a, b) => a - b);
}

describe('finding out which readings are refused', () => {
  it('ends with every reading either stored or refused, whatever the server refuses', async () => {
    const value = fc.constantFrom(1, Number.NaN);
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), value, value, value, fc.boolean()), {
      minLength: 1,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom('too_old', 'store_conflict'),
        fc.boolean(),
        async (taken, reason, says) => {
          const batch = batchOf(taken.map(([at, a, b, c]) => [START_MS + at, a, b, c]));
          const doomed = taken.flatMap(([, , , , isDoomed], row) => (isDoomed ? [row] : []));
          const server = new Refuser((row) => doomed.includes(row), reason, says);
          const refused = await refusedOf(server, batch);
          expect(refused).toEqual(doomed);
          expect(server.stored.size).toBe(batch.length - doomed.length);
        },
      ),
    );
  });

  it('needs about 25 requests for one border among 5,000 readings, by age or by metric', async () => {
    const isOld = (row: number) => (row * 7919) % 5000 < 1234;
    const old = batchOf(Array.from({ length: 5000 }, (_, row) => [START_MS + ((row * 7919) % 5000), 1, 1, 1]));
    const byAge = new Refuser(isOld, 'too_old', true);
    expect(await refusedOf(byAge, old)).toHaveLength(1234);
    expect(byAge.requests).toBeLessThanOrEqual(27);

    const metrics = batchOf(Array.from({ length: 5000 }, (_, row) => [START_MS + row, 1, 1, row % 3 ? Number.NaN : 1]));
    const byMetric = new Refuser((row) => row % 3 === 0, 'store_conflict', true);
    expect(await refusedOf(byMetric, metrics)).toHaveLength(1667);
    expect(byMetric.requests).toBeLessThanOrEqual(27);

    const all = new Refuser(() => true, 'store_conflict', true);
    expect(await refusedOf(all, metrics)).toHaveLength(5000);
    expect(all.requests).toBe(1);
  });

  it('sends a bounded number of requests, and then counts the rest as refused', async () => {
    const batch = batchOf(Array.from({ length: 5000 }, (_, row) => [START_MS + row, 1, 1, 1]));
    const server = new Refuser((row) => row % 2 === 0, 'store_conflict', false);
    const refused = await refusedOf(server, batch);
    expect(server.requests).toBeLessThanOrEqual(202);
    expect(server.stored.size + refused.length).toBe(5000);
    for (const row of refused) expect(server.stored).not.toContain(row);
  });
});
