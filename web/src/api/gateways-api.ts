// Gateways: the credentials with which devices publish.

import type { Gateway, GatewayAddresses, GatewayInput, GatewayList, GatewayPatch } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export interface GatewayWithPassword {
  gateway: Gateway;
  /** Told once; null where no new one was made. */
  password: string | null;
}

export function gatewaysApi(client: ApiClient) {
  return {
    gateways: (signal: AbortSignal) => client.request<GatewayList>({ method: 'GET', path: '/gateways', signal }),
    gatewayAddresses: (signal: AbortSignal) =>
      client.request<GatewayAddresses>({ method: 'GET', path: '/gateways/addresses', signal }),
    addGateway: (gateway: GatewayInput) =>
      client.request<GatewayWithPassword>({ method: 'POST', path: '/gateways', body: gateway }),
    updateGateway: (id: string, patch: GatewayPatch) =>
      client.request<GatewayWithPassword>({ method: 'PATCH', path: `/gateways/${id}`, body: patch }),
    deleteGateway: (id: string) => client.request<unknown>({ method: 'DELETE', path: `/gateways/${id}` }),
  };
}
