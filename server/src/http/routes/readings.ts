// /data/machine/{id} and /data/latest: stored readings or buckets of a machine, and the newest values of all.

import { latestReplySchema, readingPageSchema, readingQuerySchema } from '@gonsters/contract';
import { z } from 'zod';
import { latestReading } from '../../machines/machine-entry.ts';
import { chooseInterval } from '../../readings/choose-interval.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, readableMachine } from '../path-id.ts';
import { rangeOf, shownRange } from '../reading-range.ts';
import { bucketRows, rawRows } from '../reading-rows.ts';
import { JSON_TYPE, jsonWithRows, streamText } from '../stream-reply.ts';

const tags = ['Readings'];

export async function readingRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { machines, readings, clock } = deps;

  app.get(
    '/data/machine/:machine_id',
    {
      config: { access: 'read:sensor_data' },
      schema: {
        tags,
        summary: 'Returns readings of one machine, by default the newest first',
        params: z.object({ machine_id: idSchema }),
        querystring: readingQuerySchema,
        response: { 200: readingPageSchema },
      },
    },
    async ({ params: { machine_id: machineId }, query }, reply) => {
      const { name, location, sensorType } = await readableMachine(deps, machineId);
      const range = rangeOf(query, clock.nowMs());
      const { fields, limit, offset, order } = query;
      const interval =
        query.interval === 'auto' ? await chooseInterval(readings, { machineId, ...range }, limit) : query.interval;
      const page = { machineId, ...range, order, offset, limit };
      let total: number;
      let rows: ReturnType<typeof rawRows>;
      if (interval === 'raw') {
        const found = await readings.raw(page);
        total = found.total;
        rows = rawRows(found.rows, fields);
      } else {
        const found = await readings.buckets({ ...page, interval });
        total = found.total;
        rows = bucketRows(found, fields);
      }
      const head = {
        status: 'success',
        machine: { machine_id: machineId, name, location, sensor_type: sensorType },
        query: { ...shownRange(range), interval, fields },
      };
      const pagination = {
        total_records: total,
        returned_records: rows.length,
        limit,
        offset,
        has_more: offset + rows.length < total,
      };
      return streamText(reply, JSON_TYPE, jsonWithRows(head, 'data', rows, { pagination }));
    },
  );

  app.get(
    '/data/latest',
    {
      config: { access: 'read:sensor_data' },
      schema: {
        tags,
        summary: 'Returns the newest value of each metric of every machine',
        response: { 200: latestReplySchema },
      },
    },
    async (_request, reply) => {
      const reported = [...machines.entries()].filter((entry) => !Number.isNaN(entry.latestMs));
      const rowJson = (index: number) => {
        const entry = reported[index] as (typeof reported)[number];
        const { record } = entry;
        return JSON.stringify({
          machine_id: record.id,
          name: record.name,
          location: record.location,
          sensor_type: record.sensorType,
          ...latestReading(entry),
        });
      };
      const head = { status: 'success', count: reported.length };
      return streamText(reply, JSON_TYPE, jsonWithRows(head, 'data', { length: reported.length, rowJson }));
    },
  );
}
