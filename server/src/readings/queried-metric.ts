// A metric as queries and exports use it: which columns of the store belong to it, and how its numbers are shown.

import { type KnownMetrics, METRIC_NAMES, type MetricKind, type Unit } from '@gonsters/contract';

export interface QueriedMetric {
  /** See `metric-index.ts`. */
  readonly metric: number;
  /** Metrics that were merged into this one. Their values count where this one has none. */
  readonly merged: readonly number[];
  readonly name: string;
  readonly kind: MetricKind;
  /** The symbol of its unit; null if it has none. */
  readonly unit: string | null;
  /** The stored unit and the one in which the plant shows the metric; null if they are the same. */
  readonly display: { readonly from: Unit; readonly to: Unit } | null;
  /** The names of the states by code; for other kinds empty. */
  readonly states: readonly string[];
}

/** The catalogue of metrics as queries use it. */
export interface QueryCatalogue extends KnownMetrics {
  /** Undefined if no metric has this name. */
  metric(name: string): QueriedMetric | undefined;
  /** The metrics of a machine that are shown: those of the seed first, which every machine has. */
  metricsOf(machineId: string): readonly QueriedMetric[];
}

/** The metrics that a query names; null means all of the machine. */
export function queriedMetrics(
  catalogue: QueryCatalogue,
  machineId: string,
  fields: readonly string[] | null,
): readonly QueriedMetric[] {
  if (fields === null) return catalogue.metricsOf(machineId);
  return fields.flatMap((name) => catalogue.metric(name) ?? []);
}

/** Metrics of the seed; a reading without a value of them is a row of their queries nevertheless, as it always was. */
export function wantsEveryReading(metrics: readonly QueriedMetric[]): boolean {
  return metrics.some(({ metric }) => metric < METRIC_NAMES.length);
}

const SYMBOLS: readonly (readonly [symbol: string, word: string])[] = [
  ['%', 'percent'],
  ['°', ''],
  ['µ', 'u'],
  ['μ', 'u'],
  ['Ω', 'ohm'],
  ['²', '2'],
  ['³', '3'],
];

/**
 * The columns of metrics in a CSV file, `<name>_<unit>` in lower-case ASCII such as `temperature_c`. Where two would be
 * equal, the later one gets `_2`.
 */
export function csvColumns(metrics: readonly QueriedMetric[]): string[] {
  const taken = new Set<string>();
  return metrics.map(({ name, unit }) => {
    let unitWords = unit ?? '';
    for (const [symbol, word] of SYMBOLS) unitWords = unitWords.replaceAll(symbol, word);
    const slug = unitWords
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '');
    const column = slug === '' ? name : `${name}_${slug}`;
    let unique = column;
    for (let i = 2; taken.has(unique); i++) unique = `${column}_${i}`;
    taken.add(unique);
    return unique;
  });
}
