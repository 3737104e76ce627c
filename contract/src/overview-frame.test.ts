import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAMES_VERSION } from './frame-columns.ts';
import { decodeOverviewFrame, encodeOverviewFrame, type OverviewFrame } from './overview-frame.ts';

const numbers = fc.integer({ min: 0, max: 0xffff_ffff });

/** Values of a row. */
const values = fc.uniqueArray(
  fc.record({
    metric: fc.nat(0xffff),
    value: fc.double(),
    quality: fc.integer({ min: 0, max: 2 }),
    ageMs: fc.oneof(
      fc.constant(0),
      fc.float({ min: 0, noNaN: true }).map((age) => age + 0),
    ),
  }),
  { selector: ({ metric }) => metric, maxLength: 4 },
);

const frames: fc.Arbitrary<OverviewFrame> = fc
  .record({
    named: fc.array(fc.record({ machine: numbers, id: fc.uuid() }), { maxLength: 20 }),
    rows: fc.array(
      fc.record({
        machine: numbers,
        timestampMs: fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2100, 0, 1) }),
        values,
      }),
      { maxLength: 100 },
    ),
  })
  .map(({ named, rows }) => {
    const all = rows.flatMap((row) => row.values);
    let end = 0;
    return {
      named: { machines: Uint32Array.from(named, ({ machine }) => machine), machineIds: named.map(({ id }) => id) },
      machines: Uint32Array.from(rows, (row) => row.machine),
      timestampsMs: Float64Array.from(rows, (row) => row.timestampMs),
      starts: Uint32Array.of(
        0,
        ...rows.map((row) => {
          end += row.values.length;
          return end;
        }),
      ),
      metrics: Uint16Array.from(all, ({ metric }) => metric),
      values: Float64Array.from(all, ({ value }) => value),
      agesMs: Float32Array.from(all, ({ ageMs }) => ageMs),
      qualities: Uint8Array.from(all, ({ quality }) => quality),
    };
  });

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
        expect(decodeOverviewFrame(bytes.buffer)).toEqual(frame);
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
        bytes[0] = 2;
        expect(() => decodeOverviewFrame(bytes)).toThrow(RangeError);
      }),
    );
  });

  it('has 44 bytes per machine with three values of the same time, and 8 more for each one that is older or not good', () => {
    const frame = (ageMs: number, quality: number): OverviewFrame => ({
      named: { machines: new Uint32Array(), machineIds: [] },
      machines: new Uint32Array(1000),
      timestampsMs: new Float64Array(1000),
      starts: Uint32Array.from({ length: 1001 }, (_, i) => 3 * i),
      metrics: new Uint16Array(3000),
      values: new Float64Array(3000),
      agesMs: new Float32Array(3000).map((_, i) => (i % 3 === 0 ? ageMs : 0)),
      qualities: new Uint8Array(3000).map((_, i) => (i % 3 === 0 ? quality : 0)),
    });
    expect(encodeOverviewFrame(frame(0, 0)).byteLength).toBe(24 + 1000 * 44);
    expect(encodeOverviewFrame(frame(1, 0)).byteLength).toBe(24 + 1000 * (44 + 8));
    expect(encodeOverviewFrame(frame(1, 2)).byteLength).toBe(24 + 1000 * (44 + 16));
  });

  it('never throws anything but a RangeError for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, hasVersion) => {
        if (hasVersion && bytes.length > 0) bytes.set([FRAMES_VERSION, 0, 0, 0].slice(0, bytes.length));
        try {
          decodeOverviewFrame(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
