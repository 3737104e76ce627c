// /machines/{id}/successor and /data/machines/deleted: what is left of a machine that was replaced or deleted.

import {
  deletedMachinesReplySchema,
  handoverReplySchema,
  isoTime,
  successorInputSchema,
  successorReplySchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { isInScope, type MachineScope } from '../../machines/machine-scope.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, machineOf, scopeOf } from '../path-id.ts';

const tags = ['Machines'];
const paramsSchema = z.object({ id: idSchema });

export async function machineSuccessorRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { machines, handovers, deletedMachines, provisioning } = deps;

  app.get(
    '/data/machines/deleted',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Lists machines whose readings were kept when they were deleted, the newest first',
        response: { 200: deletedMachinesReplySchema },
      },
    },
    async (request) => {
      const scope = scopeOf(request);
      const deleted = (await deletedMachines.deletedMachines()).filter((machine) => isInScope(scope, machine));
      const listed = deleted.map(({ id, aliases, name, location, sensorType, factoryId, deletedAtMs }) => ({
        ...{ machine_id: id, aliases: [...aliases], name, location },
        ...{ sensor_type: sensorType, factory_id: factoryId, deleted_at: isoTime(deletedAtMs) },
      }));
      return { status: 'success' as const, count: listed.length, machines: listed };
    },
  );

  app.post(
    '/machines/:id/successor',
    {
      config: { access: 'write:machines', audit: 'machine.successor' },
      schema: {
        tags,
        summary: 'Hands the aliases of a machine to another one, and its readings if that is asked for',
        description:
          'The machine may be deleted, or wait for approval; the readings of a waiting one are always handed over. Readings are ' +
          'copied in the background. Sending the request again is harmless.',
        params: paramsSchema,
        body: successorInputSchema,
        response: { 200: successorReplySchema, 202: successorReplySchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { machine_id: successorId } = request.body;
      machineOf(deps, request, successorId);
      const { otherAliases, isWaiting } = await formerMachine(scopeOf(request), id);
      const handover = { machineId: id, successorId, otherAliases, history: request.body.history || isWaiting };
      const { aliases, inUse, history } = await handovers.begin(handover);
      if (isWaiting) provisioning.assigned(id);
      const details = { successor: successorId, history: handover.history, aliases };
      await request.audit({ action: 'machine.successor', target: id, details });
      const machine = machines.view(machineOf(deps, request, successorId));
      const isRunning = history?.state === 'running';
      return reply.code(isRunning ? 202 : 200).send({
        status: 'success',
        message: isRunning
          ? `Readings are being handed over to ${machine.name}`
          : `The machine was handed over to ${machine.name}`,
        machine,
        aliases,
        aliases_in_use: inUse,
        gateways: gatewaysOfOnly(id, successorId),
        history,
      });
    },
  );

  app.get(
    '/machines/:id/successor',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Returns how far the readings of a machine are handed over',
        params: paramsSchema,
        response: { 200: handoverReplySchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const history = await visibleHandover(scopeOf(request), id);
      if (history === null) throw new AppError('not_found', `The readings of machine ${id} were not handed over`);
      return { status: 'success' as const, history };
    },
  );

  /** `otherAliases`: those of a machine that does not exist any more, or not yet. */
  async function formerMachine(
    scope: MachineScope,
    id: string,
  ): Promise<{ otherAliases: readonly string[]; isWaiting: boolean }> {
    const present = machines.get(id)?.record;
    if (present !== undefined && isInScope(scope, present)) return { otherAliases: [], isWaiting: false };
    const deleted = present === undefined ? await deletedMachines.deletedMachine(id) : null;
    if (deleted !== null && isInScope(scope, deleted)) return { otherAliases: deleted.aliases, isWaiting: false };
    const waiting = provisioning.waiting(id);
    if (waiting !== null && isInScope(scope, waiting)) return { otherAliases: [waiting.id], isWaiting: true };
    // The request was sent again after all was handed over.
    if ((await visibleHandover(scope, id)) !== null) return { otherAliases: [], isWaiting: false };
    throw new AppError('not_found', `No machine with id ${id} exists, and no readings of it were kept`);
  }

  /** null also where the user may not see the machine, or, if it does not exist any more, its successor. */
  async function visibleHandover(scope: MachineScope, id: string) {
    const history = await handovers.of(id);
    const known = machines.get(id)?.record ?? (await deletedMachines.deletedMachine(id));
    const seen = known ?? machines.get(history?.successor_id ?? '')?.record;
    return scope === null || (seen !== undefined && isInScope(scope, seen)) ? history : null;
  }

  function gatewaysOfOnly(id: string, successorId: string): string[] {
    const bound = deps.gateways.list().filter(({ machine_ids: ids }) => ids.includes(id) && !ids.includes(successorId));
    return bound.map(({ name }) => name);
  }
}
