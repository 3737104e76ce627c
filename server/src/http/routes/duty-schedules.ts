// /notifications/schedules: who is on duty.

import {
  type DutiesReply,
  dutiesReplySchema,
  dutyScheduleChangeSchema,
  dutyScheduleReplySchema,
  dutySchedulesReplySchema,
  isoTime,
  newDutyScheduleSchema,
  ownDutyReplySchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { dutyView, scheduleView } from '../../duty/duty-view.ts';
import { dutyRange, dutyRangeSchema } from '../duty-range.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const tags = ['Duty'];
const params = z.object({ id: idSchema });
const OWN_AHEAD_MS = 14 * 86_400_000;

export async function dutyScheduleRoutes(
  app: HttpApp,
  { duty: { service, editor, nameOf }, clock }: Pick<HttpDeps, 'duty' | 'clock'>,
): Promise<void> {
  const viewOf = (id: string) => scheduleView(service, service.schedule(id), nameOf, clock.nowMs());
  const reply = (id: string) => ({ status: 'success' as const, schedule: viewOf(id) });

  app.get(
    '/notifications/schedules',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags,
        summary: 'Lists the duty schedules by name, with who is on duty and the gaps of the next 14 days',
        response: { 200: dutySchedulesReplySchema },
      },
    },
    async () => ({ status: 'success' as const, schedules: service.schedules.map(({ id }) => viewOf(id)) }),
  );

  app.post(
    '/notifications/schedules',
    {
      config: { access: 'write:machines', audit: 'schedule.create' },
      schema: {
        tags,
        summary: 'Adds a duty schedule',
        body: newDutyScheduleSchema,
        response: { 201: dutyScheduleReplySchema },
      },
    },
    async (request, response) => {
      const { name, zone = service.calendar.zone, ...rules } = request.body;
      const id = await editor.add(name, { ...rules, zone });
      await request.audit({ action: 'schedule.create', target: id, details: { ...request.body, zone } });
      return response.code(201).send(reply(id));
    },
  );

  app.get(
    '/notifications/schedules/:id',
    {
      config: { access: 'read:alerts' },
      schema: { tags, summary: 'Returns a duty schedule', params, response: { 200: dutyScheduleReplySchema } },
    },
    async (request) => reply(request.params.id),
  );

  app.patch(
    '/notifications/schedules/:id',
    {
      config: { access: 'write:machines', audit: 'schedule.update' },
      schema: {
        tags,
        summary: 'Changes a duty schedule',
        params,
        body: dutyScheduleChangeSchema,
        response: { 200: dutyScheduleReplySchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { name } = service.schedule(id);
      await editor.change(id, request.body as Parameters<typeof editor.change>[1]);
      await request.audit({ action: 'schedule.update', target: id, details: { name, ...request.body } });
      return reply(id);
    },
  );

  app.delete(
    '/notifications/schedules/:id',
    {
      config: { access: 'write:machines', audit: 'schedule.delete' },
      schema: {
        tags,
        summary: 'Deletes a duty schedule with its overrides',
        params,
        response: { 200: z.object({ status: z.literal('success') }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { name } = service.schedule(id);
      await editor.remove(id);
      await request.audit({ action: 'schedule.delete', target: id, details: { name } });
      return { status: 'success' as const };
    },
  );

  app.get(
    '/notifications/schedules/:id/duties',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags,
        summary: 'Lists who is on duty when, with gaps, by default in the next 14 days',
        params,
        querystring: dutyRangeSchema,
        response: { 200: dutiesReplySchema },
      },
    },
    async (request): Promise<DutiesReply> => {
      const { id } = service.schedule(request.params.id);
      const { fromMs, toMs } = dutyRange(request.query, clock.nowMs());
      return {
        status: 'success',
        duties: service.duties(id, fromMs, toMs).map((each) => dutyView(each, nameOf)),
      };
    },
  );

  app.get(
    '/users/me/duty',
    {
      config: { access: 'signed-in' },
      schema: {
        tags,
        summary: 'Lists when the signed-in user is on duty in the next 14 days',
        response: { 200: ownDutyReplySchema },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const nowMs = clock.nowMs();
      const own = service.schedules.flatMap(({ id, name }) =>
        service
          .duties(id, nowMs, nowMs + OWN_AHEAD_MS)
          .filter((each) => each.userId === userId)
          .map(({ fromMs, toMs }) => ({ schedule_id: id, schedule: name, from: isoTime(fromMs), to: isoTime(toMs) })),
      );
      return { status: 'success' as const, duties: own.sort((a, b) => (a.from < b.from ? -1 : 1)) };
    },
  );
}
