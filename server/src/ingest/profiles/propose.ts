// Proposes a profile for messages that are alike, for a person to check.

import {
  childPath,
  type ProfileDraft,
  type ProfileRule,
  type ProfileSource,
  type ProfileValueRule,
  parseJsonPath,
  profileDraftSchema,
} from '@gonsters/contract';
import { parseLenientJson } from '../codecs/parse-json.ts';
import { isRecord } from '../codecs/reading-path.ts';
import { idFieldsOf, timeFieldOf } from '../codecs/recognised/field-names.ts';
import { tagFieldsOf } from '../codecs/recognised/tag.ts';
import { parseTimestampMs } from '../codecs/timestamp.ts';
import { proposeTopic } from './propose-topic.ts';
import { decimalTextOf, timeFormatOf } from './value-fields.ts';

/** The newest of them are enough to see what differs. */
const MAX_MESSAGES = 20;
const MAX_MESSAGE_BYTES = 65_536;
const MAX_RECORDS = 50;
const MAX_DEPTH = 4;
const MAX_VALUES = 100;
/** Texts of more kinds are no state. */
const MAX_TEXTS = 8;
const MAX_TEXT_CHARACTERS = 32;

export interface ProposalDeps {
  /** The metric that a field means: by its name or an alias, or the name that a new one would get. null: none. */
  metricOf(field: string): string | null;
  /** Whether a machine has this id, alias or name. */
  isMachine(id: string): boolean;
}

interface Sample {
  readonly topic: string;
  readonly payload: unknown;
}

/** @returns null where the payloads are no objects and no lists of objects */
export function proposeProfile(
  messages: readonly { readonly topic: string; readonly payload: Uint8Array | string }[],
  deps: ProposalDeps,
): ProfileDraft | null {
  const samples = messages.slice(0, MAX_MESSAGES).flatMap(({ topic, payload }): Sample[] => {
    const parsed = payload.length > MAX_MESSAGE_BYTES ? null : parsedJson(payload);
    return typeof parsed === 'object' && parsed !== null ? [{ topic, payload: parsed }] : [];
  });
  const [first] = samples;
  if (first === undefined) return null;
  const path = recordsPathOf(first.payload);
  const records = samples.flatMap(({ payload }) => recordsAt(payload, path)).slice(0, MAX_RECORDS);
  if (records.length === 0) return null;
  const roots = path === '$' ? [] : samples.map(({ payload }) => payload).filter(isRecord);
  const topic = proposeTopic(
    samples.map((each) => each.topic),
    deps.isMachine,
  );
  const machine = topic.hasMachine
    ? { part: 'machine' }
    : (machineIn(records, '@', deps) ?? machineIn(roots, '$', deps) ?? deviceIn(records, '@') ?? deviceIn(roots, '$'));
  const time = timeIn(records, '@') ?? timeIn(roots, '$');
  const used = new Set([machine, time?.source].flatMap((source) => (source && 'path' in source ? [source.path] : [])));
  const rule: ProfileRule = {
    topic: topic.filter,
    records: path,
    machine,
    time: time?.source ?? null,
    time_format: time?.format ?? 'auto',
    unset_clock: 'arrival',
    values: tagValues(records) ?? memberValues(records, used, deps),
    others: 'recognise',
    ignore: [],
  };
  // A member whose name is too long for a path cannot be described.
  const values = rule.values.filter((each) => typeof parseJsonPath(each.path) !== 'string');
  const draft = profileDraftSchema.safeParse({ rules: [{ ...rule, values }] });
  return draft.success ? draft.data : null;
}

function parsedJson(payload: Uint8Array | string): unknown {
  try {
    return parseLenientJson(typeof payload === 'string' ? payload : Buffer.from(payload).toString());
  } catch {
    return null;
  }
}

