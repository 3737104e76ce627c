// Readings as a file of any size: how many rows it will have, and the file itself as it comes.

import type { IntervalName, MetricName, ReadingPage } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';
import { type ReadingRange, timesOf } from './readings-api.ts';

export interface ReadingExport extends ReadingRange {
  machineId: string;
  format: 'csv' | 'parquet';
  interval: IntervalName;
  fields: readonly MetricName[];
  /** CSV only: the zone its times are written in, and what stands between its columns. */
  zone: string;
  delimiter: ',' | ';';
}

export function exportApi(client: ApiClient) {
  return {
    exportRows: async (asked: ReadingExport, signal: AbortSignal): Promise<number> => {
      const query = { ...timesOf(asked), interval: asked.interval, limit: 1 };
      const path = `/data/machine/${asked.machineId}`;
      return (await client.request<ReadingPage>({ method: 'GET', path, query, signal })).pagination.total_records;
    },
    exportReadings: (asked: ReadingExport, signal: AbortSignal): Promise<Response> => {
      const { format, interval, fields, zone, delimiter } = asked;
      const csv = format === 'csv' ? { tz: zone, delimiter } : {};
      const query = { ...timesOf(asked), format, interval, fields: fields.join(','), ...csv };
      return client.open({ method: 'GET', path: `/data/machine/${asked.machineId}/export`, query, signal });
    },
  };
}
