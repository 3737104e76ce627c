// /machine-types, and what the metrics are on one machine.

import {
  importReplySchema,
  type MachineType,
  machineMetricsSchema,
  machineOverridesSchema,
  machineTypeInputSchema,
  machineTypeListSchema,
  machineTypeNameSchema,
  machineTypeReplySchema,
  machineTypeTemplatesSchema,
  metricFileSchema,
  templateQuerySchema,
} from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { machineTypeTemplates } from '../../metrics/templates/machine-type-templates.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, machineOf, scopeOf } from '../path-id.ts';
import { attachment } from '../stream-reply.ts';

const tags = ['Machine types'];
const paramsSchema = z.object({ name: machineTypeNameSchema });
const machineParamsSchema = z.object({ id: idSchema });
const MAX_IMPORT_BYTES = 8 * 1024 * 1024;

export async function machineTypeRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'metricService' | 'machines'>,
): Promise<void> {
  const { metricService, machines } = deps;
  const { types, views, editor } = metricService;

  type Request = Pick<FastifyRequest, 'principal'>;
  const list = (request: Request): MachineType[] => {
    const counts = machines.machinesByType(scopeOf(request));
    return views.types((type) => counts.get(type) ?? 0);
  };
  /** @throws AppError `not_found` */
  const typeReply = (request: Request, name: string) => {
    const found = list(request).find((type) => type.name === name);
    if (found === undefined) throw new AppError('not_found', `No machine type with the name ${name} exists`);
    return { status: 'success' as const, machine_type: found };
  };
  const machineReply = (request: Request, machineId: string) => {
    const { sensorType } = machineOf(deps, request, machineId).record;
    const metrics = views.ofMachine(machineId, sensorType, machines.limits.own(machineId));
    return { status: 'success' as const, ...metrics };
  };

  app.get(
    '/machine-types',
    {
      config: { access: 'read:machines' },
      schema: { tags, summary: 'Lists the machine types', response: { 200: machineTypeListSchema } },
    },
    async (request) => {
      const found = list(request);
      return { status: 'success' as const, count: found.length, machine_types: found };
    },
  );

  app.get(
    '/machine-types/templates',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Lists machine types to begin with; importing the file of one applies it',
        querystring: templateQuerySchema,
        response: { 200: machineTypeTemplatesSchema },
      },
    },
    async ({ query }) => ({ status: 'success' as const, templates: machineTypeTemplates(query.language) }),
  );

  app.get(
    '/machine-types/export',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Exports all metrics and machine types as one file',
        response: { 200: metricFileSchema },
      },
    },
    async (_request, reply) => {
      reply.header('Content-Disposition', attachment('metrics.json'));
      return editor.exportFile();
    },
  );

  app.post(
    '/machine-types/import',
    {
      config: { access: 'write:config', audit: 'machine_type.import' },
      bodyLimit: MAX_IMPORT_BYTES,
      schema: {
        tags,
        summary: 'Imports metrics and machine types from a file; entries that contradict what is here are left out',
        querystring: z.object({
          preview: z
            .enum(['true', 'false'])
            .default('false')
            .meta({ description: 'true: only say what would change.' }),
        }),
        body: metricFileSchema,
        response: { 200: importReplySchema },
      },
    },
    async (request) => {
      const preview = request.query.preview === 'true';
      const counts = machines.machinesByType(scopeOf(request));
      const imported = await editor.importFile(request.body, {
        preview,
        machinesOf: (type) => counts.get(type) ?? 0,
        by: principalOf(request).username,
      });
      if (!preview) {
        const names = (kind: string) => imported.changes.filter((each) => each.kind === kind).map(({ name }) => name);
        const details = { metrics: names('metric'), machine_types: names('machine_type') };
        await request.audit({ action: 'machine_type.import', details });
      }
      return { status: 'success' as const, ...imported };
    },
  );

  app.get(
    '/machine-types/:name',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Returns one machine type',
        params: paramsSchema,
        response: { 200: machineTypeReplySchema },
      },
    },
    async (request) => typeReply(request, request.params.name),
  );

  app.put(
    '/machine-types/:name',
    {
      config: { access: 'write:machines', audit: 'machine_type.update' },
      schema: {
        tags,
        summary: 'Adds a machine type, or replaces it',
        params: paramsSchema,
        body: machineTypeInputSchema,
        response: { 200: machineTypeReplySchema },
      },
    },
    async (request) => {
      const { name } = request.params;
      const action = types.get(name) === undefined ? 'machine_type.create' : 'machine_type.update';
      await types.put(name, request.body, principalOf(request).username);
      await request.audit({ action, target: name, details: { ...request.body } });
      return typeReply(request, name);
    },
  );

  app.delete(
    '/machine-types/:name',
    {
      config: { access: 'write:config', audit: 'machine_type.delete' },
      schema: {
        tags,
        summary: 'Deletes a machine type that no machine has',
        params: paramsSchema,
        response: { 200: z.object({ status: z.literal('success'), message: z.string() }) },
      },
    },
    async (request) => {
      const { name } = request.params;
      await types.delete(name);
      await request.audit({ action: 'machine_type.delete', target: name });
      return { status: 'success' as const, message: `The machine type ${name} was deleted` };
    },
  );

  app.get(
    '/data/machines/:id/metrics',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Returns what each metric is on a machine, with where each field comes from',
        params: machineParamsSchema,
        response: { 200: machineMetricsSchema },
      },
    },
    async (request) => machineReply(request, request.params.id),
  );

  app.put(
    '/data/machines/:id/metrics',
    {
      config: { access: 'write:machines', audit: 'machine_metrics.update' },
      schema: {
        tags,
        summary: 'Replaces what a machine overrides of its type, but for its limits',
        params: machineParamsSchema,
        body: machineOverridesSchema,
        response: { 200: machineMetricsSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { name } = machineOf(deps, request, id).record;
      await types.saveOverrides(id, request.body);
      await request.audit({ action: 'machine_metrics.update', target: id, details: { name, ...request.body } });
      return machineReply(request, id);
    },
  );
}
