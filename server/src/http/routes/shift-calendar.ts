// /notifications/calendar: the shifts of the plant.

import {
  type ShiftCalendarReply,
  type ShiftsReply,
  shiftCalendarReplySchema,
  shiftCalendarSchema,
  shiftsReplySchema,
} from '@gonsters/contract';
import { shiftView } from '../../duty/duty-view.ts';
import { dutyRange, dutyRangeSchema } from '../duty-range.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const tags = ['Duty'];

export async function shiftCalendarRoutes(
  app: HttpApp,
  { duty: { service, editor }, clock }: Pick<HttpDeps, 'duty' | 'clock'>,
): Promise<void> {
  const calendarReply = (): ShiftCalendarReply => {
    const now = service.shiftAt(clock.nowMs());
    return { status: 'success', calendar: service.calendar, now: now && shiftView(now) };
  };

  app.get(
    '/notifications/calendar',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags,
        summary: 'Returns the shift calendar, and the shift at present with its end',
        response: { 200: shiftCalendarReplySchema },
      },
    },
    async () => calendarReply(),
  );

  app.put(
    '/notifications/calendar',
    {
      config: { access: 'write:config', audit: 'calendar.update' },
      schema: {
        tags,
        summary: 'Replaces the shift calendar',
        body: shiftCalendarSchema,
        response: { 200: shiftCalendarReplySchema },
      },
    },
    async (request) => {
      const before = service.calendar;
      await editor.setCalendar(request.body, principalOf(request).username);
      await request.audit({ action: 'calendar.update', details: changedFields(before, service.calendar) });
      return calendarReply();
    },
  );

  app.get(
    '/notifications/calendar/shifts',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags,
        summary: 'Lists the shifts of which a part is in a range, by default in the next 14 days',
        querystring: dutyRangeSchema,
        response: { 200: shiftsReplySchema },
      },
    },
    async (request): Promise<ShiftsReply> => {
      const { fromMs, toMs } = dutyRange(request.query, clock.nowMs());
      const shifts = service.shiftsBetween(fromMs, toMs);
      return {
        status: 'success',
        shifts: shifts.map((shift) => ({ ...shiftView(shift), is_holiday: shift.isHoliday })),
      };
    },
  );
}

/** What differs, each with its new value. */
function changedFields<T extends object>(before: T, after: T): Record<string, unknown> {
  const isSame = (name: string) => JSON.stringify(before[name as keyof T]) === JSON.stringify(after[name as keyof T]);
  return Object.fromEntries(Object.entries(after).filter(([name]) => !isSame(name)));
}
