import { describe, expect, it } from 'vitest';
import { type CsvForm, exportCsv } from './export-csv.ts';
import type { ExportTable } from './export-table.ts';
import { csvColumns, type QueriedMetric } from './queried-metric.ts';

const metric = (name: string, unit: string | null): QueriedMetric => ({
  ...{ metric: 0, merged: [], name, kind: 'gauge', unit, display: null, states: [] },
});
const START_MS = Date.UTC(2026, 9, 25, 0, 0, 0);

async function csvOf(form: Partial<CsvForm>): Promise<string> {
  const table: ExportTable = {
    columns: [
      { name: 'pressure_kpa', type: 'number' },
      { name: 'door_open', type: 'boolean' },
      { name: 'state', type: 'text', textOf: (code) => ['=running', 'idle;slow'][code] as string },
    ],
    chunks: (async function* () {
      yield {
        length: 2,
        timestampsMs: Float64Array.of(START_MS, START_MS + 3_600_250),
        values: [Float64Array.of(101.325, -0.5), Float64Array.of(1, Number.NaN), Float64Array.of(0, 1)],
      };
    })(),
  };
  let text = '';
  for await (const piece of exportCsv(table, {
    ...{ zone: 'UTC', delimiter: ',', decimal: 'point', time: 'iso' },
    ...form,
  })) {
    text += piece;
  }
  return text;
}

describe('CSV of readings', () => {
  it('has times in ISO 8601 and a decimal point unless asked otherwise', async () => {
    expect(await csvOf({})).toBe(
      'timestamp,pressure_kpa,door_open,state\r\n' +
        "2026-10-25T00:00:00.000Z,101.325,true,'=running\r\n" +
        '2026-10-25T01:00:00.250Z,-0.5,,idle;slow\r\n',
    );
  });

  it('suits a spreadsheet with a decimal comma, local time and semicolons', async () => {
    expect(await csvOf({ zone: 'Europe/Berlin', delimiter: ';', decimal: 'comma', time: 'excel' })).toBe(
      'timestamp;pressure_kpa;door_open;state\r\n' +
        "2026-10-25 02:00:00;101,325;true;'=running\r\n" +
        '2026-10-25 02:00:00,250;-0,5;;"idle;slow"\r\n',
    );
  });

  it('quotes decimal commas where commas separate the cells', async () => {
    const [, first, second] = (await csvOf({ decimal: 'comma', time: 'excel' })).split('\r\n');
    expect(first).toBe('2026-10-25 00:00:00,"101,325",true,\'=running');
    expect(second).toBe('"2026-10-25 01:00:00,250","-0,5",,idle;slow');
  });

  it('names each column after its metric and unit, and no two alike', () => {
    expect(
      csvColumns([
        metric('temperature', '°C'),
        metric('vibration_rms', 'mm/s'),
        metric('flow', 'm³/h'),
        metric('humidity', '%'),
        metric('parts', null),
        metric('temperature_c', null),
      ]),
    ).toEqual([
      ...['temperature_c', 'vibration_rms_mm_s', 'flow_m3_h', 'humidity_percent', 'parts', 'temperature_c_2'],
    ]);
  });
});
