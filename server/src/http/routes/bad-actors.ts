// /alerts/bad-actors: the conditions that ring most, and suggestions to quieten them, which are applied and undone here.

import { badActorsSchema, improvementInputSchema, timeInputSchema } from '@gonsters/contract';
import { z } from 'zod';
import type { AppliedImprovement } from '../../alerts/improvement/improvements.ts';
import { alertRange } from '../alert-range.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { scopeOf } from '../path-id.ts';

const idSchema = z.object({ id: z.uuid().toLowerCase() });

export async function badActorRoutes(
  app: HttpApp,
  { badActors, improvements, clock }: Pick<HttpDeps, 'badActors' | 'improvements' | 'clock'>,
): Promise<void> {
  app.get(
    '/alerts/bad-actors',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags: ['Alerts'],
        summary: 'Lists the 20 conditions that rang most, each with a suggestion, by default of the last 30 days',
        querystring: z.object({ from: timeInputSchema.optional(), to: timeInputSchema.optional() }),
        response: { 200: badActorsSchema },
      },
    },
    async (request) => {
      const { fromMs, toMs } = alertRange(request.query, clock.nowMs());
      return badActors.report(fromMs, toMs, scopeOf(request));
    },
  );

  app.post(
    '/alerts/bad-actors/apply',
    {
      config: { access: 'write:machines', audit: 'limits.improve' },
      schema: {
        tags: ['Alerts'],
        summary: 'Applies a suggestion to the limit of a machine',
        body: improvementInputSchema,
        response: { 200: z.object({ status: z.literal('success'), id: z.uuid() }) },
      },
    },
    async (request) => {
      const applied = await improvements.apply(request.body, principalOf(request).username, scopeOf(request));
      await request.audit({ action: 'limits.improve', target: applied.machineId, details: detailsOf(applied) });
      return { status: 'success' as const, id: applied.id };
    },
  );

  app.post(
    '/alerts/bad-actors/:id/undo',
    {
      config: { access: 'write:machines', audit: 'limits.undo' },
      schema: {
        tags: ['Alerts'],
        summary: 'Undoes a suggestion that was applied',
        params: idSchema,
        response: { 200: z.object({ status: z.literal('success') }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const undone = await improvements.undo(id, principalOf(request).username, scopeOf(request));
      await request.audit({ action: 'limits.undo', target: undone.machineId, details: detailsOf(undone) });
      return { status: 'success' as const };
    },
  );
}

/** The new values and the old ones. */
const detailsOf = ({ machineName: name, metric, limitKind, changes, former }: AppliedImprovement) => ({
  name,
  metric,
  limit_kind: limitKind,
  changes,
  former,
});
