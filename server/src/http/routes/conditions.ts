// /conditions: what is abnormal, beyond the four limits of a metric.

import {
  type Condition,
  type ConditionScope,
  conditionInputSchema,
  conditionListSchema,
  conditionPatchSchema,
  conditionQuerySchema,
  conditionReplySchema,
  errorSchema,
} from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { isInScope } from '../../machines/machine-scope.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, machineOf, scopeOf } from '../path-id.ts';

const tags = ['Conditions'];
const paramsSchema = z.object({ id: idSchema });
const NEEDS = 'A plant-wide condition needs the permission write:config.';

export async function conditionRoutes(app: HttpApp, deps: Pick<HttpDeps, 'conditions' | 'machines'>): Promise<void> {
  const { conditions, machines } = deps;
  type Request = Pick<FastifyRequest, 'principal'>;

  /** Those of machines that the user may not see do not exist for the user. */
  const isVisible = (request: Request, { scope }: Pick<Condition, 'scope'>): boolean => {
    if (scope.level !== 'machine') return true;
    const record = machines.get(scope.machine_id)?.record;
    return record !== undefined && isInScope(scopeOf(request), record);
  };
  /** @throws AppError `not_found` */
  const visible = (request: Request, id: string): Condition => {
    const condition = conditions.get(id);
    if (!isVisible(request, condition)) throw new AppError('not_found', `No condition with id ${id} exists`);
    return condition;
  };
  /** @throws AppError `forbidden` */
  const refusePlantWide = (request: Request, scope: ConditionScope): void => {
    if (scope.level === 'plant' && !principalOf(request).permissions.includes('write:config'))
      throw new AppError('forbidden', NEEDS);
  };

  app.get(
    '/conditions',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Lists conditions: plant-wide ones first, then those of machine types, then those of machines',
        querystring: conditionQuerySchema,
        response: { 200: conditionListSchema },
      },
    },
    async (request) => {
      const { machine_id: machineId, sensor_type: sensorType, metric } = request.query;
      const found = conditions.all.filter(
        (condition) =>
          isVisible(request, condition) &&
          (metric === undefined || condition.metric === metric) &&
          (machineId === undefined || isOf(condition.scope, 'machine_id', machineId.toLowerCase())) &&
          (sensorType === undefined || isOf(condition.scope, 'sensor_type', sensorType)),
      );
      return { status: 'success' as const, conditions: found };
    },
  );

  app.post(
    '/conditions',
    {
      config: { access: 'write:machines', audit: 'condition.create' },
      schema: {
        tags,
        summary: 'Adds a condition',
        description: NEEDS,
        body: conditionInputSchema,
        response: { 201: conditionReplySchema, 409: errorSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      request.refusal = { kind: body.kind, metric: body.metric ?? null, scope: body.scope };
      refusePlantWide(request, body.scope);
      if (!isVisible(request, body)) {
        const faults = [{ field: 'scope.machine_id', error: 'No machine with this id exists' }];
        throw new AppError('validation_failed', undefined, { faults });
      }
      const condition = await conditions.create(body);
      await request.audit({ action: 'condition.create', target: condition.id, details: { ...body } });
      return reply.code(201).send({ status: 'success', condition });
    },
  );

  app.patch(
    '/conditions/:id',
    {
      config: { access: 'write:machines', audit: 'condition.update' },
      schema: {
        tags,
        summary: 'Changes a condition',
        description: NEEDS,
        params: paramsSchema,
        body: conditionPatchSchema,
        response: { 200: conditionReplySchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { kind, metric, scope } = visible(request, id);
      refusePlantWide(request, scope);
      const condition = await conditions.update(id, request.body);
      const details = { kind, metric, scope, ...request.body };
      await request.audit({ action: 'condition.update', target: id, details });
      return { status: 'success' as const, condition };
    },
  );

  app.delete(
    '/conditions/:id',
    {
      config: { access: 'write:machines', audit: 'condition.delete' },
      schema: {
        tags,
        summary: 'Deletes a condition; its alerts clear',
        description: NEEDS,
        params: paramsSchema,
        response: { 200: z.object({ status: z.literal('success'), message: z.string() }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { kind, metric, scope } = visible(request, id);
      refusePlantWide(request, scope);
      await conditions.delete(id);
      await request.audit({ action: 'condition.delete', target: id, details: { kind, metric, scope } });
      return { status: 'success' as const, message: 'The condition was deleted' };
    },
  );

  app.get(
    '/data/machines/:id/conditions',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Lists the conditions in force of a machine: its own, those of its type, and plant-wide ones',
        description: 'One of the kind `level` has what it inherits from more general ones.',
        params: paramsSchema,
        response: { 200: conditionListSchema },
      },
    },
    async (request) => {
      const { record } = machineOf(deps, request, request.params.id);
      const inForce = conditions.effectiveOf(record.id).filter(({ is_active }) => is_active);
      return { status: 'success' as const, conditions: inForce };
    },
  );
}

function isOf(scope: ConditionScope, field: 'machine_id' | 'sensor_type', owner: string): boolean {
  return (scope as Partial<Record<typeof field, string>>)[field] === owner;
}
