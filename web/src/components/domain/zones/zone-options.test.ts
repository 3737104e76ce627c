import { expect, test } from 'vitest';
import { browserZone } from '../../../i18n/zone.ts';
import { zoneOptions } from './zone-options.ts';

test('zones are found by any part of their name, whatever the case', () => {
  expect(zoneOptions('JAKART').map(({ value }) => value)).toEqual(['Asia/Jakarta']);
  expect(zoneOptions(' new york').map(({ value }) => value)).toEqual(['America/New_York']);
  expect(zoneOptions('Asia/Jakarta')[0]?.detail).toBe('UTC+7');
  expect(zoneOptions('nowhere')).toEqual([]);
});

test('the zone of the browser and UTC come first, once each, and the list is short', () => {
  const values = zoneOptions('').map(({ value }) => value);
  expect(values[0]).toBe(browserZone());
  expect(values.slice(0, 2)).toContain('UTC');
  expect(new Set(values).size).toBe(values.length);
  expect(values).toHaveLength(40);
});
