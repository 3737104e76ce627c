// /shifts: what one shift hands over to the next.

import {
  isoTime,
  newShiftNoteSchema,
  newShiftSignOffSchema,
  shiftNoteSchema,
  shiftReportSchema,
  shiftSignOffSchema,
  timeInputSchema,
} from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { scopeOf } from '../path-id.ts';

const tags = ['Shifts'];

export async function shiftRoutes(app: HttpApp, { shifts }: Pick<HttpDeps, 'shifts'>): Promise<void> {
  const authorOf = (request: FastifyRequest) => {
    const { userId, username, factoryId } = principalOf(request);
    return { userId, username, factoryId };
  };

  app.get(
    '/shifts/report',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags,
        summary:
          'Returns the hand-over report of a shift: figures, how it ran, open alerts, changes, messages, notes and sign-offs',
        querystring: z.object({
          at: timeInputSchema.optional().meta({ description: 'A moment of the shift; by default now.' }),
        }),
        response: { 200: shiftReportSchema },
      },
    },
    async (request) => {
      const { permissions } = principalOf(request);
      return shifts.report(request.query.at ?? null, {
        factoryId: scopeOf(request),
        seesValues: permissions.includes('write:machines'),
        seesChannels: permissions.includes('write:config'),
      });
    },
  );

  app.post(
    '/shifts/notes',
    {
      config: { access: 'ack:alerts', audit: 'shift.note' },
      schema: {
        tags,
        summary: 'Adds a note to the shift at present; it cannot be changed',
        body: newShiftNoteSchema,
        response: { 201: z.object({ status: z.literal('success'), note: shiftNoteSchema }) },
      },
    },
    async (request, reply) => {
      const { text } = request.body;
      const note = await shifts.addNote(authorOf(request), text);
      await request.audit({ action: 'shift.note', target: note.id, details: { text } });
      return reply.code(201).send({ status: 'success' as const, note });
    },
  );

  app.post(
    '/shifts/sign-offs',
    {
      config: { access: 'ack:alerts', audit: 'shift.sign_off' },
      schema: {
        tags,
        summary: 'Signs a shift off, as one who hands it over or one who takes it over; it cannot be undone',
        body: newShiftSignOffSchema,
        response: { 201: z.object({ status: z.literal('success'), sign_off: shiftSignOffSchema }) },
      },
    },
    async (request, reply) => {
      const { shift_from: shiftFromMs, role, note = null } = request.body;
      const signOff = await shifts.signOff(authorOf(request), { shiftFromMs, role, note });
      const shiftFrom = isoTime(shiftFromMs);
      await request.audit({ action: 'shift.sign_off', target: shiftFrom, details: { role, note } });
      return reply.code(201).send({ status: 'success' as const, sign_off: signOff });
    },
  );
}
