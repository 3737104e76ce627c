// Times in messages: ISO 8601. Replies have UTC with `Z`. Requests may have any offset; without one the time is in UTC.

import { z } from 'zod';

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*([Zz]|[+-]\d{2}(?::?\d{2})?)?$/;

/** UTC milliseconds; NaN if `text` is not an ISO 8601 date or date-time. Digits after the millisecond are ignored. */
export function parseIsoMs(text: string): number {
  const match = ISO.exec(text);
  if (!match) return Number.NaN;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const fractionMs = fraction.slice(0, 3).padEnd(3, '0');
  const offset = zone === 'Z' || zone === 'z' ? 'Z' : `${zone.slice(0, 3)}:${zone.length > 3 ? zone.slice(-2) : '00'}`;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fractionMs}${offset}`);
  // Date.parse turns 31 February into 3 March; dates that do not exist are refused instead.
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) > lastDay ? Number.NaN : ms;
}

export function isoTime(timestampMs: number): string {
  return new Date(timestampMs).toISOString();
}

/** A time in a reply. */
export const timeSchema = z.string().meta({ format: 'date-time', example: '2026-01-15T10:30:00.000Z' });

/** A time in a request, parsed to UTC milliseconds. */
export const timeInputSchema = z
  .string()
  .meta({ format: 'date-time', example: '2026-01-15T10:30:00Z' })
  .transform((text, context) => {
    const ms = parseIsoMs(text);
    if (Number.isNaN(ms)) {
      context.addIssue({
        code: 'custom',
        message: 'must be an ISO 8601 time such as 2026-01-15T10:30:00Z',
      });
      return z.NEVER;
    }
    return ms;
  });
