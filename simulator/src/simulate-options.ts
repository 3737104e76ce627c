// The options of a simulation: help texts, validation and meaning.

import { METRIC_NAME, METRIC_NAMES } from '@gonsters/contract';

export interface SimulateOptions {
  readonly machines: number;
  /** Readings per second of each machine. */
  readonly rate: number;
  readonly via: 'mqtt' | 'http';
  readonly seed: number;
  /** Null runs until it is aborted. */
  readonly durationS: number | null;
  /** `basic`: the three metrics that every installation has; `all`: everything that machines of eight types report. */
  readonly metrics: 'basic' | 'all';
  /** Average number of faults of each machine. */
  readonly faultsPerHour: number;
  /** How much history is written before the live readings, for machines without readings; 0 for none. */
  readonly backfillMs: number;
  readonly replay: ReplayOptions | null;
  /** Base address of the server. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly mqtt: {
    readonly url: string;
    readonly username: string | null;
    readonly password: string | null;
    readonly factoryId: string;
  };
  /** Prints no status lines. */
  readonly quiet: boolean;
}

export interface ReplayOptions {
  readonly file: string;
  /** Null: it is found by its header. */
  readonly timeColumn: string | null;
  /** The only columns that are sent, by metric; null sends every column under the name in its header. */
  readonly columns: { readonly [metric: string]: string } | null;
  /** Column with the name of the machine; null: a column `machine`, unless `machine` is given. */
  readonly machineColumn: string | null;
  /** The machine of a file without such a column, null for SIM-001. It is created if it does not exist. */
  readonly machine: string | null;
  /** Speed relative to the recording; Infinity is as fast as possible. */
  readonly speed: number;
  /** Shifts the recording so that it ends, or at speed 1 begins, in the present. */
  readonly shiftToNow: boolean;
}

const columnsExample = METRIC_NAMES.map((name) => `${name}=${name[0]?.toUpperCase()}${name.slice(1)}`).join(',');

/** Name without dashes, placeholder (none for a switch), default and help text. */
export const SIMULATE_OPTIONS = [
  { name: 'machines', value: 'n', default: '7', help: 'number of machines that publish' },
  {
    name: 'metrics',
    value: 'basic|all',
    default: 'basic',
    help: 'the three basic metrics, or eight types of machines with all of theirs',
  },
  { name: 'rate', value: 'hz', default: '1', help: 'readings per second of each machine' },
  { name: 'via', value: 'mqtt|http', default: 'mqtt', help: 'MQTT with QoS 1, or HTTP batches' },
  { name: 'seed', value: 'n', default: '1', help: 'the same seed gives the same values' },
  { name: 'duration', value: 'seconds', default: '', help: 'how long it runs; by default until Ctrl-C' },
  { name: 'faults', value: 'per-hour', default: '0.5', help: 'average number of faults per hour of each machine' },
  { name: 'backfill', value: 'span', default: '0', help: 'history to write first, such as 90m, 24h or 7d' },
  { name: 'replay', value: 'file.csv', default: '', help: 'publish a recording instead of simulated machines' },
  {
    name: 'columns',
    value: columnsExample,
    default: '',
    help: 'the columns to send, by metric; by default all of them under their headers',
  },
  {
    name: 'time-column',
    value: 'name',
    default: '',
    help: 'column with the times; by default timestamp, time, date, …',
  },
  {
    name: 'machine-column',
    value: 'name',
    default: '',
    help: 'column with the name of the machine; by default machine',
  },
  { name: 'machine', value: 'name', default: '', help: 'machine of the whole recording; by default SIM-001' },
  { name: 'speed', value: 'factor|max', default: '1', help: 'speed relative to the recording' },
  {
    name: 'shift',
    value: 'now',
    default: '',
    help: 'shift the recording so that it ends now (at speed 1: begins now)',
  },
  { name: 'url', value: 'address', default: 'http://127.0.0.1:5000', help: 'address of the server' },
  { name: 'username', value: 'name', default: 'manager1', help: 'user who may add machines' },
  { name: 'password', value: 'text', default: 'Password123!', help: 'password of the user' },
  { name: 'mqtt', value: 'address', default: 'mqtt://127.0.0.1:1883', help: 'address of the broker' },
  { name: 'mqtt-username', value: 'name', default: '', help: 'user name of a gateway' },
  { name: 'mqtt-password', value: 'text', default: '', help: 'password of the gateway' },
  { name: 'factory', value: 'id', default: 'plant-1', help: 'factory in the topic, for machines without one' },
  { name: 'quiet', value: null, default: '', help: 'print no status lines' },
] as const satisfies readonly { name: string; value: string | null; default: string; help: string }[];

