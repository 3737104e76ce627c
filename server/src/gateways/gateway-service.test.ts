import { describe, expect, test } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import type { DomainEvent } from '../events/domain-events.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { silentLogger } from '../log.ts';
import { makeUsername } from './gateway-credentials.ts';
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
    const book = new GatewayService({ repository, bus, clock });
    await book.start();
    return book;
  };
  return { clock, events, repository, open, book: await open() };
}
const input = (name: string, machine_ids: string[] = [], factory_id: string | null = null) => ({
  name,
  machine_ids,
  factory_id,
});

describe('credentials', () => {
  test('let a new gateway in, and nobody who knows half of them', async () => {
    const { book, events, open } = await start();
    const { gateway, password } = await book.create(input('North Hall'));
    expect(gateway.username).toMatch(/^gw-north-hall-[a-z2-9]{4}$/);
    expect(Buffer.from(password, 'base64url')).toHaveLength(24);
    expect(events).toEqual([{ kind: 'gateways' }]);
    for (const each of [book, await open()]) {
      expect(each.authenticate(gateway.username, password)?.id).toBe(gateway.id);
      expect(each.authenticate(gateway.username, `${password}x`)).toBeNull();
      expect(each.authenticate(gateway.username, '')).toBeNull();
      expect(each.authenticate('gw-other', password)).toBeNull();
      expect(each.authenticate('', '')).toBeNull();
    }
  });

  test('are not in what is listed or stored', async () => {
    const { book, repository } = await start();
    const { password } = await book.create(input('North'));
    expect(JSON.stringify(book.list())).not.toMatch(/password|hash/i);
    expect(JSON.stringify(await repository.all())).not.toContain(password);
  });

  test('end when they are renewed, when the gateway is switched off, and when it is deleted', async () => {
    const { book } = await start();
    const { gateway, password } = await book.create(input('North'));
    const { username, id } = gateway;
    const renewed = await book.update(id, { rotate_password: true });
    expect(book.authenticate(username, password)).toBeNull();
    expect(book.authenticate(username, renewed.password ?? '')?.id).toBe(id);
    expect((await book.update(id, { is_active: false })).password).toBeNull();
    expect(book.authenticate(username, renewed.password ?? '')).toBeNull();
    await book.update(id, { is_active: true });
    expect(book.authenticate(username, renewed.password ?? '')?.id).toBe(id);
    await book.delete(id);
    expect(book.authenticate(username, renewed.password ?? '')).toBeNull();
    expect(book.get(id)).toBeUndefined();
  });

  test.each([
    ['Gateway Öst / 3', /^gw-gateway-ost-3-[a-z2-9]{4}$/],
    ['工場', /^gw-[a-z2-9]{4}$/],
    ['-- x --', /^gw-x-[a-z2-9]{4}$/],
    ['a'.repeat(100), /^gw-a{24}-[a-z2-9]{4}$/],
  ])('have a user name that can be typed for %j', (name, expected) => {
    expect(makeUsername(name)).toMatch(expected);
  });
});

describe('the book', () => {
  test('refuses a taken name and an unknown gateway, and announces nothing', async () => {
    const { book, events } = await start();
    await book.create(input('North'));
    await expect(book.create(input('NORTH'))).rejects.toMatchObject({ code: 'name_taken' });
    await expect(book.update(M1, { name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(book.delete(M1)).rejects.toMatchObject({ code: 'not_found' });
    expect(events).toHaveLength(1);
  });

  test('lists gateways in the order of their names', async () => {
    const { book } = await start();
    for (const name of ['Gate 10', 'gate 2', 'Anvil']) await book.create(input(name, [M1, M1.toUpperCase()], 'F1'));
    expect(book.list().map((each) => each.name)).toEqual(['Anvil', 'gate 2', 'Gate 10']);
    expect(book.list()[0]).toMatchObject({ machine_ids: [M1], factory_id: 'F1', is_active: true, last_seen: null });
  });

  test('knows whether any active gateway exists', async () => {
    const { book, open } = await start();
    expect(book.hasAny).toBe(false);
    const { gateway } = await book.create(input('North'));
    expect([book.hasAny, (await open()).hasAny]).toEqual([true, true]);
    await book.update(gateway.id, { is_active: false });
    expect(book.hasAny).toBe(false);
  });

  test('records when a gateway was seen, at most once a minute', async () => {
    const { book, clock, repository } = await start();
    const { gateway } = await book.create(input('North'));
    const stored = async () => (await repository.all())[0]?.lastSeenMs;
    book.recordSeen(gateway.id);
    book.recordSeen(M1);
    expect(await stored()).toBe(1_000_000);
    clock.now += 59_999;
    book.recordSeen(gateway.id);
    expect(await stored()).toBe(1_000_000);
    clock.now += 1;
    book.recordSeen(gateway.id);
    expect(await stored()).toBe(1_060_000);
    expect(book.list()[0]?.last_seen).toBe('1970-01-01T00:17:40.000Z');
  });
});

test.each([
  ['one with no restriction', [], null, { plain: true, own: true, other: true }],
  ['one of some machines', [M1], null, { plain: true, own: true, other: true }],
  ['one of other machines', [M2], null, { plain: false, own: false, other: false }],
  ['one of a factory', [], 'F1', { plain: false, own: true, other: false }],
  ['one of a factory and some machines', [M1], 'F1', { plain: true, own: true, other: false }],
  ['one of a factory and other machines', [M2], 'F1', { plain: false, own: true, other: false }],
])('%s speaks for machine 1 under a plain, its own or another factory topic', async (_, machines, factory, may) => {
  const { book } = await start();
  const { gateway } = await book.create(input('North', machines, factory));
  const record = book.get(gateway.id);
  if (!record) throw new Error('The gateway is missing');
  expect({
    plain: book.maySpeakFor(record, M1, null),
    own: book.maySpeakFor(record, M1, 'F1'),
    other: book.maySpeakFor(record, M1, 'F2'),
  }).toEqual(may);
});

test('what a gateway may speak for changes at once', async () => {
  const { book } = await start();
  const { gateway } = await book.create(input('North', [M1]));
  const may = () => {
    const record = book.get(gateway.id);
    return record !== undefined && book.maySpeakFor(record, M1, null);
  };
  expect(may()).toBe(true);
  await book.update(gateway.id, { machine_ids: [M2.toUpperCase()] });
  expect(may()).toBe(false);
});
