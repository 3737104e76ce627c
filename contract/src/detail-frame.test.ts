import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DetailFrame, decodeDetailFrame, encodeDetailFrame } from './detail-frame.ts';
import { FRAMES_VERSION } from './frame-columns.ts';
import { MAX_DETAIL_MACHINES } from './live-events.ts';

/** Values of a row. */
const values = fc.uniqueArray(
  fc.record({
    metric: fc.nat(0xffff),
    value: fc.double(),
    quality: fc.integer({ min: 0, max: 2 }),
  }),
  { selector: ({ metric }) => metric, maxLength: 30 },
);

const frames: fc.Arbitrary<DetailFrame> = fc
  .record({
    seq: fc.integer({ min: 0, max: 0xffff_ffff }),
    machineIds: fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: MAX_DETAIL_MACHINES }),
    rows: fc.array(
      fc.record({
        machine: fc.nat(1000),
        timestampMs: fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2100, 0, 1) }),
        values,
      }),
      { maxLength: 60 },
    ),
  })
  .map(({ seq, machineIds, rows }) => {
    const all = rows.flatMap((row) => row.values);
    let end = 0;
    return {
      seq,
      machineIds,
      machineIndex: Uint8Array.from(rows, (row) => row.machine % machineIds.length),
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
      qualities: Uint8Array.from(all, ({ quality }) => quality),
    };
  });

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
        expect(decodeDetailFrame(bytes.buffer)).toEqual(frame);
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
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, hasVersion) => {
        if (hasVersion && bytes.length > 0) bytes.set([FRAMES_VERSION, 0, 0, 0].slice(0, bytes.length));
        try {
          decodeDetailFrame(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('is refused if a row names a machine or has values that are not in the frame, or the version differs', () => {
    const frame: DetailFrame = {
      seq: 1,
      machineIds: ['00000000-0000-4000-8000-000000000000'],
      machineIndex: Uint8Array.of(0),
      timestampsMs: Float64Array.of(0),
      starts: Uint32Array.of(0, 1),
      metrics: Uint16Array.of(0),
      values: Float64Array.of(1),
      qualities: Uint8Array.of(0),
    };
    expect(decodeDetailFrame(encodeDetailFrame(frame))).toEqual(frame);
    expect(() => decodeDetailFrame(encodeDetailFrame({ ...frame, machineIndex: Uint8Array.of(1) }))).toThrow(
      RangeError,
    );
    for (const end of [0, 2]) {
      const cut = { ...frame, starts: Uint32Array.of(0, end) };
      expect(() => decodeDetailFrame(encodeDetailFrame(cut))).toThrow(RangeError);
    }
    const bytes = encodeDetailFrame(frame);
    bytes[0] = 1;
    expect(() => decodeDetailFrame(bytes)).toThrow(RangeError);
  });

  it('has 11 bytes per value: 12 machines with 250 metrics each fit into 33 kB', () => {
    const frame: DetailFrame = {
      seq: 1,
      machineIds: Array.from({ length: 12 }, () => '00000000-0000-4000-8000-000000000000'),
      machineIndex: Uint8Array.from({ length: 12 }, (_, i) => i),
      timestampsMs: new Float64Array(12),
      starts: Uint32Array.from({ length: 13 }, (_, i) => 250 * i),
      metrics: Uint16Array.from({ length: 3000 }, (_, i) => i % 250),
      values: new Float64Array(3000),
      qualities: new Uint8Array(3000),
    };
    expect(encodeDetailFrame(frame).byteLength).toBe(20 + 12 * (36 + 11) + 3000 * 11);
  });
});
