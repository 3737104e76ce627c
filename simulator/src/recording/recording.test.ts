import { Readable } from 'node:stream';
import { METRIC_NAMES, METRICS } from '@gonsters/contract';
import { parse as parseWhole } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulationError } from '../publisher.ts';
import type { RecordingColumns } from './columns.ts';
import { formatOf, readCsv } from './csv-file.ts';
import { planText } from './plan-text.ts';
import { type CellFault, planRecording, type RecordedRow, type RecordingPlan, readRows } from './recording.ts';

const [first = 'temperature', second = 'pressure'] = METRIC_NAMES;
const WANTED: RecordingColumns = { timeColumn: null, machineColumn: null, machine: null, columns: null };
const MAPPED: RecordingColumns = { ...WANTED, timeColumn: 'Time', columns: { [first]: 'A', [second]: 'B' } };
const TEN_MS = Date.UTC(2026, 0, 15, 10);

interface Read {
  plan: RecordingPlan;
  rows: (RecordedRow | null)[];
  faults: CellFault[];
}

async function read(text: string | Uint8Array[], wanted = WANTED): Promise<Read> {
  const format = formatOf(typeof text === 'string' ? text : Buffer.concat(text).toString().replace('\ufeff', ''));
  const records = () =>
    readCsv(typeof text === 'string' ? Readable.from([Buffer.from(text)]) : Readable.from(text), format);
  const plan = await planRecording(records(), format.delimiter, wanted);
  const faults: CellFault[] = [];
  const rows: (RecordedRow | null)[] = [];
  for await (const row of readRows(records(), plan, (fault) => faults.push(fault))) rows.push(row);
  return { plan, rows, faults };
}
const valuesOf = ({ rows }: Read) => rows.map((row) => row?.values ?? null);

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
                },
          );
          const { rows: actual, faults } = await read(chunks, MAPPED);
          expect(normal(actual)).toEqual(normal(expected));
          expect(faults).toEqual([]);
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
          expect((await read(text, MAPPED)).rows.length).toBe(parsed?.length);
        } catch (error) {
          expect(error).toBeInstanceOf(SimulationError);
          expect(parsed).toBeNull();
        }
      }),
    );
  });

  it('makes numbers, true and false, and texts of its columns', async () => {
    const recording = await read(
      'Time,Motor Current (A),Running,State,Code\n' +
        '2026-01-15T10:00:00Z,1.5,TRUE,running,1\n' +
        '2026-01-15T10:00:01Z,,false,idle,0\n',
    );
    expect(recording.rows).toEqual([
      {
        machine: null,
        timestampMs: TEN_MS,
        values: { 'Motor Current': 1.5, Running: true, State: 'running', Code: 1 },
      },
      { machine: null, timestampMs: TEN_MS + 1000, values: { Running: false, State: 'idle', Code: 0 } },
    ]);
    expect(planText(recording.plan, 'SIM-001')).toEqual([
      'Time from "Time" (UTC where no zone is given); machine SIM-001',
      'Metrics: "Motor Current (A)" as Motor Current (numbers in A), "Running" (true or false), "State" (2 texts), "Code" (numbers)',
    ]);
  });

  it('returns the values that were written, whatever the kinds of the columns', async () => {
    const kinds = {
      number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      boolean: fc.boolean(),
      text: fc.constantFrom('running', 'idle', 'stopped', 'door; open', 'say "hi"', 'false alarm'),
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('number', 'boolean', 'text'), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.integer(),
        async (columns, delimiter, seed) => {
          const rows = fc.sample(fc.tuple(...columns.map((kind) => kinds[kind as keyof typeof kinds])), {
            numRuns: 5,
            seed,
          });
          const cell = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
          const lines = rows.map((row, i) => [TEN_MS + i, ...row].map(cell).join(delimiter));
          const header = ['"ts"', ...columns.map((_, i) => `c${i}`)].join(delimiter);
          const recording = await read([header, ...lines].join('\n'));
          expect(valuesOf(recording)).toEqual(
            rows.map((row) => Object.fromEntries(row.map((value, i) => [`c${i}`, value]))),
          );
        },
      ),
    );
  });

  it('names column and line of every cell that cannot be read, and sends the others', async () => {
    const recording = await read(
      `timestamp,${first},Open,Note\n2026-01-15T10:00:00Z,NaN,true,a\nsoon,1,true,\n2026-01-15T10:00:01Z,0x10,maybe,b\n` +
        `2026-01-15T10:00:02Z,1e999,true,${'x'.repeat(65)}\n2026-01-15T10:00:03Z,5,false,c,6\n2026-01-15T10:00:04Z,5,false,c,\n` +
        '2026-01-15T10:00:05Z\n',
    );
    expect(valuesOf(recording)).toEqual([
      { Open: true, Note: 'a' },
      null,
      { Note: 'b' },
      { Open: true },
      null,
      { [first]: 5, Open: false, Note: 'c' },
      null,
    ]);
    expect(recording.faults.map(({ message, field }) => `${field}: ${message}`)).toEqual([
      `${first}: Line 2, column "${first}": "NaN" is not a number`,
      'null: Line 3, column "timestamp": "soon" is not a time',
      `${first}: Line 4, column "${first}": "0x10" is not a number`,
      'Open: Line 4, column "Open": "maybe" is neither true nor false',
      `${first}: Line 5, column "${first}": "1e999" is not a number`,
      `Note: Line 5, column "Note": "${'x'.repeat(65)}" is too long for a state`,
      'null: Line 6 has 5 cells, but the header has 4',
    ]);
  });

  it('counts lines within quoted cells', async () => {
    const { faults } = await read('Time,Note,A\n2026-01-15,"two\nlines",1\nsoon,x,1\n');
    expect(faults.map(({ line }) => line)).toEqual([4]);
  });

  it('does not send comments and empty columns, and says so', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${TEN_MS + i},remark ${i},,${i % 7},s${i % 7}`);
    const recording = await read(`ts,Remark,Empty,A,State,\n${lines.join('\n')}\n`);
    expect(Object.keys(recording.rows[0]?.values ?? {})).toEqual(['A', 'State']);
    expect(planText(recording.plan, 'SIM-001').at(-1)).toBe(
      'Not sent: column 6 (no name), "Remark" (more than 32 different texts), "Empty" (empty)',
    );
  });

  it('reads decimal commas, and converts the unit in a header', async () => {
    const recording = await read(
      `sep=;\nDatum;Uhrzeit;${second} [bar];Strom\n15.01.2026;10:00;1,5;12,25\n15.01.2026;10:00:01;2;1.000\n`,
    );
    expect(recording.rows).toEqual([
      { machine: null, timestampMs: TEN_MS, values: { [second]: 150, Strom: 12.25 } },
      { machine: null, timestampMs: TEN_MS + 1000, values: { [second]: 200, Strom: 1000 } },
    ]);
    expect(planText(recording.plan, 'Presse 1')).toEqual([
      'Time from "Datum" and "Uhrzeit" (the day before the month; UTC where no zone is given); machine Presse 1',
      `Metrics: "${second} [bar]" as ${second} (numbers in bar, converted to kPa), "Strom" (numbers)`,
    ]);
  });

  it('finds out whether day or month comes first', async () => {
    const timesOf = async (...dates: string[]) => {
      const { rows, plan } = await read(`date,x\n${dates.map((date) => `${date},1`).join('\n')}`);
      return [plan.orderIs, ...rows.map((row) => new Date(row?.timestampMs ?? 0).toISOString().slice(0, 10))];
    };
    expect(await timesOf('03/04/2026', '03/14/2026')).toEqual(['proven', '2026-03-04', '2026-03-14']);
    expect(await timesOf('03/04/2026', '14/03/2026')).toEqual(['proven', '2026-04-03', '2026-03-14']);
    expect(await timesOf('03/04/2026')).toEqual(['assumed', '2026-04-03']);
    expect(await timesOf('2026-04-03')).toEqual(['none', '2026-04-03']);
  });

  it('takes the machine of each row from its column', async () => {
    const recording = await read('Time,Machine,A\n1768471200,press 1,1\n1768471200,,1\n');
    expect(recording.rows).toEqual([{ machine: 'press 1', timestampMs: 1_768_471_200_000, values: { A: 1 } }, null]);
    expect(recording.faults.map(({ message }) => message)).toEqual(['Line 3, column "Machine": no machine is named']);
    expect(planText(recording.plan, 'SIM-001')[0]).toContain('machine from "Machine"');
  });

  it('rejects if it is empty or cannot be read', async () => {
    await expect(read('')).rejects.toThrow('The recording is empty');
    const source = new Readable({ read: (): void => undefined });
    source.destroy(new Error('disk gone'));
    await expect(readCsv(source, { delimiter: ',', fromLine: 1 }).next()).rejects.toThrow(/disk gone/);
  });
});

describe('the format of a file', () => {
  it.each([
    ['a,b;c,d\n', ',', 1],
    ['a;b;c\n1,2;3;4\n', ';', 1],
    ['a\tb\n', '\t', 1],
    ['a|b|c,d\n', '|', 1],
    ['"x, y, z";b\n', ';', 1],
    ['sep=|\r\na,b\n', '|', 2],
    ['a\n', ',', 1],
  ])('of %j separates with %j', (head, delimiter, fromLine) => {
    expect(formatOf(head)).toEqual({ delimiter, fromLine });
  });
});

/** In CSV, −0 and 0 are the same value. */
const normal = (rows: unknown) => JSON.parse(JSON.stringify(rows));
