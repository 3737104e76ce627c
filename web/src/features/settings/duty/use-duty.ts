// Duty schedules, and the duties of a week of each of them.

import type { DutySchedule } from '@gonsters/contract';
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { createFormat, type Format } from '../../../i18n/format.ts';
import type { Language } from '../../../i18n/text.ts';
import { SCHEDULES_KEY } from '../telling/use-telling-names.ts';
import type { Week } from './duty-bands.ts';

const DUTIES_KEY = 'duties';
/** Hand-overs happen while nobody clicks. */
const LOOK_EVERY_MS = 60_000;

export function useSchedules() {
  const api = useTellingApi();
  return useQuery({
    queryKey: SCHEDULES_KEY,
    queryFn: ({ signal }) => api.dutySchedules(signal),
    refetchInterval: LOOK_EVERY_MS,
  });
}

export function useWeekDuties(schedules: readonly DutySchedule[], week: Week) {
  const api = useTellingApi();
  return useQueries({
    queries: schedules.map(({ id }) => ({
      queryKey: [DUTIES_KEY, id, week.fromMs],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.duties(id, week.fromMs, week.toMs, signal),
    })),
  });
}

/** What follows from who is on duty is asked for again. */
export function useRefreshDuty(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    for (const key of [DUTIES_KEY, 'own-duties', 'notification-preview', 'notification-routes', 'shifts']) {
      void queries.invalidateQueries({ queryKey: [key] });
    }
    await queries.invalidateQueries({ queryKey: SCHEDULES_KEY });
  };
}

const formats = new Map<string, Format>();

/** Times in the zone of a schedule. Made once: formatters are costly. */
export function formatIn(language: Language, zone: string): Format {
  const key = `${language} ${zone}`;
  const known = formats.get(key) ?? createFormat(language, zone);
  formats.set(key, known);
  return known;
}

/** Sat 28 Nov, 22:00 */
export const dayAndTime = (format: Format, timeMs: number): string =>
  `${format.weekday(timeMs)}, ${format.minute(timeMs)}`;
