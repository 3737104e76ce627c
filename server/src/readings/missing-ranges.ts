// Which parts of a range a query cannot answer completely, because stored files are missing or damaged.

import type { DamagedPart } from '@gonsters/contract';

/** `toMs` excluded. Null where it is not known of when the contents were. */
export interface MissingRange {
  readonly part: DamagedPart;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** What concerns the range, in the order of time. Ranges of one part that touch each other become one. */
export function missingWithin(
  lost: Iterable<MissingRange>,
  range: { readonly fromMs: number; readonly toMs: number },
): MissingRange[] {
  const concerned = [...lost].filter(
    ({ fromMs, toMs }) => fromMs === null || toMs === null || (fromMs < range.toMs && toMs > range.fromMs),
  );
  const found: MissingRange[] = [];
  for (const each of concerned.sort((a, b) => begin(a) - begin(b))) {
    const before = found.findIndex(
      ({ part, toMs }) => part === each.part && (toMs ?? Number.POSITIVE_INFINITY) >= begin(each),
    );
    const former = found[before];
    if (former === undefined) found.push(each);
    else if (former.toMs !== null && each.toMs !== null && each.toMs > former.toMs)
      found[before] = { ...former, toMs: each.toMs };
  }
  return found;
}

const begin = ({ fromMs }: MissingRange) => fromMs ?? Number.NEGATIVE_INFINITY;
