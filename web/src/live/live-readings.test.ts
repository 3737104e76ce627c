import { METRICS, type OverviewFrame } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { FrameScheduler } from './frame-scheduler.ts';
import { LiveReadings } from './live-readings.ts';

/** Frames run when asked to. */
function handDriven() {
  let frame: (() => void) | null = null;
  let nowMs = 0;
  const scheduler = new FrameScheduler({
    now: () => nowMs,
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
  return { readings: new LiveReadings(scheduler), runFrame };
}

const frameOf = (seq: number, rows: [id: string, timeMs: number, value: number | null][]): OverviewFrame => ({
  seq,
  machine_ids: rows.map(([id]) => id),
  timestamps_ms: rows.map(([, timeMs]) => timeMs),
  values: METRICS.map((_, metric) => rows.map(([, , value]) => (metric === 0 ? value : null))),
});

describe('live readings', () => {
  it('hold the newest value of each machine and never go back in time', () => {
    const { readings } = handDriven();
    readings.observeFrame(frameOf(1, [['a', 2000, 71]]));
    readings.observe('a', 1000, () => 60);
    expect([readings.value('a', 0), readings.timeMs('a', 0)]).toEqual([71, 2000]);
    readings.observe('a', 3000, () => 0);
    expect([readings.value('a', 0), readings.timeMs('a', 0)]).toEqual([0, 3000]);
  });

  it('keep the last value of a metric that a newer reading leaves out, with its own age', () => {
    const { readings } = handDriven();
    readings.observe('a', 1000, () => 5);
    readings.observe('a', 2000, (metric) => (metric === 0 ? 6 : Number.NaN));
    expect([readings.value('a', 1), readings.timeMs('a', 1)]).toEqual([5, 1000]);
    expect(readings.newestMs('a')).toBe(2000);
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
      readings.observeFrame(
        frameOf(timeMs, [
          ['a', timeMs, timeMs],
          ['c', timeMs, timeMs],
        ]),
      );
    }
    runFrame();
    expect(told).toEqual(['a']);
    end();
    readings.observe('b', 1, () => 1);
    runFrame();
    expect(told).toEqual(['a']);
  });

  it('hold more machines than they had room for at first', () => {
    const { readings } = handDriven();
    const rows = Array.from({ length: 5000 }, (_, i): [string, number, number] => [`m${i}`, 1000 + i, i]);
    readings.observeFrame(frameOf(1, rows));
    expect([readings.value('m0', 0), readings.value('m4999', 0)]).toEqual([0, 4999]);
    expect(readings.timeMs('m4999', 0)).toBe(5999);
  });
});
