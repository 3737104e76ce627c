// /data/machine/{id} and /data/latest: stored readings or buckets of a machine, and the newest values of all.

import { latestReplySchema, readingPageSchema, readingQuerySchema } from '@gonsters/contract';
import { z } from 'zod';
import { inScope } from '../../machines/machine-scope.ts';
import { bucketGrid } from '../../readings/bucket-grid.ts';
import { chooseInterval } from '../../readings/choose-interval.ts';
import { convertPage, convertTable, inUnits } from '../../readings/display-units.ts';
import { bucketsOf, rawOf } from '../../readings/merged-metrics.ts';
import { queriedMetrics, wantsEveryReading } from '../../readings/queried-metric.ts';
import { retentionOf } from '../../readings/retention.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { missingData } from '../missing-data.ts';
import { idSchema, readableMachine, scopeOf } from '../path-id.ts';
import { checkReach, rangeOf, shownRange } from '../reading-range.ts';
import { bucketRows, rawRows } from '../reading-rows.ts';
import { JSON_TYPE, jsonWithRows, streamText } from '../stream-reply.ts';

const tags = ['Readings'];

export async function readingRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { machines, readings, catalogue, settings, clock } = deps;

  app.get(
    '/data/machine/:machine_id',
    {
      config: { access: 'read:sensor_data' },
      schema: {
        tags,
        summary: 'Returns readings of one machine, by default the newest first',
        params: z.object({ machine_id: idSchema }),
        querystring: readingQuerySchema(catalogue),
        response: { 200: readingPageSchema },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { machine_id: machineId } = request.params;
      const { name, location, sensorType } = await readableMachine(deps, request, machineId);
      const nowMs = clock.nowMs();
      const range = rangeOf(query, nowMs);
      const { limit, offset, order, tz: zone } = query;
      const metrics = inUnits(query.units, queriedMetrics(catalogue, machineId, query.fields));
      const everyReading = wantsEveryReading(metrics);
      const holdMs = machines.timeouts.of(machineId);
      const counted = { machineId, ...range, metrics, everyReading, holdMs, zone };
      const interval = query.interval === 'auto' ? await chooseInterval(readings, counted, limit) : query.interval;
      const page = { ...counted, order, offset, limit };
      let total: number;
      let rows: ReturnType<typeof rawRows>;
      if (interval === 'raw') {
        const found = await rawOf(readings, page);
        total = found.total;
        rows = rawRows(convertTable(found.rows, metrics), metrics);
      } else {
        const grid = bucketGrid(interval, zone);
        if (zone !== 'UTC') checkReach(grid, range.fromMs, nowMs, { readings, retention: retentionOf(settings) });
        const found = await bucketsOf(readings, { ...page, grid });
        total = found.total;
        rows = bucketRows(convertPage(found, metrics), metrics);
      }
      const missing = missingData(reply, readings.missing(range));
      const head = {
        status: 'success',
        machine: { machine_id: machineId, name, location, sensor_type: sensorType },
        query: { ...shownRange(range), interval, fields: metrics.map(({ name }) => name) },
        ...missing,
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
    async (request, reply) => {
      const visible = inScope(machines.entries(), scopeOf(request));
      const reported = [...visible].filter((entry) => !Number.isNaN(entry.latestMs));
      const rowJson = (index: number) => {
        const entry = reported[index] as (typeof reported)[number];
        const { record } = entry;
        return JSON.stringify({
          machine_id: record.id,
          name: record.name,
          location: record.location,
          sensor_type: record.sensorType,
          ...machines.newest.readingOf(entry, 'all'),
        });
      };
      const head = { status: 'success', count: reported.length };
      return streamText(reply, JSON_TYPE, jsonWithRows(head, 'data', { length: reported.length, rowJson }));
    },
  );
}
