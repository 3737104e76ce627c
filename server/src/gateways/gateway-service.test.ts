import type { GatewayInput, GatewayPatch } from '@gonsters/contract';
import { describe, expect, test } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import type { AppError } from '../errors.ts';
import type { DomainEvent } from '../events/domain-events.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { silentLogger } from '../log.ts';
import { generateUsername } from './gateway-credentials.ts';
import { GatewayService } from './gateway-service.ts';
import { SqlGatewayRepository } from './sql-gateway-repository.ts';

const M1 = '11111111-1111-4111-8111-aaaaaaaaaaaa';
const M2 = '22222222-2222-4222-8222-222222222222';

async function start() {
  const clock = { now: 1_000_000, nowMs: () => clock.now };
  const bus = new LocalEventBus(silentLogger);
  const events: DomainEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const repository = new SqlGatewayRepository(await openSqlite());
  const open = async () => {
    const service = new GatewayService({ repository, bus, clock });
    await service.start();
    return service;
  };
  return { clock, events, repository, open, service: await open() };
}
const input = (name: string, machine_ids: string[] = []): GatewayInput => ({
  name,
  scope: machine_ids.length === 0 ? 'plant' : 'machines',
  machine_ids,
});

describe('credentials', () => {
  test('authenticate a new gateway only with the right user name and password', async () => {
    const { service, events, open } = await start();
    const { gateway, password } = await service.create(input('North Hall'));
    expect(gateway.username).toMatch(/^gw-north-hall-[a-z2-9]{4}$/);
    expect(Buffer.from(password, 'base64url')).toHaveLength(24);
    expect(events).toEqual([{ kind: 'gateways' }]);
    for (const each of [service, await open()]) {
      expect(each.authenticate(gateway.username, password)?.id).toBe(gateway.id);
      expect(each.authenticate(gateway.username, `${password}x`)).toBeNull();
      expect(each.authenticate(gateway.username, '')).toBeNull();
      expect(each.authenticate('gw-other', password)).toBeNull();
      expect(each.authenticate('', '')).toBeNull();
    }
  });

  test('are neither listed nor stored in plain text', async () => {
    const { service, repository } = await start();
    const { password } = await service.create(input('North'));
    expect(JSON.stringify(service.list())).not.toMatch(/password|hash/i);
    expect(JSON.stringify(await repository.all())).not.toContain(password);
  });

  test('are no longer valid when the password is rotated, or the gateway is deactivated or deleted', async () => {
    const { service } = await start();
    const { gateway, password } = await service.create(input('North'));
    const { username, id } = gateway;
    const renewed = await service.update(id, { rotate_password: true });
    expect(service.authenticate(username, password)).toBeNull();
    expect(service.authenticate(username, renewed.password ?? '')?.id).toBe(id);
    expect((await service.update(id, { is_active: false })).password).toBeNull();
    expect(service.authenticate(username, renewed.password ?? '')).toBeNull();
    await service.update(id, { is_active: true });
    expect(service.authenticate(username, renewed.password ?? '')?.id).toBe(id);
    await service.delete(id);
    expect(service.authenticate(username, renewed.password ?? '')).toBeNull();
    expect(service.get(id)).toBeUndefined();
  });

  test.each([
    ['Gateway Öst / 3', /^gw-gateway-ost-3-[a-z2-9]{4}$/],
    ['工場', /^gw-[a-z2-9]{4}$/],
    ['-- x --', /^gw-x-[a-z2-9]{4}$/],
    ['a'.repeat(100), /^gw-a{24}-[a-z2-9]{4}$/],
  ])('have a user name that can be typed for %j', (name, expected) => {
    expect(generateUsername(name)).toMatch(expected);
  });
});

describe('the service', () => {
  test('refuses a name in use and an unknown gateway, and publishes no event', async () => {
    const { service, events } = await start();
    await service.create(input('North'));
    await expect(service.create(input('NORTH'))).rejects.toMatchObject({ code: 'name_taken' });
    await expect(service.update(M1, { name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(service.delete(M1)).rejects.toMatchObject({ code: 'not_found' });
    expect(events).toHaveLength(1);
  });

  test('lists gateways by name', async () => {
    const { service } = await start();
    for (const name of ['Gate 10', 'gate 2', 'Anvil']) await service.create(input(name, [M1, M1.toUpperCase()]));
    expect(service.list().map((each) => each.name)).toEqual(['Anvil', 'gate 2', 'Gate 10']);
    expect(service.list()[0]).toMatchObject({ machine_ids: [M1], factory_id: null, is_active: true, last_seen: null });
  });

  test('knows whether any active gateway exists', async () => {
    const { service, open } = await start();
    expect(service.hasAny).toBe(false);
    const { gateway } = await service.create(input('North'));
    expect([service.hasAny, (await open()).hasAny]).toEqual([true, true]);
    await service.update(gateway.id, { is_active: false });
    expect(service.hasAny).toBe(false);
  });

  test('records when a gateway was seen, at most once a minute', async () => {
    const { service, clock, repository } = await start();
    const { gateway } = await service.create(input('North'));
    const stored = async () => (await repository.all())[0]?.lastSeenMs;
    service.recordSeen(gateway.id);
    service.recordSeen(M1);
    expect(await stored()).toBe(1_000_000);
    clock.now += 59_999;
    service.recordSeen(gateway.id);
    expect(await stored()).toBe(1_000_000);
    clock.now += 1;
    service.recordSeen(gateway.id);
    expect(await stored()).toBe(1_060_000);
    expect(service.list()[0]?.last_seen).toBe('1970-01-01T00:17:40.000Z');
  });
});

test('checks the rights that a scope has, before and after a change', async () => {
  const { service } = await start();
  const { gateway } = await service.create(input('North', [M1, M1.toUpperCase()]));
  const patch = async (body: GatewayPatch) => (await service.update(gateway.id, body)).gateway;
  const faultOf = (body: GatewayPatch) =>
    service.update(gateway.id, body).then(
      () => null,
      (error: AppError) => error.faults.map(({ field }) => field),
    );
  expect(gateway).toMatchObject({ scope: 'machines', needs_review: false, machine_ids: [M1] });
  expect(await patch({ machine_ids: [M2.toUpperCase()] })).toMatchObject({ scope: 'machines', machine_ids: [M2] });
  expect(await faultOf({ machine_ids: [] })).toEqual(['machine_ids']);
  expect(await faultOf({ factory_id: 'F1' })).toEqual(['factory_id']);
  expect(await faultOf({ scope: 'factory' })).toEqual(['factory_id']);
  expect(await faultOf({ scope: 'plant', machine_ids: [M1], factory_id: 'F1' })).toEqual(['machine_ids', 'factory_id']);
  const narrowed = { scope: 'factory', machine_ids: [], factory_id: 'F1' };
  expect(await patch({ scope: 'factory', factory_id: 'F1' })).toMatchObject(narrowed);
  expect(await patch({ name: 'South' })).toMatchObject(narrowed);
  expect(await patch({ scope: 'plant' })).toMatchObject({ scope: 'plant', factory_id: null });
  await expect(service.create({ name: 'Odd', scope: 'plant', machine_ids: [M1] })).rejects.toMatchObject({
    code: 'validation_failed',
  });
});
