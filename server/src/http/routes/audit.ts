// /audit: the audit log.

import { auditEntrySchema, timeInputSchema } from '@gonsters/contract';
import { z } from 'zod';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { scopeOf } from '../path-id.ts';

export async function auditRoutes(app: HttpApp, { audit }: Pick<HttpDeps, 'audit'>): Promise<void> {
  app.get(
    '/audit',
    {
      config: { access: 'read:audit' },
      schema: {
        tags: ['Audit'],
        summary: 'Lists audit entries, the newest first',
        querystring: z.object({
          user: z.string().max(254).optional().meta({ description: 'User name or id.' }),
          action: z.string().max(100).optional(),
          from: timeInputSchema.optional(),
          to: timeInputSchema.optional().meta({ description: 'Excluded.' }),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
          cursor: z.string().min(1).max(500).optional(),
        }),
        response: {
          200: z.object({
            status: z.literal('success'),
            entries: z.array(auditEntrySchema),
            next_cursor: z.string().nullable(),
          }),
        },
      },
    },
    async (request) => {
      const { user, action, from: fromMs, to: toMs, limit, cursor } = request.query;
      const scope = scopeOf(request);
      const page = await audit.page({
        limit,
        ...(scope === null ? {} : { factoryId: scope }),
        ...(user === undefined ? {} : { user }),
        ...(action === undefined ? {} : { action }),
        ...(fromMs === undefined ? {} : { fromMs }),
        ...(toMs === undefined ? {} : { toMs }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      return { status: 'success' as const, entries: page.entries, next_cursor: page.nextCursor };
    },
  );
}
