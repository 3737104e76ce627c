import { describe, expect, it } from 'vitest';
import { passkeyObstacle } from './passkey-obstacle.ts';

const HERE = 'https://plant.example';
const yes = { available: true, reason: null, origin: HERE };

describe('what stands in the way of a passkey', () => {
  it('is nothing at the address of the page, in a browser that has them', () => {
    expect(passkeyObstacle(yes, HERE, true)).toBeNull();
  });

  it.each([
    ['address_unknown', 'passkey.address_unknown'],
    ['address_is_ip', 'passkey.address_is_ip'],
    ['not_https', 'passkey.not_https'],
  ] as const)('is what the server says: %s', (reason, text) => {
    expect(passkeyObstacle({ available: false, reason, origin: null }, HERE, true)).toEqual({ text });
  });

  it('is another address than the one where they work', () => {
    const text = 'passkey.elsewhere';
    expect(passkeyObstacle(yes, 'https://10.0.0.7', true)).toEqual({ text, origin: HERE });
  });

  it('is a browser without them', () => {
    expect(passkeyObstacle(yes, HERE, false)).toEqual({ text: 'passkey.insecure' });
  });
});
