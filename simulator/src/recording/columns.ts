// What the columns of a recording are, judged by the header: times, machines, and metrics with their names and units.

import { METRICS, UNITS, type Unit, understandUnit } from '@gonsters/contract';
import { SimulationError } from '../publisher.ts';
import type { ReplayOptions } from '../simulate-options.ts';

export type RecordingColumns = Pick<ReplayOptions, 'timeColumn' | 'columns' | 'machineColumn' | 'machine'>;

export interface MetricColumn {
  readonly index: number;
  readonly header: string;
  /** The field of a reading. */
  readonly field: string;
  /** The unit in the header; null if there is none or it is not clear. */
  readonly unit: Unit | null;
  /** The unit to which values are converted before they are sent; null if they are sent as they are. */
  readonly convertTo: Unit | null;
  /** Whether values are numbers by definition, because the metric is one of the three of every installation. */
  readonly isNumeric: boolean;
}

export interface ColumnRoles {
  /** Indexes of the columns that together are the time: one, or a date and a time of day. */
  readonly times: readonly number[];
  /** Null if the whole file belongs to one machine. */
  readonly machine: number | null;
  readonly metrics: readonly MetricColumn[];
  /** Headers that are not sent, because `--columns` does not name them or because they are empty. */
  readonly unused: readonly string[];
}

/** Words for a time, best first. */
const TIME_WORDS = [
  ...['timestamp', 'time_stamp', 'datetime', 'date_time', 'ts', 'zeitstempel', 'recorded_at', 'measured_at'],
  ...['created_at', 'time', 'date', 'zeit', 'datum', 'waktu', 'tanggal'],
];
const DATE_WORDS = ['date', 'datum', 'tanggal'];
const CLOCK_WORDS = ['time', 'zeit', 'uhrzeit', 'waktu', 'jam'];
const MACHINE_WORDS = ['machine', 'machine_name'];
/** Fields of our own readings that are not metrics. */
const ENVELOPE = [
  'timestamp',
  'quality',
  'machine_id',
  'machine_name',
  'sensor_type',
  'location',
  'gateway_id',
  'factory_id',
];
/** Units that are recognised without brackets, as in `Power_kW`, because they are no part of other names. */
const SUFFIX_UNITS = new Set(
  [
    ...METRICS.map((metric) => metric.unit),
    ...['degC', 'Pa', 'hPa', 'kPa', 'MPa', 'mbar', 'bar', 'psi', 'kW', 'kWh', 'kvar', 'Hz', 'kHz', '%', 'percent'],
    ...['m/s', 'mm/s', 'm3/h', 'm³/h', 'l/min', 'l/h', 'kg/h'],
  ].map((unit) => unit.toLowerCase()),
);
const BRACKETED = /^(.*\S)\s*[([{]\s*([^()[\]{}]+|[^()[\]{}]*\([^()]*\))\s*[)\]}]$/;

/** @throws SimulationError if a column that is asked for is missing, or none is a time or a metric */
export function columnRoles(header: readonly string[], wanted: RecordingColumns): ColumnRoles {
  const has = `The recording has: ${header.join(', ')}`;
  const find = (name: string) => {
    const index = header.indexOf(name);
    if (index < 0) throw new SimulationError(`The recording has no column "${name}". ${has}`);
    return index;
  };
  const times = wanted.timeColumn === null ? findTimes(header) : [find(wanted.timeColumn)];
  if (times.length === 0)
    throw new SimulationError(`None of the columns looks like a time; say which with --time-column. ${has}`);
  const machine = wanted.machineColumn === null ? findMachine(header, wanted, times) : find(wanted.machineColumn);

  const named = wanted.columns === null ? null : Object.entries(wanted.columns);
  const taken = new Set<string>();
  const metrics: MetricColumn[] = [];
  const unused: string[] = [];
  if (named === null) {
    header.forEach((text, index) => {
      if (times.includes(index) || index === machine) return;
      if (text === '') unused.push(`column ${index + 1} (no name)`);
      else metrics.push(metricColumn(index, text, null, taken));
    });
  } else {
    for (const [field, text] of named) metrics.push(metricColumn(find(text), text, field, taken));
    header.forEach((text, index) => {
      if (times.includes(index) || index === machine || metrics.some((metric) => metric.index === index)) return;
      unused.push(`"${text}" (not in --columns)`);
    });
  }
  if (metrics.length === 0) throw new SimulationError(`None of the columns is a metric. ${has}`);
  return { times, machine, metrics, unused };
}

