// The requests about conditions, back-tests and bad actors, the status of many machines, and the hand-over of a shift.

import type { RecordedRequest } from './requests.ts';

const asSupervisor = { as: 'Supervisor' } as const;
const range = { from: '2026-01-14T12:00:00Z', to: '2026-01-15T12:00:00Z' };

export const IMPROVEMENT_REQUESTS: readonly RecordedRequest[] = [
  {
    ...{ name: 'add a condition', ...asSupervisor, method: 'POST', path: '/conditions' },
    body: {
      ...{ kind: 'rate_of_change', scope: { level: 'machine', machine_id: '{press}' }, metric: 'temperature' },
      ...{ units_per_minute: 5, window_seconds: 60, severity: 'warning', response: 'Reduce the feed.' },
    },
    keep: { condition: 'condition.id' },
  },
  { name: 'a wrong condition', ...asSupervisor, method: 'POST', path: '/conditions', body: { kind: 'loud' } },
  { name: 'the conditions', as: 'Operator', method: 'GET', path: '/conditions' },
  { name: 'the conditions of a machine', as: 'Operator', method: 'GET', path: '/data/machines/{press}/conditions' },
  {
    ...{ name: 'change a condition', ...asSupervisor, method: 'PATCH', path: '/conditions/{condition}' },
    body: { units_per_minute: 6 },
  },
  { name: 'remove a condition', ...asSupervisor, method: 'DELETE', path: '/conditions/{condition}' },
  {
    ...{ name: 'try other limits', as: 'Operator', method: 'POST', path: '/alerts/backtest' },
    body: { metric: 'temperature', machine_ids: ['{press}'], ...range, limits: { high: 85 } },
  },
  {
    ...{ name: 'try other limits wrongly', as: 'Operator', method: 'POST', path: '/alerts/backtest' },
    body: { metric: 'temperature', ...range },
  },
  { name: 'no such back-test', as: 'Operator', method: 'GET', path: '/alerts/backtest/{press}' },
  { name: 'cancel no back-test', as: 'Operator', method: 'DELETE', path: '/alerts/backtest/{press}' },
  {
    ...{ name: 'bad actors', as: 'Operator', method: 'GET' },
    path: `/alerts/bad-actors?from=${range.from}&to=${range.to}`,
  },
  {
    ...{ name: 'apply a suggestion', ...asSupervisor, method: 'POST', path: '/alerts/bad-actors/apply' },
    body: { machine_id: '{press}', metric: 'temperature', limit_kind: 'high', changes: { on_delay_seconds: 20 } },
    keep: { applied: 'id' },
  },
  { name: 'take it back', ...asSupervisor, method: 'POST', path: '/alerts/bad-actors/{applied}/undo' },
  {
    ...{ name: 'the status of a location', ...asSupervisor, method: 'POST', path: '/data/machines/status' },
    body: { location: 'Nowhere', status: 'maintenance', until: '2026-01-16T06:00:00Z' },
  },
];

/** Links for lost passwords. */
export const PASSWORD_REQUESTS: readonly RecordedRequest[] = [
  {
    ...{ name: 'a link for a lost password', as: 'Management', method: 'POST' },
    path: '/users/{colleague}/password-link',
    keep: { passwordLink: 'token' },
  },
  {
    ...{ name: 'set a lost password', as: null, method: 'POST', path: '/auth/password-reset' },
    body: { token: '{passwordLink}', new_password: 'Another-Horse-9' },
  },
  {
    ...{ name: 'use the link again', as: null, method: 'POST', path: '/auth/password-reset' },
    body: { token: '{passwordLink}', new_password: 'Another-Horse-9' },
  },
];
