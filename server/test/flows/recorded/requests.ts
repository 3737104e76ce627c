// Every request of the API once or more, in the order of a plant's first day. `recorded-replies.test.ts` plays them.

import type { Role } from '@gonsters/contract';
import { ACCESS_KEY_REQUESTS } from './access-key-requests.ts';
import { CONDITION_REQUESTS } from './condition-requests.ts';
import { IMPROVEMENT_REQUESTS, PASSWORD_REQUESTS } from './improvement-requests.ts';
import { METRIC_REQUESTS } from './metric-requests.ts';
import { NOTIFICATION_REQUESTS } from './notification-requests.ts';
import { PROFILE_REQUESTS } from './profile-requests.ts';
import { SECOND_FACTOR_REQUESTS } from './second-factor-requests.ts';

export interface RecordedRequest {
  /** Unique; the key of the reply in `replies.json`. */
  readonly name: string;
  /** null: without a token. */
  readonly as: Role | null;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As `StartedCore.send` takes it. `{name}` stands for a value that an earlier reply was asked to keep. */
  readonly path: string;
  readonly body?: unknown;
  /** What later requests need of the reply: the name of the value, and where it is in the body. */
  readonly keep?: Readonly<Record<string, string>>;
  /** The request is repeated until the reply has this value here: alerts are evaluated after the ingest was answered. */
  readonly until?: { readonly path: string; readonly equals: unknown };
}

/** The time of the server while the requests are played. It does not move. */
export const RECORDED_AT_MS = Date.UTC(2026, 0, 15, 12, 0, 0);

const range = 'start_time=2026-01-15T10:00:00Z&end_time=2026-01-15T12:00:00Z';
const minute = (i: number) => new Date(RECORDED_AT_MS - (60 - i) * 60_000).toISOString();
const pressMachine = { name: 'Press 1', location: 'Hall A', sensor_type: 'press' };
const batchOf = (readings: unknown[], machine_id = '{press}') => ({
  gateway_id: 'gw-1',
  timestamp: minute(60),
  batch: [{ machine_id, sensor_type: 'press', location: 'Hall A', readings }],
});

/** An hour of readings with gaps, a zero, negative and large values; the last three minutes are past the limit of 80 °C. */
const HOUR = Array.from({ length: 60 }, (_, i) => ({
  timestamp: minute(i),
  temperature: i >= 57 ? 91.5 : 60 + (i % 7) * 1.25,
  ...(i % 5 === 0 ? {} : { pressure: i === 11 ? 0 : 100.125 + i }),
  ...(i % 2 === 0 ? { speed: i === 20 ? -1500 : 1480 + i } : {}),
}));

