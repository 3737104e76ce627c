// The time zone of the browser, and times and offsets of a zone as the page writes and reads them.

import { fromLocalMs, toLocalMs, zoneOffsetMs } from '@gonsters/contract';

const MINUTE_MS = 60_000;

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** For an input of the kind `datetime-local`: 2026-11-23T10:42, with seconds where there are any. */
export function toLocalText(zone: string, timeMs: number): string {
  const text = new Date(toLocalMs(zone, timeMs)).toISOString();
  return text.slice(17, 19) === '00' ? text.slice(0, 16) : text.slice(0, 19);
}

/** NaN where the text is no date and time. */
export function fromLocalText(zone: string, text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text)) return Number.NaN;
  const localMs = Date.parse(`${text}${text.length === 16 ? ':00' : ''}Z`);
  return Number.isNaN(localMs) ? localMs : fromLocalMs(zone, localMs);
}

/** UTC+7, UTC−3:30, UTC */
export function offsetText(zone: string, timeMs: number): string {
  const minutes = Math.round(zoneOffsetMs(zone, timeMs) / MINUTE_MS);
  if (minutes === 0) return 'UTC';
  const rest = Math.abs(minutes) % 60;
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}
