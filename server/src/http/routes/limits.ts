// The limits of machines and sensor types, and the limits in force.

import { effectiveLimitsSchema, fleetLimitsSchema, lineSchema, machineLimitsSchema } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LimitsByMetric } from '../../machines/effective-limits.ts';
import { inScope, type MachineScope } from '../../machines/machine-scope.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { machineOf, scopeOf } from '../path-id.ts';

const machineParamsSchema = z.object({ id: z.uuid() });
const sensorTypeParamsSchema = z.object({ sensor_type: lineSchema(50) });
const plantLimitsSchema = machineLimitsSchema.meta({
  id: 'PlantLimits',
  description: 'The limits of the plant-wide settings, which apply where nothing more specific is set.',
});
const machineReplySchema = z.object({
  status: z.literal('success'),
  machine_id: z.uuid(),
  limits: machineLimitsSchema,
  sensor_type_limits: machineLimitsSchema,
  plant_limits: plantLimitsSchema,
  effective: effectiveLimitsSchema,
});
const sensorTypeReplySchema = z.object({
  status: z.literal('success'),
  sensor_type: z.string(),
  limits: machineLimitsSchema,
  plant_limits: plantLimitsSchema,
});

export async function limitRoutes(app: HttpApp, deps: Pick<HttpDeps, 'machines'>): Promise<void> {
  const { machines } = deps;

  const machineReply = (request: Pick<FastifyRequest, 'principal'>, machineId: string) => {
    const entry = machineOf(deps, request, machineId);
    return {
      status: 'success' as const,
      machine_id: machineId,
      limits: machines.limits.own(machineId),
      sensor_type_limits: machines.limits.ofSensorType(entry.record.sensorType),
      plant_limits: machines.limits.plantWide(),
      effective: machines.limits.effective(machineId),
    };
  };
  const sensorTypeReply = (sensorType: string) => ({
    status: 'success' as const,
    sensor_type: sensorType,
    limits: machines.limits.ofSensorType(sensorType),
    plant_limits: machines.limits.plantWide(),
  });

  app.get(
    '/data/limits',
    {
      config: { access: 'read:machines' },
      schema: {
        tags: ['Limits'],
        summary: 'Returns the limits in force of every machine',
        response: { 200: fleetLimitsSchema },
      },
    },
    async (request) => fleetReply(machines, scopeOf(request)),
  );

  app.get(
    '/data/machines/:id/limits',
    {
      config: { access: 'read:machines' },
      schema: {
        tags: ['Limits'],
        summary: 'Returns the limits of a machine: its own, those of its sensor type, and those in force',
        params: machineParamsSchema,
        response: { 200: machineReplySchema },
      },
    },
    async (request) => machineReply(request, request.params.id),
  );

  app.put(
    '/data/machines/:id/limits',
    {
      config: { access: 'write:machines', audit: 'limits.update' },
      schema: {
        tags: ['Limits'],
        summary: 'Replaces the limits of a machine',
        params: machineParamsSchema,
        body: machineLimitsSchema,
        response: { 200: machineReplySchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { name } = machineOf(deps, request, id).record;
      await machines.limits.save(id, request.body);
      await request.audit({ action: 'limits.update', target: id, details: { name, limits: request.body } });
      return machineReply(request, id);
    },
  );

  app.get(
    '/data/sensor-types/:sensor_type/limits',
    {
      config: { access: 'read:machines' },
      schema: {
        tags: ['Limits'],
        summary: 'Returns the limits of a sensor type, which apply to machines without limits of their own',
        params: sensorTypeParamsSchema,
        response: { 200: sensorTypeReplySchema },
      },
    },
    async ({ params }) => sensorTypeReply(params.sensor_type),
  );

  app.put(
    '/data/sensor-types/:sensor_type/limits',
    {
      config: { access: 'write:machines', audit: 'limits.update' },
      schema: {
        tags: ['Limits'],
        summary: 'Replaces the limits of a sensor type',
        params: sensorTypeParamsSchema,
        body: machineLimitsSchema,
        response: { 200: sensorTypeReplySchema },
      },
    },
    async (request) => {
      const { sensor_type: sensorType } = request.params;
      await machines.limits.saveOfType(sensorType, request.body);
      await request.audit({ action: 'limits.update', target: sensorType, details: { limits: request.body } });
      return sensorTypeReply(sensorType);
    },
  );
}

/** Machines with the same rules share one object of limits, which is sent once. */
function fleetReply(machines: HttpDeps['machines'], scope: MachineScope) {
  const plantWide = machines.limits.effective('');
  const groups = new Map<LimitsByMetric, string[]>();
  for (const { record } of inScope(machines.entries(), scope)) {
    const effective = machines.limits.effective(record.id);
    const ids = groups.get(effective);
    if (ids) ids.push(record.id);
    else groups.set(effective, [record.id]);
  }
  const same = JSON.stringify(plantWide);
  const others = Array.from(groups, ([effective, ids]) => ({ effective, machine_ids: ids }));
  return {
    status: 'success' as const,
    plant_wide: plantWide,
    others: others.filter(({ effective }) => JSON.stringify(effective) !== same),
  };
}
