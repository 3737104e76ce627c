// Answers in the unit in which the plant shows a metric, instead of the unit in which it is stored.

import { convertValue, type Unit } from '@gonsters/contract';
import type { QueriedMetric } from './queried-metric.ts';
import type { BucketColumn, BucketPage } from './reading-store.ts';
import type { ReadingTable } from './reading-table.ts';

/** The metrics as they are to be answered: with the symbol of that unit, and a conversion only where there is one. */
export function inUnits(units: 'stored' | 'display', metrics: readonly QueriedMetric[]): readonly QueriedMetric[] {
  return metrics.map((metric) => {
    if (metric.display === null) return metric;
    return units === 'stored' ? { ...metric, display: null } : { ...metric, unit: metric.display.to.symbol };
  });
}

/** `metrics` are those of the columns, in the same order. Values that are not shown in another unit are not copied. */
export function convertTable(table: ReadingTable, metrics: readonly QueriedMetric[]): ReadingTable {
  if (metrics.every(({ display }) => display === null)) return table;
  const columns = table.columns.map((column, i) => {
    const convert = converterOf(metrics[i] as QueriedMetric);
    return convert === null ? column : { ...column, values: column.values.map(convert) };
  });
  return { ...table, columns };
}

export function convertPage(page: BucketPage, metrics: readonly QueriedMetric[]): BucketPage {
  if (metrics.every(({ display }) => display === null)) return page;
  return { ...page, columns: page.columns.map((column, i) => convertColumn(column, metrics[i] as QueriedMetric)) };
}

function convertColumn(column: BucketColumn, metric: QueriedMetric): BucketColumn {
  const convert = converterOf(metric);
  if (convert === null) return column;
  const zero = convert(0);
  return {
    ...column,
    sum: column.sum.map((sum, i) => convert(sum / (column.count[i] as number)) * (column.count[i] as number)),
    min: column.min.map(convert),
    max: column.max.map(convert),
    last: column.last.map(convert),
    // A difference of two values: where the unit has another zero, it cancels out.
    increase: column.increase.map((increase) => convert(increase) - zero),
  };
}

function converterOf({ display, kind }: QueriedMetric): ((value: number) => number) | null {
  if (display === null || (kind !== 'gauge' && kind !== 'counter')) return null;
  const { from, to }: { from: Unit; to: Unit } = display;
  return (value) => convertValue(value, from, to) ?? value;
}
