// Which metric of the catalogue a found one probably is: of the same kind and unit, and called almost the same.

import { type MetricDefinition, understandUnit, unitOf } from '@gonsters/contract';

type Named = Pick<
  MetricDefinition,
  'name' | 'label' | 'kind' | 'unit' | 'unit_code' | 'status' | 'aliases' | 'discovered'
>;

/** Shorter beginnings of a word say too little: `temp` is temperature, `s` is nothing. */
const LEAST_PREFIX = 3;

/** null where none is likely. Words that only differ in a number or a letter, such as L1 and L2, are different things. */
export function likelyTwin<Metric extends Named>(found: Named, metrics: readonly Metric[]): Metric | null {
  const spellings = spellingsOf(found);
  return (
    metrics.find(
      (metric) =>
        metric.status === 'active' &&
        metric.name !== found.name &&
        metric.kind === found.kind &&
        (found.unit === null || (metric.unit_code !== null && metric.unit_code === found.unit_code)) &&
        spellingsOf(metric).some((theirs) => spellings.some((ours) => areAlike(ours, theirs))),
    ) ?? null
  );
}

/** Each as its words, without those that only name the unit. */
function spellingsOf(metric: Named): string[][] {
  const quantity = unitOf(metric.unit_code ?? '')?.quantity ?? null;
  const texts = [metric.name, metric.label, metric.discovered?.field ?? '', ...metric.aliases];
  return texts.flatMap((text) => {
    const words = wordsOf(text);
    const withoutUnit = words.filter((word, at) => at === 0 || understandUnit(word, quantity) === null);
    return withoutUnit.length === 0 ? [] : [withoutUnit];
  });
}

/** `Motor.Current L1`, `motor_current_l1` and `motorCurrentL1` have the same words. */
function wordsOf(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function areAlike(ours: readonly string[], theirs: readonly string[]): boolean {
  if (ours.join('') === theirs.join('')) return true;
  return ours.length === theirs.length && ours.every((word, at) => isSameWord(word, theirs[at] as string));
}

function isSameWord(a: string, b: string): boolean {
  if (a === b) return true;
  if (/\d/.test(a + b)) return false;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= LEAST_PREFIX && long.startsWith(short)) return true;
  return short.length > LEAST_PREFIX + 1 && differByOne(short, long);
}

/** One letter more, less or other. */
function differByOne(short: string, long: string): boolean {
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  const rest = short.slice(long.length === short.length ? at + 1 : at);
  return long.slice(at + 1) === rest;
}
