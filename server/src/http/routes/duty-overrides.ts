// /notifications/schedules/{id}/overrides: another person is on duty for some time.

import { dutyScheduleSchema, isoTime, newDutyOverrideSchema } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { scheduleView } from '../../duty/duty-view.ts';
import { AppError } from '../../errors.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const tags = ['Duty'];
const MANAGE = 'write:machines';

export async function dutyOverrideRoutes(
  app: HttpApp,
  { duty: { service, editor, nameOf }, clock }: Pick<HttpDeps, 'duty' | 'clock'>,
): Promise<void> {
  const viewOf = (id: string) => scheduleView(service, service.schedule(id), nameOf, clock.nowMs());
  const maySchedule = (request: FastifyRequest) => principalOf(request).permissions.includes(MANAGE);

  /** Whoever may not change schedules can hand over the own duty. Rejects with `forbidden`. */
  const refuseOthersDuty = (request: FastifyRequest, id: string, fromMs: number, toMs: number): void => {
    if (maySchedule(request) || toMs <= fromMs) return;
    const { userId } = principalOf(request);
    const duties = service.duties(id, fromMs, toMs);
    const ownMs = duties.reduce((sum, each) => sum + (each.userId === userId ? each.toMs - each.fromMs : 0), 0);
    if (ownMs === toMs - fromMs) return;
    throw new AppError('forbidden', 'You can only hand over the time in which you are on duty yourself');
  };

  app.post(
    '/notifications/schedules/:id/overrides',
    {
      config: { access: 'read:alerts', audit: 'schedule.override' },
      schema: {
        tags,
        summary:
          'Puts another person on duty for some time. Whoever is on duty can hand it over; Supervisors and Management can do it for everybody',
        params: z.object({ id: idSchema }),
        body: newDutyOverrideSchema,
        response: { 201: z.object({ status: z.literal('success'), id: z.uuid(), schedule: dutyScheduleSchema }) },
      },
    },
    async (request, response) => {
      const { id: scheduleId, name } = service.schedule(request.params.id);
      const { user_id: userId, from: fromMs, to: toMs, reason = '' } = request.body;
      refuseOthersDuty(request, scheduleId, fromMs, toMs);
      const createdBy = principalOf(request).userId;
      const id = await editor.addOverride({ scheduleId, userId, fromMs, toMs, reason, createdBy });
      const details = { schedule: name, person: nameOf(userId), from: isoTime(fromMs), to: isoTime(toMs), reason };
      await request.audit({ action: 'schedule.override', target: scheduleId, details });
      return response.code(201).send({ status: 'success', id, schedule: viewOf(scheduleId) });
    },
  );

  app.delete(
    '/notifications/schedules/:id/overrides/:override_id',
    {
      config: { access: 'read:alerts', audit: 'schedule.override_end' },
      schema: {
        tags,
        summary: 'Removes an override. Who entered it can remove it; Supervisors and Management can remove each',
        params: z.object({ id: idSchema, override_id: idSchema }),
        response: { 200: z.object({ status: z.literal('success'), schedule: dutyScheduleSchema }) },
      },
    },
    async (request) => {
      const { id: scheduleId, name } = service.schedule(request.params.id);
      const override = editor.override(scheduleId, request.params.override_id);
      if (!maySchedule(request) && override.createdBy !== principalOf(request).userId) throw new AppError('forbidden');
      await editor.removeOverride(scheduleId, override.id);
      const { userId, fromMs, toMs } = override;
      const details = { schedule: name, person: nameOf(userId), from: isoTime(fromMs), to: isoTime(toMs) };
      await request.audit({ action: 'schedule.override_end', target: scheduleId, details });
      return { status: 'success' as const, schedule: viewOf(scheduleId) };
    },
  );
}
