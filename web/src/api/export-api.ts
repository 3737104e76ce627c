// Exports of readings as a file of any size: the number of its rows, and the file as a stream.

import type { IntervalName, MetricName, ReadingPage } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';
import { type ReadingRange, timesOf } from './readings-api.ts';

export interface ReadingExport extends ReadingRange {
  machineId: string;
  format: 'csv' | 'parquet';
  interval: IntervalName;
  fields: readonly MetricName[];
  /** CSV only: the time zone of its times, and the column separator. */
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
