// What the page asks of the server, one function a question; one file a resource.

import { alertsApi } from './alerts-api.ts';
import type { ApiClient } from './api-client.ts';
import { downloadApi } from './download.ts';
import { exportApi } from './export-api.ts';
import { machinesApi } from './machines-api.ts';
import { raisedAlertsApi } from './raised-alerts-api.ts';
import { readingsApi } from './readings-api.ts';

export function createApi(client: ApiClient) {
  return {
    ...machinesApi(client),
    ...readingsApi(client),
    ...alertsApi(client),
    ...raisedAlertsApi(client),
    ...downloadApi(client),
    ...exportApi(client),
  };
}

export type Api = ReturnType<typeof createApi>;
