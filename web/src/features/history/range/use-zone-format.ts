// Formats times in the zone of the history, which can differ from that of the browser.

import { useMemo } from 'react';
import { createFormat, type Format } from '../../../i18n/format.ts';
import { useText } from '../../../i18n/use-text.ts';
import { offsetText } from '../../../i18n/zone.ts';

export interface ZoneFormat extends Format {
  zoneName: string;
  /** 22 Nov 10:42 */
  dayMinute(timeMs: number): string;
  /** With the seconds where they matter, that is in a narrow view. */
  precise(timeMs: number, spanMs: number): string;
}

const SECONDS_MATTER_MS = 30 * 60_000;
/** Longer ago than this a day without its year could be that of another one. */
const YEAR_MATTERS_MS = 300 * 86_400_000;

export function useZoneFormat(zone: string): ZoneFormat {
  const { language } = useText();
  return useMemo(() => {
    const format = createFormat(language, zone);
    const isLongAgo = (timeMs: number) => Date.now() - timeMs > YEAR_MATTERS_MS;
    const day = (timeMs: number) => (isLongAgo(timeMs) ? format.fullDay(timeMs) : format.day(timeMs));
    return {
      ...format,
      zoneName: zone,
      day,
      weekday: (timeMs) => (isLongAgo(timeMs) ? format.fullWeekday(timeMs) : format.weekday(timeMs)),
      dayMinute: (timeMs) => `${day(timeMs)} ${format.minute(timeMs)}`,
      precise: (timeMs, spanMs) => (spanMs <= SECONDS_MATTER_MS ? format.clock(timeMs) : format.minute(timeMs)),
    };
  }, [language, zone]);
}

/** Asia/Jakarta, UTC+7 */
export const zoneLabel = (zone: string, timeMs: number): string =>
  zone === 'UTC' ? 'UTC' : `${zone}, ${offsetText(zone, timeMs)}`;
