import { METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from './event-message.ts';
import { GapDetector } from './gap-detector.ts';

const sender = '00112233445566ff';

it('decodes any readings to what was encoded', () => {
  const row = fc.tuple(
    fc.string(),
    fc.integer({ min: 0, max: 4e12 }),
    fc.array(fc.double(), { minLength: 3, maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(row), fc.nat(), (rows, sequence) => {
      const readings = {
        length: rows.length,
        machineIds: rows.map(([id]) => id),
        timestampsMs: Float64Array.from(rows, ([, at]) => at),
        values: METRICS.map((_, m) => Float64Array.from(rows, ([, , values]) => values[m] ?? Number.NaN)),
      };
      const message = { sender, sequence, content: { kind: 'event', event: { kind: 'readings', readings } } } as const;
      expect(decodeMessage(encodeMessage(message))).toEqual(message);
    }),
  );
});

it('decodes nothing from bytes that are not a message', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void decodeMessage(Buffer.from(bytes))));
  const whole = encodeMessage({ sender, sequence: 1, content: { kind: 'pulse' } });
  expect(decodeMessage(whole.subarray(0, 10))).toBeNull();
  expect(decodeMessage(whole.subarray(0, -1))).toBeNull();
  expect(decodeMessage(Buffer.concat([Buffer.from([9]), whole.subarray(1)]))).toBeNull();
  const timestampsMs = new Float64Array(2);
  const readings = { length: 2, machineIds: ['a', 'b'], timestampsMs, values: METRICS.map(() => timestampsMs) };
  const two = encodeMessage({ sender, sequence: 1, content: { kind: 'event', event: { kind: 'readings', readings } } });
  expect(decodeMessage(two.subarray(0, 60))).toBeNull();
  expect(decodeMessage(Buffer.from(two.toString('latin1').replace('["a","b"]', '["a"]'), 'latin1'))).toBeNull();
});

it('detects a lost message by the next message or heartbeat, and accepts any first number of a new sender', () => {
  const gaps = new GapDetector();
  const record = (...[from, sequence, isHeartbeat]: [string, number, boolean]) =>
    gaps.record(from, sequence, isHeartbeat, 0);
  expect(record('a', 7, false)).toBe(true);
  expect(record('a', 8, false)).toBe(true);
  expect(record('a', 8, true)).toBe(true);
  expect(record('b', 1, true)).toBe(true);
  expect(record('a', 10, false)).toBe(false);
  expect(record('a', 11, true)).toBe(false);
  gaps.clear();
  expect(record('a', 50, false)).toBe(true);
  for (let i = 0; i < 2000; i++) record(`s${i}`, i, false);
  expect(record('a', 90, false)).toBe(true);
});

it('reports a sender that is silent without having stopped, until it counts as dead', () => {
  const gaps = new GapDetector();
  gaps.record('a', 1, true, 0);
  gaps.record('b', 1, true, 0);
  expect(gaps.isAnySilent(3000)).toBe(false);
  gaps.record('b', 1, true, 4000);
  expect(gaps.isAnySilent(4000)).toBe(true);
  gaps.remove('a');
  expect(gaps.isAnySilent(4000)).toBe(false);
  expect(gaps.isAnySilent(60_000)).toBe(true);
  expect(gaps.isAnySilent(3_600_000)).toBe(false);
});