/** The list of objects in the payload, if there is one; else the payload itself. */
function recordsPathOf(payload: unknown): string {
  if (isList(payload)) return '$[*]';
  if (!isRecord(payload)) return '$';
  const lists = Object.keys(payload).filter((key) => isList(payload[key]));
  return lists.length === 1 ? `${childPath('$', lists[0] as string)}[*]` : '$';
}

const isList = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length > 0 && value.every(isRecord);

function recordsAt(payload: unknown, path: string): Record<string, unknown>[] {
  const holder =
    path === '$' ? [payload] : path === '$[*]' ? payload : isRecord(payload) ? Object.values(payload).find(isList) : [];
  return Array.isArray(holder) ? holder.filter(isRecord) : [];
}

/** Members that name a device in the words of its maker. Only a person can say so: without a profile they are no ids. */
const DEVICE_NAME =
  /^(id|name|dev|mac|asset|equipment|thing|station|tool|client|node|plc|sensor|gateway)[_ -]?(id|name|no|nr|num|number|code|key)?$/i;

/** A member that is a known machine in every object, else the first one whose name says that it is an id. */
function machineIn(
  objects: readonly Record<string, unknown>[],
  root: string,
  deps: ProposalDeps,
): ProfileSource | null {
  const [first] = objects;
  if (first === undefined) return null;
  const leaves = leavesOf(objects);
  const isId = (value: unknown) =>
    (typeof value === 'string' || typeof value === 'number') && deps.isMachine(String(value));
  const known = leaves.find(({ values }) => values.every(isId));
  if (known !== undefined) return { path: pathOf(root, known.keys) };
  const named = idFieldsOf(first).find((field) => tagFieldsOf(first)?.name !== field);
  return named === undefined ? null : { path: childPath(root, named) };
}

/** A text that its maker calls a device. In a list of names and values, it is the name of a value. */
function deviceIn(objects: readonly Record<string, unknown>[], root: string): ProfileSource | null {
  const [first] = objects;
  if (first === undefined || tagFieldsOf(first) !== null) return null;
  const device = leavesOf(objects).find(
    ({ keys, values }) => DEVICE_NAME.test(keys.at(-1) as string) && values.every((each) => typeof each === 'string'),
  );
  return device === undefined ? null : { path: pathOf(root, device.keys) };
}

function timeIn(
  objects: readonly Record<string, unknown>[],
  root: string,
): { source: ProfileSource; format: ProfileRule['time_format'] } | null {
  const [first] = objects;
  if (first === undefined) return null;
  const field = timeFieldOf(first, true);
  const values = objects.flatMap((each) => (field === undefined ? [] : [each[field]]));
  const named = field !== undefined && values.every(isTime) ? { keys: [field], values } : undefined;
  const found = named ?? leavesOf(objects).find(({ values }) => timeFormatOf(values) !== 'auto');
  if (found === undefined) return null;
  return { source: { path: pathOf(root, found.keys) }, format: timeFormatOf(found.values) };
}

/** Seconds of this century are above it, uptimes and measured values rarely. */
const MIN_EPOCH = 1e8;

function isTime(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^[\d.,\s]+$/.test(value));
  if (isNumber && timeFormatOf([value]) === 'auto') return Number(value) > MIN_EPOCH;
  return timeFormatOf([value]) !== 'auto' || !Number.isNaN(parseTimestampMs(value));
}

/** Lists of names and values. */
function tagValues(records: readonly Record<string, unknown>[]): ProfileValueRule[] | null {
  const [first] = records;
  const fields = first === undefined ? null : tagFieldsOf(first);
  if (fields === null) return null;
  const { name, value, unit, quality } = fields;
  const decimal = decimalTextOf(records.map((record) => record[value]).filter((each) => typeof each === 'string'));
  const rule: ProfileValueRule = { path: childPath('@', value), name: { path: childPath('@', name) }, metric: null };
  if (unit !== undefined) rule.unit = { path: childPath('@', unit) };
  if (quality !== undefined) rule.quality = { path: childPath('@', quality) };
  if (decimal !== undefined) rule.decimal_text = decimal;
  return [rule];
}

