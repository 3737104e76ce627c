import fc from 'fast-check';
import { expect, it } from 'vitest';
import { metricIndexOf } from '../metric-index.ts';
import { BatchBuilder, type ReadingBatch } from '../readings/reading-batch.ts';
import { decodeMessage, encodeMessage } from './event-message.ts';
import { GapDetector } from './gap-detector.ts';

const sender = '00112233445566ff';

const metrics = Array.from({ length: 250 }, (_, i) => metricIndexOf(`metric_${i}`));
const value = fc.record({
  metric: fc.constantFrom(...metrics),
  value: fc.double(),
  quality: fc.integer({ min: 0, max: 2 }),
});
const reading = fc.record({
  machineId: fc.string(),
  timestampMs: fc.integer({ min: 0, max: 4e12 }),
  values: fc.uniqueArray(value, { selector: ({ metric }) => metric, minLength: 1, maxLength: 250 }),
});

function batchOf(rows: readonly { machineId: string; timestampMs: number; values: readonly Value[] }[]): ReadingBatch {
  const builder = new BatchBuilder();
  for (const { machineId, timestampMs, values } of rows) {
    for (const { metric, value, quality } of values) builder.addValue(metric, value, quality);
    builder.endReading(machineId, timestampMs);
  }
  return builder.finish();
}
interface Value {
  metric: number;
  value: number;
  quality: number;
}

it('decodes any readings to what was encoded', () => {
  fc.assert(
    fc.property(fc.array(reading), fc.nat(), (rows, sequence) => {
      const readings = batchOf(rows);
      const message = { sender, sequence, content: { kind: 'event', event: { kind: 'readings', readings } } } as const;
      expect(decodeMessage(encodeMessage(message))).toEqual(message);
    }),
  );
});

it('names metrics instead of numbering them, because each node has its own numbers', () => {
  const readings = batchOf([
    { machineId: 'a', timestampMs: 1, values: [{ metric: metrics[7] as number, value: 5, quality: 1 }] },
  ]);
  const bytes = encodeMessage({
    sender,
    sequence: 1,
    content: { kind: 'event', event: { kind: 'readings', readings } },
  });
  const elsewhere = Buffer.from(bytes.toString('latin1').replace('metric_7', 'metric_9'), 'latin1');
  expect(decodeMessage(elsewhere)?.content).toMatchObject({
    event: { readings: { metrics: Uint16Array.of(metrics[9] as number) } },
  });
});

it('decodes nothing from bytes that are not a message', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void decodeMessage(Buffer.from(bytes))));
  const whole = encodeMessage({ sender, sequence: 1, content: { kind: 'pulse' } });
  expect(decodeMessage(whole.subarray(0, 10))).toBeNull();
  expect(decodeMessage(whole.subarray(0, -1))).toBeNull();
  expect(decodeMessage(Buffer.concat([Buffer.from([9]), whole.subarray(1)]))).toBeNull();
  const values = [{ metric: 0, value: 1, quality: 0 }];
  const readings = batchOf(['a', 'b'].map((machineId) => ({ machineId, timestampMs: 1, values })));
  const two = encodeMessage({ sender, sequence: 1, content: { kind: 'event', event: { kind: 'readings', readings } } });
  expect(decodeMessage(two.subarray(0, 60))).toBeNull();
  expect(decodeMessage(Buffer.from(two.toString('latin1').replace('["a","b"]', '["a"]'), 'latin1'))).toBeNull();
  expect(decodeMessage(Buffer.from(two.toString('latin1').replace('["temperature"]', '[]'), 'latin1'))).toBeNull();
  // The values end before those of the reading before.
  const ends = Buffer.from(two);
  ends.writeUInt32LE(9, 32 + 4 * 8 + 2 * 4);
  expect(decodeMessage(ends)).toBeNull();
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
