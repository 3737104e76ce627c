import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, type UMetric } from '../../../test/support/sparkplug-node.ts';
import { rebirthCommand } from './host-messages.ts';
import { decodePayload, MAX_METRICS, NOT_SUPPORTED, type SparkplugPayload, Template } from './payload.ts';
import { DataSet } from './payload-parts.ts';
import { SparkplugSource } from './sparkplug-source.ts';

const decodeMetric = (metric: UMetric) => decodePayload(encode({ timestamp: 1, metrics: [metric] }))?.metrics[0];
const SCALARS: UMetric[] = [
  { name: 'a', type: 'Int8', value: -7 },
  { name: 'b', type: 'Int16', value: -300 },
  { name: 'c', type: 'Int32', value: -70_000 },
  { name: 'd', type: 'UInt32', value: 4_000_000_000 },
  { name: 'e', type: 'Double', value: -0.1 },
  { name: 'f', type: 'Float', value: 1.5 },
  { name: 'g', type: 'Boolean', value: true },
  { name: 'h', type: 'String', value: 'Überdruck' },
  { name: 'i', type: 'DateTime', value: 1_700_000_000_000 },
  { name: 'j', type: 'Text', value: '' },
];
const RICH: UMetric[] = [
  ...SCALARS,
  { name: 'k', type: 'Bytes', value: new Uint8Array([1, 2, 3]) },
  {
    name: 'l',
    type: 'DataSet',
    value: { numOfColumns: 2, columns: ['x', 'y'], types: ['Int32', 'String'], rows: [[-1, 'one']] },
  } as UMetric,
  {
    name: 'm',
    type: 'Template',
    value: { isDefinition: false, templateRef: 'Motor', metrics: SCALARS.slice(0, 3) },
  } as UMetric,
  {
    name: 'n',
    type: 'Double',
    value: 5,
    properties: { engUnit: { type: 'String', value: ' bar ' }, Quality: { type: 'Int32', value: 500 } },
  },
];

/** The readings of a payload as a birth, and all values by field. */
function valuesOf(metrics: UMetric[]): Record<string, unknown> {
  const payload = decodePayload(encode({ timestamp: 1_700_000_000_000, metrics })) as SparkplugPayload;
  const { readings } = new SparkplugSource(['g', 'n', 'd']).birth(payload);
  expect(readings).toHaveLength(1);
  return readings[0] as Record<string, unknown>;
}

describe('decodePayload', () => {
  it('reads what the encoder of Eclipse Tahu writes', () => {
    expect(valuesOf(RICH)).toEqual({
      ...Object.fromEntries(SCALARS.map(({ name, value }) => [name, value])),
      timestamp: 1_700_000_000_000,
      k: [],
      ...{ 'l/x': -1, 'l/y': 'one', 'm/a': -7, 'm/b': -300, 'm/c': -70_000 },
      ...{ n: 5, n_unit: 'bar', quality: { n: 'bad' } },
    });
    const payload = decodePayload(encode({ timestamp: 12, seq: 255, metrics: RICH })) as SparkplugPayload;
    expect(payload).toMatchObject({ timestampMs: 12, seq: 255 });
    expect(payload.metrics.find(({ name }) => name === 'k')?.value).toBe(NOT_SUPPORTED);
    expect(payload.metrics.find(({ name }) => name === 'l')?.value).toBeInstanceOf(DataSet);
    expect(payload.metrics.find(({ name }) => name === 'm')?.value).toBeInstanceOf(Template);
  });

  it('reads any numbers as they were written', () => {
    const int64 = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
    fc.assert(
      fc.property(fc.double(), int64, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (double, long, int) => {
        const values = valuesOf([
          { name: 'double', type: 'Double', value: double },
          { name: 'long', type: 'Int64', value: long },
          { name: 'int', type: 'Int32', value: int },
        ]);
        expect(values).toMatchObject({ double, long: long + 0, int: int + 0 });
      }),
    );
  });

  it('writes a rebirth command that the library reads', () => {
    const { metrics } = decodePayload(rebirthCommand(1_796_000_000_000)) as SparkplugPayload;
    expect(metrics).toMatchObject([{ name: 'Node Control/Rebirth', value: true, timestampMs: 1_796_000_000_000 }]);
  });

  it('never throws, whatever the bytes are', () => {
    const real = encode({ timestamp: 1_700_000_000_000, seq: 3, metrics: RICH });
    const mutated = fc
      .array(fc.record({ at: fc.nat(real.length - 1), byte: fc.integer({ min: 0, max: 255 }) }), { maxLength: 8 })
      .map((changes) => {
        const bytes = Buffer.from(real);
        for (const { at, byte } of changes) bytes[at] = byte;
        return bytes;
      });
    const cut = fc.nat(real.length).map((length) => real.subarray(0, length));
    const random = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(mutated, cut, random), (bytes) => {
        const payload = decodePayload(bytes);
        if (payload === null) return;
        // Nor does what follows.
        const source = new SparkplugSource(['g', 'n']);
        source.birth(payload);
        source.data(payload);
        source.death(Date.now());
      }),
      { numRuns: 5_000 },
    );
  });

  it('refuses more than its bounds, quickly', () => {
    const empty = (count: number) => Buffer.alloc(2 * count, Buffer.from([0x12, 0]));
    expect(decodePayload(empty(MAX_METRICS))?.metrics).toHaveLength(MAX_METRICS);
    expect(decodePayload(empty(MAX_METRICS + 1))).toBeNull();
    let nested: UMetric = { name: 'x', type: 'Double', value: 1 };
    for (let depth = 0; depth < 4; depth++) {
      nested = { name: 't', type: 'Template', value: { metrics: [nested] } } as UMetric;
    }
    expect(decodeMetric(nested)).toBeDefined();
    expect(decodeMetric({ name: 't', type: 'Template', value: { metrics: [nested] } } as UMetric)).toBeUndefined();
  });
});
