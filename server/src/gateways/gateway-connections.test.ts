import { expect, it, vi } from 'vitest';
import type { Logger } from '../log.ts';
import { GatewayConnections } from './gateway-connections.ts';

const START_MS = Date.UTC(2026, 0, 15);

function start() {
  const clock = {
    ms: START_MS,
    nowMs: () => clock.ms,
  };
  const warn = vi.fn();
  return { clock, warn, connections: new GatewayConnections({ clock, log: { warn } as unknown as Logger }) };
}
const client = { gatewayId: 'g', clientId: 'line', protocolVersion: '5', address: '10.0.0.1' };

it('knows since when a gateway is connected, and how its last connection ended', () => {
  const { clock, connections } = start();
  const [first, second] = [{}, {}];
  expect(connections.of('g')).toEqual([]);
  expect(connections.endOf('g')).toBeNull();
  connections.connected(first, client);
  clock.ms += 1000;
  connections.connected(second, { ...client, clientId: 'line-2' });
  expect(connections.of('g')).toEqual([
    { ...client, sinceMs: START_MS },
    { ...client, clientId: 'line-2', sinceMs: START_MS + 1000 },
  ]);
  connections.disconnected(first, false);
  expect(connections.endOf('g')).toBeNull();
  connections.disconnected(second, false);
  connections.disconnected(second, true);
  expect(connections.endOf('g')).toEqual({ atMs: clock.ms, isOrderly: false });
  connections.connected({}, client);
  expect(connections.endOf('g')).toBeNull();
});

it('reports a client id that devices fight over for ten minutes, and logs it once a minute', () => {
  const { clock, warn, connections } = start();
  let previous = {};
  connections.connected(previous, client);
  const takeOver = () => {
    const next = {};
    connections.takenOver(previous, '10.0.0.2');
    connections.disconnected(previous, true);
    connections.connected(next, { ...client, address: '10.0.0.2' });
    previous = next;
    clock.ms += 300;
  };
  takeOver();
  takeOver();
  expect(connections.conflicts()).toEqual([]);
  for (let i = 0; i < 98; i++) takeOver();
  expect(warn).toHaveBeenCalledTimes(1);
  expect(connections.conflicts()).toMatchObject([
    { clientId: 'line', gatewayId: 'g', addresses: ['10.0.0.1', '10.0.0.2'], takeovers: 100 },
  ]);
  for (let i = 0; i < 150; i++) takeOver();
  expect(warn).toHaveBeenCalledTimes(2);
  clock.ms += 5 * 60_000;
  expect(connections.conflicts()).toMatchObject([{ takeovers: 0 }]);
  clock.ms += 5 * 60_000;
  expect(connections.conflicts()).toEqual([]);
  connections.takenOver({}, '10.0.0.3');
  expect(connections.conflicts()).toEqual([]);
});

it('does not take a gateway that replaces its broken connection for a conflict', () => {
  const { clock, warn, connections } = start();
  for (let i = 0; i < 50; i++) {
    const connection = {};
    connections.connected(connection, client);
    clock.ms += 40_000;
    connections.takenOver(connection, client.address);
  }
  expect(connections.conflicts()).toEqual([]);
  expect(warn).not.toHaveBeenCalled();
});

it('keeps the conflicts of the newest hundred clients', () => {
  const { connections } = start();
  for (let i = 0; i < 120; i++) {
    const connection = {};
    connections.connected(connection, { ...client, gatewayId: null, clientId: `c${i}` });
    for (let n = 0; n < 3; n++) connections.takenOver(connection, '10.0.0.2');
  }
  expect(connections.conflicts().map(({ clientId }) => clientId)).toEqual(
    Array.from({ length: 100 }, (_, i) => `c${119 - i}`),
  );
});

it('lists refused connections by client and reason, newest first, and logs each once a minute', () => {
  const { clock, warn, connections } = start();
  const attempt = {
    ...{ clientId: 'a', username: null, protocolVersion: '3.1.1', address: '10.0.0.1' },
    ...{ reasonCode: 0x86, reason: 'The password is wrong.' },
  };
  for (let i = 0; i < 100; i++) {
    connections.refused.add(attempt);
    clock.ms += 1000;
  }
  connections.refused.add({ ...attempt, clientId: 'b' });
  connections.refused.add(attempt);
  expect(connections.refused.list()).toEqual([
    { ...attempt, count: 101, firstMs: START_MS, newestMs: clock.ms },
    { ...attempt, clientId: 'b', count: 1, firstMs: clock.ms, newestMs: clock.ms },
  ]);
  expect(warn).toHaveBeenCalledTimes(3);
  for (let i = 0; i < 300; i++) connections.refused.add({ ...attempt, clientId: `c${i}` });
  expect(connections.refused.list()).toHaveLength(200);
});
