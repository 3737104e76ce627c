// Which metrics the table has as columns, by machine type. Kept in this browser, for the person who uses it.

import type { MetricView } from '../../../../components/domain/metrics/metric-view.ts';
import type { TypeMetrics } from '../../../../components/domain/metrics/use-type-metrics.ts';

const KEY = 'gonsters.fleet.columns';
export const MOST_COLUMNS = 8;

/** Names of metrics by machine type; a type that is not in it has its headline. */
export type ColumnChoice = Readonly<Record<string, readonly string[]>>;

export function readColumns(): ColumnChoice {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const isList = (names: unknown): names is string[] =>
      Array.isArray(names) && names.every((name) => typeof name === 'string');
    const lists = Object.entries(stored).filter((entry): entry is [string, string[]] => isList(entry[1]));
    return Object.fromEntries(lists.map(([type, names]) => [type, names.slice(0, MOST_COLUMNS)]));
  } catch {
    return {};
  }
}

export function saveColumns(choice: ColumnChoice): void {
  localStorage.setItem(KEY, JSON.stringify(choice));
}

/** Metrics that the type does not have any more are left out. */
export function columnsFor(type: string, choice: ColumnChoice, { headline, all }: TypeMetrics): readonly MetricView[] {
  const names = choice[type];
  if (names === undefined) return headline;
  return names.flatMap((name) => all.find((view) => view.name === name) ?? []);
}

/** `by` is how many places a column moves, negative to the left. */
export function moved(names: readonly string[], name: string, by: number): string[] {
  const from = names.indexOf(name);
  const to = from + by;
  if (from < 0 || to < 0 || to >= names.length) return [...names];
  const others = names.filter((each) => each !== name);
  return [...others.slice(0, to), name, ...others.slice(to)];
}
