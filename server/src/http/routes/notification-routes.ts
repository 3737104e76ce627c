// /notifications/routes: which alerts are told to whom, and in which order.

import {
  newRouteSchema,
  notificationRouteReplySchema,
  notificationRoutesReplySchema,
  routeChangeSchema,
  routeOrderSchema,
} from '@gonsters/contract';
import { z } from 'zod';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const tags = ['Notifications'];
const idParams = z.object({ id: idSchema });
/** Supervisors and up, who also decide what is silenced. */
const access = 'shelve:alerts';

export async function notificationRouteRoutes(
  app: HttpApp,
  { notifications }: Pick<HttpDeps, 'notifications'>,
): Promise<void> {
  const { routeService: routes } = notifications;

  app.get(
    '/notifications/routes',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Lists the routes in the order in which they are looked at, and what is wrong with them',
        response: { 200: notificationRoutesReplySchema },
      },
    },
    async () => ({ status: 'success' as const, ...(await routes.list()) }),
  );

  app.post(
    '/notifications/routes',
    {
      config: { access, audit: 'route.create' },
      schema: {
        tags,
        summary: 'Adds a route before the default one',
        body: newRouteSchema,
        response: { 201: notificationRouteReplySchema },
      },
    },
    async (request, reply) => {
      const route = await routes.add(request.body);
      await request.audit({ action: 'route.create', target: route.id, details: { ...request.body } });
      return reply.code(201).send({ status: 'success' as const, route });
    },
  );

  app.put(
    '/notifications/routes/order',
    {
      config: { access, audit: 'route.order' },
      schema: {
        tags,
        summary: 'Puts the routes into another order; the default route stays the last one',
        body: routeOrderSchema,
        response: { 200: notificationRoutesReplySchema },
      },
    },
    async (request) => {
      const { ids } = request.body;
      await routes.order(ids);
      await request.audit({ action: 'route.order', details: { ids } });
      return { status: 'success' as const, ...(await routes.list()) };
    },
  );

  app.patch(
    '/notifications/routes/:id',
    {
      config: { access, audit: 'route.update' },
      schema: {
        tags,
        summary: 'Changes a route; alerts that are being told keep their chain',
        params: idParams,
        body: routeChangeSchema,
        response: { 200: notificationRouteReplySchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const route = await routes.change(id, request.body);
      await request.audit({ action: 'route.update', target: id, details: { name: route.name, ...request.body } });
      return { status: 'success' as const, route };
    },
  );

  app.delete(
    '/notifications/routes/:id',
    {
      config: { access, audit: 'route.delete' },
      schema: {
        tags,
        summary: 'Removes a route; alerts that are being told by it keep their chain',
        params: idParams,
        response: { 200: z.object({ status: z.literal('success') }) },
      },
    },
    async (request) => {
      const { name } = await routes.remove(request.params.id);
      await request.audit({ action: 'route.delete', target: request.params.id, details: { name } });
      return { status: 'success' as const };
    },
  );
}
