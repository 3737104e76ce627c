// The requests about back-tests, bad actors and the hand-over of a shift, and about lost passwords.

import type { RecordedRequest } from './requests.ts';

const asSupervisor = { as: 'Supervisor' } as const;
const range = { from: '2026-01-14T12:00:00Z', to: '2026-01-15T12:00:00Z' };

export const IMPROVEMENT_REQUESTS: readonly RecordedRequest[] = [
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
  { name: 'the report of a shift', as: 'Operator', method: 'GET', path: '/shifts/report?at=2026-01-15T11:00:00Z' },
  {
    ...{ name: 'a note about a shift', as: 'Operator', method: 'POST', path: '/shifts/notes' },
    body: { text: 'Coolant refilled' },
  },
  {
    ...{ name: 'sign a shift off wrongly', as: 'Operator', method: 'POST', path: '/shifts/sign-offs' },
    body: { role: 'nobody' },
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
