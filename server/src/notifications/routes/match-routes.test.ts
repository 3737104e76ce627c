// Which routes take an alert.

import type { RouteMatch } from '@gonsters/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runCount } from '../../../test/support/run-count.ts';
import { type RoutedAlert, routesFor } from './match-routes.ts';

const alert: RoutedAlert = {
  location: 'Hall A',
  machineIds: ['m1', 'm2'],
  sensorTypes: ['press'],
  metric: 'temperature',
  severity: 'critical',
  condition: 'level',
  shift: 'Night',
  isHoliday: false,
};
const route = (name: string, match: RouteMatch, more: object = {}) => ({
  ...{ name, match, is_default: false, is_active: true, continue: false },
  ...more,
});
const last = route('default', {}, { is_default: true });
const taken = (routes: ReturnType<typeof route>[], of = alert) => routesFor(routes, of).map(({ name }) => name);

it('takes the first that matches, those after it where it says so, and the default where nothing else does', () => {
  const press = route('press', { sensor_types: ['press'] });
  const hall = route('hall', { locations: ['Hall A'] }, { continue: true });
  expect(taken([press, hall, last])).toEqual(['press']);
  expect(taken([hall, press, last])).toEqual(['hall', 'press']);
  expect(taken([hall, last])).toEqual(['hall', 'default']);
  expect(taken([last, press])).toEqual(['press']);
  expect(taken([{ ...press, is_active: false }, last])).toEqual(['default']);
  expect(taken([press, last], { ...alert, sensorTypes: ['pump'] })).toEqual(['default']);
});

it.each<[string, RouteMatch, Partial<RoutedAlert>]>([
  ['location', { locations: ['Hall A'] }, { location: 'Hall B' }],
  ['machine', { machine_ids: ['m2'] }, { machineIds: ['m3'] }],
  ['type', { sensor_types: ['press'] }, { sensorTypes: [] }],
  ['metric', { metrics: ['temperature'] }, { metric: 'connection' }],
  ['severity', { severities: ['critical'] }, { severity: 'warning' }],
  ['kind', { conditions: ['level'] }, { condition: 'connection' }],
  ['shift', { shifts: ['Night'] }, { shift: 'Day' }],
  ['shift of a plant that has none', { shifts: ['Night'] }, { shift: null }],
  ['holiday', { holidays: false }, { isHoliday: true }],
])('matches by %s', (_, match, other) => {
  expect(taken([route('it', match), last])).toEqual(['it']);
  expect(taken([route('it', match), last], { ...alert, ...other })).toEqual(['default']);
});

it('always takes at least one route, and none twice', () => {
  const matches = fc.record(
    { locations: fc.subarray(['Hall A', 'Hall B'], { minLength: 1 }), holidays: fc.boolean() },
    { requiredKeys: [] },
  );
  const routes = fc.array(fc.tuple(matches, fc.boolean(), fc.boolean()), { maxLength: 8 });
  fc.assert(
    fc.property(routes, (list) => {
      const all = list.map(([match, goesOn, isActive], at) =>
        route(`${at}`, match, { continue: goesOn, is_active: isActive }),
      );
      const names = taken([...all, last]);
      expect(names.length).toBeGreaterThan(0);
      expect(new Set(names).size).toBe(names.length);
      // Every route but the last one that was taken says that those after it are looked at.
      for (const name of names.slice(0, -1)) expect(all.find((each) => each.name === name)?.continue).toBe(true);
    }),
    { numRuns: runCount(200, 2000) },
  );
});
