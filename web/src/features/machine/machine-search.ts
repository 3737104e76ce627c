// The part of the address that belongs to a machine's live view: window, moment, and whether as a table.

export const WINDOWS_MIN = ['1', '5', '15', '60'] as const;
export type WindowMin = (typeof WINDOWS_MIN)[number];
const DEFAULT: WindowMin = '15';

export interface MachineViewSearch {
  /** Minutes; the default where left out. */
  window?: WindowMin;
  /** The moment one looks at, ISO 8601 in UTC; the present where left out. */
  at?: string;
  table?: '1';
}

export function readMachineViewSearch(search: Readonly<Record<string, unknown>>): MachineViewSearch {
  const window = WINDOWS_MIN.find((minutes) => minutes === search.window);
  const atMs = typeof search.at === 'string' ? Date.parse(search.at) : Number.NaN;
  return {
    ...(window === undefined || window === DEFAULT ? {} : { window }),
    ...(Number.isNaN(atMs) ? {} : { at: new Date(atMs).toISOString() }),
    ...(search.table === '1' ? { table: '1' as const } : {}),
  };
}

export const windowOf = (search: MachineViewSearch): WindowMin => search.window ?? DEFAULT;

/** The position of the moment in the window: more is shown of what led to it than of what followed. */
const BEFORE = 2 / 3;

/** The right edge of the window: the present, or that of a window around a moment, as far as it has come. */
export function windowEnd(momentMs: number | null, windowMs: number, nowMs: number): number {
  return momentMs === null ? nowMs : Math.min(nowMs, Math.round(momentMs + windowMs * (1 - BEFORE)));
}

/** The moment whose window ends at `endMs`: pausing moves nothing. */
export const momentOfEnd = (endMs: number, windowMs: number) => Math.round(endMs - windowMs * (1 - BEFORE));
