import { METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from './event-message.ts';
import { GapDetector } from './gap-detector.ts';

const sender = '00112233445566ff';

it('gives back any readings as they were', () => {
  const row = fc.tuple(
    fc.string(),
    fc.integer({ min: 0, max: 4e12 }),
    fc.array(fc.double(), { minLength: 3, maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(row), fc.nat(), (rows, number) => {
      const readings = {
        length: rows.length,
        machineIds: rows.map(([id]) => id),
        timestampsMs: Float64Array.from(rows, ([, at]) => at),
        values: METRICS.map((_, m) => Float64Array.from(rows, ([, , values]) => values[m] ?? Number.NaN)),
      };
      const message = { sender, number, content: { kind: 'event', event: { kind: 'readings', readings } } } as const;
      expect(decodeMessage(encodeMessage(message))).toEqual(message);
    }),
  );
});

it('takes nothing from bytes that are no message', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void decodeMessage(Buffer.from(bytes))));
  const whole = encodeMessage({ sender, number: 1, content: { kind: 'pulse' } });
  expect(decodeMessage(whole.subarray(0, 10))).toBeNull();
  expect(decodeMessage(whole.subarray(0, -1))).toBeNull();
  expect(decodeMessage(Buffer.concat([Buffer.from([9]), whole.subarray(1)]))).toBeNull();
  const timestampsMs = new Float64Array(2);
  const readings = { length: 2, machineIds: ['a', 'b'], timestampsMs, values: METRICS.map(() => timestampsMs) };
  const two = encodeMessage({ sender, number: 1, content: { kind: 'event', event: { kind: 'readings', readings } } });
  expect(decodeMessage(two.subarray(0, 60))).toBeNull();
  expect(decodeMessage(Buffer.from(two.toString('latin1').replace('["a","b"]', '["a"]'), 'latin1'))).toBeNull();
});

it('notices a missing message by the next one, or by a pulse, and meets a new sender where it is', () => {
  const numbers = new GapDetector();
  const note = (...[from, number, isPulse]: [string, number, boolean]) => numbers.note(from, number, isPulse, 0);
  expect(note('a', 7, false)).toBe(true);
  expect(note('a', 8, false)).toBe(true);
  expect(note('a', 8, true)).toBe(true);
  expect(note('b', 1, true)).toBe(true);
  expect(note('a', 10, false)).toBe(false);
  expect(note('a', 11, true)).toBe(false);
  numbers.clear();
  expect(note('a', 50, false)).toBe(true);
  for (let i = 0; i < 2000; i++) note(`s${i}`, i, false);
  expect(note('a', 90, false)).toBe(true);
});

it('notices who falls silent without a goodbye, until it must be dead', () => {
  const numbers = new GapDetector();
  numbers.note('a', 1, true, 0);
  numbers.note('b', 1, true, 0);
  expect(numbers.isAnySilent(3000)).toBe(false);
  numbers.note('b', 1, true, 4000);
  expect(numbers.isAnySilent(4000)).toBe(true);
  numbers.forget('a');
  expect(numbers.isAnySilent(4000)).toBe(false);
  expect(numbers.isAnySilent(60_000)).toBe(true);
  expect(numbers.isAnySilent(3_600_000)).toBe(false);
});
