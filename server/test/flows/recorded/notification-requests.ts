// The requests about who is told: contacts, routes, duty, templates.

import type { RecordedRequest } from './requests.ts';

const asManager = { as: 'Management' } as const;
const asSupervisor = { as: 'Supervisor' } as const;
const chain = { steps: [{ wait_seconds: 0, tell: [{ kind: 'role', role: 'Supervisor' }] }] };
const calendar = {
  ...{ zone: 'Asia/Jakarta', pattern: '3x8', starts_on: '2026-01-05', crews: [], cycle: [] },
  shifts: [
    { name: 'Early', from: '06:00', to: '14:00' },
    { name: 'Late', from: '14:00', to: '22:00' },
    { name: 'Night', from: '22:00', to: '06:00' },
  ],
  holidays: [{ date: '2026-01-16', name: 'Holiday' }],
};
const schedule = {
  ...{ name: 'Maintenance', zone: 'Asia/Jakarta', rotation: 'week', hand_over: '06:00', weekday: 1 },
  ...{ starts_on: '2026-01-05', members: ['{colleague}'], hours: null, on_holidays: null },
};
const preferences = {
  ...{ normal: [], critical: null, language: 'id' },
  quiet_hours: { from: '22:00', to: '05:30', zone: 'Asia/Jakarta' },
};
const template = { subject: '{{machine}}', body: '{{sentence}}' };

const contactsOf = (whose: string, path: string): RecordedRequest[] => [
  { name: `contacts of ${whose}`, ...asManager, method: 'GET', path },
  {
    ...{ name: `add a contact of ${whose}`, ...asManager, method: 'POST', path },
    body: { channel_id: '{chat}', address: '' },
    keep: { contact: 'contact.id' },
  },
  { name: `send a code to ${whose}`, ...asManager, method: 'POST', path: `${path}/{contact}/send-code` },
  {
    ...{ name: `a wrong code of ${whose}`, ...asManager, method: 'POST', path: `${path}/{contact}/verify` },
    body: { code: '000000' },
  },
  { name: `test a contact of ${whose}`, ...asManager, method: 'POST', path: `${path}/{contact}/test` },
  {
    ...{ name: `how ${whose} is told`, ...asManager, method: 'PUT', path: `${path}/preferences` },
    body: preferences,
  },
  { name: `remove a contact of ${whose}`, ...asManager, method: 'DELETE', path: `${path}/{contact}` },
];

