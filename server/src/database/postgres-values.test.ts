// Times and flags on their way to PostgreSQL and back, without a server.

import fc from 'fast-check';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { describe, expect, test } from 'vitest';
import { parseBoolean, parseTimestamptz, TimesPlugin, toTimestamptz } from './postgres-values.ts';
import type { Schema } from './schema.ts';

const AT_MS = Date.UTC(2026, 0, 15, 12, 30, 0, 7);
const AT = '2026-01-15T12:30:00.007Z';
const ID = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';

describe('a time', () => {
  // In every time zone of four digits.
  const times = fc.date({ min: new Date('0002-01-01T00:00:00Z'), max: new Date('9998-12-31T23:59:59.999Z') });

  test('is the same number after it was written and read, in any time zone', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: -50_400, max: 50_400 }), (time, offset) => {
        expect(parseTimestamptz(asPostgresWrites(time.getTime(), offset))).toBe(time.getTime());
        expect(Date.parse(toTimestamptz(time.getTime()))).toBe(time.getTime());
      }),
    );
  });

  test.each([
    ['2026-01-15 12:30:00+00', AT_MS - 7],
    ['2026-01-15 12:30:00.5+00', AT_MS + 493],
    ['2026-01-15 12:30:00.007999+00', AT_MS],
    ['2026-01-15 18:00:00.007+05:30', AT_MS],
    ['1970-01-01 00:00:00-00:44:30', 2_670_000],
    ['infinity', Number.POSITIVE_INFINITY],
    ['-infinity', Number.NEGATIVE_INFINITY],
  ])('is read from %s', (text, ms) => {
    expect(parseTimestamptz(text)).toBe(ms);
  });

  test.each(['15/01/2026 12:30:00.007 UTC', 'Thu Jan 15 12:30:00.007 2026 UTC', '15.01.2026 12:30:00 UTC', ''])(
    'in another date style is refused: %j',
    (text) => {
      expect(() => parseTimestamptz(text)).toThrow(/DateStyle/);
    },
  );

  test.each([
    [Number.MAX_SAFE_INTEGER, 'infinity'],
    [Date.UTC(10_000, 0), 'infinity'],
    [Date.parse('0000-12-31T23:59:59.999Z'), '-infinity'],
    [Number.NEGATIVE_INFINITY, '-infinity'],
    [0, '1970-01-01T00:00:00.000Z'],
  ])('of %d ms is written as %s', (ms, text) => {
    expect(toTimestamptz(ms)).toBe(text);
  });
});

test('flags are read as 0 and 1', () => {
  expect(['t', 'f'].map(parseBoolean)).toEqual([1, 0]);
});

describe('a query', () => {
  const db = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins: [new TimesPlugin()],
  });
  const session = { id: ID, user_id: ID, created_at: AT_MS, ended_at: null };

  test('inserts times, and leaves other numbers as they are', () => {
    const rows = [
      { ...session, expires_at: 0 },
      { ...session, expires_at: AT_MS },
    ];
    expect(db.insertInto('sessions').values(rows).compile().parameters).toEqual([
      ...[ID, ID, AT, null, '1970-01-01T00:00:00.000Z'],
      ...[ID, ID, AT, null, AT],
    ]);
    const raise = {
      alert_id: ID,
      number: 1,
      seq: 2,
      limit_kind: 'high',
      severity: 'warning',
      reading_count: 3,
    } as const;
    expect(
      db
        .insertInto('alert_raises')
        .values({ ...raise, raised_at: AT_MS })
        .compile().parameters,
    ).toEqual([...[ID, 1, 2, 'high', 'warning', 3, AT]]);
  });

  test('inserts a time beside an expression', () => {
    const user_id = db.selectFrom('users').select('id').limit(1);
    const insert = db.insertInto('sessions').values({ ...session, user_id, expires_at: AT_MS });
    expect(insert.compile().parameters).toEqual([ID, 1, AT, null, AT]);
  });

  test('sets times, also where a row exists', () => {
    const update = db.updateTable('watch').set({ held_until: AT_MS, epoch: 5 }).where('epoch', '=', 4);
    expect(update.compile().parameters).toEqual([AT, 5, 4]);
    const upsert = db
      .insertInto('write_check')
      .values({ id: 1, checked_at: AT_MS })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ checked_at: AT_MS }));
    expect(upsert.compile().parameters).toEqual([1, AT, AT]);
    const copied = db.updateTable('alerts').set(({ ref }) => ({ first_raised_at: ref('raised_at') }));
    expect(copied.compile().parameters).toEqual([]);
  });

  test('compares with times: one, several, in a tuple, and in a query within a query', () => {
    const select = db
      .selectFrom('alerts')
      .select('id')
      .where('alerts.raised_at', '>=', AT_MS)
      .where('seq', '<', AT_MS)
      .where('updated_at', 'in', [AT_MS, 0])
      .where('cleared_at', 'is not', null)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('alerts.raised_at', 'seq'), '<', tuple(AT_MS, 9)))
      .where(({ exists, selectFrom }) =>
        exists(selectFrom('alert_raises as any').select('any.seq').where('any.raised_at', '<', AT_MS)),
      );
    expect(select.compile().parameters).toEqual([AT, AT_MS, AT, '1970-01-01T00:00:00.000Z', AT, 9, AT]);
  });
});

/** @param offset of the time zone of the session, in seconds */
function asPostgresWrites(ms: number, offset: number): string {
  const local = new Date(ms + offset * 1000).toISOString();
  const shown = local
    .replace(/^\+0/, '')
    .replace('T', ' ')
    .replace(/\.?0*Z$/, '');
  const two = (part: number) => String(Math.floor(part)).padStart(2, '0');
  const size = Math.abs(offset);
  const parts = [two(size / 3600), two((size % 3600) / 60), two(size % 60)];
  while (parts.length > 1 && parts.at(-1) === '00') parts.pop();
  return `${shown}${offset < 0 ? '-' : '+'}${parts.join(':')}`;
}
