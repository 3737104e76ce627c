// The requests about the profile of a gateway.

import type { RecordedRequest } from './requests.ts';

const profile = {
  name: 'Hall A',
  rules: [
    {
      topic: 'hall-a/{machine}/out',
      machine: { part: 'machine' },
      time: { path: '@.at' },
      values: [{ path: '@.t', metric: 'temperature', decimal_text: 'comma' }],
    },
  ],
};
const path = '/gateways/{gateway}/profile';
const as = 'Supervisor';

export const PROFILE_REQUESTS: readonly RecordedRequest[] = [
  { name: 'no profile', as, method: 'GET', path },
  { name: 'set a profile', as, method: 'PUT', path, body: { profile, expected_version: 0 } },
  { name: 'set an outdated profile', as, method: 'PUT', path, body: { profile, expected_version: 0 } },
  { name: 'a profile', as, method: 'GET', path },
  { name: 'a profile as a file', as, method: 'GET', path: `${path}/export` },
  {
    ...{ name: 'preview a profile', as, method: 'POST', path: `${path}/preview` },
    body: {
      profile,
      messages: [
        { topic: 'hall-a/{press}/out', payload: '{"at":"2026-01-15T10:00:00Z","t":"64,2"}' },
        { topic: 'hall-a/{press}/out', payload: '{"t":"hot"}' },
      ],
    },
  },
  { name: 'delete a profile', as, method: 'DELETE', path },
  { name: 'bring a profile back', as, method: 'POST', path: `${path}/undo` },
  { name: 'the versions of a profile', as, method: 'GET', path: `${path}/versions` },
];
