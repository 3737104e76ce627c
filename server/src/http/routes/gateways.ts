// /gateways: the credentials with which devices send readings over MQTT and HTTP.

import {
  type GatewayStatus,
  gatewayInputSchema,
  gatewayListSchema,
  gatewayPatchSchema,
  gatewaySchema,
} from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { tokenView } from '../../access-keys/key-views.ts';
import type { GatewayRecord } from '../../gateways/gateway-repository.ts';
import type { ListedGateway } from '../../gateways/gateway-service.ts';
import { machinesIn } from '../../machines/visible-machines.ts';
import { describeClocks } from '../gateway-clocks.ts';
import { changeableGateway, mayChangeGateway, maySeeGateway, refuseWiderRights } from '../gateway-scope.ts';
import { connectionFaults, discoveries, gatewayStatus } from '../gateway-status.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, scopeOf } from '../path-id.ts';
import { sparkplugView } from '../sparkplug-view.ts';

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
    | 'sparkplug'
    | 'metricService'
    | 'provisioning'
  >,
): Promise<void> {
  const { gateways, gatewayConnections, accessKeys, broker, clocks, clock, settings } = deps;
  /** A gateway that also sends for machines of others is shown without them, and without what was refused of them. */
  const shownTo = <Shown extends Omit<GatewayStatus, 'clock' | 'discovered'>>(
    request: FastifyRequest,
    gateway: Shown,
  ): Shown => {
    if (mayChangeGateway(deps, request, gateways.get(gateway.id) as GatewayRecord)) return gateway;
    const { machine_ids, traffic } = gateway;
    const visible = machinesIn(deps.machines, scopeOf(request));
    return {
      ...gateway,
      machine_ids: machine_ids.filter((id) => visible.get(id) !== undefined),
      traffic: { ...traffic, refused: traffic.refused.map((refused) => ({ ...refused, topic: '', example: '' })) },
    };
  };
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
    async (request) => {
      const nowMs = clock.nowMs();
      const machines = machinesIn(deps.machines, scopeOf(request));
      const observed = clocks.list(nowMs).filter(({ machineId }) => machines.get(machineId) !== undefined);
      const plantZone = settings.all().plant_timezone ?? 'UTC';
      const clocksOf = (gatewayId: string, zone: string) =>
        describeClocks(
          observed.filter((each) => each.gatewayId === gatewayId),
          zone,
          plantZone,
          nowMs,
        );
      const discoveredBy = discoveries(deps, scopeOf(request));
      const list = gateways
        .list()
        .filter(({ id }) => maySeeGateway(deps, request, gateways.get(id) as GatewayRecord))
        .map((gateway) => ({
          ...shownTo(request, gatewayStatus(withToken(gateway), { ...deps, machines })),
          discovered: discoveredBy(gateway.id),
          clock: clocksOf(gateway.id, gateway.timezone)[0] ?? null,
        }));
      return {
        status: 'success' as const,
        count: list.length,
        gateways: list,
        clocks: clocksOf('', 'UTC'),
        ...connectionFaults(gatewayConnections, (id) => list.some((gateway) => gateway.id === id)),
        broker: broker(),
        sparkplug: sparkplugView(deps.sparkplug, (id) =>
          id === null ? scopeOf(request) === null : list.some((gateway) => gateway.id === id),
        ),
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
      const { scope, machine_ids: machineIds, factory_id: factoryId = null } = request.body;
      refuseWiderRights(deps, request, { scope, machineIds, factoryId, needsReview: false });
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
      const before = changeableGateway(deps, request, request.params.id);
      const { scope = before.scope, machine_ids: machineIds = before.machineIds, factory_id } = request.body;
      const factoryId = factory_id === undefined ? before.factoryId : factory_id;
      refuseWiderRights(deps, request, { scope, machineIds, factoryId, needsReview: false });
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
      const { name } = changeableGateway(deps, request, id);
      await gateways.delete(id);
      await accessKeys.ownersChanged();
      await request.audit({ action: 'gateway.delete', target: id, details: { name } });
      return { status: 'success' as const, message: `The gateway ${name} was deleted` };
    },
  );
}
