import { expect, it } from 'vitest';
import { reachableHosts } from './reachable-hosts.ts';

const INTERFACES = {
  lo: [{ address: '127.0.0.1', family: 'IPv4', internal: true }],
  eth0: [
    { address: '10.20.4.10', family: 'IPv4', internal: false },
    { address: 'fe80::1', family: 'IPv6', internal: false },
  ],
  docker0: [{ address: '172.17.0.1', family: 'IPv4', internal: false }],
};

it('names first the host by which the browser came, then the addresses of the computer', () => {
  expect(reachableHosts('plant.example', '0.0.0.0', INTERFACES)).toEqual(['plant.example', '10.20.4.10']);
  expect(reachableHosts('10.20.4.10', '::', INTERFACES)).toEqual(['10.20.4.10']);
});

it('does not name the loopback address to devices, unless there is nothing else', () => {
  expect(reachableHosts('localhost', '0.0.0.0', INTERFACES)).toEqual(['10.20.4.10']);
  expect(reachableHosts('127.0.0.1', '0.0.0.0', { lo: INTERFACES.lo })).toEqual(['127.0.0.1']);
});

it('names where the listener is bound, and a proxy before it', () => {
  expect(reachableHosts('plant.example', '10.20.4.10', INTERFACES)).toEqual(['10.20.4.10']);
  expect(reachableHosts('localhost', '127.0.0.1', INTERFACES)).toEqual(['127.0.0.1']);
  expect(reachableHosts('plant.example', '127.0.0.1', INTERFACES)).toEqual(['plant.example', '127.0.0.1']);
});
