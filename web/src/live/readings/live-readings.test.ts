import { METRICS, type OverviewFrame } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { FrameScheduler } from '../frame-scheduler.ts';
import { valuesOf } from '../test-frames.ts';
import { LiveReadings } from './live-readings.ts';
import { BAD, UNCERTAIN } from './metric-series.ts';

const LATEST_POSSIBLE_MS = 1_000_000;

/** Frames run when asked to. */
function handDriven() {
  let frame: (() => void) | null = null;
  let nowMs = 0;
  const scheduler = new FrameScheduler({
    now: () => nowMs,
    hidden: () => false,
    requestFrame: (callback) => {
      frame = callback;
      return 1;
    },
    cancelFrame: () => {
      frame = null;
    },
    setTimer: () => 1,
    clearTimer: () => {},
  });
  const runFrame = () => {
    nowMs += 1000;
    const run = frame;
    frame = null;
    run?.();
  };
  return { readings: new LiveReadings(scheduler, () => LATEST_POSSIBLE_MS), runFrame };
}

const MACHINES = ['a', 'b', 'c'];

/** Machines by their places in `MACHINES`, and with their names where the frame brings them. */
const frameOf = (
  rows: [id: string, timeMs: number, value: number][],
  named: readonly string[] = MACHINES,
): OverviewFrame => ({
  named: { machines: Uint32Array.from(named, (id) => MACHINES.indexOf(id)), machineIds: [...named] },
  machines: Uint32Array.from(rows, ([id]) => MACHINES.indexOf(id)),
  timestampsMs: Float64Array.from(rows, ([, timeMs]) => timeMs),
  ...valuesOf(rows.map(([, , value]) => [[0, value]])),
  agesMs: new Float32Array(rows.length),
});

/** A value for every metric. */
const observeAll = (readings: LiveReadings, machineId: string, timeMs: number, value: number) =>
  METRICS.forEach((_, metric) => {
    readings.observe(machineId, metric, timeMs, value);
  });

