// Exports of readings as a file of any size: the number of its rows, and the file as a stream.

import type { IntervalName, ReadingPage } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';
import { type ReadingRange, timesOf } from './readings-api.ts';

/** How numbers and times are written into CSV. */
export interface CsvChoice {
  delimiter: ',' | ';';
  decimal: 'point' | 'comma';
  time: 'iso' | 'excel';
}

export interface ReadingExport extends ReadingRange {
  machineId: string;
  format: 'csv' | 'parquet';
  interval: IntervalName;
  /** Names of metrics. */
  fields: readonly string[];
  /** Of days, weeks and months, and of the times in CSV. */
  zone: string;
  units: 'display' | 'stored';
  csv: CsvChoice;
}

export function exportApi(client: ApiClient) {
  return {
    exportRows: async (asked: ReadingExport, signal: AbortSignal): Promise<number> => {
      const { interval, zone, fields } = asked;
      const query = { ...timesOf(asked), interval, tz: zone, fields: fields.join(','), limit: 1 };
      const path = `/data/machine/${asked.machineId}`;
      return (await client.request<ReadingPage>({ method: 'GET', path, query, signal })).pagination.total_records;
    },
    exportReadings: (asked: ReadingExport, signal: AbortSignal): Promise<Response> => {
      const { format, interval, fields, zone, units, csv } = asked;
      const written = { tz: zone, units, ...(format === 'csv' ? csv : {}) };
      const query = { ...timesOf(asked), format, interval, fields: fields.join(','), ...written };
      return client.open({ method: 'GET', path: `/data/machine/${asked.machineId}/export`, query, signal });
    },
  };
}
