// The shape of a payload: as which format it is recognised, and the paths and types of its values.

import type { IncomingProtocol, IncomingShape } from '@gonsters/contract';
import { parseLines } from '../codecs/line-protocol.ts';
import { parseLenientJson } from '../codecs/parse-json.ts';
import { isRecord } from '../codecs/reading-path.ts';
import { formatOf, isOwnForm } from '../codecs/recognised/recognise.ts';

export interface PayloadShape extends IncomingShape {
  /** The same for payloads with the same kind, fields and types. */
  readonly key: string;
}

/** A shape that stands for every payload of its kind. */
export const ANY_FIELDS = '*';
const MAX_FIELDS = 100;
/** Values that are looked at; a batch repeats the same ones. */
const MAX_VALUES = 2000;
const MAX_DEPTH = 12;
const MAX_NAME_CHARACTERS = 100;
const MAX_LINES = 50;

/** How a sentence begins. Other kinds are spelled as their makers do. */
const KIND_TEXTS: Record<string, string> = {
  own_batch: 'Our batch',
  own_reading: 'Our reading',
  plain_object: 'Object',
  tag_list: 'List of names and values',
  thingsboard: 'Time and values (ThingsBoard, Neuron)',
  umh_historian: 'UMH historian',
  chirpstack: 'ChirpStack uplink',
  tasmota: 'Tasmota',
  shelly: 'Shelly',
  senml: 'SenML',
  teltonika: 'Teltonika',
  aveva: 'AVEVA',
  line_protocol: 'InfluxDB line protocol',
  sparkplug: 'Sparkplug B',
  not_json: 'Not JSON',
  value: 'A single value',
  unknown: 'JSON of no known form',
};

/**
 * Pure. Takes as long as parsing the payload.
 *
 * @param levels of the topic
 * @param namesMachine the topic is our own, with the machine in it
 */
export function payloadShape(
  payload: string,
  { protocol, levels, namesMachine }: { protocol: IncomingProtocol; levels: readonly string[]; namesMachine: boolean },
): PayloadShape {
  if (protocol === 'line_protocol') return describeShape('line_protocol', lineFields(payload));
  let parsed: unknown;
  try {
    parsed = parseLenientJson(payload);
  } catch {
    return describeShape(protocol === 'sparkplug' ? protocol : 'not_json', new Map());
  }
  const fields = new Map<string, string>();
  collect(parsed, '', 0, fields, { left: MAX_VALUES });
  return describeShape(protocol === 'sparkplug' ? protocol : kindOf(parsed, levels, namesMachine), fields);
}

/** `fields`: paths with a letter for the type. */
function describeShape(kind: string, fields: ReadonlyMap<string, string>): PayloadShape {
  const paths = [...fields.keys()].sort();
  const types = paths.map((path) => `${path}:${fields.get(path)}`).join(',');
  return { kind, fields: paths.slice(0, MAX_FIELDS), text: textOf(kind, paths), key: `${kind} ${types}` };
}

/** The shape of payloads of one kind whose fields differ. */
export function unitedShape(shapes: readonly IncomingShape[]): PayloadShape {
  const [{ kind }] = shapes as [IncomingShape];
  const fields = [...new Set(shapes.flatMap((shape) => shape.fields))].sort().slice(0, MAX_FIELDS);
  return { kind, fields, text: `${textOf(kind, fields)} that differ`, key: `${kind} ${ANY_FIELDS}` };
}

function kindOf(parsed: unknown, levels: readonly string[], namesMachine: boolean): string {
  if (typeof parsed !== 'object' || parsed === null) return 'value';
  if (isOwnForm(parsed, !namesMachine)) {
    const first = Array.isArray(parsed) ? parsed[0] : parsed;
    if (!isRecord(first)) return 'unknown';
    return first.batch === undefined ? 'own_reading' : 'own_batch';
  }
  return formatOf(parsed, levels) ?? 'unknown';
}

function collect(value: unknown, path: string, depth: number, into: Map<string, string>, budget: { left: number }) {
  if (budget.left-- <= 0 || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, `${path}[]`, depth + 1, into, budget);
    return;
  }
  if (isRecord(value)) {
    for (const name of Object.keys(value)) {
      const short = name.slice(0, MAX_NAME_CHARACTERS);
      collect(value[name], path === '' ? short : `${path}.${short}`, depth + 1, into, budget);
    }
    return;
  }
  const type = typeof value === 'string' ? 't' : 'n';
  // A value that is sometimes text and sometimes a number or null is text.
  if (into.get(path) !== 't') into.set(path, type);
}

function lineFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  const begin = text.split('\n', MAX_LINES).join('\n');
  for (const { measurement, fields: values } of parseLines(begin, 'ns', MAX_LINES)?.points ?? []) {
    for (const [name, value] of values) fields.set(`${measurement}.${name}`, typeof value === 'string' ? 't' : 'n');
  }
  return fields;
}

function textOf(kind: string, paths: readonly string[]): string {
  const isNested = kind === 'plain_object' && paths.some((path) => path.includes('.'));
  const what = isNested ? 'Nested object' : (KIND_TEXTS[kind] ?? kind);
  if (paths.length === 0 || kind === 'value') return what;
  return `${what}, ${paths.length} ${paths.length === 1 ? 'value' : 'values'}`;
}
