// What a profile makes of one value: sentinels, states, numbers as text, scale and offset.

import type { ProfileValueRule } from '@gonsters/contract';

export interface ConvertedValue {
  value: unknown;
  /** The value says that there is none. */
  isBad: boolean;
}

const POINT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
const COMMA = /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d{1,3})?$/i;
const NO_NUMBER = new Map<string, number>([
  ['nan', Number.NaN],
  ...['inf', '+inf', 'infinity', '+infinity'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-inf', '-infinity'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);
/** A longer text is no number. */
const MAX_NUMBER_CHARACTERS = 40;

type Rule = Pick<ProfileValueRule, 'sentinels' | 'states' | 'decimal_text' | 'scale' | 'offset'>;

/** @returns null where values stay as they are */
export function compileConversion(rule: Rule): ((raw: unknown, into: ConvertedValue) => void) | null {
  const { decimal_text: decimal, scale = 1, offset = 0 } = rule;
  const states = rule.states === undefined ? null : new Map(Object.entries(rule.states));
  const sentinels =
    rule.sentinels === undefined || rule.sentinels.length === 0 ? null : new Set<unknown>(rule.sentinels);
  const isScaled = scale !== 1 || offset !== 0;
  if (states === null && sentinels === null && decimal === undefined && !isScaled) return null;
  return (raw, into) => {
    into.isBad = false;
    const state = states === null || (typeof raw === 'object' && raw !== null) ? undefined : states.get(String(raw));
    if (state !== undefined && sentinels?.has(raw) !== true) {
      into.value = state;
      return;
    }
    let value = raw;
    if (decimal !== undefined && typeof raw === 'string') value = numberOf(raw, decimal) ?? raw;
    if (sentinels !== null && (sentinels.has(raw) || sentinels.has(value))) {
      into.isBad = true;
      // A text such as "---" is no value of a number.
      if (typeof value === 'string') value = Number.NaN;
    }
    into.value = isScaled && typeof value === 'number' ? value * scale + offset : value;
  };
}

/** The number that a text is; null where it is none. There are no thousands separators. */
function numberOf(text: string, decimal: 'point' | 'comma' | 'either'): number | null {
  const trimmed = text.trim();
  if (trimmed.length > MAX_NUMBER_CHARACTERS) return null;
  if (decimal !== 'comma' && POINT.test(trimmed)) return Number(trimmed);
  if (decimal !== 'point' && COMMA.test(trimmed)) return Number(trimmed.replace(',', '.'));
  return NO_NUMBER.get(trimmed.toLowerCase()) ?? null;
}
