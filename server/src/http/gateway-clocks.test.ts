import { expect, it } from 'vitest';
import type { DeviceClock } from '../ingest/clock-skew/device-clocks.ts';
import { describeClocks } from './gateway-clocks.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 10, 30);
const HOUR_MS = 3_600_000;
const local = (machineId: string, hours: number, hasZone = false): DeviceClock => ({
  ...{ machineId, gatewayId: 'g', status: 'local_time', offsetMs: hours * HOUR_MS, hasZone },
});
const suggested = (hours: number, zone = 'UTC', plantZone = 'UTC') =>
  describeClocks([local('a', hours)], zone, plantZone, NOW_MS)[0];

it.each([
  [7, 'UTC', 'Asia/Jakarta', 'Asia/Jakarta', 420],
  [7, 'UTC', 'Europe/Berlin', 'Etc/GMT-7', 420],
  [-6, 'UTC', 'UTC', 'Etc/GMT+6', -360],
  // The times were read in the zone that the gateway has already.
  [1, 'Asia/Jakarta', 'UTC', 'Etc/GMT-8', 480],
  [-7, 'Asia/Jakarta', 'Asia/Jakarta', 'UTC', 0],
])('suggests a zone for times %d h ahead in %s, with the plant in %s: %s', (hours, zone, plantZone, name, minutes) => {
  expect(suggested(hours, zone, plantZone)).toMatchObject({ suggested_timezone: name, offset_minutes: minutes });
});

it('finds a zone of half hours, and none where there is no such zone', () => {
  const half = suggested(5.5);
  expect(
    new Intl.DateTimeFormat('en', { timeZone: half?.suggested_timezone ?? '', timeZoneName: 'longOffset' }).format(
      NOW_MS,
    ),
  ).toContain('GMT+05:30');
  expect(suggested(-0.5)?.suggested_timezone).toBeNull();
});

it('names what most machines do first, and suggests nothing that would not help', () => {
  const unset: DeviceClock = { ...local('d', 0), status: 'not_set' };
  expect(describeClocks([unset, local('a', 7, true), local('b', 7), local('c', 7)], 'UTC', 'UTC', NOW_MS)).toEqual([
    { status: 'local_time', offset_minutes: 420, suggested_timezone: 'Etc/GMT-7', machine_ids: ['b', 'c'] },
    { status: 'not_set', offset_minutes: 0, suggested_timezone: null, machine_ids: ['d'] },
    { status: 'local_time', offset_minutes: 420, suggested_timezone: null, machine_ids: ['a'] },
  ]);
});
