import { describe, expect, it } from 'vitest';
import { asOwnPath, isOwnNavigation } from './own-addresses.ts';

describe('the addresses of the page', () => {
  it.each(['/', '/alerts', '/machines/17/history', '/settings/users', '/apiary'])('%s is one', (path) => {
    expect(isOwnNavigation(path)).toBe(true);
  });

  it.each([
    '/api/v1/config',
    '/ack/token',
    '/docs',
    '/docs/',
    '/health',
    '/openapi.json',
    '/assets/x.js',
    '/icon-512.png',
  ])('%s is none', (path) => {
    expect(isOwnNavigation(path)).toBe(false);
  });
});

describe('where a notification leads', () => {
  const ORIGIN = 'https://plant.example';
  it.each([
    ['/machines/7?at=2026-01-01T00:00:00Z', '/machines/7?at=2026-01-01T00:00:00Z'],
    [`${ORIGIN}/alerts#a`, '/alerts#a'],
    ['https://evil.example/alerts', '/'],
    ['//evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['http://', '/'],
    [undefined, '/'],
    [{}, '/'],
  ])('%j leads to %s', (url, path) => {
    expect(asOwnPath(url, ORIGIN)).toBe(path);
  });
});
