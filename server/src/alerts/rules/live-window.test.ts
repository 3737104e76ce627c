import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LiveWindow, MIN_LIVE_WINDOW_MS } from './live-window.ts';

const MINUTE = 60_000;

function windowAfter(arrivals: readonly number[]): LiveWindow {
  const window = new LiveWindow();
  for (const arrivedMs of arrivals) window.recordArrival(arrivedMs);
  return window;
}
const every = (stepMs: number, count: number, fromMs = 0) =>
  Array.from({ length: count }, (_, i) => fromMs + i * stepMs);

test('is two minutes for a machine that sends often, or that has sent little', () => {
  expect(new LiveWindow().ms).toBe(MIN_LIVE_WINDOW_MS);
  expect(windowAfter(every(1000, 600)).ms).toBe(MIN_LIVE_WINDOW_MS);
  expect(windowAfter([0, 60 * MINUTE]).ms).toBe(MIN_LIVE_WINDOW_MS);
});

test('is three times the usual gap of a machine that sends seldom', () => {
  expect(windowAfter(every(10 * MINUTE, 3)).ms).toBe(30 * MINUTE);
  expect(windowAfter(every(MINUTE, 10)).ms).toBe(3 * MINUTE);
});

test('is measured between deliveries, however many messages each has', () => {
  const arrivals = every(10 * MINUTE, 6).flatMap((atMs) => [atMs, atMs + 5, atMs + 900, atMs + 4000]);
  expect(windowAfter(arrivals).ms).toBe(30 * MINUTE);
});

test('is changed neither by an outage nor by the backlog after it', () => {
  const before = every(1000, 60);
  const after = every(100, 600, 180 * MINUTE);
  const window = new LiveWindow();
  for (const arrivedMs of [...before, ...after]) {
    window.recordArrival(arrivedMs);
    expect(window.ms).toBe(MIN_LIVE_WINDOW_MS);
  }
});

test('does not take a clock that is set back for a gap', () => {
  const window = windowAfter([...every(MINUTE, 6, 600 * MINUTE), 0, MINUTE, 2 * MINUTE]);
  expect(window.ms).toBe(3 * MINUTE);
});

test('is nearly the same after a restart, because it is stored when it has changed', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), (gaps) => {
      const window = new LiveWindow();
      let nowMs = 0;
      let stored = '{"gapsMs":[]}';
      for (const gap of [0, ...gaps]) {
        nowMs += gap * MINUTE;
        if (window.recordArrival(nowMs)) stored = window.toStored();
        const restored = new LiveWindow();
        restored.restore((JSON.parse(stored) as { gapsMs: number[] }).gapsMs);
        expect(Math.abs(restored.ms - window.ms)).toBeLessThanOrEqual(restored.ms / 4);
      }
    }),
  );
});
