// /data/machine/{id}/export: all readings of a range as a file, streamed.

import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DELIMITERS, readingExportQuerySchema } from '@gonsters/contract';
import { z } from 'zod';
import { bucketGrid } from '../../readings/bucket-grid.ts';
import { inUnits } from '../../readings/display-units.ts';
import { exportCsv } from '../../readings/export-csv.ts';
import { exportTable } from '../../readings/export-table.ts';
import { queriedMetrics } from '../../readings/queried-metric.ts';
import { retentionOf } from '../../readings/retention.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { missingData } from '../missing-data.ts';
import { idSchema, readableMachine } from '../path-id.ts';
import { checkReach, rangeOf } from '../reading-range.ts';
import { attachment, streamTemporaryFile, streamText } from '../stream-reply.ts';

const PARQUET = 'application/vnd.apache.parquet';

export async function readingExportRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { config, readings, parquet, catalogue, machines, settings, clock } = deps;
  const directory = join(config.dataDir, 'tmp');

  app.get(
    '/data/machine/:machine_id/export',
    {
      config: { access: 'read:sensor_data' },
      schema: {
        tags: ['Readings'],
        summary: 'Exports the readings of a range as CSV or Parquet, the oldest first, without a limit in size',
        params: z.object({ machine_id: idSchema }),
        querystring: readingExportQuerySchema(catalogue),
        response: {
          200: {
            description:
              'The file. What it lacks because stored files are missing or damaged is named in the header X-Missing-Data, and in CSV also by lines at the end that begin with #.',
            content: { 'text/csv': { schema: z.string() }, [PARQUET]: { schema: z.string() } },
          },
        },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { machine_id: machineId } = request.params;
      const { name } = await readableMachine(deps, request, machineId);
      const nowMs = clock.nowMs();
      const range = rangeOf(query, nowMs);
      const { interval, tz: zone, decimal, time } = query;
      if (interval !== 'raw' && zone !== 'UTC')
        checkReach(bucketGrid(interval, zone), range.fromMs, nowMs, { readings, retention: retentionOf(settings) });
      const metrics = inUnits(query.units, queriedMetrics(catalogue, machineId, query.fields));
      const holdMs = machines.timeouts.of(machineId);
      const table = exportTable(readings, { machineId, ...range, metrics, zone, holdMs }, interval);
      const day = new Date(range.fromMs).toISOString().slice(0, 10);
      reply.header('Content-Disposition', attachment(`${name}-${day}.${query.format}`));
      if (query.format === 'csv') {
        missingData(reply, readings.missing(range));
        const form = { zone, delimiter: DELIMITERS[query.delimiter], decimal, time };
        const pieces = exportCsv(table, form, () => readings.missing(range));
        return streamText(reply, 'text/csv; charset=utf-8', pieces);
      }
      await mkdir(directory, { recursive: true });
      const file = join(directory, `export-${randomUUID()}.parquet`);
      try {
        await parquet.write(table, file);
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      missingData(reply, readings.missing(range));
      return streamTemporaryFile(reply, PARQUET, file);
    },
  );
}
