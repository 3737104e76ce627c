// /notifications/people: the names of those who can be told of alerts and be on duty.

import { peopleReplySchema } from '@gonsters/contract';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { scopeOf } from '../path-id.ts';

export async function peopleRoutes(app: HttpApp, { accounts }: Pick<HttpDeps, 'accounts'>): Promise<void> {
  app.get(
    '/notifications/people',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags: ['Notifications'],
        summary: 'Lists the active users by name, for routes, duty schedules and hand-overs',
        response: { 200: peopleReplySchema },
      },
    },
    async (request) => {
      const scope = scopeOf(request);
      const people = (await accounts.list())
        .filter(({ is_active: isActive, factory_id: factory }) => isActive && (scope === null || factory === scope))
        .map(({ id, username, role }) => ({ id, name: username, role }));
      return { status: 'success' as const, people };
    },
  );
}
