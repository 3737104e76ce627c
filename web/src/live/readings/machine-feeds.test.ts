import { type DetailFrame, METRICS } from '@gonsters/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { type MachineFeed, MachineFeeds } from './machine-feeds.ts';
import type { ReadingBatch } from './reading-series.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const NOW = Date.UTC(2026, 0, 15, 10, 30);
const MINUTE = 60_000;

/** A store with a reading every second, and a server in front of it that a test answers by hand. */
function setUp() {
  const requests: { fromMs: number; toMs: number; answer: () => void; fail: () => void }[] = [];
  const clock = { nowMs: NOW };
  const watched: string[] = [];
  const feeds = new MachineFeeds({
    watchMachine: (machineId) => {
      watched.push(machineId);
      return () => watched.splice(watched.indexOf(machineId), 1);
    },
    now: () => clock.nowMs,
    load: (_, fromMs, toMs) =>
      new Promise<ReadingBatch>((resolve, reject) => {
        requests.push({
          fromMs,
          toMs,
          answer: () => resolve(stored(fromMs, Math.min(toMs, clock.nowMs + 1))),
          fail: () => reject(new Error('The store is away')),
        });
      }),
  });
  const opened = feeds.open(ID);
  open.push(opened);
  return { feeds, feed: opened.feed, close: opened.close, requests, clock, watched };
}
const open: { close: () => void }[] = [];
afterEach(() => {
  for (const { close } of open.splice(0)) close();
});

function stored(fromMs: number, toMs: number): ReadingBatch {
  const timesMs: number[] = [];
  for (let timeMs = Math.ceil(fromMs / 1000) * 1000; timeMs < toMs; timeMs += 1000) timesMs.push(timeMs);
  return { timesMs, values: METRICS.map(() => timesMs.map((timeMs) => (timeMs / 1000) % 100)) };
}

function frameOf(timesMs: number[]): DetailFrame {
  return {
    seq: 1,
    machineIds: [ID],
    machineIndex: new Uint8Array(timesMs.length),
    timestampsMs: Float64Array.from(timesMs),
    values: METRICS.map(() => Float32Array.from(timesMs, (timeMs) => (timeMs / 1000) % 100)),
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
  expect([...feed.series.timesMs].filter((timeMs) => timeMs >= fromMs)).toEqual(
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
    expect(feed.series.length).toBe(1);
    feed.retry();
    const filled = loaded(feed);
    requests[1]?.answer();
    await filled;
    expect(feed.phase).toBe('ready');
    expectWhole(feed, NOW - 5 * MINUTE, NOW);
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
