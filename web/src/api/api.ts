// The client of the server's API: one function for each request, one file for each resource.

import { accessKeysApi } from './access-keys-api.ts';
import { alertsApi } from './alerts-api.ts';
import { auditApi } from './audit-api.ts';
import { exportApi } from './export-api.ts';
import { gatewaysApi } from './gateways-api.ts';
import type { ApiClient } from './http/api-client.ts';
import { downloadApi } from './http/download.ts';
import { incomingApi } from './incoming-api.ts';
import { ingestApi, ingestBatchApi } from './ingest-api.ts';
import { limitsApi } from './limits-api.ts';
import { machineMetricsApi } from './machine-metrics-api.ts';
import { machinesApi } from './machines-api.ts';
import { metricsApi } from './metrics-api.ts';
import { notificationsApi } from './notifications-api.ts';
import { readingsApi } from './readings-api.ts';
import { clockApi, damageApi, settingsApi } from './settings-api.ts';
import { usersApi } from './users-api.ts';

export function createApi(client: ApiClient) {
  return {
    /** For requests of screens that are loaded later, which bring them along: `shiftApi(api.client)`. */
    client,
    ...machinesApi(client),
    ...machineMetricsApi(client),
    ...metricsApi(client),
    ...readingsApi(client),
    ...alertsApi(client),
    ...notificationsApi(client),
    ...limitsApi(client),
    ...settingsApi(client),
    ...usersApi(client),
    ...gatewaysApi(client),
    ...accessKeysApi(client),
    ...ingestApi(client),
    ...ingestBatchApi(client),
    ...incomingApi(client),
    ...auditApi(client),
    ...clockApi(client),
    ...damageApi(client),
    ...downloadApi(client),
    ...exportApi(client),
  };
}

export type Api = ReturnType<typeof createApi>;
