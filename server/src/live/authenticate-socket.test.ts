import { describe, expect, it } from 'vitest';
import { allowsOrigin } from './authenticate-socket.ts';

const listed = ['https://hall.example'];

describe('an origin', () => {
  it.each([
    [undefined, 'plant:5000'],
    ['http://plant:5000', 'plant:5000'],
    ['http://plant:5000', 'PLANT:5000'],
    ['https://plant', 'plant'],
    ['https://hall.example', 'plant:5000'],
  ])('%s is accepted at %s', (origin, host) => {
    expect(allowsOrigin({ ...(origin !== undefined && { origin }), host }, listed)).toBe(true);
  });

  it.each([
    ['http://evil.example', 'plant:5000'],
    ['http://plant:5001', 'plant:5000'],
    ['http://plant', 'plant:5000'],
    ['http://hall.example', 'plant:5000'],
    ['https://hall.example.evil.example', 'plant:5000'],
    ['null', 'plant:5000'],
    ['', 'plant:5000'],
  ])('%s is refused at %s', (origin, host) => {
    expect(allowsOrigin({ origin, host }, listed)).toBe(false);
  });

  it('is refused where the request has no Host header', () => {
    expect(allowsOrigin({ origin: 'http://plant' }, [])).toBe(false);
  });
});
