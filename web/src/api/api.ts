// What the page asks of the server, one function a question; one file a resource.

import { alertsApi } from './alerts-api.ts';
import type { ApiClient } from './api-client.ts';
import { downloadApi } from './download.ts';
import { machinesApi } from './machines-api.ts';
import { readingsApi } from './readings-api.ts';

export function createApi(client: ApiClient) {
  return { ...machinesApi(client), ...readingsApi(client), ...alertsApi(client), ...downloadApi(client) };
}

export type Api = ReturnType<typeof createApi>;
