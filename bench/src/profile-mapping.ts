// Measures how many messages one core maps with the profile of a gateway: from the bytes of the payload to columns that could be
// stored. Beside it, the same readings in our own form.

import { METRIC_NAMES, profileDraftSchema } from '@gonsters/contract';
import { parsePayload } from '../../server/dist/ingest/codecs/decode.js';
import { decodeAny, type MessageOrigin } from '../../server/dist/ingest/codecs/decode-any.js';
import type { DecodeContext } from '../../server/dist/ingest/codecs/decode-context.js';
import type { FieldTarget } from '../../server/dist/ingest/codecs/metric-fields.js';
import { compileProfile, matchRule } from '../../server/dist/ingest/profiles/compile-profile.js';
import { decodeMapped } from '../../server/dist/ingest/profiles/decode-mapped.js';
import { BatchBuilder } from '../../server/dist/readings/reading-batch.js';
import { atLeast, type Bench, type BenchRow } from './bench-row.ts';

const GOAL = 300_000;
const MESSAGES = 1_000;
/** Rows are thrown away after so many, as after a commit. */
const COMMIT_EVERY = 10_000;
const MACHINE = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';
const [FIRST, SECOND, THIRD] = METRIC_NAMES;

const KINDS: Record<string, { rule: object; payload: (value: number, at: string) => unknown }> = {
  'three numbers with scale and unit': {
    rule: {
      topic: 'plant/{machine}/out',
      machine: { part: 'machine' },
      time: { path: '@.at' },
      others: 'ignore',
      values: [
        { path: '@.d.a', metric: FIRST, scale: 0.1 },
        { path: '@.d.b', metric: SECOND, unit: { constant: 'kPa' } },
        { path: '@.d.c', metric: THIRD },
      ],
    },
    payload: (value, at) => ({ at, d: { a: value * 10, b: value, c: value } }),
  },
  'three numbers as text with decimal comma': {
    rule: {
      topic: 'plant/{machine}/out',
      machine: { part: 'machine' },
      time: { path: '@.at' },
      others: 'ignore',
      values: [FIRST, SECOND, THIRD].map((metric) => ({ path: `@.${metric}`, metric, decimal_text: 'comma' })),
    },
    payload: (value, at) => {
      const text = value.toFixed(2).replace('.', ',');
      return { at, [FIRST as string]: text, [SECOND as string]: text, [THIRD as string]: text };
    },
  },
  'a list of three names and values': {
    rule: {
      topic: 'plant/{machine}/out',
      records: '$.values[*]',
      machine: { part: 'machine' },
      time: { path: '$.at' },
      others: 'ignore',
      values: [{ path: '@.v', name: { path: '@.n' }, renames: { x: FIRST, y: SECOND, z: THIRD } }],
    },
    payload: (value, at) => ({ at, values: ['x', 'y', 'z'].map((n) => ({ n, v: value })) }),
  },
};

export const profileMapping: Bench = async ({ seconds, say }) => {
  const share = Math.min(seconds, 4);
  say('our own form');
  const own = await measure(share, (value, timestamp) => ({
    ...{ timestamp, [FIRST as string]: value, [SECOND as string]: value, [THIRD as string]: value },
  }));
  const rows: BenchRow[] = [];
  for (const [what, { rule, payload }] of Object.entries(KINDS)) {
    say(what);
    const rate = await measure(share, payload, rule);
    const peer = { name: 'our own form', value: Math.round(own) };
    rows.push({ what, value: Math.round(rate), unit: 'messages/s', goal: atLeast(rate, GOAL, 'messages/s'), peer });
  }
  return rows;
};

/** @returns messages in a second of processor time */
async function measure(
  seconds: number,
  payloadOf: (value: number, at: string) => unknown,
  rule?: object,
): Promise<number> {
  const startMs = Date.now() - MESSAGES * 1000;
  const payloads = Array.from({ length: MESSAGES }, (_, i) =>
    Buffer.from(JSON.stringify(payloadOf(50 + (i % 100) / 8, new Date(startMs + i * 1000).toISOString()))),
  );
  const levels = `plant/${MACHINE}/out`.split('/');
  const matched =
    rule === undefined ? null : matchRule(compileProfile(profileDraftSchema.parse({ rules: [rule] })), levels);
  const origin: MessageOrigin = {
    ...{ machineId: MACHINE, levels, isKnown: (id) => id === MACHINE, senderIds: () => [], onlyMachine: () => null },
  };
  let rows = new BatchBuilder();
  const context = contextOf(() => rows);
  const decode = (payload: Buffer) => {
    const parsed = parsePayload(payload, context);
    if (matched === null) decodeAny(parsed, origin, context, () => {});
    else decodeMapped(parsed, matched, origin, context);
  };
  const run = (untilMs: number): number => {
    let count = 0;
    while (performance.now() < untilMs) {
      for (const payload of payloads) decode(payload);
      count += payloads.length;
      if (rows.length >= COMMIT_EVERY) rows = new BatchBuilder();
    }
    return count;
  };
  run(performance.now() + 500);
  const before = process.cpuUsage();
  const count = run(performance.now() + seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  return count / ((user + system) / 1e6);
}

function contextOf(rows: () => BatchBuilder): DecodeContext {
  const targets = new Map(
    METRIC_NAMES.map((name, metric): [string, FieldTarget] => [
      name,
      { metric, name, kind: 'gauge', min: -1e6, max: 1e6, unit: '', isNew: false, isBuiltIn: true },
    ]),
  );
  let clockMs = Date.now();
  return {
    // The share of a profile in a second is no subject of this measurement.
    get nowMs() {
      clockMs += 1000;
      return clockMs;
    },
    withoutTime: 'arrival',
    fields: {
      find: (field) => targets.get(field),
      stateCode: () => undefined,
      admits: () => true,
      convert: (_, value) => value,
      offsetsOf: () => null,
      noteArrival: () => {},
    },
    unknown: null,
    gateway: '',
    place: () => ({ machineId: MACHINE, rows: rows() }),
    arrivalMs: () => clockMs,
    refuse: (reason, field) => {
      throw new Error(`${field}: ${reason}`);
    },
  };
}
