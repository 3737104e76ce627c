// Any metric on the live stream: announced to dashboards before it is used, and further fields of public events.

import {
  type DetailFrame,
  decodeDetailFrame,
  decodeOverviewFrame,
  FRAMES_VERSION,
  type FrameMetric,
  type FrameValues,
} from '@gonsters/contract';
import { describe, expect, it, vi } from 'vitest';
import { metricIndexOf } from '../../src/metric-index.ts';
import { BAD, BatchBuilder, GOOD, type ReadingBatch, UNCERTAIN } from '../../src/readings/reading-batch.ts';
import type { ShownMetrics } from '../../src/readings/shown-metrics.ts';
import { ONLY_GAUGES } from '../support/only-gauges.ts';
import { type Client, collect, next, openPlant } from './support/live-plant.ts';

const RUNNING = metricIndexOf('running');
const MODE = metricIndexOf('mode');
const FLOW = metricIndexOf('flow');
const SECRET = metricIndexOf('secret');

/** A catalogue that can change. */
function catalogue(): ShownMetrics & { version: number; states: string[] } {
  const states = ['idle'];
  return {
    ...ONLY_GAUGES,
    states,
    kindOf: (metric) => (metric === RUNNING ? 'boolean' : metric === MODE ? 'state' : 'gauge'),
    statesOf: (metric) => (metric === MODE ? [...states] : []),
    isShown: (metric) => metric !== SECRET,
  };
}

type Value = readonly [metric: number, value: number, quality?: number];
function reading(machineId: string, timestampMs: number, ...values: readonly Value[]): ReadingBatch {
  const builder = new BatchBuilder();
  for (const [metric, value, quality = GOOD] of values) builder.addValue(metric, value, quality);
  builder.endReading(machineId, timestampMs);
  return builder.finish();
}

/** Receives what a page receives: values by the names that were announced before. Fails on a metric that was not. */
function pageOf(client: Client) {
  const known = new Map<number, FrameMetric>();
  const announced: FrameMetric[] = [];
  const overview: Record<string, [value: number, quality: number]>[] = [];
  const detail: Record<string, [value: number, quality: number]>[] = [];
  const frames: DetailFrame[] = [];
  client.on('frame_metrics', (metrics) => {
    for (const metric of metrics) known.set(metric.number, metric);
    announced.push(...metrics);
  });
  const rowsOf = ({ starts, metrics, values, qualities }: FrameValues) =>
    Array.from({ length: starts.length - 1 }, (_, row) => {
      const found: Record<string, [number, number]> = {};
      for (let k = starts[row] as number; k < (starts[row + 1] as number); k++) {
        const metric = known.get(metrics[k] as number);
        if (metric === undefined) throw new Error('A frame uses a metric that was not announced');
        found[metric.name] = [values[k] as number, qualities[k] as number];
      }
      return found;
    });
  client.on('overview', (_seq, frame, taken) => {
    overview.push(...rowsOf(decodeOverviewFrame(frame)));
    taken();
  });
  client.on('detail', (frame, taken) => {
    frames.push(decodeDetailFrame(frame));
    detail.push(...rowsOf(frames.at(-1) as DetailFrame));
    taken();
  });
  return { announced, overview, detail, frames };
}

