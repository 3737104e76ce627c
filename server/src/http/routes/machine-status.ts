// /data/machines/status: the status of a whole location, type or selection at once, with an end.

import { MAX_STATUS_MS, machinesStatusReplySchema, machinesStatusSchema } from '@gonsters/contract';
import { AppError } from '../../errors.ts';
import { inScope } from '../../machines/machine-scope.ts';
import { nameKey } from '../../name-key.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { scopeOf } from '../path-id.ts';

export async function machineStatusRoutes(app: HttpApp, { machines, clock }: Pick<HttpDeps, 'machines' | 'clock'>) {
  app.post(
    '/data/machines/status',
    {
      config: { access: 'write:machines', audit: 'machine.status' },
      schema: {
        tags: ['Machines'],
        summary: 'Sets the status of a location, a machine type or a selection of machines, if wanted with an end',
        body: machinesStatusSchema,
        response: { 200: machinesStatusReplySchema },
      },
    },
    async (request) => {
      const { status, location, sensor_type: sensorType, machine_ids: ids, until, reason } = request.body;
      const untilMs = until == null ? null : checkedEnd(until, clock.nowMs());
      const wanted = ids === undefined ? null : new Set(ids);
      const place = location === undefined ? null : nameKey(location);
      const found: string[] = [];
      for (const { record } of inScope(machines.entries(), scopeOf(request))) {
        if (wanted?.delete(record.id) === false) continue;
        if (place !== null && nameKey(record.location) !== place) continue;
        if (sensorType === undefined || record.sensorType === sensorType) found.push(record.id);
      }
      const faults = [...(wanted ?? [])].map((id) => ({ machine_id: id, error: 'No machine with this id exists' }));
      const changed = await machines.setStatus(found, status, untilMs);
      const counts = { changed, unchanged: found.length - changed };
      const selection = {
        ...(location !== undefined && { location }),
        ...(sensorType !== undefined && { sensor_type: sensorType }),
        ...(ids !== undefined && { machines: ids.length }),
      };
      const end = untilMs === null ? null : new Date(untilMs).toISOString();
      await request.audit({
        action: 'machine.status',
        target: null,
        details: { status, ...selection, until: end, reason: reason ?? null, ...counts },
      });
      return { status: 'success' as const, ...counts, faults };
    },
  );
}

/** @throws AppError `validation_failed` */
function checkedEnd(untilMs: number, nowMs: number): number {
  const error =
    untilMs <= nowMs
      ? 'Must be in the future'
      : untilMs > nowMs + MAX_STATUS_MS
        ? 'Must be at most 366 days ahead'
        : null;
  if (error === null) return untilMs;
  const value = new Date(untilMs).toISOString();
  throw new AppError('validation_failed', undefined, { faults: [{ field: 'until', error, value }] });
}
