// The rule that is proposed for messages that nobody has described: which value is the machine, which the time, and which
// metrics of the plant the others most likely are.

import type { MetricDefinition, ProfileRule, ProfileValueRule } from '@gonsters/contract';
import { nameOf } from '../../metrics/metric-draft.ts';
import { type Place, pathText, valueAt } from './message-path.ts';
import { type Scalar, treeLines } from './message-tree.ts';
import { likelyMetric, metricCalled } from './metric-proposals.ts';
import { blankRule } from './profile-draft.ts';
import { COMMA, DATE_IN_NUMBERS } from './text-forms.ts';

interface Leaf {
  /** From the record. */
  place: Place;
  name: string;
  value: Scalar;
}

const TIME_NAME = /^(t|ts|time|.*time|.*timestamp.*|.*stamp|date.*|zeit|waktu)$/i;
const ISO = /^\d{4}-?\d{2}-?\d{2}[T ]\d{2}:?\d{2}/;
/** 1990 in seconds. */
const LEAST_EPOCH = 631_152_000;
const MACHINE_NAME =
  /^(id|name|dev|device|machine|asset|equipment|thing|tool|station|serial|sn|mac|d?ev_?eui|(dev|device|machine|asset|equipment|thing|station|serial|client)_?(id|name|no|nr|number|code))$/i;
const NUMBER_TEXT = /^\s*[-+]?\d+([.,]\d+)?\s*$/;

/** `payloads`: the newest first, of one shape. `topic`: with `+` where the topics differ. */
export function proposeRule(
  payloads: readonly unknown[],
  topic: string,
  metrics: readonly MetricDefinition[],
): ProfileRule {
  const blank = blankRule(topic);
  const payload = payloads.find((each) => typeof each === 'object' && each !== null);
  if (payload === undefined) return blank;
  const { records, steps } = recordsIn(payload);
  const leaves = leavesOf(valueAt(payload, steps));
  const time = leaves.find(isTime);
  const machine = leaves.find(isMachine);
  const values = leaves.flatMap((leaf) => {
    const value = leaf === time || leaf === machine ? null : valueRule(leaf, metrics);
    return value === null ? [] : [value];
  });
  const used = new Set<string>();
  const rule: ProfileRule = {
    ...blank,
    records,
    time: time ? { path: pathText('@', time.place) } : null,
    time_format: time ? timeFormat(payloads.map((each) => valueAt(each, [...steps, ...time.place]))) : 'auto',
    // Two values of a message are not the same metric.
    values: values.filter(({ metric }) => metric !== null && !used.has(metric) && used.add(metric)),
  };
  if (machine) return { ...rule, machine: { path: pathText('@', machine.place) } };
  const levels = topic.split('/');
  const named = levels.lastIndexOf('+');
  if (named === -1) return rule;
  return { ...rule, topic: levels.with(named, '{machine}').join('/'), machine: { part: 'machine' } };
}

/** A list of objects is a list of records, in the payload or in the only member that is one. */
function recordsIn(payload: unknown): { records: string; steps: Place } {
  const isList = (value: unknown) =>
    Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'object' && each !== null);
  if (isList(payload)) return { records: '$[*]', steps: [0] };
  const lists = Object.entries(payload as object).filter(([, value]) => isList(value));
  const only = lists.length === 1 ? lists[0]?.[0] : undefined;
  if (only === undefined) return { records: '$', steps: [] };
  return { records: `${pathText('$', [only])}[*]`, steps: [only, 0] };
}

const leavesOf = (record: unknown): Leaf[] =>
  treeLines(record).flatMap((line) =>
    line.kind === 'value' && typeof line.name === 'string'
      ? [{ place: line.place, name: line.name, value: line.value }]
      : [],
  );

function isTime({ name, value }: Leaf): boolean {
  if (!TIME_NAME.test(name)) return false;
  if (typeof value === 'number') return value >= LEAST_EPOCH;
  return typeof value === 'string' && (ISO.test(value) || DATE_IN_NUMBERS.test(value) || Number(value) >= LEAST_EPOCH);
}

const isMachine = ({ name, value }: Leaf): boolean =>
  MACHINE_NAME.test(name) && (typeof value === 'string' ? value.trim() !== '' : Number.isInteger(value));

/** null for what is taken by its own name, or is no value. */
function valueRule({ place, name, value }: Leaf, metrics: readonly MetricDefinition[]): ProfileValueRule | null {
  const isNumberText = typeof value === 'string' && NUMBER_TEXT.test(value);
  if (typeof value !== 'number' && typeof value !== 'boolean' && !isNumberText) return null;
  const parent = place.at(-2);
  const long = typeof parent === 'string' ? `${parent}_${name}` : name;
  const metric = metricCalled(metrics, name) ?? metricCalled(metrics, long) ?? likelyMetric(metrics, name);
  // What no metric is called like is taken by its own name; numbers in texts would be lost so.
  if (metric === null && !isNumberText) return null;
  const path = pathText('@', place);
  const named = metric?.name ?? nameOf(name.length < 3 ? long : name);
  if (named === '') return null;
  if (!isNumberText) return { path, metric: named };
  return { path, metric: named, decimal_text: COMMA.test(value as string) ? 'comma' : 'point' };
}

/** Which of the two numbers of a date is the month: the one that is never more than twelve. */
function timeFormat(times: readonly unknown[]): ProfileRule['time_format'] {
  const dates = times.flatMap((time) => (typeof time === 'string' ? [DATE_IN_NUMBERS.exec(time)] : []));
  const found = dates.filter((date) => date !== null);
  if (found.length === 0) return 'auto';
  return found.some((date) => Number(date[2]) > 12) ? 'month_first' : 'day_first';
}