export class OptionError extends Error {}

/**
 * Reads options as text, by their names (`time-column` or `timeColumn`).
 *
 * @throws OptionError naming every fault
 */
export function readSimulateOptions(given: Readonly<Record<string, unknown>>): SimulateOptions {
  const faults: string[] = [];
  const text = (name: (typeof SIMULATE_OPTIONS)[number]['name']): string => {
    const value = given[name] ?? given[camelCase(name)];
    return String(value ?? SIMULATE_OPTIONS.find((option) => option.name === name)?.default ?? '');
  };
  const number = (name: (typeof SIMULATE_OPTIONS)[number]['name'], min: number, max: number): number => {
    const value = text(name).trim();
    const parsed = value === '' ? Number.NaN : Number(value);
    if (parsed >= min && parsed <= max) return parsed;
    faults.push(`--${name} must be a number from ${min} to ${max}`);
    return min;
  };
  const address = (name: 'url' | 'mqtt', protocols: readonly string[]): string => {
    const value = text(name).replace(/\/+$/, '');
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol))
      faults.push(
        `--${name} must be an address such as ${SIMULATE_OPTIONS.find((each) => each.name === name)?.default}`,
      );
    return value;
  };
  const via = text('via');
  if (via !== 'mqtt' && via !== 'http') faults.push('--via must be mqtt or http');
  const metrics = text('metrics');
  if (metrics !== 'basic' && metrics !== 'all') faults.push('--metrics must be basic or all');
  const shift = text('shift');
  if (shift !== '' && shift !== 'now') faults.push('--shift must be now');
  const machines = number('machines', 1, 100_000);
  if (!Number.isInteger(machines)) faults.push('--machines must be a whole number');
  const columns = readColumns(text('columns'), faults);
  const speed = text('speed') === 'max' ? Number.POSITIVE_INFINITY : number('speed', 0.001, 1e9);

  const options: SimulateOptions = {
    machines,
    rate: number('rate', 0.001, 1000),
    via: via === 'http' ? 'http' : 'mqtt',
    seed: number('seed', 0, 2 ** 32 - 1),
    durationS: text('duration') === '' ? null : number('duration', 0, 1e9),
    metrics: metrics === 'all' ? 'all' : 'basic',
    faultsPerHour: number('faults', 0, 60),
    backfillMs: readSpanMs(text('backfill'), faults),
    replay:
      text('replay') === ''
        ? null
        : {
            file: text('replay'),
            timeColumn: text('time-column') || null,
            columns,
            machineColumn: text('machine-column') || null,
            machine: text('machine') || null,
            speed,
            shiftToNow: shift === 'now',
          },
    url: address('url', ['http:', 'https:']),
    username: text('username'),
    password: text('password'),
    mqtt: {
      url: address('mqtt', ['mqtt:', 'mqtts:', 'ws:', 'wss:']),
      username: text('mqtt-username') || null,
      password: text('mqtt-password') || null,
      factoryId: text('factory'),
    },
    quiet: (given.quiet ?? false) === true,
  };
  if (faults.length > 0) throw new OptionError(faults.join('; '));
  return options;
}

function readColumns(text: string, faults: string[]): { [metric: string]: string } | null {
  if (text === '') return null;
  const columns: { [metric: string]: string } = {};
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=');
    const metric = pair.slice(0, at).trim();
    if (at < 1 || !METRIC_NAME.test(metric)) faults.push(`--columns must be like ${columnsExample}`);
    else columns[metric] = pair.slice(at + 1).trim();
  }
  return columns;
}

function readSpanMs(text: string, faults: string[]): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smhd]?)$/.exec(text.trim());
  if (match === null) {
    faults.push('--backfill must be a span such as 90m, 24h or 7d');
    return 0;
  }
  const unitMs = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] as '' | 's' | 'm' | 'h' | 'd'];
  return Number(match[1]) * unitMs;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
