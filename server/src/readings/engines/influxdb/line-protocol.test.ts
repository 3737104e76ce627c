import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BAD, BatchBuilder, GOOD, type ReadingBatch, UNCERTAIN } from '../../reading-batch.ts';
import { readHours, writeHours } from './dirty-hours.ts';
import { quoteName, quoteText } from './influxql.ts';
import { nanoseconds, qualityLines, quoteField, readingLines, seriesOf, tagText } from './line-protocol.ts';
import { mergeRepeats } from './merge-repeats.ts';

type Value = number | readonly [value: number, quality: number];

/** Rows of values of the metrics of the seed; NaN is not measured. */
function batchOf(
  rows: readonly (readonly [machineId: string, timestampMs: number, ...values: Value[]])[],
): ReadingBatch {
  const builder = new BatchBuilder();
  for (const [id, timestampMs, ...values] of rows) {
    for (const [metric, each] of values.entries()) {
      const [value, quality] = typeof each === 'number' ? [each, GOOD] : each;
      if (!(Number.isNaN(value) && quality === GOOD)) builder.addValue(metric, value, quality);
    }
    builder.endReading(id, timestampMs);
  }
  return builder.finish();
}

describe('line protocol', () => {
  it('writes every number so that it is read as the same number', () => {
    const values = [0, -0, 1e-7, -1.5e300, 0.1 + 0.2, 2 ** 53, 5e-324];
    for (const value of values) {
      const line = readingLines(batchOf([['m', 1, value]]), [0], () => 'r ');
      const [, text] = /^r n=1i,[a-z_]+=(\S+) 1000000\n$/.exec(line) ?? [];
      expect(Number(text)).toBe(value);
    }
  });

  it('writes bad values beside the readings, and marks of good ones only where earlier marks may exist', () => {
    const batch = batchOf([
      ['m', 1, 20.5, [-127, BAD], [7, UNCERTAIN]],
      ['m', 2, [Number.NaN, BAD]],
      ['m', 3, 4],
    ]);
    const series = () => 'sensor_readings,machine_id=m ';
    expect(readingLines(batch, [0, 1], series).split('\n')).toEqual([
      'sensor_readings,machine_id=m n=1i,temperature=20.5,speed=7 1000000',
      'sensor_readings,machine_id=m n=1i 2000000',
      '',
    ]);
    const marks = qualityLines(batch, [0, 1, 2], series, (row) => row === 2);
    expect(marks.split('\n')).toEqual([
      'sensor_quality,machine_id=m n=1i,pressure_quality=2i,pressure_value=-127,speed_quality=1i 1000000',
      'sensor_quality,machine_id=m n=1i,temperature_quality=3i 2000000',
      'sensor_quality,machine_id=m n=1i,temperature_quality=0i 3000000',
      '',
    ]);
  });

  it('writes milliseconds of any year as nanoseconds to the last digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1680, 0), max: Date.UTC(2260, 0) }), (timestampMs) => {
        expect(BigInt(nanoseconds(timestampMs))).toBe(BigInt(timestampMs) * 1_000_000n);
      }),
    );
  });

  it('escapes texts so that they cannot end a tag, field, name or line', () => {
    expect(
      seriesOf('r', [
        ['a', tagText('x, y=z\\\n\\')],
        ['b', ''],
        ['c', 'd'],
      ]),
    ).toBe('r,a=x\\,\\ y\\=z\\\\ ,c=d ');
    expect(quoteField('say "\\"')).toBe('"say \\"\\\\\\""');
    expect(quoteName('a"; DROP')).toBe('"a\\"; DROP"');
    expect(quoteText("a'; DROP\\")).toBe("'a\\'; DROP\\\\'");
  });
});

describe('hours as text', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (hours) => {
        const read = readHours(writeHours(hours)).flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, i) => first + i),
        );
        expect(read).toEqual([...hours].sort((a, b) => a - b));
      }),
    );
    expect(writeHours([491_000, 491_002, 491_001, 5])).toBe('5,491000-491002');
  });
});

describe('repeats within a batch', () => {
  it('are merged into one row, and the later value wins metric by metric', () => {
    const merged = mergeRepeats(
      batchOf([
        ['a', 1, 1, 2],
        ['b', 1, 5],
        ['a', 1, Number.NaN, 3],
        ['a', 0, 7],
      ]),
    );
    expect([merged.length, [...merged.machineIds], [...merged.timestampsMs]]).toEqual([3, ['a', 'a', 'b'], [1, 0, 1]]);
    expect([[...merged.starts], [...merged.metrics], [...merged.values]]).toEqual([
      [0, 2, 3, 4],
      [0, 1, 0, 0],
      [1, 3, 7, 5],
    ]);
  });

  it('are not searched for if times ascend', () => {
    const batch = batchOf([
      ['a', 1, 1],
      ['b', 1, 1],
      ['a', 2, 1],
    ]);
    expect(mergeRepeats(batch)).toBe(batch);
  });
});