describe('a dashboard', () => {
  it('is told of a metric once, before its first value, and of new ones as they appear', async () => {
    const plant = await openPlant({ metrics: catalogue() });
    const [one] = plant.machineIds as [string];
    const client = plant.connect();
    const page = pageOf(client);
    client.emit('set_view', { overview: false, detail: [one], hz: 1, frames: FRAMES_VERSION });
    await next(client, 'view');
    const now = Date.now();
    plant.announce(reading(one, now, [0, 70], [RUNNING, 1]));
    await vi.waitFor(() => expect(page.detail).toEqual([{ temperature: [70, GOOD], running: [1, GOOD] }]));
    plant.announce(reading(one, now + 1, [0, 71], [MODE, 0, UNCERTAIN], [FLOW, Number.NaN, BAD]));
    await vi.waitFor(() => expect(page.detail).toHaveLength(2));
    expect(page.detail[1]).toEqual({ temperature: [71, GOOD], mode: [0, UNCERTAIN], flow: [Number.NaN, BAD] });
    expect(page.announced).toEqual([
      { number: 0, name: 'temperature', kind: 'gauge' },
      { number: RUNNING, name: 'running', kind: 'boolean' },
      { number: MODE, name: 'mode', kind: 'state', states: ['idle'] },
      { number: FLOW, name: 'flow', kind: 'gauge' },
    ]);
  });

  it('is told again of the metrics that are used after the catalogue has changed', async () => {
    const metrics = catalogue();
    const plant = await openPlant({ metrics });
    const [one] = plant.machineIds as [string];
    const client = plant.connect();
    const page = pageOf(client);
    client.emit('set_view', { overview: false, detail: [one], hz: 1, frames: FRAMES_VERSION });
    await next(client, 'view');
    const now = Date.now();
    plant.announce(reading(one, now, [MODE, 0]));
    await vi.waitFor(() => expect(page.detail).toHaveLength(1));
    metrics.states.push('running');
    metrics.version++;
    plant.announce(reading(one, now + 1, [MODE, 1]));
    await vi.waitFor(() => expect(page.detail).toHaveLength(2));
    expect(page.announced.map(({ states }) => states)).toEqual([['idle'], ['idle', 'running']]);
  });

  it('gets all 250 metrics of a machine in detail, and exact values', async () => {
    const plant = await openPlant();
    const [one] = plant.machineIds as [string];
    const client = plant.connect();
    const page = pageOf(client);
    client.emit('set_view', { overview: false, detail: [one], hz: 1, frames: FRAMES_VERSION });
    await next(client, 'view');
    const names = Array.from({ length: 250 }, (_, i) => `sensor_${i}`);
    const values = names.map((name, i): Value => [metricIndexOf(name), 100_000_000 + i]);
    const now = Date.now();
    for (let i = 0; i < 20; i++) plant.announce(reading(one, now + i, ...values));
    await vi.waitFor(() => expect(page.detail).toHaveLength(20));
    expect(page.announced.map(({ name }) => name)).toEqual(names);
    expect(Object.values(page.detail[19] ?? {}).map(([value]) => value)).toEqual(values.map(([, value]) => value));
    // 250 metrics are sent one value per message as well.
    for (const [i, value] of values.entries()) plant.announce(reading(one, now + 100 + i, value));
    await vi.waitFor(() => expect(page.detail).toHaveLength(270));
    expect(page.announced).toHaveLength(250);
    expect(page.frames.map(({ seq }) => seq)).toEqual(page.frames.map((_, i) => i + 1));
  });

  it('that does not read gets the newest value of each of 250 metrics afterwards, in bounded memory', async () => {
    const plant = await openPlant();
    const [one] = plant.machineIds as [string];
    const client = plant.connect();
    const page = pageOf(client);
    client.emit('set_view', { overview: false, detail: [one], hz: 1, frames: FRAMES_VERSION });
    await next(client, 'view');
    const metrics = Array.from({ length: 250 }, (_, i) => metricIndexOf(`sensor_${i}`));
    const now = Date.now();
    for (let i = 0; i < 300; i++) plant.announce(reading(one, now + i, ...metrics.map((m): Value => [m, i])));
    await vi.waitFor(() => expect(page.detail.length).toBeGreaterThan(0));
    expect(page.frames[0]?.seq).toBe(2);
    expect(page.detail).toHaveLength(1);
    expect(new Set(Object.values(page.detail[0] ?? {}).map(([value]) => value))).toEqual(new Set([299]));
  });

  it('gets in the overview what stands for a machine, and never a metric that nobody may see', async () => {
    const plant = await openPlant({ metrics: catalogue() });
    const [one, two] = plant.machineIds as [string, string];
    const now = Date.now();
    plant.announce(reading(one, now, [0, 70, UNCERTAIN], [FLOW, 1]));
    plant.announce(reading(two, now, [FLOW, 1], [RUNNING, 1], [SECRET, 5]));
    const client = plant.connect();
    const page = pageOf(client);
    client.emit('set_view', { overview: true, detail: [one, two], hz: 1, frames: FRAMES_VERSION });
    await vi.waitFor(() => expect(page.overview).toHaveLength(2));
    expect(page.overview).toContainEqual({ temperature: [70, UNCERTAIN] });
    expect(page.overview).toContainEqual({ running: [1, GOOD], flow: [1, GOOD] });
    plant.announce(reading(two, now + 1, [SECRET, 5]));
    plant.announce(reading(two, now + 2, [SECRET, 5], [FLOW, 2]));
    await vi.waitFor(() => expect(page.detail).toEqual([{ flow: [2, GOOD] }]));
    expect(page.announced.map(({ name }) => name)).not.toContain('secret');
  });

  it.each([undefined, FRAMES_VERSION - 1, FRAMES_VERSION + 1])(
    'of version %s of the frames is told to load its page again, and still gets its alerts',
    async (frames) => {
      const plant = await openPlant();
      const [one] = plant.machineIds as [string];
      const client = plant.connect();
      const names: string[] = [];
      client.onAny((name: string) => names.push(name));
      const told = next(client, 'subscribe_error');
      const view = next(client, 'view');
      const asked = { overview: true, detail: [one], hz: 1, alerts_since: 0 };
      client.emit('set_view', frames === undefined ? asked : { ...asked, frames });
      expect(await told).toMatchObject({ code: 'reload' });
      expect(await view).toEqual({ overview: false, detail: [], hz: 1 });
      const raised = next(client, 'alerts', ({ alerts }) => alerts.length > 0);
      plant.announce(reading(one, Date.now(), [0, 95]));
      expect((await raised).alerts).toMatchObject([{ machine_id: one, severity: 'critical' }]);
      expect(new Set(names)).toEqual(new Set(['connected', 'subscribe_error', 'view', 'alerts']));
    },
  );
});

describe('sensor_data', () => {
  it('has other metrics as further fields, and says what is not good', async () => {
    const plant = await openPlant({ metrics: catalogue() });
    const [one] = plant.machineIds as [string];
    const client = plant.connect();
    const events = collect(client, 'sensor_data');
    client.emit('subscribe_all');
    await next(client, 'subscribed_all');
    const atMs = Date.UTC(2026, 0, 15, 10, 30);
    const head = { machine_id: one, sensor_type: 'press', location: 'Halle 0 · Süd' };
    plant.announce(reading(one, atMs, [0, 61.5], [RUNNING, 1], [MODE, 0], [FLOW, 3276.7, BAD]));
    plant.announce(reading(one, atMs + 1, [SECRET, 1]));
    plant.announce(reading(one, atMs + 2, [1, 120, UNCERTAIN], [SECRET, 1]));
    await vi.waitFor(() => expect(events).toHaveLength(2));
    expect(events).toEqual([
      {
        ...head,
        timestamp: '2026-01-15T10:30:00.000Z',
        ...{ temperature: 61.5, pressure: null, speed: null, running: true, mode: 'idle', flow: null },
        quality: { flow: 'bad' },
      },
      {
        ...head,
        timestamp: '2026-01-15T10:30:00.002Z',
        ...{ temperature: null, pressure: 120, speed: null },
        quality: { pressure: 'uncertain' },
      },
    ]);
  });
});
