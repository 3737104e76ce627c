import { METRICS } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { columnRoles, keyOf, type RecordingColumns } from './columns.ts';

const WANTED: RecordingColumns = { timeColumn: null, columns: null, machineColumn: null, machine: null };
const rolesOf = (header: string, wanted: Partial<RecordingColumns> = {}) =>
  columnRoles(header.split(';'), { ...WANTED, ...wanted });
/** The fields of the columns, with the symbols of their units. */
const fieldsOf = (header: string, wanted: Partial<RecordingColumns> = {}) =>
  rolesOf(`Time;${header}`, wanted).metrics.map(({ field, unit, convertTo }) =>
    [field, unit?.symbol, convertTo?.symbol].filter((part) => part !== undefined),
  );
const [first, second, third] = METRICS;

describe('the columns of a recording', () => {
  it.each([
    ['timestamp;x', [0]],
    ['x;Time (UTC)', [1]],
    ['Time stamp;x', [0]],
    ['x;DateTime;Date', [1]],
    ['Date;Time;x', [0, 1]],
    ['x;Time;Date', [2, 1]],
    ['Tanggal;Jam;x', [0, 1]],
    ['Datum;Uhrzeit;x', [0, 1]],
    ['date;x', [0]],
    ['timestamp;date;time', [0]],
  ])('of %j are the time in %j', (header, times) => {
    expect(rolesOf(header).times).toEqual(times);
  });

  it('name the machine, unless one is given', () => {
    expect(rolesOf('Time;Machine;x')).toMatchObject({ machine: 1, metrics: [{ header: 'x' }] });
    expect(rolesOf('Time;Machine;x', { machine: 'Press 1' })).toMatchObject({
      machine: null,
      metrics: [{ header: 'Machine' }, { header: 'x' }],
    });
    expect(rolesOf('Time;Asset;x', { machineColumn: 'Asset' }).machine).toBe(1);
  });

  it('are metrics under their headers, without units', () => {
    expect(
      fieldsOf('Motor Current (A);Power_kW;vibration_rms [mm/s];vibration_peak_mm_s;flow m3/h;Door Open;Humidity (%)'),
    ).toEqual([
      ['Motor Current', 'A'],
      ['Power', 'kW'],
      ['vibration_rms', 'mm/s'],
      ['vibration_peak', 'mm/s'],
      ['flow', 'm³/h'],
      ['Door Open'],
      ['Humidity', '%'],
    ]);
  });

  it('keep what is in brackets or behind a name and is no unit', () => {
    const names = ['Valve (inlet)', 'Valve (outlet)', 'speed_min', 'phase_c', 'oil_max', 'Count (total)'];
    expect(fieldsOf(names.join(';')).map(([field]) => field)).toEqual(names);
  });

  it('are the known metrics in any case, and are converted to their units', () => {
    const title = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;
    const own = METRICS.map(({ name, unit }) => [name, unit]);
    for (const write of [
      (metric: (typeof METRICS)[number]) => metric.name,
      (metric: (typeof METRICS)[number]) => title(metric.name),
      (metric: (typeof METRICS)[number]) => metric.csvColumn,
      (metric: (typeof METRICS)[number]) => `${title(metric.name)} (${metric.unit})`,
    ])
      expect(fieldsOf(METRICS.map(write).join(';'))).toEqual(own);
    expect(fieldsOf(`${first.name} (F);${second.name}_bar`)).toEqual([
      [first.name, '°F', '°C'],
      [second.name, 'bar', 'kPa'],
    ]);
    // Another quantity is another metric.
    expect(fieldsOf(`${third.name} (m/s)`)).toEqual([[`${third.name} (m/s)`, 'm/s']]);
  });

  it('get a number where two would be the same metric, and another name where they would be no metric', () => {
    expect(fieldsOf('Motor Current;motor_current;motorCurrent;location;Quality').map(([field]) => field)).toEqual([
      'Motor Current',
      'motor_current_2',
      'motorCurrent_3',
      'location_value',
      'Quality_value',
    ]);
    expect(['Motor Current', 'motorCurrent', 'MOTOR-CURRENT', '_motor.current_'].map(keyOf)).toEqual(
      Array(4).fill('motor_current'),
    );
  });

  it('are only those of --columns if it is given', () => {
    const roles = rolesOf('Time;Heat (°F);Note;x', { columns: { [first.name]: 'Heat (°F)', vibration_rms: 'x' } });
    expect(roles.metrics.map(({ field, header }) => [field, header])).toEqual([
      [first.name, 'Heat (°F)'],
      ['vibration_rms', 'x'],
    ]);
    expect(roles.unused).toEqual(['"Note" (not in --columns)']);
  });

  it.each<[string, string, Partial<RecordingColumns>, RegExp]>([
    ['there is no time', 'a;b', {}, /None of the columns looks like a time; say which with --time-column.*a, b/],
    ['the time column is missing', 'Time;A', { timeColumn: 'When' }, /no column "When".*Time, A/],
    ['the machine column is missing', 'Time;A', { machineColumn: 'M' }, /no column "M".*Time, A/],
    ['a mapped column is missing', 'Time;A', { columns: { [first.name]: 'C' } }, /no column "C".*Time, A/],
    ['there is nothing but a time', 'Time', {}, /None of the columns is a metric.*Time/],
    [
      'a unit cannot be converted',
      'Time;A (kW)',
      { columns: { [first.name]: 'A (kW)' } },
      /"A \(kW\)".*kW cannot be conv/,
    ],
  ])('are refused if %s', (_, header, wanted, message) => {
    expect(() => rolesOf(header, wanted)).toThrow(message);
  });
});
