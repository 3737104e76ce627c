// /gateways: the credentials with which devices send readings over MQTT and HTTP.

import { gatewayInputSchema, gatewayListSchema, gatewayPatchSchema, gatewaySchema } from '@gonsters/contract';
import { z } from 'zod';
import { tokenView } from '../../access-keys/key-views.ts';
import type { ListedGateway } from '../../gateways/gateway-service.ts';
import { describeClocks } from '../gateway-clocks.ts';
import { connectionFaults, discoveries, gatewayStatus } from '../gateway-status.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const tags = ['Gateways'];
const paramsSchema = z.object({ id: idSchema });
const PASSWORD = { description: 'Only this reply contains the password.' };

export async function gatewayRoutes(
  app: HttpApp,
  deps: Pick<
    HttpDeps,
    | 'gateways'
    | 'gatewayConnections'
    | 'gatewayTraffic'
    | 'machines'
    | 'accessKeys'
    | 'broker'
    | 'clocks'
    | 'clock'
    | 'settings'
    | 'metricService'
    | 'provisioning'
  >,
): Promise<void> {
  const { gateways, gatewayConnections, accessKeys, broker, clocks, clock, settings } = deps;
  const withToken = (gateway: ListedGateway) => {
    const key = accessKeys.tokenOf(gateway.id);
    return { ...gateway, token: key && tokenView(accessKeys, key) };
  };

  app.get(
    '/gateways',
    {
      config: { access: 'write:config' },
      schema: {
        tags,
        summary: 'Lists all gateways with their connections and what they send, refused connections, and the broker',
        response: { 200: gatewayListSchema },
      },
    },
    async () => {
      const nowMs = clock.nowMs();
      const observed = clocks.list(nowMs);
      const plantZone = settings.all().plant_timezone ?? 'UTC';
      const clocksOf = (gatewayId: string, zone: string) =>
        describeClocks(
          observed.filter((each) => each.gatewayId === gatewayId),
          zone,
          plantZone,
          nowMs,
        );
      const discoveredBy = discoveries(deps);
      const list = gateways.list().map((gateway) => ({
        ...gatewayStatus(withToken(gateway), deps),
        discovered: discoveredBy(gateway.id),
        clock: clocksOf(gateway.id, gateway.timezone)[0] ?? null,
      }));
      return {
        status: 'success' as const,
        count: list.length,
        gateways: list,
        clocks: clocksOf('', 'UTC'),
        ...connectionFaults(gatewayConnections),
        broker: broker(),
      };
    },
  );

  app.post(
    '/gateways',
    {
      config: { access: 'write:config', audit: 'gateway.create' },
      schema: {
        tags,
        summary: 'Creates a gateway; only the reply contains its password',
        body: gatewayInputSchema,
        response: {
          201: z.object({
            status: z.literal('success'),
            gateway: gatewaySchema,
            password: z.string().meta(PASSWORD),
          }),
        },
      },
    },
    async (request, reply) => {
      const { gateway, password } = await gateways.create(request.body);
      await request.audit({ action: 'gateway.create', target: gateway.id, details: { name: gateway.name } });
      return reply.code(201).send({ status: 'success', gateway: withToken(gateway), password });
    },
  );

  app.patch(
    '/gateways/:id',
    {
      config: { access: 'write:config', audit: 'gateway.update' },
      schema: {
        tags,
        summary: 'Changes a gateway, or gives it a new password',
        params: paramsSchema,
        body: gatewayPatchSchema,
        response: {
          200: z.object({
            status: z.literal('success'),
            gateway: gatewaySchema,
            password: z.string().nullable().meta(PASSWORD),
          }),
        },
      },
    },
    async (request) => {
      const { gateway, password } = await gateways.update(request.params.id, request.body);
      await request.audit({
        action: 'gateway.update',
        target: gateway.id,
        details: { name: gateway.name, ...request.body },
      });
      return { status: 'success' as const, gateway: withToken(gateway), password };
    },
  );

  app.delete(
    '/gateways/:id',
    {
      config: { access: 'write:config', audit: 'gateway.delete' },
      schema: {
        tags,
        summary: 'Deletes a gateway and disconnects it',
        params: paramsSchema,
        response: { 200: z.object({ status: z.literal('success'), message: z.string() }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const name = gateways.get(id)?.name;
      await gateways.delete(id);
      await accessKeys.ownersChanged();
      await request.audit({ action: 'gateway.delete', target: id, details: { name } });
      return { status: 'success' as const, message: `The gateway ${name} was deleted` };
    },
  );
}