export const REQUESTS: readonly RecordedRequest[] = [
  // Accounts
  ...[
    { name: 'register', body: { username: 'newcomer', email: 'newcomer@plant.example', password: 'Correct-Horse-7' } },
    {
      name: 'register a taken name',
      body: { username: 'newcomer', email: 'b@plant.example', password: 'Correct-Horse-7' },
    },
    { name: 'register with several faults', body: { username: 'x', email: 'no', password: 'short' } },
  ].map((each) => ({ ...each, as: null, method: 'POST' as const, path: '/auth/register' })),
  {
    ...{ name: 'sign in', as: null, method: 'POST', path: '/auth/login' },
    body: { username: 'newcomer', password: 'Correct-Horse-7' },
    keep: { newcomer: 'user.id', refresh: 'refresh_token' },
  },
  {
    ...{ name: 'sign in with a wrong password', as: null, method: 'POST', path: '/auth/login' },
    body: { username: 'newcomer', password: 'wrong' },
  },
  {
    ...{ name: 'refresh', as: null, method: 'POST', path: '/auth/refresh' },
    body: { refresh_token: '{refresh}' },
  },
  { name: 'without a token', as: null, method: 'GET', path: '/data/machines' },
  { name: 'me', as: 'Operator', method: 'GET', path: '/auth/me' },
  {
    ...{ name: 'change a password wrongly', as: 'Operator', method: 'POST', path: '/auth/password' },
    body: { current_password: 'wrong', new_password: 'Another-Horse-8' },
  },
  { name: 'ways to sign in', as: null, method: 'GET', path: '/auth/methods' },
  { name: 'users', as: 'Management', method: 'GET', path: '/users' },
  { name: 'users, forbidden', as: 'Operator', method: 'GET', path: '/users' },
  { name: 'change a user', as: 'Management', method: 'PATCH', path: '/users/{newcomer}', body: { role: 'Supervisor' } },
  { name: 'delete a user', as: 'Management', method: 'DELETE', path: '/users/{newcomer}' },

  // Machines
  {
    ...{ name: 'add a machine', as: 'Supervisor', method: 'POST', path: '/data/machine', body: pressMachine },
    keep: { press: 'machine_id' },
  },
  { name: 'add it again', as: 'Supervisor', method: 'POST', path: '/data/machine', body: pressMachine },
  { name: 'add a machine with faults', as: 'Supervisor', method: 'POST', path: '/data/machine', body: { name: '' } },
  {
    ...{ name: 'import machines', as: 'Supervisor', method: 'POST', path: '/data/machines/import' },
    body: [
      { name: 'Pump 1', location: 'Utilities', sensor_type: 'pump' },
      { name: 'Pump 2', location: 'Utilities', sensor_type: 'pump', status: 'maintenance' },
    ],
  },
  {
    ...{ name: 'machines', as: 'Operator', method: 'GET', path: '/data/machines?sort=name' },
    keep: { pump: 'machines.1.machine_id', spare: 'machines.2.machine_id' },
  },
  { name: 'machines, filtered', as: 'Operator', method: 'GET', path: '/data/machines?sensor_type=pump&status=active' },
  { name: 'machines, wrong query', as: 'Operator', method: 'GET', path: '/data/machines?limit=0&sort=colour' },
  {
    name: 'export machines as JSON',
    as: 'Operator',
    method: 'GET',
    path: '/data/machines/export?format=json&sort=name',
  },
  { name: 'export machines as CSV', as: 'Operator', method: 'GET', path: '/data/machines/export?format=csv&sort=name' },
  {
    name: 'change a machine',
    as: 'Supervisor',
    method: 'PATCH',
    path: '/data/machines/{pump}',
    body: { location: 'Hall B' },
  },
  {
    name: 'an unknown machine',
    as: 'Operator',
    method: 'GET',
    path: '/data/machines/6c1f2f9e-0000-4000-8000-000000000000',
  },

  // Limits and settings
  { name: 'limits', as: 'Operator', method: 'GET', path: '/data/limits' },
  { name: 'limits of a machine', as: 'Operator', method: 'GET', path: '/data/machines/{press}/limits' },
  {
    ...{ name: 'set limits of a machine', as: 'Supervisor', method: 'PUT', path: '/data/machines/{pump}/limits' },
    body: { temperature: { high: 70 } },
  },
  {
    ...{ name: 'set limits of a type', as: 'Supervisor', method: 'PUT', path: '/data/sensor-types/pump/limits' },
    body: { pressure: { high: 400, low: 10 } },
  },
  { name: 'limits of a type', as: 'Operator', method: 'GET', path: '/data/sensor-types/pump/limits' },
  { name: 'settings', as: 'Operator', method: 'GET', path: '/config' },
  {
    ...{ name: 'change a setting', as: 'Management', method: 'POST', path: '/config/update' },
    body: { setting_name: 'max_speed_threshold', setting_value: '9000' },
  },
  ...[
    { name: 'change a setting to a word', body: { setting_name: 'max_temperature_threshold', setting_value: 'warm' } },
    {
      name: 'change a setting across another',
      body: { setting_name: 'min_temperature_threshold', setting_value: '99' },
    },
    { name: 'change an unknown setting', body: { setting_name: 'colour', setting_value: 'red' } },
  ].map((each) => ({ ...each, as: 'Management' as const, method: 'POST' as const, path: '/config/update' })),

  // Readings
  // Before anything has come.
  { name: 'incoming data', as: 'Operator', method: 'GET', path: '/ingest/incoming?window=1h' },
  { name: 'incoming data that is not there', as: 'Operator', method: 'GET', path: '/ingest/incoming/none' },
  ...(['GET', 'POST'] as const).flatMap((method) => [
    {
      ...{ name: `replay of nothing, ${method}`, as: 'Supervisor' as const, method },
      path: '/ingest/incoming/none/replay',
    },
    {
      ...{ name: `replay of an unknown gateway, ${method}`, as: 'Supervisor' as const, method },
      path: '/gateways/6c1f2f9e-0000-4000-8000-000000000000/replay',
    },
  ]),
  { name: 'ingest', as: 'Operator', method: 'POST', path: '/data/ingest', body: batchOf(HOUR) },
  {
    ...{ name: 'ingest with bad values', as: 'Operator', method: 'POST', path: '/data/ingest' },
    body: batchOf([
      { timestamp: minute(58), temperature: 91.5, pressure: 'high' },
      // A value that is not plausible, before a later one that is.
      { timestamp: minute(57.5), temperature: 91.5, speed: 1e9 },
      { timestamp: '2026-01-15T18:00:00Z', temperature: 60 },
      { timestamp: 'yesterday', temperature: 60 },
      { timestamp: minute(59), temperature: null },
    ]),
  },
  {
    ...{ name: 'ingest of an unknown machine', as: 'Operator', method: 'POST', path: '/data/ingest' },
    body: batchOf([{ timestamp: minute(59), temperature: 60 }], '6c1f2f9e-0000-4000-8000-000000000001'),
  },
  { name: 'ingest of nothing', as: 'Operator', method: 'POST', path: '/data/ingest', body: {} },
  ...['raw', '1m', '5m', '15m', '1h', '1d', 'auto'].map((interval) => ({
    ...{ name: `readings, ${interval}`, as: 'Operator' as const, method: 'GET' as const },
    path: `/data/machine/{press}?${range}&interval=${interval}&order=asc`,
  })),
  { name: 'readings, a page', as: 'Operator', method: 'GET', path: `/data/machine/{press}?${range}&limit=3&offset=2` },
  {
    name: 'readings, one metric',
    as: 'Operator',
    method: 'GET',
    path: `/data/machine/{press}?${range}&fields=pressure&limit=3`,
  },
  {
    name: 'readings, wrong query',
    as: 'Operator',
    method: 'GET',
    path: '/data/machine/{press}?start_time=x&interval=2h&fields=x',
  },
  { name: 'newest readings', as: 'Operator', method: 'GET', path: '/data/latest' },
  {
    ...{ name: 'comparison', as: 'Operator', method: 'GET' },
    path: `/data/compare?${range}&machine_ids={press},{pump}&metric=temperature&interval=15m`,
  },
  ...['', '&interval=15m', '&fields=temperature', '&delimiter=;', '&tz=Asia/Jakarta&interval=1h'].map((more) => ({
    ...{ name: `readings as CSV${more}`, as: 'Operator' as const, method: 'GET' as const },
    path: `/data/machine/{press}/export?${range}&format=csv${more}`,
  })),
  { name: 'rejected data', as: 'Management', method: 'GET', path: '/ingest/rejected' },
  { name: 'unknown machines', as: 'Management', method: 'GET', path: '/ingest/unknown' },
  ...['accept', 'reject'].map((what) => ({
    ...{ name: `${what} a machine that is not waiting`, as: 'Management' as const, method: 'POST' as const },
    path: `/ingest/unknown/6c1f2f9e-0000-4000-8000-000000000001/${what}`,
    body: { name: 'Press 9', location: 'Hall A', sensor_type: 'press' },
  })),
  { name: 'summary', as: 'Operator', method: 'GET', path: '/data/machines/summary' },
  { name: 'a machine', as: 'Operator', method: 'GET', path: '/data/machines/{press}' },

  // Alerts
  {
    ...{ name: 'alerts', as: 'Operator', method: 'GET', path: '/alerts?metric=temperature' },
    keep: { alert: 'alerts.0.id' },
    until: { path: 'alerts.0.reading_count', equals: 3 },
  },
  { name: 'an alert', as: 'Operator', method: 'GET', path: '/alerts/{alert}' },
  { name: 'channels', as: 'Management', method: 'GET', path: '/notifications/channels' },
  {
    ...{ name: 'test of a channel that is not set up', as: 'Management', method: 'POST' },
    path: '/notifications/channels/email/test',
    body: { contact: 'duty@plant.example' },
  },
  {
    ...{ name: 'add a webhook', as: 'Management', method: 'POST', path: '/notifications/channels' },
    body: { kind: 'webhook', name: 'Night shift', url: 'https://hooks.example/plant' },
    keep: { webhook: 'id' },
  },
  {
    ...{ name: 'switch a webhook off', as: 'Management', method: 'PATCH', path: '/notifications/channels/{webhook}' },
    body: { is_active: false },
  },
  { name: 'rotate a webhook', as: 'Management', method: 'POST', path: '/notifications/channels/{webhook}/rotate' },
  { name: 'remove a webhook', as: 'Management', method: 'DELETE', path: '/notifications/channels/{webhook}' },
  { name: 'notifications of an alert', as: 'Operator', method: 'GET', path: '/alerts/{alert}/notifications' },
  { name: 'raises of an alert', as: 'Operator', method: 'GET', path: '/alerts/{alert}/raises' },
  {
    ...{ name: 'shelve an alert', as: 'Supervisor', method: 'POST', path: '/alerts/{alert}/shelve' },
    body: { until: '2026-01-15T14:00:00Z', reason: 'Sensor is being replaced' },
  },
  { name: 'unshelve an alert', as: 'Supervisor', method: 'POST', path: '/alerts/{alert}/unshelve' },
  {
    ...{ name: 'acknowledge an alert', as: 'Operator', method: 'POST', path: '/alerts/{alert}/acknowledge' },
    body: { note: 'On my way' },
  },
  { name: 'alerts, wrong query', as: 'Operator', method: 'GET', path: '/alerts?state=loud&limit=0' },
  { name: 'figures of the alerts', as: 'Operator', method: 'GET', path: '/alerts/stats?from=2026-01-15T00:00:00Z' },
  { name: 'alerts as CSV', as: 'Operator', method: 'GET', path: '/alerts/export?format=csv&metric=temperature' },

  // Gateways, audit, system
  {
    ...{
      name: 'add a gateway',
      as: 'Management',
      method: 'POST',
      path: '/gateways',
      body: { name: 'Gateway Hall A', scope: 'plant' },
    },
    keep: { gateway: 'gateway.id', gatewayUser: 'gateway.username' },
  },
  { name: 'gateways', as: 'Management', method: 'GET', path: '/gateways' },
  {
    name: 'change a gateway',
    as: 'Management',
    method: 'PATCH',
    path: '/gateways/{gateway}',
    body: { name: 'Gateway 1' },
  },
  ...ACCESS_KEY_REQUESTS,
  ...PROFILE_REQUESTS,
  { name: 'delete a gateway', as: 'Management', method: 'DELETE', path: '/gateways/{gateway}' },
  { name: 'audit', as: 'Management', method: 'GET', path: '/audit?action=config.update' },
  { name: 'the clock', as: 'Management', method: 'GET', path: '/system/clock' },
  { name: 'confirm a clock that is right', as: 'Management', method: 'POST', path: '/system/clock/confirm' },
  { name: 'damage of stored files', as: 'Operator', method: 'GET', path: '/system/damage' },
  {
    name: 'acknowledge damage that is not there',
    as: 'Management',
    method: 'POST',
    path: '/system/damage/acknowledge',
    body: { files: ['values/2026-01-15/13-000000000001.parquet'] },
  },
  { name: 'health', as: null, method: 'GET', path: '//health' },
  { name: 'readiness', as: null, method: 'GET', path: '//health/ready' },
  { name: 'no such route', as: 'Operator', method: 'GET', path: '/no/such/route' },
  { name: 'no such method', as: 'Operator', method: 'DELETE', path: '/data/latest' },

  { name: 'deleted machines', as: 'Operator', method: 'GET', path: '/data/machines/deleted' },
  {
    ...{ name: 'hand a machine over', as: 'Supervisor', method: 'POST', path: '/machines/{spare}/successor' },
    body: { machine_id: '{press}' },
  },
  { name: 'no readings handed over', as: 'Operator', method: 'GET', path: '/machines/{spare}/successor' },
  ...NOTIFICATION_REQUESTS,
  ...IMPROVEMENT_REQUESTS,
  ...PASSWORD_REQUESTS,
  // Metrics and machine types
  ...METRIC_REQUESTS,
  ...CONDITION_REQUESTS,

  ...SECOND_FACTOR_REQUESTS,

  // Last, because they take away what the others need.
  { name: 'begin OpenID Connect', as: null, method: 'GET', path: '/auth/oidc/start' },
  { name: 'return from OpenID Connect', as: null, method: 'GET', path: '/auth/oidc/callback' },
  {
    ...{ name: 'session of OpenID Connect', as: null, method: 'POST', path: '/auth/oidc/session' },
    body: { code: 'none' },
  },
  {
    ...{ name: 'set rules of groups', as: 'Management', method: 'PUT', path: '/auth/oidc/rules' },
    body: { rules: [{ group: 'maintenance', role: 'Supervisor', factory_id: 'F1' }] },
  },
  { name: 'rules of groups', as: 'Management', method: 'GET', path: '/auth/oidc/rules' },
  {
    ...{ name: 'link nobody', as: 'Management', method: 'POST' },
    path: '/auth/oidc/refused/00000000-0000-0000-0000-000000000000/link',
  },
  { name: 'reset the settings', as: 'Management', method: 'POST', path: '/config/reset' },
  { name: 'delete a machine', as: 'Management', method: 'DELETE', path: '/data/machines/{spare}?readings=delete' },
  { name: 'sign out', as: 'Supervisor', method: 'POST', path: '/auth/logout' },
];
