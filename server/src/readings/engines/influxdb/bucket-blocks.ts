// Joins pages of buckets that were read one after the other.

import type { BucketColumn, BucketPage, BucketQuery } from '../../reading-store.ts';

/** The pages follow each other in the order of the query. */
export function joinPages(
  { metrics }: Pick<BucketQuery, 'metrics'>,
  total: number,
  pages: readonly BucketPage[],
): BucketPage {
  const length = pages.reduce((sum, page) => sum + page.length, 0);
  const joined = (columnOf: (page: BucketPage) => Float64Array | undefined) => {
    const all = new Float64Array(length);
    let at = 0;
    for (const page of pages) {
      const column = columnOf(page);
      if (column !== undefined) all.set(column, at);
      at += page.length;
    }
    return all;
  };
  return {
    total,
    length,
    timestampsMs: joined((page) => page.timestampsMs),
    readings: joined((page) => page.readings),
    columns: metrics.map(({ metric }, m): BucketColumn => {
      const of = (name: Exclude<keyof BucketColumn, 'metric' | 'durations'>) =>
        joined((page) => (page.columns[m] as BucketColumn)[name]);
      const codes = new Set(pages.flatMap((page) => [...(page.columns[m] as BucketColumn).durations.keys()]));
      return {
        metric,
        ...{ count: of('count'), bad: of('bad'), sum: of('sum'), min: of('min'), max: of('max'), last: of('last') },
        ...{ increase: of('increase'), changes: of('changes') },
        durations: new Map(
          [...codes]
            .sort((a, b) => a - b)
            .map((code) => [code, joined((page) => (page.columns[m] as BucketColumn).durations.get(code))]),
        ),
      };
    }),
  };
}