describe('live readings', () => {
  it('hold the newest value of each machine and never go back in time', () => {
    const { readings } = handDriven();
    readings.observeOverview(frameOf([['a', 2000, 71]]));
    observeAll(readings, 'a', 1000, 60);
    expect([readings.value('a', 0), readings.timeMs('a', 0)]).toEqual([71, 2000]);
    observeAll(readings, 'a', 3000, 0);
    expect([readings.value('a', 0), readings.timeMs('a', 0)]).toEqual([0, 3000]);
  });

  it('keep the last value of a metric that a newer reading leaves out, with its own age', () => {
    const { readings } = handDriven();
    observeAll(readings, 'a', 1000, 5);
    readings.observe('a', 0, 2000, 6);
    readings.observe('a', 1, 2000, Number.NaN);
    expect([readings.value('a', 1), readings.timeMs('a', 1)]).toEqual([5, 1000]);
    expect(readings.newestMs('a')).toBe(2000);
  });

  it('take from an overview frame each value with its own time', () => {
    const { readings } = handDriven();
    const values = valuesOf([
      [
        [0, 96],
        [1, 118],
      ],
    ]);
    readings.observeOverview({ ...frameOf([['a', 9000, 96]]), ...values, agesMs: Float32Array.of(0, 2500) });
    expect([readings.value('a', 0), readings.timeMs('a', 0)]).toEqual([96, 9000]);
    expect([readings.value('a', 1), readings.timeMs('a', 1)]).toEqual([118, 6500]);
    expect(readings.newestMs('a')).toBe(9000);
  });

  it('give way where they are of a clock that was ahead, metric by metric', () => {
    const { readings } = handDriven();
    observeAll(readings, 'a', LATEST_POSSIBLE_MS + 1, 5);
    readings.observe('a', 0, 1000, 6);
    expect([readings.value('a', 0), readings.timeMs('a', 0)]).toEqual([6, 1000]);
    expect(readings.value('a', 1)).toBe(5);
    readings.observe('a', 0, 999, 7);
    expect(readings.value('a', 0)).toBe(6);
  });

  it('know nothing of a machine that never reported', () => {
    const { readings } = handDriven();
    expect(readings.value('a', 0)).toBeNaN();
    expect(readings.newestMs('a')).toBeNaN();
    expect(readings.changes('a')).toBe(0);
  });

  it('tell only who watches a machine that changed, once per frame', () => {
    const { readings, runFrame } = handDriven();
    const told: string[] = [];
    readings.watch('a', () => told.push('a'));
    const end = readings.watch('b', () => told.push('b'));
    for (let timeMs = 1; timeMs <= 20; timeMs++) {
      readings.observeOverview(
        frameOf([
          ['a', timeMs, timeMs],
          ['c', timeMs, timeMs],
        ]),
      );
    }
    runFrame();
    expect(told).toEqual(['a']);
    end();
    observeAll(readings, 'b', 1, 1);
    runFrame();
    expect(told).toEqual(['a']);
  });

  it('know a machine by its number once an overview frame has named it, until the connection ends', () => {
    const { readings } = handDriven();
    readings.observeOverview(frameOf([['a', 1, 1]], []));
    expect(readings.value('a', 0)).toBeNaN();
    readings.observeOverview(frameOf([['b', 2, 2]], ['a', 'b']));
    readings.observeOverview(frameOf([['a', 3, 3]], []));
    expect([readings.value('a', 0), readings.value('b', 0)]).toEqual([3, 2]);
    readings.forgetNumbers();
    readings.observeOverview(frameOf([['a', 4, 4]], []));
    expect(readings.value('a', 0)).toBe(3);
  });

  it('take every row of a detail frame', () => {
    const { readings } = handDriven();
    readings.observeDetail({
      seq: 1,
      machineIds: ['a', 'b'],
      machineIndex: Uint8Array.of(0, 1, 0),
      timestampsMs: Float64Array.of(1, 2, 3),
      ...valuesOf([METRICS.map((_, metric) => [metric, 1]), METRICS.map((_, metric) => [metric, 2]), [[0, 3]]]),
    });
    expect([readings.value('a', 0), readings.value('b', 0), readings.value('a', 1)]).toEqual([3, 2, 1]);
    expect(readings.newestMs('a')).toBe(3);
  });

  it('hold more machines than they had room for at first', () => {
    const { readings } = handDriven();
    for (let i = 0; i < 5000; i++) observeAll(readings, `m${i}`, 1000 + i, i);
    expect([readings.value('m0', 0), readings.value('m4999', 0)]).toEqual([0, 4999]);
    expect(readings.timeMs('m4999', 0)).toBe(5999);
  });

  it('hold every metric of a machine, and only those that it has', () => {
    const { readings } = handDriven();
    const row = Array.from({ length: 250 }, (_, i) => [10 + 2 * i, i] as const);
    readings.observeDetail({
      ...{ seq: 1, machineIds: ['a'], machineIndex: Uint8Array.of(0), timestampsMs: Float64Array.of(1000) },
      ...valuesOf([row]),
    });
    expect(readings.metricsOf('a')).toEqual(row.map(([metric]) => metric));
    expect(row.map(([metric]) => readings.value('a', metric))).toEqual(row.map(([, value]) => value));
    expect(readings.value('a', 11)).toBeNaN();
    expect(readings.metricsOf('b')).toEqual([]);
  });

  it('say when a value is bad or uncertain; a bad one is no number', () => {
    const { readings } = handDriven();
    readings.observe('a', 0, 1000, 5, UNCERTAIN);
    expect(readings.newest('a', 0)).toEqual({ value: 5, timeMs: 1000, quality: UNCERTAIN });
    readings.observe('a', 0, 2000, 3276.7, BAD);
    expect(readings.newest('a', 0)).toEqual({ value: Number.NaN, timeMs: 2000, quality: BAD });
    readings.observe('a', 1, 2000, Number.NaN, BAD);
    expect(readings.metricsOf('a')).toEqual([0, 1]);
    const before = readings.changes('a');
    readings.observe('a', 1, 2000, Number.NaN, BAD);
    expect(readings.changes('a')).toBe(before);
    readings.observe('a', 0, 3000, 6);
    expect(readings.value('a', 0)).toBe(6);
  });
});
