// The raises of a back-test as a CSV file (RFC 4180), times in ISO 8601, the peak in the shown unit.

import type { BacktestResult } from '@gonsters/contract';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';

const HEAD = [
  ...['machine_id', 'machine', 'raised_at', 'cleared_at', 'peak', 'unit', 'severity', 'limit', 'change'],
  ...['would_raise_at', 'would_clear_at', 'found_after_seconds', 'instead_of', 'reason'],
];

export function raisesText(
  result: Pick<BacktestResult, 'raises'>,
  names: ReadonlyMap<string, string>,
  view: Pick<MetricView, 'unit' | 'toShown'>,
): string {
  const rows = result.raises.map((raise) => [
    ...[raise.machine_id, names.get(raise.machine_id) ?? '', raise.raised_at, raise.cleared_at],
    ...[raise.peak === null ? null : Number(view.toShown(raise.peak).toPrecision(10)), view.unit],
    ...[raise.severity, raise.limit_kind, raise.change, raise.would_raise_at, raise.would_clear_at],
    ...[raise.found_after_seconds, raise.instead_of, raise.reason],
  ]);
  return [HEAD, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
}

export const raisesCsv = (...of: Parameters<typeof raisesText>): Blob =>
  new Blob(['\ufeff', raisesText(...of), '\r\n'], { type: 'text/csv' });

/** A text that a spreadsheet would run as a formula is told to be a text. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
