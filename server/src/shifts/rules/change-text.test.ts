import { expect, it } from 'vitest';
import { changeOf, isReported } from './change-text.ts';

const text = (action: string, target: string | null, details: Record<string, unknown>, name: string | null = null) =>
  changeOf({ action, target, details }, name, true).text;
const ID = '3f1c9f52-2d0c-4b1e-9f0a-5e5b8f3f2a11';

it.each([
  [
    text('config.update', 'max_pressure', { old_value: '150', new_value: '160' }),
    'Setting max_pressure changed: 150 → 160',
  ],
  [
    text('limits.update', ID, { name: 'CNC 1', limits: { temperature: { high: 82.5, low: null } } }, 'CNC 7'),
    'Limits of CNC 7 changed: limits temperature high 82.5, limits temperature low –',
  ],
  [
    text('limits.update', 'cnc', { limits: { temperature: { high: 9 } } }),
    'Limits of cnc changed: limits temperature high 9',
  ],
  [text('machine.update', ID, { name: 'CNC 1', status: 'maintenance' }), 'Machine CNC 1 changed: status maintenance'],
  [text('schedule.create', ID, { name: 'Paint', members: [ID, null] }), 'Duty schedule Paint added: members (2)'],
  [text('route.delete', ID, {}), 'Notification route removed'],
  [text('machine.update', ID, { name: 'CNC 1', owner: ID }), 'Machine CNC 1 changed'],
])('%s', (written, expected) => {
  expect(written).toBe(expected);
});

it('has no values for those who may not see them, and does not grow without a bound', () => {
  const entry = { action: 'limits.update', target: ID, details: { name: 'CNC 1', limits: { a: { high: 1 } } } };
  expect(changeOf(entry, null, false)).toMatchObject({ text: 'Limits of CNC 1 changed', values: [], values_left: 0 });
  const long = {
    name: 'x'.repeat(100),
    ...Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`field ${at}`, 'y'.repeat(90)])),
  };
  const cut = changeOf({ action: 'config.update', target: 'a', details: long }, null, true);
  expect(cut.text).toHaveLength(300);
  expect([cut.values.length, cut.values_left]).toEqual([8, 42]);
});

it('leaves out what was refused, and tests', () => {
  expect(isReported({ action: 'limits.update', outcome: 'refused' })).toBe(false);
  expect(isReported({ action: 'channel.test', outcome: 'success' })).toBe(false);
  expect(isReported({ action: 'channel.update', outcome: 'success' })).toBe(true);
});

it('has the same in parts, which a page shows in its own language', () => {
  const setting = { action: 'config.update', target: 'plant_timezone', details: { old_value: '', new_value: 'UTC' } };
  expect(changeOf(setting, null, true)).toMatchObject({
    target: 'plant_timezone',
    values: [{ field: '', before: null, after: 'UTC', is_list: false }],
  });
  const limits = { name: 'CNC 1', limits: { temperature: { high: 82.5, low: null } }, machines: ['a', 'b'] };
  expect(changeOf({ action: 'limits.update', target: ID, details: limits }, 'CNC 7', true)).toMatchObject({
    target: 'CNC 7',
    values: [
      { field: 'limits.temperature.high', before: null, after: '82.5' },
      { field: 'limits.temperature.low', before: null, after: null },
      { field: 'machines', after: '2', is_list: true },
    ],
  });
});
