import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DetailFrame, decodeDetailFrame, encodeDetailFrame } from './detail-frame.ts';
import { MAX_DETAIL_MACHINES } from './live-events.ts';
import { METRICS } from './metrics.ts';

const frames: fc.Arbitrary<DetailFrame> = fc
  .record({
    seq: fc.integer({ min: 0, max: 0xffff_ffff }),
    machineIds: fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: MAX_DETAIL_MACHINES }),
    rows: fc.array(
      fc.record({
        machine: fc.nat(1000),
        timestampMs: fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2100, 0, 1) }),
        values: fc.array(fc.float(), { minLength: METRICS.length, maxLength: METRICS.length }),
      }),
      { maxLength: 200 },
    ),
  })
  .map(({ seq, machineIds, rows }) => ({
    seq,
    machineIds,
    machineIndex: Uint8Array.from(rows, (row) => row.machine % machineIds.length),
    timestampsMs: Float64Array.from(rows, (row) => row.timestampMs),
    values: METRICS.map((_, m) => Float32Array.from(rows, (row) => row.values[m] as number)),
  }));

describe('a detail frame', () => {
  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeDetailFrame(encodeDetailFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('decodes from an ArrayBuffer and from the middle of a larger buffer', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 0, max: 9 }), (frame, before) => {
        const bytes = encodeDetailFrame(frame);
        const larger = new Uint8Array(bytes.length + before + 3);
        larger.set(bytes, before);
        expect(decodeDetailFrame(larger.subarray(before, before + bytes.length))).toEqual(frame);
        expect(decodeDetailFrame(bytes.buffer as ArrayBuffer)).toEqual(frame);
      }),
    );
  });

  it('is refused if its length is wrong', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: -400, max: 400 }), (frame, by) => {
        fc.pre(by !== 0);
        const bytes = encodeDetailFrame(frame);
        const other = new Uint8Array(Math.max(0, bytes.length + by));
        other.set(bytes.subarray(0, other.length));
        expect(() => decodeDetailFrame(other)).toThrow(RangeError);
      }),
    );
  });

  it('never throws anything but a RangeError for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeDetailFrame(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('is refused if a row names a machine that is not in the frame, or the version differs', () => {
    const frame: DetailFrame = {
      seq: 1,
      machineIds: ['00000000-0000-4000-8000-000000000000'],
      machineIndex: Uint8Array.of(1),
      timestampsMs: Float64Array.of(0),
      values: METRICS.map(() => Float32Array.of(1)),
    };
    expect(() => decodeDetailFrame(encodeDetailFrame(frame))).toThrow(RangeError);
    const bytes = encodeDetailFrame({ ...frame, machineIndex: Uint8Array.of(0) });
    bytes[0] = 2;
    expect(() => decodeDetailFrame(bytes)).toThrow(RangeError);
  });
});
