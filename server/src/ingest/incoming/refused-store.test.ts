import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../log.ts';
import type { RefusedMessage } from './refused-message.ts';
import { type RefusedLimits, RefusedStore } from './refused-store.ts';

const GATEWAYS = ['g1', 'g2', 'g3'];

async function makeStore(limits: Partial<RefusedLimits> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'refused-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const clock = { now: 1_000_000_000_000, nowMs: () => clock.now };
  const streamOf = ({ topic }: RefusedMessage) => topic;
  const open = async () => {
    const store = new RefusedStore({ dataDir, streamOf, clock, log: silentLogger, limits });
    await store.open(() => {});
    return store;
  };
  return { dataDir, clock, store: await open(), open };
}

const message = (
  gatewayId: string | null,
  payload: string | Buffer,
  more: Partial<RefusedMessage> = {},
): RefusedMessage => ({
  ...{ sender: { gatewayId, client: 'c', address: '10.0.0.7' }, protocol: 'mqtt', topic: 'a/b', namesMachine: false },
  ...{ payload: Buffer.from(payload), arrivedMs: 1_000_000_000_000, outcome: 'refused' },
  faults: [{ reason: 'unknown_machine', field: 'machine_id', error: 'No machine has this id', value: 'X' }],
  ...more,
});

async function payloadsOf(store: RefusedStore, share: string): Promise<string[]> {
  const found: string[] = [];
  await store.visit(
    (each) => each === share,
    async ({ payload }) => {
      found.push(payload.toString());
      return 'keep';
    },
  );
  return found;
}

it('keeps messages whole, and finds them again after a kill', async () => {
  const { dataDir, store, open } = await makeStore();
  const binary = Buffer.from([0xff, 0x00, 0x0a, 0x7b]);
  const sent = [message('g1', '{"a":"°\\n"}'), message('g1', binary, { parameters: { machine: 'm' } })];
  for (const each of sent) store.add(each.topic, each);
  expect(store.keptOf('a/b')).toBe(0);
  await store.flush();
  expect(store.keptOf('a/b')).toBe(2);
  // A line that was being written when the process was killed.
  const [file] = await readdir(join(dataDir, 'refused-messages/g1'));
  await appendFile(join(dataDir, 'refused-messages/g1', file as string), '{"topic":"cut');
  const later = await open();
  expect([later.keptOf('a/b'), later.keptOfSender('g1')]).toEqual([2, 2]);
  const found: RefusedMessage[] = [];
  await later.visit(
    (share) => share === 'g1',
    async (each) => {
      found.push(each);
      return 'keep';
    },
  );
  expect(found).toEqual(sent);
});

it('holds its bounds: the newest of each gateway stay, and the largest sender gives way', async () => {
  const sends = fc.array(
    fc.record({ gateway: fc.constantFrom(...GATEWAYS), bytes: fc.integer({ min: 1, max: 900 }) }),
    {
      minLength: 1,
      maxLength: 120,
    },
  );
  await fc.assert(
    fc.asyncProperty(sends, fc.integer({ min: 1, max: 10 }), async (sent, messagesOfFile) => {
      const limits = { messages: 20, bytes: 20_000, messagesOfFile, bytesOfFile: 3000 };
      const { store, open } = await makeStore(limits);
      const ofGateway = new Map<string, string[]>();
      for (const [i, { gateway, bytes }] of sent.entries()) {
        const payload = `${i} ${'x'.repeat(bytes)}`;
        store.add(gateway, message(gateway, payload, { topic: gateway, arrivedMs: 1_000_000_000_000 + i }));
        ofGateway.set(gateway, [...(ofGateway.get(gateway) ?? []), payload]);
        if (i % 7 === 0) await store.flush();
      }
      await store.flush();
      expect(store.bytes).toBeLessThanOrEqual(limits.bytes);
      for (const each of [store, await open()]) {
        for (const [gateway, payloads] of ofGateway) {
          const kept = await payloadsOf(each, gateway);
          expect(kept.length).toBeLessThanOrEqual(limits.messages);
          expect(kept).toEqual(payloads.slice(payloads.length - kept.length));
          expect(each.keptOfSender(gateway)).toBe(kept.length);
        }
      }
      // A gateway below an equal share of the bytes, and below its own bound, has lost nothing.
      for (const [gateway, payloads] of ofGateway) {
        const bytes = payloads.reduce((sum, payload) => sum + payload.length + 350, 0);
        if (bytes < limits.bytes / GATEWAYS.length && payloads.length <= limits.messages)
          expect(await payloadsOf(store, gateway)).toEqual(payloads);
      }
    }),
    { numRuns: 15 },
  );
});

it('keeps what is judged so, with new faults, and removes the rest and what is older than a day', async () => {
  const { clock, store, open } = await makeStore({ messagesOfFile: 3 });
  for (let i = 0; i < 8; i++) store.add('a/b', message('g1', `${i}`, { arrivedMs: clock.now }));
  store.add('a/b', message(null, 'anonymous'));
  await store.flush();
  await store.visit(
    (share) => share === 'g1',
    async (each) => {
      // What comes during a replay is not handed over, and not lost.
      if (each.payload.toString() === '0') store.add('a/b', message('g1', 'new', { arrivedMs: clock.now }));
      const number = Number(each.payload);
      if (number < 4) return 'remove';
      return number === 4 ? { ...each, faults: [] } : 'keep';
    },
  );
  await store.flush();
  const later = await open();
  expect(await payloadsOf(later, 'g1')).toEqual(['4', '5', '6', '7', 'new']);
  expect(later.keptOf('a/b')).toBe(6);
  clock.now += 25 * 60 * 60_000;
  await later.expire();
  expect([later.bytes, later.keptOf('a/b')]).toEqual([0, 0]);
  expect((await open()).bytes).toBe(0);
});

it('says how many came faster than they can be written', async () => {
  const { store } = await makeStore({ waitingBytesOfSender: 1000 });
  for (let i = 0; i < 10; i++) store.add('a/b', message('g1', 'x'.repeat(300)));
  store.add('a/b', message('g2', 'quiet'));
  await store.flush();
  expect(store.notKept).toBe(10 - store.keptOfSender('g1'));
  expect(store.notKept).toBeGreaterThan(0);
  expect(store.keptOfSender('g2')).toBe(1);
});
