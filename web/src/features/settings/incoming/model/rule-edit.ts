// One rule of a profile while a person edits it by clicking values of a message: what each value becomes, and each change.

import {
  type PathSegment,
  type ProfileRule,
  type ProfileSource,
  type ProfileValueRule,
  parseJsonPath,
  selectsMany,
} from '@gonsters/contract';
import { leadsTo, leadsToOrAbove, type Place, pathText, valueAt } from './message-path.ts';
import type { Scalar } from './message-tree.ts';

export type Meaning =
  /** `name`: what the payload calls it, where the rule is for several values; `metric` is null for one that has this name. */
  | { is: 'metric'; index: number; value: ProfileValueRule; metric: string | null; name: string }
  | { is: 'machine' | 'time' | 'unit' | 'quality' | 'name' | 'ignored' }
  /** No rule names it: as `others` of the rule says. */
  | { is: 'other' };

/** The payload that the rule is edited with. */
export interface Message {
  payload: unknown;
  place: Place;
}
export interface MessageValue extends Message {
  value: Scalar;
}

/** What the rule says of a value of the payload. */
export function meaningOf(rule: ProfileRule, message: Message): Meaning {
  const is = (source: object | null | undefined) => isAt(rule, pathOf(source), message, leadsTo);
  if (is(rule.machine)) return { is: 'machine' };
  if (is(rule.time)) return { is: 'time' };
  // What is ignored is not taken by a rule for several values either.
  if (rule.ignore.some((path) => isAt(rule, path, message, leadsToOrAbove))) return { is: 'ignored' };
  for (const [index, value] of rule.values.entries()) {
    if (is(value.name)) return { is: 'name' };
    if (is(value.unit)) return { is: 'unit' };
    if (is(value.quality)) return { is: 'quality' };
    if (!is(value)) continue;
    const name = nameOf(rule, value, message);
    return { is: 'metric', index, value, metric: value.metric ?? value.renames?.[name] ?? null, name };
  }
  return { is: 'other' };
}

/** Makes the value a metric, or changes how it is read. */
export function asMetric(rule: ProfileRule, message: Message, change: Partial<ProfileValueRule>): ProfileRule {
  const meaning = meaningOf(rule, message);
  if (meaning.is !== 'metric') {
    const free = cleared(rule, message);
    return { ...free, values: [...free.values, { path: pathTo(rule, message.place), metric: null, ...change }] };
  }
  const { name, index, value: before } = meaning;
  if (!isForMany(before)) {
    const value = withoutUndefined({ ...before, ...change });
    return { ...rule, values: rule.values.with(index, value) };
  }
  const { metric } = change;
  if (metric !== undefined && Object.keys(change).length === 1) {
    const { [name]: _, ...others } = before.renames ?? {};
    const renames = metric === null ? others : { ...others, [name]: metric };
    return { ...rule, values: rule.values.with(index, { ...before, renames }) };
  }
  // Of a list of names and values, a rule without the names would take all of them.
  if (before.name !== undefined) {
    const { metric: _, ...shared } = change;
    return { ...rule, values: rule.values.with(index, withoutUndefined({ ...before, ...shared })) };
  }
  // What is said of one value of several is said before: what one rule has taken, the next one leaves.
  const own = { path: pathTo(rule, message.place), metric: meaning.metric ?? name, ...change };
  return { ...rule, values: rule.values.toSpliced(index, 0, withoutUndefined(own)) };
}

export const asMachine = (rule: ProfileRule, message: Message): ProfileRule => ({
  ...cleared(rule, message),
  machine: { path: pathTo(rule, message.place) },
});

export const asTime = (rule: ProfileRule, message: Message): ProfileRule => ({
  ...cleared(rule, message),
  time: { path: pathTo(rule, message.place) },
});

export function asIgnored(rule: ProfileRule, message: Message): ProfileRule {
  const free = cleared(rule, message);
  return { ...free, ignore: [...free.ignore, pathTo(rule, message.place)] };
}

