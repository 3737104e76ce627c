import { isReservedMetricName, METRIC_NAME, METRIC_NAMES } from '@gonsters/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelOf, metricNameOf } from './metric-name.ts';

test.each([
  ['Temperature', 'temperature'],
  ['vibrationRms', 'vibration_rms'],
  ['Motor.Current L1', 'motor_current_l1'],
  ['HTTPStatus', 'http_status'],
  ['L1Current', 'l1_current'],
  ['  oil-level (%) ', 'oil_level'],
  ['Kühlmittel_Durchfluss', 'kuhlmittel_durchfluss'],
  ['Straße', 'strasse'],
  ['µm', 'um'],
  ['m³', 'm3'],
  ['3phase', 'n3phase'],
  ['timestamp', 'timestamp_value'],
  ['State', 'state_value'],
  ['__proto__', 'proto'],
  ['', null],
  ['°', null],
  ['---', null],
])('%j becomes %j', (field, name) => {
  expect(metricNameOf(field)).toBe(name);
});

test('letters that ASCII does not have become a hash, and so does the end of a long name', () => {
  expect(metricNameOf('温度')).toMatch(/^field_[0-9a-f]{6}$/);
  expect(metricNameOf('温度')).not.toBe(metricNameOf('湿度'));
  expect(metricNameOf('温度1')).not.toBe(metricNameOf('湿度1'));
  expect(metricNameOf('Насос 2 flow')).toMatch(/^n2_flow_[0-9a-f]{6}$/);
  const [a, b] = [`${'a'.repeat(70)}1`, `${'a'.repeat(70)}2`].map(metricNameOf);
  expect(a).toHaveLength(63);
  expect(a).not.toBe(b);
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
);

test('every text becomes a valid name that is not reserved and is its own name, or none', () => {
  fc.assert(
    fc.property(anyText, (field) => {
      const name = metricNameOf(field);
      if (name === null) return;
      expect(name).toMatch(METRIC_NAME);
      expect(isReservedMetricName(name)).toBe(false);
      expect(metricNameOf(name)).toBe(name);
    }),
  );
});

test('a text has no name only if it has neither letters nor digits', () => {
  fc.assert(
    fc.property(anyText, (field) => {
      fc.pre(/\p{L}|\p{N}/u.test(field));
      expect(metricNameOf(field)).not.toBeNull();
    }),
  );
});

test('the metrics of every plant keep their names', () => {
  expect(METRIC_NAMES.map(metricNameOf)).toEqual(METRIC_NAMES);
});

test.each([
  ['chipConvAmps', 'Chip Conv Amps'],
  ['Motor.Current L1', 'Motor Current L1'],
  ['oil_level', 'Oil level'],
  ['温度', '温度'],
  ['\u0000\u001b', '?'],
])('the label of %j is %j', (field, label) => {
  expect(labelOf(field)).toBe(label);
});
