// The limits, delays and deadband of one metric while they are edited: what is set here, what is inherited, and what would be in
// force. Values are in the stored unit; delays in seconds.

import {
  ASCENDING_LIMITS,
  type Condition,
  type EffectiveLimits,
  type ImprovementChanges,
  type LimitKind,
  type LimitRule,
  limitSources,
} from '@gonsters/contract';

export type OnlyWhile = Condition['only_while'];

/** What one rule sets; null: as the more general rule has it. */
export interface Rules {
  limits: LimitRule;
  onDelay: number | null;
  offDelay: number | null;
  deadband: number | null;
  onlyWhile: OnlyWhile;
}

export type RuleOrigin = 'here' | 'type' | 'plant' | 'high';
/** A rule and where it is from, the most specific first. */
export interface WiderRules {
  from: 'type' | 'plant';
  rules: Rules;
}

export interface InForce<Value> {
  value: Value;
  from: RuleOrigin | null;
}

export const NUMBER_FIELDS = ['high_high', 'high', 'low', 'low_low', 'onDelay', 'offDelay', 'deadband'] as const;
export type NumberField = (typeof NUMBER_FIELDS)[number];
/** NaN: what was typed is no number. */
export type RuleEdits = Partial<Record<NumberField, number | null>> & { onlyWhile?: OnlyWhile };

export const NO_RULES: Rules = { limits: {}, onDelay: null, offDelay: null, deadband: null, onlyWhile: null };

const isLimit = (field: NumberField): field is LimitKind => ASCENDING_LIMITS.some((kind) => kind === field);
const numberOf = (rules: Rules, field: NumberField): number | null =>
  isLimit(field) ? (rules.limits[field] ?? null) : rules[field];

/** An edit that leads back to what is saved is none. */
export function withRule(own: Rules, edits: RuleEdits, change: RuleEdits): RuleEdits {
  const next = { ...edits, ...change };
  for (const field of NUMBER_FIELDS) if (Object.is(next[field], numberOf(own, field))) delete next[field];
  if (next.onlyWhile !== undefined && JSON.stringify(next.onlyWhile) === JSON.stringify(own.onlyWhile)) {
    delete next.onlyWhile;
  }
  return next;
}

export function draftRules(own: Rules, edits: RuleEdits): Rules {
  const edited = (field: NumberField) => (field in edits ? (edits[field] ?? null) : numberOf(own, field));
  return {
    limits: Object.fromEntries(ASCENDING_LIMITS.map((kind) => [kind, edited(kind)])),
    onDelay: edited('onDelay'),
    offDelay: edited('offDelay'),
    deadband: edited('deadband'),
    onlyWhile: edits.onlyWhile === undefined ? own.onlyWhile : edits.onlyWhile,
  };
}

/** The value of each field that would be in force, and from where. A deadband of the plant is no number here: it is a share. */
export function numbersInForce(
  draft: Rules,
  wider: readonly WiderRules[],
  derivesHighHigh: boolean,
): Record<NumberField, InForce<number | null>> {
  const rules = [draft, ...wider.map((each) => each.rules)];
  const origins: RuleOrigin[] = ['here', ...wider.map(({ from }) => from)];
  const clean = rules.map(({ limits }) =>
    Object.fromEntries(ASCENDING_LIMITS.map((kind) => [kind, Number.isNaN(limits[kind]) ? null : limits[kind]])),
  );
  const sources = limitSources(clean, derivesHighHigh);
  const first = (field: 'onDelay' | 'offDelay' | 'deadband'): InForce<number | null> => {
    const place = rules.findIndex((each) => each[field] !== null && !Number.isNaN(each[field]));
    return { value: rules[place]?.[field] ?? null, from: origins[place] ?? null };
  };
  const limit = (kind: LimitKind): InForce<number | null> => {
    const source = sources[kind];
    if (source === null) return { value: null, from: null };
    return { value: source.value, from: source.rule === 'high' ? 'high' : (origins[source.rule] ?? null) };
  };
  return {
    high_high: limit('high_high'),
    high: limit('high'),
    low: limit('low'),
    low_low: limit('low_low'),
    onDelay: first('onDelay'),
    offDelay: first('offDelay'),
    deadband: first('deadband'),
  };
}

export function onlyWhileInForce(draft: Rules, wider: readonly WiderRules[]): InForce<OnlyWhile> {
  if (draft.onlyWhile !== null) return { value: draft.onlyWhile, from: 'here' };
  const found = wider.find(({ rules }) => rules.onlyWhile !== null);
  return { value: found?.rules.onlyWhile ?? null, from: found?.from ?? null };
}

export const limitsOf = (numbers: Record<NumberField, InForce<number | null>>): EffectiveLimits => ({
  high_high: numbers.high_high.value,
  high: numbers.high.value,
  low: numbers.low.value,
  low_low: numbers.low_low.value,
});

export type RuleFault = 'number' | 'negative' | { than: LimitKind; side: 'above' | 'below' };

/** What the server would refuse, or would leave out without a word. */
export function ruleFaults(draft: Rules, wider: readonly WiderRules[]): Partial<Record<NumberField, RuleFault>> {
  const faults: Partial<Record<NumberField, RuleFault>> = {};
  const inherited = numbersInForce({ ...draft, limits: {} }, wider, false);
  const inForce = (kind: LimitKind) => draft.limits[kind] ?? inherited[kind].value;
  for (const field of NUMBER_FIELDS) {
    const value = numberOf(draft, field);
    if (value === null) continue;
    if (Number.isNaN(value)) faults[field] = 'number';
    else if (!isLimit(field)) {
      if (value < 0) faults[field] = 'negative';
    } else {
      const place = ASCENDING_LIMITS.indexOf(field);
      for (const [otherPlace, other] of ASCENDING_LIMITS.entries()) {
        const limit = inForce(other);
        if (limit === null || Number.isNaN(limit) || otherPlace === place) continue;
        const isBelow = otherPlace < place;
        if (isBelow ? limit < value : limit > value) continue;
        faults[field] = { than: other, side: isBelow ? 'above' : 'below' };
        break;
      }
    }
  }
  return faults;
}

/** What a suggestion would change, as edits of the machine's own rules. */
export function editsOf(own: Rules, kind: LimitKind, changes: ImprovementChanges): RuleEdits {
  return withRule(
    own,
    {},
    {
      ...(changes.limit === undefined ? {} : { [kind]: changes.limit }),
      ...(changes.on_delay_seconds === undefined ? {} : { onDelay: changes.on_delay_seconds }),
      ...(changes.off_delay_seconds === undefined ? {} : { offDelay: changes.off_delay_seconds }),
      ...(changes.deadband === undefined ? {} : { deadband: changes.deadband }),
    },
  );
}
