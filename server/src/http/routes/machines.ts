// /data/machines: the list of machines, their summary, and each machine.

import {
  type MachineInput,
  type MachinePatch,
  type MachineSort,
  machineCreatedSchema,
  machineInputSchema,
  machinePageSchema,
  machinePatchSchema,
  machineQuerySchema,
  machineReplySchema,
  machineSummarySchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { AppError, isAppError } from '../../errors.ts';
import { isInScope } from '../../machines/machine-scope.ts';
import type { MachineQuery } from '../../machines/machine-service.ts';
import type { Principal } from '../../users/access-tokens.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, machineOf, readableMachine, scopeOf } from '../path-id.ts';

const paramsSchema = z.object({ id: idSchema });
const tags = ['Machines'];

export async function machineRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { machines, readings, alerts, deletedMachines } = deps;

  app.post(
    '/data/machine',
    {
      config: { access: 'write:machines', audit: 'machine.create' },
      schema: { tags, summary: 'Adds a machine', body: machineInputSchema, response: { 201: machineCreatedSchema } },
    },
    async (request, reply) => {
      const input = withFactory(request, [request.body], () => 'factory_id');
      const [machine] = await machines.create(input).catch(withoutRow);
      if (machine === undefined) throw new Error('The machine was created but not returned');
      await request.audit({ action: 'machine.create', target: machine.machine_id, details: { ...request.body } });
      return reply.code(201).send({
        status: 'success',
        message: 'The machine was added',
        machine_id: machine.machine_id,
        machine,
      });
    },
  );

  app.get(
    '/data/machines',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Lists machines, by default the newest first',
        querystring: machineQuerySchema,
        response: { 200: machinePageSchema },
      },
    },
    async (request) => {
      const { query } = request;
      const { limit, offset } = query;
      const page = machines.list(
        { ...filterOf(query), limit, offset, scope: scopeOf(request) },
        (id) => alerts.alarmOf(id),
        new Set(query.fields),
      );
      return {
        status: 'success' as const,
        count: page.machines.length,
        machines: page.machines,
        pagination: {
          total_records: page.total,
          limit,
          offset,
          has_more: offset + page.machines.length < page.total,
        },
      };
    },
  );

  app.get(
    '/data/machines/summary',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Counts the machines by status, connection, condition, location and sensor type',
        response: { 200: machineSummarySchema },
      },
    },
    async (request) => {
      const scope = scopeOf(request);
      const { total, byStatus, byConnection, byCondition, locations, sensorTypes } = machines.summary(
        (id) => alerts.alarmOf(id),
        scope,
      );
      return {
        status: 'success' as const,
        total,
        by_status: byStatus,
        by_connection: byConnection,
        by_condition: byCondition,
        alerts: alerts.counts(scope),
        locations,
        sensor_types: sensorTypes,
      };
    },
  );

  app.get(
    '/data/machines/:id',
    {
      config: { access: 'read:machines' },
      schema: { tags, summary: 'Returns one machine', params: paramsSchema, response: { 200: machineReplySchema } },
    },
    async (request) => ({
      status: 'success' as const,
      machine: machines.view(machineOf(deps, request, request.params.id), 'all'),
    }),
  );

  app.patch(
    '/data/machines/:id',
    {
      config: { access: 'write:machines', audit: 'machine.update' },
      schema: {
        tags,
        summary: 'Changes a machine',
        params: paramsSchema,
        body: machinePatchSchema,
        response: { 200: machineReplySchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      machineOf(deps, request, id);
      refuseOtherFactories(request, [request.body], () => 'factory_id');
      const machine = await machines.update(id, request.body).catch(withoutRow);
      await request.audit({ action: 'machine.update', target: id, details: { name: machine.name, ...request.body } });
      return { status: 'success' as const, machine };
    },
  );

  app.delete(
    '/data/machines/:id',
    {
      config: { access: 'delete:machines', audit: 'machine.delete' },
      schema: {
        tags,
        summary: 'Deletes a machine; its alerts stay',
        description: 'With `readings=delete` also the readings of a machine that were kept when it was deleted.',
        params: paramsSchema,
        querystring: z.object({
          readings: z
            .enum(['keep', 'delete'])
            .default('keep')
            .meta({ description: 'Whether its readings are deleted too.' }),
        }),
        response: { 200: z.object({ status: z.literal('success'), message: z.string() }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const keepsReadings = request.query.readings === 'keep';
      const { name } = keepsReadings ? machineOf(deps, request, id).record : await readableMachine(deps, request, id);
      if (machines.isHandedOver(id)) throw new AppError('conflict', `The readings of ${name} are being handed over`);
      // The readings first: if the store fails, the machine still exists and the request can be repeated.
      if (!keepsReadings) await readings.deleteMachine(id);
      if (machines.get(id) === undefined) await deletedMachines.forgetDeleted(id);
      else await machines.delete(id, keepsReadings);
      await request.audit({ action: 'machine.delete', target: id, details: { name, ...request.query } });
      return { status: 'success' as const, message: `The machine ${name} was deleted` };
    },
  );
}

/** The filters of a list or export, in the form that the machine service expects. */
export function filterOf(
  query: Omit<z.infer<typeof machineQuerySchema>, 'limit' | 'offset'>,
): Omit<MachineQuery, 'limit' | 'offset' | 'scope'> {
  const { location, status, sensor_type: sensorType, connection, alarm, search, own_limits: ownLimits, sort } = query;
  return {
    ...(location === undefined ? {} : { location }),
    ...(status === undefined ? {} : { status }),
    ...(sensorType === undefined ? {} : { sensorType }),
    ...(connection === undefined ? {} : { connection }),
    ...(alarm === undefined ? {} : { alarm }),
    ...(search === undefined ? {} : { search }),
    ...(ownLimits === undefined ? {} : { ownLimits: ownLimits === 'true' }),
    sort: { by: sort.replace(/^-/, '') as MachineSort, descending: sort.startsWith('-') },
  };
}

/**
 * A machine belongs to the factory of the user who adds it, if the request names none.
 *
 * @throws AppError `validation_failed` for a factory that is not the user's, since the user could not see the machine
 */
export function withFactory(
  request: { principal: Principal | null },
  inputs: readonly MachineInput[],
  fieldOf: (row: number) => string,
): readonly MachineInput[] {
  refuseOtherFactories(request, inputs, fieldOf);
  const { factoryId } = principalOf(request);
  return inputs.map((input) => (input.factory_id === undefined ? { ...input, factory_id: factoryId } : input));
}

function refuseOtherFactories(
  request: { principal: Principal | null },
  inputs: readonly Pick<MachinePatch, 'factory_id'>[],
  fieldOf: (row: number) => string,
): void {
  const scope = principalOf(request).factoryId;
  const faults = inputs.flatMap(({ factory_id: factoryId = null }, row) => {
    if (isInScope(scope, { factoryId })) return [];
    return [{ field: fieldOf(row), error: 'factory_id must be your own factory, or null', value: factoryId }];
  });
  if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
}

/** Faults of the machine service name the row; here there is only one. */
function withoutRow(error: unknown): never {
  if (!isAppError(error)) throw error;
  const faults = error.faults.map(({ field = '', ...fault }) => ({ field: field.replace(/^\[0\]\./, ''), ...fault }));
  throw new AppError(error.code, error.message, { cause: error, faults });
}
