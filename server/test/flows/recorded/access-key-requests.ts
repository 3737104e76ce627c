// The requests of access keys, and those of clients of InfluxDB that store nothing.

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
  { name: 'ping', as: null, method: 'GET', path: '//ping' },
  { name: 'databases', as: 'Operator', method: 'GET', path: '//query?q=SHOW%20DATABASES' },
  { name: 'another query', as: 'Operator', method: 'POST', path: '//query?q=SELECT%201' },
  { name: 'write of nothing', as: 'Operator', method: 'POST', path: '//write?db=plant' },
  { name: 'write of a line that is none', as: 'Operator', method: 'POST', path: '//api/v2/write', body: 'cpu' },
  { name: 'write without a token', as: null, method: 'POST', path: '//write', body: 'cpu' },
];
