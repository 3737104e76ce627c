import { faultOfValue, METRICS, readingInputSchema } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricIndexOf, metricNameAt } from '../../metric-index.ts';
import { BAD, BatchBuilder, GOOD, readingAt, UNCERTAIN } from '../../readings/reading-batch.ts';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';
import { decodeEntry, decodeMessage, decodeTelemetry, parsePayload } from './decode.ts';
import type { DecodeContext } from './decode-context.ts';
import { type FieldTarget, type MetricFields, UnknownNames } from './metric-fields.ts';
import { faultOfTime, parseTimestampMs } from './timestamp.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 10, 30);
const MACHINE = '6f1f0d5e-0c5b-4d0e-9d3a-0a3b1c2d3e4f';
const OTHER = '7a1f0d5e-0c5b-4d0e-9d3a-0a3b1c2d3e4f';

const gauge = (name: string, range: Partial<FieldTarget> = {}): FieldTarget => ({
  ...{ metric: metricIndexOf(name), name, kind: 'gauge', unit: '', isNew: false, isBuiltIn: false },
  ...{ min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
  ...range,
});
const VIBRATION = gauge('vibration_rms', { unit: 'mm/s' });
/** The metrics of the seed, and one of each further kind. */
const TARGETS = new Map<string, FieldTarget | RejectionReason>([
  ...METRICS.map((metric) => [metric.name, gauge(metric.name, { ...metric, isBuiltIn: true })] as const),
  ['vibration_rms', VIBRATION],
  ['vibrationRms', VIBRATION],
  ['parts', gauge('parts', { kind: 'counter' })],
  ['door_open', gauge('door_open', { kind: 'boolean' })],
  ['machine_state', gauge('machine_state', { kind: 'state' })],
  ['novel', 'free_text'],
  ['crowded', gauge('crowded')],
]);
const FIELDS: MetricFields = {
  find: (field) => TARGETS.get(field),
  stateCode: (_, text) => ({ running: 0, stopped: 1, closed: 0, open: 1, ajar: 2 })[text],
  admits: (_, metric) => metric !== metricIndexOf('crowded'),
  convert: (metric, value, unit) => {
    if (unit === 'F') return metric === 0 ? (value - 32) / 1.8 : null;
    return unit === 'in/s' ? value * 25.4 : null;
  },
  offsetsOf: () => null,
  noteArrival: () => {},
};

/** Decodes with both machines known. */
function collect(decode: (context: DecodeContext) => void, withoutTime: DecodeContext['withoutTime'] = 'arrival') {
  const rows = new BatchBuilder();
  const unknown = new UnknownNames();
  const faults: { reason: RejectionReason; field: string; error: string; value: unknown }[] = [];
  decode({
    nowMs: NOW_MS,
    withoutTime,
    fields: FIELDS,
    gateway: '',
    unknown,
    arrivalMs: () => NOW_MS,
    place: (id) => {
      const machineId = id.toLowerCase();
      return machineId === MACHINE || machineId === OTHER ? { machineId, rows } : 'unknown_machine';
    },
    refuse: (reason, field, error, value) => faults.push({ reason, field, error, value }),
  });
  const batch = rows.finish();
  const readings = batch.machineIds.map(
    (machineId, row): Record<string, unknown> => ({ machineId, ...SEED, ...readingAt(batch, row) }),
  );
  return { readings, faults, named: faults.map(({ reason, field }) => `${reason} ${field}`), batch, unknown };
}

const SEED: Record<string, unknown> = { temperature: null, pressure: null, speed: null };
const message = (value: unknown) => collect((context) => decodeMessage(value, context));
const telemetry = (value: unknown) => collect((context) => decodeTelemetry(value, MACHINE, context));
const payload = (bytes: string | Buffer) =>
  collect((context) => {
    const value = parsePayload(Buffer.from(bytes as string), context);
    if (value !== undefined) decodeMessage(value, context);
  });
const AT = '2026-01-15T10:29:00Z';

describe('shapes', () => {
  it('decodes a batch, one reading and an array of both', () => {
    const reading = { machine_id: MACHINE, timestamp: AT, temperature: 70 };
    const batch = {
      gateway_id: 'g',
      batch: [
        {
          machine_id: MACHINE,
          readings: [
            { timestamp: AT, temperature: 70 },
            { timestamp: AT, speed: 0 },
          ],
        },
        { machine_id: OTHER, readings: [{ timestamp: AT, pressure: 101.3 }] },
      ],
    };
    expect(message(reading).readings).toHaveLength(1);
    expect(message(batch).readings).toHaveLength(3);
    const both = message([reading, batch, reading]);
    expect(both.readings).toHaveLength(5);
    expect(both.faults).toEqual([]);
  });

  it('decodes one reading or an array where the topic names the machine', () => {
    const reading = { timestamp: AT, temperature: 70, machine_id: OTHER };
    expect(telemetry(reading).readings).toEqual([
      { machineId: MACHINE, timestamp: '2026-01-15T10:29:00.000Z', temperature: 70, pressure: null, speed: null },
    ]);
    expect(telemetry([reading, { temperature: 1 }]).readings).toHaveLength(2);
  });

  it('distinguishes a metric that was not measured from zero, and replaces -0 by zero', () => {
    const { batch } = telemetry({ temperature: -0, pressure: null, speed: 0 });
    expect([...batch.metrics]).toEqual([0, 2]);
    expect([...batch.values]).toEqual([0, 0]);
    expect(Object.is(batch.values[0], 0)).toBe(true);
  });

  it('uses the time of arrival only where the context allows it', () => {
    expect(telemetry({ temperature: 1 }).readings[0]?.timestamp).toBe('2026-01-15T10:30:00.000Z');
    const strict = collect(
      (context) => decodeEntry({ machine_id: MACHINE, readings: [{ temperature: 1 }] }, 'batch[0]', context),
      'bad_timestamp',
    );
    expect(strict.named).toEqual(['bad_timestamp batch[0].readings[0].timestamp']);
  });

  it.each([
    ['retained', ['retained [0].timestamp', 'bad_timestamp [2].timestamp']],
    ['leave out', ['bad_timestamp [2].timestamp']],
  ] as const)('decodes only readings with a timestamp where the others are: %s', (withoutTime, named) => {
    const readings = [{ speed: 1 }, { timestamp: AT, speed: 2 }, { timestamp: 'noon', speed: 3 }];
    const taken = collect((context) => decodeTelemetry(readings, MACHINE, context), withoutTime);
    expect(taken.readings.map(({ speed }) => speed)).toEqual([2]);
    expect(taken.named).toEqual(named);
  });

  it.each([null, 5, '1970-01-01T00:00:48Z', '0001-01-01T00:00:00Z', 48_211, -1])(
    'takes the time of arrival, and reports it, where the clock of the device is not set: %j',
    (timestamp) => {
      const { readings, named } = telemetry({ timestamp, temperature: 61 });
      expect(readings).toMatchObject([{ timestamp: '2026-01-15T10:30:00.000Z', temperature: 61 }]);
      expect(named).toEqual(['clock_not_set timestamp']);
      const retained = collect((context) => decodeTelemetry({ timestamp, speed: 1 }, MACHINE, context), 'retained');
      expect([retained.readings, retained.named]).toEqual([[], ['retained timestamp']]);
    },
  );

  it('accepts machine ids in upper and lower case', () => {
    expect(message({ machine_id: MACHINE.toUpperCase(), temperature: 1 }).readings[0]?.machineId).toBe(MACHINE);
  });
});

describe('faults', () => {
  it('decodes the valid readings of a batch and reports every fault of the others', () => {
    const { readings, named } = message({
      batch: [
        {
          machine_id: MACHINE,
          readings: [
            { timestamp: AT, temperature: '12', speed: -1e9 },
            { timestamp: AT, speed: 1 },
          ],
        },
        { machine_id: 'nobody', readings: [{ timestamp: 'x', temperature: 1 }] },
        { readings: 7 },
        null,
      ],
    });
    // The value that is not plausible is stored as bad.
    expect(readings).toMatchObject([{ speed: -1e9, quality: { speed: 'bad' } }, { speed: 1 }]);
    expect(named).toEqual([
      'not_a_number batch[0].readings[0].temperature',
      'out_of_range batch[0].readings[0].speed',
      'unknown_machine batch[1].machine_id',
      'bad_timestamp batch[1].readings[0].timestamp',
      'wrong_shape batch[2].machine_id',
      'wrong_shape batch[2].readings',
      'wrong_shape batch[3]',
    ]);
  });

  it.each<[string, unknown, string[]]>([
    ['a string', 'x', ['wrong_shape ']],
    ['a number', 5, ['wrong_shape ']],
    ['null', null, ['wrong_shape ']],
    ['an empty array', [], ['wrong_shape ']],
    ['an empty object', {}, ['wrong_shape machine_id']],
    ['an array in an array', [[{}]], ['wrong_shape [0]']],
    ['an empty batch', { batch: [] }, ['wrong_shape batch']],
    ['a batch that is none', [{ batch: {} }], ['wrong_shape [0].batch']],
    ['no readings', { batch: [{ machine_id: MACHINE, readings: [] }] }, ['wrong_shape batch[0].readings']],
    ['an unknown machine', { machine_id: 'nobody', speed: 1 }, ['unknown_machine machine_id']],
    ['no value', { machine_id: MACHINE, timestamp: AT }, ['no_value ']],
    ['only null', [{ machine_id: MACHINE, speed: null }], ['no_value [0]']],
    ['a time that is none', { machine_id: MACHINE, timestamp: 'noon', speed: 1 }, ['bad_timestamp timestamp']],
    ['the future', { machine_id: MACHINE, timestamp: '2026-01-15T10:36:00Z', speed: 1 }, ['in_the_future timestamp']],
    [
      'a value of another kind',
      { machine_id: MACHINE, door_open: 2, machine_state: 7 },
      ['not_of_kind door_open', 'not_of_kind machine_state'],
    ],
    ['an object', { machine_id: MACHINE, nested: { a: 1 } }, ['not_a_value nested']],
    ['free text', { machine_id: MACHINE, novel: 'once upon a time' }, ['free_text novel']],
    ['one metric too many', { machine_id: MACHINE, crowded: 1 }, ['too_many_metrics crowded']],
  ])('names %s', (_, value, named) => {
    const found = message(value);
    expect(found.readings).toEqual([]);
    expect(found.named).toEqual(named);
  });

  it.each<[string, string | Buffer, string]>([
    ['nothing', '', 'not_json '],
    ['half a document', '{"machine_id":"', 'not_json '],
    ['NaN alone', 'NaN', 'not_json '],
    ['a word that is no number', `{"machine_id":"${MACHINE}","speed":undefined}`, 'not_json '],
    ['broken UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'not_utf8 '],
    ['a NUL', '\0', 'not_json '],
    ['depth', '['.repeat(100) + ']'.repeat(100), 'too_deep '],
    ['depth in an extra field', `{"a":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`, 'too_deep '],
  ])('names %s in bytes', (_, bytes, named) => {
    expect(payload(bytes).named).toEqual([named]);
  });

  it('is not misled by brackets in strings, nor by `__proto__`', () => {
    const text = `{"machine_id":"${MACHINE}","note":"${'[{\\"'.repeat(200)}","__proto__":{"speed":5},"speed":1}`;
    expect(payload(text).readings).toHaveLength(1);
    expect(({} as Record<string, unknown>).speed).toBeUndefined();
    expect(payload(`{"machine_id":"${MACHINE}","__proto__":{"speed":5}}`).named).toEqual(['not_a_value __proto__']);
  });
});

describe('a bad value', () => {
  const only = (fault: string, speed: number | null = null) => [{ temperature: 70, pressure: 101, speed }, [fault]];
  it.each<[string, string, unknown[]]>([
    ['a text', '"hot"', only('not_a_number speed')],
    ['a number as text', '"12"', only('not_a_number speed')],
    ['true', 'true', only('not_a_number speed')],
    ['an object', '{"value":1}', only('not_a_number speed')],
    ['a value past the range', '1e6', only('out_of_range speed', 1e6)],
    ['2^53', '9007199254740992', only('out_of_range speed', 2 ** 53)],
    ['an infinity', '1e309', only('out_of_range speed')],
    ['the word NaN', 'NaN', only('out_of_range speed')],
    ['the word -inf', '-inf', only('out_of_range speed')],
    ['null', 'null', [{ temperature: 70, pressure: 101, speed: null }, []]],
    ['-0', '-0', [{ temperature: 70, pressure: 101, speed: 0 }, []]],
  ])('does not affect the other values: %s', (_, text, expected) => {
    const { readings, named } = payload(
      `{"machine_id":"${MACHINE}","timestamp":"${AT}","temperature":70,"speed":${text},"pressure":101}`,
    );
    expect(readings.map(({ temperature, pressure, speed }) => ({ temperature, pressure, speed }))).toEqual([
      expected[0],
    ]);
    expect(named).toEqual(expected[1]);
  });

  it('is stored as bad where it is a number, and left out otherwise', () => {
    const bad = telemetry({ temperature: 'hot', pressure: Number.NaN, speed: 1e6 });
    expect(bad.readings).toMatchObject([{ temperature: null, pressure: null, speed: 1e6 }]);
    expect([...bad.batch.qualities]).toEqual([BAD, BAD]);
    expect(bad.named).toEqual(['not_a_number temperature', 'out_of_range pressure', 'out_of_range speed']);
  });

  it('leaves nothing to store where every value is of another kind, or the timestamp is bad', () => {
    expect(telemetry({ temperature: 'hot', pressure: true }).readings).toEqual([]);
    const untimely = telemetry({ timestamp: 'x', temperature: 70, pressure: -1e9 });
    expect(untimely.readings).toEqual([]);
    expect(untimely.named).toEqual(['bad_timestamp timestamp', 'out_of_range pressure']);
  });

  it('is not one of a transmitter at rest, a vacuum, a press, a drive that turns backwards', () => {
    expect(
      telemetry([
        { temperature: 88.7, pressure: -0.2732 },
        { pressure: -60.2 },
        { pressure: 16_010 },
        { temperature: 1250, speed: -1480 },
      ]).faults,
    ).toEqual([]);
  });
});

describe('any metric', () => {
  it('stores each kind as a number', () => {
    const { batch, named } = telemetry({
      ...{ timestamp: AT, vibrationRms: 2.5, parts: 17, door_open: true, machine_state: 'stopped' },
      quality: { parts: 'uncertain', vibrationRms: 'good' },
    });
    expect(named).toEqual([]);
    expect(Array.from(batch.metrics, metricNameAt)).toEqual(['vibration_rms', 'parts', 'door_open', 'machine_state']);
    expect([...batch.values]).toEqual([2.5, 17, 1, 1]);
    expect([...batch.qualities]).toEqual([GOOD, UNCERTAIN, GOOD, GOOD]);
  });

  it('reads the texts of a boolean that was a state before', () => {
    const { batch, named } = telemetry([{ door_open: 'open' }, { door_open: 'closed' }, { door_open: 'ajar' }]);
    expect([...batch.values]).toEqual([1, 0]);
    expect(named).toEqual(['not_of_kind [2].door_open']);
  });

  it('marks what the source says is bad, and reports a quality that is not understood', () => {
    const { batch, named } = telemetry({ temperature: 70, speed: 3, quality: { temperature: 'bad', speed: 'soso' } });
    expect([...batch.qualities]).toEqual([BAD, UNCERTAIN]);
    expect(named).toEqual(['wrong_shape quality.speed']);
  });

  it('collects names and states that the catalogue does not know, with their units', () => {
    const { unknown, readings, faults } = telemetry([
      { flow: 12.5, flow_unit: 'l/min', is_open: false, temperature: 70 },
      { flow: 13, machine_state: 'idle', mode: 'auto' },
    ]);
    expect(faults).toEqual([]);
    expect(readings).toHaveLength(1);
    expect([...unknown.fields.values()]).toEqual([
      { field: 'flow', value: 12.5, unit: 'l/min' },
      { field: 'is_open', value: false, unit: null },
      { field: 'mode', value: 'auto', unit: null },
    ]);
    expect([...unknown.states]).toEqual([[metricIndexOf('machine_state'), new Set(['idle'])]]);
  });

  it('converts a unit that the payload names; one that is not understood makes the value bad', () => {
    const { batch, named } = telemetry([
      { temperature: 212, temperature_unit: 'F', vibration_rms: 1, vibration_rms_unit: 'in/s' },
      { vibration_rms: 3, unit: 'F' },
    ]);
    expect([...batch.values]).toEqual([100, 25.4, 3]);
    expect([...batch.qualities]).toEqual([GOOD, GOOD, BAD]);
    expect(named).toEqual(['bad_unit [1].vibration_rms']);
  });

  it('takes the value under the name of the metric where a reading has it twice', () => {
    for (const reading of [
      { vibrationRms: 1, vibration_rms: 2 },
      { vibration_rms: 2, vibrationRms: 1 },
    ]) {
      expect([...telemetry(reading).batch.values]).toEqual([2]);
    }
  });

  it('never takes a field of the envelope for a metric', () => {
    const { unknown, named } = telemetry({
      ...{ machine_id: MACHINE, sensor_type: 'press', location: 'Hall 1', gateway_id: 'g', factory_id: 'f' },
      speed: 1,
    });
    expect(unknown.isEmpty).toBe(true);
    expect(named).toEqual([]);
  });
});

describe('agreement with the contract', () => {
  const value = fc.oneof(
    fc.double(),
    fc.double({ min: -300, max: 110_000, noNaN: true }),
    fc.constantFrom(null, undefined, '12', true, Number.POSITIVE_INFINITY, -0, -273.15, 1000, 100_000, 2 ** 53, [], {}),
  );
  const timestamp = fc.oneof(
    fc.constantFrom(undefined, null, AT, '2026-01-15T10:35:01Z', 'x', NOW_MS, NOW_MS + 0.5, true, {}),
    fc.integer(),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  );
  const reading = fc.record(
    { timestamp, ...Object.fromEntries(METRICS.map((metric) => [metric.name, value])), machine_id: fc.anything() },
    { requiredKeys: [] },
  );

  it('accepts exactly the values that the schema accepts, where the timestamp is valid', () => {
    fc.assert(
      fc.property(reading, (input) => {
        const timeFault = input.timestamp === undefined ? null : faultOfTime(parseTimestampMs(input.timestamp), NOW_MS);
        // Without a clock, the device counts as one that sends no time.
        const isUnset = input.timestamp === null || timeFault === 'clock_not_set';
        const timeFits = isUnset || timeFault === null;
        const sent = (name: string) => (input as Record<string, unknown>)[name] ?? null;
        const measured = METRICS.filter(({ name }) => sent(name) !== null);
        const good = measured.filter(
          (metric) => readingInputSchema.safeParse({ [metric.name]: sent(metric.name) }).success,
        );
        expect(good).toEqual(measured.filter((metric) => faultOfValue(metric, sent(metric.name)) === null));
        const { batch, faults } = telemetry(input);
        expect(faults.length).toBe(
          Number(!timeFits || isUnset) + Number(measured.length === 0) + (measured.length - good.length),
        );
        // A number outside the range is stored as bad.
        const stored = measured.filter(({ name }) => typeof sent(name) === 'number');
        expect(Array.from(batch.metrics, metricNameAt)).toEqual(timeFits ? stored.map(({ name }) => name) : []);
        expect([...batch.qualities]).toEqual(
          timeFits ? stored.map((metric) => (good.includes(metric) ? GOOD : BAD)) : [],
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('does not throw for any value', () => {
    fc.assert(
      fc.property(fc.anything(), fc.jsonValue(), fc.uint8Array(), (anything, json, bytes) => {
        for (const input of [anything, json, { batch: json }, { batch: [{ machine_id: MACHINE, readings: json }] }]) {
          const { readings, faults, unknown } = message(input);
          expect(readings.length + faults.length + unknown.fields.size).toBeGreaterThan(0);
        }
        expect(payload(Buffer.from(bytes)).faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});