function memberValues(
  records: readonly Record<string, unknown>[],
  used: ReadonlySet<string>,
  deps: ProposalDeps,
): ProfileValueRule[] {
  const leaves = leavesOf(records);
  const taken = new Set<string>();
  return leaves.flatMap(({ keys, values }): ProfileValueRule[] => {
    const path = pathOf('@', keys);
    if (used.has(path) || isUnitOf(keys, leaves)) return [];
    const decimal = decimalTextOf(values);
    if (decimal === undefined && !areValues(values)) return [];
    const metric = freeName(keys, taken, deps);
    if (metric === null) return [];
    taken.add(metric);
    const unit = leaves.find((other) => unitKeysOf(keys).some((each) => each.join('\n') === other.keys.join('\n')));
    return [
      {
        ...{ path, metric },
        ...(unit !== undefined && { unit: { path: pathOf('@', unit.keys) } }),
        ...(decimal !== undefined && { decimal_text: decimal }),
      },
    ];
  });
}

/** Numbers, true and false, and texts of a few kinds. */
function areValues(values: readonly unknown[]): boolean {
  const texts = new Set<string>();
  for (const value of values) {
    if (typeof value === 'number' || typeof value === 'boolean') continue;
    if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT_CHARACTERS) return false;
    texts.add(value);
  }
  return values.length > 0 && texts.size <= MAX_TEXTS;
}

const MIN_NAME_CHARACTERS = 3;
const VALUE_KEYS = new Set(['value', 'val', 'v']);
const UNIT_KEYS = ['unit', 'units', 'uom', 'u'];

/** `value` says nothing: the member that holds it has the name. */
function freeName(keys: readonly string[], taken: ReadonlySet<string>, deps: ProposalDeps): string | null {
  const last = keys.at(-1) as string;
  const named = VALUE_KEYS.has(last.toLowerCase()) && keys.length > 1 ? keys.slice(0, -1) : keys;
  const name = named.at(-1) as string;
  // `x` says little without `vib`, which holds it.
  const spellings = [name, named.slice(-2).join('_'), named.join('_')];
  if (name.length < MIN_NAME_CHARACTERS) spellings.push(spellings.shift() as string);
  return spellings.map(deps.metricOf).find((metric) => metric !== null && !taken.has(metric)) ?? null;
}

function unitKeysOf(keys: readonly string[]): string[][] {
  const parents = keys.slice(0, -1);
  const last = keys.at(-1) as string;
  const beside = VALUE_KEYS.has(last.toLowerCase()) ? UNIT_KEYS.map((key) => [...parents, key]) : [];
  return [[...parents, `${last}_unit`], ...beside];
}

const isUnitOf = (keys: readonly string[], leaves: readonly Leaf[]) =>
  leaves.some((other) => unitKeysOf(other.keys).some((each) => each.join('\n') === keys.join('\n')));

interface Leaf {
  readonly keys: readonly string[];
  /** One of each object that has it; null is none. */
  readonly values: unknown[];
}

/** The members of the objects that are no objects and no lists, in their order. */
function leavesOf(objects: readonly Record<string, unknown>[]): Leaf[] {
  const leaves = new Map<string, Leaf>();
  const visit = (object: Record<string, unknown>, keys: readonly string[]) => {
    for (const key of Object.keys(object)) {
      const value = object[key];
      const own = [...keys, key];
      if (isRecord(value) && own.length < MAX_DEPTH) visit(value, own);
      if (typeof value === 'object') continue;
      const known = leaves.get(own.join('\n'));
      if (known !== undefined) known.values.push(value);
      else if (leaves.size < MAX_VALUES) leaves.set(own.join('\n'), { keys: own, values: [value] });
    }
  };
  for (const object of objects) visit(object, []);
  return [...leaves.values()];
}

const pathOf = (root: string, keys: readonly string[]) => keys.reduce<string>(childPath, root);
