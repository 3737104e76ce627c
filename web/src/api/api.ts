// What the page asks of the server, one function a question.

import type { Alert, Machine, MachinePage, MachineReply, MachineSummary, ReadingPage } from '@gonsters/contract';
import type { ApiClient } from './api-client.ts';
import type { AlertPage, AlertReply, LimitsReply } from './replies.ts';

/** What narrows a machine list; an empty text narrows nothing. */
export interface MachineFilter {
  search: string;
  status: Machine['status'] | '';
  connection: Machine['connection'] | '';
  location: string;
  sensorType: string;
}

const MACHINES = '/data/machines';
/** Open alerts are few by nature; a page past this many would help nobody. */
const MAX_OPEN_ALERTS = 5_000;
const ALERT_PAGE = 500;
/** Together all that are open: active ones, and those that cleared before anybody acknowledged them. */
const OPEN_STATES = ['active', 'cleared_unacked'];

export function createApi(client: ApiClient) {
  return {
    machinePage: (filter: MachineFilter, limit: number, offset: number, signal?: AbortSignal) =>
      client.request<MachinePage>({
        method: 'GET',
        path: MACHINES,
        query: {
          limit,
          offset,
          sort: 'name',
          search: filter.search,
          status: filter.status,
          connection: filter.connection,
          location: filter.location,
          sensor_type: filter.sensorType,
        },
        ...(signal ? { signal } : {}),
      }),
    machineSummary: () => client.request<MachineSummary>({ method: 'GET', path: `${MACHINES}/summary` }),
    machine: async (machineId: string) =>
      (await client.request<MachineReply>({ method: 'GET', path: `${MACHINES}/${machineId}` })).machine,
    /** The limits in force, all overrides applied. */
    machineLimits: async (machineId: string) =>
      (await client.request<LimitsReply>({ method: 'GET', path: `${MACHINES}/${machineId}/limits` })).effective,
    /** Newest first, raw; the newest `limit` of the range. */
    readings: async (machineId: string, fromMs: number, toMs: number, limit: number, signal: AbortSignal) =>
      (
        await client.request<ReadingPage>({
          method: 'GET',
          path: `/data/machine/${machineId}`,
          query: {
            start_time: new Date(fromMs).toISOString(),
            end_time: new Date(toMs).toISOString(),
            interval: 'raw',
            order: 'desc',
            limit,
          },
          signal,
        })
      ).data,
    openAlerts: async () => (await Promise.all(OPEN_STATES.map((state) => alertsIn(client, state)))).flat(),
    acknowledge: async (alertId: string, note: string) =>
      (
        await client.request<AlertReply>({
          method: 'POST',
          path: `/alerts/${alertId}/acknowledge`,
          body: note === '' ? {} : { note },
        })
      ).alert,
  };
}

async function alertsIn(client: ApiClient, state: string): Promise<Alert[]> {
  const alerts: Alert[] = [];
  let cursor: string | null = null;
  do {
    const page: AlertPage = await client.request<AlertPage>({
      method: 'GET',
      path: '/alerts',
      query: { state, limit: ALERT_PAGE, cursor: cursor ?? undefined },
    });
    alerts.push(...page.alerts);
    cursor = page.next_cursor;
  } while (cursor !== null && alerts.length < MAX_OPEN_ALERTS);
  return alerts;
}

export type Api = ReturnType<typeof createApi>;
