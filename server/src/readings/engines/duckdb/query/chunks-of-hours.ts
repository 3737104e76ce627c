// How many hours of single values a query reads at once.

/** Hours that a query reads at once, and series in one of them; both bound its memory. */
const HOURS_PER_READ = 24;
const SERIES_HOURS_PER_READ = 96;

/** @param hours hours or parts of hours @param series number of series that are read of each */
export function chunksOf<T>(hours: readonly T[], series: number): T[][] {
  const size = Math.max(1, Math.min(HOURS_PER_READ, Math.floor(SERIES_HOURS_PER_READ / series)));
  const chunks: T[][] = [];
  for (let at = 0; at < hours.length; at += size) chunks.push(hours.slice(at, at + size));
  return chunks;
}