function findTimes(header: readonly string[]): number[] {
  const keys = header.map((text) => keyOf(withoutUnit(text) ?? text));
  const indexOf = (words: readonly string[]) => words.map((word) => keys.indexOf(word)).find((index) => index >= 0);
  const [day, clock] = [indexOf(DATE_WORDS), indexOf(CLOCK_WORDS)];
  const time = indexOf(TIME_WORDS);
  if (day !== undefined && clock !== undefined && (time === day || time === clock)) return [day, clock];
  return time === undefined ? [] : [time];
}

function findMachine(header: readonly string[], wanted: RecordingColumns, times: readonly number[]): number | null {
  // A machine that is given owns the whole file.
  if (wanted.machine !== null) return null;
  const index = header.findIndex((text, at) => MACHINE_WORDS.includes(keyOf(text)) && !times.includes(at));
  return index < 0 ? null : index;
}

/** @param taken the keys of the fields so far; of two equal ones the later gets a number */
function metricColumn(index: number, header: string, given: string | null, taken: Set<string>): MetricColumn {
  const [name, unitText] = splitUnit(header);
  const known = METRICS.find((metric) => metric.name === keyOf(given ?? name));
  const own = known === undefined ? null : understandUnit(known.unit, null);
  const unit = unitText === null ? own : understandUnit(unitText, own?.quantity ?? null);
  const column = { index, header, unit, isNumeric: known !== undefined, convertTo: unit === own ? null : own };
  if (known === undefined) return { ...column, field: freeField(given ?? name, taken) };
  if (unit !== null) return { ...column, field: freeField(known.name, taken) };
  if (given !== null)
    throw new SimulationError(
      `Column "${header}" cannot be ${given}: ${unitText} cannot be converted to ${known.unit}`,
    );
  // A speed in m/s is another metric than that in RPM.
  const other = unitText === null ? null : understandUnit(unitText, null);
  return { ...column, field: freeField(header, taken), unit: other, isNumeric: false, convertTo: null };
}

function freeField(name: string, taken: Set<string>): string {
  const base = ENVELOPE.includes(keyOf(name)) ? `${name}_value` : name;
  let field = base;
  for (let number = 2; taken.has(keyOf(field)); number++) field = `${base}_${number}`;
  taken.add(keyOf(field));
  return field;
}

/** The name in a header, and the text of its unit. Brackets that contain no unit belong to the name. */
function splitUnit(header: string): [name: string, unit: string | null] {
  const metric = METRICS.find(({ csvColumn }) => csvColumn === header.toLowerCase());
  if (metric !== undefined) return [metric.name, metric.unit];
  const [, name, inBrackets] = BRACKETED.exec(header) ?? [];
  if (name !== undefined && inBrackets !== undefined && isUnit(inBrackets)) return [name, inBrackets];
  for (const suffix of [/[\s_]+([^\s_]+_[^\s_]+)$/, /[\s_]+([^\s_]+)$/]) {
    const found = suffix.exec(header);
    const unit = found?.[1]?.replace('_', '/');
    if (found !== null && found.index > 0 && unit !== undefined && SUFFIX_UNITS.has(unit.toLowerCase()))
      return [header.slice(0, found.index), unit];
  }
  return [header, null];
}

/** A header without brackets at its end, such as `Time (UTC)`. */
function withoutUnit(header: string): string | undefined {
  return BRACKETED.exec(header)?.[1];
}

function isUnit(text: string): boolean {
  return understandUnit(text, null) !== null || UNITS.some((unit) => [unit.symbol, ...unit.aliases].includes(text));
}

/** Equal for headers that the server takes for the same metric: `Motor Current`, `motorCurrent`, `motor_current`. */
export function keyOf(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}
