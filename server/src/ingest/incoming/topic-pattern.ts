// Topics that differ only by machine, or by a level with many values, as one pattern with + in their place.

/** So many topics that differ in one level only become one pattern. */
const FOLD_FROM = 4;
export const ANY_LEVEL = '+';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A pattern by its levels. */
export type TopicPattern = readonly string[];

/** @param isMachine whether a level is the id, an alias or the name of a machine */
export function patternOf(levels: readonly string[], isMachine: (level: string) => boolean): TopicPattern {
  if (levels.length === 1) return levels;
  return levels.map((level) => (level !== '' && (UUID.test(level) || isMachine(level)) ? ANY_LEVEL : level));
}

/** Whether every topic of `pattern` is one of `general` too. */
export function covers(general: TopicPattern, pattern: TopicPattern): boolean {
  if (general.length !== pattern.length) return false;
  return general.every((level, i) => level === ANY_LEVEL || level === pattern[i]);
}

/**
 * Finds patterns that differ from `pattern` in the same single level. With `pattern` they must be `FOLD_FROM` at least.
 *
 * @param others patterns that are not equal to each other or to `pattern`
 * @returns the pattern that replaces them all; null where there are too few
 */
export function foldedPattern(pattern: TopicPattern, others: readonly TopicPattern[]): TopicPattern | null {
  if (pattern.length === 1) return null;
  const counts = new Array<number>(pattern.length).fill(1);
  for (const other of others) {
    const level = onlyDifference(pattern, other);
    if (level === null) continue;
    const count = (counts[level] as number) + 1;
    counts[level] = count;
    if (count >= FOLD_FROM) return pattern.map((each, i) => (i === level ? ANY_LEVEL : each));
  }
  return null;
}

function onlyDifference(a: TopicPattern, b: TopicPattern): number | null {
  if (a.length !== b.length) return null;
  let found: number | null = null;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    if (found !== null) return null;
    found = i;
  }
  return found;
}
