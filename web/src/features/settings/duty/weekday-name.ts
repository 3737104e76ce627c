// Names of the days of the week.

import type { Language } from '../../../i18n/text.ts';

/** A Monday. */
const MONDAY_MS = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** `day`: from 1, Monday, to 7, Sunday. */
export const weekdayName = (language: Language, day: number, length: 'short' | 'long'): string =>
  new Intl.DateTimeFormat(language === 'id' ? 'id-ID' : 'en-GB', { weekday: length, timeZone: 'UTC' }).format(
    MONDAY_MS + (day - 1) * DAY_MS,
  );
