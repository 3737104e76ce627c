// /metrics: the catalogue of metrics.

import {
  errorSchema,
  METRIC_CONFIG_FIELDS,
  type MetricDefinition,
  type MetricPatch,
  metricDeletedSchema,
  metricInputSchema,
  metricMergeSchema,
  metricNameSchema,
  metricPageSchema,
  metricPatchSchema,
  metricQuerySchema,
  metricReplySchema,
} from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { machinesIn } from '../../machines/visible-machines.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { machineOf, scopeOf } from '../path-id.ts';

const tags = ['Metrics'];
const paramsSchema = z.object({ name: metricNameSchema });

export async function metricRoutes(app: HttpApp, deps: Pick<HttpDeps, 'metricService' | 'machines'>): Promise<void> {
  const { metricService } = deps;
  const { editor, views } = metricService;

  type Request = Pick<FastifyRequest, 'principal'>;
  /** null for a user who sees every machine. */
  const sightOf = (request: Request) => {
    const scope = scopeOf(request);
    if (scope === null) return null;
    const machines = machinesIn(deps.machines, scope);
    const ids = Array.from(machines.entries(), ({ record }) => record.id);
    return { counts: metricService.series.countsIn(ids), sees: (id: string) => machines.get(id) !== undefined };
  };
  /** @throws AppError `not_found` */
  const metricOf = (request: Request, name: string): MetricDefinition => {
    const metric = views.metric(name, sightOf(request));
    if (metric === undefined) throw new AppError('not_found', `No metric with the name ${name} exists`);
    return metric;
  };
  const reply = (request: Request, name: string) => ({
    status: 'success' as const,
    metric: metricOf(request, name),
  });

  app.get(
    '/metrics',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Lists the metrics of the plant, or those of one machine',
        querystring: metricQuerySchema,
        response: { 200: metricPageSchema, 404: errorSchema },
      },
    },
    async (request) => {
      const { machine_id: machineId, limit, offset, ...filter } = request.query;
      const machine = machineId === undefined ? undefined : machineOf(deps, request, machineId.toLowerCase()).record;
      const ofMachine = machine && views.metricsOf(machine.id, machine.sensorType);
      const { total, metrics } = views.list({ ...filter, metrics: ofMachine, limit, offset }, sightOf(request));
      return {
        status: 'success' as const,
        metrics,
        pagination: { total_records: total, limit, offset, has_more: offset + metrics.length < total },
      };
    },
  );

  app.post(
    '/metrics',
    {
      config: { access: 'write:config', audit: 'metric.create' },
      schema: { tags, summary: 'Adds a metric', body: metricInputSchema, response: { 201: metricReplySchema } },
    },
    async (request, response) => {
      const { body } = request;
      await editor.create(body, principalOf(request).username);
      await request.audit({ action: 'metric.create', target: body.name, details: { ...body } });
      return response.code(201).send(reply(request, body.name));
    },
  );

  app.get(
    '/metrics/:name',
    {
      config: { access: 'read:machines' },
      schema: { tags, summary: 'Returns one metric', params: paramsSchema, response: { 200: metricReplySchema } },
    },
    async (request) => reply(request, request.params.name),
  );

  app.patch(
    '/metrics/:name',
    {
      config: { access: 'write:machines', audit: 'metric.update' },
      schema: {
        tags,
        summary: 'Changes a metric',
        description: `These fields need the permission write:config: ${METRIC_CONFIG_FIELDS.join(', ')}.`,
        params: paramsSchema,
        body: metricPatchSchema,
        response: { 200: metricReplySchema },
      },
    },
    async (request) => {
      const { name } = request.params;
      request.refusal = { fields: Object.keys(request.body) };
      const { label } = metricOf(request, name);
      if (!principalOf(request).permissions.includes('write:config')) refuseConfigFields(request.body);
      await editor.update(name, request.body, principalOf(request).username);
      await request.audit({ action: 'metric.update', target: name, details: { name: label, ...request.body } });
      return reply(request, name);
    },
  );

  app.delete(
    '/metrics/:name',
    {
      config: { access: 'write:config', audit: 'metric.delete' },
      schema: {
        tags,
        summary: 'Deletes a metric; one that still arrives is retired instead',
        params: paramsSchema,
        response: { 200: metricDeletedSchema },
      },
    },
    async (request) => {
      const { name } = request.params;
      const { label } = metricOf(request, name);
      await editor.delete(name, principalOf(request).username);
      const metric = views.metric(name, sightOf(request)) ?? null;
      const action = metric === null ? 'metric.delete' : 'metric.retire';
      await request.audit({ action, target: name, details: { name: label } });
      const message =
        metric === null ? `The metric ${name} was deleted` : `The metric ${name} was retired, because it still arrives`;
      return { status: 'success' as const, message, metric };
    },
  );

  app.post(
    '/metrics/:name/accept',
    {
      config: { access: 'write:machines', audit: 'metric.accept' },
      schema: {
        tags,
        summary: 'Accepts a metric that was discovered',
        params: paramsSchema,
        response: { 200: metricReplySchema },
      },
    },
    async (request) => {
      const { name } = request.params;
      const { label } = metricOf(request, name);
      await editor.accept(name, principalOf(request).username);
      await request.audit({ action: 'metric.accept', target: name, details: { name: label } });
      return reply(request, name);
    },
  );

  app.post(
    '/metrics/merge',
    {
      config: { access: 'write:config', audit: 'metric.merge' },
      schema: {
        tags,
        summary: 'Makes one metric an alias of another one; stored values of both belong to the other one',
        body: metricMergeSchema,
        response: { 200: metricReplySchema },
      },
    },
    async (request) => {
      const { from, into } = request.body;
      request.refusal = { from, into };
      await editor.merge(from, into, principalOf(request).username);
      await request.audit({ action: 'metric.merge', target: from, details: { from, into } });
      return reply(request, into);
    },
  );

  app.delete(
    '/metrics/:name/merge',
    {
      config: { access: 'write:config', audit: 'metric.unmerge' },
      schema: {
        tags,
        summary: 'Ends the merge of this metric into another one',
        params: paramsSchema,
        response: { 200: metricReplySchema },
      },
    },
    async (request) => {
      const { name } = request.params;
      const { merged_into: into } = metricOf(request, name);
      await editor.unmerge(name, principalOf(request).username);
      await request.audit({ action: 'metric.unmerge', target: name, details: { from: name, into } });
      return reply(request, name);
    },
  );
}

/** @throws AppError `forbidden` */
function refuseConfigFields(patch: MetricPatch): void {
  const fields = METRIC_CONFIG_FIELDS.filter((field) => patch[field] !== undefined);
  if (fields.length === 0) return;
  throw new AppError('forbidden', `Your role does not permit changing ${fields.join(', ')}`, {
    faults: fields.map((field) => ({ field, error: `${field} needs the permission write:config` })),
  });
}
