import { METRICS } from '@gonsters/contract';
import { describe, expect, test } from 'vitest';
import { ONLY_GAUGES } from '../../test/support/only-gauges.ts';
import { metricIndexOf, metricNameAt } from '../metric-index.ts';
import { BAD, GOOD, UNCERTAIN } from '../readings/reading-batch.ts';
import { IndexedEntry, type MachineEntry } from './machine-entry.ts';
import { type MachineMetrics, MachineNewest } from './machine-newest.ts';

const AT_MS = Date.UTC(2027, 0, 15, 8);
const AT = '2027-01-15T08:00:00.000Z';
const RUNNING = metricIndexOf('running');
const MODE = metricIndexOf('mode');
const FLOW = metricIndexOf('flow');
const SECRET = metricIndexOf('secret');

const catalogue: MachineMetrics = {
  ...ONLY_GAUGES,
  kindOf: (metric) => (metric === RUNNING ? 'boolean' : metric === MODE ? 'state' : 'gauge'),
  statesOf: (metric) => (metric === MODE ? ['idle', 'running'] : []),
  isShown: (metric) => metric !== SECRET,
  headlineOf: (sensorType) => (sensorType === 'pump' ? [FLOW, RUNNING] : []),
};

type Value = [metric: number, value: number, quality?: number, timeMs?: number];
function machineWith(sensorType: string, ...values: Value[]): MachineEntry {
  const record = {
    id: 'm',
    name: 'P 1',
    location: 'Hall',
    sensorType,
    status: 'active' as const,
    statusUntilMs: null,
    statusBefore: null,
    aliases: [],
    handingTo: null,
    factoryId: null,
  };
  const entry = new IndexedEntry({ ...record, createdAtMs: 0, updatedAtMs: 0 });
  for (const [metric, value, quality = GOOD, timeMs = AT_MS] of values)
    entry.latest.set(metric, timeMs, value, quality);
  entry.latestMs = values.length > 0 ? entry.latest.newestMs : Number.NaN;
  return entry;
}
const readingOf = (entry: MachineEntry, more?: Parameters<MachineNewest['readingOf']>[1]) =>
  new MachineNewest(catalogue).readingOf(entry, more);

describe('the newest values of a machine', () => {
  test('have booleans and the names of states, and the quality of what is not good', () => {
    const machine = machineWith(
      'press',
      [0, 71.5],
      [1, Number.NaN, BAD],
      [RUNNING, 1],
      [MODE, 1, UNCERTAIN, AT_MS - 1000],
      [FLOW, 9, BAD],
    );
    expect(readingOf(machine, 'all')).toEqual({
      timestamp: AT,
      temperature: 71.5,
      pressure: null,
      speed: null,
      running: true,
      mode: 'running',
      flow: null,
      at: { temperature: AT, pressure: AT, running: AT, mode: '2027-01-15T07:59:59.000Z', flow: AT },
      quality: { pressure: 'bad', mode: 'uncertain', flow: 'bad' },
    });
  });

  test('are in a list those of every machine, of the headline of the type, and those that were asked for', () => {
    const machine = machineWith('pump', [RUNNING, 0], [MODE, 0], [FLOW, 12]);
    const built = { temperature: null, pressure: null, speed: null };
    expect(readingOf(machine)).toEqual({
      timestamp: AT,
      ...built,
      running: false,
      flow: 12,
      at: { running: AT, flow: AT },
    });
    expect(readingOf(machine, new Set(['mode', 'unknown']))).toMatchObject({ mode: 'idle', running: false });
    expect(readingOf(machineWith('press', [0, 1], [MODE, 0]))).toEqual({
      timestamp: AT,
      ...built,
      temperature: 1,
      at: { temperature: AT },
    });
  });

  test('leave out a metric that is not shown, and a state that the catalogue does not know is its number', () => {
    expect(readingOf(machineWith('press', [SECRET, 1], [MODE, 7]), 'all')).toMatchObject({ mode: '7' });
    expect(readingOf(machineWith('press', [SECRET, 1], [MODE, 7]), 'all')).not.toHaveProperty('secret');
  });

  test('are null of a machine that has sent nothing', () => {
    expect(readingOf(machineWith('press'))).toBeNull();
  });

  test('of 250 metrics are all there', () => {
    const metrics = Array.from({ length: 250 }, (_, i) => metricIndexOf(`sensor_${i}`));
    const reading = readingOf(machineWith('press', ...metrics.map((metric, i): Value => [metric, i])), 'all');
    expect(metrics.map((metric) => reading?.[metricNameAt(metric)])).toEqual(metrics.map((_, i) => i));
    expect(Object.keys(reading?.at ?? {})).toHaveLength(250);
  });
});

test('what stands for a machine is chosen by its type, or are the metrics of every machine, or the first that it sends', () => {
  const newest = new MachineNewest(catalogue);
  expect(newest.headlineOf(machineWith('pump'))).toEqual([FLOW, RUNNING]);
  expect(newest.headlineOf(machineWith('press'))).toEqual(METRICS.map((_, metric) => metric));
  expect(newest.headlineOf(machineWith('press', [1, 5], [FLOW, 5]))).toEqual(METRICS.map((_, metric) => metric));
  const others = Array.from({ length: 5 }, (_, i): Value => [metricIndexOf(`other_${i}`), i]);
  expect(newest.headlineOf(machineWith('press', [SECRET, 1], ...others))).toEqual(
    others.slice(0, 4).map(([metric]) => metric),
  );
});
