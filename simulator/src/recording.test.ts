import { Readable } from 'node:stream';
import { METRIC_NAMES, METRICS } from '@gonsters/contract';
import { parse as parseWhole } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulationError } from './publisher.ts';
import { type RecordedRow, type RecordingColumns, readRows, readTimeMs } from './recording.ts';

const [first = 'temperature', second = 'pressure'] = METRIC_NAMES;
const WANTED: RecordingColumns = {
  timeColumn: 'Time',
  machineColumn: null,
  columns: { [first]: 'A', [second]: 'B' },
};

async function rowsOf(text: string | Uint8Array[], delimiter = ',', wanted = WANTED): Promise<(RecordedRow | null)[]> {
  const rows: (RecordedRow | null)[] = [];
  const source = typeof text === 'string' ? Readable.from([Buffer.from(text)]) : Readable.from(text);
  for await (const row of readRows(source, delimiter, wanted)) rows.push(row);
  return rows;
}

const quoted = (cell: string) => (/[",\n\r]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

describe('a recording', () => {
  it('returns every row that was written, wherever the chunks are cut', async () => {
    const value = fc.double({ min: METRICS[0].min, max: METRICS[0].max, noNaN: true });
    const row = fc.record({
      timestampMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
      a: fc.option(value),
      b: fc.option(value),
      note: fc.string({ maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        async (rows, cut) => {
          const lines = rows.map(({ timestampMs, a, b, note }) =>
            [quoted(note), new Date(timestampMs).toISOString(), a ?? '', b ?? ''].join(','),
          );
          const text = Buffer.from(`\ufeffNote,Time,A,B\r\n${lines.join('\r\n')}\r\n`);
          const chunks = Array.from({ length: Math.ceil(text.length / cut) }, (_, i) =>
            text.subarray(i * cut, (i + 1) * cut),
          );
          const expected = rows.map(({ timestampMs, a, b }) =>
            a === null && b === null
              ? null
              : {
                  machine: null,
                  timestampMs,
                  values: { ...(a === null ? {} : { [first]: a + 0 }), ...(b === null ? {} : { [second]: b + 0 }) },
                  unreadable: [],
                },
          );
          expect(normal(await rowsOf(chunks))).toEqual(normal(expected));
        },
      ),
    );
  });

  it('throws nothing but a SimulationError for any bytes, and finds the same rows as the parser', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (garbage) => {
        const text = `Time,A,B\n${garbage}`;
        let parsed: unknown[] | null = null;
        try {
          parsed = parseWhole(text, {
            bom: true,
            trim: true,
            skip_empty_lines: true,
            relax_column_count: true,
            from_line: 2,
          });
        } catch {
          parsed = null;
        }
        try {
          expect((await rowsOf(text)).length).toBe(parsed?.length);
        } catch (error) {
          expect(error).toBeInstanceOf(SimulationError);
          expect(parsed).toBeNull();
        }
      }),
    );
  });

  it('omits cells that are not numbers, and rows without a time or a value', async () => {
    const text = 'Time,A,B\n2026-01-15T10:00:00Z,NaN,0\nsoon,1,1\n2026-01-15T10:00:01Z,0x10,1e999\n\n';
    expect(await rowsOf(text)).toEqual([
      { machine: null, timestampMs: Date.UTC(2026, 0, 15, 10), values: { [second]: 0 }, unreadable: [first] },
      null,
      null,
    ]);
  });

  it('reads decimal commas if semicolons separate the columns', async () => {
    expect(await rowsOf('Time;A\n2026-01-15 10:00:00;12,5\n', ';', { ...WANTED, columns: { [first]: 'A' } })).toEqual([
      { machine: null, timestampMs: Date.UTC(2026, 0, 15, 10), values: { [first]: 12.5 }, unreadable: [] },
    ]);
  });

  it('takes the machine of each row from its column', async () => {
    const rows = await rowsOf('Time,M,A,B\n1768471200,press 1,1,\n1768471200,,1,\n', ',', {
      ...WANTED,
      machineColumn: 'M',
    });
    expect(rows).toEqual([
      { machine: 'press 1', timestampMs: 1_768_471_200_000, values: { [first]: 1 }, unreadable: [] },
      null,
    ]);
  });

  it.each([
    ['a time column that is missing', { timeColumn: 'When' }],
    ['a machine column that is missing', { machineColumn: 'M' }],
    ['a mapped column that is missing', { columns: { [first]: 'C' } }],
    ['no mapped column at all', { columns: { [first]: first } }],
  ])('names the existing columns when asked for %s', async (_, wanted) => {
    await expect(rowsOf('Time,A,B\n', ',', { ...WANTED, ...wanted })).rejects.toThrow(/Time, A, B/);
  });

  it('rejects if the file cannot be read', async () => {
    const source = new Readable({ read: (): void => undefined });
    source.destroy(new Error('disk gone'));
    await expect(readRows(source, ',', WANTED).next()).rejects.toThrow(/disk gone/);
  });
});

describe('readTimeMs', () => {
  it.each([
    ['2026-01-15T10:00:00.250Z', 1_768_471_200_250],
    ['2026-01-15 10:00:00', 1_768_471_200_000],
    ['2026-01-15T10:00:00+07:00', 1_768_446_000_000],
    ['1768471200', 1_768_471_200_000],
    ['1768471200.25', 1_768_471_200_250],
    ['1768471200250', 1_768_471_200_250],
    ['15/01/2026', Number.NaN],
    ['', Number.NaN],
  ])('reads %s', (text, expected) => {
    expect(readTimeMs(text)).toBe(expected);
  });
});

/** In CSV, −0 and 0 are the same value. */
const normal = (rows: unknown) => JSON.parse(JSON.stringify(rows));
