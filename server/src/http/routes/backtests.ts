// /alerts/backtest: what conditions would have raised in stored readings.

import { backtestReplySchema, backtestRequestSchema } from '@gonsters/contract';
import { z } from 'zod';
import { backtestReply } from '../../alerts/backtest/backtest-service.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { scopeOf } from '../path-id.ts';

const idSchema = z.object({ id: z.uuid().toLowerCase() });
const HTTP_ACCEPTED = 202;

export async function backtestRoutes(app: HttpApp, { backtests }: Pick<HttpDeps, 'backtests'>): Promise<void> {
  app.post(
    '/alerts/backtest',
    {
      // It reads only, although it is a POST.
      config: { access: 'read:alerts', audit: false },
      schema: {
        tags: ['Alerts'],
        summary: 'Tries limits and delays on stored readings, beside those in force and what really happened',
        description: '200 with the result, or 202 with a job if it takes longer than a moment.',
        body: backtestRequestSchema,
        response: { 200: backtestReplySchema, 202: backtestReplySchema },
      },
    },
    async (request, reply) => {
      const view = await backtests.start(request.body, principalOf(request).userId, scopeOf(request));
      if (view.result === null) reply.code(HTTP_ACCEPTED);
      return backtestReply(view);
    },
  );

  app.get(
    '/alerts/backtest/:id',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags: ['Alerts'],
        summary: 'Returns the progress of a back-test of the user, and its result once it is there',
        params: idSchema,
        response: { 200: backtestReplySchema },
      },
    },
    async (request) => backtestReply(await backtests.view(request.params.id, principalOf(request).userId)),
  );

  app.delete(
    '/alerts/backtest/:id',
    {
      config: { access: 'read:alerts', audit: false },
      schema: {
        tags: ['Alerts'],
        summary: 'Cancels a back-test of the user, or forgets its result',
        params: idSchema,
        response: { 200: z.object({ status: z.literal('success') }) },
      },
    },
    async (request) => {
      await backtests.cancel(request.params.id, principalOf(request).userId);
      return { status: 'success' as const };
    },
  );
}
