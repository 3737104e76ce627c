import { expect, it } from 'vitest';
import { OfflineGateways } from './offline-gateways.ts';

const offline = (gatewayId: string, machineIds: string[], sinceMs = 1000) =>
  ({ kind: 'gateway_offline', gatewayId, name: `Gateway ${gatewayId}`, machineIds, sinceMs }) as const;

it('knows because of which gateway a machine is offline, until it is heard or the gateway is back', () => {
  const gateways = new OfflineGateways();
  expect(gateways.of('a', 500)).toBeNull();
  expect(gateways.handle(offline('g', ['a', 'b']))).toBe(true);
  expect(gateways.of('a', 1000)).toEqual({ gatewayId: 'g', isNode: false, name: 'Gateway g', sinceMs: 1000 });
  expect(gateways.of('b', 900)).toBe(gateways.of('a', 900));
  expect(gateways.of('a', 1001)).toBeNull();
  expect(gateways.of('c', 900)).toBeNull();
  expect(gateways.handle({ kind: 'gateway_online', gatewayId: 'g' })).toBe(true);
  expect(gateways.of('a', 900)).toBeNull();
  expect(gateways.handle({ kind: 'gateway_online', gatewayId: 'g' })).toBe(false);
  expect(gateways.handle({ kind: 'gateways' })).toBe(false);
});

it('keeps the machines of one gateway offline when another one is back', () => {
  const gateways = new OfflineGateways();
  gateways.handle(offline('g', ['a', 'b']));
  gateways.handle(offline('h', ['b', 'c'], 2000));
  gateways.handle({ kind: 'gateway_online', gatewayId: 'g' });
  expect(gateways.of('a', 900)).toBeNull();
  expect(gateways.of('b', 900)?.gatewayId).toBe('h');
  gateways.handle(offline('h', ['c'], 3000));
  expect(gateways.of('b', 900)).toBeNull();
  expect(gateways.of('c', 2500)?.sinceMs).toBe(3000);
});