export const NOTIFICATION_REQUESTS: readonly RecordedRequest[] = [
  {
    ...{ name: 'add a colleague', ...asManager, method: 'POST', path: '/auth/register' },
    body: { username: 'colleague', email: 'colleague@plant.example', password: 'Correct-Horse-7' },
    keep: { colleague: 'user.id' },
  },
  {
    ...{ name: 'add a chat', ...asManager, method: 'POST', path: '/notifications/channels' },
    body: { kind: 'webhook', name: 'Chat', url: 'http://127.0.0.1:9/' },
    keep: { chat: 'id' },
  },
  ...contactsOf('the manager', '/users/me/contacts'),
  ...contactsOf('a colleague', '/users/{colleague}/contacts'),
  { name: 'the people to tell', ...asSupervisor, method: 'GET', path: '/notifications/people' },
  { name: 'no Web Push', as: 'Operator', method: 'GET', path: '/notifications/web-push' },
  { name: 'the heartbeat', ...asManager, method: 'GET', path: '/notifications/heartbeat' },
  { name: 'set the shifts', ...asManager, method: 'PUT', path: '/notifications/calendar', body: calendar },
  { name: 'the shifts', as: 'Operator', method: 'GET', path: '/notifications/calendar' },
  {
    ...{ name: 'the shifts of two days', as: 'Operator', method: 'GET' },
    path: '/notifications/calendar/shifts?from=2026-01-15T00:00:00Z&to=2026-01-15T15:00:00Z',
  },
  {
    ...{ name: 'add a duty schedule', ...asSupervisor, method: 'POST', path: '/notifications/schedules' },
    body: schedule,
    keep: { schedule: 'schedule.id' },
  },
  { name: 'a wrong duty schedule', ...asSupervisor, method: 'POST', path: '/notifications/schedules', body: {} },
  { name: 'the duty schedules', ...asSupervisor, method: 'GET', path: '/notifications/schedules' },
  { name: 'a duty schedule', ...asSupervisor, method: 'GET', path: '/notifications/schedules/{schedule}' },
  {
    ...{
      name: 'change a duty schedule',
      ...asSupervisor,
      method: 'PATCH',
      path: '/notifications/schedules/{schedule}',
    },
    body: { name: 'Repair' },
  },
  {
    ...{ name: 'another on duty', ...asSupervisor, method: 'POST' },
    path: '/notifications/schedules/{schedule}/overrides',
    body: { user_id: '{colleague}', from: '2026-01-16T00:00:00Z', to: '2026-01-16T08:00:00Z', reason: 'Swap' },
    keep: { override: 'id' },
  },
  {
    ...{ name: 'who is on duty', ...asSupervisor, method: 'GET' },
    path: '/notifications/schedules/{schedule}/duties?from=2026-01-16T01:00:00Z&to=2026-01-16T07:00:00Z',
  },
  { name: 'my duty', as: 'Operator', method: 'GET', path: '/users/me/duty' },
  { name: 'my messages', as: 'Operator', method: 'GET', path: '/users/me/notifications' },
  {
    ...{ name: 'a calendar link', ...asSupervisor, method: 'POST' },
    path: '/notifications/schedules/{schedule}/calendar-link',
  },
  {
    ...{ name: 'a calendar without its token', as: null, method: 'GET' },
    path: '/notifications/schedules/{schedule}/duty.ics?token=wrong',
  },
  {
    ...{ name: 'end a calendar link', ...asSupervisor, method: 'DELETE' },
    path: '/notifications/schedules/{schedule}/calendar-link',
  },
  {
    ...{ name: 'no other on duty', ...asSupervisor, method: 'DELETE' },
    path: '/notifications/schedules/{schedule}/overrides/{override}',
  },
  {
    ...{ name: 'add a route', ...asManager, method: 'POST', path: '/notifications/routes' },
    body: { name: 'Hall A', match: { locations: ['Hall A'] }, chain },
    keep: { route: 'route.id' },
  },
  { name: 'a wrong route', ...asManager, method: 'POST', path: '/notifications/routes', body: { name: '' } },
  { name: 'the routes', ...asManager, method: 'GET', path: '/notifications/routes' },
  {
    ...{ name: 'order the routes', ...asManager, method: 'PUT', path: '/notifications/routes/order' },
    body: { ids: ['{route}'] },
  },
  {
    ...{ name: 'change a route', ...asManager, method: 'PATCH', path: '/notifications/routes/{route}' },
    body: { continue: true },
  },
  {
    ...{ name: 'who would be told', ...asManager, method: 'POST', path: '/notifications/preview' },
    body: { machine_id: '{press}', metric: 'temperature', severity: 'critical', at: '2026-01-15T12:00:00Z' },
  },
  { name: 'a drill', ...asManager, method: 'POST', path: '/notifications/drill' },
  { name: 'remove a route', ...asManager, method: 'DELETE', path: '/notifications/routes/{route}' },
  { name: 'remove a duty schedule', ...asSupervisor, method: 'DELETE', path: '/notifications/schedules/{schedule}' },
  { name: 'a template', ...asManager, method: 'GET', path: '/notifications/templates/en' },
  { name: 'set a template', ...asManager, method: 'PUT', path: '/notifications/templates/en', body: template },
  {
    ...{ name: 'set a wrong template', ...asManager, method: 'PUT', path: '/notifications/templates/en' },
    body: { ...template, body: '{{nothing}}' },
  },
  {
    ...{ name: 'preview a template', ...asManager, method: 'POST', path: '/notifications/templates/preview' },
    body: { ...template, language: 'en' },
  },
  { name: 'remove a template', ...asManager, method: 'DELETE', path: '/notifications/templates/en' },
  { name: 'remove the chat', ...asManager, method: 'DELETE', path: '/notifications/channels/{chat}' },
];
