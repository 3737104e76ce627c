// The requests of access keys.

import type { RecordedRequest } from './requests.ts';

const rotation = { overlap_hours: 1, expires_at: '2026-02-01T00:00:00Z' };

export const ACCESS_KEY_REQUESTS: readonly RecordedRequest[] = [
  { name: 'give a gateway a token', as: 'Management', method: 'POST', path: '/gateways/{gateway}/token' },
  {
    ...{ name: 'rotate the token of a gateway', as: 'Management', method: 'POST', path: '/gateways/{gateway}/token' },
    body: rotation,
  },
  { name: 'a gateway with a token', as: 'Management', method: 'GET', path: '/gateways' },
  { name: 'revoke a token', as: 'Management', method: 'DELETE', path: '/gateways/{gateway}/token' },
  {
    ...{ name: 'add an API key', as: 'Operator', method: 'POST', path: '/api-keys', keep: { key: 'key.id' } },
    body: { name: 'Report', permissions: ['read:machines'], expires_at: '2026-02-01T00:00:00Z' },
  },
  {
    ...{ name: 'add an API key with too many permissions', as: 'Operator', method: 'POST', path: '/api-keys' },
    body: { name: 'Report', permissions: ['write:users'] },
  },
  { name: 'API keys', as: 'Operator', method: 'GET', path: '/api-keys' },
  { name: 'all API keys', as: 'Management', method: 'GET', path: '/api-keys?all=true' },
  {
    ...{ name: 'rotate an API key', as: 'Operator', method: 'POST', path: '/api-keys/{key}/rotate' },
    body: { overlap_hours: 0 },
  },
  { name: 'revoke an API key', as: 'Management', method: 'DELETE', path: '/api-keys/{key}' },
];
