import { expect, it } from 'vitest';
import { silentLogger } from '../../log.ts';
import { DeviceClocks } from './device-clocks.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 0, 15, 10, 30);

/** Sends a reading each second, `count` times, so far ahead of UTC. */
function send(clocks: DeviceClocks, aheadMs: (i: number) => number, count: number, fromMs = NOW_MS): void {
  for (let i = 0; i < count; i++) {
    const nowMs = fromMs + i * 1000;
    const atMs = nowMs + aheadMs(i);
    clocks.note('m', 'g', new Date(atMs).toISOString().slice(0, 19), atMs, nowMs);
  }
}

function open() {
  const offsets: [string, number][] = [];
  const noteOffset = (machineId: string, offsetMs: number) => void offsets.push([machineId, offsetMs]);
  return { offsets, clocks: new DeviceClocks({ log: silentLogger, noteOffset }) };
}

it('finds a device that is steadily full hours off, and forgets it when it is right or silent', () => {
  const { clocks, offsets } = open();
  send(clocks, () => -6 * HOUR_MS, 4);
  expect(clocks.list(NOW_MS + 4000)).toEqual([]);
  expect(offsets).toEqual([]);
  send(clocks, () => -6 * HOUR_MS, 3, NOW_MS + 4000);
  const found = { machineId: 'm', gatewayId: 'g', status: 'local_time', offsetMs: -6 * HOUR_MS, hasZone: false };
  expect(clocks.list(NOW_MS + 7000)).toMatchObject([found]);
  expect(offsets).toEqual([['m', -6 * HOUR_MS]]);
  expect(clocks.list(NOW_MS + 2 * HOUR_MS)).toEqual([]);
  send(clocks, () => 7 * HOUR_MS, 6);
  send(clocks, () => 0, 1);
  expect(clocks.list(NOW_MS + 7000)).toEqual([]);
  expect(offsets.map(([, ms]) => ms / HOUR_MS)).toEqual([-6, 0, 7, 0]);
});

it('does not take a backlog for local time: its timestamps move on', () => {
  const { clocks } = open();
  send(clocks, (i) => -6 * HOUR_MS + i * 60_000, 60);
  expect(clocks.list(NOW_MS + 60_000)).toEqual([]);
});

it('knows at once that a clock is not set, and judges nothing by a timestamp that cannot be read', () => {
  const { clocks } = open();
  clocks.note('m', '', 48_211, 48_211_000, NOW_MS);
  clocks.note('n', '', null, Number.NaN, NOW_MS);
  clocks.note('o', '', 'noon', Number.NaN, NOW_MS);
  const listed = clocks.list(NOW_MS).map(({ machineId, status }) => [machineId, status]);
  expect(listed).toEqual([
    ['m', 'not_set'],
    ['n', 'not_set'],
  ]);
});

it('observes a bounded number of machines', () => {
  const { clocks } = open();
  for (let i = 0; i < 10_001; i++) clocks.note(`m${i}`, '', null, Number.NaN, NOW_MS);
  expect(clocks.list(NOW_MS)).toHaveLength(10_000);
});