/** Whether a value rule reads several values, each of which becomes the metric of its name. */
const isForMany = (value: ProfileValueRule): boolean =>
  value.metric === null && (value.name !== undefined || segmentsOf(value.path).some(selectsMany));

/** Nothing is said of the value any longer. */
function cleared(rule: ProfileRule, message: Message): ProfileRule {
  const meaning = meaningOf(rule, message);
  switch (meaning.is) {
    case 'machine':
      return { ...rule, machine: null };
    case 'time':
      return { ...rule, time: null };
    case 'metric':
      // What is said of all of them stays; the exception is said where it is one.
      if (isForMany(meaning.value)) return rule;
      return { ...rule, values: rule.values.filter((_, index) => index !== meaning.index) };
    case 'ignored':
      return { ...rule, ignore: rule.ignore.filter((path) => !isAt(rule, path, message, leadsTo)) };
    default:
      return rule;
  }
}

/** As the rule writes it: from the record, where the place is in one. */
export function pathTo(rule: ProfileRule, place: Place): string {
  const records = segmentsOf(rule.records);
  const isPlain = records.every((segment, at) => typeof segment === 'object' || segment === place[at]);
  return isPlain && records.length <= place.length ? pathText('@', place.slice(records.length)) : pathText('$', place);
}

/** The metric that the rule names, or else what the payload calls the value. */
export function calledAt(rule: ProfileRule, message: Message): string {
  const meaning = meaningOf(rule, message);
  if (meaning.is === 'metric') return meaning.metric ?? meaning.name;
  return memberAt(message.place);
}

/** The last name on the way to it. */
export const memberAt = (place: Place): string => String(place.findLast((step) => typeof step === 'string') ?? '');

/** Which record of the list the place is in; null where the whole payload is the record. */
export function recordOf(rule: ProfileRule, place: Place): number | null {
  const record = segmentsOf(rule.records).length - 1;
  const step = place[record];
  return typeof step === 'number' ? step : null;
}

/** How many values become a metric whose name is given. */
export const mappedCount = (rule: ProfileRule): number =>
  rule.values.reduce((sum, { metric, renames }) => sum + (metric === null ? Object.keys(renames ?? {}).length : 1), 0);

const pathOf = (source: object | null | undefined): string | undefined =>
  source && 'path' in source && typeof source.path === 'string' ? source.path : undefined;

function segmentsOf(text: string): readonly PathSegment[] {
  const path = parseJsonPath(text);
  return typeof path === 'string' ? [] : path.segments;
}

/** Both kinds of path, from the payload. null for what is none. */
function fromPayload(rule: ProfileRule, text: string): readonly PathSegment[] | null {
  const path = parseJsonPath(text);
  if (typeof path === 'string') return null;
  return path.root === '$' ? path.segments : [...segmentsOf(rule.records), ...path.segments];
}

function isAt(rule: ProfileRule, text: string | undefined, message: Message, leads: typeof leadsTo): boolean {
  const segments = text === undefined ? null : fromPayload(rule, text);
  return segments !== null && leads(segments, message.payload, message.place);
}

/** What the payload calls the value: the text that `name` of its rule leads to, or the name of the member. */
function nameOf(rule: ProfileRule, value: ProfileValueRule, { payload, place }: Message): string {
  const member = memberAt(place);
  const source: ProfileSource | undefined = value.name;
  if (source === undefined) return member;
  if ('constant' in source) return source.constant;
  const segments = 'path' in source ? fromPayload(rule, source.path) : null;
  if (segments === null) return member;
  // Beside the value: the two paths are the same as far as they select many.
  const where = segments.map((segment, at) => (typeof segment === 'object' ? (place[at] ?? '') : segment));
  const name = valueAt(payload, where);
  return typeof name === 'string' || typeof name === 'number' ? String(name) : member;
}

const withoutUndefined = (value: ProfileValueRule): ProfileValueRule =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as ProfileValueRule;
