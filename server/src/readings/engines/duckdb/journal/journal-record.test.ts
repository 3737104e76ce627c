import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchBuilder } from '../../../reading-batch.ts';
import { encodeEntry, type JournalEntry } from './journal-record.ts';
import { parseJournal } from './read-journal.ts';

const METRICS = 3;
const value = fc.tuple(fc.nat(METRICS - 1), fc.double(), fc.constantFrom(0, 1, 2));
const readings = fc
  .array(
    fc.tuple(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.integer(),
      fc.uniqueArray(value, { minLength: 1, maxLength: METRICS, selector: ([metric]) => metric }),
    ),
    { maxLength: 20 },
  )
  .map((rows): JournalEntry => {
    const builder = new BatchBuilder();
    for (const [id, timestampMs, values] of rows) {
      for (const [metric, number, quality] of values) builder.addValue(metric, number, quality);
      builder.endReading(id, timestampMs);
    }
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

  it('returns the records of format 1', () => {
    // Written by an earlier version: a reading without pressure, and the deletion of a machine.
    const readingsRecord =
      '474a52313b000000bff4a47289f879d401000300010000000100000009006d616368696e6520610000e06d18bc7942000000000000f83f000000000000f87f00000000000044c000000000';
    const deleteRecord = '474a5231170000001164fc67e16ab83502000300000000000100000009006d616368696e652061';
    const builder = new BatchBuilder();
    builder.addValue(0, 1.5, 0);
    builder.addValue(2, -40, 0);
    builder.endReading('machine a', 1_768_478_400_000);
    expect(parseJournal(Buffer.concat([readingsRecord, deleteRecord].map((hex) => Buffer.from(hex, 'hex'))))).toEqual({
      entries: [
        { kind: 'readings', readings: builder.finish() },
        { kind: 'delete', machineId: 'machine a' },
      ],
      isDamaged: false,
    });
  });
});
