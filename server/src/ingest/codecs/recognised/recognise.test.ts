import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOwnForm, recognise } from './recognise.ts';

interface Example {
  about: string;
  topic: string;
  payload: unknown;
  /** Ids and readings of each device; empty for a message without readings. */
  devices: { ids: string[]; readings: Record<string, unknown>[] }[];
  /** A known machine is named by our own topic, or by a level of the topic. */
  named?: true;
}

const DIRECTORY = new URL('../../../../test/fixtures/payloads/', import.meta.url);
const formats = readdirSync(DIRECTORY).map((file) => {
  const { source, examples } = JSON.parse(readFileSync(new URL(file, DIRECTORY), 'utf8')) as {
    source: string;
    examples: Example[];
  };
  return { name: file.replace('.json', ''), source, examples };
});

it('has at least five recorded examples of each format, with their source', () => {
  for (const { name, source, examples } of formats) {
    expect(examples.length, name).toBeGreaterThanOrEqual(5);
    expect(source, name).toMatch(/\w/);
  }
});

describe.each(formats)('$name', ({ examples }) => {
  it.each(examples)('$about', ({ topic, payload, devices, named }) => {
    expect(isOwnForm(payload, named === undefined)).toBe(false);
    const recognised = recognise(payload, topic.split('/'), named === true);
    expect(recognised?.devices).toEqual(devices);
    // Recognising changes nothing of the message, which may be decoded again.
    expect(recognise(payload, topic.split('/'), named === true)).toEqual(recognised);
  });
});

describe('our own form', () => {
  it.each<[string, unknown]>([
    ['a reading', { machine_id: 'a', timestamp: 5, temperature: 1, quality: { temperature: 'bad' } }],
    ['a reading without a time', { machine_id: 'a', temperature: 1 }],
    [
      'a list of readings',
      [
        { machine_id: 'a', temperature: 1 },
        { machine_id: 'b', speed: null },
      ],
    ],
    ['a batch', { gateway_id: 'g', batch: [{ machine_id: 'a', readings: [] }] }],
    ['a text', 'x'],
    ['null', null],
  ])('is not recognised anew: %s', (_, message) => {
    expect(isOwnForm(message, true)).toBe(true);
  });

  it('needs no id where the topic has it', () => {
    expect(isOwnForm({ temperature: 1 }, false)).toBe(true);
    expect(isOwnForm({ temperature: 1 }, true)).toBe(false);
    expect(isOwnForm({ ts: 1, temperature: 1 }, false)).toBe(false);
  });
});

it('never throws, and gives readings that are objects', () => {
  const key = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom(
      'values',
      'value',
      'name',
      'n',
      'ts',
      'bn',
      'object',
      'deviceInfo',
      'params',
      'src',
      'method',
      'switch:0',
    ),
    fc.constantFrom(
      'ENERGY',
      'TempUnit',
      'linkquality',
      'tags',
      'quality',
      'errors',
      'TS',
      'VR',
      '__proto__',
      'device',
    ),
  );
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 1, Number.NaN, 'x', '[1]', '{"a":1}', '2026-01-15T10:30:00Z'),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(key, tie('node'), { maxKeys: 4 }),
    ),
  })).node;
  const topic = fc.constantFrom(
    'a/b',
    'zigbee2mqtt/x',
    'tele/x/SENSOR',
    'v1/devices/me/telemetry',
    'v1/gateway/telemetry',
    'umh/v1/a/_historian',
    'x/status/switch:0',
    'application/1/device/2/event/up',
    '',
  );
  fc.assert(
    fc.property(tree, topic, fc.boolean(), (message, at, isNamed) => {
      const devices = recognise(message, at.split('/'), isNamed)?.devices ?? [];
      for (const { ids, readings } of devices) {
        expect(ids.every((id) => typeof id === 'string' && id !== '')).toBe(true);
        for (const reading of readings) expect(Object.getPrototypeOf(reading)).toBe(Object.prototype);
      }
    }),
    { numRuns: 3000 },
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
