// The part of the address that belongs to the settings: filters of their lists.

export interface SettingsSearch {
  /** Part of a name, in the lists of users and of machines. */
  find?: string;
  /** The metric that is open when one comes to its list. */
  metric?: string;
  /** The machine type that is open. */
  sensor?: string;
  /** What of the incoming data is open. */
  stream?: string;
  /** Why a payload was refused. */
  reason?: string;
  user?: string;
  /** How this user is told. */
  person?: string;
  action?: string;
  /** ISO times in UTC; `to` excluded. */
  from?: string;
  to?: string;
}

const MAX_TEXT = 200;
const TEXTS = ['find', 'metric', 'sensor', 'stream', 'reason', 'user', 'person', 'action'] as const;
const TIMES = ['from', 'to'] as const;

export function readSettingsSearch(search: Readonly<Record<string, unknown>>): SettingsSearch {
  const read: SettingsSearch = {};
  for (const name of TEXTS) {
    const value = search[name];
    if (typeof value === 'string' && value !== '' && value.length <= MAX_TEXT) read[name] = value;
  }
  for (const name of TIMES) {
    const timeMs = typeof search[name] === 'string' ? Date.parse(search[name]) : Number.NaN;
    if (!Number.isNaN(timeMs)) read[name] = new Date(timeMs).toISOString();
  }
  return read;
}

/** For a control of the browser that shows a time of its own zone: `2026-01-15T10:30`. */
export function localTime(iso: string | undefined): string {
  if (iso === undefined) return '';
  const time = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** Undefined where it is none. */
export function isoOfLocal(text: string): string | undefined {
  const timeMs = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(timeMs) ? undefined : new Date(timeMs).toISOString();
}
