// Decides which metrics the unknown fields of payloads become.

import { MAX_METRICS, MAX_STATES, type MetricDiscovery, understandUnit } from '@gonsters/contract';
import { asStateName, firstStates, guessKind } from './metric-kind.ts';
import { labelOf, metricNameOf } from './metric-name.ts';
import { EMPTY_LIMITS } from './metric-record.ts';
import type { MetricRecord, StoredCatalogue } from './metric-repository.ts';

export interface UnknownField {
  /** What the device calls it. */
  field: string;
  /** The first value: a number, a boolean or a text. */
  sample: unknown;
  /** The unit that the payload names. */
  unit?: string | null | undefined;
  /** Id of the gateway; null for one that is not known. */
  gateway: string | null;
}

/** `not_a_number`: the first value is of no kind, such as an object or a long text. */
export type DiscoveryRefusal = 'unknown_metric' | 'too_many_metrics' | 'not_a_number';

const HOUR_MS = 3_600_000;
const MAX_NEW_PER_GATEWAY_AND_HOUR = 100;
/** A discovered state with more texts than this in its first hour is free text. */
const MAX_STATES_IN_FIRST_HOUR = 32;
const MAX_ALIAS_LENGTH = 200;
const MAX_UNIT_LENGTH = 20;
const ORDER = 1000;
const GAUGE_DECIMALS = { least: 1, most: 3 };

/** @returns the metrics to create or change, and for each field the name of its metric or why it has none */
export function decideDiscovery(
  stored: StoredCatalogue,
  fields: readonly UnknownField[],
  mode: MetricDiscovery,
  nowMs: number,
): { metrics: MetricRecord[]; outcomes: ({ name: string } | { refused: DiscoveryRefusal })[] } {
  const byName = new Map(stored.metrics.map((metric) => [metric.name, metric]));
  const byAlias = new Map(stored.metrics.flatMap(({ name, aliases }) => aliases.map((alias) => [alias, name])));
  const made = new Map<string, MetricRecord>();
  const newest = new Map<string | null, number>();
  for (const { discovered } of stored.metrics) {
    if (discovered === null || discovered.atMs <= nowMs - HOUR_MS) continue;
    newest.set(discovered.gateway, (newest.get(discovered.gateway) ?? 0) + 1);
  }
  const outcomeOf = ({
    field,
    sample,
    unit,
    gateway,
  }: UnknownField): { name: string } | { refused: DiscoveryRefusal } => {
    const name = byName.has(field) ? field : (byAlias.get(field) ?? metricNameOf(field));
    if (name === null || mode === 'off') return { refused: 'unknown_metric' };
    if (byName.has(name)) return { name };
    if (byAlias.has(name)) return { name: byAlias.get(name) as string };
    if (guessKind(sample) === null) return { refused: 'not_a_number' };
    const count = newest.get(gateway) ?? 0;
    if (byName.size >= MAX_METRICS || count >= MAX_NEW_PER_GATEWAY_AND_HOUR) return { refused: 'too_many_metrics' };
    const metric = discoveredMetric(
      { name, field, sample, unit, gateway },
      mode,
      nowMs,
      stored.formerStates.get(name) ?? [],
    );
    newest.set(gateway, count + 1);
    byName.set(name, metric);
    made.set(name, metric);
    return { name };
  };
  const outcomes = fields.map((each) => {
    const outcome = outcomeOf(each);
    // Two fields that are written differently may be one new metric; both names stay known.
    const metric = 'name' in outcome ? made.get(outcome.name) : undefined;
    if (metric !== undefined && isAlias(each.field, metric.name) && !byAlias.has(each.field)) {
      byAlias.set(each.field, metric.name);
      made.set(metric.name, { ...metric, aliases: [...metric.aliases, each.field] });
    }
    return outcome;
  });
  return { metrics: [...made.values()], outcomes };
}

function discoveredMetric(
  { name, field, sample, unit: sent = null, gateway }: UnknownField & { name: string },
  mode: MetricDiscovery,
  nowMs: number,
  formerStates: readonly string[],
): MetricRecord {
  const kind = guessKind(sample) ?? 'gauge';
  const unit = sent === null ? null : understandUnit(sent, null);
  return {
    name,
    label: labelOf(field),
    // A unit that could be of several quantities stays a text until somebody chooses.
    unit: unit?.symbol ?? (sent === null ? null : withoutControls(sent).slice(0, MAX_UNIT_LENGTH)),
    unitCode: unit?.code ?? null,
    displayUnit: null,
    kind,
    decimals: kind === 'gauge' ? decimalsOf(sample as number) : 0,
    min: null,
    max: null,
    limits: EMPTY_LIMITS,
    group: null,
    description: null,
    order: ORDER,
    status: mode === 'approve' ? 'pending' : 'discovered',
    mergedInto: null,
    isFreeText: false,
    discovered: { atMs: nowMs, field: withoutControls(field).slice(0, MAX_ALIAS_LENGTH), gateway },
    aliases: [],
    states: kind === 'state' ? statesFrom(formerStates, sample as string) : formerStates,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    updatedBy: null,
  };
}

/** The metric with one more state, or marked as free text; null where nothing changes. */
export function withState(before: MetricRecord, name: string, nowMs: number): MetricRecord | null {
  if (before.isFreeText || before.states.includes(name) || before.states.length >= MAX_STATES) return null;
  const isFirstHour = before.discovered !== null && nowMs - before.discovered.atMs < HOUR_MS;
  const isFreeText = isFirstHour && before.states.length >= MAX_STATES_IN_FIRST_HOUR;
  const states = isFreeText ? before.states : statesFrom(before.states, name);
  return { ...before, states, isFreeText, updatedAtMs: nowMs };
}

function statesFrom(former: readonly string[], sample: string): readonly string[] {
  const name = asStateName(sample);
  if (name === null || former.includes(name)) return former;
  return former.length === 0 ? firstStates(name) : [...former, name];
}

function decimalsOf(sample: number): number {
  const digits = /\.(\d+)$/.exec(String(sample))?.[1]?.length ?? 0;
  return Math.min(Math.max(digits, GAUGE_DECIMALS.least), GAUGE_DECIMALS.most);
}

/** A text that the database cannot hold leads to its metric by the name that follows from it. */
const isAlias = (field: string, name: string) =>
  field !== name && field.length <= MAX_ALIAS_LENGTH && field === withoutControls(field);

const withoutControls = (text: string) => text.replace(/\p{C}/gu, '');
