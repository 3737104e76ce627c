import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS } from './metrics.ts';
import { decodeOverviewFrame, encodeOverviewFrame, type OverviewFrame } from './overview-frame.ts';

const numbers = fc.integer({ min: 0, max: 0xffff_ffff });

const frames: fc.Arbitrary<OverviewFrame> = fc
  .record({
    named: fc.array(fc.record({ machine: numbers, id: fc.uuid() }), { maxLength: 20 }),
    rows: fc.array(
      fc.record({
        machine: numbers,
        timestampMs: fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2100, 0, 1) }),
        values: fc.array(fc.float(), { minLength: METRICS.length, maxLength: METRICS.length }),
        agesMs: fc.array(
          fc.oneof(
            fc.constant(0),
            fc.float({ min: 0, noNaN: true }).map((age) => age + 0),
          ),
          {
            minLength: METRICS.length,
            maxLength: METRICS.length,
          },
        ),
      }),
      { maxLength: 100 },
    ),
  })
  .map(({ named, rows }) => ({
    named: { machines: Uint32Array.from(named, ({ machine }) => machine), machineIds: named.map(({ id }) => id) },
    machines: Uint32Array.from(rows, (row) => row.machine),
    timestampsMs: Float64Array.from(rows, (row) => row.timestampMs),
    values: METRICS.map((_, m) => Float32Array.from(rows, (row) => row.values[m] as number)),
    agesMs: METRICS.map((_, m) => Float32Array.from(rows, (row) => row.agesMs[m] as number)),
  }));

describe('an overview frame', () => {
  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeOverviewFrame(encodeOverviewFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('decodes from an ArrayBuffer and from the middle of a larger buffer', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 0, max: 9 }), (frame, before) => {
        const bytes = encodeOverviewFrame(frame);
        const larger = new Uint8Array(bytes.length + before + 3);
        larger.set(bytes, before);
        expect(decodeOverviewFrame(larger.subarray(before, before + bytes.length))).toEqual(frame);
        expect(decodeOverviewFrame(bytes.buffer as ArrayBuffer)).toEqual(frame);
      }),
    );
  });

  it('is refused if its length or version is wrong', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: -400, max: 400 }), (frame, by) => {
        fc.pre(by !== 0);
        const bytes = encodeOverviewFrame(frame);
        const other = new Uint8Array(Math.max(0, bytes.length + by));
        other.set(bytes.subarray(0, other.length));
        expect(() => decodeOverviewFrame(other)).toThrow(RangeError);
        bytes[0] = 1;
        expect(() => decodeOverviewFrame(bytes)).toThrow(RangeError);
      }),
    );
  });

  it('has 24 bytes per machine if all values have the same time, and 8 more for each older value', () => {
    const frame = (age: number): OverviewFrame => ({
      named: { machines: new Uint32Array(), machineIds: [] },
      machines: new Uint32Array(1000),
      timestampsMs: new Float64Array(1000),
      values: METRICS.map(() => new Float32Array(1000)),
      agesMs: METRICS.map((_, m) => new Float32Array(1000).fill(m === 0 ? age : 0)),
    });
    expect(encodeOverviewFrame(frame(0)).byteLength).toBe(16 + 1000 * (12 + 4 * METRICS.length));
    expect(encodeOverviewFrame(frame(1)).byteLength).toBe(16 + 1000 * (12 + 4 * METRICS.length + 8));
  });

  it('never throws anything but a RangeError for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeOverviewFrame(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
