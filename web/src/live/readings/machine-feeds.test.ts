import type { DetailFrame } from '@gonsters/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { SEED_METRICS } from '../live-metrics.ts';
import { valuesOf } from '../test-frames.ts';
import { type MachineFeed, MachineFeeds } from './machine-feeds.ts';
import { BAD } from './metric-series.ts';
import { RECENT_CAPACITY, type ReadingBatch } from './reading-series.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const NOW = Date.UTC(2026, 0, 15, 10, 30);
const MINUTE = 60_000;

/** A store with a reading every second, and a server in front of it that a test answers by hand. */
function setUp() {
  const requests: { metrics: readonly number[]; fromMs: number; toMs: number; answer: () => void; fail: () => void }[] =
    [];
  const clock = { nowMs: NOW };
  const watched: string[] = [];
  const feeds = new MachineFeeds({
    watchMachine: (machineId) => {
      watched.push(machineId);
      return () => watched.splice(watched.indexOf(machineId), 1);
    },
    now: () => clock.nowMs,
    load: (_, metrics, fromMs, toMs) =>
      new Promise<ReadingBatch>((resolve, reject) => {
        requests.push({
          metrics,
          fromMs,
          toMs,
          answer: () => resolve(stored(metrics, fromMs, Math.min(toMs, clock.nowMs + 1))),
          fail: () => reject(new Error('The store is away')),
        });
      }),
  });
  const opened = feeds.open(ID);
  open.push(opened);
  opened.feed.chart(SEED_METRICS);
  return { feeds, feed: opened.feed, close: opened.close, requests, clock, watched };
}
const open: { close: () => void }[] = [];
afterEach(() => {
  for (const { close } of open.splice(0)) close();
});

function stored(metrics: readonly number[], fromMs: number, toMs: number): ReadingBatch {
  const timesMs: number[] = [];
  for (let timeMs = Math.ceil(fromMs / 1000) * 1000; timeMs < toMs; timeMs += 1000) timesMs.push(timeMs);
  const values = timesMs.map((timeMs) => (timeMs / 1000) % 100);
  return new Map(metrics.map((metric) => [metric, { timesMs, values, qualities: values.map(() => 0) }]));
}

function frameOf(timesMs: number[]): DetailFrame {
  return {
    seq: 1,
    machineIds: [ID],
    machineIndex: new Uint8Array(timesMs.length),
    timestampsMs: Float64Array.from(timesMs),
    ...valuesOf(timesMs.map((timeMs) => SEED_METRICS.map((metric) => [metric, (timeMs / 1000) % 100]))),
  };
}

const loaded = (feed: MachineFeed) =>
  new Promise<void>((resolve) => {
    const end = feed.data.subscribe(() => {
      end();
      resolve();
    });
  });
const failed = (feed: MachineFeed) =>
  new Promise<void>((resolve) => {
    const end = feed.signal.subscribe(() => {
      end();
      resolve();
    });
  });

/** Every second of the range once and nothing else. */
function expectWhole(feed: MachineFeed, fromMs: number, toMs: number): void {
  expect([...feed.series.of(0).timesMs].filter((timeMs) => timeMs >= fromMs)).toEqual(
    [...Array(Math.floor((toMs - fromMs) / 1000) + 1).keys()].map((i) => fromMs + i * 1000),
  );
}

