// The requests about second factors and sessions. Nobody completes an enrolment, since all requests of a role share one session.

import type { RecordedRequest } from './requests.ts';

const MINE = '/users/me/second-factors';
const NIL = '00000000-0000-4000-8000-000000000000';
const asOperator = { as: 'Operator' } as const;
const asManager = { as: 'Management' } as const;

export const SECOND_FACTOR_REQUESTS: readonly RecordedRequest[] = [
  {
    ...{ name: 'second factor of no sign-in', as: null, method: 'POST', path: '/auth/second-factor' },
    body: { token: 'unknown', code: '123456' },
  },
  {
    ...{ name: 'passkey options of no sign-in', as: null, method: 'POST', path: '/auth/second-factor/options' },
    body: { token: 'unknown' },
  },
  { name: 'sign-in policy', ...asOperator, method: 'GET', path: '/auth/policy' },
  {
    ...{ name: 'keep the sign-in policy', ...asManager, method: 'PUT', path: '/auth/policy' },
    body: { second_factor: { Operator: 'optional', Supervisor: 'optional', Management: 'optional' } },
  },
  {
    ...{ name: 'require a second factor without one', ...asManager, method: 'PUT', path: '/auth/policy' },
    body: { second_factor: { Operator: 'required', Supervisor: 'optional', Management: 'optional' } },
  },
  { name: 'own second factors', ...asOperator, method: 'GET', path: MINE },
  {
    ...{ name: 'begin an authenticator app', ...asOperator, method: 'POST', path: `${MINE}/totp` },
    ...{ body: { name: 'Phone' }, keep: { totp: 'id' } },
  },
  {
    ...{ name: 'confirm an authenticator app wrongly', ...asOperator, method: 'POST' },
    ...{ path: `${MINE}/totp/{totp}/confirm`, body: { code: 'wrong' } },
  },
  { name: 'options for a passkey', ...asOperator, method: 'POST', path: `${MINE}/passkeys/options` },
  {
    ...{ name: 'add a passkey wrongly', ...asOperator, method: 'POST', path: `${MINE}/passkeys` },
    body: { name: 'Key', response: {} },
  },
  { name: 'remove no second factor', ...asOperator, method: 'DELETE', path: `${MINE}/${NIL}` },
  { name: 'recovery codes without a second factor', ...asOperator, method: 'POST', path: `${MINE}/recovery-codes` },
  { name: 'reset nothing', ...asManager, method: 'DELETE', path: `/users/${NIL}/second-factors` },
  { name: 'own sessions', ...asOperator, method: 'GET', path: '/users/me/sessions' },
  { name: 'end all other sessions', ...asOperator, method: 'DELETE', path: '/users/me/sessions' },
  { name: 'end no session', ...asOperator, method: 'DELETE', path: `/users/me/sessions/${NIL}` },
  { name: 'sessions of nobody', ...asManager, method: 'GET', path: `/users/${NIL}/sessions` },
  { name: 'end the sessions of nobody', ...asManager, method: 'DELETE', path: `/users/${NIL}/sessions` },
  { name: 'end a session of nobody', ...asManager, method: 'DELETE', path: `/users/${NIL}/sessions/${NIL}` },
];
