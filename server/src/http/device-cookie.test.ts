import type { FastifyReply, FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { deviceOf, setDevice } from './device-cookie.ts';

function cookieOver(protocol: 'http' | 'https'): string {
  let set = '';
  const reply = { header: (_name: string, value: string) => (set = value) };
  setDevice({ protocol } as FastifyRequest, reply as unknown as FastifyReply, 'abc');
  return set;
}
const device = (cookie?: string) => deviceOf({ headers: { cookie } } as FastifyRequest);

test('is bound to the host and to TLS where the request came over TLS, and no script or other site can use it', () => {
  expect(cookieOver('https')).toMatch(/^__Host-gonsters_device=abc; Path=\/; .*HttpOnly; SameSite=Strict; Secure$/);
  expect(cookieOver('http')).toMatch(/^gonsters_device=abc; Path=\/; .*HttpOnly; SameSite=Strict$/);
});

test('is read under both names, the safer one first', () => {
  expect(device('a=1; gonsters_device=old; __Host-gonsters_device=new')).toBe('new');
  expect(device('gonsters_device=old')).toBe('old');
  expect([device(), device('other=1')]).toEqual([null, null]);
});
