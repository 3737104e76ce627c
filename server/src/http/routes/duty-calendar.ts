// The duties of a schedule for calendar programs: a link with a secret token, and what it answers without signing in.

import { calendarLinkReplySchema } from '@gonsters/contract';
import { z } from 'zod';
import { dutyCalendar, isCalendarToken, newCalendarToken } from '../../duty/calendar-link.ts';
import { AppError } from '../../errors.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const tags = ['Duty'];
const params = z.object({ id: idSchema });

export async function dutyCalendarRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'duty' | 'clock' | 'notifications'>,
): Promise<void> {
  const { clock, notifications } = deps;
  const { service, editor, nameOf } = deps.duty;

  app.post(
    '/notifications/schedules/:id/calendar-link',
    {
      config: { access: 'write:machines', audit: 'schedule.link' },
      schema: {
        tags,
        summary:
          'Makes the link with which calendar programs read the duties of the next 90 days; a former one stops working',
        params,
        response: { 200: calendarLinkReplySchema },
      },
    },
    async (request) => {
      const { id, name } = service.schedule(request.params.id);
      const base = notifications.linkBase.current();
      if (base === null) {
        throw new AppError('conflict', 'Set PUBLIC_URL first, or confirm the address of the page in the settings');
      }
      const { token, hash } = newCalendarToken();
      await editor.setLink(id, hash);
      await request.audit({ action: 'schedule.link', target: id, details: { schedule: name } });
      const url = `${base.url}/api/v1/notifications/schedules/${id}/duty.ics?token=${token}`;
      return { status: 'success' as const, url };
    },
  );

  app.delete(
    '/notifications/schedules/:id/calendar-link',
    {
      config: { access: 'write:machines', audit: 'schedule.link_revoke' },
      schema: {
        tags,
        summary: 'Revokes the link of calendar programs',
        params,
        response: { 200: z.object({ status: z.literal('success') }) },
      },
    },
    async (request) => {
      const { id, name } = service.schedule(request.params.id);
      await editor.setLink(id, null);
      await request.audit({ action: 'schedule.link_revoke', target: id, details: { schedule: name } });
      return { status: 'success' as const };
    },
  );

  app.get(
    '/notifications/schedules/:id/duty.ics',
    {
      config: { access: 'public', rateLimitGroup: 'sign-in' },
      schema: {
        tags,
        summary: 'Returns the duties of the next 90 days as iCalendar, without signing in, by the token of the link',
        params,
        querystring: z.object({ token: z.string().max(200) }),
        response: { 200: { description: 'The calendar', content: { 'text/calendar': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const schedule = service.schedules.find(({ id }) => id === request.params.id);
      // The same answer for both: without the token nobody learns which schedules there are.
      if (schedule === undefined || !isCalendarToken(schedule, request.query.token)) {
        throw new AppError('not_found', 'The link does not exist, or it was revoked');
      }
      return reply
        .header('Content-Disposition', 'inline; filename="duty.ics"')
        .type('text/calendar; charset=utf-8')
        .send(dutyCalendar(service, schedule, nameOf, clock.nowMs()));
    },
  );
}
