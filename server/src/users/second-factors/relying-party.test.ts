import { expect, test } from 'vitest';
import { relyingPartyOf } from './relying-party.ts';

const refused = (reason: string) => ({ id: null, origin: null, reason });

test.each([
  ['https://plant.example', null, { id: 'plant.example', origin: 'https://plant.example', reason: null }],
  ['https://plant.example:8443/x', null, { id: 'plant.example', origin: 'https://plant.example:8443', reason: null }],
  // What a request says does not count beside what is configured.
  [
    'https://plant.example',
    'http://localhost:3000',
    { id: 'plant.example', origin: 'https://plant.example', reason: null },
  ],
  ['http://plant.example', null, refused('not_https')],
  ['https://10.0.0.7', null, refused('address_is_ip')],
  ['https://[fd00::7]', null, refused('address_is_ip')],
  ['http://localhost:3000', null, { id: 'localhost', origin: 'http://localhost:3000', reason: null }],
  [null, 'http://localhost:3000', { id: 'localhost', origin: 'http://localhost:3000', reason: null }],
  [null, 'http://127.0.0.1:3000', refused('address_is_ip')],
  [null, 'https://evil.example', refused('address_unknown')],
  [null, 'https://localhost.evil.example', refused('address_unknown')],
  [null, 'null', refused('address_unknown')],
  [null, null, refused('address_unknown')],
])('with the address %s and the request %s', (configured, local, site) => {
  expect(relyingPartyOf(configured, local)).toEqual(site);
});