describe('a machine feed', () => {
  it('fills its window from history under the live readings, without a hole or a reading twice', async () => {
    const { feeds, feed, requests, clock } = setUp();
    feed.setWindow(5 * MINUTE);
    expect(feed.phase).toBe('loading');
    clock.nowMs += 2000;
    feeds.observe(frameOf([NOW, NOW + 1000, NOW + 2000]));
    const filled = loaded(feed);
    requests[0]?.answer();
    await filled;
    expect(feed.phase).toBe('ready');
    expectWhole(feed, NOW - 5 * MINUTE, NOW + 2000);
    expect(requests).toHaveLength(1);
  });

  it('asks only for its end when the live lane starts while history is on its way', async () => {
    const { feeds, feed, requests, clock } = setUp();
    feed.setWindow(15 * MINUTE);
    feeds.started([ID], new Set());
    const filled = loaded(feed);
    requests[0]?.answer();
    clock.nowMs += 1000;
    await filled;
    expect(requests).toHaveLength(2);
    expect(requests[1]?.fromMs).toBeGreaterThanOrEqual(NOW - MINUTE);
    const again = loaded(feed);
    requests[1]?.answer();
    await again;
    expectWhole(feed, NOW - 15 * MINUTE, NOW + 1000);
  });

  it('fetches what a lost connection left out, and nothing where the lane never broke', async () => {
    const { feeds, feed, requests, clock } = setUp();
    feed.setWindow(5 * MINUTE);
    const filled = loaded(feed);
    requests[0]?.answer();
    await filled;
    feeds.started([ID], new Set([ID]));
    expect(requests).toHaveLength(1);
    clock.nowMs += 3 * MINUTE;
    feeds.started([ID], new Set());
    expect(requests[1]?.fromMs).toBeGreaterThanOrEqual(NOW - MINUTE - 1000);
    feeds.observe(frameOf([clock.nowMs]));
    const caughtUp = loaded(feed);
    requests[1]?.answer();
    await caughtUp;
    expectWhole(feed, NOW - 5 * MINUTE, clock.nowMs);
  });

  it('fetches only the part before when the window is made wider, and nothing when it is made narrower', async () => {
    const { feed, requests } = setUp();
    feed.setWindow(5 * MINUTE);
    const filled = loaded(feed);
    requests[0]?.answer();
    await filled;
    feed.setWindow(MINUTE);
    expect(requests).toHaveLength(1);
    feed.setWindow(15 * MINUTE);
    expect(requests[1]?.toMs).toBeLessThan(NOW - 5 * MINUTE);
    const wider = loaded(feed);
    requests[1]?.answer();
    await wider;
    expectWhole(feed, NOW - 15 * MINUTE, NOW);
  });

  it('says that history failed, keeps live going, and asks for the same again', async () => {
    const { feeds, feed, requests } = setUp();
    feed.setWindow(5 * MINUTE);
    const told = failed(feed);
    requests[0]?.fail();
    await told;
    expect(feed.phase).toBe('failed');
    feeds.observe(frameOf([NOW]));
    expect(feed.series.of(0).length).toBe(1);
    feed.retry();
    const filled = loaded(feed);
    requests[1]?.answer();
    await filled;
    expect(feed.phase).toBe('ready');
    expectWhole(feed, NOW - 5 * MINUTE, NOW);
  });

  it('fills metrics that are charted later from history as well, and keeps what was there meanwhile', async () => {
    const { feed, requests } = setUp();
    feed.setWindow(5 * MINUTE);
    const filled = loaded(feed);
    requests[0]?.answer();
    await filled;
    expect(requests[0]?.metrics).toEqual(SEED_METRICS);
    // The same view shows one more: it ends its charts and begins anew.
    feed.chart([7])();
    expect(requests[1]?.metrics).toEqual([...SEED_METRICS, 7]);
    feed.chart([...SEED_METRICS, 7]);
    expect(feed.series.of(0).length).toBeGreaterThan(300);
    const more = loaded(feed);
    requests[1]?.answer();
    await more;
    expect([...feed.series.of(7).timesMs].filter((timeMs) => timeMs >= NOW - 5 * MINUTE)).toHaveLength(301);
    expectWhole(feed, NOW - 5 * MINUTE, NOW);
    feed.chart([7]);
    expect(requests).toHaveLength(2);
  });

  it('drops a reply that lacks a metric which is charted by now', async () => {
    const { feed, requests } = setUp();
    feed.setWindow(5 * MINUTE);
    feed.chart([7]);
    expect(requests).toHaveLength(2);
    requests[0]?.answer();
    const filled = loaded(feed);
    requests[1]?.answer();
    await filled;
    expect(requests).toHaveLength(2);
    expect(feed.phase).toBe('ready');
  });

  it('keeps the newest values of 250 other metrics in bounded memory, and a bad value as a gap', () => {
    const { feeds, feed } = setUp();
    const metrics = Array.from({ length: 250 }, (_, i) => 10 + i);
    for (let i = 0; i < 2 * RECENT_CAPACITY; i++) {
      feeds.observe({
        ...{ seq: i, machineIds: [ID], machineIndex: Uint8Array.of(0), timestampsMs: Float64Array.of(NOW + i) },
        ...valuesOf([metrics.map((metric) => [metric, i, i % 2 === 0 ? 0 : BAD])]),
      });
    }
    expect([...feed.series.metrics]).toEqual(metrics);
    let bytes = 0;
    for (const metric of metrics) {
      const { timesMs, values, qualities, length } = feed.series.of(metric);
      expect(length).toBe(RECENT_CAPACITY);
      bytes += timesMs.buffer.byteLength + values.buffer.byteLength + qualities.buffer.byteLength;
    }
    expect(bytes).toBeLessThan(4_000_000);
    expect([...feed.series.of(10).values.slice(-2)]).toEqual([2 * RECENT_CAPACITY - 2, Number.NaN]);
    expect([...feed.series.of(10).qualities.slice(-2)]).toEqual([0, BAD]);
    expect(feed.series.newestMs).toBe(NOW + 2 * RECENT_CAPACITY - 1);
  });

  it('is one for all who show the machine, and ends with the last of them', () => {
    const { feeds, feed, close, watched } = setUp();
    const second = feeds.open(ID);
    expect(second.feed).toBe(feed);
    expect(watched).toEqual([ID]);
    close();
    close();
    expect(watched).toEqual([ID]);
    second.close();
    expect(watched).toEqual([]);
  });
});
