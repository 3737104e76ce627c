// Formats numbers, times and ages in a language. Times are in the browser's zone or a chosen one, which is always named.

import type { Language } from './text.ts';

export interface Format {
  /** '—' for NaN and null; 0 is a value. */
  number(value: number | null, decimals?: number): string;
  /** 0…1 as a percentage: 92.2 %, 100 %. */
  share(value: number): string;
  /** 10:42:18 */
  clock(timeMs: number): string;
  /** 10:42:18.200 */
  clockMs(timeMs: number): string;
  /** 10:42 */
  minute(timeMs: number): string;
  /** 23 Nov 2026 */
  fullDay(timeMs: number): string;
  /** 23 Nov 2026, 10:42:18 WIB */
  moment(timeMs: number): string;
  /** 23 Nov */
  day(timeMs: number): string;
  /** Sun 23 Nov */
  weekday(timeMs: number): string;
  /** Nov 2026 */
  month(timeMs: number): string;
  /** 10:42:18 today, 23 Nov, 10:42 on another day; the zone is in the heading. */
  stamp(timeMs: number, nowMs: number): string;
  /** As `stamp`, without seconds. */
  recent(timeMs: number, nowMs: number): string;
  /** Mon, 23 Nov 2026 */
  fullWeekday(timeMs: number): string;
  /** WIB, GMT+7 */
  zone(timeMs: number): string;
  /** Short names of the units of time. */
  readonly units: Readonly<Record<'s' | 'min' | 'h' | 'd', string>>;
  /** 0.2 s, 14 s, 3 min, 1 h 12 min, 5 d */
  age(ageMs: number): string;
}

const LOCALES: Record<Language, string> = { en: 'en-GB', id: 'id-ID' };
const UNITS: Record<Language, { s: string; min: string; h: string; d: string }> = {
  en: { s: 's', min: 'min', h: 'h', d: 'd' },
  id: { s: 'dtk', min: 'mnt', h: 'j', d: 'hr' },
};

/** Clocks are put forward and back at whole quarters of an hour; to look a name up again and again costs a lot. */
const ZONE_SLOT_MS = 15 * 60_000;
const MAX_ZONE_SLOTS = 1000;

/** A locale knows the short names of its own zones only: WIB in Indonesia, BST in Britain, EST in the States. */
const ZONE_LOCALES = ['en-GB', 'id-ID', 'en-US', 'en-AU'];

export function createFormat(language: Language, timeZone?: string): Format {
  const inZone = timeZone === undefined ? {} : { timeZone };
  const locale = LOCALES[language];
  const units = UNITS[language];
  const numbers = new Map<number, Intl.NumberFormat>();
  const zones = new Map<number, string>();
  const number = (value: number | null, decimals = 0) => {
    if (value === null || Number.isNaN(value)) return '—';
    let format = numbers.get(decimals);
    if (!format) {
      format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
      numbers.set(decimals, format);
    }
    return format.format(value).replace('-', '−');
  };
  const time = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, ...inZone, hourCycle: 'h23' });
    return (timeMs: number) => format.format(timeMs).replaceAll('.', ':');
  };
  const clock = time({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const point = language === 'id' ? ',' : '.';
  const date = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, ...inZone });
    return (timeMs: number) => format.format(timeMs);
  };
  const day = date({ day: 'numeric', month: 'short' });
  const fullDay = date({ day: 'numeric', month: 'short', year: 'numeric' });
  const minute = time({ hour: '2-digit', minute: '2-digit' });
  const isToday = (timeMs: number, nowMs: number) => fullDay(timeMs) === fullDay(nowMs);
  const onDay = (timeMs: number) => `${day(timeMs)}, ${minute(timeMs)}`;
  const zoneFormats = ZONE_LOCALES.map((name) => new Intl.DateTimeFormat(name, { ...inZone, timeZoneName: 'short' }));
  const zone = (timeMs: number) => {
    const slot = Math.floor(timeMs / ZONE_SLOT_MS);
    const known = zones.get(slot);
    if (known !== undefined) return known;
    const names = zoneFormats.map(
      (format) => format.formatToParts(timeMs).find((part) => part.type === 'timeZoneName')?.value ?? 'UTC',
    );
    const found = names.find((name) => !name.startsWith('GMT')) ?? names[0] ?? 'UTC';
    if (zones.size >= MAX_ZONE_SLOTS) zones.clear();
    zones.set(slot, found);
    return found;
  };
  return {
    number,
    units,
    share: (value) => {
      const tenths = Math.round(value * 1000);
      return `${number(tenths / 10, tenths % 10 === 0 ? 0 : 1)} %`;
    },
    clock,
    clockMs: (timeMs) => `${clock(timeMs)}${point}${String(Math.trunc(timeMs) % 1000).padStart(3, '0')}`,
    minute,
    day,
    fullDay,
    weekday: date({ weekday: 'short', day: 'numeric', month: 'short' }),
    fullWeekday: date({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }),
    month: date({ month: 'short', year: 'numeric' }),
    moment: (timeMs) => `${fullDay(timeMs)}, ${clock(timeMs)} ${zone(timeMs)}`,
    stamp: (timeMs, nowMs) => (isToday(timeMs, nowMs) ? clock(timeMs) : onDay(timeMs)),
    recent: (timeMs, nowMs) => (isToday(timeMs, nowMs) ? minute(timeMs) : onDay(timeMs)),
    zone,
    age: (ageMs) => {
      const seconds = Math.max(0, ageMs) / 1000;
      if (seconds < 9.95) return `${number(seconds, 1)} ${units.s}`;
      if (seconds < 60) return `${Math.floor(seconds)} ${units.s}`;
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return `${minutes} ${units.min}`;
      const hours = Math.floor(minutes / 60);
      if (hours < 24)
        return minutes % 60 === 0 ? `${hours} ${units.h}` : `${hours} ${units.h} ${minutes % 60} ${units.min}`;
      return `${Math.floor(hours / 24)} ${units.d}`;
    },
  };
}
