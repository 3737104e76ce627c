import { METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnsBuilder } from '../../../reading-columns.ts';
import { encodeEntry, type JournalEntry } from './journal-record.ts';
import { parseJournal } from './read-journal.ts';

const readings = fc
  .array(
    fc.tuple(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.integer(),
      fc.array(fc.double(), { minLength: METRICS.length, maxLength: METRICS.length }),
    ),
    { maxLength: 20 },
  )
  .map((rows): JournalEntry => {
    const builder = new ColumnsBuilder();
    for (const [id, timestampMs, values] of rows) builder.add(id, timestampMs, values);
    return { kind: 'readings', readings: builder.finish() };
  });
const entry = fc.oneof(
  readings,
  fc.string().map((machineId): JournalEntry => ({ kind: 'delete', machineId })),
);

describe('the journal', () => {
  it('returns the entries that were written', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        expect(parseJournal(Buffer.concat(entries.map(encodeEntry)))).toEqual({ entries, isDamaged: false });
      }),
    );
  });

  it('returns every complete record of a truncated journal, and does not report damage', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), fc.nat(), (entries, cut) => {
        const bytes = Buffer.concat(entries.map(encodeEntry));
        const { entries: read, isDamaged } = parseJournal(bytes.subarray(0, cut % bytes.length));
        expect(isDamaged).toBe(false);
        expect(read).toEqual(entries.slice(0, read.length));
      }),
    );
  });

  it('loses at most the record with a flipped bit, and reports the damage', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(7), (entries, at, bit) => {
        const bytes = Buffer.concat(entries.map(encodeEntry));
        const hit = at % bytes.length;
        bytes[hit] = (bytes[hit] as number) ^ (1 << bit);
        const { entries: read, isDamaged } = parseJournal(bytes);
        expect(isDamaged).toBe(true);
        expect(read).toHaveLength(entries.length - 1);
        for (const each of read) expect(entries).toContainEqual(each);
      }),
    );
  });

  it('treats zeros that were never overwritten as the end', () => {
    const bytes = Buffer.concat([encodeEntry({ kind: 'delete', machineId: 'a' }), Buffer.alloc(4096)]);
    expect(parseJournal(bytes)).toEqual({ entries: [{ kind: 'delete', machineId: 'a' }], isDamaged: false });
  });
});
