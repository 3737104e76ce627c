// API keys, and the tokens of gateways. Their secrets are told once.

import type { ApiKey, GatewayToken } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export interface IssuedApiKey {
  key: ApiKey;
  secret: string;
}

export function accessKeysApi(client: ApiClient) {
  return {
    /** Those of the signed-in user or, with `all`, of everybody. */
    apiKeys: async (all: boolean, signal: AbortSignal) => {
      const path = all ? '/api-keys?all=true' : '/api-keys';
      return (await client.request<{ keys: ApiKey[] }>({ method: 'GET', path, signal })).keys;
    },
    addApiKey: (body: Pick<ApiKey, 'name' | 'permissions' | 'expires_at'>) =>
      client.request<IssuedApiKey>({ method: 'POST', path: '/api-keys', body }),
    rotateApiKey: (id: string) => client.request<IssuedApiKey>({ method: 'POST', path: `/api-keys/${id}/rotate` }),
    revokeApiKey: (id: string) => client.request<unknown>({ method: 'DELETE', path: `/api-keys/${id}` }),
    newGatewayToken: (gatewayId: string) =>
      client.request<{ token: GatewayToken; secret: string }>({ method: 'POST', path: `/gateways/${gatewayId}/token` }),
    revokeGatewayToken: (gatewayId: string) =>
      client.request<unknown>({ method: 'DELETE', path: `/gateways/${gatewayId}/token` }),
  };
}
