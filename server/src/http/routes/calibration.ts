// The calibration offsets of one sensor: of one metric on one machine.

import { calibrationInputSchema, calibrationReplySchema, metricNameSchema } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, machineOf } from '../path-id.ts';

const tags = ['Machine types'];
const path = '/data/machines/:id/metrics/:name/calibration';
const paramsSchema = z.object({ id: idSchema, name: metricNameSchema });

export async function calibrationRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'metricService' | 'machines'>,
): Promise<void> {
  const { calibrations } = deps.metricService;

  const replyOf = (request: Pick<FastifyRequest, 'principal'>, { id, name }: z.infer<typeof paramsSchema>) => {
    machineOf(deps, request, id);
    const metric = deps.metricService.get(name);
    if (metric === undefined) throw new AppError('not_found', `No metric with the name ${name} exists`);
    const { unit } = metric.record;
    return { status: 'success' as const, machine_id: id, metric: name, unit, offsets: calibrations.of(id, name) };
  };

  app.get(
    path,
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Returns the calibration offsets of a metric on a machine',
        params: paramsSchema,
        response: { 200: calibrationReplySchema },
      },
    },
    async (request) => replyOf(request, request.params),
  );

  app.put(
    path,
    {
      config: { access: 'write:machines', audit: 'calibration.update' },
      schema: {
        tags,
        summary: 'Replaces the calibration offsets of a metric on a machine',
        description:
          'An offset is added to each value that arrives from now on and whose timestamp is not before `from`: after the conversion of its unit, before it is compared with the plausible range and with limits. What is stored is the calibrated value. An offset whose `from` lies in the past does not change values that are stored already. Only a gauge has offsets. The audit log keeps the offsets before and after the change.',
        params: paramsSchema,
        body: calibrationInputSchema,
        response: { 200: calibrationReplySchema },
      },
    },
    async (request) => {
      const { params, body } = request;
      const before = replyOf(request, params).offsets;
      await calibrations.save(params.id, params.name, body, principalOf(request).username);
      const reply = replyOf(request, params);
      const { name } = machineOf(deps, request, params.id).record;
      const details = { name, metric: params.name, before, after: reply.offsets };
      await request.audit({ action: 'calibration.update', target: params.id, details });
      return reply;
    },
  );
}
