// The requests about conditions, and about the status of several machines.

import type { RecordedRequest } from './requests.ts';

const as = 'Supervisor';
const path = '/conditions';

export const CONDITION_REQUESTS: readonly RecordedRequest[] = [
  {
    ...{ name: 'add a condition', as, method: 'POST', path, keep: { condition: 'condition.id' } },
    body: {
      ...{ kind: 'rate_of_change', scope: { level: 'machine', machine_id: '{press}' }, metric: 'speed' },
      ...{
        units_per_minute: 5000,
        window_seconds: 60,
        severity: 'critical',
        cause: 'Worn',
        time_to_respond_seconds: 600,
      },
    },
  },
  {
    name: 'add a wrong condition',
    as,
    method: 'POST',
    path,
    body: { kind: 'no_count', scope: { level: 'plant' }, metric: 'x' },
  },
  { name: 'change a condition', as, method: 'PATCH', path: `${path}/{condition}`, body: { response: 'Stop it' } },
  { name: 'conditions', as: 'Operator', method: 'GET', path },
  { name: 'conditions of a machine', as: 'Operator', method: 'GET', path: '/data/machines/{press}/conditions' },
  { name: 'delete a condition', as, method: 'DELETE', path: `${path}/{condition}` },
  {
    ...{ name: 'the status of several machines', as, method: 'POST', path: '/data/machines/status' },
    body: { status: 'maintenance', sensor_type: 'nothing', until: '2026-01-16T10:00:00Z', reason: 'Overhaul' },
  },
];
