// The name of an exported file: machine, local dates and interval.

import type { IntervalName } from '@gonsters/contract';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';
import { toLocalText } from '../../../i18n/zone.ts';

export function exportFilename(
  machine: string,
  { fromMs, toMs }: TimeSpan,
  zone: string,
  interval: IntervalName,
  format: 'csv' | 'parquet',
): string {
  const stamp = (timeMs: number) => toLocalText(zone, timeMs).slice(0, 16).replace('T', '_').replace(':', '');
  // What a file system might not take becomes a hyphen; names in any script stay readable.
  const name =
    machine
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+|-+$/g, '')
      .slice(0, 60) || 'machine';
  return `${name}_${stamp(fromMs)}_${stamp(toMs)}_${interval}.${format}`;
}
